//! What sends the outbox: claims what is due, hands it over, and keeps what came of it.
//!
//! A row goes `waiting` → `leased` → `sending` → `sent`, each step committed before the next. Until `sending` nothing
//! has been handed over, so that a worker that ends there loses nothing: its lease runs out, and another takes the row.
//! From `sending` on nobody but the other side knows; what is found there later is put aside as `unknown`.

use chrono::TimeDelta;

use super::{
    model::{OutboxKind, OutboxRow, OutboxState},
    rules::{self, Fate},
    smtp::{Refusal, Smtp},
    store,
};
use crate::{
    db::{Actor, Answer, Change, Database, Entry, Lock, Outcome, digest_of},
    error::{AppError, AppResult, ErrorCode},
    ids::RecordId,
    web::Metrics,
};

/// Rows of one claim.
const CLAIM: i64 = 20;
/// Claims of one step: a long queue does not keep other work waiting for ever.
const CLAIMS_MAX: usize = 50;
/// How long a claim holds: longer than twenty letters to a slow server take.
const LEASE_MINUTES: i64 = 30;

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Taken by the other side.
    pub sent: usize,
    /// To be tried again.
    pub later: usize,
    /// Given up.
    pub failed: usize,
    /// Put aside, for nobody knows whether it arrived.
    pub unknown: usize,
}

impl Worked {
    fn count(&mut self, state: OutboxState) {
        match state {
            OutboxState::Sent => self.sent += 1,
            OutboxState::Failed => self.failed += 1,
            OutboxState::Unknown => self.unknown += 1,
            OutboxState::Waiting | OutboxState::Leased | OutboxState::Sending => self.later += 1,
        }
    }
}

/// Sends what is due. Safe to be run by several instances at once.
pub async fn step(db: &Database, smtp: Option<&Smtp>, metrics: &Metrics) -> AppResult<Worked> {
    let mut worked = Worked::default();
    put_aside(db, &mut worked).await?;
    if let Some(smtp) = smtp {
        for _ in 0..CLAIMS_MAX {
            let rows = claim(db, OutboxKind::Email).await?;
            if rows.is_empty() || !send_all(db, smtp, rows, &mut worked).await? {
                break;
            }
        }
    }
    let counts = db.read(store::counts).await?;
    for state in OutboxState::ALL {
        let count = counts
            .iter()
            .find(|(of, _)| of == state)
            .map_or(0, |(_, count)| *count);
        metrics.set_outbox(state.as_str(), count);
    }
    Ok(worked)
}

async fn put_aside(db: &Database, worked: &mut Worked) -> AppResult<()> {
    let now = db.clock().now();
    let fate = Fate::Unknown("the service ended while this was handed over".to_owned());
    for row in db.read(move |conn| store::abandoned(conn, now)).await? {
        keep(db, row, &fate, worked).await?;
    }
    Ok(())
}

