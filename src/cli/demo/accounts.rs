//! The sample accounts: names that are always the same, passwords that are made for each demo.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::{Person, text};
use crate::access::random_secret;

/// Name, name to show, roles with their agencies.
type Sample = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static [&'static str])],
);

/// The 17 ministries that were ranked in 2023.
pub(super) const MINISTRIES: &[&str] = &[
    "moj", "sbv", "mof", "moha", "monre", "mard", "moc", "mot", "mic", "molisa", "mocst", "moet", "most",
    "mpi", "moh", "mofa", "moit",
];

const PROVINCES: &[&str] = &["quang-ninh", "ha-noi", "lang-son"];

const SAMPLES: &[Sample] = &[
    (
        "moha.evaluator",
        "Evaluator, Ministry of Home Affairs",
        &[("evaluator", &["moha"])],
    ),
    (
        "moha.appraiser",
        "Appraiser, Ministry of Home Affairs",
        &[("appraiser", &["moha"])],
    ),
    (
        "mic.appraiser",
        "Appraiser, Ministry of Information and Communications",
        &[("appraiser", &["mic"])],
    ),
    (
        "moj.submitter",
        "Submitter, Ministry of Justice",
        &[("submitter", &["moj"])],
    ),
    (
        "moj.leader",
        "Leadership, Ministry of Justice",
        &[("leader", &["moj"])],
    ),
    (
        "ministries.submitter",
        "Submitter of every ministry in the demo",
        &[("submitter", MINISTRIES)],
    ),
    (
        "ministries.leader",
        "Leadership of every ministry in the demo",
        &[("leader", MINISTRIES)],
    ),
    (
        "provinces.submitter",
        "Submitter of three provinces",
        &[("submitter", PROVINCES)],
    ),
    (
        "provinces.leader",
        "Leadership of three provinces",
        &[("leader", PROVINCES)],
    ),
    (
        "moj.reader",
        "Reader, Ministry of Justice",
        &[("reader", &["moj"])],
    ),
];

/// The passwords of one demo, kept in its folder.
#[derive(Clone)]
pub(super) struct SampleAccounts {
    path: PathBuf,
    kept: Kept,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Kept {
    passwords: BTreeMap<String, String>,
    complete: bool,
}

impl SampleAccounts {
    /// Reads the passwords, or makes them. They are on disk before any account uses them.
    pub(super) fn load_or_make(dir: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(dir).map_err(|error| format!("{} can't be made: {error}", dir.display()))?;
        let path = dir.join("demo-accounts.json");
        if path.exists() {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("{} can't be read: {error}", path.display()))?;
            let kept = serde_json::from_str(&text).map_err(|error| {
                format!(
                    "{} is damaged ({error}); remove the folder to start anew",
                    path.display()
                )
            })?;
            return Ok(Self { path, kept });
        }
        let mut kept = Kept::default();
        for name in std::iter::once("admin").chain(SAMPLES.iter().map(|(name, ..)| *name)) {
            kept.passwords.insert(
                name.to_owned(),
                random_secret().map_err(|error| error.to_string())?,
            );
        }
        let accounts = Self { path, kept };
        accounts.write()?;
        Ok(accounts)
    }

    fn write(&self) -> Result<(), String> {
        let text = serde_json::to_string_pretty(&self.kept).map_err(|error| error.to_string())?;
        crate::access::write_private(&self.path.with_extension("new"), text.as_bytes())
            .and_then(|()| {
                std::fs::rename(self.path.with_extension("new"), &self.path)
                    .map_err(|error| error.to_string())
            })
            .map_err(|error| format!("{} can't be written: {error}", self.path.display()))
    }

    /// The password of a sample account.
    pub(super) fn get(&self, username: &str) -> Result<&str, String> {
        let password = self.kept.passwords.get(username).map(String::as_str);
        password.ok_or_else(|| format!("{} names no account {username}", self.path.display()))
    }

    /// All names with their passwords.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.kept
            .passwords
            .iter()
            .map(|(name, password)| (name.as_str(), password.as_str()))
    }

    /// Whether the demo was played to its end.
    pub(super) fn is_complete(&self) -> bool {
        self.kept.complete
    }

    /// Keeps that the demo was played to its end.
    pub(super) fn mark_complete(&self) -> Result<(), String> {
        Self {
            kept: Kept {
                complete: true,
                ..self.kept.clone()
            },
            path: self.path.clone(),
        }
        .write()
    }

    /// Makes the accounts, through the API, as an administrator does.
    pub(super) fn create_all(&self, admin: &Person) -> Result<(), String> {
        for (username, display_name, roles) in SAMPLES {
            let password = self.get(username)?;
            if admin.client().log_in(username, password).is_ok() {
                continue;
            }
            let grants: Vec<Value> = roles
                .iter()
                .flat_map(|(role, agencies)| {
                    agencies
                        .iter()
                        .map(move |agency| json!({"role": role, "agency": agency}))
                })
                .collect();
            let body = json!({"username": username, "display_name": display_name, "grants": grants});
            let made = admin.try_write("POST", "/api/v1/users", None, &body)?;
            let made = if made.status == 409 {
                reset(admin, username)?
            } else {
                made.body
            };
            let first = text(&made, "initial_password")?;
            let person = admin.client().log_in(username, &first)?;
            person.write(
                "PUT",
                "/api/v1/auth/password",
                None,
                &json!({"current_password": first, "new_password": password}),
            )?;
        }
        Ok(())
    }
}

/// An account that an interrupted demo left with a password nobody kept.
fn reset(admin: &Person, username: &str) -> Result<Value, String> {
    let users = admin.get("/api/v1/users?limit=500")?.body;
    let users = users
        .get("data")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let user = users
        .iter()
        .find(|user| user.get("username").and_then(Value::as_str) == Some(username));
    let id = text(user.ok_or_else(|| format!("there is no user {username}"))?, "id")?;
    Ok(admin
        .write("POST", &format!("/api/v1/users/{id}/password"), None, &json!({}))?
        .body)
}
