//! API keys: secrets for programs that read published results.
//!
//! `parindex_`, 64 hexadecimal digits that are random, 8 that check them: a text that scanners for leaked secrets find
//! by its shape and tell from a made-up one without asking us.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use chrono::NaiveDate;
use ipnet::IpNet;

use super::key_store;
use crate::{
    clock::Moment,
    db::Database,
    error::{AppError, AppResult, ErrorCode},
    ids::{ApiKeyId, hex, sha256_hex},
    words,
};

/// How every key begins.
const START: &str = "parindex_";
const RANDOM_DIGITS: usize = 64;
const CHECK_DIGITS: usize = 8;
/// Digits of a key that its owner may be reminded of: 16 of 256 bits.
const HINT_DIGITS: usize = 4;
/// How long a request waits for the keys to be read anew; the database may be slow or down, published results are not.
const READING_WAITS_MAX: Duration = Duration::from_millis(250);

words! {
    /// What an API key opens.
    Scope {
        /// Read published results, with limits of its own.
        ReadPublications = "publications:read",
    }
}

/// A key that may be used, without its secret.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The key's id.
    pub id: ApiKeyId,
    /// What it opens.
    pub scopes: Vec<Scope>,
    /// How many requests a minute it has.
    pub per_minute: NonZeroU32,
    /// Until when it is good.
    pub expires_at: Moment,
    /// Since when it is not any more.
    pub revoked_at: Option<Moment>,
    /// The last day it was used on, as far as that was written down.
    pub last_used_on: Option<NaiveDate>,
    /// From where it may be used; empty: from everywhere.
    pub networks: Vec<IpNet>,
}

impl ApiKey {
    fn may_come_from(&self, address: IpAddr) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(&address))
    }
}

/// A new key's secret: shown once and not kept.
pub struct KeySecret(String);

impl KeySecret {
    /// Makes one of 256 random bits.
    pub fn new() -> AppResult<Self> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| AppError::internal(format!("no randomness: {error}")))?;
        let random = hex(&bytes);
        Ok(Self(format!("{START}{random}{}", check_digits(&random))))
    }

    /// The secret, for the one answer that shows it.
    pub fn into_text(self) -> String {
        self.0
    }

    /// What is kept of it. A fast hash does: nobody can try 2²⁵⁶ secrets, however fast; slow ones protect what people
    /// think up.
    pub fn digest(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }

    /// Its beginning, by which its owner knows it again.
    pub fn hint(&self) -> String {
        self.0.chars().take(START.len() + HINT_DIGITS).collect()
    }
}

fn check_digits(random: &str) -> String {
    let digest = sha256_hex(format!("{START}{random}").as_bytes());
    digest.chars().take(CHECK_DIGITS).collect()
}

/// Whether an `Authorization` is meant to hold a key, good or not and in whatever form. Tokens don't: nine given letters in
/// a row are not in them by chance.
pub fn holds_api_key(authorization: &[u8]) -> bool {
    authorization
        .windows(START.len())
        .any(|window| window.eq_ignore_ascii_case(START.as_bytes()))
}

/// Whether it was copied whole: a fault that is told without looking anything up.
fn is_whole(secret: &str) -> bool {
    let Some((random, check)) = secret
        .strip_prefix(START)
        .and_then(|rest| rest.split_at_checked(RANDOM_DIGITS))
    else {
        return false;
    };
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    random.bytes().all(is_digit) && check == check_digits(random)
}

/// The keys by the digest of their secrets.
#[derive(Default)]
struct Ring {
    keys: HashMap<String, Arc<ApiKey>>,
    /// The second they were read in, or could not be.
    read_at: Option<Moment>,
    was_read: bool,
    /// Whether they are those of an earlier second, since the database did not answer.
    is_stale: bool,
}

impl Ring {
    /// A key that is known goes on while the database is down, where nobody can revoke it either; whether there is another
    /// one can't be told then.
    fn get(&self, digest: &str) -> AppResult<Option<Arc<ApiKey>>> {
        match self.keys.get(digest) {
            Some(key) => Ok(Some(key.clone())),
            None if self.is_stale || !self.was_read => Err(AppError::new(ErrorCode::Unavailable)),
            None => Ok(None),
        }
    }
}

/// All keys in memory, read anew when the second changes: a key that is revoked by another instance is good for no
/// longer, and no request looks its key up in the database.
#[derive(Clone)]
pub(super) struct Keys {
    db: Database,
    ring: Arc<RwLock<Ring>>,
    reading: Arc<tokio::sync::Mutex<()>>,
    /// Keys whose use on a day is still to be written down.
    used: Arc<Mutex<BTreeMap<ApiKeyId, NaiveDate>>>,
}

impl Keys {
    pub(super) fn new(db: Database) -> Self {
        Self {
            db,
            ring: Arc::default(),
            reading: Arc::default(),
            used: Arc::default(),
        }
    }

