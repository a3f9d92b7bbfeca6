//! Stories about coordination programmes and their plans.

use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        play::{Play, data, rows, text},
        programme::{new_programme, task},
        round::OWNER,
    },
};

stories![
    a_programme_goes_its_way,
    every_fault_of_a_programme_is_named,
    tasks_are_added_all_or_none,
    lists_are_filtered_and_paged,
    a_plan_changes_and_its_past_stays_known,
    contents_with_tasks_stay,
    the_programme_of_2017_is_taken_in,
];

fn pointers(faults: &[String]) -> Vec<&str> {
    faults.iter().map(String::as_str).collect()
}

fn a_programme_goes_its_way(app: &TestApp) {
    app.import_reference();
    let evaluator = app.evaluator(OWNER);
    let once = evaluator.header("idempotency-key", "k1");
    let made = once.post(201, "/api/v1/programmes", &new_programme("p"));
    let again = once.post(201, "/api/v1/programmes", &new_programme("p"));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(made.bytes, again.bytes);
    evaluator.post(409, "/api/v1/programmes", &new_programme("p"));
    // Whoever runs other agencies' programmes does not make this one.
    app.evaluator("mic")
        .post(403, "/api/v1/programmes", &new_programme("q"));
    let path = made.header("location").to_owned();
    let read = evaluator.get(200, &path);
    assert_eq!(read.json()["status"], "draft");
    assert_eq!(
        read.json()["actions"],
        json!(["update", "replace_contents", "add_tasks"])
    );
    assert_eq!(app.submitter("moj").get(200, &path).json()["actions"], json!([]));
    evaluator.header("if-none-match", read.etag()).get(304, &path);

    let to = |status: &str| json!({"status": status});
    evaluator.patch(428, &path, &to("in_force"));
    evaluator.if_match("\"r7\"").patch(412, &path, &to("in_force"));
    app.submitter("moj")
        .if_match("*")
        .patch(403, &path, &to("in_force"));
    let change = |status: u16, body: &Value| evaluator.if_match("*").patch(status, &path, body);
    assert_eq!(change(409, &to("closed")).code(), "illegal_transition");
    change(200, &json!({"signed_on": null}));
    assert_eq!(change(422, &to("in_force")).faults(), ["/signed_on not_signed"]);
    change(
        200,
        &json!({"status": "in_force", "signed_on": "2026-01-15", "number": "12/CTPH"}),
    );
    assert_eq!(change(409, &to("draft")).code(), "illegal_transition");
    assert_eq!(
        change(422, &json!({"signed_on": null})).faults(),
        ["/signed_on not_signed"]
    );
    change(200, &to("closed"));
    assert_eq!(change(409, &json!({"title": "x"})).code(), "illegal_transition");
    evaluator.post(409, &format!("{path}/tasks"), &json!({"tasks": [task("1.1")]}));
    let contents = json!({"contents": []});
    evaluator
        .if_match("*")
        .put(409, &format!("{path}/contents"), &contents);
    let back = change(200, &to("in_force")).json();
    assert_eq!(
        (&back["status"], &back["number"]),
        (&json!("in_force"), &json!("12/CTPH"))
    );
    assert_eq!(back["revision"], 5);
    let list = |query: &str| {
        let page = evaluator.get(200, &format!("/api/v1/programmes{query}")).json();
        rows(&page, "data").len()
    };
    assert_eq!(
        [
            list(""),
            list("?status=draft"),
            list("?year=2027&owner=moha"),
            list("?year=2028")
        ],
        [1, 0, 1, 0]
    );
}

