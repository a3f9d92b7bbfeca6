//! Every setting once: its name, its default and what it means. An unknown `PARINDEX_*` name refuses to start.

mod keys;
mod limits;
mod mail;
mod oidc;
mod secrets;
mod webhooks;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

pub use keys::KeyDirs;
pub use limits::{BODY_BYTES_MOST, Limits, Rates};
pub use mail::{MailSettings, SmtpServer, Tls};
pub use oidc::{OidcSettings, is_protected};
pub use webhooks::network;

use crate::db::{DatabaseUrl, PoolSize};

/// One setting, as `parindex settings` lists it.
pub struct Setting {
    /// The name of the environment variable.
    pub name: &'static str,
    /// The value that holds without it.
    pub default: &'static str,
    /// What it does, with its unit.
    pub meaning: &'static str,
}

macro_rules! settings {
    ($($name:ident $default:literal $meaning:literal)*) => {
        /// Every setting of the service.
        pub const SETTINGS: &[Setting] = &[
            $(Setting { name: concat!("PARINDEX_", stringify!($name)), default: $default, meaning: $meaning }),*
        ];
    };
}

settings! {
    BIND "127.0.0.1:8080" "Address and port to listen on"
    DATA_DIR "parindex-data" "Folder of the embedded database and of generated keys"
    DATABASE_URL "sqlite:<DATA_DIR>/parindex.sqlite" "sqlite:PATH or postgres://user:password@host/database"
    DATABASE_URL_FILE "" "File that holds the address, in place of DATABASE_URL"
    DATABASE_READERS "8" "Connections for reading"
    DATABASE_WRITERS "8" "Connections for writing to PostgreSQL (SQLite always has one)"
    DATABASE_WAIT_SECONDS_MAX "5" "Seconds to wait for a connection before answering 503"
    DATABASE_QUEUE_MILLISECONDS_MAX "500" "Who would wait longer than that because of others is answered 503 at once; a tenth of it where the crowd stays; measured as it goes"
    TOKEN_KEY_DIR "<DATA_DIR>/keys" "Folder of the Ed25519 keys (PEM) that sign access tokens; required with PostgreSQL"
    PUBLICATION_KEY_DIR "<DATA_DIR>/publication-keys" "Folder of the Ed25519 keys (PEM) that sign publications, others than those of tokens; required with PostgreSQL"
    AUDIT_KEY_DIR "<DATA_DIR>/audit-keys" "Folder of the Ed25519 keys (PEM) that sign the audit log and receipts, others than those above; required with PostgreSQL"
    SECRET_KEY_DIR "<DATA_DIR>/secret-keys" "Folder of the keys (*.key, 32 bytes in base64) that encrypt the secrets of second factors and webhooks in the database; required with PostgreSQL; not to be kept with backups"
    WORKERS "0" "Threads that serve HTTP; 0: one for each core"
    LOG "info" "What is logged, as a tracing filter: info, debug, parindex=debug"
    LOG_FORMAT "text" "text or json"
    BODY_BYTES_MAX "4194304" "Largest request body, in bytes"
    BATCH_BYTES_MAX "33554432" "Largest batch of survey responses, in bytes"
    REQUEST_SECONDS_MAX "30" "Longest time for one request, in seconds"
    EVIDENCE_URL "<DATA_DIR>/evidence" "Where evidence files are kept: a folder, or s3://bucket/prefix (built with --features s3; AWS_* variables)"
    EVIDENCE_BYTES_MAX "52428800" "Largest evidence file, in bytes"
    EVIDENCE_AGENCY_BYTES_MAX "10737418240" "Evidence of one agency in one round, older versions too, in bytes; equal files count once; 0: no limit"
    SIGNATURE_ROOTS "" "PEM file of the certificates whose signatures are trusted (built with --features signatures)"
    SMTP_URL "" "Mail server for notices: smtps://user:password@host, or smtp://host:25, with ?tls=required or ?tls=none; without it no e-mail is sent"
    SMTP_URL_FILE "" "File that holds the address of the mail server, in place of SMTP_URL"
    SMTP_FROM "" "Address that e-mail comes from, for example PAR Index <cchc@example.vn>"
    PUBLIC_URL "" "Address at which people reach the service, for links in e-mail: https://cchc.example.vn"
    HSTS_SECONDS "31536000" "Seconds for which browsers that came by HTTPS come by nothing else (HSTS, subdomains too); told where PUBLIC_URL is https; 0: not told"
    WEBHOOK_NETWORKS "" "Networks inside the house that webhooks may reach, separated by commas, for example 10.1.0.0/16; without it only public addresses, and only by https"
    UPLOAD_SECONDS_MAX "900" "Longest time for the upload of one evidence file, in seconds"
    UPLOAD_IDLE_SECONDS_MAX "30" "Seconds without a byte that end an upload"
    UPLOADS_MAX "128" "Uploads handled at once; more are answered 503"
    PUBLICATIONS_BYTES_MAX "268435456" "Bytes of published results kept ready in memory; others are rendered when they are read"
    DATA_PUBLISHER "" "Who publishes the results, for the catalogue of open data"
    DATA_LICENCE "" "Address of the licence of the published results, for the catalogue of open data"
    CONCURRENCY_MAX "1024" "Requests handled at once; more are answered 503"
    RATE_ANONYMOUS_PER_MINUTE "600" "Requests a minute from one address (of IPv6: one /64) without a login or an API key; 0: no limit"
    RATE_API_KEY_PER_MINUTE "6000" "Requests a minute of an API key that was made without a limit of its own"
    RATE_AUTHENTICATED_PER_MINUTE "6000" "Requests a minute of one session; 0: no limit"
    RATE_LOGIN_PER_MINUTE "60" "Logins a minute from one address; 0: no limit"
    LOGIN_FAILURES_MAX "10" "Failed logins of a name in a row from one address (of IPv6: one /64) that lock it for that address; five times as many from everywhere lock it for a minute, then longer"
    LOGIN_LOCK_MINUTES "15" "Minutes that a name stays locked for an address, and the longest that it is locked for everybody who is not known"
    FIRST_PASSWORD_DAYS_MAX "7" "Days after which a password that an administrator gave, and that was not changed, is no longer good"
    SESSION_HOURS_MAX "24" "Hours after which a session ends and a new login is needed"
    SESSION_IDLE_HOURS "8" "Hours without a refresh that end a session"
    OIDC_ISSUER "" "External provider of logins (OpenID Connect): https://id.example.vn/realm; without it there is none"
    OIDC_CLIENT_ID "" "What the provider knows this service by"
    OIDC_CLIENT_SECRET "" "The secret that goes with it; without one the service is a public client"
    OIDC_CLIENT_SECRET_FILE "" "File that holds the secret, in place of OIDC_CLIENT_SECRET"
    OIDC_REDIRECT_URL "" "Page to which the provider sends people back with a code: https://cchc.example.vn/login"
    SECOND_FACTOR_ROLES "administrator,evaluator" "Roles, separated by commas, that need a second factor (TOTP); none: nobody has to"
    TRUSTED_PROXIES "" "Addresses, separated by commas, whose X-Forwarded-For is believed"
    CORS_ORIGINS "" "Origins, separated by commas, whose pages may use all of the API from a browser: https://cchc.example.vn; published results are open to every page anyway"
}