    /// The key of a secret that comes from an address. 401, with the reason, unless it is good, and good there.
    pub(super) async fn of_secret(&self, secret: &str, from: IpAddr) -> AppResult<Arc<ApiKey>> {
        if !is_whole(secret) {
            return Err(refused(
                "Khóa API không đúng: có thể chép thiếu hoặc sai ký tự. Gửi khóa trong Authorization: Bearer parindex_…",
                "The API key is not right: it may be incomplete or mistyped. It is sent as Authorization: Bearer parindex_…",
            ));
        }
        let now = self.db.clock().now();
        // How long this takes tells of digests, from which there is no way back to a secret.
        let key = self.find(&sha256_hex(secret.as_bytes()), now).await?;
        let Some(key) = key else {
            return Err(refused(
                "Không có khóa API này, hoặc khóa đã hết hạn từ lâu.",
                "There is no such API key, or it expired long ago.",
            ));
        };
        if let Some(revoked_at) = key.revoked_at {
            return Err(refused(
                format!("Khóa API đã bị thu hồi lúc {revoked_at}."),
                format!("The API key was revoked at {revoked_at}."),
            ));
        }
        if key.expires_at <= now {
            return Err(refused(
                format!("Khóa API đã hết hạn lúc {}.", key.expires_at),
                format!("The API key expired at {}.", key.expires_at),
            ));
        }
        if !key.may_come_from(from) {
            return Err(refused(
                format!(
                    "Khóa API không dùng được từ địa chỉ {from}; đề nghị quản trị viên cấp khóa cho mạng này."
                ),
                format!(
                    "The API key is not good from {from}; ask an administrator for one that is good from this network."
                ),
            ));
        }
        if key.last_used_on < Some(now.date()) {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            used.insert(key.id.clone(), now.date());
        }
        Ok(key)
    }

    /// The keys that were used, each with the day, since this was asked last. A day that is lost is written down at the
    /// next use.
    pub(super) fn take_used(&self) -> BTreeMap<ApiKeyId, NaiveDate> {
        std::mem::take(&mut self.used.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn find(&self, digest: &str, now: Moment) -> AppResult<Option<Arc<ApiKey>>> {
        {
            let ring = self.ring();
            if ring.read_at == Some(now) {
                return ring.get(digest);
            }
        }
        // Who asked does not wait for ever, but what was begun comes to its end.
        let reading = tokio::spawn(self.clone().read_anew());
        let was_read = self.ring().was_read;
        if !was_read {
            reading.await.map_err(AppError::internal)?;
        } else if tokio::time::timeout(READING_WAITS_MAX, reading).await.is_err() {
            tracing::warn!("reading the API keys takes long; the known ones go on");
            let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
            ring.is_stale = ring.read_at != Some(now);
            ring.read_at = Some(now);
        }
        self.ring().get(digest)
    }

    fn ring(&self) -> RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read_anew(self) {
        let _one = self.reading.lock().await;
        let now = self.db.clock().now();
        // Somebody else may have done it meanwhile.
        if self.ring().read_at == Some(now) {
            return;
        }
        let read = self.db.read(move |conn| key_store::load_keys(conn, now)).await;
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        ring.read_at = Some(now);
        ring.is_stale = read.is_err();
        match read {
            Ok(keys) => {
                let keys = keys.into_iter().map(|(digest, key)| (digest, Arc::new(key)));
                ring.keys = keys.collect();
                ring.was_read = true;
            }
            Err(error) => tracing::warn!(%error, "the API keys can't be read; the known ones go on"),
        }
    }

    /// Reads the keys anew at the next request, after a change by this instance.
    pub(super) fn forget(&self) {
        self.ring.write().unwrap_or_else(PoisonError::into_inner).read_at = None;
    }
}

fn refused(vi: impl Into<String>, en: impl Into<String>) -> AppError {
    AppError::with(ErrorCode::InvalidApiKey, vi, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_shape_and_checked_by_its_end() {
        let made = KeySecret::new().unwrap();
        assert_ne!(made.digest(), KeySecret::new().unwrap().digest());
        let hint = made.hint();
        let text = made.into_text();
        assert!(holds_api_key(text.as_bytes()) && is_whole(&text), "{text}");
        assert_eq!((text.len(), hint.len()), (81, 13));
        assert!(text.starts_with(&hint));
        let mut mistyped = text.clone();
        mistyped.replace_range(20..21, if &text[20..21] == "0" { "1" } else { "0" });
        for bad in [
            mistyped.as_str(),
            &text[..80],
            &format!("{text}0"),
            &text.to_uppercase(),
            "parindex_",
            "parindex_đđđđ",
            "",
        ] {
            assert!(!is_whole(bad), "{bad}");
        }
    }
}
