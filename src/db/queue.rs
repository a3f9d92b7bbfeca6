//! SQLite's one writer: a thread that commits the waiting writes in groups, behind a line that lets in who is served in time.
//!
//! A pool of writers would fight over SQLite's one lock, whose waiting is a sleep and unfair. One thread with one
//! `fsync` for the whole group is twice as fast, and its slowest answer comes a hundred times sooner (design §3).

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use diesel::{
    backend::Backend,
    connection::SimpleConnection,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
};
use tokio::sync::oneshot;

use super::{
    connection::{Conn, Manager},
    line::{Line, Place},
    write::{Answer, Finished},
};
use crate::{
    each,
    error::{AppError, AppResult},
};

/// Writes that share one commit.
const GROUP_MAX: usize = 64;

pub(super) type Work = Box<dyn FnOnce(&mut Conn) -> Finished + Send>;

struct Job {
    work: Work,
    place: Place,
    answer: oneshot::Sender<AppResult<Answer>>,
}

/// The way to the writer thread.
#[derive(Clone)]
pub(super) struct Queue {
    jobs: mpsc::Sender<Job>,
    pub(super) line: Arc<Line>,
}

impl Queue {
    /// Opens the writer's connection and starts its thread, which ends when the last handle is gone.
    pub(super) fn start(manager: Manager, patience: Duration) -> Result<Self, String> {
        let conn = manager
            .open()
            .map_err(|error| format!("the database can't be opened: {error}"))?;
        let (jobs, incoming) = mpsc::channel();
        let line = Line::new(1, patience);
        let told = line.clone();
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || serve(conn, &manager, &incoming, &told))
            .map_err(|error| format!("the writer thread can't start: {error}"))?;
        Ok(Self { jobs, line })
    }

    /// Puts a write in the queue and waits for its commit.
    pub(super) async fn run(&self, place: Place, work: Work) -> AppResult<Answer> {
        let (answer, answered) = oneshot::channel();
        self.jobs
            .send(Job { work, place, answer })
            .map_err(|_| AppError::internal("the writer thread is gone"))?;
        answered
            .await
            .map_err(|_| AppError::internal("the writer thread gave no answer"))?
    }
}

fn serve(mut conn: Conn, manager: &Manager, incoming: &mpsc::Receiver<Job>, line: &Line) {
    while let Ok(first) = incoming.recv() {
        let mut group = vec![first];
        while group.len() < GROUP_MAX {
            match incoming.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        let (count, began) = (group.len(), Instant::now());
        let is_sound = commit_group(&mut conn, group);
        line.served(count, began.elapsed());
        if !is_sound {
            // A connection whose transaction could be neither committed nor taken back is not used again.
            match manager.open() {
                Ok(fresh) => conn = fresh,
                Err(error) => tracing::error!(%error, "the writer could not open the database again"),
            }
        }
    }
}

/// Runs a group in one transaction and answers after its commit. Tells whether the connection is still sound.
fn commit_group(conn: &mut Conn, group: Vec<Job>) -> bool {
    if let Err(error) = conn.batch_execute("BEGIN IMMEDIATE") {
        for job in group {
            // Nobody may be waiting any more.
            let _ = job.answer.send(Err(super::unavailable(&error)));
        }
        return conn.batch_execute("ROLLBACK").is_ok()
            || matches!(error, diesel::result::Error::DatabaseError(..));
    }
    let mut answers = Vec::with_capacity(group.len());
    for job in group {
        answers.push((job.answer, run_in_savepoint(conn, job.work), job.place));
    }
    match conn.batch_execute("COMMIT") {
        Ok(()) => {
            for (sender, result, _place) in answers {
                let _ = sender.send(result);
            }
            true
        }
        Err(error) => {
            tracing::error!(%error, writes = answers.len(), "a group of writes could not be committed");
            for (sender, ..) in answers {
                let _ = sender.send(Err(super::unavailable(&error)));
            }
            conn.batch_execute("ROLLBACK").is_ok()
        }
    }
}

/// Statements around each write, prepared once: as texts they would be parsed for each.
#[derive(QueryId)]
struct Savepoint;
#[derive(QueryId)]
struct Release;

impl<DB: Backend> QueryFragment<DB> for Savepoint {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("SAVEPOINT change");
        Ok(())
    }
}

impl<DB: Backend> QueryFragment<DB> for Release {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("RELEASE change");
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Savepoint {}
impl<C> RunQueryDsl<C> for Release {}

fn run_in_savepoint(conn: &mut Conn, work: Work) -> AppResult<Answer> {
    each!(&mut *conn, Savepoint)?;
    let finished = catch_unwind(AssertUnwindSafe(|| work(conn)))
        .unwrap_or_else(|_| Finished::taken_back(Err(AppError::internal("a write panicked"))));
    if finished.keep {
        each!(conn, Release)?;
    } else {
        conn.batch_execute("ROLLBACK TO change; RELEASE change")?;
    }
    finished.result
}
