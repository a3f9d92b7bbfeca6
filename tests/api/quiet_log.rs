//! What the log of a running service never says: a whole story of secrets, logged as verbosely as it can be, and searched.

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::{
    on_both_engines,
    support::{Engine, Person, Scratch},
};

on_both_engines![no_secret_is_in_the_log, a_refusal_is_logged_with_who_was_refused];

const ADMIN: &str = "một câu dài của quản trị viên";
const WRONG: &str = "một câu sai không ai dùng";
const NEW: &str = "câu mới của người dùng này";

/// A service as an operator runs it, whose log goes to a file.
struct Service {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn program(scratch: &Scratch) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parindex"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PARINDEX_")) {
        command.env_remove(name);
    }
    let keys = |folder: &str| scratch.dir().join(folder);
    command
        .env("PARINDEX_BIND", "127.0.0.1:0")
        .env("PARINDEX_DATA_DIR", scratch.dir())
        .env("PARINDEX_TOKEN_KEY_DIR", keys("keys"))
        .env("PARINDEX_PUBLICATION_KEY_DIR", keys("publication-keys"))
        .env("PARINDEX_AUDIT_KEY_DIR", keys("audit-keys"))
        .env("PARINDEX_SECRET_KEY_DIR", keys("secret-keys"))
        .env("PARINDEX_DATABASE_URL", scratch.url())
        .env("PARINDEX_SECOND_FACTOR_ROLES", "none")
        .env(
            "PARINDEX_SMTP_URL",
            "smtp://clerk:aMailPassword77@127.0.0.1:1?tls=none",
        )
        .env("PARINDEX_SMTP_FROM", "cchc@example.vn")
        .env("PARINDEX_PUBLIC_URL", "https://cchc.example.vn")
        .current_dir(scratch.dir());
    command
}

fn serve(scratch: &Scratch, logged: &str) -> Service {
    let done = program(scratch).args(["keys", "create"]).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let mut admin = program(scratch)
        .args(["admin", "create", "admin", "--password-file", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    admin.stdin.take().unwrap().write_all(ADMIN.as_bytes()).unwrap();
    assert!(admin.wait().unwrap().success());
    let log = scratch.dir().join("service.log");
    let file = std::fs::File::create(&log).unwrap();
    let child = program(scratch)
        .arg("serve")
        .env("PARINDEX_LOG", logged)
        .stdin(Stdio::null())
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .spawn()
        .unwrap();
    let address = address_in(&log);
    Service { child, address, log }
}

/// Where the service listens, as soon as its log tells.
fn address_in(log: &Path) -> SocketAddr {
    let since = Instant::now();
    loop {
        let text = plain(log);
        let told = text.split("serving address=").nth(1);
        if let Some(address) = told.and_then(|rest| rest.split_whitespace().next()?.parse().ok()) {
            return address;
        }
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "no address in the log:\n{text}"
        );
        std::thread::yield_now();
    }
}

/// The log without the colours of a terminal.
fn plain(log: &Path) -> String {
    let text = String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned();
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |plain, part| {
        plain + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

/// Everything that nobody else must learn.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn keep(&mut self, value: &Value) -> String {
        let text = value.as_str().expect("a secret").to_owned();
        self.0.push(text.clone());
        text
    }
}

const API: &str = "/api/v1";

fn log_in(secrets: &mut Secrets, anyone: &Person, username: &str, password: &str, more: &Value) -> Person {
    let mut body = json!({"username": username, "password": password});
    for (field, value) in more.as_object().into_iter().flatten() {
        body[field] = value.clone();
    }
    let tokens = anyone.post(200, &format!("{API}/auth/login"), &body).json();
    for field in ["access_token", "refresh_token", "device"] {
        secrets.keep(&tokens[field]);
    }
    anyone.holding(&tokens)
}

fn wrong_logins(anyone: &Person) {
    let path = format!("{API}/auth/login");
    let wrong = json!({"username": "admin", "password": WRONG});
    anyone.post(401, &path, &wrong);
    // A password in the place of the name, and in bodies that can't be read.
    anyone.post(401, &path, &json!({"username": WRONG, "password": "x"}));
    anyone.post(422, &path, &json!({"username": "admin", "passwort": WRONG}));
    let broken = format!("{{\"username\": \"admin\", \"password\": \"{WRONG}\"");
    anyone.send_bytes(400, "POST", &path, "application/json", broken.into_bytes());
}

/// A person is made, changes the password, sets up a second factor, and refreshes a session twice.
fn accounts(secrets: &mut Secrets, anyone: &Person, admin: &Person) {
    let new = json!({"username": "clerk", "display_name": "Văn thư", "grants": [{"role": "administrator"}]});
    let made = admin.post(201, &format!("{API}/users"), &new).json();
    let first = secrets.keep(&made["initial_password"]);
    let clerk = log_in(secrets, anyone, "clerk", &first, &Value::Null);
    let change = json!({"current_password": first, "new_password": NEW});
    clerk.put(204, &format!("{API}/auth/password"), &change);
    let begun = clerk
        .post(
            201,
            &format!("{API}/auth/second-factor"),
            &json!({"password": NEW}),
        )
        .json();
    let secret = secrets.keep(&begun["secret"]);
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(&secret).unwrap())
        .build()
        .unwrap();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let code = json!({"code": totp.generate(now.as_secs()).to_string()});
    let path = format!("{API}/auth/second-factor/confirmation");
    let codes = clerk.post(200, &path, &code).json()["recovery_codes"].clone();
    for code in codes.as_array().unwrap() {
        secrets.keep(code);
    }
    log_in(secrets, anyone, "clerk", NEW, &json!({"code": codes[0]}));
    let (path, token) = (
        format!("{API}/auth/refresh"),
        json!({"refresh_token": clerk.refresh_token()}),
    );
    let refreshed = anyone.post(200, &path, &token).json();
    secrets.keep(&refreshed["access_token"]);
    secrets.keep(&refreshed["refresh_token"]);
    anyone.post(401, &path, &token);
    let reset = format!("{API}/users/{}/password", made["user"]["id"].as_str().unwrap());
    secrets.keep(&admin.call(200, "POST", &reset).json()["initial_password"]);
}

