//! How many requests a minute: allowances that come back steadily (GCRA), and what an answer tells of them.
//!
//! Allowances are counted in the memory of each instance: a slack factor is the price for asking no database.

use std::{
    fmt::Write,
    hash::Hash,
    num::{NonZeroU32, NonZeroUsize},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    http::header::{HeaderMap, HeaderName, HeaderValue},
    web::Bytes,
};
use governor::{
    NotUntil, Quota, RateLimiter,
    clock::Clock as _,
    middleware::{StateInformationMiddleware, StateSnapshot},
    state::{InMemoryState, NotKeyed, keyed::DefaultKeyedStateStore},
};
use lru::LruCache;

use crate::{
    access::ApiKey,
    clock::Clock,
    error::{AppError, AppResult, ErrorCode},
    ids::ApiKeyId,
};

/// What a minute's allowance is and what is left of it (draft-ietf-httpapi-ratelimit-headers-10).
pub(super) const RATE_HEADERS: [HeaderName; 2] = [
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("ratelimit"),
];
const WINDOW_SECONDS: u32 = 60;
/// More keys than may be active at once: what is forgotten is a revoked key's.
const KEYS_KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4095);

/// What allowances come back by: steady time, or the service's clock where that is set by hand.
#[derive(Clone, Debug)]
pub(super) enum Ticks {
    Steady(Instant),
    Set(Clock),
}

impl Ticks {
    pub(super) fn of(clock: &Clock) -> Self {
        if clock.runs() {
            Self::Steady(Instant::now())
        } else {
            Self::Set(clock.clone())
        }
    }
}

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        match self {
            Self::Steady(start) => start.elapsed(),
            Self::Set(clock) => {
                Duration::from_secs(u64::try_from(clock.now().unix_seconds()).unwrap_or_default())
            }
        }
    }
}

/// What is left to a caller; goes into the headers of the answer.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    policy: HeaderValue,
    name: &'static str,
    remaining: u32,
    /// Seconds until the allowance is whole again; of a refusal, until trying again makes sense.
    seconds: u64,
}

impl Standing {
    pub(super) fn put(self, headers: &mut HeaderMap) {
        let [policy, limit] = RATE_HEADERS;
        headers.insert(policy, self.policy);
        let mut text = String::with_capacity(40);
        // Writing to a String can't fail.
        let _ = write!(text, "\"{}\";r={};t={}", self.name, self.remaining, self.seconds);
        if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(text)) {
            headers.insert(limit, value);
        }
    }
}

/// A named allowance, as the headers tell it.
#[derive(Clone, Debug)]
struct Policy {
    name: &'static str,
    per_minute: NonZeroU32,
    header: HeaderValue,
}

impl Policy {
    fn new(name: &'static str, per_minute: NonZeroU32) -> Self {
        let text = format!("\"{name}\";q={per_minute};w={WINDOW_SECONDS}");
        let header = HeaderValue::from_maybe_shared(Bytes::from(text));
        Self {
            name,
            per_minute,
            header: header.unwrap_or_else(|_| HeaderValue::from_static("")),
        }
    }

    fn refusal(&self) -> AppError {
        let (of_vi, of_en) = match self.name {
            "api-key" => ("của khóa API này", "of this API key"),
            "session" => ("của một phiên đăng nhập", "of one session"),
            "login" => ("đăng nhập từ một địa chỉ mạng", "to log in from one address"),
            _ => (
                "từ một địa chỉ mạng; khóa API có giới hạn cao hơn",
                "from one address; an API key has more",
            ),
        };
        let per_minute = self.per_minute;
        AppError::with(
            ErrorCode::RateLimited,
            format!("Nhiều nhất {per_minute} yêu cầu một phút {of_vi}."),
            format!("At most {per_minute} requests a minute {of_en}."),
        )
    }

    /// Notes what is left in `standing`, and refuses where nothing is.
    fn judge(
        &self,
        taken: Result<StateSnapshot, NotUntil<Duration>>,
        ticks: &Ticks,
        standing: &mut Option<Standing>,
    ) -> AppResult<()> {
        let (remaining, seconds, result) = match taken {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let spent = u64::from(self.per_minute.get().saturating_sub(remaining));
                let seconds = (spent * u64::from(WINDOW_SECONDS)).div_ceil(u64::from(self.per_minute.get()));
                (remaining, seconds, Ok(()))
            }
            Err(refused) => {
                let seconds = refused.wait_time_from(ticks.now()).as_secs() + 1;
                let error = self.refusal().retry_after(seconds);
                (0, seconds, Err(error))
            }
        };
        *standing = Some(Standing {
            policy: self.header.clone(),
            name: self.name,
            remaining,
            seconds,
        });
        result
    }
}

/// The same allowance for each of many: addresses, sessions.
pub(super) struct Rate<K: Hash + Eq + Clone> {
    policy: Policy,
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, Ticks, StateInformationMiddleware>,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// None for 0, which is no limit.
    pub(super) fn new(name: &'static str, per_minute: u32, ticks: &Ticks) -> Option<Arc<Self>> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let limiter = RateLimiter::dashmap_with_clock(Quota::per_minute(per_minute), ticks.clone());
        Some(Arc::new(Self {
            policy: Policy::new(name, per_minute),
            limiter: limiter.with_middleware(),
        }))
    }

    /// Takes one request from an allowance.
    pub(super) fn take(&self, key: &K, standing: &mut Option<Standing>) -> AppResult<()> {
        let taken = self.limiter.check_key(key);
        self.policy.judge(taken, self.limiter.clock(), standing)
    }

    /// Forgets the allowances that are whole again.
    pub(super) fn sweep(&self) {
        self.limiter.retain_recent();
    }
}

struct KeyRate {
    policy: Policy,
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, StateInformationMiddleware>,
}

/// An allowance of its own for each API key.
pub(super) struct KeyRates {
    ticks: Ticks,
    rates: Mutex<LruCache<ApiKeyId, Arc<KeyRate>>>,
}

impl KeyRates {
    pub(super) fn new(ticks: Ticks) -> Self {
        Self {
            ticks,
            rates: Mutex::new(LruCache::new(KEYS_KEPT_MAX)),
        }
    }

    /// Takes one request from a key's allowance.
    pub(super) fn take(&self, key: &ApiKey, standing: &mut Option<Standing>) -> AppResult<()> {
        let rate = {
            let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
            // A key's allowance never changes: another one is another key.
            let make = || {
                let quota = Quota::per_minute(key.per_minute);
                let limiter = RateLimiter::direct_with_clock(quota, self.ticks.clone());
                Arc::new(KeyRate {
                    policy: Policy::new("api-key", key.per_minute),
                    limiter: limiter.with_middleware(),
                })
            };
            match rates.get(key.id.as_str()) {
                Some(rate) => rate.clone(),
                None => rates.get_or_insert(key.id.clone(), make).clone(),
            }
        };
        rate.policy.judge(rate.limiter.check(), &self.ticks, standing)
    }
}
