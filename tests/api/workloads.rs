//! Stories about what agencies have to do, and what will be late at the present pace.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        programme::{CODE, task},
        recommend::{assign, classify},
    },
};

stories![
    everything_that_waits_is_counted_by_agency,
    people_see_what_their_own_agencies_have_to_do,
    what_will_be_late_is_said_with_its_numbers,
    warnings_come_in_pages,
];

const WORKLOADS: &str = "/api/v1/workloads";

/// Four lines: two that moj leads and mof co-ordinates, one of mof alone, one without a deadline.
fn tasks() -> Vec<Value> {
    let mut alone = task("3");
    alone["lines"][0]["lead"] = json!("mof");
    alone["lines"][0]["coordinators"] = json!([]);
    alone["lines"][0]["to"] = json!("2026-03-07");
    let mut endless = task("4");
    endless["lines"][0].as_object_mut().unwrap().remove("to");
    vec![task("1"), task("2"), alone, endless]
}

fn of(who: &Person, query: &str) -> Vec<Value> {
    let seen = who.get(200, &format!("{WORKLOADS}{query}")).json();
    seen["data"].as_array().unwrap().clone()
}

fn load(agency: &str, parts: [[i64; 3]; 2], to_confirm: i64, others: [[i64; 2]; 2]) -> Value {
    let lines = |[unfinished, overdue, nearly_due]: [i64; 3]| json!({"unfinished": unfinished, "overdue": overdue, "nearly_due": nearly_due});
    let open = |[open, overdue]: [i64; 2]| json!({"open": open, "overdue": overdue});
    json!({"agency": agency, "led": lines(parts[0]), "coordinated": lines(parts[1]), "to_confirm": to_confirm,
           "recommendations": open(others[0]), "remedies": open(others[1])})
}

fn everything_that_waits_is_counted_by_agency(app: &TestApp) {
    let programme = app.programme(&tasks());
    let moha = app.evaluator("moha");
    let nothing = [[0, 0], [0, 0]];
    let first = [
        load("mof", [[1, 0, 1], [3, 0, 0]], 0, nothing),
        load("moj", [[3, 0, 0], [0, 0, 0]], 0, nothing),
    ];
    assert_eq!(of(&moha, ""), first);
    assert_eq!(of(&moha, &format!("?programme={CODE}")), first);
    moha.get(404, &format!("{WORKLOADS}?programme=nothing"));
    moha.get(400, &format!("{WORKLOADS}?as_of=yesterday"));
    // The last day counts to its end in the programme's zone.
    let on = |day: &str| of(&moha, &format!("?as_of={day}"));
    assert_eq!(on("2026-03-07T23:59")[0]["led"]["overdue"], 0);
    assert_eq!(on("2026-03-07")[0]["led"]["overdue"], 1);
    assert_eq!(
        on("2026-03-31")[1]["led"],
        json!({"unfinished": 3, "overdue": 2, "nearly_due": 0})
    );
    // A report of completion waits for mof, or for the owner where nobody co-ordinates.
    let done = json!({"kind": "report", "completed": true, "text": "Xong"});
    programme.go(200, &app.submitter("moj"), "1", &done);
    programme.go(200, &app.submitter("mof"), "3", &done);
    let waiting = |who: &str| -> Value {
        let all = of(&moha, "");
        let found = all.iter().find(|load| load["agency"] == who);
        found.map_or(Value::Null, |load| load["to_confirm"].clone())
    };
    assert_eq!(
        (waiting("mof"), waiting("moha"), waiting("moj")),
        (json!(1), json!(1), json!(0))
    );
    programme.go(200, &app.submitter("mof"), "1", &json!({"kind": "confirm"}));
    programme.go(200, &moha, "3", &json!({"kind": "confirm"}));
    assert_eq!((waiting("mof"), waiting("moha")), (json!(0), Value::Null));
    what_is_asked_and_owed_is_counted(app);
}

fn what_is_asked_and_owed_is_counted(app: &TestApp) {
    app.import_recommendation_types();
    app.admin()
        .put(201, "/api/v1/holidays/2026", &json!({"days": []}));
    let moha = app.evaluator("moha");
    let asked = app.recommend(&["moha", "mic"]);
    let part = |agency: &str, part: &str, query: &str| -> Value {
        let all = of(&moha, query);
        let found = all.iter().find(|load| load["agency"] == agency);
        found.map_or(Value::Null, |load| load[part].clone())
    };
    let open = |open: i64, overdue: i64| json!({"open": open, "overdue": overdue});
    assert_eq!(part("moha", "recommendations", ""), open(1, 0));
    classify(&moha, &asked, "urgent");
    assign(&moha, &asked, "mic", &["moha"]);
    for body in ["moha", "mic"] {
        // Due on Thursday 5 March: a day lasts to its end.
        assert_eq!(
            part(body, "recommendations", "?as_of=2026-03-05T12:00"),
            open(1, 0)
        );
        assert_eq!(
            part(body, "recommendations", "?as_of=2026-03-06T00:00"),
            open(1, 1)
        );
    }
    let star = moha.if_match("*");
    let new = json!({"owner": "moha", "target": "moj", "form": "unannounced", "from": "2026-03-09",
                     "to": "2026-03-13", "topic": "x"});
    let path = star.post(201, "/api/v1/inspections", &new);
    let path = path.header("location");
    let go = |body: &Value| star.post(200, &format!("{path}/transitions"), body);
    go(&json!({"action": "begin"}));
    let finding = json!({"text": "x", "severity": "minor"});
    let found = star.post(201, &format!("{path}/findings"), &finding).json();
    let id = found["findings"][0]["id"].as_str().unwrap();
    let remedy = json!({"text": "x", "due_on": "2026-03-20"});
    star.post(201, &format!("{path}/findings/{id}/remedies"), &remedy);
    assert_eq!(part("moj", "remedies", ""), open(0, 0), "it is not concluded");
    go(&json!({"action": "conclude", "conclusion": "x"}));
    assert_eq!(part("moj", "remedies", "?as_of=2026-03-20T12:00"), open(1, 0));
    assert_eq!(part("moj", "remedies", "?as_of=2026-03-21T12:00"), open(1, 1));
}

