//! Stories about those who fill in one self-assessment together.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        round::{DECLARED, Round, good_items},
    },
};

stories![
    departments_see_and_save_what_is_theirs,
    contributors_are_checked,
    two_people_fill_in_one_form,
    lists_show_what_one_may_see,
];

fn assign(app: &TestApp, round: &Round<'_>) {
    let path = round.submission("moj");
    let rows = json!({"contributors": [
        {"indicator": "1.2", "contributor": "moj-hr"},
        {"indicator": "1.3", "contributor": "moj-it"},
        {"indicator": "2.1", "contributor": "moj-it"}]});
    let lead = app.submitter("moj");
    let etag = lead.get(200, &path).etag().to_owned();
    lead.if_match(&etag)
        .put(200, &format!("{path}/contributors"), &rows);
}

fn indicators(form: &Value) -> Vec<String> {
    let lines = form["items"].as_array().unwrap();
    lines
        .iter()
        .map(|line| line["indicator"].as_str().unwrap().to_owned())
        .collect()
}

fn form(who: &Person, round: &Round<'_>) -> Value {
    who.get(200, &round.submission("moj")).json()
}

fn ratio(numerator: &str) -> Value {
    json!({"indicator": "1.3", "value": {"kind": "ratio", "numerator": numerator, "denominator": "100"}})
}

fn departments_see_and_save_what_is_theirs(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let it = app.submitter("moj-it");
    let path = round.submission("moj");
    let items = format!("{path}/items");
    it.get(404, &path);
    it.put(404, &items, &json!({"items": [ratio("80")]}));
    assign(app, &round);
    let seen = form(&it, &round);
    assert_eq!(indicators(&seen), ["1.3", "2.1"]);
    assert_eq!(seen["actions"], json!(["save_items"]));
    it.put(200, &items, &json!({"items": [ratio("80")]}));
    let refused = it.put(422, &items, &json!({"items": [ratio("90"), good_items(3)[1]]}));
    assert_eq!(refused.faults(), ["/items/1/indicator not_assigned"]);
    let partial = format!("{items}?mode=partial");
    let saved = it
        .put(200, &partial, &json!({"items": [ratio("90"), good_items(3)[1]]}))
        .json();
    assert_eq!((&saved["saved"], &saved["refused"]), (&json!(1), &json!(1)));
    it.get(200, &format!("{items}/1.3/revisions"));
    it.get(404, &format!("{items}/1.2/revisions"));
    let contributors = it.get(200, &format!("{path}/contributors")).json();
    assert_eq!(contributors["data"].as_array().unwrap().len(), 2);
    let gaps = it.get(200, &format!("{path}/completeness")).json();
    assert_eq!(gaps["gaps"].as_array().unwrap().len(), 1, "{gaps:#}");
    // A department neither approves, sends nor assigns.
    for to in ["approved", "submitted"] {
        round.move_submission(403, &it, "moj", to);
    }
    let nobody = json!({"contributors": []});
    it.if_match("*")
        .put(403, &format!("{path}/contributors"), &nobody);
    // The lead agency may fill in what it gave away, and take it back.
    round.save(200, "moj", &[ratio("95")]);
    app.submitter("moj")
        .if_match("*")
        .put(200, &format!("{path}/contributors"), &nobody);
    it.get(404, &path);
}

fn contributors_are_checked(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let path = format!("{}/contributors", round.submission("moj"));
    let lead = app.submitter("moj");
    let rows = json!({"contributors": [
        {"indicator": "1.2", "contributor": "moj-hr"},
        {"indicator": "1.2", "contributor": "moj-it"},
        {"indicator": "2.3", "contributor": "moj-it"},
        {"indicator": "9", "contributor": "moj-xx"}]});
    lead.put(428, &path, &rows);
    lead.if_match("\"r7\"").put(412, &path, &rows);
    let refused = lead.if_match("*").put(422, &path, &rows);
    assert_eq!(
        refused.faults(),
        [
            "/contributors/1/indicator duplicate_item",
            "/contributors/2/indicator not_declared",
            "/contributors/3/indicator unknown_indicator",
            "/contributors/3/contributor unknown_agency"
        ]
    );
    assert_eq!(lead.get(200, &path).json()["data"], json!([]));
}

fn two_people_fill_in_one_form(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    assign(app, &round);
    let items = format!("{}/items", round.submission("moj"));
    let (hr, it) = (app.submitter("moj-hr"), app.submitter("moj-it"));
    let yes =
        json!({"items": [{"indicator": "1.2", "value": {"kind": "yes_no", "yes": true}, "revision": 0}]});
    let share = json!({"items": [{"indicator": "1.3", "revision": 0,
        "value": {"kind": "ratio", "numerator": "95", "denominator": "100"}}]});
    // Both read the form before either saved: different items are in nobody's way.
    std::thread::scope(|scope| {
        scope.spawn(|| hr.put(200, &items, &yes));
        scope.spawn(|| it.put(200, &items, &share));
    });
    let seen = form(&app.submitter("moj"), &round);
    assert_eq!(seen["self_points"], "20");
    // The same item is: the second of two who saw revision 1 is told.
    let again = |numerator: &str| {
        let mut item = ratio(numerator);
        item["revision"] = json!(1);
        json!({"items": [item]})
    };
    it.put(200, &items, &again("70"));
    let late = app.submitter("moj").put(422, &items, &again("60"));
    assert_eq!(late.faults(), ["/items/0/revision stale_revision"]);
    assert_eq!(
        late.json()["errors"][0]["message"],
        "1.3: revision 2 was saved meanwhile, you saw 1; read it again and save again."
    );
}

fn lists_show_what_one_may_see(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    assign(app, &round);
    round.declare("mof");
    let path = round.path("/submissions");
    let seen = |who: Person| -> Vec<String> {
        let page = who.get(200, &path).json();
        let rows = page["data"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| format!("{} {}", row["agency"]["code"].as_str().unwrap(), row["declared"]))
            .collect()
    };
    let all = ["moet 0", "mof 7", "moj 0"];
    assert_eq!(seen(round.evaluator()), all);
    assert_eq!(seen(app.admin()), all);
    for own in [
        app.submitter("moj"),
        app.leader("moj"),
        app.reader("moj"),
        app.submitter("moj-it"),
    ] {
        assert_eq!(seen(own), ["moj 0"]);
    }
    for nothing in [app.appraiser("mic"), app.submitter("mot"), app.evaluator("mot")] {
        assert_eq!(seen(nothing), Vec::<String>::new());
    }
    app.anon().get(401, &path);
    let page = round.evaluator().get(200, &format!("{path}?limit=2")).json();
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    let next = page["page"]["next"].as_str().unwrap();
    let rest = round
        .evaluator()
        .get(200, &format!("{path}?limit=2&cursor={next}"))
        .json();
    assert_eq!(rest["data"][0]["agency"]["code"], "moj");
    assert_eq!(rest["data"][0]["indicators"], DECLARED.len());
}
