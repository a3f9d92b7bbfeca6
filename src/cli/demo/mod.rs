//! `parindex demo`: an embedded database, real sample data, one round played through the API itself, and a server.
//!
//! The round is played over HTTP against the server that was just started, each write with a fixed
//! `Idempotency-Key`. So it takes the same path as everybody else's requests, and a demo that was interrupted goes on
//! where it stopped.

mod accounts;
mod client;
mod guide;
mod progress;
mod round;

use std::path::Path;

use super::commands::{init_log, system_change};
use crate::{access::Passwords, cli, clock::Clock, config::Config, db::Lock, features};
use accounts::SampleAccounts;
use client::Client;
use progress::Progress;

/// Runs the demo until the server is stopped.
pub(super) fn run(data_dir: &Path) -> Result<(), String> {
    let config = demo_config(data_dir)?;
    init_log(&config)?;
    let accounts = SampleAccounts::load_or_make(data_dir)?;
    actix_web::rt::System::new().block_on(async {
        let running = cli::start(&config, Clock::System).await?;
        let address = running.address;
        let administrator = accounts.get("admin")?.to_owned();
        ensure_administrator(&running, administrator).await?;
        let story = accounts.clone();
        let played = tokio::task::spawn_blocking(move || play(&Client::new(address), &story));
        let server = running.server;
        let waiting = actix_web::rt::spawn(server);
        match played
            .await
            .map_err(|error| format!("the demo ended early: {error}"))?
        {
            Ok(publication) => guide::print(address, data_dir, &accounts, &publication)?,
            Err(sentence) => {
                running.handle.stop(true).await;
                return Err(format!("the demo's round could not be played: {sentence}"));
            }
        }
        waiting
            .await
            .map_err(|error| format!("the server ended early: {error}"))?
            .map_err(|error| format!("the server ended: {error}"))
    })
}

fn demo_config(data_dir: &Path) -> Result<Config, String> {
    let dir = data_dir.to_string_lossy().into_owned();
    Config::from_env_with(&[
        ("PARINDEX_DATA_DIR", dir.clone()),
        ("PARINDEX_TOKEN_KEY_DIR", format!("{dir}/keys")),
        ("PARINDEX_PUBLICATION_KEY_DIR", format!("{dir}/publication-keys")),
        ("PARINDEX_AUDIT_KEY_DIR", format!("{dir}/audit-keys")),
        ("PARINDEX_SECRET_KEY_DIR", format!("{dir}/secret-keys")),
        // A person reads the guide that is printed; the log would drown it.
        (
            "PARINDEX_LOG",
            std::env::var("PARINDEX_LOG").unwrap_or_else(|_| "warn".to_owned()),
        ),
        // The demo logs in many times from one address.
        ("PARINDEX_RATE_LOGIN_PER_MINUTE", "0".to_owned()),
        // Its people are one person with a terminal and no authenticator.
        ("PARINDEX_SECOND_FACTOR_ROLES", "none".to_owned()),
    ])
    .map(|mut config| {
        config.keys.may_generate = true;
        config
    })
}

async fn ensure_administrator(running: &cli::Running, password: String) -> Result<(), String> {
    let known = running
        .state
        .db
        .read(|conn| features::accounts::exists(conn, "admin"))
        .await
        .map_err(|error| error.to_string())?;
    if known {
        return Ok(());
    }
    let hash = Passwords::new()
        .hash(password)
        .await
        .map_err(|error| error.to_string())?;
    let change = system_change("create_user", vec![Lock::whole("username", "admin")]);
    features::accounts::create_administrator(&running.state.db, change, "admin".to_owned(), hash, false)
        .await
        .map_err(|error| error.to_string())
}

/// Plays the round, unless it was played before; returns the id of its publication.
fn play(client: &Client, accounts: &SampleAccounts) -> Result<String, String> {
    let latest = "/api/v1/publications/latest?set=par-2023-ministries";
    let open = round::OPEN_ROUND;
    if let (Some(publication), true) = (client.find(latest)?, accounts.is_complete()) {
        return client::text(&publication, "id");
    }
    let progress = Progress::start(round::STEPS + 1);
    let admin = client.log_in("admin", accounts.get("admin")?)?;
    progress.step("agencies: ministries and provinces, with their mergers");
    round::import_reference(&admin, &progress)?;
    progress.step("sample accounts");
    accounts.create_all(&admin)?;
    let publication = round::play_ministries(client, accounts, &progress)?;
    progress.step(&format!("a second round, {open}, left open for you to try"));
    round::open_provinces(client, accounts)?;
    accounts.mark_complete()?;
    progress.finish();
    Ok(publication)
}
