//! What the door itself keeps of a change: its audit entry and, under an `Idempotency-Key`, its answer.

use diesel::{
    PgConnection, SqliteConnection,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::{DatabaseErrorKind, Error},
    sql_types::{BigInt, Bool, Integer, Nullable, Text},
};
use serde::{Deserialize, Serialize};

use super::{
    connection::Conn,
    lock::advisory_key,
    schema::{audit_entries, audit_unsealed, stored_answers},
    write::{Actor, Answer, Change, Entry, IdempotencyKey},
};
use crate::{
    audit_log::{Leaf, LogSigner, RECEIPT_HEADER, Receipt, hex},
    clock::Moment,
    error::{AppError, AppResult, ErrorCode},
    ids::AuditId,
};

/// Stored answers are kept this long: a client may send a request again within a week.
const STORED_ANSWER_DAYS: i64 = 7;

/// Fingerprint, status, headers and body of an answer in the table.
type StoredAnswer = (String, i32, String, String);

#[derive(Serialize, Deserialize)]
struct StoredHeaders(Vec<(String, String)>);

/// The answer to an earlier request with the same key.
pub(super) fn find_answer(conn: &mut Conn, change: &Change) -> AppResult<Option<Answer>> {
    let Some(idempotency) = &change.idempotency else {
        return Ok(None);
    };
    let row: Option<StoredAnswer> = match conn {
        Conn::Pg(conn) => take_key(conn, change.actor.name(), &idempotency.key)?,
        Conn::Lite(conn) => stored_answers::table
            .filter(stored_answers::actor_id.eq(change.actor.name()))
            .filter(stored_answers::idempotency_key.eq(&idempotency.key))
            .select((
                stored_answers::fingerprint,
                stored_answers::status,
                stored_answers::headers,
                stored_answers::body,
            ))
            .first(conn)
            .optional()?,
    };
    let Some((fingerprint, status, headers, body)) = row else {
        return Ok(None);
    };
    if fingerprint != idempotency.fingerprint {
        return Err(AppError::new(ErrorCode::IdempotencyKeyReused));
    }
    let StoredHeaders(headers) = serde_json::from_str(&headers).map_err(AppError::internal)?;
    let status = u16::try_from(status).map_err(AppError::internal)?;
    Ok(Some(Answer {
        status,
        body,
        headers,
        replayed: true,
    }))
}

/// A row of `audit_entries`.
#[derive(Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
struct EntryRow<'a> {
    id: AuditId,
    recorded_at: Moment,
    actor_kind: &'a str,
    actor_id: Option<&'a str>,
    action: &'a str,
    object_kind: &'a str,
    object_id: String,
    outcome: &'a str,
    before_digest: Option<String>,
    after_digest: Option<String>,
    detail: String,
    request_id: &'a str,
}

/// A row of `stored_answers`.
#[derive(Insertable)]
#[diesel(table_name = stored_answers, treat_none_as_default_value = false)]
struct AnswerRow<'a> {
    actor_id: &'a str,
    idempotency_key: &'a str,
    fingerprint: &'a str,
    status: i32,
    headers: String,
    body: &'a str,
    created_at: Moment,
}

fn entry_row<'a>(change: &'a Change, now: Moment, outcome: &'a str, entry: Entry) -> EntryRow<'a> {
    EntryRow {
        id: AuditId::new(),
        recorded_at: now,
        actor_kind: change.actor.kind(),
        actor_id: change.actor.id(),
        action: change.action,
        object_kind: entry.object_kind,
        object_id: entry.object_id,
        outcome,
        before_digest: entry.before_digest,
        after_digest: entry.after_digest,
        detail: entry.detail.to_string(),
        request_id: &change.request_id,
    }
}

/// Keeps what a change was, and its answer where it came with a key; the answer to a person then bears a receipt.
pub(super) fn keep(
    conn: &mut Conn,
    change: &Change,
    now: Moment,
    entry: Entry,
    answer: Answer,
    log: Option<&LogSigner>,
) -> AppResult<Answer> {
    let entry = entry_row(change, now, "done", entry);
    let answer = match log {
        Some(log) if has_receipt(change) => answer.header(RECEIPT_HEADER, receipt(&entry, log)?),
        _ => answer,
    };
    match &change.idempotency {
        None => append_entry(conn, entry)?,
        Some(key) => {
            store(conn, entry, answer_row(change, key, now, &answer)?)?;
            sweep_answers(conn, now)?;
        }
    }
    Ok(answer)
}

