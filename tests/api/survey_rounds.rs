//! Stories about survey rounds: a plan, a draw, field work, and the way to the end.

use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, Response, TestApp,
        survey::{ROUND, instrument, new_survey_round, stratum},
    },
};

stories![
    a_survey_round_is_made_and_changed,
    what_a_survey_round_names_must_be_there,
    sizes_follow_from_the_plan,
    every_bad_stratum_is_named,
    a_draw_can_be_made_again_by_its_seed,
    a_survey_round_goes_its_way,
    field_work_is_reported_by_those_who_do_it,
    field_work_is_added_up,
    every_bad_line_of_field_work_is_named,
];

const ROUNDS: &str = "/api/v1/survey-rounds";

fn sizes(app: &TestApp) -> Vec<Value> {
    let strata = app.reader("moj").get(200, &format!("{ROUND}/strata")).json();
    let strata = strata["data"].as_array().unwrap().clone();
    strata.into_iter().map(|one| one["sample_size"].clone()).collect()
}

fn a_survey_round_is_made_and_changed(app: &TestApp) {
    app.import_reference();
    let moha = app.evaluator("moha");
    moha.post(201, "/api/v1/instruments", &instrument());
    let made = moha.post(201, ROUNDS, &new_survey_round());
    assert_eq!(made.header("location"), ROUND);
    let round = made.json();
    assert_eq!(round["state"], "planning");
    assert_eq!(round["sample_plan"], Value::Null);
    assert_eq!(round["collectors"], json!(["sbv"]));
    assert_eq!(
        moha.post(409, ROUNDS, &new_survey_round()).code(),
        "already_exists"
    );
    app.evaluator("mot").post(403, ROUNDS, &new_survey_round());
    let change = json!({"title_vi": "Hỏi tại quầy", "collectors": ["sbv", "mic"]});
    moha.patch(428, ROUND, &change);
    let changed = moha.if_match(made.etag()).patch(200, ROUND, &change).json();
    assert_eq!(
        (&changed["title_vi"], &changed["year"]),
        (&json!("Hỏi tại quầy"), &json!(2025))
    );
    assert_eq!(changed["collectors"], json!(["mic", "sbv"]));
    moha.if_match(made.etag()).patch(412, ROUND, &change);
    app.evaluator("mot").if_match("*").patch(403, ROUND, &change);
    let reader = app.reader("moj");
    let seen = reader.get(200, ROUND).json();
    assert_eq!(seen["moves"], json!([]), "who does not run it may not move it");
    let listed = reader.get(
        200,
        &format!("{ROUNDS}?year=2025&owner=moha&state=planning&instrument=counter"),
    );
    assert_eq!(listed.json()["data"].as_array().unwrap().len(), 1);
    let none = reader.get(200, &format!("{ROUNDS}?year=2024")).json();
    assert_eq!(none["data"], json!([]));
    reader.get(404, "/api/v1/survey-rounds/nothing");
}

fn what_a_survey_round_names_must_be_there(app: &TestApp) {
    app.import_reference();
    let moha = app.evaluator("moha");
    let mut bad = new_survey_round();
    bad["title_vi"] = json!(" ");
    bad["year"] = json!(1999);
    bad["level"] = json!("kingdom");
    bad["collects_to"] = json!("2026-01-31");
    bad["collectors"] = json!(["sbv", "nobody", "sbv"]);
    assert_eq!(
        moha.post(422, ROUNDS, &bad).faults(),
        [
            "/title_vi bad_text",
            "/collects_to backward_dates",
            "/collectors/2 duplicate_item",
            "/year bad_year",
            "/instrument unknown_instrument",
            "/collectors/1 unknown_agency",
            "/level unknown_level",
        ]
    );
}

