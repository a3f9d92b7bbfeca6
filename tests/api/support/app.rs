//! The real app, started as `parindex serve` starts it, with a clock that stands still.

use std::{
    collections::BTreeMap,
    future::Future,
    net::SocketAddr,
    path::Path,
    sync::{Mutex, OnceLock, mpsc},
    thread::JoinHandle,
};

use actix_web::dev::ServerHandle;
use chrono::TimeDelta;
use parindex::{
    access::{KeyUse, Passwords, create_key_file},
    app::AppState,
    clock::{Clock, Moment},
    config::Config,
    db::{Actor, Change, Database, Lock},
    features::accounts,
};
use serde_json::{Value, json};

use super::{Engine, Person, Scratch};

/// 2026-03-02T02:00:00Z, a Monday morning in Hà Nội.
const START: i64 = 1_772_416_800;
/// The administrator's password.
const ADMIN_PASSWORD: &str = "correct horse battery staple";

/// A running app and its database. Both are gone when it is dropped.
pub struct TestApp {
    // Fields are dropped in this order: the server stops before its database goes.
    server: RunningServer,
    clock: Clock,
    agent: ureq::Agent,
    people: Mutex<BTreeMap<String, (Moment, Person)>>,
    settings: Vec<(String, String)>,
    scratch: Scratch,
}

struct RunningServer {
    address: SocketAddr,
    handle: ServerHandle,
    state: Option<AppState>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        // The state holds connections to the database, which is dropped next.
        self.state = None;
        // The command is on its way as soon as the future exists.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !std::thread::panicking() {
                ended.expect("the server's thread");
            }
        }
    }
}

