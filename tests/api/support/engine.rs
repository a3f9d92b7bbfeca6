//! The two databases, and a throwaway one for each test.

use std::{path::Path, sync::OnceLock};

use diesel::{Connection, PgConnection, connection::SimpleConnection};
use parindex::db::{Database, DatabaseUrl, apply_migrations};
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

const POSTGRES_URL: &str = "PARINDEX_TEST_POSTGRES_URL";
const SQLITE_ONLY: &str = "PARINDEX_TEST_SQLITE_ONLY";

impl Engine {
    /// Whether this engine was left out by hand. Nothing else leaves a test out.
    pub fn is_left_out(self) -> bool {
        self == Self::Postgres && std::env::var(SQLITE_ONLY).is_ok_and(|value| value == "1")
    }
}

fn server_url() -> String {
    std::env::var(POSTGRES_URL).unwrap_or_else(|_| {
        panic!(
            "{POSTGRES_URL} is not set: `tests/run` starts a PostgreSQL of its own and sets it; \
             to leave PostgreSQL out on purpose, set {SQLITE_ONLY}=1"
        )
    })
}

/// A database that lives as long as this value, in a folder of its own.
pub struct Scratch {
    url: String,
    dir: TempDir,
    schema: Option<PostgresSchema>,
}

impl Scratch {
    /// An empty database, without a table.
    pub fn empty(engine: Engine) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        match engine {
            Engine::Sqlite => Self {
                url: sqlite_url(dir.path()),
                dir,
                schema: None,
            },
            Engine::Postgres => {
                let schema = PostgresSchema::create();
                Self {
                    url: schema.url(),
                    dir,
                    schema: Some(schema),
                }
            }
        }
    }

    /// A database of the newest version. SQLite's is copied from one that is migrated once for the whole run.
    pub fn migrated(engine: Engine) -> Self {
        let scratch = Self::empty(engine);
        match engine {
            Engine::Sqlite => {
                std::fs::write(sqlite_path(scratch.dir()), sqlite_template()).expect("a copy of the template")
            }
            Engine::Postgres => migrate(&scratch.url),
        }
        scratch
    }

    /// Its address, for `PARINDEX_DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its address, parsed.
    pub fn database_url(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&self.url).expect("our own URL")
    }

    /// Ends all connections to it from the server's side, as a restart or a cut line does. SQLite has none.
    pub fn break_connections(&self) {
        if let Some(schema) = &self.schema {
            schema.break_connections();
        }
    }

    /// A folder that goes with it.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

fn sqlite_path(dir: &Path) -> std::path::PathBuf {
    dir.join("parindex.sqlite")
}

fn sqlite_url(dir: &Path) -> String {
    format!("sqlite:{}", sqlite_path(dir).display())
}

fn migrate(url: &str) {
    let url = DatabaseUrl::parse(url).expect("our own URL");
    let mut conn = Database::connect_for_migrations(&url).expect("the test's database");
    apply_migrations(&mut conn).expect("the migrations");
}

fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        migrate(&sqlite_url(dir.path()));
        // The last connection to close has written the log back into the file.
        let log = dir.path().join("parindex.sqlite-wal");
        assert!(!log.exists(), "the template is not whole: {}", log.display());
        std::fs::read(sqlite_path(dir.path())).expect("the template")
    })
}

/// A schema of its own in the server's database: as separate as a database, and made in a millisecond.
struct PostgresSchema {
    name: String,
}

impl PostgresSchema {
    fn create() -> Self {
        let name = format!("t_{}", uuid::Uuid::new_v4().simple());
        on_server(&format!("CREATE SCHEMA {name}"));
        Self { name }
    }

    fn url(&self) -> String {
        let server = server_url();
        let joint = if server.contains('?') { '&' } else { '?' };
        // Its connections bear its name, so that a story can break its own and no others.
        format!(
            "{server}{joint}application_name={}&options=-csearch_path%3D{}",
            self.name, self.name
        )
    }

    fn break_connections(&self) {
        on_server(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
            self.name
        ));
    }
}

/// A database of its own, for what works on a whole one.
pub struct PostgresDatabase {
    name: String,
}

impl PostgresDatabase {
    /// An empty one.
    pub fn create() -> Self {
        let name = format!("d_{}", uuid::Uuid::new_v4().simple());
        alone_on_server(&format!("CREATE DATABASE {name}"));
        Self { name }
    }

    /// Its address.
    pub fn url(&self) -> String {
        let server = server_url();
        let address = server.split('?').next().unwrap_or(&server);
        let (host, _) = address.rsplit_once('/').expect("the server's address");
        format!("{host}/{}", self.name)
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        alone_on_server(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// A statement that takes no other beside it.
fn alone_on_server(statement: &str) {
    let mut conn = PgConnection::establish(&server_url()).expect("the PostgreSQL server of the tests");
    conn.batch_execute(statement)
        .expect("a statement of the test's own");
}

fn on_server(statement: &str) {
    let mut conn = PgConnection::establish(&server_url()).expect("the PostgreSQL server of the tests");
    conn.batch_execute(&format!("SET client_min_messages = warning; {statement}"))
        .expect("a statement of the test's own");
}

impl Drop for PostgresSchema {
    fn drop(&mut self) {
        on_server(&format!("DROP SCHEMA IF EXISTS {} CASCADE", self.name));
    }
}
