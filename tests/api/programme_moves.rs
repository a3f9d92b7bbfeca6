//! Stories about reports, confirmations and decisions on plan lines, with every move that is refused.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        play::{rows, text},
        programme::{Programme, task},
        round::OWNER,
    },
};

stories![
    a_line_is_reported_and_confirmed,
    every_move_by_everybody_in_every_state,
    an_objection_takes_confirmations_back,
    a_line_waits_for_others,
    what_a_move_says_is_checked,
    who_speaks_for_several_units_names_one,
    nothing_moves_outside_of_its_time,
    many_reports_are_kept_all_or_none,
    many_confirmations_are_kept_all_or_none,
    more_time_is_asked_for_and_decided,
    the_words_are_for_those_concerned,
    who_is_concerned_is_told,
];

fn complete() -> Value {
    json!({"kind": "report", "completed": true, "text": "Đã ban hành", "evidence": [{"title": "Thông tư", "number": "01/TT", "date": "2026-03-01", "url": "https://example.vn/tt"}]})
}

fn confirm() -> Value {
    json!({"kind": "confirm"})
}

fn said(kind: &str) -> Value {
    json!({"kind": kind, "text": "Theo ý kiến của lãnh đạo"})
}

fn a_line_is_reported_and_confirmed(app: &TestApp) {
    let mut two = task("1");
    two["lines"][0]["coordinators"] = json!(["mof", "moet"]);
    let programme = app.programme(&[two]);
    let (lead, first, second) = (app.submitter("moj"), app.leader("mof"), app.submitter("moet"));
    let line = programme
        .go(
            200,
            &lead,
            "1",
            &json!({"kind": "report", "percent": 40, "text": "Đang làm"}),
        )
        .json();
    assert_eq!(
        (&line["state"], &line["percent"]),
        (&json!("in_progress"), &json!(40))
    );
    let once = lead.if_match("\"r2\"").header("idempotency-key", "k");
    let path = format!("{}/moves", programme.line("1"));
    let made = once.post(200, &path, &complete());
    let again = once.post(200, &path, &complete());
    assert_eq!(
        (again.header("idempotency-replayed"), &again.bytes),
        ("true", &made.bytes)
    );
    lead.if_match("\"r2\"")
        .post(412, &path, &json!({"kind": "withdraw"}));
    lead.post(428, &path, &json!({"kind": "withdraw"}));
    let moves = lead.get(200, &path).json();
    assert_eq!(moves["waiting_for"], json!(["moet", "mof"]));
    app.advance(TimeDelta::days(40));
    let (lead, first, second) = {
        let _ = (lead, first, second);
        (app.submitter("moj"), app.leader("mof"), app.submitter("moet"))
    };
    // The deadline has passed, but it was reported before.
    let waiting = programme.read("1");
    assert_eq!(
        (&waiting["timeliness"], &waiting["done_at"]),
        (&json!("overdue"), &Value::Null)
    );
    programme.go(200, &first, "1", &confirm());
    assert_eq!(
        programme.go(409, &first, "1", &confirm()).code(),
        "illegal_transition"
    );
    assert_eq!(lead.get(200, &path).json()["waiting_for"], json!(["moet"]));
    let line = programme.go(200, &second, "1", &confirm()).json();
    assert_eq!(
        (&line["state"], &line["timeliness"]),
        (&json!("done"), &json!("done_in_time"))
    );
    assert_eq!(line["done_at"], "2026-03-02T02:00:00Z");
    let moves = lead.get(200, &path).json();
    let kinds: Vec<&str> = rows(&moves, "data").iter().map(|one| text(one, "kind")).collect();
    assert_eq!(kinds, ["report", "report", "confirm", "confirm"]);
    assert_eq!(moves["data"][1]["evidence"][0]["number"], "01/TT");
    assert_eq!(
        (&moves["data"][3]["agency"], &moves["waiting_for"]),
        (&json!("moet"), &json!([]))
    );
    let page = lead.get(200, &format!("{path}?limit=3")).json();
    let next = text(&page["page"], "next");
    let rest = lead.get(200, &format!("{path}?cursor={next}")).json();
    assert_eq!(rows(&rest, "data").len(), 1);
}

