//! One connection type over both databases, and what diesel's derived enum does not offer by itself.

// The derived items of `MultiConnection` carry no documentation.
#![allow(missing_docs)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::{
    PgConnection, SqliteConnection,
    connection::{SimpleConnection, TransactionManager},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    r2d2,
    result::ConnectionError,
    sqlite::Sqlite,
};

use super::url::DatabaseUrl;
use crate::error::{AppError, AppResult, ErrorCode};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL: production and several instances.
    Pg(PgConnection),
    /// SQLite: the embedded default.
    Lite(SqliteConnection),
}

/// Runs any query that both databases understand through the enum: upserts, window functions, casts.
pub struct Both<T>(pub T);

impl<T: QueryFragment<Pg> + QueryFragment<Sqlite>> QueryFragment<MultiBackend> for Both<T> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}
impl<T: QueryId> QueryId for Both<T> {
    type QueryId = Both<T::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}
impl<T: Query> Query for Both<T> {
    type SqlType = T::SqlType;
}
impl<T> RunQueryDsl<Conn> for Both<T> {}

/// Evaluates an expression on the connection of whichever database it is: a query that is asked all the time. Through the enum its
/// text is put together each time before it is found to be prepared.
#[macro_export]
macro_rules! on_each {
    ($conn:expr, $inner:ident => $asked:expr) => {
        match $conn {
            $crate::db::Conn::Pg($inner) => $asked,
            $crate::db::Conn::Lite($inner) => $asked,
        }
    };
}

/// Executes one statement on whichever database it is: batch inserts, which the enum refuses.
#[macro_export]
macro_rules! each {
    ($conn:expr, $query:expr) => {
        $crate::on_each!($conn, one => diesel::RunQueryDsl::execute($query, one))
    };
}

/// Reads several times as if it were once: what others write meanwhile is not seen.
pub fn in_snapshot<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> AppResult<T>) -> AppResult<T> {
    conn.batch_execute(match conn {
        Conn::Pg(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        Conn::Lite(_) => "BEGIN",
    })?;
    let done = catch_unwind(AssertUnwindSafe(|| work(conn)))
        .unwrap_or_else(|_| Err(AppError::internal("a reading panicked")));
    conn.batch_execute("ROLLBACK")?;
    done
}

/// What a connection is for; the database itself enforces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Reading only: a statement that writes fails.
    Read,
    /// Writing, through the one door.
    Write,
}

/// After a fault of the database: a connection that is no longer good is marked, so that the pool lets go of it, and the fault
/// is one that passes. The driver itself does not see that its connection is gone, and the pool would hand it out for ever.
pub(super) fn look_after<T>(conn: &mut Conn, result: AppResult<T>) -> AppResult<T> {
    let error = match result {
        Err(error) if error.code.status() >= 500 => error,
        other => return other,
    };
    if conn.batch_execute("SELECT 1").is_ok() {
        return Err(error);
    }
    type Transactions = <Conn as Connection>::TransactionManager;
    <Transactions as TransactionManager<Conn>>::transaction_manager_status_mut(conn).set_in_error();
    Err(AppError {
        cause: error.cause,
        ..AppError::new(ErrorCode::Unavailable)
    })
}

/// Opens connections of one purpose for the pool.
#[derive(Clone, Debug)]
pub struct Manager {
    url: DatabaseUrl,
    purpose: Purpose,
}

impl Manager {
    /// A manager for connections to `url`.
    pub fn new(url: DatabaseUrl, purpose: Purpose) -> Self {
        Self { url, purpose }
    }

    /// Opens one connection and sets it up.
    pub fn open(&self) -> Result<Conn, ConnectionError> {
        let mut conn = match &self.url {
            DatabaseUrl::Postgres(url) => Conn::Pg(PgConnection::establish(url)?),
            DatabaseUrl::Sqlite(path) => Conn::Lite(SqliteConnection::establish(path)?),
        };
        let set_up = match (&conn, self.purpose) {
            (Conn::Pg(_), Purpose::Read) => "SET TIME ZONE 'UTC'; SET default_transaction_read_only = on;",
            (Conn::Pg(_), Purpose::Write) => "SET TIME ZONE 'UTC'; SET synchronous_commit = on;",
            // WAL lets readers go on while the one writer writes; FULL makes an answered write durable; what was replaced, such as a
            // secret that is sealed now, does not stay on its page.
            (Conn::Lite(_), Purpose::Read) => {
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
                 PRAGMA cache_size = -2000; PRAGMA query_only = ON;"
            }
            (Conn::Lite(_), Purpose::Write) => {
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000; \
                 PRAGMA secure_delete = FAST;"
            }
        };
        conn.batch_execute(set_up)
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Conn, r2d2::Error> {
        self.open().map_err(r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), r2d2::Error> {
        conn.batch_execute("SELECT 1").map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        <<Conn as Connection>::TransactionManager as TransactionManager<Conn>>::is_broken_transaction_manager(
            conn,
        ) || match conn {
            // An error outside a transaction does not mark the manager: ask the driver itself.
            Conn::Pg(conn) => r2d2::R2D2Connection::is_broken(conn),
            Conn::Lite(conn) => r2d2::R2D2Connection::is_broken(conn),
        }
    }
}
