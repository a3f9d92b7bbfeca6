//! Hands messages over to webhooks.

use std::{fmt, io, sync::Arc, time::Duration};

use ureq::{
    Agent,
    config::Config as AgentConfig,
    http::{Uri, uri::Scheme},
    tls::{RootCerts, TlsConfig},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

use super::{
    guard::Guard,
    model::{WebhookRow, entry},
    signing, store,
};
use crate::{
    access::{SecretKeys, SecretOf},
    config::Config,
    db::{Actor, Answer, Change, Database, Lock, Outcome},
    error::{AppResult, ErrorCode},
    features::outbox::{Courier, Fate, OutboxKind, OutboxRow, Refusal, blocking},
    ids::RecordId,
};

/// The longest time for one delivery, from the look-up of the name to the answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// What receivers see of us.
const USER_AGENT: &str = concat!("parindex-webhooks/", env!("CARGO_PKG_VERSION"));
/// The answer by which a receiver says that it wants no more messages (Standard Webhooks).
const GONE: u16 = 410;

/// The way to webhooks.
#[derive(Clone)]
pub struct WebhookCourier {
    db: Database,
    keys: SecretKeys,
    agent: Agent,
}

/// A message that is ready to be handed over.
pub struct Ready {
    webhook: WebhookRow,
    id: RecordId,
    timestamp: i64,
    signature: String,
    body: String,
}

impl WebhookCourier {
    /// The way with the settings of a service.
    pub fn new(config: &Config, db: Database, keys: SecretKeys) -> Self {
        let settings = Agent::config_builder()
            // A redirect leads where nobody looked at the address; a proxy of the environment would, too.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            // Every delivery resolves the name anew, and is looked at anew.
            .max_idle_connections(0)
            .user_agent(USER_AGENT)
            .tls_config(
                TlsConfig::builder()
                    .root_certs(RootCerts::PlatformVerifier)
                    .build(),
            )
            .build();
        let resolver = GuardedResolver {
            inner: Arc::new(DefaultResolver::default()),
            guard: Guard::new(config.webhook_networks.clone()),
        };
        Self {
            db,
            keys,
            agent: Agent::with_parts(settings, DefaultConnector::default(), resolver),
        }
    }

    /// The receiver wants no more: it is told of nothing until somebody makes it active again.
    async fn deactivate(&self, webhook: WebhookRow) -> AppResult<()> {
        let change = Change {
            actor: Actor::System,
            action: "deactivate_webhook",
            request_id: "outbox".to_owned(),
            idempotency: None,
            locks: vec![Lock::whole("webhook", &webhook.id)],
        };
        let done = self
            .db
            .write(change, move |tx| {
                let before = store::find(tx.conn(), &webhook.id)?;
                if !before.active {
                    return Ok(Outcome::Unchanged(Answer::empty()));
                }
                let after = WebhookRow {
                    active: false,
                    revision: before.revision.saturating_add(1),
                    updated_at: tx.now(),
                    ..before.clone()
                };
                store::replace(tx, &before, &after)?;
                Ok(Outcome::Done(
                    Answer::empty(),
                    entry(Some(&before), Some(&after))?,
                ))
            })
            .await;
        match done {
            // Somebody deleted it meanwhile.
            Err(error) if error.code == ErrorCode::NotFound => Ok(()),
            other => other.map(|_| ()),
        }
    }
}

impl Courier for WebhookCourier {
    const KIND: OutboxKind = OutboxKind::Webhook;
    // A receiver that lets us wait does not keep the others waiting.
    const SIDE_BY_SIDE: usize = 10;
    const LEASE_MINUTES: i64 = 5;
    type Ready = Ready;

    async fn begin(&self, row: &OutboxRow) -> AppResult<Result<Ready, Refusal>> {
        let never = |said: &str| Ok(Err(Refusal::This(Fate::Never(said.to_owned()))));
        let Ok(id) = RecordId::parse(&row.target) else {
            return never("the webhook's id can't be read");
        };
        let webhook = match self.db.read(move |conn| store::find(conn, &id)).await {
            Ok(webhook) => webhook,
            Err(error) if error.code == ErrorCode::NotFound => return never("the webhook was deleted"),
            Err(error) => return Err(error),
        };
        if !webhook.active {
            return never("the webhook is not active");
        }
        let now = self.db.clock().now();
        let timestamp = now.unix_seconds();
        let of = SecretOf::Webhook(&webhook.id);
        let newest = match self.keys.open(of, &webhook.secret) {
            Ok(secret) => secret,
            // Tried again until its key is back, or the webhook got another secret.
            Err(why) => {
                let said = format!("the webhook's secret can't be read: it is {why}");
                return Ok(Err(Refusal::This(Fate::Later(said))));
            }
        };
        // The one before may be lost for good: that was why there is another.
        let previous = webhook.previous_secret_at(now);
        let previous = previous.and_then(|sealed| self.keys.open(of, sealed).ok());
        let secrets = std::iter::once(newest.as_str()).chain(previous.as_deref());
        let signature = signing::signatures(secrets, row.id.as_str(), timestamp, &row.payload)?;
        Ok(Ok(Ready {
            webhook,
            id: row.id.clone(),
            timestamp,
            signature,
            body: row.payload.clone(),
        }))
    }

    async fn finish(&self, ready: Ready) -> AppResult<Fate> {
        let webhook = ready.webhook.clone();
        let agent = self.agent.clone();
        let answer = blocking(move || post(&agent, &ready)).await?;
        Ok(match answer {
            Ok(status) if (200..300).contains(&status) => Fate::Sent,
            Ok(GONE) => {
                self.deactivate(webhook).await?;
                Fate::Never(format!(
                    "HTTP {GONE}: the receiver wants no more; the webhook is no longer active"
                ))
            }
            // What the receiver says beside its status stays there: it may be anything.
            Ok(status) => Fate::Later(format!("HTTP {status}")),
            Err(error) => Fate::Later(said(&error)),
        })
    }
}

/// Sends a message; answers with the status.
fn post(agent: &Agent, ready: &Ready) -> Result<u16, ureq::Error> {
    agent
        .post(&ready.webhook.url)
        .header("content-type", "application/json")
        .header("webhook-id", ready.id.as_str())
        .header("webhook-timestamp", ready.timestamp.to_string())
        .header("webhook-signature", &ready.signature)
        .send(&ready.body)
        .map(|response| response.status().as_u16())
}

/// Why nothing arrived, for the delivery log.
fn said(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// Looks names up, and leaves out what may not be reached.
struct GuardedResolver {
    inner: Arc<DefaultResolver>,
    guard: Guard,
}

impl fmt::Debug for GuardedResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedResolver")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

impl Resolver for GuardedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &AgentConfig,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let encrypted = uri.scheme() == Some(&Scheme::HTTPS);
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut reachable = self.empty();
        for address in found
            .iter()
            .filter(|address| self.guard.may_reach(address.ip(), encrypted))
        {
            reachable.push(*address);
        }
        if reachable.is_empty() {
            return Err(ureq::Error::Io(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the address lies inside a network that webhooks may not reach",
            )));
        }
        Ok(reachable)
    }
}