/// A move of the table, by its name: who makes it, and what is sent.
fn named(app: &TestApp, name: &str) -> (Person, Value) {
    let lead = || app.submitter("moj");
    let unit = || app.submitter("mof");
    let owner = || app.evaluator(OWNER);
    match name {
        "report" => (lead(), json!({"kind": "report", "percent": 30})),
        "complete" => (lead(), complete()),
        "withdraw" => (lead(), json!({"kind": "withdraw"})),
        "refuse" => (lead(), said("refuse")),
        "confirm" => (unit(), confirm()),
        "object" => (unit(), said("object")),
        "settle_done" | "settle_redo" => {
            let to = name.trim_start_matches("settle_");
            (
                owner(),
                json!({"kind": "settle", "to": to, "text": "Quá hạn xác nhận"}),
            )
        }
        "reassign" => (
            owner(),
            json!({"kind": "reassign", "lead": "moj", "text": "Theo chức năng"}),
        ),
        kind => (owner(), said(kind)),
    }
}

/// Brings a fresh line into a state, by moves that lead there.
fn bring(app: &TestApp, programme: &Programme<'_>, code: &str, state: &str) {
    let way: &[&str] = match state {
        "not_started" => &[],
        "in_progress" => &["report"],
        "awaiting_confirmation" => &["complete"],
        "done" => &["complete", "confirm"],
        "on_hold" => &["report", "hold"],
        "refused" => &["refuse"],
        "redo" => &["complete", "object"],
        _ => panic!("no state {state}"),
    };
    for name in way {
        let (who, body) = named(app, name);
        programme.go(200, &who, code, &body);
    }
    assert_eq!(programme.state(code), state);
}

const MOVES: &str =
    "report complete withdraw refuse confirm object settle_done settle_redo reassign hold resume reopen";
/// Every state by every move, in their order: the state it leads to, or `-` where it is refused.
const TABLE: [&str; 7] = [
    "not_started in_progress awaiting_confirmation - refused - - - - not_started on_hold - -",
    "in_progress in_progress awaiting_confirmation - - - - - - - on_hold - -",
    "awaiting_confirmation - - in_progress - done redo done redo - on_hold - -",
    "done - - - - - - - - - - - redo",
    "on_hold - - - - - - - - not_started - in_progress -",
    "refused - - - - - - - - not_started - - -",
    "redo in_progress awaiting_confirmation - - - - - - - on_hold - -",
];

/// Whoever has another part is refused whatever the state.
fn every_move_by_everybody_in_every_state(app: &TestApp) {
    let code = |state: &str, name: &str| format!("{state}.{name}").replace('_', "-");
    let cells: Vec<(&str, &str, &str)> = TABLE
        .iter()
        .flat_map(|line| {
            let (state, cells) = line.split_once(' ').unwrap();
            let cells = MOVES.split(' ').zip(cells.split(' '));
            cells.map(move |(name, cell)| (state, name, cell))
        })
        .collect();
    assert_eq!(cells.len(), 7 * 12);
    let tasks: Vec<Value> = cells
        .iter()
        .map(|(state, name, _)| task(&code(state, name)))
        .collect();
    let programme = app.programme(&tasks);
    let people = [
        app.submitter("moj"),
        app.submitter("mof"),
        app.evaluator(OWNER),
        app.submitter("moet"),
        app.evaluator("mic"),
        app.admin(),
    ];
    for (state, name, cell) in cells {
        let code = code(state, name);
        bring(app, &programme, &code, state);
        let (who, body) = named(app, name);
        for other in &people {
            if other.access_token() != who.access_token() {
                programme.go(403, other, &code, &body);
            }
        }
        if cell == "-" {
            let refused = programme.go(409, &who, &code, &body);
            assert_eq!(refused.code(), "illegal_transition", "{code}");
            assert_eq!(programme.state(&code), state, "{code}");
        } else {
            let moved = programme.go(200, &who, &code, &body).json();
            assert_eq!(moved["state"], cell, "{code}");
        }
    }
}

