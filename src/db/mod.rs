//! The database: reading through a pool whose connections can't write, writing through one door.
//!
//! What is absent here matters: there is no way to get a connection that writes but [`Database::write`]. The sealer
//! ([`Database::seal`]) takes no work from outside.

mod connection;
mod line;
mod lock;
mod log_rows;
mod migrations;
mod queue;
mod records;
pub mod schema;
mod seal;
mod snapshot;
mod types;
mod url;
mod write;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::r2d2;
use tokio::sync::Semaphore;

pub use connection::{Both, Conn, MultiBackend, in_snapshot};
pub use lock::Lock;
pub use log_rows::{AuditKeyRow, HashRow, HeadRow, LeafRow, LoggedEntry, audit_keys, newest_head, trusted};
pub use migrations::{
    apply as apply_migrations, is_pending as is_migration_pending, revert_all as revert_migrations,
};
pub use snapshot::{
    ExportedSnapshot, TableRows, copy_embedded, faults_of_embedded, newest_migration, open_for_reading,
    table_rows,
};
pub use url::DatabaseUrl;
pub use write::{Actor, Answer, Change, Entry, IdempotencyKey, Outcome, Tx, digest_of, json_answer};

use crate::{
    audit_log::LogSigner,
    clock::Clock,
    error::{AppError, AppResult, ErrorCode},
};
use connection::{Manager, Purpose};
use line::{Line, Place};
use write::{Finished, Stamps};

/// How large the pools are and how long a caller waits for a connection.
#[derive(Clone, Copy, Debug)]
pub struct PoolSize {
    /// Connections for reading.
    pub readers: u32,
    /// Connections for writing; SQLite always has one.
    pub writers: u32,
    /// Seconds that a caller waits for a connection that is not there.
    pub wait_seconds_max: u64,
    /// How long a caller may be expected to wait for others; who would wait longer is refused at once.
    pub patience: Duration,
}

type Pool = r2d2::Pool<Manager>;

/// The database of the running service.
#[derive(Clone)]
pub struct Database {
    readers: Bounded,
    writer: Writer,
    stamps: Stamps,
}

/// A pool and the line of those who use or await it.
#[derive(Clone)]
struct Bounded {
    manager: Manager,
    pool: Pool,
    line: Arc<Line>,
    running: Arc<Semaphore>,
}

#[derive(Clone)]
enum Writer {
    Pool(Bounded),
    Queue(queue::Queue),
}

impl Bounded {
    fn open(manager: Manager, connections: u32, size: PoolSize) -> Result<Self, String> {
        let ours = manager.clone();
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            // The default asks the server on every checkout: one more round trip for each request.
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(size.wait_seconds_max))
            .build(manager)
            .map_err(|error| format!("the database can't be opened: {error}"))?;
        let running = Arc::new(Semaphore::new(connections as usize));
        Ok(Self {
            manager: ours,
            pool,
            line: Line::new(connections, size.patience),
            running,
        })
    }

    /// Runs blocking work on a connection, never more at once than there are connections.
    async fn run<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce(&mut Conn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let permit = self
            .running
            .clone()
            .acquire_owned()
            .await
            .map_err(AppError::internal)?;
        let (pool, manager, line) = (self.pool.clone(), self.manager.clone(), self.line.clone());
        tokio::task::spawn_blocking(move || {
            // Both live as long as the blocked thread, not as long as the caller waits.
            let (_place, _permit) = (place, permit);
            let began = Instant::now();
            if pool.state().connections == 0 {
                // The database was gone. The pool asks for it ever more rarely, and who waited for the pool would go on waiting when
                // it is long back: each caller asks by itself, until the pool has a connection again.
                return work(&mut manager.open().map_err(unavailable)?);
            }
            let mut conn = pool.get().map_err(unavailable)?;
            let result = work(&mut conn);
            line.served(1, began.elapsed());
            connection::look_after(&mut conn, result)
        })
        .await
        .map_err(|error| AppError::internal(format!("a database task ended early: {error}")))?
    }
}

fn unavailable(cause: impl std::fmt::Display) -> AppError {
    AppError {
        cause: Some(cause.to_string()),
        ..AppError::new(ErrorCode::Unavailable)
    }
}

