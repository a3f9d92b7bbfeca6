//! The count that was published: 6,846 tasks assigned, 3,332 done, 3,514 unfinished, 148 of them overdue, which is 4.2 %.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{Person, Response, TestApp, programme::Programme, round::OWNER},
};

stories![the_published_count_follows_from_the_clock];

/// Dated tasks.
const TASKS: usize = 6846;
/// Those that are done.
const DONE: usize = 3332;
/// Of the others, those that were due before the clock's day.
const OVERDUE: usize = 148;
/// Of the others, those that are due on 5 March, three days after the clock.
const NEAR: usize = 100;
/// Of the others, those that are due on 31 March. The rest is due at the end of 2027.
const IN_MARCH: usize = 1000;
const BATCH: usize = 1000;

/// The last day of a task: those that are done come first, all with time left.
fn last_day(index: usize) -> &'static str {
    match index {
        _ if index < DONE => "2026-06-30",
        _ if index < DONE + OVERDUE => "2026-03-01",
        _ if index < DONE + OVERDUE + NEAR => "2026-03-05",
        _ if index < DONE + OVERDUE + NEAR + IN_MARCH => "2026-03-31",
        _ => "2027-12-31",
    }
}

/// Even tasks are co-ordinated by mof and confirmed by it, odd ones confirmed by the owner.
fn task(index: usize) -> Value {
    let coordinators: &[&str] = if index.is_multiple_of(2) { &["mof"] } else { &[] };
    let lead = if index.is_multiple_of(3) { "moet" } else { "moj" };
    let content = if index < TASKS / 2 { "1" } else { "2" };
    json!({"code": format!("t{index}"), "content": content, "title": format!("Nhiệm vụ {index}"), "kind": "general",
           "lines": [{"to": last_day(index), "lead": lead, "coordinators": coordinators}]})
}

fn in_batches(indexes: impl Iterator<Item = usize>, send: impl Fn(Vec<usize>)) {
    let indexes: Vec<usize> = indexes.collect();
    indexes.chunks(BATCH).for_each(|batch| send(batch.to_vec()));
}

fn post(programme: &Programme<'_>, who: &Person, list: &str, rows: Vec<Value>, status: u16) -> Response {
    let mut body = json!({});
    body[list] = json!(rows);
    who.post(status, &programme.path(&format!("/{list}")), &body)
}

fn counts(programme: &Programme<'_>) -> Value {
    programme.evaluator().get(200, &programme.path("/summary")).json()
}

fn published(summary: &Value) -> [Value; 5] {
    ["total", "done", "unfinished", "overdue", "overdue_rate"].map(|name| summary["overall"][name].clone())
}

/// Whoever leads reports completion of what is done, and half of what is under way of the rest.
fn report(app: &TestApp, programme: &Programme<'_>) {
    for (lead, is_led) in [("moet", true), ("moj", false)] {
        let who = app.submitter(lead);
        let led = |index: &usize| index.is_multiple_of(3) == is_led;
        in_batches((0..DONE).filter(led), |batch| {
            let reports = batch
                .iter()
                .map(|index| json!({"task": format!("t{index}"), "line": 1, "completed": true, "text": "Đã hoàn thành"}));
            post(programme, &who, "reports", reports.collect(), 200);
        });
        in_batches((DONE..DONE + OVERDUE).filter(led), |batch| {
            let reports = batch
                .iter()
                .map(|index| json!({"task": format!("t{index}"), "line": 1, "percent": 50}));
            post(programme, &who, "reports", reports.collect(), 200);
        });
    }
}

fn confirm(app: &TestApp, programme: &Programme<'_>) {
    for (who, even) in [(app.submitter("mof"), true), (app.evaluator(OWNER), false)] {
        let mine = |index: &usize| index.is_multiple_of(2) == even;
        in_batches((0..DONE).filter(mine), |batch| {
            let rows = batch
                .iter()
                .map(|index| json!({"task": format!("t{index}"), "line": 1}));
            post(programme, &who, "confirmations", rows.collect(), 200);
        });
    }
}

fn the_published_count_follows_from_the_clock(app: &TestApp) {
    let programme = app.draft_programme("count");
    in_batches(0..TASKS, |batch| {
        let tasks: Vec<Value> = batch.into_iter().map(task).collect();
        programme.add(201, &tasks);
    });
    programme.set_status(200, "in_force");
    report(app, &programme);
    let reported = counts(&programme);
    assert_eq!(reported["overall"]["states"]["awaiting_confirmation"], DONE);
    assert_eq!(
        reported["overall"]["done"], 0,
        "what is not confirmed is not done"
    );
    confirm(app, &programme);

    let summary = counts(&programme);
    assert_eq!(
        published(&summary),
        [json!(6846), json!(3332), json!(3514), json!(148), json!("4.2")]
    );
    let timeliness = &summary["overall"]["timeliness"];
    assert_eq!(timeliness["nearly_due"], 100);
    // 3514 − 148 − 100.
    assert_eq!(
        (&timeliness["in_time"], &timeliness["done_in_time"]),
        (&json!(3266), &json!(3332))
    );
    let states = &summary["overall"]["states"];
    assert_eq!(
        (&states["in_progress"], &states["not_started"]),
        (&json!(148), &json!(3366))
    );
    let sum = |table: &str, name: &str| -> i64 {
        let rows = summary[table].as_array().unwrap();
        rows.iter().map(|row| row["counts"][name].as_i64().unwrap()).sum()
    };
    for table in ["by_content", "by_lead"] {
        assert_eq!(summary[table].as_array().unwrap().len(), 2);
        assert_eq!(
            [sum(table, "total"), sum(table, "done"), sum(table, "overdue")],
            [6846, 3332, 148]
        );
    }
    let overdue = programme.path("/lines?timeliness=overdue&limit=500");
    let late = programme.evaluator().get(200, &overdue).json();
    assert_eq!(late["data"].as_array().unwrap().len(), OVERDUE);

    // A month later, on 2 April, with nothing written: 148 + 100 + 1,000 are late, 1,248 of 3,514 = 35.515… %.
    let entries = |app: &TestApp| app.admin().get(200, "/api/v1/audit?object_kind=programme").json();
    let before = entries(app)["data"][0]["id"].clone();
    app.advance(TimeDelta::days(31));
    let summary = counts(&programme);
    assert_eq!(
        published(&summary),
        [json!(6846), json!(3332), json!(3514), json!(1248), json!("35.5")]
    );
    assert_eq!(summary["overall"]["timeliness"]["in_time"], 2266);
    assert_eq!(entries(app)["data"][0]["id"], before);
    // And as it stood in March, asked for in April.
    let then = programme.path("/summary?as_of=2026-03-02");
    let then = programme.evaluator().get(200, &then).json();
    assert_eq!(published(&then)[3..], [json!(148), json!("4.2")]);
}
