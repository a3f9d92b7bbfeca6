//! Limits on every request: how many at once, how many a minute, how long.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use tokio::sync::Semaphore;

use super::caller::bearer_token;
use crate::{
    access::Access,
    config::Limits,
    error::{AppError, AppResult, ErrorCode},
    ids::SessionId,
};

/// Old keys are dropped from the limiters after so many requests.
const SWEEP_EVERY: usize = 65_536;

/// What every request passes.
#[derive(Clone)]
pub struct Gate {
    limits: Limits,
    places: Arc<Semaphore>,
    anonymous: Option<Arc<DefaultKeyedRateLimiter<IpAddr>>>,
    sessions: Option<Arc<DefaultKeyedRateLimiter<SessionId>>>,
    logins: Option<Arc<DefaultKeyedRateLimiter<IpAddr>>>,
    passed: Arc<AtomicUsize>,
}

fn limiter<K: Clone + std::hash::Hash + Eq>(per_minute: u32) -> Option<Arc<DefaultKeyedRateLimiter<K>>> {
    NonZeroU32::new(per_minute).map(|limit| Arc::new(RateLimiter::keyed(Quota::per_minute(limit))))
}

impl Gate {
    /// A gate with the configured limits.
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            places: Arc::new(Semaphore::new(limits.concurrency_max)),
            anonymous: limiter(limits.rate_anonymous_per_minute),
            sessions: limiter(limits.rate_authenticated_per_minute),
            logins: limiter(limits.rate_login_per_minute),
            passed: Arc::new(AtomicUsize::new(0)),
        }
    }

    fn check_rate(&self, request: &ServiceRequest) -> AppResult<()> {
        self.sweep();
        let address = client_address(request, &self.limits.trusted_proxies);
        let is_login = request.method() == Method::POST && request.path().ends_with("/auth/login");
        if is_login && let Some(logins) = &self.logins {
            check(logins, &address)?;
        }
        // A token counts only if its signature holds, or anybody could make a new allowance for each request.
        let session = bearer_token(request.request()).and_then(|token| {
            let access = request.app_data::<Data<Access>>()?;
            access.session_of_token(&token)
        });
        match (session, &self.sessions, &self.anonymous) {
            (Some(session), Some(sessions), _) => check(sessions, &session),
            (None, _, Some(anonymous)) => check(anonymous, &address),
            _ => Ok(()),
        }
    }

    fn sweep(&self) {
        if self.passed.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            for limiter in [&self.anonymous, &self.logins].into_iter().flatten() {
                limiter.retain_recent();
            }
            if let Some(sessions) = &self.sessions {
                sessions.retain_recent();
            }
        }
    }
}

/// Whether a request brings a file: it may take longer than others, and its body is never held as a whole.
fn is_upload(request: &ServiceRequest) -> bool {
    request.method() == Method::POST && request.path().ends_with("/evidence")
}

fn check<K: Clone + std::hash::Hash + Eq>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> AppResult<()> {
    limiter.check_key(key).map_err(|refused| {
        let wait = refused.wait_time_from(limiter.clock().now());
        AppError::new(ErrorCode::RateLimited).retry_after(wait.as_secs() + 1)
    })
}

/// The caller's address: the peer's, or what a trusted proxy says of it. Nobody else is believed.
pub fn client_address(request: &ServiceRequest, trusted: &[IpAddr]) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::from([0, 0, 0, 0]), |address| address.ip());
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded = request
        .headers()
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let mut hops = forwarded
        .rsplit(',')
        .filter_map(|hop| hop.trim().parse::<IpAddr>().ok());
    hops.find(|hop| !trusted.contains(hop)).unwrap_or(peer)
}

/// Middleware: lets a request pass, or refuses it at once.
pub async fn gate<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let Some(gate) = request.app_data::<Data<Gate>>().cloned() else {
        return Err(AppError::internal("the limits are not set up").into());
    };
    // The operator's probes must work when everything else is full.
    if request.path().starts_with("/health/") {
        return next.call(request).await;
    }
    let _place = gate
        .places
        .try_acquire()
        .map_err(|_| AppError::new(ErrorCode::Overloaded))?;
    gate.check_rate(&request)?;
    let (longest, late) = if is_upload(&request) {
        (gate.limits.upload_seconds_max, ErrorCode::RequestTimeout)
    } else {
        (gate.limits.request_seconds_max, ErrorCode::Unavailable)
    };
    let longest = Duration::from_secs(longest);
    match tokio::time::timeout(longest, next.call(request)).await {
        Ok(answer) => answer,
        // Whether a write was still done is unknown: the same key will tell.
        Err(_) => Err(AppError::new(late).into()),
    }
}
