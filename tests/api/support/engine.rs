//! The two databases, and a throwaway one for each test.

use std::{path::Path, process::Command, sync::OnceLock};

use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
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
    database: Option<PostgresDatabase>,
}

impl Scratch {
    /// An empty database, without a table.
    pub fn empty(engine: Engine) -> Self {
        Self::new(engine, || None)
    }

    /// A database of the newest version, copied from one that is migrated once for the whole run.
    pub fn migrated(engine: Engine) -> Self {
        let scratch = Self::new(engine, || Some(postgres_template()));
        if engine == Engine::Sqlite {
            std::fs::write(sqlite_path(scratch.dir()), sqlite_template()).expect("a copy of the template");
        }
        scratch
    }

    /// A database that was dumped, brought to the newest version.
    pub fn restored(engine: Engine, dump: &[u8]) -> Self {
        let scratch = Self::empty(engine);
        match engine {
            Engine::Sqlite => std::fs::write(sqlite_path(scratch.dir()), dump).expect("the file"),
            Engine::Postgres => {
                let text = std::str::from_utf8(dump).expect("SQL");
                // Lines that are for psql alone.
                let lines = text.lines().filter(|line| !line.starts_with('\\'));
                let statements: Vec<&str> = lines.collect();
                PgConnection::establish(&scratch.url)
                    .expect("the database")
                    .batch_execute(&statements.join("\n"))
                    .expect("the dump");
            }
        }
        migrate(&scratch.url);
        scratch
    }

    /// All that is in it: SQLite's file, or the SQL that makes PostgreSQL's.
    pub fn dump(&self) -> Vec<u8> {
        if self.database.is_some() {
            let dumped = Command::new("pg_dump")
                .args(["--inserts", "--no-owner", "--no-privileges", &self.url])
                .output()
                .expect("pg_dump");
            assert!(
                dumped.status.success(),
                "{}",
                String::from_utf8_lossy(&dumped.stderr)
            );
            return dumped.stdout;
        }
        let copy = self.dir().join("copy.sqlite");
        let mut conn = SqliteConnection::establish(&sqlite_path(self.dir()).display().to_string())
            .expect("the database");
        conn.batch_execute(&format!("VACUUM INTO '{}'", copy.display()))
            .expect("a copy");
        std::fs::read(copy).expect("the copy")
    }

    fn new(engine: Engine, template: impl FnOnce() -> Option<&'static str>) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let database = (engine == Engine::Postgres).then(|| PostgresDatabase::create(template()));
        Self {
            url: database
                .as_ref()
                .map_or_else(|| sqlite_url(dir.path()), PostgresDatabase::url),
            dir,
            database,
        }
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
        if let Some(database) = &self.database {
            database.break_connections();
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

/// A database of the server for one story, with what is in the template.
struct PostgresDatabase {
    name: String,
}

impl PostgresDatabase {
    fn create(template: Option<&str>) -> Self {
        let name = format!("story_{}", uuid::Uuid::new_v4().simple());
        let template = template.unwrap_or("template0");
        // Copying files takes half the time of writing their blocks to the log.
        on_server(&format!(
            "CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
        ));
        Self { name }
    }

    fn url(&self) -> String {
        let server = server_url();
        let address = server.split('?').next().unwrap_or(&server);
        let (host, _) = address.rsplit_once('/').expect("the server's address");
        format!("{host}/{}", self.name)
    }

    fn break_connections(&self) {
        on_server(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            self.name
        ));
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        on_server(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// The name of a database of the newest version, which is migrated once for the whole run and never connected to again. It is
/// left for the cluster's end, as nothing runs after the last test.
fn postgres_template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let template = PostgresDatabase::create(None);
        migrate(&template.url());
        let name = template.name.clone();
        std::mem::forget(template);
        name
    })
}

fn on_server(statement: &str) {
    let mut conn = PgConnection::establish(&server_url()).expect("the PostgreSQL server of the tests");
    conn.batch_execute(statement)
        .expect("a statement of the test's own");
}
