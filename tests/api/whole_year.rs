//! One round as officials live it: twenty agencies, three bodies, questions, more time, differences, an item sent back by
//! the council, and the publication; with the moves that are refused on the way.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, Response, TestApp,
        play::{Play, minutes, rows, text},
        round::{good_items, story_set},
    },
};

stories![a_whole_year];

const FIRST: [&str; 5] = ["1.1", "1.2", "1.3", "1.4", "1.5"];
const SECOND: [&str; 2] = ["2.1", "2.2"];

/// The people's doors to a round.
struct Year<'a> {
    app: &'a TestApp,
    play: Play<'a>,
}

impl Year<'_> {
    fn move_to(&self, status: u16, body: &Value) -> Response {
        let evaluator = self.play.evaluator();
        let standing = evaluator.get(200, self.play.path("").trim_end_matches('/'));
        evaluator
            .if_match(standing.etag())
            .post(status, &self.play.path("transitions"), body)
    }

    /// Nothing but the process's own next steps is possible.
    fn refused_moves(&self, moves: &[&str]) {
        for to in moves {
            let refused = self.move_to(409, &json!({"to": to, "reason": "Thử"}));
            assert_eq!(refused.code(), "illegal_transition", "{to}");
        }
    }

    fn save(&self, status: u16, agency: &str, items: &[Value]) {
        let path = self.play.path(&format!("submissions/{agency}/items"));
        self.play
            .submitter(agency)
            .put(status, &path, &json!({"items": items}));
    }

    fn decide(&self, status: u16, body: &str, agency: &str, items: &[Value]) -> Response {
        let path = self.play.path(&format!("appraisals/{agency}/items"));
        let items = json!({"items": items});
        self.app.appraiser(body).put(status, &path, &items)
    }

    /// More time for an agency: asked, and granted or refused.
    fn more_time(&self, agency: &str, granted: bool) {
        let path = self.play.path(&format!("submissions/{agency}/extensions"));
        let asked =
            json!({"deadline": "self_assessment", "until": "2026-03-25T10:00:00Z", "reason": "Bão số 3"});
        let asked = self.play.submitter(agency).post(201, &path, &asked).json();
        let decision = json!({"granted": granted, "reason": "Đã xem xét"});
        let path = format!("{path}/{}/decision", text(&asked, "id"));
        self.play.submitter(agency).post(403, &path, &decision);
        self.play.evaluator().post(200, &path, &decision);
    }

    fn thread(&self, who: &Person, status: u16, agency: &str, part: &str) -> Value {
        let path = self.play.path(&format!("submissions/{agency}/items/1.1/{part}"));
        who.post(status, &path, &json!({"text": "Về ngày ban hành kế hoạch"}))
            .json()
    }

    fn advance_to(&self, moment: &str) {
        let wanted = chrono::DateTime::parse_from_rfc3339(moment).unwrap().timestamp();
        let now = self.app.now().unix_seconds();
        self.app.advance(TimeDelta::seconds(wanted - now));
    }
}

fn decision(indicator: &str, revision: i32, verdict: Value) -> Value {
    json!({"indicator": indicator, "revision": revision, "decision": verdict, "reason": "Theo hồ sơ kiểm chứng"})
}

fn recognised(indicators: &[&str]) -> Vec<Value> {
    let verdict = || json!({"verdict": "recognised"});
    indicators
        .iter()
        .map(|indicator| decision(indicator, 1, verdict()))
        .collect()
}

fn points(indicator: &str, revision: i32, points: &str) -> Value {
    decision(
        indicator,
        revision,
        json!({"verdict": "points_set", "points": points}),
    )
}

fn open(app: &TestApp) -> Year<'_> {
    Play::import_agencies(app);
    let set = story_set();
    Play::import_set(app, &set);
    let listed = app
        .admin()
        .get(200, "/api/v1/agencies?level=province&limit=30")
        .json();
    let agencies: Vec<Value> = rows(&listed, "data")
        .iter()
        .take(20)
        .map(|row| row["code"].clone())
        .collect();
    assert_eq!(agencies.len(), 20);
    let play = Play::open(app, "year-2025", &set, &agencies, &[("1", "mic"), ("2", "mpi")]);
    let year = Year { app, play };
    let joint = json!({"assignments": [{"node": "1", "body": "mic", "co_bodies": ["moha"]}, {"node": "2", "body": "mpi"}]});
    let evaluator = year.play.evaluator();
    let standing = evaluator.get(200, "/api/v1/rounds/year-2025");
    evaluator
        .if_match(standing.etag())
        .put(200, &year.play.path("assignments"), &joint);
    year
}

fn a_whole_year(app: &TestApp) {
    let year = open(app);
    let agencies = year.play.agencies.clone();
    assess(&year, &agencies);
    appraise(&year, &agencies);
    explain(&year, &agencies);
    let id = sit(&year, &agencies);
    let ranking = crate::support::play::ranking(app, &id);
    assert_eq!(rows(&ranking, "entries").len(), 20);
    let last = &rows(&ranking, "entries")[19];
    assert_eq!(
        (&last["agency"]["code"], &last["total"]),
        (&json!(agencies[19]), &json!("24.00"))
    );
    // What was settled, what was sent back and what was explained stand in the published points.
    let total = |agency: &str| {
        let entry = rows(&ranking, "entries")
            .iter()
            .find(|entry| entry["agency"]["code"] == *agency);
        entry.unwrap()["total"].clone()
    };
    let (plain, settled, returned) = (total(&agencies[4]), total(&agencies[0]), total(&agencies[2]));
    assert_eq!(
        (plain, settled, returned),
        (json!("84.50"), json!("82.50"), json!("80.50"))
    );
    assert_eq!(total(&agencies[1]), json!("84.50"));
    year.refused_moves(&["appraisal", "council", "explanation"]);
}

