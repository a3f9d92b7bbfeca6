//! What sends the outbox: claims what is due, hands it over, and keeps what came of it.
//!
//! A row goes `waiting` → `leased` → `sending` → `sent`, each step committed before the next. Until `sending` nothing
//! has been handed over, so that a worker that ends there loses nothing: its lease runs out, and another takes the row.
//! From `sending` on nobody but the other side knows; what is found there later is put aside as `unknown`, or handed over
//! again where the other side can tell that it came before.

use chrono::TimeDelta;

use futures_util::{StreamExt, stream};

use super::{
    courier::{Courier, Refusal},
    model::{OutboxRow, OutboxState},
    rules::{self, Fate, KEEP_DAYS},
    store,
};
use crate::{
    db::{Actor, Answer, Change, Database, Entry, Lock, Outcome, digest_of},
    error::{AppResult, ErrorCode},
    ids::RecordId,
    web::Metrics,
};

/// Rows of one claim; the leases are made for so many.
const CLAIM: i64 = 20;
/// Claims of one step: a long queue does not keep other work waiting for ever.
const CLAIMS_MAX: usize = 50;
/// Rows that are cleared away in one change.
const SWEEP: i64 = 500;

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
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            later: self.later + other.later,
            failed: self.failed + other.failed,
            unknown: self.unknown + other.unknown,
        }
    }

    fn count(&mut self, handed: &Handed) {
        let state = match handed {
            Handed::Ended(state) | Handed::WayClosed(state, _) => *state,
            Handed::NoLongerOurs => return,
        };
        match state {
            OutboxState::Sent => self.sent += 1,
            OutboxState::Failed => self.failed += 1,
            OutboxState::Unknown => self.unknown += 1,
            OutboxState::Waiting | OutboxState::Leased | OutboxState::Sending => self.later += 1,
        }
    }
}

/// Puts aside what nobody knows of, and clears away what came to its end long ago.
pub async fn tidy(db: &Database) -> AppResult<Worked> {
    let mut worked = Worked::default();
    let now = db.clock().now();
    for row in db.read(move |conn| store::abandoned(conn, now)).await? {
        let fate = rules::abandoned(row.kind);
        worked.count(&keep(db, row, &fate).await?);
    }
    sweep(db).await?;
    Ok(worked)
}

/// Hands over what is due for a courier. Safe to be run by several instances at once.
pub async fn deliver<C: Courier>(db: &Database, courier: &C) -> AppResult<Worked> {
    let mut worked = Worked::default();
    for _ in 0..CLAIMS_MAX {
        let rows = claim::<C>(db).await?;
        if rows.is_empty() || !hand_over(db, courier, rows, &mut worked).await? {
            break;
        }
    }
    Ok(worked)
}

/// Counts the rows in each state.
pub async fn measure(db: &Database, metrics: &Metrics) -> AppResult<()> {
    let counts = db.read(store::counts).await?;
    for state in OutboxState::ALL {
        let count = counts
            .iter()
            .find(|(of, _)| of == state)
            .map_or(0, |(_, count)| *count);
        metrics.set_outbox(state.as_str(), count);
    }
    Ok(())
}

/// Clears away what came to its end long ago, a few at a time.
async fn sweep(db: &Database) -> AppResult<()> {
    let before = db.clock().now().plus(TimeDelta::days(-KEEP_DAYS));
    if db
        .read(move |conn| store::ended_before(conn, before, 1))
        .await?
        .is_empty()
    {
        return Ok(());
    }
    let change = own_change("sweep_outbox", vec![Lock::whole("outbox", "sweep")]);
    db.write(change, move |tx| {
        let ids = store::ended_before(tx.conn(), before, SWEEP)?;
        if ids.is_empty() {
            return Ok(Outcome::Unchanged(Answer::empty()));
        }
        store::delete(tx, &ids)?;
        let entry = Entry {
            object_kind: "outbox_sweep",
            object_id: before.to_string(),
            before_digest: Some(digest_of(&ids)?),
            after_digest: None,
            detail: serde_json::json!({"rows": ids.len()}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    })
    .await
    .map(|_| ())
}

/// Takes what is due, for a while. One worker after the other: so no two take the same.
async fn claim<C: Courier>(db: &Database) -> AppResult<Vec<OutboxRow>> {
    let kind = C::KIND;
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
                leased_until: Some(now.plus(TimeDelta::minutes(C::LEASE_MINUTES))),
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

/// Hands claimed rows over; tells whether the way is open for more.
async fn hand_over<C: Courier>(
    db: &Database,
    courier: &C,
    rows: Vec<OutboxRow>,
    worked: &mut Worked,
) -> AppResult<bool> {
    let mut closed: Option<String> = None;
    for rows in rows.chunks(C::SIDE_BY_SIDE) {
        // What one letter found out about the way holds for the rest: nobody waits twenty times for a dead server.
        if let Some(error) = &closed {
            for row in rows {
                worked.count(&keep(db, row.clone(), &Fate::Later(error.clone())).await?);
            }
            continue;
        }
        let all = rows.iter().map(|row| hand_over_one(db, courier, row.clone()));
        let results: Vec<AppResult<Handed>> = stream::iter(all)
            .buffer_unordered(C::SIDE_BY_SIDE)
            .collect()
            .await;
        for result in results {
            let handed = result?;
            worked.count(&handed);
            if let Handed::WayClosed(_, error) = handed {
                closed = Some(error);
            }
        }
    }
    Ok(closed.is_none())
}

/// What came of one row.
enum Handed {
    /// It stands there now.
    Ended(OutboxState),
    /// Somebody else has it, for our lease ran out; nothing was handed over.
    NoLongerOurs,
    /// It stands there now, and nothing more goes this way.
    WayClosed(OutboxState, String),
}

async fn hand_over_one<C: Courier>(db: &Database, courier: &C, row: OutboxRow) -> AppResult<Handed> {
    match courier.begin(&row).await? {
        Err(Refusal::Way(error)) => {
            tracing::warn!(%error, "nothing can be sent; it is tried again later");
            match keep(db, row, &Fate::Later(error.clone())).await? {
                Handed::Ended(state) => Ok(Handed::WayClosed(state, error)),
                other => Ok(other),
            }
        }
        Err(Refusal::This(fate)) => keep(db, row, &fate).await,
        Ok(ready) => {
            let Some(marked) = mark_sending(db, row).await? else {
                return Ok(Handed::NoLongerOurs);
            };
            let fate = courier.finish(ready).await?;
            keep(db, marked, &fate).await
        }
    }
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
async fn keep(db: &Database, row: OutboxRow, fate: &Fate) -> AppResult<Handed> {
    let after = rules::after(&row, fate, db.clock().now());
    let state = after.state;
    if matches!(state, OutboxState::Failed | OutboxState::Unknown) {
        tracing::warn!(id = %row.id, state = state.as_str(), error = after.last_error, "not delivered");
    }
    match change_row(db, "end_delivery", row, after).await {
        Ok(()) => Ok(Handed::Ended(state)),
        // An administrator, or another worker after our lease: theirs stands.
        Err(error) if error.code == ErrorCode::Conflict => Ok(Handed::NoLongerOurs),
        Err(error) => Err(error),
    }
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
        if after.attempts > before.attempts {
            store::insert_attempt(tx, &after)?;
        }
        Ok(Outcome::Done(Answer::empty(), entry(&before, &after)?))
    })
    .await
    .map(|_| ())
}

/// The audit entry of a row that came to another state. Without the address: whose it is stands in the row.
pub fn entry(before: &OutboxRow, after: &OutboxRow) -> AppResult<Entry> {
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