/// The settings of a running service.
#[derive(Clone, Debug)]
pub struct Config {
    /// `PARINDEX_BIND`.
    pub bind: String,
    /// `PARINDEX_DATA_DIR`.
    pub data_dir: PathBuf,
    /// `PARINDEX_DATABASE_URL` or what the file of `…_FILE` holds.
    pub database_url: DatabaseUrl,
    /// `PARINDEX_DATABASE_READERS`, `…_WRITERS`, `…_WAIT_SECONDS_MAX`, `…_QUEUE_MILLISECONDS_MAX`.
    pub pool: PoolSize,
    /// `PARINDEX_TOKEN_KEY_DIR`, `…_PUBLICATION_KEY_DIR`, `…_AUDIT_KEY_DIR` and `…_SECRET_KEY_DIR`.
    pub keys: KeyDirs,
    /// `PARINDEX_WORKERS`.
    pub workers: usize,
    /// `PARINDEX_LOG`.
    pub log: String,
    /// `PARINDEX_LOG_FORMAT` is `json`.
    pub log_json: bool,
    /// `PARINDEX_DATA_PUBLISHER` and `PARINDEX_DATA_LICENCE`.
    pub data_credit: [Option<String>; 2],
    /// `PARINDEX_PUBLICATIONS_BYTES_MAX`.
    pub publications_bytes_max: usize,
    /// `PARINDEX_EVIDENCE_URL`.
    pub evidence: EvidencePlace,
    /// `PARINDEX_SIGNATURE_ROOTS`.
    pub signature_roots: Option<PathBuf>,
    /// `PARINDEX_HSTS_SECONDS`; 0 where `PARINDEX_PUBLIC_URL` is not https.
    pub hsts_seconds: u32,
    /// `PARINDEX_SMTP_URL`, `…_SMTP_FROM`, `…_PUBLIC_URL`; without them no e-mail is sent.
    pub mail: Option<MailSettings>,
    /// `PARINDEX_WEBHOOK_NETWORKS`.
    pub webhook_networks: Vec<ipnet::IpNet>,
    /// The limits on requests.
    pub limits: Limits,
    /// `PARINDEX_CORS_ORIGINS`.
    pub cors_origins: Vec<String>,
    /// `PARINDEX_OIDC_*`; without an issuer nobody logs in by an external provider.
    pub oidc: Option<OidcSettings>,
    /// `PARINDEX_SECOND_FACTOR_ROLES`, as words.
    pub second_factor_roles: Vec<String>,
}