fn every_fault_of_a_programme_is_named(app: &TestApp) {
    app.import_reference();
    let mut bad = new_programme("p");
    bad["title"] = json!("");
    bad["period"] = json!({"from_year": 2027, "to_year": 2026});
    bad["signatories"] = json!(["moha", "nobody", "moha"]);
    bad["contents"] = json!([{"code": "1", "title": "x"}, {"code": "1", "title": " "}]);
    let refused = app.evaluator(OWNER).post(422, "/api/v1/programmes", &bad);
    assert_eq!(
        pointers(&refused.faults()),
        [
            "/title bad_text",
            "/period bad_period",
            "/signatories/2 duplicate_agency",
            "/contents/1/code duplicate_code",
            "/contents/1/title bad_text",
            "/signatories/1 unknown_agency",
        ]
    );
    let mut unknown = new_programme("p");
    unknown["secret"] = json!(1);
    app.evaluator(OWNER).post(422, "/api/v1/programmes", &unknown);
    app.evaluator(OWNER).get(404, "/api/v1/programmes/p");
}

fn tasks_are_added_all_or_none(app: &TestApp) {
    let programme = app.draft_programme("p");
    programme.add(201, &[task("1.1")]);
    let mut bad = task("1.2");
    bad["content"] = json!("9");
    bad["lines"] = json!([
        {"lead": "nobody", "coordinators": ["moj", "moj"], "from": "2026-05-01", "to": "2026-04-01", "year": 2030,
         "budgets": [{"year": 2026, "source": "oda", "amount_vnd": -1}],
         "depends_on": [{"task": "1.2", "line": 2}, {"task": "8", "line": 1}]},
        {"lead": "moj", "depends_on": [{"task": "1.2", "line": 1}]},
    ]);
    let mut misread = task("1.3");
    misread["kind"] = json!("party");
    let refused = programme.add(422, &[task("1.1"), bad, misread, task("1.4"), task("1.4")]);
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        pointers(&faults),
        [
            "/tasks/0/code already_exists",
            "/tasks/1/content unknown_content",
            "/tasks/1/lines/0/budgets/0/amount_vnd out_of_range",
            "/tasks/1/lines/0/coordinators/1 duplicate_agency",
            "/tasks/1/lines/0/depends_on/0 circular",
            "/tasks/1/lines/0/depends_on/1 unknown_line",
            "/tasks/1/lines/0/lead unknown_agency",
            "/tasks/1/lines/0/to before_from",
            "/tasks/1/lines/0/year outside_period",
            "/tasks/1/lines/1/depends_on/0 circular",
            "/tasks/2/kind wrong_shape",
            "/tasks/4/code duplicate_code",
        ]
    );
    let list = programme.evaluator().get(200, &programme.path("/tasks")).json();
    assert_eq!(rows(&list, "data").len(), 1);
    assert_eq!(programme.add(422, &[]).faults(), ["/tasks bad_length"]);
    let body = json!({"tasks": [task("1.5")]});
    app.submitter("moj").post(403, &programme.path("/tasks"), &body);
    app.evaluator(OWNER)
        .post(404, "/api/v1/programmes/nowhere/tasks", &body);
    // Sent twice under a key, they are there once.
    let once = programme.evaluator().header("idempotency-key", "k");
    once.post(201, &programme.path("/tasks"), &body);
    once.post(201, &programme.path("/tasks"), &body);
    programme.add(422, &[task("1.5")]);
}

