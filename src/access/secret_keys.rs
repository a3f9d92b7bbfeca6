//! Secrets that the service must be able to read again stand encrypted in the database, and the keys lie elsewhere: who gets
//! hold of the database, or of a backup of it, has neither the one nor the other.
//!
//! XChaCha20-Poly1305 (RFC 8439, with the longer nonces of draft-irtf-cfrg-xchacha, which may be random). What is sealed names
//! its key, and is bound to whose secret it is: moved to another row it can't be opened.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

use super::key_files::{KeyUse, key_texts, read_key_files};
use crate::{
    clock::Moment,
    error::{AppError, AppResult},
    ids::{RecordId, UserId, sha256_hex},
};

/// How a sealed secret begins; others were kept before there were keys for them.
const START: &str = "sealed.";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// Digits of a key's name: enough to tell some keys from each other.
const NAME_DIGITS: usize = 16;

/// Whose secret it is.
#[derive(Clone, Copy, Debug)]
pub enum SecretOf<'a> {
    /// What the codes of a person's authenticator are made of.
    SecondFactor(&'a UserId),
    /// What signs the messages to a webhook.
    Webhook(&'a RecordId),
}

impl SecretOf<'_> {
    fn bound_to(self) -> String {
        match self {
            Self::SecondFactor(user) => format!("second-factor:{user}"),
            Self::Webhook(webhook) => format!("webhook:{webhook}"),
        }
    }
}

/// The keys of a folder: the newest seals, all of them open. Where one is missing the folder is read again, for another instance may
/// have been started with a newer one.
#[derive(Clone)]
pub struct SecretKeys {
    dir: Arc<Path>,
    keys: Arc<RwLock<Keys>>,
}

impl fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SecretKeys").field(&self.newest()).finish()
    }
}

struct Keys {
    newest: String,
    ciphers: BTreeMap<String, XChaCha20Poly1305>,
}

impl Keys {
    fn of(dir: &Path, texts: &[String]) -> Result<Self, String> {
        let mut newest = None;
        let mut ciphers = BTreeMap::new();
        for text in texts {
            let bytes = parse(text).ok_or_else(|| {
                format!(
                    "{} holds a *.key file that is not 32 bytes in base64, as `openssl rand -base64 32` writes them",
                    dir.display()
                )
            })?;
            let name: String = sha256_hex(&bytes).chars().take(NAME_DIGITS).collect();
            ciphers.insert(name.clone(), XChaCha20Poly1305::new(&bytes.into()));
            newest = Some(name);
        }
        let newest = newest.ok_or_else(|| format!("{} holds no key to seal secrets with", dir.display()))?;
        Ok(Self { newest, ciphers })
    }
}

impl SecretKeys {
    /// Reads the keys of a folder; makes the first one if `may_generate`.
    ///
    /// # Errors
    /// There is no key, or a file holds something else: what to do about it.
    pub fn load(dir: &Path, may_generate: bool, now: Moment) -> Result<Self, String> {
        let texts = read_key_files(dir, KeyUse::Secrets, may_generate, now)?;
        Ok(Self {
            keys: Arc::new(RwLock::new(Keys::of(dir, &texts)?)),
            dir: dir.into(),
        })
    }

    fn keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of the key that seals.
    pub fn newest(&self) -> String {
        self.keys().newest.clone()
    }

