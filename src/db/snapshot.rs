//! The database as it stands at one moment, for a backup, and what a restored one holds.

use std::{collections::BTreeMap, path::Path};

use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::{
    connection::{Conn, Manager, Purpose},
    url::DatabaseUrl,
};

/// How many rows each table holds, by its name.
pub type TableRows = BTreeMap<String, u64>;

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

fn failed(error: impl std::fmt::Display) -> String {
    format!("the database can't be read: {error}")
}

fn open(url: &DatabaseUrl, purpose: Purpose) -> Result<Conn, String> {
    Manager::new(url.clone(), purpose)
        .open()
        .map_err(|error| format!("the database can't be opened: {error}"))
}

/// A moment of a PostgreSQL database that other connections may read as well, for as long as this lives.
pub struct ExportedSnapshot {
    conn: Conn,
    /// Its name, as `pg_dump --snapshot` takes it.
    pub id: String,
}

impl ExportedSnapshot {
    /// Holds on to the present moment. Writers go on.
    pub fn take(url: &DatabaseUrl) -> Result<Self, String> {
        let mut conn = open(url, Purpose::Read)?;
        conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .map_err(failed)?;
        let named = named(&mut conn, "SELECT pg_export_snapshot() AS name")?;
        let id = named.into_iter().next().ok_or("the database named no snapshot")?;
        Ok(Self { conn, id })
    }

    /// Reads at that moment.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

/// Writes an embedded database as it stands at one moment into a new file, while others go on writing
/// (`VACUUM INTO`: one reading transaction; pages that were deleted do not come along).
pub fn copy_embedded(url: &DatabaseUrl, to: &Path) -> Result<(), String> {
    let path = to
        .to_str()
        .ok_or_else(|| format!("{} is no name that SQLite can write", to.display()))?;
    // A connection for reading refuses every statement that writes, even into another file.
    let mut conn = open(url, Purpose::Write)?;
    conn.batch_execute(&format!("VACUUM INTO '{}'", path.replace('\'', "''")))
        .map_err(|error| format!("the database can't be copied: {error}"))
}

/// The rows of all tables.
pub fn table_rows(conn: &mut Conn) -> Result<TableRows, String> {
    let tables = named(conn, tables_of(conn))?;
    tables
        .into_iter()
        .map(|table| {
            let counted = count(conn, &table)?;
            Ok((table, counted))
        })
        .collect()
}

/// The name of the newest migration that the database has seen.
pub fn newest_migration(conn: &mut Conn) -> Result<String, String> {
    let found = named(
        conn,
        "SELECT version AS name FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1",
    )?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| "the database has seen no migration".to_owned())
}

/// What is wrong with an embedded database's file; nothing as a rule.
pub fn faults_of_embedded(conn: &mut Conn) -> Result<Vec<String>, String> {
    let mut faults = named(conn, "SELECT integrity_check AS name FROM pragma_integrity_check")?;
    faults.retain(|fault| fault != "ok");
    let broken = named(
        conn,
        "SELECT DISTINCT \"table\" || ' refers to rows of ' || parent || ' that are not there' AS name \
         FROM pragma_foreign_key_check",
    )?;
    faults.extend(broken);
    Ok(faults)
}

/// Opens a database for reading alone.
pub fn open_for_reading(url: &DatabaseUrl) -> Result<Conn, String> {
    open(url, Purpose::Read)
}

fn tables_of(conn: &Conn) -> &'static str {
    match conn {
        Conn::Pg(_) => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        }
        Conn::Lite(_) => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
        }
    }
}

fn named(conn: &mut Conn, sql: &str) -> Result<Vec<String>, String> {
    let query = diesel::sql_query(sql);
    let rows: Vec<NameRow> = match conn {
        Conn::Pg(conn) => query.load(conn),
        Conn::Lite(conn) => query.load(conn),
    }
    .map_err(failed)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

fn count(conn: &mut Conn, table: &str) -> Result<u64, String> {
    // The name is the database's own.
    let query = diesel::sql_query(format!("SELECT count(*) AS rows FROM \"{table}\""));
    let found: CountRow = match conn {
        Conn::Pg(conn) => query.get_result(conn),
        Conn::Lite(conn) => query.get_result(conn),
    }
    .map_err(failed)?;
    u64::try_from(found.rows).map_err(failed)
}
