//! Stories about saving a self-assessment: bulk saves, and what a bad item is told.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Response, TestApp,
        round::{DECLARED, Round, SELF_TOTAL, good_items},
    },
};

stories![
    a_form_is_filled_in_bit_by_bit,
    what_is_left_out_stays_and_null_clears,
    one_bad_item_refuses_all,
    a_partial_save_keeps_the_good_items,
    a_dry_run_leaves_no_trace,
    an_unchanged_save_makes_no_revision,
    a_save_sent_twice_is_done_once,
    who_names_a_stale_version_overwrites_nothing,
    an_item_has_a_history,
    saves_that_overtake_each_other_are_all_kept,
];

fn yes(indicator: &str, yes: bool) -> Value {
    json!({"indicator": indicator, "value": {"kind": "yes_no", "yes": yes}})
}

fn ratio(indicator: &str, numerator: &str, denominator: &str) -> Value {
    json!({"indicator": indicator,
           "value": {"kind": "ratio", "numerator": numerator, "denominator": denominator}})
}

/// The lines of `moj`'s form, by indicator.
fn line(app: &TestApp, round: &Round<'_>, indicator: &str) -> Value {
    let form = app.submitter("moj").get(200, &round.submission("moj")).json();
    let lines = form["items"].as_array().unwrap().clone();
    let found = lines.into_iter().find(|line| line["indicator"] == indicator);
    found.unwrap_or_else(|| panic!("no line {indicator}"))
}

fn audit_count(app: &TestApp) -> usize {
    let page = app.admin().get(200, "/api/v1/audit?limit=500").json();
    assert_eq!(page["page"]["next"], Value::Null, "too many entries for one page");
    page["data"].as_array().unwrap().len()
}

fn statuses(saved: &Response) -> Vec<String> {
    let items = saved.json()["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|item| {
            format!(
                "{} {} r{}",
                item["indicator"].as_str().unwrap(),
                item["status"].as_str().unwrap(),
                item["revision"]
            )
        })
        .collect()
}

