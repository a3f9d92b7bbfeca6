//! Stories about survey responses: batches taken in exactly once, counts, results, exclusions, the final document.

use parindex::{
    scoring::Points,
    survey::{
        Cell, CompiledInstrument, CountPlan, Estimator, FlagSet, Instrument, PopulationSpec, SampleDesign,
        StratumFacts, SyntheticCommune, synthetic_communes,
    },
};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, TestApp},
};

stories![
    a_batch_is_taken_in_exactly_once,
    a_batch_may_be_larger_than_any_other_body with [
        ("PARINDEX_BODY_BYTES_MAX", "65536"),
        ("PARINDEX_BATCH_BYTES_MAX", "200000")
    ],
    every_bad_response_is_named,
    good_responses_are_kept_where_that_is_asked_for,
    a_table_of_cells_is_as_good_as_json,
    results_are_read_from_counts_and_can_be_counted_anew,
    what_is_excluded_does_not_count,
    few_responses_are_not_shown,
    who_asks_is_compared_with_the_others,
    a_final_result_never_changes,
    who_may_send_and_who_may_see,
    a_population_has_the_figures_that_it_must_have,
];

const ROUND: &str = "/api/v1/survey-rounds/hai-long-2025";

fn path(part: &str) -> String {
    format!("{ROUND}/{part}")
}

fn instrument() -> Value {
    let option = |code: &str, value: i32| json!({"code": code, "label": {"vi": code}, "value": value, "satisfied": value >= 4});
    let item =
        |code: &str| json!({"code": code, "kind": "satisfaction", "text": {"vi": code}, "scale": "five"});
    json!({"code": "hai-long", "version": 1, "title": {"vi": "Phiếu hài lòng"}, "audience": "citizens", "languages": ["vi"],
        "scales": [{"code": "five", "options": [option("1", 1), option("2", 2), option("3", 3), option("4", 4), option("5", 5)]}],
        "parts": [{"code": "a", "title": {"vi": "Phục vụ"}, "factors": [
            {"code": "a1", "title": {"vi": "Tiếp cận"}, "items": [item("a1.1"), item("a1.2")]},
            {"code": "a2", "title": {"vi": "Công chức"}, "items": [item("a2.1"),
                {"code": "a2.2", "kind": "text", "text": {"vi": "Góp ý"}}]}]}],
        "rule": {"measure": "top_two_share", "counted_kinds": ["satisfaction"], "minimum_n": 2, "decimals": 2, "rounding": "half_up"},
        "quality": {"straight_line_items_min": 3, "seconds_min": 20}})
}

fn compiled() -> CompiledInstrument {
    let instrument: Instrument = serde_json::from_value(instrument()).unwrap();
    instrument.compile().unwrap()
}

/// A survey round of two agencies, in which people are asked by now.
fn fielding(app: &TestApp, strata: &[Value]) -> Person {
    app.add_agencies(&["moj", "mof", "sbv"]);
    let owner = app.evaluator("moj");
    owner.post(201, "/api/v1/instruments", &instrument());
    let round = json!({"code": "hai-long-2025", "title_vi": "Đo lường sự hài lòng", "year": 2025, "level": "ministry", "owner": "moj",
        "instrument": {"code": "hai-long", "version": 1}, "collectors": ["sbv"]});
    owner.post(201, "/api/v1/survey-rounds", &round);
    let etag = owner.get(200, ROUND).etag().to_owned();
    owner.if_match(&etag).put(
        200,
        &path("sample-plan"),
        &json!({"weighted": true, "strata": strata}),
    );
    go(&owner, "start");
    owner
}

fn go(owner: &Person, kind: &str) {
    let etag = owner.get(200, ROUND).etag().to_owned();
    owner
        .if_match(&etag)
        .post(200, &path("moves"), &json!({"kind": kind}));
}

fn stratum(code: &str, agency: &str, population: u64) -> Value {
    json!({"code": code, "name_vi": code, "agency": agency, "population": population})
}

fn two() -> Vec<Value> {
    vec![stratum("north", "moj", 400), stratum("south", "mof", 1000)]
}

fn response(id: &str, stratum: &str, answers: &str) -> Value {
    json!({"id": id, "stratum": stratum, "channel": "post", "answers": answers, "collected_on": "2026-02-01"})
}

fn batch(responses: &[Value]) -> Value {
    json!({"responses": responses})
}