/// Who logged in and changed something holds a receipt of it. Whoever did not log in gets none: a receipt that is left on
/// a shared machine would lead from the machine to a form's response.
fn has_receipt(change: &Change) -> bool {
    matches!(change.actor, Actor::User(_))
}

/// An entry's receipt. The same entry always has the same one.
fn receipt(entry: &EntryRow<'_>, log: &LogSigner) -> AppResult<String> {
    let recorded_at = entry.recorded_at.to_string();
    let leaf = Leaf {
        id: entry.id.as_str(),
        recorded_at: &recorded_at,
        actor_kind: entry.actor_kind,
        actor_id: entry.actor_id,
        action: entry.action,
        object_kind: entry.object_kind,
        object_id: &entry.object_id,
        outcome: entry.outcome,
        before_digest: entry.before_digest.as_deref(),
        after_digest: entry.after_digest.as_deref(),
        detail: &entry.detail,
        request_id: entry.request_id,
    };
    let receipt = Receipt {
        format: Receipt::format(),
        origin: log.origin().into(),
        entry: leaf.id.into(),
        leaf_hash: hex(leaf.hash().map_err(AppError::internal)?).into(),
        content: leaf.after_digest.map(Into::into),
        action: leaf.action.into(),
        object_kind: leaf.object_kind.into(),
        object_id: leaf.object_id.into(),
        recorded_at: leaf.recorded_at.into(),
    };
    log.sign_receipt(&receipt).map_err(AppError::internal)
}

/// Keeps a refusal that is a fact by itself; it has no answer that would be sent again.
pub(super) fn keep_refusal(conn: &mut Conn, change: &Change, now: Moment, entry: Entry) -> AppResult<()> {
    append_entry(conn, entry_row(change, now, "refused", entry))
}

fn append_entry(conn: &mut Conn, entry: EntryRow<'_>) -> AppResult<()> {
    let id = entry.id.clone();
    let entry = diesel::insert_into(audit_entries::table).values(entry);
    match conn {
        Conn::Pg(conn) => Waiting(entry).execute(conn)?,
        Conn::Lite(conn) => {
            entry.execute(conn)?;
            await_sealing(conn, &id)?
        }
    };
    Ok(())
}

/// Says that an entry is to be sealed. Nobody else touches this row until the sealer takes it, so no change waits for another.
fn await_sealing(conn: &mut SqliteConnection, id: &AuditId) -> QueryResult<usize> {
    diesel::insert_into(audit_unsealed::table)
        .values(audit_unsealed::entry_id.eq(id))
        .execute(conn)
}

fn answer_row<'a>(
    change: &'a Change,
    key: &'a IdempotencyKey,
    now: Moment,
    answer: &'a Answer,
) -> AppResult<AnswerRow<'a>> {
    let headers = StoredHeaders(answer.headers.clone());
    Ok(AnswerRow {
        actor_id: change.actor.name(),
        idempotency_key: &key.key,
        fingerprint: &key.fingerprint,
        status: i32::from(answer.status),
        headers: serde_json::to_string(&headers).map_err(AppError::internal)?,
        body: &answer.body,
        created_at: now,
    })
}

fn store(conn: &mut Conn, entry: EntryRow<'_>, answer: AnswerRow<'_>) -> AppResult<()> {
    let id = entry.id.clone();
    let entry = diesel::insert_into(audit_entries::table).values(entry);
    let answer = diesel::insert_into(stored_answers::table).values(answer);
    let stored = match conn {
        Conn::Pg(conn) => WaitingWith(entry, answer).execute(conn),
        Conn::Lite(conn) => entry
            .execute(conn)
            .and_then(|_| await_sealing(conn, &id))
            .and_then(|_| answer.execute(conn)),
    };
    stored.map(|_| ()).map_err(|error| match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            AppError::new(ErrorCode::IdempotencyInFlight)
        }
        error => error.into(),
    })
}