/// Keys and secrets of programs, made, used and replaced.
fn programs(secrets: &mut Secrets, anyone: &Person, admin: &Person) {
    let expires = chrono::Utc::now() + chrono::TimeDelta::days(30);
    let key = json!({"name": "x", "scopes": ["publications:read"],
        "expires_at": expires.format("%FT%TZ").to_string()});
    let made = admin.post(201, &format!("{API}/api-keys"), &key).json();
    let key = secrets.keep(&made["secret"]);
    let with_key = |key: &str| anyone.header("authorization", &format!("Bearer {key}"));
    with_key(&key).get(200, &format!("{API}/publications"));
    with_key(&key).get(403, &format!("{API}/users"));
    let unknown = format!("{}{}", &key[..80], if key.ends_with('0') { '1' } else { '0' });
    with_key(&unknown).get(401, &format!("{API}/publications"));
    secrets.0.push(unknown);
    let webhook = json!({"url": "https://example.vn/hook?token=aWebhookToken77", "description": "x",
        "events": ["publication.published"]});
    let made = admin.post(201, &format!("{API}/webhooks"), &webhook).json();
    secrets.keep(&made["secret"]);
    let path = format!(
        "{API}/webhooks/{}/secret",
        made["webhook"]["id"].as_str().unwrap_or("")
    );
    let rotated = admin.attempt("POST", &path, None);
    assert_eq!(rotated.status, 200, "{}", rotated.text());
    secrets.keep(&rotated.json()["secret"]);
}

/// Addresses that are themselves the key.
fn addresses(secrets: &mut Secrets, anyone: &Person, admin: &Person) {
    let agencies = json!({"levels": [{"code": "ministry", "name_vi": "Bộ", "order": 1}],
        "agencies": [{"code": "moj", "level": "ministry", "names": [{"name_vi": "Bộ Tư pháp"}]}]});
    admin.post(200, &format!("{API}/agency-imports"), &agencies);
    let new = json!({"username": "moj.clerk", "display_name": "x",
        "grants": [{"role": "submitter", "agency": "moj"}]});
    let made = admin.post(201, &format!("{API}/users"), &new).json();
    let first = secrets.keep(&made["initial_password"]);
    let clerk = log_in(secrets, anyone, "moj.clerk", &first, &Value::Null);
    let change = json!({"current_password": first, "new_password": NEW});
    clerk.put(204, &format!("{API}/auth/password"), &change);
    let feed = json!({"name": "Điện thoại"});
    let made = clerk
        .post(201, &format!("{API}/agencies/moj/calendar-feeds"), &feed)
        .json();
    let address = made["url"]
        .as_str()
        .or(made["path"].as_str())
        .expect("an address")
        .to_owned();
    let (_, path) = address.split_once(API).expect("a path");
    secrets
        .0
        .push(address.split_once("key=").expect("a key").1.to_owned());
    anyone.get(200, &format!("{API}{path}"));
    for code in ["k7qx2mfattzb4c5d", "abcdefghjkmnpqrs"] {
        for page in [format!("/forms/{code}"), format!("/en/forms/{code}")] {
            anyone.attempt_undescribed("GET", &page);
        }
        secrets.0.push(code.to_owned());
    }
}

