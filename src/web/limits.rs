//! Limits on every request: how many at once, how many a minute, how long.

use std::{
    cell::Cell,
    net::IpAddr,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{AUTHORIZATION, CONTENT_LENGTH},
    },
    middleware::Next,
    web::Data,
};
use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;

use super::{
    address::{caller_address, caller_network},
    caller::bearer_token,
    crowd::{Coming, Crowd},
    input::refuse_coding,
    open_data::{is_open, is_published},
    rates::{KeyRates, Rate, Standing, Ticks},
};
use crate::{
    access::{Access, Action, check_key, holds_api_key},
    clock::Clock,
    config::Limits,
    error::{AppError, AppResult, ErrorCode},
    ids::SessionId,
};

/// Old keys are dropped from the limiters after so many requests.
const SWEEP_EVERY: usize = 65_536;

/// So much of what is refused is read away, and for so long.
const READ_AWAY_BYTES_MAX: u64 = 256 * 1024;
const READ_AWAY_TIME_MAX: Duration = Duration::from_secs(1);

/// What every request passes.
#[derive(Clone)]
pub struct Gate {
    limits: Limits,
    places: Arc<Semaphore>,
    anonymous: Option<Arc<Rate<IpAddr>>>,
    sessions: Option<Arc<Rate<SessionId>>>,
    logins: Option<Arc<Rate<IpAddr>>>,
    keys: Arc<KeyRates>,
    passed: Arc<AtomicUsize>,
    readers: Arc<Crowd>,
    writers: Arc<Crowd>,
}

impl Gate {
    /// A gate with the configured limits, before which requests wait no longer than `patience`.
    pub fn new(limits: &Limits, patience: Duration, clock: &Clock) -> Self {
        let ticks = Ticks::of(clock);
        Self {
            places: Arc::new(Semaphore::new(limits.concurrency_max)),
            anonymous: Rate::new("anonymous", limits.rates.anonymous, &ticks),
            sessions: Rate::new("session", limits.rates.session, &ticks),
            logins: Rate::new("login", limits.rates.login, &ticks),
            keys: Arc::new(KeyRates::new(ticks)),
            limits: limits.clone(),
            passed: Arc::new(AtomicUsize::new(0)),
            readers: Crowd::new(patience),
            writers: Crowd::new(patience),
        }
    }

    /// Lets a request in. Whom there is no time for is told before anything is proved, read or judged: that costs more than the answer.
    async fn let_in(
        &self,
        request: &ServiceRequest,
        standing: &mut Option<Standing>,
    ) -> AppResult<Option<Coming>> {
        let coming = self.count_in(request)?;
        self.admit(request, standing).await?;
        Ok(coming)
    }

    /// Counts a request in that needs the database. Reading what is open mostly does not, and a login waits for its password to be
    /// proved, in a line of its own.
    fn count_in(&self, request: &ServiceRequest) -> AppResult<Option<Coming>> {
        let (method, path) = (request.method(), request.path());
        if !path.starts_with("/api/v1/") || is_open(method, path) || is_login(path) {
            return Ok(None);
        }
        self.crowd(!method.is_safe()).enter().map(Some)
    }

    /// The requests on their way that write, or that read.
    pub fn crowd(&self, writes: bool) -> &Arc<Crowd> {
        if writes { &self.writers } else { &self.readers }
    }

    /// Lets a request pass that is within its caller's limits; `standing` tells what is left of them either way.
    async fn admit(&self, request: &ServiceRequest, standing: &mut Option<Standing>) -> AppResult<()> {
        self.sweep();
        let access = request
            .app_data::<Data<Access>>()
            .ok_or_else(|| AppError::internal("the access rules are not set up"))?;
        let sent = bearer_token(request.headers());
        let authorization = request.headers().get(AUTHORIZATION);
        if authorization.is_some_and(|value| holds_api_key(value.as_bytes())) {
            let secret = sent.unwrap_or("");
            return self.admit_key(request, access, secret, standing).await;
        }
        // A token counts only if its signature holds, or anybody could make a new allowance for each request.
        match sent.and_then(|token| access.session_of_token(token)) {
            Some(session) => take(&self.sessions, || session, standing)?,
            None => take(&self.anonymous, || self.address(request), standing)?,
        }
        if request.method() == Method::POST && is_login(request.path()) {
            take(&self.logins, || self.address(request), standing)?;
        }
        Ok(())
    }

    /// The same for who reads, without a login or a key, what never changes and is at hand: that takes no place.
    pub(super) fn admit_anybody(
        &self,
        request: &ServiceRequest,
        standing: &mut Option<Standing>,
    ) -> AppResult<()> {
        self.sweep();
        take(&self.anonymous, || self.address(request), standing)
    }

    /// A key that is no good is refused even where nobody needs one: its owner must learn of it.
    async fn admit_key(
        &self,
        request: &ServiceRequest,
        access: &Access,
        secret: &str,
        standing: &mut Option<Standing>,
    ) -> AppResult<()> {
        let from = caller_address(request.request(), &self.limits.trusted_proxies);
        match access.key_of_secret(secret, from).await {
            Ok(key) => {
                self.keys.take(&key, standing)?;
                if is_published(request.method(), request.path()) {
                    check_key(&key, Action::ReadPublished)?;
                }
                request.extensions_mut().insert(key);
                Ok(())
            }
            Err(error) => {
                // Guesses are counted where they come from.
                take(&self.anonymous, || self.address(request), standing)?;
                Err(error)
            }
        }
    }

    fn address(&self, request: &ServiceRequest) -> IpAddr {
        caller_network(request.request(), &self.limits.trusted_proxies)
    }

