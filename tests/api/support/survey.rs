//! Instruments and survey rounds for stories, made through the API as offices would.

use serde_json::{Value, json};

use super::{Person, TestApp};

/// A small instrument: two satisfaction items, one of them behind a question, a profile item and a free text.
pub fn instrument() -> Value {
    let five = |code: usize, label: &str| json!({"code": code.to_string(), "label": {"vi": label, "en": label}, "value": code, "satisfied": code > 3});
    let text = |vi: &str| json!({"vi": vi, "en": vi});
    json!({
        "code": "counter", "version": 1, "title": text("Phiếu hỏi tại quầy"), "audience": "citizens",
        "languages": ["vi", "en"],
        "scales": [
            {"code": "five", "options": [five(1, "Rất không hài lòng"), five(2, "Không hài lòng"), five(3, "Bình thường"),
                                         five(4, "Hài lòng"), five(5, "Rất hài lòng")]},
            {"code": "yes_no", "options": [{"code": "yes", "label": text("Có")}, {"code": "no", "label": text("Không")}]},
            {"code": "sex", "options": [{"code": "f", "label": text("Nữ")}, {"code": "m", "label": text("Nam")}]},
        ],
        "parts": [{"code": "a", "title": text("Phục vụ"), "factors": [
            {"code": "a0", "title": text("Chung"), "items": [
                {"code": "a0.1", "kind": "opinion", "text": text("Ông/bà có phải đi lại nhiều lần không?"), "scale": "yes_no", "required": true},
                {"code": "a0.2", "kind": "profile", "text": text("Giới tính"), "scale": "sex"}]},
            {"code": "a1", "title": text("Công chức"), "items": [
                {"code": "a1.1", "kind": "satisfaction", "text": text("Công chức tiếp nhận hồ sơ"), "scale": "five", "required": true},
                {"code": "a1.2", "kind": "satisfaction", "text": text("Số lần đi lại"), "scale": "five",
                 "show_if": {"item": "a0.1", "answered": ["yes"]}},
                {"code": "a1.3", "kind": "text", "text": text("Ý kiến khác")}]}]}],
        "rule": {"measure": "top_two_share", "counted_kinds": ["satisfaction"], "minimum_n": 3, "decimals": 2,
                 "rounding": "half_up"},
    })
}

/// The survey round's address.
pub const ROUND: &str = "/api/v1/survey-rounds/counter-2025";

/// A stratum as it is sent.
pub fn stratum(code: &str, agency: &str, population: i64) -> Value {
    json!({"code": code, "name_vi": code, "agency": agency, "population": population})
}

/// A new survey round of moha's, for which sbv collects.
pub fn new_survey_round() -> Value {
    json!({
        "code": "counter-2025", "title_vi": "Hỏi tại quầy năm 2025", "title_en": "At the counter 2025", "year": 2025,
        "level": "ministry", "owner": "moha", "instrument": {"code": "counter", "version": 1},
        "collects_from": "2026-02-01", "collects_to": "2026-04-30", "collectors": ["sbv"],
    })
}

impl TestApp {
    /// The instrument and a survey round in planning, with strata of moj and mof.
    pub fn planned_survey(&self) -> Person {
        let moha = self.evaluator("moha");
        moha.post(201, "/api/v1/instruments", &instrument());
        moha.post(201, "/api/v1/survey-rounds", &new_survey_round());
        let strata = [
            stratum("moj-a", "moj", 300),
            stratum("moj-b", "moj", 100),
            stratum("mof-a", "mof", 400),
        ];
        self.plan_survey(200, &json!({"weighted": true, "strata": strata}));
        moha
    }

    /// Gives the survey round a plan.
    pub fn plan_survey(&self, status: u16, plan: &Value) -> super::Response {
        let moha = self.evaluator("moha");
        let etag = moha.get(200, ROUND).etag().to_owned();
        moha.if_match(&etag)
            .put(status, &format!("{ROUND}/sample-plan"), plan)
    }

    /// Moves the survey round.
    pub fn move_survey(&self, status: u16, body: &Value) -> super::Response {
        let moha = self.evaluator("moha");
        let etag = moha.get(200, ROUND).etag().to_owned();
        moha.if_match(&etag).post(status, &format!("{ROUND}/moves"), body)
    }
}
