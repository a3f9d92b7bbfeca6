//! Stories about deadlines that close by the clocks of their round's time zone.

use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_types::Text};
use parindex::{
    clock::Moment,
    db::{Conn, Database},
    features::rounds::Phase,
};
use serde_json::{Value, json};

use crate::{
    on_both_engines, stories,
    support::{
        Engine, Scratch, TestApp,
        play::minutes,
        round::{Round, good_items, new_round},
    },
};

stories![
    a_round_closes_by_its_own_clock_and_no_other_does,
    a_time_is_read_in_the_rounds_zone,
    what_is_no_time_or_zone_is_refused,
    the_council_sits_in_the_rounds_day,
];
on_both_engines![rounds_of_before_are_in_vietnam];

fn change(round: &Round<'_>, status: u16, zone: Option<&str>, deadlines: &Value) -> Value {
    let mut body = json!({"title_vi": "Kỳ", "deadlines": deadlines});
    if let Some(zone) = zone {
        body["time_zone"] = json!(zone);
    }
    let who = round.evaluator().if_match(&round.etag());
    let answer = who.put(status, &round.path(""), &body);
    match status {
        200 => answer.json(),
        _ => json!(answer.faults()),
    }
}

/// Lets time pass up to a moment.
fn wait_until(app: &TestApp, moment: &str) {
    let moment: Moment = serde_json::from_value(json!(moment)).unwrap();
    let seconds = moment.unix_seconds() - app.now().unix_seconds();
    app.advance(TimeDelta::seconds(seconds));
}

fn a_round_closes_by_its_own_clock_and_no_other_does(app: &TestApp) {
    let ours = app.round_in(Phase::SelfAssessment);
    let theirs = app.round_named("story-hawaii", Phase::SelfAssessment);
    // The same day on the calendar of each: Honolulu's ends seventeen hours later.
    let day = json!({"self_assessment": "2026-03-09"});
    change(&ours, 200, None, &day);
    change(&theirs, 200, Some("Pacific/Honolulu"), &day);
    let save = |round: &Round<'_>, status: u16| {
        round.save(status, "moj", &good_items(3));
    };
    wait_until(app, "2026-03-09T16:59:59Z");
    save(&ours, 200);
    save(&theirs, 200);
    app.advance(TimeDelta::seconds(1));
    save(&ours, 409);
    save(&theirs, 200);
    app.advance(TimeDelta::seconds(1));
    save(&ours, 409);
    save(&theirs, 200);
    wait_until(app, "2026-03-10T09:59:59Z");
    save(&theirs, 200);
    app.advance(TimeDelta::seconds(1));
    save(&theirs, 409);
    app.advance(TimeDelta::seconds(1));
    save(&theirs, 409);
}

fn a_time_is_read_in_the_rounds_zone(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let written = json!({"self_assessment": "2026-03-12T17:00", "explanation": "2026-03-20",
                         "appraisal": "2026-03-31T00:00:00Z"});
    let changed = change(&round, 200, Some("Asia/Tokyo"), &written);
    assert_eq!(changed["time_zone"], "Asia/Tokyo");
    assert_eq!(
        changed["deadlines"],
        json!({"self_assessment": "2026-03-12T08:00:00Z", "explanation": "2026-03-20T15:00:00Z",
               "appraisal": "2026-03-31T00:00:00Z"})
    );
    assert_eq!(
        changed["local_deadlines"],
        json!({"self_assessment": "2026-03-12T17:00:00+09:00", "explanation": "2026-03-21T00:00:00+09:00",
               "appraisal": "2026-03-31T09:00:00+09:00"})
    );
    // More time is asked for by the same clocks, and the agency sees it by them.
    let path = format!("{}/extensions", round.submission("moj"));
    let asked = json!({"deadline": "self_assessment", "until": "2026-03-12T18:30", "reason": "Bão"});
    let asked = app.submitter("moj").post(201, &path, &asked).json();
    assert_eq!(asked["until"], "2026-03-12T09:30:00Z");
    let path = format!("{path}/{}/decision", asked["id"].as_str().unwrap());
    let decided = json!({"granted": true, "until": "2026-03-13"});
    round.evaluator().post(200, &path, &decided);
    let form = app.submitter("moj").get(200, &round.submission("moj")).json();
    assert_eq!(form["time_zone"], "Asia/Tokyo");
    assert_eq!(form["deadlines"]["self_assessment"], "2026-03-13T15:00:00Z");
    assert_eq!(
        form["local_deadlines"]["self_assessment"],
        "2026-03-14T00:00:00+09:00"
    );
    let work = app.submitter("moj").get(200, "/api/v1/work").json();
    assert_eq!(work["items"][0]["local_due"], "2026-03-14T00:00:00+09:00");
    // Another zone alone moves no deadline, and none is kept that is not sent.
    let sent = json!({"self_assessment": changed["deadlines"]["self_assessment"]});
    let moved = change(&round, 200, Some("UTC"), &sent);
    assert_eq!(
        moved["local_deadlines"]["self_assessment"],
        "2026-03-12T08:00:00+00:00"
    );
    let kept = change(&round, 200, None, &sent);
    assert_eq!(kept["time_zone"], "UTC");
}