fn an_objection_takes_confirmations_back(app: &TestApp) {
    let mut two = task("1");
    two["lines"][0]["coordinators"] = json!(["mof", "moet"]);
    let mut alone = task("2");
    alone["lines"][0]["coordinators"] = json!([]);
    let programme = app.programme(&[two, alone]);
    let (lead, first, second) = (app.submitter("moj"), app.submitter("mof"), app.submitter("moet"));
    programme.go(200, &lead, "1", &complete());
    programme.go(200, &first, "1", &confirm());
    programme.go(200, &second, "1", &said("object"));
    programme.go(200, &lead, "1", &complete());
    programme.go(200, &second, "1", &confirm());
    assert_eq!(programme.state("1"), "awaiting_confirmation");
    // A stop between two confirmations takes nothing back.
    programme.go(200, &app.evaluator(OWNER), "1", &said("hold"));
    let fewer = json!({"coordinators": ["moet"], "reason": "x"});
    let refused = programme.change_line(409, "1", &fewer);
    assert_eq!(refused.code(), "illegal_transition");
    programme.go(200, &app.evaluator(OWNER), "1", &said("resume"));
    programme.go(200, &first, "1", &confirm());
    assert_eq!(programme.state("1"), "done");
    // Where nobody co-ordinates, the owner confirms.
    programme.go(200, &lead, "2", &complete());
    programme.go(403, &first, "2", &confirm());
    programme.go(403, &first, "2", &said("object"));
    programme.go(200, &app.evaluator(OWNER), "2", &confirm());
    assert_eq!(programme.state("2"), "done");
}

fn a_line_waits_for_others(app: &TestApp) {
    let mut second = task("2");
    second["lines"][0]["depends_on"] = json!([{"task": "1", "line": 1}]);
    let programme = app.programme(&[task("1"), second]);
    let lead = app.submitter("moj");
    programme.go(200, &lead, "2", &json!({"kind": "report", "percent": 90}));
    assert_eq!(
        programme.go(422, &lead, "2", &complete()).faults(),
        ["/completed waits_for_others"]
    );
    let report = json!({"reports": [{"task": "2", "line": 1, "completed": true, "text": "x"}]});
    let refused = lead.post(422, &programme.path("/reports"), &report);
    assert_eq!(refused.faults(), ["/reports/0/completed waits_for_others"]);
    programme.go(200, &lead, "1", &complete());
    programme.go(422, &lead, "2", &complete());
    programme.go(200, &app.submitter("mof"), "1", &confirm());
    programme.go(200, &lead, "2", &complete());
}