impl TestApp {
    /// Starts the app on an engine with the settings of the tests.
    pub fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[])
    }

    /// Starts the app with settings of its own, for example `("PARINDEX_BODY_BYTES_MAX", "2048")`.
    pub fn start_with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let app = Self::on(Scratch::migrated(engine), settings);
        app.make_administrator();
        app
    }

    /// Starts the app on a database that is there.
    pub fn on(scratch: Scratch, settings: &[(&str, &str)]) -> Self {
        let clock = Clock::fixed(Moment::from_unix_seconds(START).expect("a moment"));
        for (folder, of) in [
            ("keys", KeyUse::Tokens),
            ("publication-keys", KeyUse::Publications),
            ("audit-keys", KeyUse::Audit),
            ("secret-keys", KeyUse::Secrets),
        ] {
            create_key_file(&scratch.dir().join(folder), of, clock.now()).expect("a key");
        }
        let config = config(&scratch, settings);
        let server = serve(config, clock.clone());
        Self {
            server,
            clock,
            agent: Person::agent(),
            people: Mutex::default(),
            settings: settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            scratch,
        }
    }

    /// Starts it anew, with the files and the database as they are now: at another address.
    pub fn restart(&mut self) {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let config = config(&self.scratch, &settings);
        self.server = serve(config, self.clock.clone());
        self.people = Mutex::default();
    }

    fn make_administrator(&self) {
        // One hash serves all tests: what it costs is the point of it.
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| {
            self.wait(Passwords::new().hash(ADMIN_PASSWORD.to_owned()))
                .expect("a hash")
        });
        let change = self.change("create_user", vec![Lock::whole("username", "admin")]);
        let made = accounts::create_administrator(self.db(), change, "admin".to_owned(), hash.clone(), false);
        self.wait(made).expect("an administrator");
    }

    /// A change by the test itself, past the API.
    pub fn change(&self, action: &'static str, locks: Vec<Lock>) -> Change {
        Change {
            actor: Actor::System,
            action,
            request_id: "test".to_owned(),
            idempotency: None,
            locks,
        }
    }

    /// The database behind the app.
    pub fn db(&self) -> &Database {
        &self.state().db
    }

    /// What the app's handlers share.
    pub fn state(&self) -> &AppState {
        self.server.state.as_ref().expect("a running app")
    }

    /// The folder of the app's own files.
    pub fn data_dir(&self) -> &Path {
        self.scratch.dir()
    }

    /// The address of the app's database, for other processes.
    pub fn database_url(&self) -> &str {
        self.scratch.url()
    }

    /// The app's whole database, as [`Scratch::restored`] takes it.
    pub fn dump(&self) -> Vec<u8> {
        self.scratch.dump()
    }

    /// Ends all of the app's connections to its database.
    pub fn break_connections(&self) {
        self.scratch.break_connections();
    }

    /// The SHA-256 of every evidence file that is kept, sorted.
    pub fn stored_files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.data_dir().join("evidence")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the evidence's folder") {
                let entry = entry.expect("an entry");
                let name = entry.file_name().into_string().expect("a name");
                if entry.path().is_dir() && name != "incoming" {
                    folders.push(entry.path());
                } else if name.len() == 64 {
                    files.push(name);
                }
            }
        }
        files.sort();
        files
    }

    /// Where the app listens, for those who speak to it past the client.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// The present moment, as the app sees it.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn advance(&self, delta: TimeDelta) {
        self.clock.advance(delta);
    }

    /// Runs a future of the app's own code to its end.
    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime")
            .block_on(future)
    }

    /// Somebody who has not logged in.
    pub fn anon(&self) -> Person {
        Person::anonymous(self.agent.clone(), self.server.address)
    }

    /// The administrator `admin`, logged in.
    pub fn admin(&self) -> Person {
        if let Some(known) = self.known("admin") {
            return known;
        }
        let admin = self.log_in("admin", ADMIN_PASSWORD);
        self.remember("admin", &admin);
        admin
    }

    /// A person with grants, made by the administrator, logged in and with the first password changed. The same
    /// name is the same person for the whole story.
    pub fn person(&self, username: &str, grants: &[Value]) -> Person {
        if let Some(known) = self.known(username) {
            return known;
        }
        let person = match self.password_if_made(username) {
            Some(password) => self.log_in(username, &password),
            None => self.add_person(username, grants),
        };
        self.remember(username, &person);
        person
    }

    fn add_person(&self, username: &str, grants: &[Value]) -> Person {
        self.add_user(username, self.hash_of(username), grants);
        self.log_in(username, &password_of(username))
    }

    /// The hash of a person's password: people of the same name are in many stories.
    fn hash_of(&self, username: &str) -> String {
        static HASHES: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
        let known = HASHES.lock().expect("the hashes").get(username).cloned();
        known.unwrap_or_else(|| {
            let hash = self
                .wait(Passwords::new().hash(password_of(username)))
                .expect("a hash");
            let mut hashes = HASHES.lock().expect("the hashes");
            hashes.insert(username.to_owned(), hash.clone());
            hash
        })
    }

    /// Somebody who fills in an agency's self-assessment.
    pub fn submitter(&self, agency: &str) -> Person {
        self.person(&format!("{agency}.submitter"), &[grant("submitter", agency)])
    }

    /// Somebody who approves an agency's self-assessment.
    pub fn leader(&self, agency: &str) -> Person {
        self.person(&format!("{agency}.leader"), &[grant("leader", agency)])
    }

    /// Somebody who appraises for a body.
    pub fn appraiser(&self, body: &str) -> Person {
        self.person(&format!("{body}.appraiser"), &[grant("appraiser", body)])
    }

    /// Somebody who runs an agency's rounds.
    pub fn evaluator(&self, agency: &str) -> Person {
        self.person(&format!("{agency}.evaluator"), &[grant("evaluator", agency)])
    }

    /// Somebody who reads an agency's submissions.
    pub fn reader(&self, agency: &str) -> Person {
        self.person(&format!("{agency}.reader"), &[grant("reader", agency)])
    }

    /// Somebody who sends in what a body collects for others.
    pub fn collector(&self, body: &str) -> Person {
        self.person(&format!("{body}.collector"), &[grant("collector", body)])
    }

    /// Logs in with a name and a password that fit.
    pub fn log_in(&self, username: &str, password: &str) -> Person {
        let credentials = json!({"username": username, "password": password});
        let tokens = self.anon().post(200, "/api/v1/auth/login", &credentials).json();
        self.anon().with_tokens(&tokens)
    }

    // An access token is good for a quarter of an hour: after a leap of the clock people log in again.
    fn known(&self, username: &str) -> Option<Person> {
        let people = self.people.lock().expect("the people");
        let (since, person) = people.get(username)?;
        (*since == self.now()).then(|| person.clone())
    }

    fn password_if_made(&self, username: &str) -> Option<String> {
        let people = self.people.lock().expect("the people");
        people.contains_key(username).then(|| password_of(username))
    }

    fn remember(&self, username: &str, person: &Person) {
        let mut people = self.people.lock().expect("the people");
        people.insert(username.to_owned(), (self.now(), person.clone()));
    }
}

