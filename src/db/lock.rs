//! What a change locks: on PostgreSQL, where several write at once, by advisory locks of its transaction.

use diesel::connection::SimpleConnection;

use super::connection::Conn;
use crate::error::AppResult;

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

pub(super) fn advisory_key(name: &str) -> i64 {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(name.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0_i64, |key, byte| (key << 8) | i64::from(*byte))
}

/// Begins a change's transaction with the locks that the change names, taken in one order for all changes: as one text,
/// since each answer of the server that is waited for costs as much as a small statement.
pub(super) fn begin(conn: &mut Conn, locks: &[Lock]) -> AppResult<()> {
    let mut locks = locks.to_vec();
    locks.sort();
    let mut begin = String::from("BEGIN");
    for lock in &locks {
        let shared = if lock.exclusive { "" } else { "_shared" };
        // A number and no text of a caller: there is nothing in it to quote.
        begin.push_str(&format!("; SELECT pg_advisory_xact_lock{shared}({})", lock.key()));
    }
    Ok(conn.batch_execute(&begin)?)
}