fn what_a_move_says_is_checked(app: &TestApp) {
    let mut two = task("1");
    two["lines"][0]["coordinators"] = json!(["mof", "moet"]);
    let programme = app.programme(&[two]);
    let (lead, owner) = (app.submitter("moj"), app.evaluator(OWNER));
    let bad = json!({"kind": "report", "percent": 60, "completed": true, "agency": "mof", "to": "done", "lead": "mof",
        "coordinators": [], "evidence": [{"title": "", "number": "", "date": "1026-01-01", "url": "ftp://x"}]});
    let mut faults = programme.go(422, &lead, "1", &bad).faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "/agency not_for_this_kind",
            "/coordinators not_for_this_kind",
            "/evidence/0/date bad_year",
            "/evidence/0/number bad_text",
            "/evidence/0/title bad_text",
            "/evidence/0/url bad_url",
            "/lead not_for_this_kind",
            "/percent not_complete",
            "/text bad_text",
            "/to not_for_this_kind",
        ]
    );
    for (who, body, expected) in [
        (&lead, json!({"kind": "report"}), "/percent missing"),
        (
            &lead,
            json!({"kind": "report", "percent": -1}),
            "/percent out_of_range",
        ),
        (&lead, json!({"kind": "refuse", "text": " "}), "/text bad_text"),
        (&owner, json!({"kind": "settle", "text": "x"}), "/to missing"),
        (&owner, json!({"kind": "reassign", "text": "x"}), "/lead missing"),
        (
            &owner,
            json!({"kind": "reassign", "text": "x", "lead": "mof"}),
            "/lead lead_coordinates",
        ),
        (
            &owner,
            json!({"kind": "reassign", "text": "x", "lead": "nobody"}),
            "/lead unknown_agency",
        ),
        (&owner, json!({"kind": "dance"}), "/kind wrong_shape"),
        (&owner, json!({"kind": "hold", "why": "x"}), "/why wrong_shape"),
    ] {
        assert_eq!(programme.go(422, who, "1", &body).faults(), [expected], "{body}");
    }
}

fn who_speaks_for_several_units_names_one(app: &TestApp) {
    let mut two = task("1");
    two["lines"][0]["coordinators"] = json!(["mof", "moet"]);
    let programme = app.programme(&[two]);
    let (lead, owner) = (app.submitter("moj"), app.evaluator(OWNER));
    let both = app.person(
        "both.units",
        &[
            crate::support::grant("leader", "mof"),
            crate::support::grant("submitter", "moet"),
        ],
    );
    programme.go(200, &lead, "1", &complete());
    assert_eq!(
        programme.go(422, &both, "1", &confirm()).faults(),
        ["/agency name_one"]
    );
    let foreign = json!({"kind": "confirm", "agency": "moj"});
    assert_eq!(
        programme.go(422, &both, "1", &foreign).faults(),
        ["/agency not_your_unit"]
    );
    for unit in ["mof", "moet"] {
        programme.go(200, &both, "1", &json!({"kind": "confirm", "agency": unit}));
    }
    assert_eq!(programme.state("1"), "done");
    // Given to another, it is that one's from then on.
    programme.go(200, &owner, "1", &said("reopen"));
    programme.go(200, &owner, "1", &said("hold"));
    let given =
        json!({"kind": "reassign", "lead": "moet", "coordinators": ["mof"], "text": "Theo chức năng"});
    let line = programme.go(200, &owner, "1", &given).json();
    assert_eq!(
        (&line["lead"], &line["coordinators"]),
        (&json!("moet"), &json!(["mof"]))
    );
    assert_eq!(
        (&line["state"], &line["percent"]),
        (&json!("not_started"), &json!(0))
    );
    programme.go(403, &lead, "1", &json!({"kind": "report", "percent": 1}));
    programme.go(
        200,
        &app.submitter("moet"),
        "1",
        &json!({"kind": "report", "percent": 1}),
    );
}

fn nothing_moves_outside_of_its_time(app: &TestApp) {
    let programme = app.draft_programme("p");
    programme.add(201, &[task("1")]);
    let lead = app.submitter("moj");
    let report = json!({"reports": [{"task": "1", "line": 1, "percent": 1}]});
    let more = json!({"until": "2026-05-01", "reason": "x"});
    let refused = |status: u16| {
        programme.go(status, &lead, "1", &json!({"kind": "report", "percent": 1}));
        lead.post(status, &programme.path("/reports"), &report);
        lead.post(status, &format!("{}/extensions", programme.line("1")), &more);
    };
    refused(409);
    programme.set_status(200, "in_force");
    programme.set_status(200, "closed");
    refused(409);
    let change = json!({"output": "x", "reason": "x"});
    assert_eq!(
        programme.change_line(409, "1", &change).code(),
        "illegal_transition"
    );
    let nowhere = format!("{}/moves", programme.line("9"));
    lead.if_match("*").post(404, &nowhere, &confirm());
    lead.get(404, &nowhere);
}