fn sizes_follow_from_the_plan(app: &TestApp) {
    app.import_reference();
    let moha = app.planned_survey();
    // 400 of each agency, and an error of 5 %: 200 each, spread in proportion.
    assert_eq!(sizes(app), [150, 50, 200]);
    let plan = moha.get(200, ROUND).json()["sample_plan"].clone();
    assert_eq!(
        plan,
        json!({"weighted": true, "error": "0.05", "sizing": "agency", "allocation": "proportional", "total_size": null,
               "strata": 3, "population": 800, "sample_size": 400, "seed": null})
    );
    let strata = [
        stratum("moj-a", "moj", 300),
        stratum("moj-b", "moj", 100),
        stratum("mof-a", "mof", 400),
    ];
    for (head, expected) in [
        (json!({"sizing": "round"}), [100, 33, 134]),
        (json!({"sizing": "stratum"}), [172, 80, 200]),
        (json!({"allocation": "equal"}), [100, 100, 200]),
        (
            json!({"sizing": "given", "total_size": 30, "allocation": "equal"}),
            [10, 10, 10],
        ),
        (json!({"error": "0.1"}), [60, 20, 80]),
    ] {
        let mut plan = head;
        plan["strata"] = json!(strata);
        app.plan_survey(200, &plan);
        assert_eq!(sizes(app), expected, "{plan}");
    }
    let before = sizes(app);
    let path = format!("{ROUND}/sample-plan?dry_run=true");
    let tried = moha
        .if_match("*")
        .put(200, &path, &json!({"strata": [stratum("x", "moj", 400)]}))
        .json();
    assert_eq!(
        (&tried["dry_run"], &tried["plan"]["sample_size"]),
        (&json!(true), &json!(200))
    );
    assert_eq!(sizes(app), before);
    let page = moha
        .get(200, &format!("{ROUND}/strata?agency=mof&limit=1"))
        .json();
    assert_eq!(page["data"][0]["position"], 2);
    assert_eq!(page["page"]["next"], Value::Null);
}

fn every_bad_stratum_is_named(app: &TestApp) {
    app.import_reference();
    app.planned_survey();
    let mut sized = stratum("a", "moj", 0);
    sized["sample_size"] = json!(1);
    let strata = [
        sized,
        stratum("b", "nobody", 5),
        stratum("b", "moj", 5),
        json!({"code": "c"}),
    ];
    assert_eq!(
        app.plan_survey(422, &json!({"strata": strata})).faults(),
        [
            "/strata/3 wrong_shape",
            "/strata/0/population population_out_of_range",
            "/strata/0/sample_size size_not_given",
            "/strata/1/agency unknown_agency",
            "/strata/2/code duplicate_item",
        ]
    );
    let head = json!({"error": "0.6", "total_size": 0, "strata": []});
    assert_eq!(
        app.plan_survey(422, &head).faults(),
        [
            "/error error_out_of_range",
            "/total_size size_not_given",
            "/total_size size_out_of_range",
            "/strata bad_count",
        ]
    );
    let vast = json!({"sizing": "given", "total_size": 200_000, "strata": [stratum("a", "moj", 300_000)]});
    assert_eq!(
        app.plan_survey(422, &vast).faults(),
        ["/strata/0/population size_too_large"]
    );
    assert_eq!(sizes(app), [150, 50, 200], "all or nothing");
}