fn a_form_is_filled_in_bit_by_bit(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let blank = app.submitter("moj").get(200, &round.submission("moj")).json();
    let lines = blank["items"].as_array().unwrap();
    let indicators: Vec<&str> = lines
        .iter()
        .map(|line| line["indicator"].as_str().unwrap())
        .collect();
    assert_eq!(indicators, DECLARED);
    assert!(lines.iter().all(|line| line["item"].is_null()));
    let items = good_items(3);
    let first = round.save(200, "moj", &items[..3]).json();
    assert_eq!(
        (&first["saved"], &first["submission_revision"]),
        (&json!(3), &json!(2))
    );
    round.save(200, "moj", &items[3..]);
    let full = app.submitter("moj").get(200, &round.submission("moj"));
    let form = full.json();
    let points: Vec<&str> = form["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["item"]["self_points"].as_str().unwrap())
        .collect();
    assert_eq!(points, ["10", "5", "15", "5", "8.5", "7.5", "9.5"]);
    assert_eq!(form["self_points"], SELF_TOTAL);
    assert_eq!(form["items"][0]["item"]["saved_by"], "moj.submitter");
    assert_eq!(full.etag(), "\"r3\"");
}

fn what_is_left_out_stays_and_null_clears(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut both = yes("1.2", true);
    both["explanation"] = json!("Sáng kiến được công nhận");
    both["evidence"] = json!([{"title": "Quyết định công nhận"}]);
    round.save(200, "moj", &[both, ratio("1.3", "95", "100")]);
    round.save(200, "moj", &[yes("1.2", false)]);
    let item = line(app, &round, "1.2")["item"].clone();
    assert_eq!(item["explanation"], "Sáng kiến được công nhận");
    assert_eq!(item["evidence"][0]["title"], "Quyết định công nhận");
    assert_eq!(
        (&item["revision"], &item["self_points"]),
        (&json!(2), &json!("0"))
    );
    assert_eq!(line(app, &round, "1.3")["item"]["revision"], 1);
    let clear = json!({"indicator": "1.2", "value": null, "evidence": null});
    round.save(200, "moj", &[clear]);
    let item = line(app, &round, "1.2")["item"].clone();
    assert_eq!(
        (&item["value"], &item["self_points"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(item["evidence"], json!([]));
    assert_eq!(item["explanation"], "Sáng kiến được công nhận");
    round.save(200, "moj", &[json!({"indicator": "1.2", "explanation": "  "})]);
    assert_eq!(line(app, &round, "1.2")["item"]["explanation"], Value::Null);
}

fn one_bad_item_refuses_all(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    app.submitter("moj");
    let before = audit_count(app);
    let refused = round.save(
        422,
        "moj",
        &[yes("1.2", true), ratio("1.3", "2", "1"), yes("8", true)],
    );
    assert_eq!(
        refused.faults(),
        [
            "/items/1/value/numerator numerator_above_denominator",
            "/items/2/indicator unknown_indicator"
        ]
    );
    assert!(line(app, &round, "1.2")["item"].is_null());
    assert_eq!(audit_count(app), before);
}

fn a_partial_save_keeps_the_good_items(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.save(200, "moj", &[yes("1.2", false)]);
    let path = format!("{}/items?mode=partial", round.submission("moj"));
    let body = json!({"items": [ratio("1.3", "2", "1"), yes("1.2", true), yes("1.2", false), ratio("2.1", "1", "3")]});
    let before = audit_count(app);
    let saved = app.submitter("moj").put(200, &path, &body);
    assert_eq!(
        statuses(&saved),
        ["1.3 refused r0", "1.2 saved r2", "1.2 refused r1", "2.1 saved r1"]
    );
    let result = saved.json();
    assert_eq!(
        (&result["saved"], &result["refused"], &result["unchanged"]),
        (&json!(2), &json!(2), &json!(0))
    );
    assert_eq!(
        result["items"][0]["errors"][0]["pointer"],
        "/items/0/value/numerator"
    );
    // One third is under the floor of 50 per cent.
    assert_eq!(result["items"][3]["self_points"], "0");
    assert_eq!(audit_count(app), before + 1);
    assert!(line(app, &round, "1.3")["item"].is_null());
    let nothing = json!({"items": [ratio("1.3", "2", "1")]});
    let saved = app.submitter("moj").put(200, &path, &nothing).json();
    assert_eq!((&saved["saved"], &saved["refused"]), (&json!(0), &json!(1)));
    assert_eq!(audit_count(app), before + 1);
}

fn a_dry_run_leaves_no_trace(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = format!("{}/items?dry_run=true", round.submission("moj"));
    let submitter = app.submitter("moj").idempotency_key("dry");
    let before = audit_count(app);
    let body = json!({"items": [ratio("1.3", "89.999999", "100")]});
    let tried = submitter.put(200, &path, &body).json();
    assert_eq!((&tried["dry_run"], &tried["saved"]), (&json!(true), &json!(1)));
    assert_eq!(tried["items"][0]["self_points"], "8");
    assert_eq!(tried["submission_revision"], 1);
    submitter.put(422, &path, &json!({"items": [ratio("1.3", "2", "1")]}));
    assert_eq!(audit_count(app), before);
    assert!(line(app, &round, "1.3")["item"].is_null());
}

fn an_unchanged_save_makes_no_revision(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.save(200, "moj", &good_items(3));
    let before = audit_count(app);
    let again = round.save(200, "moj", &good_items(3)).json();
    assert_eq!((&again["saved"], &again["unchanged"]), (&json!(0), &json!(7)));
    assert_eq!(again["submission_revision"], 2);
    // The same number written otherwise is the same number.
    let same = round.save(200, "moj", &[ratio("1.3", "95.0", "100.000")]).json();
    assert_eq!(same["unchanged"], 1);
    let nothing = json!({"indicator": "1.2", "revision": 1});
    assert_eq!(round.save(200, "moj", &[nothing]).json()["unchanged"], 1);
    assert_eq!(audit_count(app), before);
}

fn a_save_sent_twice_is_done_once(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = format!("{}/items", round.submission("moj"));
    let body = json!({"items": good_items(3)});
    let sender = app.submitter("moj").idempotency_key("form-1");
    let first = sender.put(200, &path, &body);
    let before = audit_count(app);
    // Meanwhile a colleague corrects a value: the answer that comes again is the first one all the same.
    round.save(200, "moj", &[yes("1.2", false)]);
    let second = sender.put(200, &path, &body);
    assert_eq!((second.text(), second.etag()), (first.text(), first.etag()));
    assert_eq!(line(app, &round, "1.2")["item"]["revision"], 2);
    assert_eq!(audit_count(app), before + 1);
    let other = sender.put(422, &path, &json!({"items": [yes("1.2", true)]}));
    assert_eq!(other.code(), "idempotency_key_reused");
    sender.put(422, &format!("{path}?mode=partial"), &body);
    // A refusal is not kept: what was mended may be sent under the same key.
    let sender = sender.idempotency_key("form-2");
    sender.put(422, &path, &json!({"items": [ratio("1.3", "2", "1")]}));
    sender.put(200, &path, &json!({"items": [ratio("1.3", "1", "2")]}));
    // Keys belong to people.
    app.leader("moj").idempotency_key("form-1").put(200, &path, &body);
}

fn who_names_a_stale_version_overwrites_nothing(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let (form, sender) = (round.submission("moj"), app.submitter("moj"));
    let path = format!("{form}/items");
    let seen = sender.get(200, &form);
    round.save(200, "moj", &[yes("1.2", false)]);
    let body = json!({"items": [yes("1.2", true)]});
    for stale in [seen.etag(), "\"r99\"", "nonsense"] {
        let refused = sender.if_match(stale).put(412, &path, &body);
        assert_eq!(refused.code(), "precondition_failed");
    }
    sender
        .if_match(seen.etag())
        .put(412, &format!("{path}?mode=partial"), &body);
    assert_eq!(line(app, &round, "1.2")["item"]["value"]["yes"], false);
    let saved = sender
        .if_match(sender.get(200, &form).etag())
        .put(200, &path, &body);
    // The answer's ETag is good for the next save.
    sender
        .if_match(saved.etag())
        .put(200, &path, &json!({"items": [yes("1.2", false)]}));
}

fn an_item_has_a_history(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.save(200, "moj", &[ratio("2.1", "50", "100")]);
    app.advance(chrono::TimeDelta::minutes(5));
    let path = round.submission("moj");
    let second = json!({"items": [ratio("2.1", "75", "100")]});
    app.leader("moj").put(200, &format!("{path}/items"), &second);
    let history = app
        .submitter("moj")
        .get(200, &format!("{path}/items/2.1/revisions"))
        .json();
    let told: Vec<String> = history["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            format!(
                "{} {} {} {}",
                item["revision"], item["self_points"], item["saved_at"], item["saved_by"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"2 "7.5" "2026-03-02T02:05:00Z" "moj.leader""#,
            r#"1 "5" "2026-03-02T02:00:00Z" "moj.submitter""#
        ]
    );
    let blank = app
        .submitter("moj")
        .get(200, &format!("{path}/items/1.1/revisions"))
        .json();
    assert_eq!(blank["data"], json!([]));
    app.submitter("mof")
        .get(404, &format!("{path}/items/2.1/revisions"));
}

fn saves_that_overtake_each_other_are_all_kept(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let path = format!("{}/items", round.submission("moj"));
    let save = |numerator: usize| {
        submitter.put(
            200,
            &path,
            &json!({"items": [ratio("1.3", &numerator.to_string(), "100")]}),
        )
    };
    // Each is judged while others are written: what it was judged by no longer stands when its turn comes.
    std::thread::scope(|scope| {
        for first in [0, 20, 40, 60] {
            scope.spawn(move || (first..first + 5).for_each(|numerator| drop(save(numerator))));
        }
    });
    let history = submitter.get(200, &format!("{path}/1.3/revisions")).json();
    let history = history["data"].as_array().unwrap();
    let revisions: Vec<u64> = history
        .iter()
        .filter_map(|item| item["revision"].as_u64())
        .collect();
    assert_eq!(revisions, (1..=20).rev().collect::<Vec<u64>>());
    let mut numerators: Vec<usize> = history
        .iter()
        .map(|item| item["value"]["numerator"].as_str().unwrap().parse().unwrap())
        .collect();
    numerators.sort_unstable();
    let expected: Vec<usize> = [0, 20, 40, 60]
        .iter()
        .flat_map(|first| *first..first + 5)
        .collect();
    assert_eq!(numerators, expected);
}
