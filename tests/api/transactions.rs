//! The one door for writes, past HTTP: what becomes of a write that fails, panics, or comes twice at once.

use std::{sync::mpsc, time::Duration};

use diesel::prelude::*;
use parindex::{
    clock::{Clock, Moment},
    db::{
        Actor, Answer, Change, Database, Entry, IdempotencyKey, Outcome, PoolSize, Tx,
        schema::{agency_levels, audit_entries},
    },
    error::{AppError, AppResult, ErrorCode},
};
use serde_json::Value;
use tokio::task::{JoinHandle, yield_now};

use crate::{
    on_both_engines,
    support::{Engine, Scratch},
};

on_both_engines![
    a_reading_connection_refuses_to_write,
    a_failed_write_takes_nobody_with_it,
    a_write_that_panics_is_a_failed_write,
    a_key_in_flight_is_not_done_twice,
    a_dry_run_leaves_nothing,
];

fn open(scratch: &Scratch) -> Database {
    let size = PoolSize {
        readers: 2,
        writers: 4,
        wait_seconds_max: 60,
        patience: Duration::from_secs(60),
    };
    let start = Moment::from_unix_seconds(1_772_416_800).unwrap();
    Database::open(&scratch.database_url(), size, Clock::fixed(start)).unwrap()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn change(key: Option<&str>) -> Change {
    Change {
        actor: Actor::System,
        action: "add_level",
        request_id: "test".to_owned(),
        idempotency: key.map(|key| IdempotencyKey {
            key: key.to_owned(),
            fingerprint: "same".to_owned(),
        }),
        locks: Vec::new(),
    }
}

fn insert(conn: &mut parindex::db::Conn, code: &str) -> AppResult<()> {
    diesel::insert_into(agency_levels::table)
        .values((
            agency_levels::code.eq(code),
            agency_levels::name_vi.eq("Cấp"),
            agency_levels::position.eq(1),
        ))
        .execute(conn)?;
    Ok(())
}

/// The work of a change that adds a level.
fn add(code: &'static str) -> impl FnOnce(&mut Tx<'_>) -> AppResult<Outcome> + Send + 'static {
    move |tx| {
        insert(tx.conn(), code)?;
        Ok(Outcome::Done(Answer::empty(), entry(code)))
    }
}

fn entry(code: &str) -> Entry {
    Entry {
        object_kind: "level",
        object_id: code.to_owned(),
        before_digest: None,
        after_digest: None,
        detail: Value::Null,
    }
}

/// The levels that are there, and the objects of the audit trail.
async fn there(db: &Database) -> (Vec<String>, Vec<String>) {
    db.read(|conn| {
        Ok((
            agency_levels::table
                .order(agency_levels::code)
                .select(agency_levels::code)
                .load(conn)?,
            audit_entries::table
                .order(audit_entries::object_id)
                .select(audit_entries::object_id)
                .load(conn)?,
        ))
    })
    .await
    .unwrap()
}

fn both(codes: &[&str]) -> (Vec<String>, Vec<String>) {
    let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    (codes.clone(), codes)
}

fn a_reading_connection_refuses_to_write(engine: Engine) {
    let scratch = Scratch::migrated(engine);
    let db = open(&scratch);
    wait(async {
        let refused = db.read(|conn| insert(conn, "ministry")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Internal);
        let cause = refused.cause.unwrap_or_default();
        assert!(
            cause.contains("read-only") || cause.contains("readonly"),
            "{cause}"
        );
        assert_eq!(there(&db).await, both(&[]));
        db.write(change(None), add("ministry")).await.unwrap();
        assert_eq!(there(&db).await, both(&["ministry"]));
    });
}

/// A change that holds its transaction open until it is told to go on. The first channel tells that it began.
fn hold(db: &Database, key: Option<&str>, code: &'static str) -> (JoinHandle<AppResult<Answer>>, Held) {
    let (began, begins) = tokio::sync::oneshot::channel();
    let (go, goes) = mpsc::channel();
    let (db, change) = (db.clone(), change(key));
    let task = tokio::spawn(async move {
        db.write(change, move |tx| {
            began.send(()).unwrap();
            goes.recv().map_err(AppError::internal)?;
            add(code)(tx)
        })
        .await
    });
    (task, Held { begins, go })
}

