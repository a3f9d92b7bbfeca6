//! What a change locks: on PostgreSQL, where several write at once, by advisory locks of its transaction.

use diesel::{
    PgConnection,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Bool},
};

use super::{connection::Conn, write::Change};
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

/// The statement that takes a key and locks, in this order, and tells whether the key was free. Its nested cases fix the
/// order; its numbers are bound, so that it is prepared once for each number of locks.
struct Take {
    key: Option<i64>,
    locks: Vec<(i64, bool)>,
}

impl QueryFragment<Pg> for Take {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("SELECT ");
        if let Some(key) = &self.key {
            pass.push_sql("CASE WHEN pg_try_advisory_xact_lock(");
            pass.push_bind_param::<BigInt, _>(key)?;
            pass.push_sql(") THEN ");
        }
        for (key, exclusive) in &self.locks {
            pass.push_sql(if *exclusive {
                "CASE WHEN pg_advisory_xact_lock("
            } else {
                "CASE WHEN pg_advisory_xact_lock_shared("
            });
            pass.push_bind_param::<BigInt, _>(key)?;
            pass.push_sql(")::text IS NOT NULL THEN ");
        }
        pass.push_sql("true");
        for _ in 0..self.locks.len() + usize::from(self.key.is_some()) {
            pass.push_sql(" ELSE false END");
        }
        Ok(())
    }
}

impl QueryId for Take {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Take {
    type SqlType = Bool;
}

impl RunQueryDsl<PgConnection> for Take {}

/// Takes what a change names, in one order for all changes, and its key, which does not wait, for as long as its
/// transaction lasts.
pub(super) fn take_locks(conn: &mut Conn, change: &Change) -> AppResult<()> {
    let Conn::Pg(conn) = conn else { return Ok(()) };
    let mut locks = change.locks.clone();
    locks.sort();
    let take = Take {
        key: change
            .idempotency
            .as_ref()
            .map(|idempotency| advisory_key(&format!("key/{}/{}", change.actor.name(), idempotency.key))),
        locks: locks.iter().map(|lock| (lock.key(), lock.exclusive)).collect(),
    };
    if take.get_result::<bool>(conn)? {
        Ok(())
    } else {
        Err(AppError::new(ErrorCode::IdempotencyInFlight))
    }
}