fn six() -> Vec<Value> {
    let answers = ["444", "344", "2-4", "000", "434", "33-"];
    let strata = ["north", "north", "north", "south", "south", "south"];
    let all = answers.iter().zip(strata).enumerate();
    all.map(|(number, (answers, stratum))| response(&format!("r{number}"), stratum, answers))
        .collect()
}

fn a_batch_is_taken_in_exactly_once(app: &TestApp) {
    fielding(app, &two());
    let post = app.collector("sbv");
    let first = post.put(201, &path("batches/b1"), &batch(&six()));
    assert_eq!(
        first.json(),
        json!({"survey_round": "hai-long-2025", "batch_key": "b1", "responses": 6, "accepted": 6, "repeated": 0,
        "refused": 0, "problems": []})
    );
    let again = post.put(200, &path("batches/b1"), &batch(&six()));
    assert_eq!(again.json(), first.json());
    assert_eq!(post.get(200, &path("batches/b1")).json(), first.json());
    let other = post.put(409, &path("batches/b1"), &batch(&six()[..1]));
    assert_eq!(other.json()["errors"][0]["code"], "batch_differs");
    // The same responses in another batch are repeated, not counted twice; one that differs is a fault.
    let mut more = six();
    more.push(response("r6", "south", "444"));
    let repeated = post.put(201, &path("batches/b2"), &batch(&more)).json();
    assert_eq!(
        (&repeated["accepted"], &repeated["repeated"]),
        (&json!(1), &json!(6))
    );
    let changed = [response("r6", "south", "111"), response("r7", "south", "111")];
    let refused = post.put(422, &path("batches/b3"), &batch(&changed));
    assert_eq!(refused.faults(), ["/responses/0/id response_differs"]);
    post.get(404, &path("batches/b3"));
    let kept = app
        .evaluator("moj")
        .post(200, &path("counts/rebuild"), &json!({}))
        .json();
    assert_eq!((&kept["responses"], &kept["equal"]), (&json!(7), &json!(true)));
}

fn a_batch_may_be_larger_than_any_other_body(app: &TestApp) {
    fielding(app, &two());
    let post = app.collector("sbv");
    let many = |count: usize| {
        let all = (0..count).map(|number| response(&format!("r{number}"), "south", "444"));
        batch(&all.collect::<Vec<_>>())
    };
    let fits = many(1_000);
    assert!((65_536..200_000).contains(&fits.to_string().len()));
    let taken = post.put(201, &path("batches/b1"), &fits).json();
    assert_eq!(taken["accepted"], 1_000);
    let refused = post.put(413, &path("batches/b2"), &many(3_000));
    assert_eq!(refused.code(), "payload_too_large");
    post.get(404, &path("batches/b2"));
}

fn every_bad_response_is_named(app: &TestApp) {
    let owner = fielding(app, &two());
    let mut bad = vec![
        response("a b", "north", "444"),
        response("r1", "west", "444"),
        response("r2", "north", "44"),
        json!({"id": "r3", "stratum": "north", "channel": "post", "answers": {"a1.1": "6", "x": "1"}}),
        response("r2", "north", "444"),
        json!({"id": "r5", "stratum": "north", "channel": "pigeon", "answers": "444"}),
        response("r6", "north", "---"),
    ];
    bad.push(json!({"id": "r7", "stratum": "north", "channel": "post", "answers": "444", "collected_on": "2026-03-03", "seconds": -1}));
    let refused = owner.put(422, &path("batches/b1"), &batch(&bad));
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "/responses/0/id bad_id",
            "/responses/1/stratum unknown_stratum",
            "/responses/2/answers wrong_length",
            "/responses/3/answers/a1.1 unknown_option",
            "/responses/3/answers/x unknown_item",
            "/responses/4/id duplicate_item",
            "/responses/5/channel wrong_shape",
            "/responses/6/answers nothing_answered",
            "/responses/7/collected_on future_date",
            "/responses/7/seconds seconds_out_of_range",
        ]
    );
    assert_eq!(
        owner.put(422, &path("batches/b1"), &batch(&[])).faults(),
        ["/responses bad_count"]
    );
    owner.put(422, &path("batches/a%20b"), &batch(&six()));
    assert_eq!(owner.get(200, &path("results/overall")).json()["data"][0]["n"], 0);
}

fn good_responses_are_kept_where_that_is_asked_for(app: &TestApp) {
    let owner = fielding(app, &two());
    let mut mixed = six();
    mixed.push(response("r6", "west", "444"));
    let taken = owner
        .put(201, &path("batches/b1?mode=partial"), &batch(&mixed))
        .json();
    assert_eq!((&taken["accepted"], &taken["refused"]), (&json!(6), &json!(1)));
    assert_eq!(taken["problems"][0]["pointer"], "/responses/6/stratum");
    assert_eq!(owner.get(200, &path("results/overall")).json()["data"][0]["n"], 6);
}