    /// A secret as it may stand in the database.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn seal(&self, of: SecretOf<'_>, secret: &str) -> AppResult<String> {
        let keys = self.keys();
        let cipher = keys
            .ciphers
            .get(&keys.newest)
            .ok_or_else(|| AppError::internal("the newest key of secrets is not among the keys"))?;
        let mut sealed = vec![0_u8; NONCE_BYTES];
        getrandom::fill(&mut sealed)
            .map_err(|error| AppError::internal(format!("no randomness: {error}")))?;
        let nonce = nonce(&sealed).ok_or_else(|| AppError::internal("a nonce of another length"))?;
        let aad = of.bound_to();
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: aad.as_bytes(),
        };
        sealed.extend(cipher.encrypt(&nonce, payload).map_err(AppError::internal)?);
        Ok(format!(
            "{START}{}.{}",
            keys.newest,
            URL_SAFE_NO_PAD.encode(sealed)
        ))
    }

    fn cipher(&self, name: &str) -> Option<XChaCha20Poly1305> {
        if let Some(cipher) = self.keys().ciphers.get(name) {
            return Some(cipher.clone());
        }
        let texts = key_texts(&self.dir, KeyUse::Secrets).ok()?;
        let read = Keys::of(&self.dir, &texts).ok()?;
        let cipher = read.ciphers.get(name)?.clone();
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = read;
        Some(cipher)
    }

    /// The secret again.
    ///
    /// # Errors
    /// Why it can't be opened.
    pub fn open(&self, of: SecretOf<'_>, sealed: &str) -> Result<String, Unreadable> {
        let (name, text) = parts(sealed).ok_or(Unreadable::NotSealed)?;
        let cipher = self
            .cipher(name)
            .ok_or_else(|| Unreadable::NoKey(name.to_owned()))?;
        let aad = of.bound_to();
        let opened = || {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let (first, msg) = bytes.split_at_checked(NONCE_BYTES)?;
            let aad = aad.as_bytes();
            let plain = cipher.decrypt(&nonce(first)?, Payload { msg, aad }).ok()?;
            String::from_utf8(plain).ok()
        };
        opened().ok_or(Unreadable::Altered)
    }
}

/// Why a sealed secret can't be opened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unreadable {
    /// The key of this name is not there.
    NoKey(String),
    /// It was altered, or is another's.
    Altered,
    /// It is no sealed secret.
    NotSealed,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey(name) => write!(
                f,
                "sealed by the key {name}, which is not in PARINDEX_SECRET_KEY_DIR"
            ),
            Self::Altered => f.write_str("altered, or another's"),
            Self::NotSealed => f.write_str("not sealed"),
        }
    }
}

/// Seals anew what stands in the database: by the newest key, and what was kept before there were keys.
#[derive(Debug)]
pub struct Resealing<'a> {
    keys: &'a SecretKeys,
    /// How many were sealed.
    pub sealed: usize,
    /// How many were left, since they can't be opened.
    pub left: usize,
    /// Why.
    pub why: BTreeSet<Unreadable>,
}

impl<'a> Resealing<'a> {
    /// By these keys.
    pub fn by(keys: &'a SecretKeys) -> Self {
        Self {
            keys,
            sealed: 0,
            left: 0,
            why: BTreeSet::new(),
        }
    }

    /// What is to stand there in place of something; none if it is to stay.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn of(&mut self, of: SecretOf<'_>, kept: &str) -> AppResult<Option<String>> {
        let opened = match parts(kept) {
            None => Ok(kept.to_owned()),
            Some((name, _)) if name == self.keys.newest() => return Ok(None),
            Some(_) => self.keys.open(of, kept),
        };
        match opened {
            Ok(secret) => {
                self.sealed += 1;
                self.keys.seal(of, &secret).map(Some)
            }
            Err(why) => {
                self.left += 1;
                self.why.insert(why);
                Ok(None)
            }
        }
    }
}

/// The name of the key and the rest, of what is sealed.
fn parts(kept: &str) -> Option<(&str, &str)> {
    kept.strip_prefix(START)?.split_once('.')
}

fn nonce(bytes: &[u8]) -> Option<XNonce> {
    <[u8; NONCE_BYTES]>::try_from(bytes).ok().map(XNonce::from)
}