/// Where evidence files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidencePlace {
    /// A folder on this machine.
    Folder(PathBuf),
    /// `s3://bucket/prefix`.
    S3 {
        /// The bucket.
        bucket: String,
        /// What the names of the objects begin with.
        prefix: String,
    },
}

/// The values that were set, by name.
struct Values(BTreeMap<String, String>);

impl Values {
    fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A value that may stand in a file of its own.
    fn secret(&self, name: &str) -> Result<Option<String>, String> {
        secrets::given_or_in_file(name, self.text(name), self.text(&format!("{name}_FILE")))
    }

    fn number<T: std::str::FromStr + PartialOrd + std::fmt::Display>(
        &self,
        name: &str,
        lowest: T,
        highest: T,
    ) -> Result<T, String> {
        let default = SETTINGS
            .iter()
            .find(|setting| setting.name == name)
            .map_or("", |setting| setting.default);
        let text = self.text(name).unwrap_or(default);
        match text.trim().parse::<T>() {
            Ok(number) if number >= lowest && number <= highest => Ok(number),
            _ => Err(format!(
                "{name} is {text:?}; write a whole number from {lowest} to {highest}"
            )),
        }
    }
}

impl Config {
    /// Reads the settings from the environment, after `.env` in the working folder.
    pub fn from_env() -> Result<Self, String> {
        Self::from_env_with(&[])
    }

    /// The same, with some values that hold where the environment does not set them.
    pub fn from_env_with(defaults: &[(&str, String)]) -> Result<Self, String> {
        read_dotenv()?;
        let own = std::env::vars().filter(|(name, _)| name.starts_with("PARINDEX_"));
        let defaults = defaults
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        Self::from_values(defaults.chain(own))
    }

