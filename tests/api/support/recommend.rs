//! Recommendations as offices make and settle them.

use serde_json::{Value, json};

use super::{Person, Response, TestApp};

/// Where they are made.
pub const RECOMMENDATIONS: &str = "/api/v1/recommendations";

/// A recommendation of `moj` to some bodies.
pub fn asked(addressed_to: &[&str]) -> Value {
    json!({"asker": "moj", "subject": "Ký số văn bản", "text": "Đề nghị hướng dẫn việc ký số.",
           "addressed_to": addressed_to})
}

impl TestApp {
    /// Agencies, and types: `guidance` has 15 working days, `urgent` 3 and stays where it is, `complaint` is another procedure.
    pub fn import_recommendation_types(&self) {
        self.import_reference();
        let types = [
            ("guidance", json!({"name_vi": "Hướng dẫn", "working_days": 15})),
            (
                "urgent",
                json!({"name_vi": "Khẩn", "working_days": 3, "transferable": false}),
            ),
            (
                "complaint",
                json!({"name_vi": "Khiếu nại", "working_days": 10, "another_procedure": true,
                       "procedure_vi": "Gửi theo Luật Khiếu nại.", "procedure_en": "See the law on complaints."}),
            ),
        ];
        for (code, body) in types {
            let path = format!("/api/v1/recommendation-types/{code}");
            self.admin().put(201, &path, &body);
        }
    }

    /// Makes a recommendation of `moj`; its address.
    pub fn recommend(&self, addressed_to: &[&str]) -> String {
        let made = self
            .submitter("moj")
            .post(201, RECOMMENDATIONS, &asked(addressed_to));
        made.header("location").to_owned()
    }
}

/// Takes a step as somebody who reads the recommendation first.
pub fn step(status: u16, who: &Person, path: &str, body: &Value) -> Response {
    let etag = who.get(200, path).etag().to_owned();
    who.if_match(&etag)
        .post(status, &format!("{path}/transitions"), body)
}

/// Gives it a type.
pub fn classify(who: &Person, path: &str, kind: &str) -> Value {
    step(200, who, path, &json!({"action": "classify", "type": kind})).json()
}

/// Tells bodies to answer.
pub fn assign(who: &Person, path: &str, lead: &str, joint: &[&str]) -> Value {
    let body = json!({"action": "assign", "lead": lead, "joint": joint});
    step(200, who, path, &body).json()
}

/// Saves a body's part of the answer.
pub fn part(status: u16, who: &Person, path: &str, of: &str, body: &Value) -> Response {
    let etag = who.get(200, path).etag().to_owned();
    who.if_match(&etag)
        .put(status, &format!("{path}/parts/{of}"), body)
}

/// Classifies, assigns to `moha` alone, and answers.
pub fn answer(app: &TestApp, path: &str) {
    let moha = app.evaluator("moha");
    classify(&moha, path, "guidance");
    assign(&moha, path, "moha", &[]);
    let text = json!({"text": "Theo Thông tư 41.", "agrees": true});
    let answered = part(200, &moha, path, "moha", &text).json();
    assert_eq!(answered["state"], "answered");
}