/// Takes what is due, for a while. One worker after the other: so no two take the same.
async fn claim(db: &Database, kind: OutboxKind) -> AppResult<Vec<OutboxRow>> {
    let now = db.clock().now();
    // A look that locks nothing: most of the time there is nothing to do.
    if db
        .read(move |conn| store::due(conn, kind, now, 1))
        .await?
        .is_empty()
    {
        return Ok(Vec::new());
    }
    let lease = RecordId::new();
    let change = own_change("claim_outbox", vec![Lock::whole("outbox", "claim")]);
    let mine = lease.clone();
    db.write(change, move |tx| {
        let now = tx.now();
        let rows = store::due(tx.conn(), kind, now, CLAIM)?;
        if rows.is_empty() {
            return Ok(Outcome::Unchanged(Answer::empty()));
        }
        for row in &rows {
            let after = OutboxRow {
                state: OutboxState::Leased,
                lease: Some(mine.clone()),
                leased_until: Some(now.plus(TimeDelta::minutes(LEASE_MINUTES))),
                updated_at: now,
                ..row.clone()
            };
            store::replace(tx, row, &after)?;
        }
        let entry = Entry {
            object_kind: "outbox_claim",
            object_id: mine.to_string(),
            before_digest: None,
            after_digest: Some(digest_of(&rows.iter().map(|row| &row.id).collect::<Vec<_>>())?),
            detail: serde_json::json!({"rows": rows.len()}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    })
    .await?;
    db.read(move |conn| store::leased(conn, &lease)).await
}

/// Sends claimed rows; tells whether the server takes more.
async fn send_all(db: &Database, smtp: &Smtp, rows: Vec<OutboxRow>, worked: &mut Worked) -> AppResult<bool> {
    let mut unreachable: Option<String> = None;
    for row in rows {
        // What one letter found out about the server holds for the rest: nobody waits twenty times for a dead one.
        if let Some(error) = &unreachable {
            keep(db, row, &Fate::Later(error.clone()), worked).await?;
            continue;
        }
        let (dialogue, letter) = (smtp.clone(), row.clone());
        match blocking(move || dialogue.begin(&letter)).await? {
            Err(Refusal::Server(error)) => {
                tracing::warn!(%error, "the mail server takes nothing; it is tried again later");
                keep(db, row, &Fate::Later(error.clone()), worked).await?;
                unreachable = Some(error);
            }
            Err(Refusal::Letter(fate)) => keep(db, row, &fate, worked).await?,
            Ok(ready) => {
                // Somebody else has it, for our lease ran out: the dialogue ends here, and nothing was handed over.
                let Some(row) = mark_sending(db, row).await? else {
                    continue;
                };
                let fate = blocking(move || ready.finish()).await?;
                keep(db, row, &fate, worked).await?;
            }
        }
    }
    Ok(unreachable.is_none())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| AppError::internal(format!("a delivery ended early: {error}")))
}

/// Keeps that a row is being handed over, before it is. None if the row is no longer ours.
async fn mark_sending(db: &Database, row: OutboxRow) -> AppResult<Option<OutboxRow>> {
    let now = db.clock().now();
    if row.leased_until.is_none_or(|until| until <= now) {
        return Ok(None);
    }
    let after = OutboxRow {
        state: OutboxState::Sending,
        updated_at: now,
        ..row.clone()
    };
    match change_row(db, "begin_delivery", row, after.clone()).await {
        Ok(()) => Ok(Some(after)),
        Err(error) if error.code == ErrorCode::Conflict => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps what came of a row.
async fn keep(db: &Database, row: OutboxRow, fate: &Fate, worked: &mut Worked) -> AppResult<()> {
    let after = rules::after(&row, fate, db.clock().now());
    let state = after.state;
    if matches!(state, OutboxState::Failed | OutboxState::Unknown) {
        tracing::warn!(id = %row.id, state = state.as_str(), error = after.last_error, "not delivered");
    }
    match change_row(db, "end_delivery", row, after).await {
        Ok(()) => worked.count(state),
        // An administrator, or another worker after our lease: theirs stands.
        Err(error) if error.code == ErrorCode::Conflict => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

async fn change_row(
    db: &Database,
    action: &'static str,
    before: OutboxRow,
    after: OutboxRow,
) -> AppResult<()> {
    let change = own_change(action, vec![Lock::whole("outbox", &before.id)]);
    db.write(change, move |tx| {
        store::replace(tx, &before, &after)?;
        Ok(Outcome::Done(Answer::empty(), entry(&before, &after)?))
    })
    .await
    .map(|_| ())
}

/// The audit entry of a row that came to another state. Without the address: whose it is stands in the row.
pub(super) fn entry(before: &OutboxRow, after: &OutboxRow) -> AppResult<Entry> {
    let digest = |row: &OutboxRow| {
        digest_of(&serde_json::json!({
            "id": row.id, "kind": row.kind, "state": row.state, "attempts": row.attempts,
            "next_attempt_at": row.next_attempt_at, "updated_at": row.updated_at,
        }))
    };
    Ok(Entry {
        object_kind: "outbox_entry",
        object_id: before.id.to_string(),
        before_digest: Some(digest(before)?),
        after_digest: Some(digest(after)?),
        detail: serde_json::json!({"kind": after.kind, "from": before.state, "to": after.state, "attempts": after.attempts}),
    })
}

fn own_change(action: &'static str, locks: Vec<Lock>) -> Change {
    Change {
        actor: Actor::System,
        action,
        request_id: "outbox".to_owned(),
        idempotency: None,
        locks,
    }
}
