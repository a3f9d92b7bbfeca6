//! Tests of the survey room.

mod answers;
mod estimates;
mod instruments;
mod populations;
mod published;
mod suppression;

use serde_json::{Value, json};

use super::*;

/// Five options of satisfaction and one that says nothing.
fn satisfaction_scale() -> Value {
    let option = |code: &str, value: i32| json!({"code": code, "label": {"vi": format!("Mức {code}")}, "value": value, "satisfied": value >= 4});
    json!({"code": "satisfaction-5", "options": [option("1", 1), option("2", 2), option("3", 3), option("4", 4), option("5", 5),
        {"code": "none", "label": {"vi": "Không ý kiến"}}]})
}

/// A small instrument with everything in it: two parts, a skip rule, several answers, a text, a profile.
pub fn small() -> Value {
    let satisfaction = |code: &str| json!({"code": code, "kind": "satisfaction", "text": {"vi": format!("Câu {code}")}, "scale": "satisfaction-5"});
    json!({
        "code": "small", "version": 1, "title": {"vi": "Phiếu mẫu"}, "audience": "citizens", "languages": ["vi"],
        "scales": [satisfaction_scale(),
            {"code": "yes-no", "options": [{"code": "yes", "label": {"vi": "Có"}}, {"code": "no", "label": {"vi": "Không"}}]},
            {"code": "channel", "options": [{"code": "post", "label": {"vi": "Bưu điện"}}, {"code": "web", "label": {"vi": "Mạng"}},
                {"code": "office", "label": {"vi": "Trụ sở"}}]}],
        "parts": [
            {"code": "a", "title": {"vi": "Phần A"}, "weight": "0.4", "factors": [
                {"code": "a1", "title": {"vi": "Nhân tố A1"}, "items": [
                    {"code": "a1.0", "kind": "opinion", "text": {"vi": "Đã dùng?"}, "scale": "yes-no", "required": true},
                    {"code": "a1.1", "kind": "opinion", "text": {"vi": "Qua đâu?"}, "scale": "channel", "multiple": true,
                     "show_if": {"item": "a1.0", "answered": ["yes"]}},
                    satisfaction("a1.2")]}]},
            {"code": "b", "title": {"vi": "Phần B"}, "weight": "0.6", "factors": [
                {"code": "b1", "title": {"vi": "Nhân tố B1"}, "items": [satisfaction("b1.1"), satisfaction("b1.2")]},
                {"code": "b2", "title": {"vi": "Nhân tố B2"}, "items": [satisfaction("b2.1")]}]},
            {"code": "p", "title": {"vi": "Thông tin chung"}, "factors": [
                {"code": "p1", "title": {"vi": "Người trả lời"}, "items": [
                    {"code": "p1.1", "kind": "profile", "text": {"vi": "Nữ?"}, "scale": "yes-no"},
                    {"code": "p1.2", "kind": "text", "text": {"vi": "Góp ý"}}]}]}],
        "rule": {"measure": "top_two_share", "counted_kinds": ["satisfaction"], "minimum_n": 5, "decimals": 2, "rounding": "half_up"},
        "quality": {"straight_line_items_min": 3, "seconds_min": 60}
    })
}

/// Reads and compiles a document that must be good.
pub fn compiled(document: Value) -> CompiledInstrument {
    let instrument: Instrument = serde_json::from_value(document).unwrap();
    instrument.compile().unwrap()
}