/// A key file: 32 bytes in base64, as `openssl rand -base64 32` writes them.
fn parse(text: &str) -> Option<[u8; KEY_BYTES]> {
    base64::engine::general_purpose::STANDARD
        .decode(text.trim())
        .ok()?
        .try_into()
        .ok()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::access::create_key_file;

    fn at(seconds: i64) -> Moment {
        Moment::from_unix_seconds(seconds).unwrap()
    }

    fn keys(dir: &TempDir) -> SecretKeys {
        SecretKeys::load(dir.path(), false, at(0)).unwrap()
    }

    /// A folder with a key made at this time.
    fn folder(made_at: i64) -> TempDir {
        let dir = TempDir::new().unwrap();
        create_key_file(dir.path(), KeyUse::Secrets, at(made_at)).unwrap();
        dir
    }

    #[test]
    fn a_secret_is_opened_by_its_key_for_its_owner_alone() {
        let keys = keys(&folder(100));
        let (an, binh) = (UserId::new(), UserId::new());
        let owner = SecretOf::SecondFactor(&an);
        let sealed = keys.seal(owner, "GEZDGNBV").unwrap();
        assert!(!sealed.contains("GEZDGNBV"));
        assert_eq!(keys.open(owner, &sealed).as_deref(), Ok("GEZDGNBV"));
        assert_ne!(
            sealed,
            keys.seal(owner, "GEZDGNBV").unwrap(),
            "each has a nonce of its own"
        );
        let webhook = RecordId::parse(an.as_str()).unwrap();
        for other in [SecretOf::SecondFactor(&binh), SecretOf::Webhook(&webhook)] {
            assert_eq!(keys.open(other, &sealed), Err(Unreadable::Altered), "{other:?}");
        }
        let stranger = super::tests::keys(&folder(100));
        assert_eq!(
            stranger.open(owner, &sealed),
            Err(Unreadable::NoKey(keys.newest()))
        );
    }

    #[test]
    fn what_was_altered_is_not_opened() {
        let keys = keys(&folder(100));
        let id = RecordId::new();
        let owner = SecretOf::Webhook(&id);
        let sealed = keys.seal(owner, "whsec_MfKQ9r8G").unwrap();
        let start = START.len() + NAME_DIGITS + 1;
        for at in start..sealed.len() - 1 {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(bytes).unwrap();
            assert_eq!(keys.open(owner, &altered), Err(Unreadable::Altered), "{altered}");
        }
        for cut in [start, start + 10, sealed.len() - 4] {
            assert_eq!(
                keys.open(owner, &sealed[..cut]),
                Err(Unreadable::Altered),
                "{cut}"
            );
        }
        for plain in ["whsec_MfKQ9r8G", "", "sealed.", "sealed"] {
            assert_eq!(keys.open(owner, plain), Err(Unreadable::NotSealed), "{plain}");
        }
    }

    #[test]
    fn a_new_key_seals_and_the_earlier_ones_open() {
        let dir = folder(100);
        let before = keys(&dir);
        let earliest = before.newest();
        let id = UserId::new();
        let owner = SecretOf::SecondFactor(&id);
        let old = before.seal(owner, "GEZDGNBV").unwrap();
        create_key_file(dir.path(), KeyUse::Secrets, at(200)).unwrap();
        let after = keys(&dir);
        assert_ne!(after.newest(), earliest);
        assert_eq!(after.open(owner, &old).as_deref(), Ok("GEZDGNBV"));

        let mut resealing = Resealing::by(&after);
        let new = resealing.of(owner, &old).unwrap().unwrap();
        let plain = resealing.of(owner, "GEZDGNBV").unwrap().unwrap();
        assert_eq!(resealing.of(owner, &new).unwrap(), None);
        assert_eq!((resealing.sealed, resealing.left), (2, 0));
        for sealed in [new, plain] {
            assert_eq!(after.open(owner, &sealed).as_deref(), Ok("GEZDGNBV"));
        }
        // Who was started before finds the newer key in the folder, and seals by it from then on.
        let sealed = after.seal(owner, "GEZDGNBV").unwrap();
        assert_eq!(before.open(owner, &sealed).as_deref(), Ok("GEZDGNBV"));
        assert_eq!(before.newest(), after.newest());

        let stranger = keys(&folder(300));
        let mut lost = Resealing::by(&stranger);
        assert_eq!(lost.of(owner, &sealed).unwrap(), None);
        assert_eq!((lost.sealed, lost.left), (0, 1));
        assert!(lost.why.contains(&Unreadable::NoKey(after.newest())));
    }

    #[test]
    fn a_folder_without_a_good_key_says_what_to_do() {
        let dir = TempDir::new().unwrap();
        let none = SecretKeys::load(dir.path(), false, at(0)).unwrap_err();
        assert!(none.contains("parindex keys create"), "{none}");
        SecretKeys::load(dir.path(), true, at(0)).unwrap();
        std::fs::write(dir.path().join("secret-zzz.key"), "not 32 bytes").unwrap();
        let bad = SecretKeys::load(dir.path(), true, at(0)).unwrap_err();
        assert!(bad.contains("32 bytes in base64"), "{bad}");
    }
}