fn what_is_no_time_or_zone_is_refused(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let berlin = Some("Europe/Berlin");
    let of = |time: &str| json!({"self_assessment": time});
    for (time, code) in [
        ("2026-03-29T02:30", "time_skipped"),
        ("2026-10-25T02:30", "time_twice"),
        ("9999-12-31", "bad_year"),
    ] {
        let faults = change(&round, 422, berlin, &of(time));
        assert_eq!(faults, json!([format!("/deadlines/self_assessment {code}")]));
    }
    // With its offset the hour that comes twice is one.
    change(&round, 200, berlin, &of("2026-10-25T02:30:00+01:00"));
    let evaluator = round.evaluator().if_match("*");
    let bad = |body: Value, pointer: &str| {
        let answer = evaluator.put(422, &round.path(""), &body);
        assert!(answer.faults()[0].starts_with(pointer), "{}", answer.text());
    };
    for time in ["31/03/2026", "2026-02-30", "17:00", ""] {
        bad(
            json!({"title_vi": "Kỳ", "deadlines": of(time)}),
            "/deadlines/self_assessment",
        );
    }
    for zone in ["Hà Nội", "+07:00", "asia/ho_chi_minh"] {
        bad(
            json!({"title_vi": "Kỳ", "deadlines": {}, "time_zone": zone}),
            "/time_zone",
        );
    }
    let both = json!({"self_assessment": "2026-03-20", "explanation": "2026-03-20T23:59"});
    assert_eq!(
        change(&round, 422, berlin, &both),
        json!(["/deadlines/explanation deadline_order"])
    );
    let mut new = new_round("zone-2025");
    new["time_zone"] = json!("Mars/Olympus");
    round.evaluator().post(422, "/api/v1/rounds", &new);
    new["time_zone"] = json!("Asia/Vientiane");
    let made = round.evaluator().post(201, "/api/v1/rounds", &new).json();
    assert_eq!(made["time_zone"], "Asia/Vientiane");
}

fn the_council_sits_in_the_rounds_day(app: &TestApp) {
    let round = app.round_in(Phase::Council);
    // Monday morning in Hà Nội is Sunday afternoon in Honolulu.
    let mut today = minutes();
    today["held_on"] = json!("2026-03-02");
    change(&round, 200, Some("Pacific/Honolulu"), &json!({}));
    let refused = round.evaluator().post(422, &round.path("/minutes"), &today);
    assert_eq!(refused.faults(), ["/held_on in_the_future"]);
    change(&round, 200, Some("Asia/Ho_Chi_Minh"), &json!({}));
    round.evaluator().post(201, &round.path("/minutes"), &today);
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn rounds_of_before_are_in_vietnam(engine: Engine) {
    const UP: &str = include_str!("../../migrations/2026-11-24-000014_notifications/up.sql");
    const DOWN: &str = include_str!("../../migrations/2026-11-24-000014_notifications/down.sql");
    let scratch = Scratch::migrated(engine);
    let mut conn = Database::connect_for_migrations(&scratch.database_url()).unwrap();
    // What came later stands on it, and goes first.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut later: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap() > "2026-11-24-000014_notifications")
        .collect();
    later.sort();
    for migration in later.iter().rev() {
        let down = std::fs::read_to_string(migration.join("down.sql")).unwrap();
        conn.batch_execute(&down).unwrap();
    }
    conn.batch_execute(DOWN).unwrap();
    conn.batch_execute(
        "INSERT INTO agency_levels (code, name_vi, position) VALUES ('l', 'l', 1); \
         INSERT INTO agencies (code, level_code, revision, created_at, updated_at) \
         VALUES ('a', 'l', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'); \
         INSERT INTO criteria_sets (code, version, title_vi, level_code, illustrative, document, digest, leaves, \
             maximum, revision, created_at, updated_at) \
         VALUES ('s', 1, 's', 'l', TRUE, '{}', 'd', 1, 1, 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'); \
         INSERT INTO rounds (code, title_vi, year, owner_code, criteria_set_code, criteria_set_version, phase, \
             revision, created_at, updated_at) \
         VALUES ('r', 'r', 2025, 'a', 's', 1, 'preparation', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00');",
    )
    .unwrap();
    conn.batch_execute(UP).unwrap();
    for migration in &later {
        let up = std::fs::read_to_string(migration.join("up.sql")).unwrap();
        conn.batch_execute(&up).unwrap();
    }
    let query = diesel::sql_query("SELECT time_zone AS line FROM rounds");
    let rows: Vec<Line> = match &mut conn {
        Conn::Pg(conn) => query.load(conn),
        Conn::Lite(conn) => query.load(conn),
    }
    .unwrap();
    assert_eq!(rows[0].line, "Asia/Ho_Chi_Minh");
}
