//! The limits on requests, and whose pages may send them.

use std::net::IpAddr;

use super::Values;

/// What the limits of a body may be at most.
pub const BODY_BYTES_MOST: usize = 1 << 30;

/// The limits on requests.
#[derive(Clone, Debug)]
pub struct Limits {
    /// `PARINDEX_BODY_BYTES_MAX`.
    pub body_bytes_max: usize,
    /// `PARINDEX_BATCH_BYTES_MAX`: ten thousand responses take more than any other body.
    pub batch_bytes_max: usize,
    /// `PARINDEX_REQUEST_SECONDS_MAX`.
    pub request_seconds_max: u64,
    /// `PARINDEX_EVIDENCE_BYTES_MAX`.
    pub evidence_bytes_max: u64,
    /// `PARINDEX_EVIDENCE_AGENCY_BYTES_MAX`; 0: no limit.
    pub evidence_agency_bytes_max: u64,
    /// `PARINDEX_UPLOAD_SECONDS_MAX`.
    pub upload_seconds_max: u64,
    /// `PARINDEX_UPLOAD_IDLE_SECONDS_MAX`.
    pub upload_idle_seconds_max: u64,
    /// `PARINDEX_UPLOADS_MAX`.
    pub uploads_max: usize,
    /// `PARINDEX_CONCURRENCY_MAX`.
    pub concurrency_max: usize,
    /// How many requests a minute.
    pub rates: Rates,
    /// `PARINDEX_LOGIN_FAILURES_MAX`.
    pub login_failures_max: i32,
    /// `PARINDEX_LOGIN_LOCK_MINUTES`.
    pub login_lock_minutes: i64,
    /// `PARINDEX_FIRST_PASSWORD_DAYS_MAX`.
    pub first_password_days_max: i64,
    /// `PARINDEX_SESSION_HOURS_MAX`.
    pub session_hours_max: i64,
    /// `PARINDEX_SESSION_IDLE_HOURS`.
    pub session_idle_hours: i64,
    /// `PARINDEX_TRUSTED_PROXIES`.
    pub trusted_proxies: Vec<IpAddr>,
}

/// How many requests a minute; 0: as many as there are places.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// `PARINDEX_RATE_ANONYMOUS_PER_MINUTE`.
    pub anonymous: u32,
    /// `PARINDEX_RATE_API_KEY_PER_MINUTE`, never 0 and never less than an address has.
    pub api_key: u32,
    /// `PARINDEX_RATE_AUTHENTICATED_PER_MINUTE`.
    pub session: u32,
    /// `PARINDEX_RATE_LOGIN_PER_MINUTE`.
    pub login: u32,
}

impl Limits {
    pub(super) fn read(values: &Values) -> Result<Self, String> {
        Ok(Self {
            body_bytes_max: values.number("PARINDEX_BODY_BYTES_MAX", 1024, BODY_BYTES_MOST)?,
            batch_bytes_max: values.number("PARINDEX_BATCH_BYTES_MAX", 1024, BODY_BYTES_MOST)?,
            request_seconds_max: values.number("PARINDEX_REQUEST_SECONDS_MAX", 1, 3600)?,
            evidence_bytes_max: values.number("PARINDEX_EVIDENCE_BYTES_MAX", 1024, 1 << 32)?,
            evidence_agency_bytes_max: values.number("PARINDEX_EVIDENCE_AGENCY_BYTES_MAX", 0, 1 << 50)?,
            upload_seconds_max: values.number("PARINDEX_UPLOAD_SECONDS_MAX", 1, 86_400)?,
            upload_idle_seconds_max: values.number("PARINDEX_UPLOAD_IDLE_SECONDS_MAX", 1, 3600)?,
            uploads_max: values.number("PARINDEX_UPLOADS_MAX", 1, 100_000)?,
            concurrency_max: values.number("PARINDEX_CONCURRENCY_MAX", 1, 1_000_000)?,
            rates: Rates::read(values)?,
            login_failures_max: values.number("PARINDEX_LOGIN_FAILURES_MAX", 1, 1000)?,
            login_lock_minutes: values.number("PARINDEX_LOGIN_LOCK_MINUTES", 1, 1440)?,
            first_password_days_max: values.number("PARINDEX_FIRST_PASSWORD_DAYS_MAX", 1, 365)?,
            session_hours_max: values.number("PARINDEX_SESSION_HOURS_MAX", 1, 8760)?,
            session_idle_hours: values.number("PARINDEX_SESSION_IDLE_HOURS", 1, 8760)?,
            trusted_proxies: trusted_proxies(values.text("PARINDEX_TRUSTED_PROXIES").unwrap_or(""))?,
        })
    }
}

impl Rates {
    fn read(values: &Values) -> Result<Self, String> {
        let number = |name: &str, lowest| values.number(name, lowest, u32::MAX);
        let rates = Self {
            anonymous: number("PARINDEX_RATE_ANONYMOUS_PER_MINUTE", 0)?,
            api_key: number("PARINDEX_RATE_API_KEY_PER_MINUTE", 1)?,
            session: number("PARINDEX_RATE_AUTHENTICATED_PER_MINUTE", 0)?,
            login: number("PARINDEX_RATE_LOGIN_PER_MINUTE", 0)?,
        };
        if rates.api_key < rates.anonymous {
            return Err(format!(
                "PARINDEX_RATE_API_KEY_PER_MINUTE is {}, less than the {} that everybody has without a key \
                 (PARINDEX_RATE_ANONYMOUS_PER_MINUTE): nobody would use one",
                rates.api_key, rates.anonymous
            ));
        }
        Ok(rates)
    }
}

fn trusted_proxies(text: &str) -> Result<Vec<IpAddr>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse().map_err(|_| {
                format!("PARINDEX_TRUSTED_PROXIES: {part:?} is no address; write 10.0.0.2,10.0.0.3")
            })
        })
        .collect()
}

/// Origins as browsers send them, which is how they are compared: scheme, host and port, and nothing behind.
pub(super) fn cors_origins(text: &str) -> Result<Vec<String>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let host = part
                .strip_prefix("https://")
                .or_else(|| part.strip_prefix("http://"))
                .unwrap_or("");
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
            if host.is_empty() || !host.chars().all(fits) {
                return Err(format!(
                    "PARINDEX_CORS_ORIGINS: {part:?} is no origin; write https://cchc.example.vn in small letters, with \
                     the port if it is not the usual one, and nothing behind it"
                ));
            }
            Ok(part.to_owned())
        })
        .collect()
}