struct Held {
    begins: tokio::sync::oneshot::Receiver<()>,
    go: mpsc::Sender<()>,
}

fn a_failed_write_takes_nobody_with_it(engine: Engine) {
    let scratch = Scratch::migrated(engine);
    let db = open(&scratch);
    wait(async {
        // While the first holds the writer, the others queue up: on SQLite they share one commit.
        let (first, held) = hold(&db, None, "a");
        held.begins.await.unwrap();
        let writing = |code: &'static str| {
            let db = db.clone();
            tokio::spawn(async move { db.write(change(None), add(code)).await })
        };
        let failing = {
            let db = db.clone();
            tokio::spawn(async move {
                let work = |tx: &mut Tx<'_>| {
                    insert(tx.conn(), "half")?;
                    insert(tx.conn(), "half")?;
                    Ok(Outcome::Done(Answer::empty(), entry("half")))
                };
                db.write(change(None), work).await
            })
        };
        let (second, third) = (writing("b"), writing("c"));
        yield_now().await;
        held.go.send(()).unwrap();
        for good in [first, second, third] {
            assert_eq!(good.await.unwrap().unwrap().status, 204);
        }
        assert_eq!(failing.await.unwrap().unwrap_err().code, ErrorCode::AlreadyExists);
        assert_eq!(there(&db).await, both(&["a", "b", "c"]));
    });
}

fn a_write_that_panics_is_a_failed_write(engine: Engine) {
    let scratch = Scratch::migrated(engine);
    let db = open(&scratch);
    wait(async {
        // More often than there are connections: none is lost.
        for _ in 0..6 {
            let panicking = |tx: &mut Tx<'_>| {
                insert(tx.conn(), "half")?;
                panic!("on purpose, in a test");
            };
            let failed = db.write(change(Some("k")), panicking).await.unwrap_err();
            assert_eq!((failed.code, failed.code.status()), (ErrorCode::Internal, 500));
        }
        db.write(change(Some("k")), add("whole")).await.unwrap();
        assert_eq!(there(&db).await, both(&["whole"]));
    });
}

fn a_key_in_flight_is_not_done_twice(engine: Engine) {
    let scratch = Scratch::migrated(engine);
    let db = open(&scratch);
    wait(async {
        let (first, held) = hold(&db, Some("k"), "once");
        held.begins.await.unwrap();
        let second = {
            let db = db.clone();
            tokio::spawn(async move { db.write(change(Some("k")), add("twice")).await })
        };
        // PostgreSQL answers the second at once; SQLite's one writer lets it wait and answers what was stored.
        let second = if engine == Engine::Postgres {
            let refused = second.await.unwrap().unwrap_err();
            held.go.send(()).unwrap();
            assert_eq!(refused.retry_after_seconds.map(u64::from), Some(1));
            Err(refused.code)
        } else {
            yield_now().await;
            held.go.send(()).unwrap();
            Ok(second.await.unwrap().unwrap().replayed)
        };
        let expected = if engine == Engine::Postgres {
            Err(ErrorCode::IdempotencyInFlight)
        } else {
            Ok(true)
        };
        assert_eq!(second, expected);
        assert!(!first.await.unwrap().unwrap().replayed);
        assert!(db.write(change(Some("k")), add("twice")).await.unwrap().replayed);
        assert_eq!(there(&db).await, both(&["once"]));
    });
}

fn a_dry_run_leaves_nothing(engine: Engine) {
    let scratch = Scratch::migrated(engine);
    let db = open(&scratch);
    wait(async {
        let dry = |tx: &mut Tx<'_>| {
            insert(tx.conn(), "ministry")?;
            Ok(Outcome::Unchanged(Answer::empty()))
        };
        assert_eq!(db.write(change(Some("k")), dry).await.unwrap().status, 204);
        assert_eq!(there(&db).await, both(&[]));
        // Its key is free for the change itself.
        assert!(
            !db.write(change(Some("k")), add("ministry"))
                .await
                .unwrap()
                .replayed
        );
        assert_eq!(there(&db).await, both(&["ministry"]));
    });
}