fn lists_are_filtered_and_paged(app: &TestApp) {
    let mut tasks: Vec<Value> = ["1", "2", "3"].map(task).into();
    tasks[1]["content"] = json!("2");
    tasks[1]["kind"] = json!("training");
    tasks[2]["lines"] = json!([
        {"lead": "mof"},
        {"lead": "moj", "coordinators": ["mof", "moet"], "year": 2027, "to": "2026-03-05", "depends_on": [{"task": "1", "line": 1}]},
    ]);
    let programme = app.programme(&tasks);
    let reader = app.submitter("moet");
    let lines = |query: &str| -> Vec<String> {
        let page = reader.get(200, &programme.path(&format!("/lines{query}"))).json();
        let name = |line: &Value| format!("{}/{}", text(line, "task"), line["line"]);
        rows(&page, "data").iter().map(name).collect()
    };
    assert_eq!(lines(""), ["1/1", "2/1", "3/1", "3/2"]);
    assert_eq!(lines("?content=2"), ["2/1"]);
    assert_eq!(lines("?kind=training"), ["2/1"]);
    assert_eq!(lines("?lead=mof"), ["3/1"]);
    assert_eq!(lines("?coordinator=moet"), ["3/2"]);
    assert_eq!(lines("?year=2027"), ["3/2"]);
    assert_eq!(lines("?state=done"), Vec::<String>::new());
    assert_eq!(lines("?due_before=2026-03-31"), ["3/2"]);
    assert_eq!(lines("?due_before=2026-04-01"), ["1/1", "2/1", "3/2"]);
    assert_eq!(lines("?timeliness=no_deadline"), ["3/1"]);
    // It is the 2nd of March: the 5th is near, the end of the month is not.
    assert_eq!(lines("?timeliness=nearly_due"), ["3/2"]);
    assert_eq!(lines("?timeliness=in_time"), ["1/1", "2/1"]);
    assert_eq!(lines("?timeliness=overdue&as_of=2026-03-05"), ["3/2"]);
    assert_eq!(
        lines("?timeliness=overdue&as_of=2026-03-05T23:59"),
        Vec::<String>::new()
    );
    reader.get(400, &programme.path("/lines?timeliness=soon"));
    reader.get(400, &programme.path("/lines?limit=0"));
    reader.get(404, "/api/v1/programmes/nowhere/lines");
    let first = reader.get(200, &programme.path("/lines?limit=3")).json();
    let next = text(&first["page"], "next");
    assert_eq!(lines(&format!("?limit=3&cursor={next}")), ["3/2"]);
    let tasks = reader.get(200, &programme.path("/tasks?limit=2")).json();
    assert_eq!(rows(&tasks, "data").len(), 2);
    let task = reader.get(200, &programme.path("/tasks/3")).json();
    assert_eq!(
        (&task["state"], rows(&task, "lines").len()),
        (&json!("not_started"), 2)
    );
    let line = reader.get(200, &programme.path("/tasks/3/lines/2")).json();
    assert_eq!(line["depends_on"], json!([{"task": "1", "line": 1}]));
    assert_eq!(line["coordinators"], json!(["moet", "mof"]));
    assert_eq!(line["due_at"], "2026-03-05T17:00:00Z");
    for gone in ["/tasks/9", "/tasks/3/lines/3", "/tasks/3/lines/0"] {
        reader.get(404, &programme.path(gone));
    }
    reader.get(404, &programme.path("/tasks/3/lines/x"));
}

