//! API keys: made and revoked by administrators, for programs that read published results.
//!
//! How a key is sent and what it opens stands in `access/keys.rs` and `access/permission.rs`; its limit in `web/rates.rs`.

mod handlers;
mod model;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access::Access,
    db::{Actor, Answer, Change, Database, Entry, Lock, Outcome},
    error::AppResult,
};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_api_keys)
        .service(handlers::create_api_key)
        .service(handlers::get_api_key)
        .service(handlers::revoke_api_key);
}

/// Writes down on which day keys were used last: once a day for each, whatever they are used for.
pub async fn step(db: &Database, access: &Access) -> AppResult<()> {
    let used = access.take_used_keys();
    if used.is_empty() {
        return Ok(());
    }
    let change = Change {
        actor: Actor::System,
        action: "note_api_key_use",
        request_id: String::new(),
        idempotency: None,
        locks: vec![Lock::whole("api-keys", "use")],
    };
    db.write(change, move |tx| {
        let noted = store::note_use(tx, &used)?;
        if noted.is_empty() {
            return Ok(Outcome::Unchanged(Answer::empty()));
        }
        let entry = Entry {
            object_kind: "api_key",
            object_id: "used".to_owned(),
            before_digest: None,
            after_digest: None,
            detail: serde_json::json!({ "keys": noted }),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    })
    .await?;
    access.forget_keys();
    Ok(())
}
