//! Starting and stopping the server.

use std::{net::SocketAddr, time::Duration};

use actix_web::{
    HttpServer,
    dev::{Server, ServerHandle},
};

use crate::{
    access::{SecretKeys, TokenKeys},
    app::{self, AppState},
    clock::Clock,
    config::Config,
    db::{Database, apply_migrations},
    features::{
        audit::{self, AuditKey},
        evidence,
        outbox::Worked,
        publications::{self, Signer},
    },
};

/// Seconds that accepted requests may take to finish after the server is told to stop.
const SHUTDOWN_SECONDS: u64 = 30;
/// Connections that may wait to be let in; the system may allow fewer (`net.core.somaxconn`).
const LET_IN_MAX: u32 = 4096;

/// How often the service looks for reminders and e-mail that are due.
const WORK_EVERY: Duration = Duration::from_secs(15);

/// How often the service looks for entries to seal: what was answered is in the log within a second.
const SEAL_EVERY: Duration = Duration::from_millis(250);
/// How long it waits after it could not: a database that is away is not asked four times a second.
const SEAL_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// A server that listens.
pub struct Running {
    /// Ends when the server has stopped.
    pub server: Server,
    /// Stops it.
    pub handle: ServerHandle,
    /// Where it listens; the port is known even if 0 was asked for.
    pub address: SocketAddr,
    /// What its handlers share.
    pub state: AppState,
}

/// Opens the database, brings it to the newest version, and listens. The same in production and in tests.
pub async fn start(config: &Config, clock: Clock) -> Result<Running, String> {
    let key_dir = config.keys.tokens()?;
    config.keys.publications()?;
    config.keys.audit()?;
    let secret_key_dir = config.keys.secrets()?;
    prepare_data_dir(config)?;
    if config.database_url.is_plain_over_network() {
        tracing::warn!("the database is reached over a network in plain text; build with postgres-tls");
    }
    let mut conn = Database::connect_for_migrations(&config.database_url)?;
    for version in apply_migrations(&mut conn)? {
        tracing::info!(%version, "migrated");
    }
    drop(conn);
    let keys = TokenKeys::load(key_dir, config.keys.may_generate, clock.now())?;
    let secrets = SecretKeys::load(secret_key_dir, config.keys.may_generate, clock.now())?;
    let signer = Signer::load(&config.keys, clock.now())?;
    signer.require_own_key(&keys)?;
    let audit_key = AuditKey::load(&config.keys, clock.now())?;
    audit_key.require_own_key(&keys, signer.public())?;
    let db = Database::open(&config.database_url, config.pool, clock)?;
    let db = audit::open_log(db, audit_key)
        .await
        .map_err(|error| format!("the audit log can't be opened: {error}"))?;
    app::seal_anew(&db, &secrets)
        .await
        .map_err(|error| format!("the secrets can't be sealed: {error}"))?;
    let state = AppState::new(config, db, keys, secrets, signer)?;
    preload(&state);
    actix_web::rt::spawn(evidence::sweep_hourly(state.db.clone(), state.vault.clone()));
    if state.db.clock().runs() {
        actix_web::rt::spawn(work(state.clone()));
        actix_web::rt::spawn(seal(state.db.clone()));
    }
    let shared = state.clone();
    let mut server = HttpServer::new(move || app::build(shared.clone()))
        .shutdown_timeout(SHUTDOWN_SECONDS)
        // A client that sends its headers too slowly holds a place for nothing.
        .client_request_timeout(std::time::Duration::from_secs(10))
        // On the last day all come at once: who waits to be let in must not have to knock again a second later.
        .backlog(LET_IN_MAX)
        .bind(&config.bind)
        .map_err(|error| {
            format!(
                "can't listen on {}: {error}; set PARINDEX_BIND to a free address and port",
                config.bind
            )
        })?;
    let address = server
        .addrs()
        .first()
        .copied()
        .ok_or("the server listens nowhere")?;
    if config.workers > 0 {
        server = server.workers(config.workers);
    }
    let server = server.run();
    Ok(Running {
        handle: server.handle(),
        server,
        address,
        state,
    })
}

/// Reads the published results while the server starts already; who asks first waits for them.
fn preload(state: &AppState) {
    let (publications, db) = (state.publications.clone(), state.db.clone());
    actix_web::rt::spawn(async move {
        if let Err(error) = publications.refresh().await {
            tracing::warn!(%error, "the published results could not be read at the start");
        }
        if let Ok(unsigned) = publications::unsigned(&db).await
            && !unsigned.is_empty()
        {
            tracing::warn!(
                publications = unsigned.len(),
                "some were published before publications were signed; `parindex publication sign` signs them"
            );
        }
        match super::bi::fill(&db).await {
            Ok(0) => {}
            Ok(filled) => tracing::info!(publications = filled, "filled the views for SQL readers"),
            Err(error) => tracing::warn!(%error, "the views for SQL readers lack something"),
        }
    });
}

/// Does what is due by the clock, again and again. A fault of one time is not one of the next.
async fn work(state: AppState) {
    let mut interval = tokio::time::interval(WORK_EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        match state.work().await {
            Ok(worked) if worked == Worked::default() => {}
            Ok(worked) => tracing::info!(
                sent = worked.sent,
                later = worked.later,
                failed = worked.failed,
                unknown = worked.unknown,
                "sent the outbox"
            ),
            Err(error) => tracing::warn!(%error, "reminders and outbox are tried again"),
        }
    }
}

/// Seals what was written, as long as the service runs. While the database is away entries wait; nothing is lost.
async fn seal(db: Database) {
    let mut interval = tokio::time::interval(SEAL_EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        if let Err(error) = audit::seal_waiting(&db).await {
            tracing::error!(%error, "the audit log could not be sealed; it is tried again");
            tokio::time::sleep(SEAL_AGAIN_AFTER).await;
        }
    }
}

fn prepare_data_dir(config: &Config) -> Result<(), String> {
    let crate::db::DatabaseUrl::Sqlite(path) = &config.database_url else {
        return Ok(());
    };
    let dir = std::path::Path::new(path)
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty());
    dir.map_or(Ok(()), std::fs::create_dir_all).map_err(|error| {
        format!("the folder of {path} can't be made: {error}; set PARINDEX_DATA_DIR to a writable folder")
    })
}