fn a_plan_changes_and_its_past_stays_known(app: &TestApp) {
    let programme = app.draft_programme("p");
    programme.add(201, &[task("1"), task("2")]);
    let line = programme
        .change_line(200, "1", &json!({"lead": "moet", "to": "2026-04-30"}))
        .json();
    assert_eq!(
        (&line["lead"], &line["original_to"]),
        (&json!("moet"), &Value::Null)
    );
    programme.set_status(200, "in_force");
    let bad =
        json!({"lead": "moj", "coordinators": ["nobody", "mic"], "depends_on": [{"task": "1", "line": 1}]});
    let mut faults = programme.change_line(422, "1", &bad).faults();
    faults.sort();
    assert_eq!(
        pointers(&faults),
        [
            "/coordinators/0 unknown_agency",
            "/depends_on/0 circular",
            "/lead reassign",
            "/reason reason_missing",
        ]
    );
    let path = programme.line("1");
    let good = json!({"to": "2026-05-31", "reason": "Theo kế hoạch mới", "coordinators": ["mic", "mof"],
        "milestones": [{"title": "Dự thảo", "due": "2026-04-15"}], "depends_on": [{"task": "2", "line": 1}],
        "budgets": [{"year": 2027, "source": "oda", "amount_vnd": 5}, {"year": 2026, "source": "other", "amount_vnd": 7, "spent_vnd": 3}]});
    programme.evaluator().patch(428, &path, &good);
    programme.evaluator().if_match("\"r1\"").patch(412, &path, &good);
    app.submitter("moet").if_match("*").patch(403, &path, &good);
    programme
        .evaluator()
        .if_match("*")
        .patch(404, &programme.line("7"), &good);
    let line = programme.change_line(200, "1", &good).json();
    assert_eq!(
        (&line["original_to"], &line["to"]),
        (&json!("2026-04-30"), &json!("2026-05-31"))
    );
    assert_eq!(line["budgets"][0]["spent_vnd"], 3);
    assert_eq!(line["revision"], 3);
    // The same once more changes nothing.
    assert_eq!(programme.change_line(200, "1", &good).json(), line);
    programme.change_line(200, "1", &json!({"to": null, "reason": "Không ấn định"}));
    let changes = app.submitter("mof").get(200, &format!("{path}/changes")).json();
    let changes = rows(&changes, "data");
    assert_eq!(changes.len(), 3);
    assert_eq!(changes[0]["before"], json!({"lead": "moj", "to": "2026-03-31"}));
    assert_eq!(changes[2]["after"], json!({"to": null}));
    assert_eq!(changes[2]["reason"], "Không ấn định");
    let line = programme.read("1");
    assert_eq!(
        (&line["original_to"], &line["timeliness"]),
        (&json!("2026-04-30"), &json!("no_deadline"))
    );
    // What waits for the first can't be waited for by it.
    let around = json!({"depends_on": [{"task": "1", "line": 1}], "reason": "x"});
    assert_eq!(
        programme.change_line(422, "2", &around).faults(),
        ["/depends_on/0 circular"]
    );
}

fn contents_with_tasks_stay(app: &TestApp) {
    let programme = app.draft_programme("p");
    programme.add(201, &[task("1")]);
    let path = programme.path("/contents");
    let read = app.submitter("moj").get(200, &path);
    assert_eq!(rows(&read.json(), "data").len(), 2);
    let wanted = |codes: &[&str]| {
        let contents: Vec<Value> = codes
            .iter()
            .map(|code| json!({"code": code, "title": format!("Mới {code}")}))
            .collect();
        json!({"contents": contents})
    };
    let evaluator = programme.evaluator();
    evaluator.put(428, &path, &wanted(&["1"]));
    evaluator.if_match("\"r9\"").put(412, &path, &wanted(&["1"]));
    app.submitter("moj")
        .if_match("*")
        .put(403, &path, &wanted(&["1"]));
    let refused = evaluator
        .if_match(read.etag())
        .put(422, &path, &wanted(&["2", "3"]));
    assert_eq!(refused.faults(), ["/contents content_in_use"]);
    let set = evaluator
        .if_match(read.etag())
        .put(200, &path, &wanted(&["3", "1"]));
    assert_eq!(set.etag(), "\"r2\"");
    let contents = evaluator.get(200, &path).json();
    let codes: Vec<&str> = rows(&contents, "data")
        .iter()
        .map(|content| text(content, "code"))
        .collect();
    assert_eq!(codes, ["3", "1"]);
    assert_eq!(contents["data"][1]["title"], "Mới 1");
}

fn the_programme_of_2017_is_taken_in(app: &TestApp) {
    Play::import_agencies(app);
    let document = data("programmes/programme_2017_2020.json");
    let made = app
        .evaluator(OWNER)
        .post(201, "/api/v1/programmes", &document)
        .json();
    assert_eq!(rows(&made, "contents").len(), 7);
    assert_eq!(
        (&made["drafted_on"], &made["signed_on"]),
        (&json!("2017-08-09"), &json!("2017-08-22"))
    );
    assert_eq!(made["signatories"], json!(["moha", "mic"]));
    assert_eq!(made["number"], Value::Null);
}
