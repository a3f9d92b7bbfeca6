//! A round in any phase, set up through the API as offices would do it: agencies, a criteria set of every kind of rule,
//! bodies, people, self-assessments, decisions, survey points.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use super::{Person, Response, TestApp};

/// The agency that runs the round.
pub const OWNER: &str = "moha";
/// The agencies that assess themselves.
pub const AGENCIES: [&str; 3] = ["moj", "mof", "moet"];
/// `moj`'s departments, which may contribute.
pub const DEPARTMENTS: [&str; 2] = ["moj-it", "moj-hr"];
/// The bodies that appraise: `mic` domain 1, `mpi` domain 2.
pub const BODIES: [&str; 2] = ["mic", "mpi"];
/// An agency and a body that have no part in the round.
pub const OUTSIDERS: [&str; 2] = ["mot", "sbv"];
/// The indicators that agencies declare; `2.3` is the survey's.
pub const DECLARED: [&str; 7] = ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2"];

/// What `declare` makes of the sum of `moj`'s self points.
pub const SELF_TOTAL: &str = "60.5";
/// The same with the survey's 24 points.
pub const FINAL_TOTAL: &str = "84.5";

const CODE: &str = "story-2025";
const SET: &str = include_str!("../fixtures/story-set.json");
/// The way of a round, to the end and back.
const WAY: [Phase; 7] = [
    Phase::Preparation,
    Phase::SelfAssessment,
    Phase::Appraisal,
    Phase::Explanation,
    Phase::Council,
    Phase::Published,
    Phase::Correction,
];

/// A round of an app.
pub struct Round<'a> {
    app: &'a TestApp,
    /// The round's code.
    pub code: String,
}

/// The criteria set of the rounds: 2 domains, 8 indicators, 100 points, 30 of them by survey.
pub fn story_set() -> Value {
    serde_json::from_str(SET).expect("the fixture is JSON")
}

/// A good item for each declared indicator. `late` reports cost half a point each.
pub fn good_items(late: usize) -> Vec<Value> {
    vec![
        json!({"indicator": "1.1", "value": {"kind": "option", "option": "on_time"},
               "evidence": [{"number": "1250/QĐ-BTP", "date": "2025-01-05", "issuer": "Bộ Tư pháp"}]}),
        json!({"indicator": "1.2", "value": {"kind": "yes_no", "yes": true}}),
        json!({"indicator": "1.3", "value": {"kind": "ratio", "numerator": "95", "denominator": "100"}}),
        json!({"indicator": "1.4", "value": {"kind": "count", "count": 2}}),
        json!({"indicator": "1.5", "value": {"kind": "count", "count": late}}),
        json!({"indicator": "2.1", "value": {"kind": "ratio", "numerator": "75", "denominator": "100"}}),
        json!({"indicator": "2.2", "value": {"kind": "points", "points": "9.5"}}),
    ]
}

/// Who appraises what.
pub fn assignments() -> Value {
    json!({"assignments": [{"node": "1", "body": "mic"}, {"node": "2", "body": "mpi"}]})
}

/// A new round of the owner.
pub fn new_round(code: &str) -> Value {
    json!({
        "code": code, "title_vi": "Chỉ số CCHC năm 2025", "title_en": "PAR INDEX 2025", "year": 2025, "owner": OWNER,
        "criteria_set": {"code": "story", "version": 1},
        "deadlines": {"self_assessment": "2026-03-10T10:00:00Z", "explanation": "2026-03-20T10:00:00Z"},
    })
}

fn agency_document() -> Value {
    let agency =
        |code: &str, level: &str| json!({"code": code, "level": level, "names": [{"name_vi": code}]});
    let ministries = AGENCIES.iter().chain(&BODIES).chain(&OUTSIDERS).chain([&OWNER]);
    let mut agencies: Vec<Value> = ministries.map(|code| agency(code, "ministry")).collect();
    for code in DEPARTMENTS {
        let mut department = agency(code, "department");
        department["parents"] = json!([{"parent": "moj"}]);
        agencies.push(department);
    }
    json!({
        "levels": [{"code": "ministry", "name_vi": "Bộ", "order": 1}, {"code": "department", "name_vi": "Vụ", "order": 2}],
        "agencies": agencies,
    })
}

impl TestApp {
    /// Agencies and the criteria set, imported by the administrator; a second time changes nothing.
    pub fn import_reference(&self) {
        let admin = self.admin();
        admin.post(200, "/api/v1/agency-imports", &agency_document());
        let sets = admin.get(200, "/api/v1/criteria-sets").json();
        let known = sets["data"].as_array().expect("a list").iter();
        if !known.into_iter().any(|set| set["code"] == "story") {
            admin.post(201, "/api/v1/criteria-sets", &story_set());
        }
    }

    /// The story's round, brought to a phase: everything that is due before has happened.
    pub fn round_in(&self, phase: Phase) -> Round<'_> {
        self.round_named(CODE, phase)
    }

    /// A round in the self-assessment with a criteria set of its own, which is imported. `more`: what else differs.
    pub fn round_of(&self, code: &str, set: &Value, more: &Value) -> Round<'_> {
        self.import_reference();
        self.admin().post(201, "/api/v1/criteria-sets", set);
        let round = Round {
            app: self,
            code: code.to_owned(),
        };
        let mut new = new_round(code);
        new["criteria_set"] = json!({"code": set["code"], "version": set["version"]});
        for (name, value) in more.as_object().expect("an object") {
            new[name] = value.clone();
        }
        round.create(&new);
        round.go(Phase::SelfAssessment);
        round
    }

    /// One more round.
    pub fn round_named(&self, code: &str, phase: Phase) -> Round<'_> {
        self.import_reference();
        let round = Round {
            app: self,
            code: code.to_owned(),
        };
        round.create(&new_round(code));
        for to in WAY.into_iter().skip(1) {
            if round.phase() == phase.as_str() {
                break;
            }
            round.prepare(to);
            round.go(to);
        }
        round
    }
}