/// Self-assessment: eighteen in time, one with more time, one that is refused more and never sends.
fn assess(year: &Year<'_>, agencies: &[String]) {
    year.refused_moves(&["explanation", "council", "published", "appraisal"]);
    year.decide(404, "mic", &agencies[0], &recognised(&["1.1"]));
    for agency in &agencies[..18] {
        year.play.declare(agency, &good_items(3));
        year.play.submit(agency);
    }
    year.save(409, &agencies[0], &good_items(4));
    year.more_time(&agencies[18], true);
    year.more_time(&agencies[19], false);
    year.advance_to("2026-03-20T10:00:00Z");
    year.save(409, &agencies[19], &good_items(3));
    year.refused_moves(&["appraisal"]);
    year.play.declare(&agencies[18], &good_items(3));
    year.play.submit(&agencies[18]);
    year.advance_to("2026-03-25T10:00:00Z");
    year.save(409, &agencies[18], &good_items(4));
    year.move_to(200, &json!({"to": "appraisal"}));
}

/// Appraisal: all recognised by all, but one difference between the two bodies of domain 1.
fn appraise(year: &Year<'_>, agencies: &[String]) {
    year.save(409, &agencies[0], &good_items(4));
    for (position, agency) in agencies.iter().enumerate() {
        if position == 19 {
            let nothing = |of: &[&str]| of.iter().map(|code| points(code, 0, "0")).collect::<Vec<_>>();
            year.decide(200, "mic", agency, &nothing(&FIRST));
            year.decide(200, "moha", agency, &nothing(&FIRST));
            year.decide(200, "mpi", agency, &nothing(&SECOND));
            continue;
        }
        year.decide(200, "mic", agency, &recognised(&FIRST));
        let mut view = recognised(&FIRST);
        if position == 0 {
            view[1] = points("1.2", 1, "2");
        }
        year.decide(200, "moha", agency, &view);
        year.decide(200, "mpi", agency, &recognised(&SECOND));
    }
    year.decide(422, "mpi", &agencies[0], &recognised(&["1.1"]));
    let thread = year.thread(&year.app.appraiser("mic"), 201, &agencies[1], "questions");
    assert_eq!(thread["open"], true);
    year.refused_moves(&["council", "published"]);
    let mut settled = points("1.2", 1, "3");
    settled["settle"] = json!(true);
    year.decide(422, "moha", &agencies[0], std::slice::from_ref(&settled));
    year.decide(200, "mic", &agencies[0], &[settled]);
    let survey: Vec<Value> = agencies
        .iter()
        .map(|agency| json!({"agency": agency, "indicator": "2.3", "points": "24", "sample_size": 400}))
        .collect();
    year.play.enter(&survey);
    year.move_to(200, &json!({"to": "explanation"}));
}

/// Explanation: one agency answers with another document, and is appraised again.
fn explain(year: &Year<'_>, agencies: &[String]) {
    year.refused_moves(&["published"]);
    let proof = json!({"indicator": "1.1", "evidence": [{"number": "7/BC-UBND", "date": "2025-01-05"}]});
    year.save(409, &agencies[19], std::slice::from_ref(&proof));
    year.save(200, &agencies[1], &[proof]);
    let thread = year.thread(&year.play.submitter(&agencies[1]), 201, &agencies[1], "answers");
    assert_eq!(thread["open"], false);
    year.refused_moves(&["council"]);
    year.decide(422, "mic", &agencies[1], &recognised(&["1.1"]));
    let again = decision("1.1", 2, json!({"verdict": "recognised"}));
    for body in ["mic", "moha"] {
        year.decide(200, body, &agencies[1], std::slice::from_ref(&again));
    }
    year.advance_to("2026-04-10T10:00:00Z");
    year.thread(&year.play.submitter(&agencies[1]), 409, &agencies[1], "answers");
    year.move_to(200, &json!({"to": "council"}));
}

/// The council: looks at what moved, sends one item back, approves, and the result is published.
fn sit(year: &Year<'_>, agencies: &[String]) -> String {
    let agenda = year.play.evaluator().get(200, &year.play.path("agenda")).json();
    assert_eq!((&agenda["moved"], &agenda["settled"]), (&json!(1), &json!(1)));
    let first = &rows(&agenda, "items")[0];
    assert_eq!(
        (&first["agency"]["code"], &first["difference"]),
        (&json!(agencies[0]), &json!("-2"))
    );
    let refused = year.move_to(409, &json!({"to": "published"}));
    assert_eq!(refused.faults(), ["/to minutes_missing", "/to approval_missing"]);
    year.decide(409, "mic", &agencies[0], &recognised(&["1.1"]));
    let back = json!({"to": "appraisal", "reason": "Xem lại căn cứ",
                      "items": [{"agency": agencies[2], "indicator": "1.2"}]});
    year.move_to(200, &back);
    year.refused_moves(&["council"]);
    for body in ["mic", "moha"] {
        year.decide(200, body, &agencies[2], &[points("1.2", 1, "1")]);
    }
    year.app.advance(TimeDelta::seconds(1));
    year.move_to(200, &json!({"to": "council"}));
    let evaluator = year.play.evaluator();
    year.app
        .appraiser("moha")
        .post(403, &year.play.path("approvals"), &json!({}));
    evaluator.post(201, &year.play.path("minutes"), &minutes());
    evaluator.post(
        201,
        &year.play.path("approvals"),
        &json!({"note": "Hội đồng thông qua"}),
    );
    let published = year.move_to(200, &json!({"to": "published"})).json();
    text(&published, "publication").to_owned()
}
