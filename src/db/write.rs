//! The one door for writes.
//!
//! A change hands over its work; the door locks what the change names, looks whether it was done before under the
//! same `Idempotency-Key`, runs the work, appends the audit entry that the work *must* return, and stores the answer.
//! All of it is one transaction: what was answered is there, whole, or nothing is.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::SimpleConnection;
use serde::Serialize;

use super::{
    connection::Conn,
    lock::{self, Lock},
    records,
};
use crate::{
    audit_log::LogSigner,
    clock::{Clock, Moment},
    error::{AppError, AppResult},
    ids::{UserId, sha256_hex},
};

/// Who makes a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person who logged in.
    User(UserId),
    /// Somebody who has not logged in (yet): a login itself.
    Anonymous,
    /// The operator, at the command line.
    System,
}

impl Actor {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Anonymous => "anonymous",
            Self::System => "system",
        }
    }

    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::User(id) => Some(id.as_str()),
            Self::Anonymous | Self::System => None,
        }
    }

    /// How the actor stands in a record: the user's id, or the word for what it is.
    pub fn name(&self) -> &str {
        self.id().unwrap_or_else(|| self.kind())
    }
}

/// A caller's key for doing a change once, and the fingerprint of what was asked.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// As sent.
    pub key: String,
    /// Digest of method, path and body.
    pub fingerprint: String,
}

/// One change: who makes it, under which name, and what it touches.
#[derive(Clone, Debug)]
pub struct Change {
    /// Who.
    pub actor: Actor,
    /// The operation's id, as in the API's description.
    pub action: &'static str,
    /// The request it came with.
    pub request_id: String,
    /// The caller's key, where one was sent and the answer holds no secret.
    pub idempotency: Option<IdempotencyKey>,
    /// What to lock.
    pub locks: Vec<Lock>,
}

/// The audit entry's part that only the change itself knows.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What kind of object was changed: `submission`.
    pub object_kind: &'static str,
    /// Which one: `par-2023-ministries/moj`.
    pub object_id: String,
    /// Digest of the object before, if it was there.
    pub before_digest: Option<String>,
    /// Digest of the object after, if it still is.
    pub after_digest: Option<String>,
    /// A few facts for people; no secrets, no personal data beyond codes and ids.
    pub detail: serde_json::Value,
}

/// The answer to a change: what is sent, and sent again when the same key comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON text; empty for 204.
    pub body: String,
    /// Headers such as `etag` and `location`.
    pub headers: Vec<(String, String)>,
    /// Whether it is the stored answer of an earlier request.
    pub replayed: bool,
}

/// What a change's work came to.
#[derive(Debug)]
pub enum Outcome {
    /// The change is done: keep it, with its entry.
    Done(Answer, Entry),
    /// Nothing is to be kept: a dry run, or nothing differed.
    Unchanged(Answer),
    /// The caller is refused, but the refusal itself is a fact to keep (a failed login counts).
    Refused(AppError, Entry),
}

/// A change's transaction. Only the door makes one, so only what runs in the door can write.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    now: Moment,
    actor: Actor,
}

impl Tx<'_> {
    /// The connection, able to write.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// The moment that stamps the whole change.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Who makes the change, as it stands in records.
    pub fn actor(&self) -> &str {
        self.actor.name()
    }
}

/// The result of a change before its commit.
pub(super) struct Finished {
    pub(super) result: AppResult<Answer>,
    /// Whether the savepoint is kept.
    pub(super) keep: bool,
}

impl Finished {
    pub(super) fn taken_back(result: AppResult<Answer>) -> Self {
        Self { result, keep: false }
    }
}

/// An answer with a JSON body.
pub fn json_answer(status: u16, body: &impl Serialize) -> AppResult<Answer> {
    let body = serde_json::to_string(body).map_err(AppError::internal)?;
    Ok(Answer {
        status,
        body,
        headers: Vec::new(),
        replayed: false,
    })
}

impl Answer {
    /// 204.
    pub fn empty() -> Self {
        Self {
            status: 204,
            body: String::new(),
            headers: Vec::new(),
            replayed: false,
        }
    }

    /// The same answer with one more header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// The digest of an object for its audit entry: SHA-256 of its canonical JSON (RFC 8785).
pub fn digest_of(object: &impl Serialize) -> AppResult<String> {
    let canonical = serde_json_canonicalizer::to_vec(object).map_err(AppError::internal)?;
    Ok(sha256_hex(&canonical))
}

/// PostgreSQL's transaction around a change.
pub(super) fn run_in_transaction(
    conn: &mut Conn,
    locks: &[Lock],
    work: impl FnOnce(&mut Conn) -> Finished,
) -> AppResult<Answer> {
    if let Err(error) = lock::begin(conn, locks) {
        conn.batch_execute("ROLLBACK").map_err(super::unavailable)?;
        return Err(error);
    }
    let finished = catch_unwind(AssertUnwindSafe(|| work(conn)))
        .unwrap_or_else(|_| Finished::taken_back(Err(AppError::internal("a write panicked"))));
    if finished.keep {
        // A failed commit is no answer: the caller may send it again with the same key.
        conn.batch_execute("COMMIT").map_err(super::unavailable)?;
    } else {
        conn.batch_execute("ROLLBACK").map_err(super::unavailable)?;
    }
    finished.result
}

/// What the door stamps a change with.
#[derive(Clone)]
pub(super) struct Stamps {
    pub(super) clock: Clock,
    /// What signs receipts; the command line, which answers nobody, has none.
    pub(super) log: Option<LogSigner>,
}

/// Runs a change inside an open transaction.
pub(super) fn run(
    conn: &mut Conn,
    stamps: &Stamps,
    change: &Change,
    work: impl FnOnce(&mut Tx<'_>) -> AppResult<Outcome>,
) -> Finished {
    match attempt(conn, stamps, change, work) {
        Ok(finished) => finished,
        Err(error) => Finished::taken_back(Err(error)),
    }
}

fn attempt(
    conn: &mut Conn,
    stamps: &Stamps,
    change: &Change,
    work: impl FnOnce(&mut Tx<'_>) -> AppResult<Outcome>,
) -> AppResult<Finished> {
    if let Some(stored) = records::find_answer(conn, change)? {
        return Ok(Finished::taken_back(Ok(stored)));
    }
    let now = stamps.clock.now();
    let outcome = work(&mut Tx {
        conn,
        now,
        actor: change.actor.clone(),
    })?;
    match outcome {
        Outcome::Done(answer, entry) => {
            let answer = records::keep(conn, change, now, entry, answer, stamps.log.as_ref())?;
            Ok(Finished {
                result: Ok(answer),
                keep: true,
            })
        }
        Outcome::Unchanged(answer) => Ok(Finished::taken_back(Ok(answer))),
        Outcome::Refused(error, entry) => {
            records::keep_refusal(conn, change, now, entry)?;
            Ok(Finished {
                result: Err(error),
                keep: true,
            })
        }
    }
}