    fn sweep(&self) {
        if self.passed.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            for rate in [&self.anonymous, &self.logins].into_iter().flatten() {
                rate.sweep();
            }
            if let Some(sessions) = &self.sessions {
                sessions.sweep();
            }
        }
    }
}

fn take<K: Clone + std::hash::Hash + Eq>(
    rate: &Option<Arc<Rate<K>>>,
    key: impl FnOnce() -> K,
    standing: &mut Option<Standing>,
) -> AppResult<()> {
    rate.as_ref().map_or(Ok(()), |rate| rate.take(&key(), standing))
}

impl Gate {
    async fn pass<B: MessageBody + 'static>(
        &self,
        mut request: ServiceRequest,
        coming: Option<Coming>,
        next: Next<B>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        if !request.method().is_safe() {
            refuse_coding(request.headers())?;
        }
        let longest = if is_upload(&request) {
            self.limits.upload_seconds_max
        } else {
            self.limits.request_seconds_max
        };
        let sender = Rc::new(Sender {
            is_awaited: Cell::new(false),
            coming,
        });
        watch_body(&mut request, &sender);
        match tokio::time::timeout(Duration::from_secs(longest), next.call(request)).await {
            Ok(answer) => {
                let answer = answer?.map_into_boxed_body();
                if let Some(coming) = sender.coming.as_ref().filter(|_| answer.status().is_success()) {
                    coming.served();
                }
                Ok(answer)
            }
            Err(_) if sender.is_awaited.get() => Err(AppError::new(ErrorCode::RequestTimeout).into()),
            // Whether a write was still done is unknown: the same key will tell.
            Err(_) => Err(AppError::new(ErrorCode::Unavailable).into()),
        }
    }
}

/// Who sends a request.
struct Sender {
    /// Whether more of the body is waited for.
    is_awaited: Cell<bool>,
    /// How the request is counted on its way.
    coming: Option<Coming>,
}

impl Sender {
    fn await_more(&self, is_awaited: bool) {
        self.is_awaited.set(is_awaited);
        if let Some(coming) = &self.coming {
            coming.await_sender(is_awaited);
        }
    }
}

/// Puts a watch on a request's body, which tells whether its sender is waited for: only then it is not the server that is late.
fn watch_body(request: &mut ServiceRequest, sender: &Rc<Sender>) {
    let mut body = request.take_payload();
    if matches!(body, Payload::None) {
        return;
    }
    let sender = sender.clone();
    let watched = stream::poll_fn(move |context| {
        let polled = body.poll_next_unpin(context);
        sender.await_more(polled.is_pending());
        polled
    });
    request.set_payload(Payload::Stream {
        payload: Box::pin(watched),
    });
}

/// Reads away what a request brings that is refused, where it isn't long. Otherwise the connection is closed behind the answer, which
/// whoever is still sending may never see, and who comes again must make a new one.
async fn read_away(request: &mut ServiceRequest) {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_none_or(|length| length > READ_AWAY_BYTES_MAX) {
        return;
    }
    let mut body = request.take_payload();
    let end = async { while let Some(Ok(_)) = body.next().await {} };
    // Who sends no more is not waited for.
    let _ = tokio::time::timeout(READ_AWAY_TIME_MAX, end).await;
}

fn is_login(path: &str) -> bool {
    path.ends_with("/auth/login") || path.contains("/auth/oidc/")
}

/// Whether a request brings a file: it may take longer than others, and its body is never held as a whole.
fn is_upload(request: &ServiceRequest) -> bool {
    request.method() == Method::POST && request.path().ends_with("/evidence")
}

/// Middleware: lets a request pass, or refuses it at once.
pub async fn gate<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(gate) = request.app_data::<Data<Gate>>().cloned() else {
        return Err(AppError::internal("the limits are not set up").into());
    };
    // The operator's probes must work when everything else is full.
    if request.path().starts_with("/health/") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let Ok(_place) = gate.places.try_acquire() else {
        return Ok(request.error_response(AppError::new(ErrorCode::Overloaded)));
    };
    let mut standing = None;
    let mut response = match gate.let_in(&request, &mut standing).await {
        Ok(coming) => gate.pass(request, coming, next).await?,
        Err(refused) => {
            read_away(&mut request).await;
            request.error_response(refused)
        }
    };
    if let Some(standing) = standing {
        standing.put(response.headers_mut());
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use actix_web::{test::TestRequest, web::Bytes};
    use futures_util::FutureExt;
    use tokio::sync::mpsc;

    use super::*;

    #[test]
    fn a_slow_sender_keeps_nobody_from_the_database() {
        let crowd = Crowd::new(Duration::ZERO);
        let sender = Rc::new(Sender {
            is_awaited: Cell::new(false),
            coming: Some(crowd.enter().unwrap()),
        });
        let (sends, mut sent) = mpsc::unbounded_channel();
        let mut request = TestRequest::post().to_srv_request();
        request.set_payload(Payload::Stream {
            payload: Box::pin(stream::poll_fn(move |context| {
                sent.poll_recv(context).map(|piece| piece.map(Ok))
            })),
        });
        watch_body(&mut request, &sender);
        let mut watched = request.take_payload();
        let mut read = || watched.next().now_or_never();

        assert_eq!(crowd.count(), 1);
        assert!(read().is_none());
        assert_eq!((sender.is_awaited.get(), crowd.count()), (true, 0));
        sends.send(Bytes::from_static(b"{")).unwrap();
        assert!(read().is_some());
        assert_eq!((sender.is_awaited.get(), crowd.count()), (false, 1));
    }
}