impl Round<'_> {
    /// An address of the round: `round.path("/submissions/moj")`.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/rounds/{}{rest}", self.code)
    }

    /// The submission of an agency.
    pub fn submission(&self, agency: &str) -> String {
        self.path(&format!("/submissions/{agency}"))
    }

    /// Somebody who runs the round.
    pub fn evaluator(&self) -> Person {
        self.app.evaluator(OWNER)
    }

    /// The round's ETag.
    pub fn etag(&self) -> String {
        self.evaluator().get(200, &self.path("")).etag().to_owned()
    }

    /// Where the round stands.
    pub fn phase(&self) -> String {
        let round = self.evaluator().get(200, &self.path("")).json();
        round["phase"].as_str().expect("a phase").to_owned()
    }

    fn create(&self, new: &Value) {
        let evaluator = self.evaluator();
        evaluator.post(201, "/api/v1/rounds", new);
        let agencies: Vec<Value> = AGENCIES.iter().map(|agency| json!({"agency": agency})).collect();
        let agencies = json!({"agencies": agencies});
        evaluator
            .if_match(&self.etag())
            .put(200, &self.path("/agencies"), &agencies);
        evaluator
            .if_match(&self.etag())
            .put(200, &self.path("/assignments"), &assignments());
    }

    /// Does what is due before a move, if it was not done yet.
    pub fn prepare(&self, to: Phase) {
        match (self.phase().as_str(), to) {
            ("self_assessment", Phase::Appraisal) => AGENCIES.iter().for_each(|agency| {
                self.declare(agency);
                self.submit(agency);
            }),
            ("appraisal", Phase::Explanation | Phase::Council) => {
                AGENCIES.iter().for_each(|agency| self.appraise(agency));
                self.enter_survey();
            }
            ("council", Phase::Published) => {
                self.record_minutes(201);
                self.approve(201);
            }
            _ => {}
        }
    }

    /// Moves the round, with a reason where one is due.
    pub fn go(&self, to: Phase) {
        let back = to == Phase::Correction || (to == Phase::Appraisal && self.phase() == "council");
        let reason = back.then_some("Sai số liệu điều tra");
        self.try_to_go(200, &json!({"to": to.as_str(), "reason": reason}));
    }

    /// Tries to move the round; the status that is expected comes first.
    pub fn try_to_go(&self, status: u16, body: &Value) -> Response {
        let path = self.path("/transitions");
        self.evaluator().if_match(&self.etag()).post(status, &path, body)
    }

    /// Records minutes of the sitting.
    pub fn record_minutes(&self, status: u16) -> Response {
        self.evaluator()
            .post(status, &self.path("/minutes"), &super::play::minutes())
    }

    /// Approves the result as it stands.
    pub fn approve(&self, status: u16) -> Response {
        let note = json!({"note": "Đã rà soát"});
        self.evaluator().post(status, &self.path("/approvals"), &note)
    }

    /// Saves items of an agency as its submitter.
    pub fn save(&self, status: u16, agency: &str, items: &[Value]) -> Response {
        let path = format!("{}/items", self.submission(agency));
        self.app
            .submitter(agency)
            .put(status, &path, &json!({"items": items}))
    }

    /// Declares a good value for every indicator.
    pub fn declare(&self, agency: &str) {
        let place = AGENCIES.iter().position(|known| *known == agency).unwrap_or(0);
        self.save(200, agency, &good_items(3 + place));
    }

    /// Moves a submission as somebody.
    pub fn move_submission(&self, status: u16, who: &Person, agency: &str, to: &str) -> Response {
        let path = self.submission(agency);
        let etag = who.get(200, &path).etag().to_owned();
        who.if_match(&etag)
            .post(status, &format!("{path}/transitions"), &json!({"to": to}))
    }

    /// Approves and submits.
    pub fn submit(&self, agency: &str) {
        self.move_submission(200, &self.app.leader(agency), agency, "approved");
        self.move_submission(200, &self.app.submitter(agency), agency, "submitted");
    }

    /// Saves decisions on an agency's items as a body's appraiser.
    pub fn decide(&self, status: u16, body: &str, agency: &str, items: &[Value]) -> Response {
        let path = self.path(&format!("/appraisals/{agency}/items"));
        self.app
            .appraiser(body)
            .put(status, &path, &json!({"items": items}))
    }

    /// Recognises everything that an agency declared and that is still open.
    pub fn appraise(&self, agency: &str) {
        for body in BODIES {
            let path = self.path(&format!("/appraisals/{agency}"));
            let form = self.app.appraiser(body).get(200, &path).json();
            let lines = form["items"].as_array().expect("lines").iter();
            let items: Vec<Value> = lines
                .filter(|line| line["open"] == true)
                .map(|line| {
                    json!({"indicator": line["indicator"], "revision": line["item"]["revision"],
                           "decision": {"verdict": "recognised"}})
                })
                .collect();
            if !items.is_empty() {
                self.decide(200, body, agency, &items);
            }
        }
    }

    /// Enters 24 points of the survey for every agency.
    pub fn enter_survey(&self) {
        let points: Vec<Value> = AGENCIES
            .iter()
            .map(|agency| {
                json!({"agency": agency, "indicator": "2.3", "points": "24", "sample_size": 400,
                       "source": "SIPAS 2025"})
            })
            .collect();
        let path = self.path("/survey-points");
        self.evaluator().put(200, &path, &json!({"points": points}));
    }
}
