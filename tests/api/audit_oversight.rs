//! Scenarios for the operations of oversight.

use serde_json::{Value, json};

use crate::audit_scenarios::{Call, World, call};

const FEEDS: &str = "/api/v1/agencies/moj/calendar-feeds";

pub fn create_calendar_feed(world: &World<'_>) -> [Call; 2] {
    let submitter = world.app.submitter("moj");
    let feed = |name: &str| json!({"name": name});
    [
        call(422, &submitter, "POST", FEEDS, feed("")),
        call(201, &submitter, "POST", FEEDS, feed("Điện thoại")),
    ]
}

pub fn revoke_calendar_feed(world: &World<'_>) -> [Call; 2] {
    let submitter = world.app.submitter("moj");
    let list = submitter.get(200, FEEDS).json();
    let path = format!("{FEEDS}/{}", list["data"][0]["id"].as_str().unwrap());
    [
        call(
            403,
            &world.app.submitter("mof"),
            "DELETE",
            path.clone(),
            Value::Null,
        ),
        call(200, &submitter, "DELETE", path, Value::Null),
    ]
}