impl Database {
    /// Opens the database; refuses if it can't be reached.
    pub fn open(url: &DatabaseUrl, size: PoolSize, clock: Clock) -> Result<Self, String> {
        let write_manager = Manager::new(url.clone(), Purpose::Write);
        let writer = match url {
            DatabaseUrl::Postgres(_) => Writer::Pool(Bounded::open(write_manager, size.writers, size)?),
            // The first connection makes the file and switches it to WAL, before any reader comes.
            DatabaseUrl::Sqlite(_) => Writer::Queue(queue::Queue::start(write_manager, size.patience)?),
        };
        let readers = Bounded::open(Manager::new(url.clone(), Purpose::Read), size.readers, size)?;
        Ok(Self {
            readers,
            writer,
            stamps: Stamps { clock, log: None },
        })
    }

    /// Opens one connection for the migrations of a database.
    pub fn connect_for_migrations(url: &DatabaseUrl) -> Result<Conn, String> {
        Manager::new(url.clone(), Purpose::Write)
            .open()
            .map_err(|error| format!("the database can't be opened: {error}"))
    }

    /// Reads. The connection refuses to write.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        self.readers.run(self.readers.line.enter()?, work).await
    }

    /// The one door for writes: transaction, idempotency, the change, its audit entry and the stored answer, all or
    /// nothing. It returns once the change is durable.
    pub async fn write(
        &self,
        change: Change,
        work: impl FnOnce(&mut Tx<'_>) -> AppResult<Outcome> + Send + 'static,
    ) -> AppResult<Answer> {
        let stamps = self.stamps.clone();
        match &self.writer {
            Writer::Queue(queue) => {
                let work: queue::Work = Box::new(move |conn| write::run(conn, &stamps, &change, work));
                queue.run(queue.line.enter()?, work).await
            }
            Writer::Pool(pool) => {
                pool.run(pool.line.enter()?, move |conn| {
                    write::run_in_transaction(conn, &change.locks, |conn| {
                        write::run(conn, &stamps, &change, work)
                    })
                })
                .await
            }
        }
    }

    /// As [`Self::write`], for a change that takes much work before anything is written. Where changes wait in one line,
    /// `ahead` does that work on a reading connection, side by side with others, so that the line is short; `work` must look
    /// whether what it was done on still stands, and do it itself where it does not or was not done. On PostgreSQL changes run
    /// side by side anyway, and nothing is done ahead.
    pub async fn write_with<P: Send + 'static>(
        &self,
        change: Change,
        ahead: impl FnOnce(&mut Conn) -> Option<P> + Send + 'static,
        work: impl FnOnce(&mut Tx<'_>, Option<P>) -> AppResult<Outcome> + Send + 'static,
    ) -> AppResult<Answer> {
        let done = match &self.writer {
            Writer::Queue(_) => self.read(|conn| Ok(ahead(conn))).await?,
            Writer::Pool(_) => None,
        };
        self.write(change, |tx| work(tx, done)).await
    }

    /// The same database, whose changes are answered with receipts and sealed with this key.
    pub fn with_log(mut self, signer: LogSigner) -> Self {
        self.stamps.log = Some(signer);
        self
    }

    /// What signs receipts and heads, where there is one.
    pub fn log(&self) -> Option<&LogSigner> {
        self.stamps.log.as_ref()
    }

    /// Seals the entries that wait, a bounded number of them, in one transaction, and tells how many: the one other way to
    /// write, into which nothing can be handed. 0 if none wait, or another instance is at it.
    pub async fn seal(&self) -> AppResult<u64> {
        let signer = self
            .stamps
            .log
            .clone()
            .ok_or_else(|| AppError::internal("there is no key to seal the audit log with"))?;
        // Nobody would come again for what is refused: sealing takes its place however many wait.
        let place = self.readers.line.join();
        if !self.readers.run(place, seal::is_anything_unsealed).await? {
            return Ok(0);
        }
        let now = self.stamps.clock.now();
        let sealed = Arc::new(AtomicU64::new(0));
        let counted = sealed.clone();
        let work = move |conn: &mut Conn| match seal::seal(conn, &signer, now) {
            Ok(count) => {
                counted.store(count, Ordering::Relaxed);
                Finished {
                    result: Ok(Answer::empty()),
                    keep: true,
                }
            }
            Err(error) => Finished::taken_back(Err(error)),
        };
        match &self.writer {
            Writer::Queue(queue) => queue.run(queue.line.join(), Box::new(work)).await?,
            Writer::Pool(pool) => {
                pool.run(pool.line.join(), move |conn| {
                    write::run_in_transaction(conn, &[], work)
                })
                .await?
            }
        };
        Ok(sealed.load(Ordering::Relaxed))
    }

    /// The clock that stamps every change.
    pub fn clock(&self) -> &Clock {
        &self.stamps.clock
    }
}