fn many_reports_are_kept_all_or_none(app: &TestApp) {
    let mut foreign = task("9");
    foreign["lines"][0]["lead"] = json!("moet");
    let programme = app.programme(&[task("1"), task("2"), task("3"), foreign]);
    let lead = app.submitter("moj");
    let path = programme.path("/reports");
    programme.go(200, &lead, "3", &complete());
    let refused = lead.post(
        422,
        &path,
        &json!({"reports": [
            {"task": "1", "line": 1, "percent": 10},
            {"task": "1", "line": 1, "percent": 20},
            {"task": "1", "line": 2, "percent": 10},
            {"task": "2", "line": 1, "percent": 200, "revision": 7},
            {"task": "3", "line": 1, "percent": 10},
            {"task": "3", "percent": 10},
        ]}),
    );
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "/reports/1 duplicate",
            "/reports/2/line unknown_line",
            "/reports/3/percent out_of_range",
            "/reports/3/revision stale",
            "/reports/4 illegal_transition",
            "/reports/5 wrong_shape",
        ]
    );
    assert_eq!(programme.state("1"), "not_started");
    assert_eq!(
        lead.post(422, &path, &json!({"reports": []})).faults(),
        ["/reports bad_length"]
    );
    let others = json!({"reports": [{"task": "1", "line": 1, "percent": 10}, {"task": "9", "line": 1, "percent": 10}]});
    lead.post(403, &path, &others);
    let body = json!({"reports": [
        {"task": "1", "line": 1, "percent": 10, "revision": 1},
        {"task": "2", "line": 1, "completed": true, "text": "Đã xong", "evidence": [{"title": "Báo cáo"}]},
    ]});
    let once = lead.header("idempotency-key", "k");
    let moved = once.post(200, &path, &body).json();
    assert_eq!(moved, json!({"lines": 2, "completed": 1, "done": 0}));
    once.post(200, &path, &body);
    let line = programme.read("1");
    assert_eq!((&line["percent"], &line["revision"]), (&json!(10), &json!(2)));
    assert_eq!(programme.state("2"), "awaiting_confirmation");
    let moves = lead.get(200, &format!("{}/moves", programme.line("2"))).json();
    assert_eq!(rows(&moves, "data").len(), 1);
    assert_eq!(moves["data"][0]["evidence"][0]["title"], "Báo cáo");
}

fn many_confirmations_are_kept_all_or_none(app: &TestApp) {
    let programme = app.programme(&[task("1"), task("2"), task("3")]);
    let (lead, unit) = (app.submitter("moj"), app.submitter("mof"));
    let path = programme.path("/confirmations");
    for code in ["1", "2"] {
        programme.go(200, &lead, code, &complete());
    }
    let of = |codes: &[&str]| {
        let rows: Vec<Value> = codes
            .iter()
            .map(|code| json!({"task": code, "line": 1}))
            .collect();
        json!({"confirmations": rows})
    };
    lead.post(403, &path, &of(&["1"]));
    app.evaluator(OWNER).post(403, &path, &of(&["1"]));
    let refused = unit.post(422, &path, &of(&["1", "3", "9"]));
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "/confirmations/1 illegal_transition",
            "/confirmations/2/line unknown_line"
        ]
    );
    let mut foreign = of(&["1"]);
    foreign["agency"] = json!("moj");
    assert_eq!(
        unit.post(422, &path, &foreign).faults(),
        ["/agency not_your_unit"]
    );
    let moved = unit.post(200, &path, &of(&["1", "2"])).json();
    assert_eq!(moved, json!({"lines": 2, "completed": 0, "done": 2}));
    assert_eq!([programme.state("1"), programme.state("2")], ["done", "done"]);
}