fn a_draw_can_be_made_again_by_its_seed(app: &TestApp) {
    app.import_reference();
    let moha = app.planned_survey();
    let path = format!("{ROUND}/draw");
    moha.get(404, &path);
    assert_eq!(
        moha.post(422, &path, &json!({"seed": "a\nb"})).faults(),
        ["/seed bad_text"]
    );
    let drawn = moha.post(200, &path, &json!({"seed": "Xổ số 61834"})).json();
    assert_eq!(
        drawn,
        json!({"seed": "Xổ số 61834", "procedure": "parindex-draw-1", "strata": 3, "drawn": 400})
    );
    let first = moha.get(200, &format!("{path}?limit=2")).json();
    let positions = first["data"][0]["positions"].as_array().unwrap().clone();
    assert_eq!(positions.len(), 150);
    assert!(
        positions
            .windows(2)
            .all(|pair| pair[0].as_u64() < pair[1].as_u64())
    );
    let next = first["page"]["next"].as_str().unwrap();
    let second = moha.get(200, &format!("{path}?limit=2&cursor={next}")).json();
    assert_eq!(second["data"][0]["stratum"], "mof-a");
    // The same seed, the same sample; another, another.
    moha.post(200, &path, &json!({"seed": "2"}));
    assert_ne!(
        moha.get(200, &path).json()["data"][0]["positions"],
        json!(positions)
    );
    moha.post(200, &path, &json!({"seed": "Xổ số 61834"}));
    assert_eq!(
        moha.get(200, &path).json()["data"][0]["positions"],
        json!(positions)
    );
    assert_eq!(
        app.collector("sbv").get(200, &path).json()["data"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        app.collector("sbv").get(200, ROUND).json()["sample_plan"]["seed"],
        "Xổ số 61834"
    );
    assert_eq!(
        app.reader("moj").get(200, ROUND).json()["sample_plan"]["seed"],
        Value::Null
    );
    app.reader("moj").get(403, &path);
    app.collector("mic").get(403, &path);
    app.collector("sbv").post(403, &path, &json!({"seed": "3"}));
    // Another plan is another sample.
    app.plan_survey(200, &json!({"strata": [stratum("a", "moj", 10)]}));
    moha.get(404, &path);
}

fn a_survey_round_goes_its_way(app: &TestApp) {
    app.import_reference();
    let moha = app.evaluator("moha");
    moha.post(201, "/api/v1/instruments", &instrument());
    moha.post(201, ROUNDS, &new_survey_round());
    // Nobody is asked without a plan.
    assert_eq!(
        app.move_survey(409, &json!({"kind": "start"})).code(),
        "illegal_transition"
    );
    app.plan_survey(200, &json!({"strata": [stratum("a", "moj", 400)]}));
    let started = app.move_survey(200, &json!({"kind": "start"})).json();
    assert_eq!(
        (&started["state"], &started["moves"]),
        (&json!("fielding"), &json!(["close"]))
    );
    app.plan_survey(409, &json!({"strata": [stratum("b", "moj", 400)]}));
    moha.post(409, &format!("{ROUND}/draw"), &json!({"seed": "late"}));
    moha.if_match("*").patch(
        409,
        ROUND,
        &json!({"instrument": {"code": "counter", "version": 1}}),
    );
    moha.if_match("*")
        .patch(200, ROUND, &json!({"collects_to": "2026-05-31"}));
    app.move_survey(409, &json!({"kind": "finalise"}));
    app.move_survey(200, &json!({"kind": "close"}));
    assert_eq!(
        app.move_survey(422, &json!({"kind": "reopen"})).faults(),
        ["/reason reason_missing"]
    );
    app.move_survey(200, &json!({"kind": "reopen", "reason": "Bão, thu thêm phiếu"}));
    app.move_survey(200, &json!({"kind": "close"}));
    let end = app.move_survey(200, &json!({"kind": "finalise"})).json();
    assert_eq!((&end["state"], &end["moves"]), (&json!("final"), &json!([])));
    let told: Vec<_> = end["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, ["start", "close", "reopen", "close", "finalise"]);
    assert_eq!(end["history"][0]["made_by"], "moha.evaluator");
    app.move_survey(409, &json!({"kind": "reopen", "reason": "x"}));
    moha.if_match("*").patch(409, ROUND, &json!({"title_vi": "x"}));
    moha.post(428, &format!("{ROUND}/moves"), &json!({"kind": "close"}));
    app.collector("sbv")
        .if_match("*")
        .post(403, &format!("{ROUND}/moves"), &json!({"kind": "close"}));
}

fn work_line(stratum: &str, channel: &str, counts: [i64; 3]) -> Value {
    json!({"stratum": stratum, "channel": channel, "planned": counts[0], "sent": counts[1], "returned": counts[2]})
}

fn report_work(status: u16, who: &Person, lines: &[Value]) -> Response {
    who.put(status, &format!("{ROUND}/field-work"), &json!({"lines": lines}))
}

fn field_work_is_reported_by_those_who_do_it(app: &TestApp) {
    app.import_reference();
    let moha = app.planned_survey();
    let path = format!("{ROUND}/field-work");
    report_work(
        200,
        &moha,
        &[
            work_line("moj-a", "post", [150, 0, 0]),
            work_line("mof-a", "post", [200, 0, 0]),
        ],
    );
    app.move_survey(200, &json!({"kind": "start"}));
    let post = app.collector("sbv");
    let saved = report_work(
        200,
        &post,
        &[
            work_line("moj-a", "post", [150, 150, 131]),
            work_line("mof-a", "post", [200, 0, 0]),
        ],
    );
    assert_eq!(
        saved.json(),
        json!({"dry_run": false, "saved": 1, "unchanged": 1})
    );
    report_work(200, &post, &[work_line("moj-a", "phone", [10, 10, 9])]);
    let listed = post.get(200, &path).json();
    let told: Vec<Value> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            json!([
                one["stratum"],
                one["channel"],
                one["sent"],
                one["returned"],
                one["valid"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["moj-a", "post", 150, 131, 0]),
            json!(["moj-a", "phone", 10, 9, 0]),
            json!(["mof-a", "post", 0, 0, 0])
        ]
    );
    let of_mof = post.get(200, &format!("{path}?agency=mof")).json();
    assert_eq!(of_mof["data"].as_array().unwrap().len(), 1);
    app.reader("moj").get(403, &path);
    report_work(
        403,
        &app.collector("mic"),
        &[work_line("moj-a", "post", [1, 1, 1])],
    );
    report_work(
        403,
        &app.submitter("moj"),
        &[work_line("moj-a", "post", [1, 1, 1])],
    );
    app.move_survey(200, &json!({"kind": "close"}));
    report_work(200, &post, &[work_line("moj-a", "post", [150, 150, 132])]);
    app.move_survey(200, &json!({"kind": "finalise"}));
    report_work(409, &post, &[work_line("moj-a", "post", [150, 150, 133])]);
}

fn field_work_is_added_up(app: &TestApp) {
    app.import_reference();
    let moha = app.planned_survey();
    let path = format!("{ROUND}/field-work");
    report_work(
        200,
        &moha,
        &[
            work_line("moj-a", "post", [150, 150, 131]),
            work_line("moj-a", "phone", [10, 10, 9]),
            work_line("mof-a", "post", [200, 0, 0]),
        ],
    );
    let sums = moha.get(200, &format!("{path}/totals")).json();
    assert_eq!(
        sums["whole"],
        json!({"planned": 360, "sent": 160, "returned": 140, "valid": 0, "response_rate": "87.50", "valid_share": "0.00"})
    );
    let rates = |list: &str, name: &str| -> Vec<Value> {
        let lines = sums[list].as_array().unwrap();
        lines
            .iter()
            .map(|one| json!([one[name], one["planned"], one["response_rate"]]))
            .collect()
    };
    assert_eq!(
        rates("channels", "channel"),
        [json!(["post", 350, "87.33"]), json!(["phone", 10, "90.00"])]
    );
    assert_eq!(
        rates("agencies", "agency"),
        [json!(["mof", 200, null]), json!(["moj", 160, "87.50"])]
    );
    app.reader("moj").get(403, &format!("{path}/totals"));
}

fn every_bad_line_of_field_work_is_named(app: &TestApp) {
    app.import_reference();
    app.planned_survey();
    app.move_survey(200, &json!({"kind": "start"}));
    let post = app.collector("sbv");
    let refused = report_work(
        422,
        &post,
        &[
            work_line("moj-a", "post", [1, 1, 2]),
            work_line("nowhere", "post", [-1, 0, 0]),
            work_line("moj-a", "post", [1, 1, 1]),
            work_line("moj-a", "pigeon", [1, 1, 1]),
        ],
    );
    assert_eq!(
        refused.faults(),
        [
            "/lines/3/channel wrong_shape",
            "/lines/0/returned returned_above_sent",
            "/lines/1/stratum unknown_stratum",
            "/lines/1/planned count_out_of_range",
            "/lines/2/channel duplicate_item",
        ]
    );
    assert_eq!(report_work(422, &post, &[]).faults(), ["/lines bad_count"]);
}
