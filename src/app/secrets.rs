//! Secrets in the database are sealed by the newest key.

use crate::{
    access::{Resealing, SecretKeys},
    db::{Actor, Answer, Change, Database, Entry, Lock, Outcome},
    error::AppResult,
    features::{accounts, webhooks},
};

/// Seals by the newest key what is sealed by an earlier one, or was kept before there were keys. Done at the start: once it
/// is through on all instances, the earlier key can go.
///
/// # Errors
/// Those of the database.
pub async fn seal_anew(db: &Database, keys: &SecretKeys) -> AppResult<()> {
    let change = Change {
        actor: Actor::System,
        action: "seal_secrets",
        request_id: "start".to_owned(),
        idempotency: None,
        locks: vec![Lock::whole("secrets", "all")],
    };
    let keys = keys.clone();
    db.write(change, move |tx| {
        let mut resealing = Resealing::by(&keys);
        accounts::seal_anew(tx, &mut resealing)?;
        webhooks::seal_anew(tx, &mut resealing)?;
        if resealing.left > 0 {
            let why: Vec<String> = resealing.why.iter().map(ToString::to_string).collect();
            tracing::error!(
                secrets = resealing.left,
                why = why.join("; "),
                "some secrets can't be read: bring the key back, or let administrators take these second factors away and \
                 give these webhooks new secrets"
            );
        }
        if resealing.sealed == 0 {
            return Ok(Outcome::Unchanged(Answer::empty()));
        }
        tracing::info!(
            secrets = resealing.sealed,
            key = keys.newest(),
            "sealed by the newest key"
        );
        let entry = Entry {
            object_kind: "secret_key",
            object_id: keys.newest(),
            before_digest: None,
            after_digest: None,
            detail: serde_json::json!({"sealed": resealing.sealed, "left": resealing.left}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    })
    .await
    .map(drop)
}
