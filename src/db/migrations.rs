//! The one migration tree, embedded, for both databases.

use diesel::{RunQueryDsl, connection::SimpleConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::Conn;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Several instances may start at once: only one may migrate. The number is arbitrary, but for ever the same.
const MIGRATION_LOCK: i64 = 7_226_118_405_551;

/// Brings the database to the newest version and tells which migrations ran.
pub fn apply(conn: &mut Conn) -> Result<Vec<String>, String> {
    lock(conn)?;
    let done = conn
        .run_pending_migrations(MIGRATIONS)
        .map(|versions| versions.iter().map(ToString::to_string).collect());
    unlock(conn)?;
    done.map_err(|error| format!("a migration failed: {error}"))
}

/// Takes back every migration, newest first. For tests of `down.sql` and for nothing else: it deletes all data.
pub fn revert_all(conn: &mut Conn) -> Result<(), String> {
    conn.revert_all_migrations(MIGRATIONS)
        .map(drop)
        .map_err(|error| format!("a migration can't be taken back: {error}"))
}

/// Whether the database lacks a migration.
pub fn is_pending(conn: &mut Conn) -> Result<bool, String> {
    conn.has_pending_migration(MIGRATIONS)
        .map_err(|error| format!("the migrations can't be read: {error}"))
}

fn lock(conn: &mut Conn) -> Result<(), String> {
    match conn {
        Conn::Pg(conn) => diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
            .execute(conn)
            .map(drop)
            .map_err(|error| format!("the migration lock can't be taken: {error}")),
        Conn::Lite(_) => Ok(()),
    }
}

fn unlock(conn: &mut Conn) -> Result<(), String> {
    match conn {
        Conn::Pg(conn) => conn
            .batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
            .map_err(|error| format!("the migration lock can't be given back: {error}")),
        Conn::Lite(_) => Ok(()),
    }
}
