//! The commands that do one thing and end.

use std::{
    io::{Read, Write},
    path::Path,
};

use crate::{
    access::{Passwords, random_secret},
    app, cli,
    clock::Clock,
    config::{Config, SETTINGS},
    db::{Actor, Change, Database, Lock, apply_migrations},
    error::ErrorCode,
    features::{
        accounts,
        evidence::{self, Vault},
    },
};

/// Sets the log up; to standard error, so that a command's own output stays clean.
pub(super) fn init_log(config: &Config) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log).map_err(|error| {
        format!("PARINDEX_LOG can't be read: {error}; write for example info or parindex=debug")
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let done = if config.log_json {
        log.json().try_init()
    } else {
        log.try_init()
    };
    done.map_err(|error| format!("the log can't be set up: {error}"))
}

pub(super) fn serve() -> Result<(), String> {
    let config = Config::from_env()?;
    init_log(&config)?;
    actix_web::rt::System::new().block_on(async {
        let running = cli::start(&config, Clock::System).await?;
        tracing::info!(address = %running.address, database = ?config.database_url, "serving");
        running
            .server
            .await
            .map_err(|error| format!("the server ended: {error}"))
    })
}

pub(super) fn migrate() -> Result<(), String> {
    let config = Config::from_env()?;
    if let crate::db::DatabaseUrl::Sqlite(path) = &config.database_url
        && let Some(dir) = Path::new(path).parent()
    {
        std::fs::create_dir_all(dir).map_err(|error| format!("{} can't be made: {error}", dir.display()))?;
    }
    let mut conn = Database::connect_for_migrations(&config.database_url)?;
    let done = apply_migrations(&mut conn)?;
    drop(conn);
    say(&format!(
        "{} migrations applied; the database is up to date",
        done.len()
    ))?;
    // What SQL alone can't do: rows are made of documents.
    let filled = actix_web::rt::System::new().block_on(async { cli::bi::fill(&open(&config)?).await })?;
    if filled == 0 {
        return Ok(());
    }
    say(&format!("{filled} publications got their rows for SQL readers"))
}

pub(super) fn openapi() -> Result<(), String> {
    write_out(&app::openapi_text()?)
}

pub(super) fn settings() -> Result<(), String> {
    for setting in SETTINGS {
        say(&format!(
            "{:<42} {}\n{:<42} default: {:?}",
            setting.name, setting.meaning, "", setting.default
        ))?;
    }
    Ok(())
}

pub(super) fn create_administrator(username: &str, password_file: Option<&Path>) -> Result<(), String> {
    let config = Config::from_env()?;
    let given = password_file.map(read_password).transpose()?;
    actix_web::rt::System::new().block_on(async {
        let db = open(&config)?;
        let must_change = given.is_none();
        let password = match given {
            Some(password) => password,
            None => random_secret().map_err(|error| error.to_string())?,
        };
        accounts::check_new_credentials(username, &password)?;
        let hash = Passwords::new()
            .hash(password.clone())
            .await
            .map_err(|error| error.to_string())?;
        accounts::create_administrator(
            &db,
            system_change("create_user", vec![Lock::whole("username", username)]),
            username.to_lowercase(),
            hash,
            must_change,
        )
        .await
        .map_err(|error| match error.code {
            ErrorCode::AlreadyExists => format!("there is a user {username} already: choose another name"),
            _ => format!("the administrator was not made: {error}"),
        })?;
        say(&format!("administrator {username} made"))?;
        if must_change {
            say(&format!(
                "first password, to be changed at the first login, within {} days: {password}",
                config.limits.first_password_days_max
            ))
        } else {
            Ok(())
        }
    })
}

fn read_password(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

pub(super) fn sweep_evidence(older_than_hours: u32) -> Result<(), String> {
    let config = Config::from_env()?;
    let vault = Vault::open(&config)?;
    actix_web::rt::System::new().block_on(async {
        let db = open(&config)?;
        let older_than = chrono::TimeDelta::hours(older_than_hours.into());
        let swept = evidence::sweep(&db, &vault, older_than)
            .await
            .map_err(|error| format!("evidence files could not be swept: {error}"))?;
        say(&format!(
            "removed {} unfinished uploads and {} files that nothing names: {} bytes",
            swept.uploads, swept.files, swept.bytes
        ))
    })
}

/// Opens the database for a command, brought to the newest version.
pub(super) fn open(config: &Config) -> Result<Database, String> {
    migrate_quietly(config)?;
    Database::open(&config.database_url, config.pool, Clock::System)
}

fn migrate_quietly(config: &Config) -> Result<(), String> {
    if let crate::db::DatabaseUrl::Sqlite(path) = &config.database_url
        && let Some(dir) = Path::new(path).parent()
    {
        std::fs::create_dir_all(dir).map_err(|error| format!("{} can't be made: {error}", dir.display()))?;
    }
    let mut conn = Database::connect_for_migrations(&config.database_url)?;
    apply_migrations(&mut conn).map(drop)
}

/// A change made by the operator at the command line.
pub(super) fn system_change(action: &'static str, locks: Vec<Lock>) -> Change {
    Change {
        actor: Actor::System,
        action,
        request_id: "command-line".to_owned(),
        idempotency: None,
        locks,
    }
}

pub(super) fn health() -> Result<(), String> {
    let bind = std::env::var("PARINDEX_BIND").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let address = bind.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]");
    let url = format!("http://{address}/health/ready");
    ureq::get(&url)
        .call()
        .map_err(|error| format!("not ready: {error}"))?;
    say("ready")
}

/// Prints a line; a closed pipe ends the command in silence, as `| head` expects.
pub(super) fn say(line: &str) -> Result<(), String> {
    write_out(&format!("{line}\n"))
}

fn write_out(text: &str) -> Result<(), String> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("can't print: {error}")),
        _ => Ok(()),
    }
}