fn a_table_of_cells_is_as_good_as_json(app: &TestApp) {
    let owner = fielding(app, &two());
    let csv = "id,stratum,channel,answers,seconds\nr0,north,post,444,30\nr1,north,visit,344,\n";
    let taken = owner.send_bytes(201, "PUT", &path("batches/b1"), "text/csv", csv.as_bytes());
    assert_eq!(taken.json()["accepted"], 2);
    let by_item =
        "id,stratum,channel,a1.1,a1.2,a2.1,a2.2\nr2,south,post,5,4,,Chờ lâu\nr3,south,post,1,1,1,\n";
    owner.send_bytes(201, "PUT", &path("batches/b2"), "text/csv", by_item.as_bytes());
    let rows = owner.get(200, &path("results/channels")).json();
    let n: Vec<&Value> = rows["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["n"])
        .collect();
    assert_eq!(
        n[..2],
        [&Value::Null, &Value::Null],
        "one visit, and what would tell it"
    );
    let wrong = owner.send_bytes(
        422,
        "PUT",
        &path("batches/b3"),
        "text/csv",
        b"id,stratum,colour\nr9,north,red\n",
    );
    assert_eq!(
        wrong.faults(),
        ["/colour unknown_column", "/channel missing_column"]
    );
    let short = owner.send_bytes(
        422,
        "PUT",
        &path("batches/b3"),
        "text/csv",
        b"id,stratum,channel,answers\nr9,north\nr8,north,owl,444\n",
    );
    assert_eq!(
        short.faults(),
        ["/responses/0 wrong_shape", "/responses/1/channel wrong_shape"]
    );
}

fn results_are_read_from_counts_and_can_be_counted_anew(app: &TestApp) {
    let owner = fielding(app, &two());
    owner.put(201, &path("batches/b1"), &batch(&six()));
    let table = owner.get(200, &path("results/agencies?items=true")).json();
    let row = |code: &str| {
        table["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["code"] == code)
            .unwrap()
            .clone()
    };
    // North: a1.1 4 3 2 → 66.67 %; a1.2 4 4 → 100 %; a2.1 4 4 4 → 100 %. The factor is the mean, the whole that of factors.
    let north = row("moj");
    assert_eq!(north["n"], 3);
    let index = |node: &str| {
        north["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|at| at["code"] == node)
            .unwrap()["index"]
            .clone()
    };
    assert_eq!(
        (index("a2"), north["items"][0]["index"].clone()),
        (json!("100.00"), json!("66.67"))
    );
    assert_eq!(
        north["items"][0]["shares"][4],
        json!({"option": "5", "share": "33.33"})
    );
    let counted = owner.post(200, &path("counts/rebuild"), &json!({})).json();
    assert_eq!(
        (&counted["responses"], &counted["cells"], &counted["equal"]),
        (&json!(6), &json!(2), &json!(true))
    );
    assert_eq!(owner.get(200, &path("results/agencies?items=true")).json(), table);
    let pages = owner.get(200, &path("results/agencies?limit=1")).json();
    let next = pages["page"]["next"].as_str().unwrap();
    let second = owner
        .get(200, &path(&format!("results/agencies?limit=1&cursor={next}")))
        .json();
    assert_eq!(
        (
            pages["data"][0]["code"].clone(),
            second["data"][0]["code"].clone()
        ),
        (json!("mof"), json!("moj"))
    );
    let work = owner.get(200, &path("field-work")).json();
    assert_eq!(work["data"][0]["valid"], 3);
}

fn what_is_excluded_does_not_count(app: &TestApp) {
    let owner = fielding(app, &two());
    owner.put(201, &path("batches/b1"), &batch(&six()));
    let quality = owner.get(200, &path("quality/overall")).json();
    assert_eq!(quality["data"][0]["straight_line"], 2, "444 and 000");
    let wanted = json!({"responses": ["r3"], "excluded": true, "reason": "Một người điền hộ"});
    let done = owner.post(200, &path("exclusions"), &wanted).json();
    assert_eq!((&done["changed"], &done["unchanged"]), (&json!(1), &json!(0)));
    assert_eq!(
        owner.post(200, &path("exclusions"), &wanted).json()["unchanged"],
        1
    );
    assert_eq!(owner.get(200, &path("quality/overall")).json()["data"][0]["n"], 5);
    assert_eq!(
        owner.post(200, &path("counts/rebuild"), &json!({})).json()["equal"],
        true
    );
    let listed = owner.get(200, &path("exclusions")).json();
    assert_eq!(listed["data"][0]["response"], "r3");
    let back = json!({"responses": ["r3"], "excluded": false, "reason": "Đã kiểm tra lại"});
    owner.post(200, &path("exclusions"), &back);
    assert_eq!(owner.get(200, &path("quality/overall")).json()["data"][0]["n"], 6);
    let unknown = json!({"responses": ["r3", "r99"], "excluded": true, "reason": "x"});
    assert_eq!(
        owner.post(422, &path("exclusions"), &unknown).faults(),
        ["/responses/1 unknown_response"]
    );
    let empty = json!({"responses": [], "excluded": true, "reason": " "});
    assert_eq!(
        owner.post(422, &path("exclusions"), &empty).faults(),
        ["/responses bad_count", "/reason bad_text"]
    );
}

fn few_responses_are_not_shown(app: &TestApp) {
    let owner = fielding(app, &two());
    owner.put(201, &path("batches/b1"), &batch(&six()[2..]));
    let table = owner.get(200, &path("results/agencies")).json();
    let shown: Vec<&Value> = table["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["suppressed"])
        .collect();
    assert_eq!(
        shown,
        [&json!(true), &json!(true)],
        "one of moj, and what would tell them by a difference"
    );
    assert_eq!(owner.get(200, &path("results/overall")).json()["data"][0]["n"], 4);
}

fn who_asks_is_compared_with_the_others(app: &TestApp) {
    let owner = fielding(app, &two());
    let interview = |number: usize| {
        let (who, stratum, answers) = match number {
            0..25 => ("nv-1", "north", "444"),
            25..55 if number.is_multiple_of(2) => ("nv-2", "north", "333"),
            25..55 => ("nv-2", "north", "001"),
            _ => ("nv-3", "south", "333"),
        };
        json!({"id": format!("r{number}"), "stratum": stratum, "channel": "visit", "answers": answers, "interviewer": who})
    };
    let all: Vec<Value> = (0..60).map(interview).collect();
    owner.put(201, &path("batches/b1"), &batch(&all));
    let listed = owner.get(200, &path("interviewers?limit=2")).json();
    assert_eq!(
        listed["data"][0],
        json!({"interviewer": "nv-1", "n": 25, "index": "100.00", "others": "50.00", "doubted": true})
    );
    let next = listed["page"]["next"].as_str().unwrap();
    let rest = owner
        .get(200, &path(&format!("interviewers?limit=2&cursor={next}")))
        .json();
    let alone = json!([{"interviewer": "nv-3", "n": 5, "index": null, "others": null, "doubted": false}]);
    assert_eq!(rest["data"], alone, "nobody else asked there");
    app.collector("sbv").get(403, &path("interviewers"));
}

fn a_final_result_never_changes(app: &TestApp) {
    let owner = fielding(app, &two());
    owner.put(201, &path("batches/b1"), &batch(&six()));
    owner.get(404, &path("results"));
    go(&owner, "close");
    owner.put(
        409,
        &path("batches/b2"),
        &batch(&[response("r9", "north", "444")]),
    );
    go(&owner, "finalise");
    let reader = app.reader("mof");
    let document = reader.get(200, &path("results"));
    let digest = reader.get(200, ROUND).json()["result_digest"].clone();
    assert_eq!(document.etag(), format!("\"{}\"", digest.as_str().unwrap()));
    assert_eq!(
        parindex::ids::sha256_hex(document.text().as_bytes()),
        digest.as_str().unwrap()
    );
    reader
        .header("if-none-match", document.etag())
        .get(304, &path("results"));
    let overall = reader.get(200, &path("results/overall?items=true")).json();
    assert_eq!(document.json()["tables"][0]["rows"], overall["data"]);
    let wanted = json!({"responses": ["r3"], "excluded": true, "reason": "x"});
    owner.post(409, &path("exclusions"), &wanted);
}

fn who_may_send_and_who_may_see(app: &TestApp) {
    let owner = fielding(app, &two());
    let one = batch(&six()[..3]);
    app.anon().put(401, &path("batches/b1"), &one);
    app.reader("mof").put(403, &path("batches/b1"), &one);
    app.collector("mof").put(403, &path("batches/b1"), &one);
    app.collector("sbv").put(201, &path("batches/b1"), &one);
    app.collector("sbv").get(403, &path("results/overall"));
    app.evaluator("mof").get(403, &path("results/overall"));
    owner.get(200, &path("results/overall"));
    app.collector("sbv")
        .post(403, &path("counts/rebuild"), &json!({}));
}

/// Each commune a stratum, all of one agency.
fn send_population(app: &TestApp, communes: &[SyntheticCommune]) -> Person {
    let strata: Vec<Value> = communes
        .iter()
        .map(|commune| stratum(&commune.code, "moj", commune.population))
        .collect();
    let owner = fielding(app, &strata);
    let instrument = compiled();
    let drawn = communes.iter().flat_map(|commune| {
        let responses = commune.responses(&instrument);
        responses.map(|one| {
            json!({"id": format!("{}-{}", commune.code, one.person), "stratum": commune.code, "channel": one.channel,
                "answers": one.answers, "seconds": one.seconds})
        })
    });
    for (number, responses) in drawn.collect::<Vec<_>>().chunks(10_000).enumerate() {
        owner.put(201, &path(&format!("batches/t{number}")), &batch(responses));
    }
    owner
}

/// Index, low and high of each node and item of a row, in the order of the instrument.
fn printed(row: &Value) -> Vec<[Value; 3]> {
    let parts = ["nodes", "items"]
        .into_iter()
        .flat_map(|part| row[part].as_array().unwrap());
    parts
        .map(|at| [at["index"].clone(), at["low"].clone(), at["high"].clone()])
        .collect()
}

/// What the pure room makes of counts, printed as the API prints it: so both engines have the same figures to the last digit.
fn expected(
    instrument: &CompiledInstrument,
    facts: &[StratumFacts],
    cells: &[Cell],
    weighted: bool,
) -> Vec<[Value; 3]> {
    let plan = CountPlan::new(instrument);
    let design = SampleDesign::new(facts, weighted);
    let estimator = Estimator {
        instrument,
        plan: &plan,
        design: &design,
    };
    let row = estimator.row(&cells.iter().enumerate().collect::<Vec<_>>());
    let figures = row
        .nodes
        .into_iter()
        .chain(row.items.into_iter().map(|item| item.figure));
    let text = |points: Option<Points>| points.map_or(Value::Null, |points| json!(points.format(2)));
    figures
        .map(|figure| [text(figure.index), text(figure.low), text(figure.high)])
        .collect()
}

fn a_population_has_the_figures_that_it_must_have(app: &TestApp) {
    let spec = PopulationSpec {
        seed: 2025,
        provinces: 3,
        communes: 100,
        responses: 30_000,
    };
    let communes = synthetic_communes(&spec);
    let owner = send_population(app, &communes);
    let instrument = compiled();
    let plan = CountPlan::new(&instrument);
    let (mut cells, mut truths, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    for commune in &communes {
        let mut cell = plan.empty();
        for one in commune.responses(&instrument) {
            plan.add(&mut cell, &one.answers, FlagSet::default());
        }
        facts.push(StratumFacts {
            agency: 0,
            population: commune.population,
            valid: cell.n,
        });
        truths.push(commune.truth(&instrument, &plan));
        cells.push(cell);
    }
    let overall = owner.get(200, &path("results/overall?items=true")).json();
    assert_eq!(overall["data"][0]["n"], 30_000);
    assert_eq!(
        printed(&overall["data"][0]),
        expected(&instrument, &facts, &cells, true)
    );
    let table = owner
        .get(200, &path("results/strata?items=true&limit=500"))
        .json();
    let (mut held, mut all) = (0, 0);
    for (place, row) in table["data"].as_array().unwrap().iter().enumerate() {
        let own = std::slice::from_ref(&cells[place]);
        assert_eq!(
            printed(row),
            expected(&instrument, &facts[place..=place], own, true)
        );
        let everybody = StratumFacts {
            valid: facts[place].population,
            ..facts[place]
        };
        let truth = expected(
            &instrument,
            &[everybody],
            std::slice::from_ref(&truths[place]),
            false,
        );
        let number = |text: &Value| text.as_str().unwrap().parse::<Points>().unwrap();
        for (truth, shown) in truth.iter().zip(printed(row)) {
            all += 1;
            held +=
                i32::from(number(&shown[1]) <= number(&truth[0]) && number(&truth[0]) <= number(&shown[2]));
        }
    }
    let percent = held * 10_000 / all;
    assert!((9_300..=9_700).contains(&percent), "{percent} of {all}");
    assert_eq!(
        owner.post(200, &path("counts/rebuild"), &json!({})).json()["equal"],
        true
    );
}
