//! The one migration tree: forward and back on both databases, the same as the code believes, never edited.

use std::collections::BTreeMap;

use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use parindex::{
    db::{Conn, Database, apply_migrations, is_migration_pending, revert_migrations},
    ids::sha256_hex,
};

use crate::{
    on_both_engines,
    support::{Engine, Scratch},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const DIGESTS: &str = "tests/api/migration_digests.txt";

on_both_engines![
    migrations_go_forward_and_back,
    several_instances_may_migrate_at_once,
    the_tables_are_those_that_the_code_believes_in,
];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Each line is one fact of the present schema.
fn lines(conn: &mut Conn, sqlite: &str, postgres: &str) -> Vec<String> {
    let rows: Vec<Line> = match conn {
        Conn::Pg(conn) => diesel::sql_query(postgres).load(conn),
        Conn::Lite(conn) => diesel::sql_query(sqlite).load(conn),
    }
    .unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

/// Tables, columns, keys and indexes, but for the list of migrations itself.
fn schema(conn: &mut Conn) -> Vec<String> {
    lines(
        conn,
        "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS line FROM sqlite_master \
         WHERE tbl_name <> '__diesel_schema_migrations' ORDER BY 1",
        "SELECT format('column %s.%s %s %s %s', table_name, column_name, ordinal_position, data_type, is_nullable) \
         AS line FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations' \
         UNION ALL SELECT format('index %s', replace(indexdef, schemaname || '.', '')) FROM pg_indexes \
         WHERE schemaname = current_schema() AND tablename <> '__diesel_schema_migrations' \
         UNION ALL SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint \
         WHERE connamespace = current_schema()::regnamespace \
           AND conrelid <> '__diesel_schema_migrations'::regclass \
         ORDER BY 1",
    )
}

/// `table.column type`, in the order of the table; `?` where it may be null.
fn columns(conn: &mut Conn) -> Vec<String> {
    lines(
        conn,
        "SELECT t.name || '.' || c.name || ' ' || lower(c.type) || CASE c.\"notnull\" WHEN 0 THEN '?' ELSE '' END \
         AS line FROM sqlite_master t JOIN pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '__diesel_schema_migrations' \
         ORDER BY t.name, c.cid",
        "SELECT table_name || '.' || column_name || ' ' || replace(data_type, ' without time zone', '') \
         || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END AS line FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations' \
           AND table_name NOT IN (SELECT viewname FROM pg_views WHERE schemaname = current_schema()) \
         ORDER BY table_name COLLATE \"C\", ordinal_position",
    )
}

fn migrations_go_forward_and_back(engine: Engine) {
    let scratch = Scratch::empty(engine);
    let mut conn = Database::connect_for_migrations(&scratch.database_url()).unwrap();
    assert!(is_migration_pending(&mut conn).unwrap());
    let applied = apply_migrations(&mut conn).unwrap();
    assert!(!is_migration_pending(&mut conn).unwrap());
    let first = schema(&mut conn);
    assert!(first.len() > 20, "{first:#?}");
    revert_migrations(&mut conn).unwrap();
    assert_eq!(
        schema(&mut conn),
        Vec::<String>::new(),
        "down.sql leaves something behind"
    );
    assert_eq!(apply_migrations(&mut conn).unwrap(), applied);
    assert_eq!(schema(&mut conn), first);
    assert_eq!(apply_migrations(&mut conn).unwrap(), Vec::<String>::new());
}

fn several_instances_may_migrate_at_once(engine: Engine) {
    // The embedded database has one instance.
    if engine == Engine::Sqlite {
        return;
    }
    let scratch = Scratch::empty(engine);
    let url = scratch.database_url();
    let migrate = || {
        let mut conn = Database::connect_for_migrations(&url).unwrap();
        apply_migrations(&mut conn).unwrap().len()
    };
    let mut applied = std::thread::scope(|scope| {
        let instances: Vec<_> = (0..3).map(|_| scope.spawn(migrate)).collect();
        instances
            .into_iter()
            .map(|instance| instance.join().unwrap())
            .collect::<Vec<_>>()
    });
    applied.sort_unstable();
    assert_eq!(applied[..2], [0, 0], "one of them migrates");
    assert!(applied[2] > 0);
}

/// What `src/db/schema/` says, in the words of [`columns`].
fn believed() -> Vec<String> {
    let files = std::fs::read_dir(format!("{ROOT}/src/db/schema")).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let text = texts.collect::<Vec<_>>().join("\n");
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            tables
                .entry(table.clone())
                .or_default()
                .push(format!("{table}.{column} {}", in_sql(kind)));
        } else if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            table = name.to_owned();
        }
    }
    tables.into_values().flatten().collect()
}

fn in_sql(kind: &str) -> String {
    if let Some(kind) = kind
        .strip_prefix("Nullable<")
        .and_then(|kind| kind.strip_suffix('>'))
    {
        return format!("{}?", in_sql(kind));
    }
    match kind {
        "BigInt" => "bigint",
        "Bool" => "boolean",
        "Date" => "date",
        "Integer" => "integer",
        "Text" => "text",
        "Timestamp" => "timestamp",
        other => panic!("{other} is no type that both databases have (design §3)"),
    }
    .to_owned()
}

fn the_tables_are_those_that_the_code_believes_in(engine: Engine) {
    let scratch = Scratch::migrated(engine);
    let mut conn = Database::connect_for_migrations(&scratch.database_url()).unwrap();
    assert_eq!(
        columns(&mut conn),
        believed(),
        "left: the database; right: src/db/schema/"
    );
}

#[test]
fn a_landed_migration_is_never_edited() {
    let listed = std::fs::read_to_string(format!("{ROOT}/{DIGESTS}")).unwrap();
    let mut faults = Vec::new();
    for line in listed
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (digest, path) = line.split_once("  ").expect("a digest, two spaces, a path");
        match std::fs::read(format!("{ROOT}/{path}")) {
            Ok(bytes) if sha256_hex(&bytes) == digest => {}
            Ok(_) => faults.push(format!("{path} was edited: take that back and add a migration")),
            Err(error) => faults.push(format!("{path}: {error}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
