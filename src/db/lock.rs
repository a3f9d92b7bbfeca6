//! What a change locks: on PostgreSQL, where several write at once, by advisory locks of its transaction.

use diesel::{
    PgConnection,
    connection::SimpleConnection,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Integer, Nullable, Text},
};

use super::{
    connection::Conn,
    write::{Change, StoredAnswer},
};
use crate::error::{AppError, AppResult, ErrorCode};

/// What a change keeps others from touching meanwhile. On SQLite there is one writer anyway.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lock {
    // The order of the fields is the order of taking locks, which keeps two changes from waiting for each other:
    // the outer object (rank 0: a whole round) comes before the inner one.
    rank: u8,
    name: String,
    exclusive: bool,
}

impl Lock {
    /// Nobody else may change the object or what lies below it.
    pub fn whole(kind: &str, id: impl std::fmt::Display) -> Self {
        Self {
            rank: 0,
            name: format!("{kind}/{id}"),
            exclusive: true,
        }
    }

    /// The object may not change, but others may also work below it.
    pub fn below(kind: &str, id: impl std::fmt::Display) -> Self {
        Self {
            rank: 0,
            name: format!("{kind}/{id}"),
            exclusive: false,
        }
    }

    /// A part of an object that is locked with [`Lock::below`].
    pub fn part(kind: &str, id: impl std::fmt::Display) -> Self {
        Self {
            rank: 1,
            name: format!("{kind}/{id}"),
            exclusive: true,
        }
    }

    fn key(&self) -> i64 {
        advisory_key(&self.name)
    }
}

fn advisory_key(name: &str) -> i64 {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(name.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0_i64, |key, byte| (key << 8) | i64::from(*byte))
}

/// Begins a change's transaction with the locks that the change names, taken in one order for all changes: as one text,
/// since each answer of the server that is waited for costs as much as a small statement.
pub(super) fn begin(conn: &mut Conn, change: &Change) -> AppResult<()> {
    let mut locks = change.locks.clone();
    locks.sort();
    let mut begin = String::from("BEGIN");
    for lock in &locks {
        let shared = if lock.exclusive { "" } else { "_shared" };
        // A number and no text of a caller: there is nothing in it to quote.
        begin.push_str(&format!("; SELECT pg_advisory_xact_lock{shared}({})", lock.key()));
    }
    Ok(conn.batch_execute(&begin)?)
}

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
pub(super) fn take_key(conn: &mut PgConnection, actor: &str, key: &str) -> AppResult<Option<StoredAnswer>> {
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