fn people_see_what_their_own_agencies_have_to_do(app: &TestApp) {
    app.programme(&tasks());
    app.import_recommendation_types();
    app.recommend(&["moha"]);
    let agencies = |who: &Person| -> Vec<String> {
        let all = of(who, "");
        let codes = all.iter().map(|load| load["agency"].as_str().unwrap().to_owned());
        codes.collect()
    };
    assert_eq!(agencies(&app.admin()), ["mof", "moha", "moj"]);
    assert_eq!(agencies(&app.evaluator("mot")), ["mof", "moha", "moj"]);
    for who in [app.submitter("moj"), app.leader("moj"), app.reader("moj")] {
        assert_eq!(agencies(&who), ["moj"]);
    }
    assert_eq!(agencies(&app.appraiser("mic")), [""; 0]);
    assert_eq!(agencies(&app.appraiser("moha")), ["moha"]);
    let own = of(&app.submitter("mof"), &format!("?programme={CODE}"));
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["coordinated"]["unfinished"], 3);
    app.anon().get(401, WORKLOADS);
}

fn what_will_be_late_is_said_with_its_numbers(app: &TestApp) {
    let mut next = task("2");
    next["lines"][0]["from"] = json!("2026-04-02");
    next["lines"][0]["to"] = json!("2026-12-31");
    next["lines"][0]["depends_on"] = json!([{"task": "1", "line": 1}]);
    let mut first = task("1");
    first["lines"][0]["from"] = json!("2026-02-21");
    let programme = app.programme(&[first, next]);
    let path = programme.path("/warnings");
    let reader = app.reader("mot");
    let seen = |who: &Person| who.get(200, &path).json()["data"].as_array().unwrap().clone();
    assert!(seen(&reader).is_empty());
    let moj = app.submitter("moj");
    let report = |percent: i64| json!({"kind": "report", "percent": percent});
    programme.go(200, &moj, "1", &report(25));
    // 21 February to 2 March are 10 days for 25 %: 30 more are 1 April, a day after its end, and before the next begins.
    let found = seen(&reader);
    assert_eq!(found.len(), 1, "{found:#?}");
    let expected = json!({"kind": "late_at_pace", "task": "1", "line": 1, "title": "Nhiệm vụ 1", "lead": "moj",
        "from": "2026-02-21", "to": "2026-03-31", "percent": 25, "days_gone": 10, "days_left": 29,
        "expected_on": "2026-04-01", "days_late": 1, "waits_for": null,
        "why_vi": "10 ngày được 25 %, như vậy đến 01/04/2026 mới xong, sau hạn 31/03/2026 là 1 ngày.",
        "why_en": "25 % took 10 days: at this pace it is done on 1 April 2026, 1 day after its deadline, 31 March 2026."});
    assert_eq!(found[0], expected);
    programme.go(200, &moj, "1", &report(20));
    // 40 more days: 11 April, nine days after the next begins.
    let found = seen(&reader);
    let kinds: Vec<&str> = found.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["late_at_pace", "dependency_late"]);
    assert_eq!(found[1]["waits_for"], json!({"task": "1", "line": 1}));
    assert_eq!(
        (&found[1]["expected_on"], &found[1]["days_late"]),
        (&json!("2026-04-11"), &json!(9))
    );
    programme.go(200, &moj, "1", &report(80));
    assert!(seen(&reader).is_empty());
    // On hold nothing is expected of it.
    programme.go(200, &moj, "1", &report(10));
    assert_eq!(seen(&reader).len(), 2);
    programme.go(
        200,
        &programme.evaluator(),
        "1",
        &json!({"kind": "hold", "text": "Chờ"}),
    );
    assert!(seen(&reader).is_empty());
    app.anon().get(401, &path);
    reader.get(404, "/api/v1/programmes/nothing/warnings");
}

fn warnings_come_in_pages(app: &TestApp) {
    let all: Vec<Value> = (1..=3).map(|number| task(&number.to_string())).collect();
    let programme = app.programme(&all);
    // 2 to 31 March are 30 days: silence counts from 17 March on.
    app.advance(TimeDelta::days(14));
    let evaluator = programme.evaluator();
    let path = programme.path("/warnings");
    assert_eq!(evaluator.get(200, &path).json()["data"], json!([]));
    app.advance(TimeDelta::days(1));
    let evaluator = programme.evaluator();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = evaluator.get(200, &format!("{path}?limit=2{cursor}")).json();
        for row in page["data"].as_array().unwrap() {
            assert_eq!(row["kind"], "nothing_reported");
            assert_eq!((&row["days_gone"], &row["days_left"]), (&json!(15), &json!(14)));
            seen.push(row["task"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["page"]["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["1", "2", "3"]);
}