fn more_time_is_asked_for_and_decided(app: &TestApp) {
    let mut endless = task("2");
    endless["lines"][0]["to"] = Value::Null;
    let programme = app.programme(&[task("1"), endless]);
    let (lead, owner) = (app.submitter("moj"), app.evaluator(OWNER));
    let path = format!("{}/extensions", programme.line("1"));
    let more = |until: &str| json!({"until": until, "reason": "Chờ ý kiến các bộ"});
    let nameless = json!({"until": "2026-03-31", "reason": ""});
    assert_eq!(
        lead.post(422, &path, &nameless).faults(),
        ["/until not_later", "/reason bad_text"]
    );
    app.submitter("mof").post(403, &path, &more("2026-04-30"));
    owner.post(403, &path, &more("2026-04-30"));
    lead.post(
        409,
        &format!("{}/extensions", programme.line("2")),
        &more("2026-04-30"),
    );
    let asked = lead.post(201, &path, &more("2026-04-30")).json();
    assert_eq!(
        lead.post(409, &path, &more("2026-05-30")).code(),
        "illegal_transition"
    );
    let decide = format!("{path}/{}/decision", text(&asked, "id"));
    lead.post(403, &decide, &json!({"granted": true}));
    assert_eq!(
        owner
            .post(422, &decide, &json!({"granted": false, "until": "2026-04-15"}))
            .faults(),
        ["/reason bad_text", "/until not_for_a_refusal"]
    );
    assert_eq!(
        owner
            .post(422, &decide, &json!({"granted": true, "until": "2026-03-31"}))
            .faults(),
        ["/until not_later"]
    );
    let nobody = format!("{path}/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10/decision");
    owner.post(404, &nobody, &json!({"granted": true}));
    // The deadline has passed when it is decided: it is overdue, and in time again.
    app.advance(TimeDelta::days(35));
    let (lead, owner) = (app.submitter("moj"), app.evaluator(OWNER));
    assert_eq!(programme.read("1")["timeliness"], "overdue");
    let decided = owner
        .post(200, &decide, &json!({"granted": true, "until": "2026-04-20"}))
        .json();
    assert_eq!(
        (&decided["until"], &decided["granted_until"]),
        (&json!("2026-04-30"), &json!("2026-04-20"))
    );
    owner.post(409, &decide, &json!({"granted": true}));
    let line = programme.read("1");
    assert_eq!(
        (&line["to"], &line["original_to"]),
        (&json!("2026-04-20"), &json!("2026-03-31"))
    );
    assert_eq!(line["timeliness"], "in_time");
    let changes = lead.get(200, &format!("{}/changes", programme.line("1"))).json();
    assert_eq!(changes["data"][0]["before"], json!({"to": "2026-03-31"}));
    again_and_again(&programme, &path, &lead, &owner);
}

/// A second request keeps the first deadline, and one that is refused changes nothing.
fn again_and_again(programme: &Programme<'_>, path: &str, lead: &Person, owner: &Person) {
    let more = |until: &str| json!({"until": until, "reason": "Chờ ý kiến các bộ"});
    let asked = lead.post(201, path, &more("2026-05-30")).json();
    owner.post(
        200,
        &format!("{path}/{}/decision", text(&asked, "id")),
        &json!({"granted": true}),
    );
    let line = programme.read("1");
    assert_eq!(
        (&line["to"], &line["original_to"]),
        (&json!("2026-05-30"), &json!("2026-03-31"))
    );
    let asked = lead.post(201, path, &more("2026-06-30")).json();
    let refusal = json!({"granted": false, "reason": "Không có căn cứ"});
    owner.post(200, &format!("{path}/{}/decision", text(&asked, "id")), &refusal);
    assert_eq!(programme.read("1")["to"], "2026-05-30");
    let list = lead.get(200, path).json();
    let granted: Vec<&Value> = rows(&list, "data").iter().map(|one| &one["granted"]).collect();
    assert_eq!(granted, [&json!(true), &json!(true), &json!(false)]);
}

