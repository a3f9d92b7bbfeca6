//! Scenarios for the operations on webhooks.

use diesel::connection::SimpleConnection;
use parindex::db::{Answer, Entry, Outcome};
use serde_json::{Value, json};

use crate::audit_scenarios::{Call, World, call};

const PATH: &str = "/api/v1/webhooks";
const NOTHING: &str = "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";

/// The webhook that the first scenario made.
fn path(world: &World<'_>) -> String {
    let list = world.app.admin().get(200, PATH).json();
    format!("{PATH}/{}", list["data"][0]["id"].as_str().unwrap())
}

/// Brings all deliveries to an end, past the API and the network.
fn end(world: &World<'_>, state: &'static str) {
    let ended = world
        .app
        .db()
        .write(world.app.change("end", Vec::new()), move |tx| {
            tx.conn().batch_execute(&format!(
                "UPDATE outbox SET state = '{state}' WHERE kind = 'webhook'"
            ))?;
            let entry = Entry {
                object_kind: "test",
                object_id: String::new(),
                before_digest: None,
                after_digest: None,
                detail: json!({}),
            };
            Ok(Outcome::Done(Answer::empty(), entry))
        });
    world.app.wait(ended).unwrap();
}

pub fn create_webhook(world: &World<'_>) -> [Call; 2] {
    let admin = world.app.admin();
    let new = |url: &str| json!({"url": url, "description": "x", "events": ["publication.published"]});
    [
        call(422, &admin, "POST", PATH, new("http://127.0.0.1")),
        call(201, &admin, "POST", PATH, new("https://example.vn/x")),
    ]
}

fn without_body(world: &World<'_>, status: u16, method: &'static str, end: &str) -> [Call; 2] {
    let admin = world.app.admin();
    let nowhere = format!("{PATH}/{NOTHING}{end}");
    [
        call(404, &admin, method, nowhere, Value::Null),
        call(
            status,
            &admin,
            method,
            format!("{}{end}", path(world)),
            Value::Null,
        ),
    ]
}

pub fn test_webhook(world: &World<'_>) -> [Call; 2] {
    without_body(world, 202, "POST", "/test")
}

pub fn replay_webhook_delivery(world: &World<'_>) -> [Call; 2] {
    end(world, "sent");
    let (admin, path) = (world.app.admin(), path(world));
    let log = admin.get(200, &format!("{path}/deliveries")).json();
    let replay = |id: &str| format!("{path}/deliveries/{id}/replay");
    let sent = replay(log["data"][0]["id"].as_str().unwrap());
    [
        call(404, &admin, "POST", replay(NOTHING), Value::Null),
        call(200, &admin, "POST", sent, Value::Null),
    ]
}

pub fn replay_webhook_deliveries(world: &World<'_>) -> [Call; 2] {
    end(world, "failed");
    let (admin, path) = (world.app.admin(), format!("{}/replay", path(world)));
    let since = |moment: &str| json!({"since": moment});
    [
        call(422, &admin, "POST", path.clone(), since("yesterday")),
        call(200, &admin, "POST", path, since("2024-01-02T00:00:00Z")),
    ]
}

pub fn rotate_webhook_secret(world: &World<'_>) -> [Call; 2] {
    without_body(world, 200, "POST", "/secret")
}

pub fn update_webhook(world: &World<'_>) -> [Call; 2] {
    let path = path(world);
    let admin = world.app.admin();
    let etag = admin.get(200, &path).etag().to_owned();
    let change = json!({"active": false});
    [
        call(428, &admin, "PATCH", path.clone(), change.clone()),
        call(200, &admin.if_match(&etag), "PATCH", path, change),
    ]
}

pub fn delete_webhook(world: &World<'_>) -> [Call; 2] {
    without_body(world, 204, "DELETE", "")
}