/// One change in 256 sweeps, so that no timer is needed and no caller waits for a long sweep.
fn sweep_answers(conn: &mut Conn, now: Moment) -> AppResult<()> {
    if now.unix_seconds() % 256 == 0 {
        let oldest = now.plus(chrono::TimeDelta::days(-STORED_ANSWER_DAYS));
        diesel::delete(stored_answers::table.filter(stored_answers::created_at.lt(oldest))).execute(conn)?;
    }
    Ok(())
}

/// An entry's insert, and that it waits to be sealed, as one statement: PostgreSQL is waited for once.
struct Waiting<E>(E);
/// The same, with the answer's insert.
struct WaitingWith<E, A>(E, A);

const AWAIT_SEALING: &str = "INSERT INTO audit_unsealed (entry_id) SELECT id FROM entry";

fn walk_entry<'b>(entry: &'b impl QueryFragment<Pg>, pass: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    pass.push_sql("WITH entry AS (");
    entry.walk_ast(pass.reborrow())?;
    pass.push_sql(" RETURNING id)");
    Ok(())
}

impl<E: QueryFragment<Pg>> QueryFragment<Pg> for Waiting<E> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        walk_entry(&self.0, &mut pass)?;
        pass.push_sql(" ");
        pass.push_sql(AWAIT_SEALING);
        Ok(())
    }
}

impl<E: QueryFragment<Pg>, A: QueryFragment<Pg>> QueryFragment<Pg> for WaitingWith<E, A> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        walk_entry(&self.0, &mut pass)?;
        pass.push_sql(", waiting AS (");
        pass.push_sql(AWAIT_SEALING);
        pass.push_sql(") ");
        self.1.walk_ast(pass)
    }
}

impl<E: QueryId> QueryId for Waiting<E> {
    type QueryId = Waiting<E::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<E: QueryId, A: QueryId> QueryId for WaitingWith<E, A> {
    type QueryId = WaitingWith<E::QueryId, A::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID && A::HAS_STATIC_QUERY_ID;
}

impl<E> RunQueryDsl<PgConnection> for Waiting<E> {}
impl<E, A> RunQueryDsl<PgConnection> for WaitingWith<E, A> {}

/// The statement that tries a key and reads what is stored under it: prepared once on each connection.
struct TakeKey<'a> {
    lock: i64,
    actor: &'a str,
    key: &'a str,
}

impl QueryFragment<Pg> for TakeKey<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("SELECT pg_try_advisory_xact_lock(");
        pass.push_bind_param::<BigInt, _>(&self.lock)?;
        pass.push_sql(
            "), fingerprint, status, headers, body FROM (SELECT 1) AS one LEFT JOIN stored_answers ON actor_id = ",
        );
        pass.push_bind_param::<Text, _>(self.actor)?;
        pass.push_sql(" AND idempotency_key = ");
        pass.push_bind_param::<Text, _>(self.key)
    }
}

impl QueryId for TakeKey<'_> {
    type QueryId = TakeKey<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for TakeKey<'_> {
    type SqlType = (
        Bool,
        Nullable<Text>,
        Nullable<Integer>,
        Nullable<Text>,
        Nullable<Text>,
    );
}

impl RunQueryDsl<PgConnection> for TakeKey<'_> {}

type KeyRow = (bool, Option<String>, Option<i32>, Option<String>, Option<String>);

/// Takes a key for as long as the transaction lasts, without waiting, and reads what is stored under it.
///
/// An answer that is stored between the two is found by the table's own key, when the second is stored.
fn take_key(conn: &mut PgConnection, actor: &str, key: &str) -> AppResult<Option<StoredAnswer>> {
    let take = TakeKey {
        lock: advisory_key(&format!("key/{actor}/{key}")),
        actor,
        key,
    };
    match take.get_result::<KeyRow>(conn)? {
        (_, Some(fingerprint), Some(status), Some(headers), Some(body)) => {
            Ok(Some((fingerprint, status, headers, body)))
        }
        (true, ..) => Ok(None),
        _ => Err(AppError::new(ErrorCode::IdempotencyInFlight)),
    }
}