fn no_secret_is_in_the_log(engine: Engine) {
    let scratch = Scratch::empty(engine);
    let service = serve(&scratch, "trace");
    let anyone = Person::calling(service.address);
    let mut secrets = Secrets::default();
    for known in [ADMIN, WRONG, NEW, "aMailPassword77", "aWebhookToken77"] {
        secrets.0.push(known.to_owned());
    }
    wrong_logins(&anyone);
    let admin = log_in(&mut secrets, &anyone, "admin", ADMIN, &Value::Null);
    accounts(&mut secrets, &anyone, &admin);
    programs(&mut secrets, &anyone, &admin);
    addresses(&mut secrets, &anyone, &admin);

    let log = plain(&service.log);
    // It is the log of all of this, and as verbose as can be.
    for told in [
        "/api/v1/auth/second-factor",
        "/api/v1/webhooks",
        "/api/v1/calendars/moj.ics",
        "TRACE",
        "DEBUG",
    ] {
        assert!(log.contains(told), "{told} is not in the log");
    }
    assert!(secrets.0.len() >= 40, "{}", secrets.0.len());
    let found: Vec<&str> = log
        .lines()
        .filter(|line| secrets.0.iter().any(|secret| line.contains(secret.as_str())))
        .collect();
    assert!(found.is_empty(), "secrets in the log:\n{}", found.join("\n"));
}

fn a_refusal_is_logged_with_who_was_refused(engine: Engine) {
    let scratch = Scratch::empty(engine);
    let service = serve(&scratch, "info");
    let anyone = Person::calling(service.address);
    let mut secrets = Secrets::default();
    let admin = log_in(&mut secrets, &anyone, "admin", ADMIN, &Value::Null);
    let new = json!({"username": "clerk", "display_name": "Văn thư", "grants": []});
    let made = admin.post(201, &format!("{API}/users"), &new).json();
    let first = secrets.keep(&made["initial_password"]);
    let clerk = log_in(&mut secrets, &anyone, "clerk", &first, &Value::Null);
    let expires = chrono::Utc::now() + chrono::TimeDelta::days(30);
    let key = json!({"name": "x", "scopes": ["publications:read"],
        "expires_at": expires.format("%FT%TZ").to_string()});
    let made_key = admin.post(201, &format!("{API}/api-keys"), &key).json();
    let secret = secrets.keep(&made_key["secret"]);
    let program = anyone.header("authorization", &format!("Bearer {secret}"));
    // Readings, which are not logged where they go well.
    admin.get(200, &format!("{API}/users"));
    clerk.get(403, &format!("{API}/users"));
    program.get(403, &format!("{API}/rounds"));
    anyone.get(401, &format!("{API}/users"));

    let log = plain(&service.log);
    let lines = |word: &str| -> Vec<&str> { log.lines().filter(|line| line.contains(word)).collect() };
    let of = |value: &Value| value.as_str().expect("an id").to_owned();
    let refused = lines("refused");
    assert_eq!(refused.len(), 3, "{refused:#?}");
    for (line, status, known) in [
        (refused[0], 403, Some(("account", of(&made["user"]["id"])))),
        (refused[1], 403, Some(("api_key", of(&made_key["key"]["id"])))),
        (refused[2], 401, None),
    ] {
        assert!(line.contains(&format!("status_code={status}")), "{line}");
        let told = |field: &str| line.contains(&format!("{field}="));
        for field in ["account", "api_key"] {
            let expected = known.as_ref().is_some_and(|(known, _)| *known == field);
            assert_eq!(told(field), expected, "{field}: {line}");
        }
        assert!(known.is_none_or(|(_, id)| line.contains(&id)), "{line}");
    }
    assert!(secrets.0.iter().all(|secret| lines(secret).is_empty()));
}
