//! What a change locks: on PostgreSQL, where several write at once, by advisory locks of its transaction.

use diesel::prelude::*;

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

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    taken: bool,
}

/// Takes what a change names, in one order for all changes, and its key, for as long as its transaction lasts.
pub(super) fn take_locks(conn: &mut Conn, change: &Change) -> AppResult<()> {
    let Conn::Pg(conn) = conn else { return Ok(()) };
    if let Some(idempotency) = &change.idempotency {
        let key = advisory_key(&format!("key/{}/{}", change.actor.name(), idempotency.key));
        let row: Taken = diesel::sql_query(format!("SELECT pg_try_advisory_xact_lock({key}) AS taken"))
            .get_result(conn)?;
        if !row.taken {
            return Err(AppError::new(ErrorCode::IdempotencyInFlight));
        }
    }
    let mut locks = change.locks.clone();
    locks.sort();
    for lock in &locks {
        let function = if lock.exclusive {
            "pg_advisory_xact_lock"
        } else {
            "pg_advisory_xact_lock_shared"
        };
        diesel::sql_query(format!("SELECT {function}({})", lock.key())).execute(conn)?;
    }
    Ok(())
}