    /// Reads the settings from pairs of names and values.
    pub fn from_values(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let values = Values(pairs.into_iter().collect());
        for name in values.0.keys() {
            if !SETTINGS.iter().any(|setting| setting.name == name) && !name.starts_with("PARINDEX_TEST_") {
                let hint = closest(name)
                    .map(|near| format!(" (did you mean {near}?)"))
                    .unwrap_or_default();
                return Err(format!(
                    "{name} is no setting{hint}; `parindex settings` lists them all"
                ));
            }
        }
        let data_dir = PathBuf::from(values.text("PARINDEX_DATA_DIR").unwrap_or("parindex-data"));
        let database_url = match values.secret("PARINDEX_DATABASE_URL")? {
            Some(url) => DatabaseUrl::parse(&url)?,
            None => DatabaseUrl::Sqlite(data_dir.join("parindex.sqlite").to_string_lossy().into_owned()),
        };
        let public_url = mail::public_url(values.text("PARINDEX_PUBLIC_URL"))?;
        let hsts_seconds = values.number("PARINDEX_HSTS_SECONDS", 0, u32::MAX)?;
        let is_https = public_url.as_ref().is_some_and(|url| url.starts_with("https:"));
        Ok(Self {
            hsts_seconds: if is_https { hsts_seconds } else { 0 },
            bind: values
                .text("PARINDEX_BIND")
                .unwrap_or("127.0.0.1:8080")
                .to_owned(),
            pool: PoolSize {
                readers: values.number("PARINDEX_DATABASE_READERS", 1, 512)?,
                writers: values.number("PARINDEX_DATABASE_WRITERS", 1, 512)?,
                wait_seconds_max: values.number("PARINDEX_DATABASE_WAIT_SECONDS_MAX", 1, 300)?,
                patience: Duration::from_millis(values.number(
                    "PARINDEX_DATABASE_QUEUE_MILLISECONDS_MAX",
                    0,
                    60_000,
                )?),
            },
            keys: KeyDirs::read(
                ["TOKEN", "PUBLICATION", "AUDIT", "SECRET"]
                    .map(|of| values.text(&format!("PARINDEX_{of}_KEY_DIR"))),
                database_url.is_sqlite().then_some(data_dir.as_path()),
            )?,
            workers: values.number("PARINDEX_WORKERS", 0, 1024)?,
            log: values.text("PARINDEX_LOG").unwrap_or("info").to_owned(),
            log_json: log_json(values.text("PARINDEX_LOG_FORMAT").unwrap_or("text"))?,
            data_credit: ["PUBLISHER", "LICENCE"]
                .map(|name| values.text(&format!("PARINDEX_DATA_{name}")).map(str::to_owned)),
            publications_bytes_max: values.number("PARINDEX_PUBLICATIONS_BYTES_MAX", 0, 1 << 40)?,
            evidence: evidence_place(values.text("PARINDEX_EVIDENCE_URL"), &data_dir)?,
            signature_roots: values.text("PARINDEX_SIGNATURE_ROOTS").map(PathBuf::from),
            mail: MailSettings::read(
                values.secret("PARINDEX_SMTP_URL")?.as_deref(),
                values.text("PARINDEX_SMTP_FROM"),
                public_url,
            )?,
            webhook_networks: webhooks::networks(values.text("PARINDEX_WEBHOOK_NETWORKS").unwrap_or(""))?,
            limits: Limits::read(&values)?,
            oidc: OidcSettings::read(|name| {
                values.text(&format!("PARINDEX_OIDC_{name}")).map(str::to_owned)
            })?,
            second_factor_roles: second_factor_roles(values.text("PARINDEX_SECOND_FACTOR_ROLES")),
            cors_origins: limits::cors_origins(values.text("PARINDEX_CORS_ORIGINS").unwrap_or(""))?,
            data_dir,
            database_url,
        })
    }
}

/// Takes the settings of `.env` in the working folder into the environment, where it does not set them.
pub fn read_dotenv() -> Result<(), String> {
    match dotenvy::dotenv() {
        Err(error) if !error.not_found() => Err(format!(
            ".env can't be read: {error}; write lines of the form NAME=value"
        )),
        _ => Ok(()),
    }
}

fn evidence_place(text: Option<&str>, data_dir: &Path) -> Result<EvidencePlace, String> {
    let Some(text) = text else {
        return Ok(EvidencePlace::Folder(data_dir.join("evidence")));
    };
    match text.split_once("://") {
        None => Ok(EvidencePlace::Folder(PathBuf::from(text))),
        Some(("file", path)) if path.starts_with('/') => Ok(EvidencePlace::Folder(PathBuf::from(path))),
        Some(("s3", rest)) if !rest.is_empty() && !rest.starts_with('/') => {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            Ok(EvidencePlace::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.trim_matches('/').to_owned(),
            })
        }
        Some(_) => Err(format!(
            "PARINDEX_EVIDENCE_URL is {text:?}; write a folder, file:///folder or s3://bucket/prefix"
        )),
    }
}

fn second_factor_roles(text: Option<&str>) -> Vec<String> {
    let words = text
        .unwrap_or("administrator,evaluator")
        .split(',')
        .map(str::trim);
    let words = words.filter(|word| !word.is_empty() && *word != "none");
    words.map(str::to_owned).collect()
}

fn log_json(text: &str) -> Result<bool, String> {
    match text {
        "text" => Ok(false),
        "json" => Ok(true),
        other => Err(format!("PARINDEX_LOG_FORMAT is {other:?}; write text or json")),
    }
}

/// The setting whose name shares most with a mistyped one.
fn closest(name: &str) -> Option<&'static str> {
    SETTINGS
        .iter()
        .map(|setting| {
            let same_start = setting
                .name
                .bytes()
                .zip(name.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            let same_end = setting
                .name
                .bytes()
                .rev()
                .zip(name.bytes().rev())
                .take_while(|(a, b)| a == b)
                .count();
            (same_start + same_end, setting.name)
        })
        // The common prefix alone says nothing.
        .filter(|(same, _)| *same > "PARINDEX_".len() + 3)
        .max_by_key(|(same, _)| *same)
        .map(|(_, near)| near)
}

#[cfg(test)]
mod tests;