/// The password that a person of ours has after the first change.
pub fn password_of(username: &str) -> String {
    let backwards: String = username.chars().rev().collect();
    format!("mật khẩu riêng {backwards}")
}

/// A role for an agency, as the API takes it.
pub fn grant(role: &str, agency: &str) -> Value {
    json!({"role": role, "agency": agency})
}

fn config(scratch: &Scratch, settings: &[(&str, &str)]) -> Config {
    let dir = scratch.dir().display();
    let mut pairs: BTreeMap<String, String> = [
        ("PARINDEX_BIND", "127.0.0.1:0".to_owned()),
        ("PARINDEX_DATA_DIR", dir.to_string()),
        ("PARINDEX_TOKEN_KEY_DIR", format!("{dir}/keys")),
        ("PARINDEX_PUBLICATION_KEY_DIR", format!("{dir}/publication-keys")),
        ("PARINDEX_AUDIT_KEY_DIR", format!("{dir}/audit-keys")),
        ("PARINDEX_SECRET_KEY_DIR", format!("{dir}/secret-keys")),
        ("PARINDEX_DATABASE_URL", scratch.url().to_owned()),
        // Many apps share one PostgreSQL, whose connections are few.
        ("PARINDEX_DATABASE_READERS", "2".to_owned()),
        ("PARINDEX_DATABASE_WRITERS", "2".to_owned()),
        ("PARINDEX_DATABASE_WAIT_SECONDS_MAX", "60".to_owned()),
        ("PARINDEX_DATABASE_QUEUE_MILLISECONDS_MAX", "60000".to_owned()),
        ("PARINDEX_WORKERS", "1".to_owned()),
        ("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", "0".to_owned()),
        ("PARINDEX_RATE_AUTHENTICATED_PER_MINUTE", "0".to_owned()),
        ("PARINDEX_RATE_LOGIN_PER_MINUTE", "0".to_owned()),
        // Stories about a second factor ask for it.
        ("PARINDEX_SECOND_FACTOR_ROLES", "none".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    pairs.extend(
        settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    Config::from_values(pairs).expect("the settings of a test")
}

fn serve(config: Config, clock: Clock) -> RunningServer {
    let (started, starting) = mpsc::channel();
    let thread = std::thread::Builder::new()
        .name("app".to_owned())
        .spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                match parindex::cli::start(&config, clock).await {
                    Ok(running) => {
                        let parts = (running.address, running.handle, running.state);
                        started.send(Ok(parts)).expect("the test waits");
                        running.server.await.expect("the server");
                    }
                    Err(sentence) => started.send(Err(sentence)).expect("the test waits"),
                }
            });
        })
        .expect("a thread");
    let (address, handle, state) = starting
        .recv()
        .expect("the app starts")
        .unwrap_or_else(|sentence| panic!("the app did not start: {sentence}"));
    RunningServer {
        address,
        handle,
        state: Some(state),
        thread: Some(thread),
    }
}