fn the_words_are_for_those_concerned(app: &TestApp) {
    let programme = app.programme(&[task("1")]);
    programme.go(
        200,
        &app.submitter("moj"),
        "1",
        &json!({"kind": "report", "percent": 5, "text": "Vướng mắc nội bộ"}),
    );
    let path = format!("{}/moves", programme.line("1"));
    for reader in [
        app.reader("moj"),
        app.reader("mof"),
        app.evaluator("mic"),
        app.evaluator(OWNER),
        app.admin(),
    ] {
        reader.get(200, &path);
        reader.get(200, &format!("{}/extensions", programme.line("1")));
    }
    for stranger in [app.submitter("moet"), app.evaluator("mot")] {
        stranger.get(403, &path);
        stranger.get(403, &format!("{}/extensions", programme.line("1")));
        // How far it is everybody may know.
        assert_eq!(stranger.get(200, &programme.line("1")).json()["percent"], 5);
    }
}

fn told(who: &Person) -> Vec<(String, String)> {
    let feed = who.get(200, "/api/v1/notifications").json();
    let event = |one: &Value| {
        (
            text(&one["params"], "event").to_owned(),
            text(one, "path").to_owned(),
        )
    };
    rows(&feed, "data")
        .iter()
        .filter(|one| one["kind"] == "plan_moved")
        .map(event)
        .collect()
}

fn who_is_concerned_is_told(app: &TestApp) {
    let (lead, unit, owner) = {
        app.import_reference();
        (app.submitter("moj"), app.submitter("mof"), app.evaluator(OWNER))
    };
    let outsider = app.submitter("moet");
    let programme = app.programme(&[task("1"), task("2")]);
    let events = |who: &Person| -> Vec<String> { told(who).into_iter().map(|(event, _)| event).collect() };
    // Two lines, one notice.
    assert_eq!(
        (events(&lead), events(&unit)),
        (vec!["given".to_owned()], vec!["given".to_owned()])
    );
    programme.go(200, &lead, "1", &complete());
    let (event, path) = told(&unit).remove(0);
    assert_eq!(
        (event.as_str(), path.as_str()),
        ("completed", programme.line("1").as_str())
    );
    programme.go(200, &unit, "1", &said("object"));
    assert_eq!(events(&lead)[0], "objected");
    assert_eq!(events(&owner), ["objected"]);
    programme.go(200, &lead, "1", &complete());
    programme.go(200, &unit, "1", &confirm());
    assert_eq!(
        (events(&lead)[0].as_str(), events(&owner)[0].as_str()),
        ("confirmed", "confirmed")
    );
    programme.go(200, &lead, "2", &complete());
    programme.go(
        200,
        &owner,
        "2",
        &json!({"kind": "settle", "to": "redo", "text": "x"}),
    );
    assert_eq!(events(&lead)[0], "settled");
    programme.go(200, &owner, "2", &said("hold"));
    assert_eq!(
        (events(&lead)[0].as_str(), events(&unit)[0].as_str()),
        ("held", "held")
    );
    let path = format!("{}/extensions", programme.line("2"));
    let asked = lead
        .post(201, &path, &json!({"until": "2026-05-01", "reason": "x"}))
        .json();
    assert_eq!(events(&owner)[0], "extension_asked");
    owner.post(
        200,
        &format!("{path}/{}/decision", text(&asked, "id")),
        &json!({"granted": true}),
    );
    assert_eq!(told(&lead)[0], ("extension_decided".to_owned(), path));
    assert!(events(&outsider).is_empty());
    let feed = lead.get(200, "/api/v1/notifications").json();
    assert!(text(&feed["data"][0], "text").contains("Chương trình phối hợp 2026-2027"));
}
