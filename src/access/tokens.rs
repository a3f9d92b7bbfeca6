//! Access tokens: JWT (RFC 7519) signed with Ed25519 (RFC 8037). They hold who and which session, nothing else:
//! roles and revocation are read from the database.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{SigningKey, pkcs8::DecodePrivateKey};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use lru::LruCache;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::key_files::{KeyUse, key_texts, read_key_files};
use crate::{
    clock::Moment,
    error::{AppError, AppResult, ErrorCode},
    ids::{SessionId, UserId, hex, sha256_hex},
};

/// How long an access token is good, in seconds.
pub const ACCESS_TOKEN_SECONDS: i64 = 15 * 60;
/// How far the clocks of two instances may be apart, in seconds.
const CLOCK_SECONDS_APART: i64 = 60;
/// How often the folder is looked at because somebody named a key that is not known.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const ISSUER: &str = "parindex";
const AUDIENCE: &str = "parindex-api";
/// Stamps are no access tokens, and the other way round.
const STAMP_AUDIENCE: &str = "parindex-form";
/// What the key of digests is made from a token key with, so that the one tells nothing of the other.
const DIGEST_LABEL: &[u8] = b"parindex-login-counts-1";
const VERIFIED_KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4095);

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    iat: i64,
    exp: i64,
}

/// What a stamp says: when a page was given out, and for what.
#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
}

/// Keys by their ids, each with its public half in base64url.
type Verifying = BTreeMap<String, (DecodingKey, String)>;

/// The keys: the newest signs, all verify, so that a key can be replaced without logging anybody out.
pub struct TokenKeys {
    signing: EncodingKey,
    signing_id: String,
    verifying: RwLock<Verifying>,
    /// Where another instance may find a newer key before this one is started anew, and when that was looked at last.
    dir: Option<PathBuf>,
    looked_at: Mutex<Option<Instant>>,
    digesting: Hmac<Sha256>,
    /// Tokens whose signature was checked before, by the token's digest: checking costs 39 µs, finding one.
    verified: Mutex<LruCache<String, Claims>>,
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenKeys({})", self.signing_id)
    }
}

impl TokenKeys {
    /// Reads the keys of a folder; makes the first one if `may_generate`.
    pub fn load(dir: &Path, may_generate: bool, now: Moment) -> Result<Self, String> {
        let keys = Self::from_pems(&read_key_files(dir, KeyUse::Tokens, may_generate, now)?)?;
        Ok(Self {
            dir: Some(dir.to_owned()),
            ..keys
        })
    }

    /// Takes keys in PEM; the last one signs.
    pub fn from_pems(pems: &[String]) -> Result<Self, String> {
        let mut verifying = BTreeMap::new();
        let (mut newest, mut digesting) = (None, None);
        for pem in pems {
            let key = SigningKey::from_pkcs8_pem(pem)
                .map_err(|error| format!("a token key is no Ed25519 key in PKCS#8 PEM: {error}"))?;
            if digesting.is_none() {
                // The oldest: a new key changes no digest.
                digesting = Some(digest_key(key.as_bytes())?);
            }
            let public = URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes());
            let id: String = sha256_hex(public.as_bytes()).chars().take(16).collect();
            let decoding = DecodingKey::from_ed_components(&public).map_err(|error| error.to_string())?;
            verifying.insert(id.clone(), (decoding, public));
            newest = Some((
                id,
                EncodingKey::from_ed_pem(pem.as_bytes()).map_err(|error| error.to_string())?,
            ));
        }
        let (signing_id, signing) = newest.ok_or("there is no key to sign access tokens with")?;
        Ok(Self {
            signing,
            signing_id,
            verifying: RwLock::new(verifying),
            dir: None,
            looked_at: Mutex::default(),
            digesting: digesting.ok_or("there is no key to make digests with")?,
            verified: Mutex::new(LruCache::new(VERIFIED_KEPT_MAX)),
        })
    }

    /// Signs an access token.
    pub fn sign(&self, user: &UserId, session: &SessionId, now: Moment) -> AppResult<String> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.clone(),
            sid: session.clone(),
            iat: now.unix_seconds(),
            exp: now.unix_seconds() + ACCESS_TOKEN_SECONDS,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.signing_id.clone());
        jsonwebtoken::encode(&header, &claims, &self.signing).map_err(AppError::internal)
    }

    /// Checks a token's signature, issuer, audience and age.
    pub fn verify(&self, token: &str, now: Moment) -> AppResult<Claims> {
        let refused = || AppError::new(ErrorCode::InvalidToken);
        let digest = sha256_hex(token.as_bytes());
        let known = self
            .verified
            .lock()
            .ok()
            .and_then(|mut verified| verified.get(&digest).cloned());
        let claims = match known {
            Some(claims) => claims,
            None => {
                let claims = self.verify_signature(token).ok_or_else(refused)?;
                if let Ok(mut verified) = self.verified.lock() {
                    verified.put(digest, claims.clone());
                }
                claims
            }
        };
        let now = now.unix_seconds();
        // A clock that was put back must not make tokens live longer; instances' clocks differ a little.
        let is_early = claims.iat > now + CLOCK_SECONDS_APART;
        if claims.exp <= now || is_early {
            Err(refused())
        } else {
            Ok(claims)
        }
    }

    fn verify_signature(&self, token: &str) -> Option<Claims> {
        let key = self.key_of(token)?;
        // The server fixes the algorithm, whatever the token claims.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The age is checked against our own clock, on every use.
        validation.validate_exp = false;
        jsonwebtoken::decode::<Claims>(token, &key, &validation)
            .ok()
            .map(|data| data.claims)
    }

    fn verifying(&self) -> RwLockReadGuard<'_, Verifying> {
        self.verifying.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key that a token names.
    fn key_of(&self, token: &str) -> Option<DecodingKey> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let known = || self.verifying().get(&kid).map(|(key, _)| key.clone());
        known().or_else(|| {
            self.look_again()?;
            known()
        })
    }

    /// Takes in the keys that came into the folder since, for an instance that was started later signs by them. Not more often than
    /// once a second, for anybody can name a key.
    fn look_again(&self) -> Option<()> {
        let dir = self.dir.as_ref()?;
        {
            let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
            if looked_at.is_some_and(|then| then.elapsed() < LOOK_EVERY) {
                return None;
            }
            *looked_at = Some(Instant::now());
        }
        let found = Self::from_pems(&key_texts(dir, KeyUse::Tokens).ok()?).ok()?;
        let found = found
            .verifying
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut verifying = self.verifying.write().unwrap_or_else(PoisonError::into_inner);
        verifying.extend(found);
        Some(())
    }

    /// Signs when a page was given out: who sends it back can't say that it was earlier.
    pub fn sign_stamp(&self, about: &str, now: Moment) -> AppResult<String> {
        let stamp = Stamp {
            iss: ISSUER.to_owned(),
            aud: STAMP_AUDIENCE.to_owned(),
            sub: about.to_owned(),
            iat: now.unix_seconds(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.signing_id.clone());
        jsonwebtoken::encode(&header, &stamp, &self.signing).map_err(AppError::internal)
    }

    /// When a page was given out, if the stamp is ours and about this.
    pub fn read_stamp(&self, stamp: &str, about: &str) -> Option<Moment> {
        let key = self.key_of(stamp)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[STAMP_AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub"]);
        validation.validate_exp = false;
        let read = jsonwebtoken::decode::<Stamp>(stamp, &key, &validation)
            .ok()?
            .claims;
        (read.sub == about).then(|| Moment::from_unix_seconds(read.iat))?
    }

    /// A digest that nobody makes who has only the database: of few possible texts, such as addresses, a plain one tells which.
    pub fn keyed_digest(&self, text: &str) -> String {
        let mut digest = self.digesting.clone();
        digest.update(text.as_bytes());
        hex(&digest.finalize().into_bytes())
    }

    /// Whether one of them is this public key, in base64url.
    pub fn has(&self, public: &str) -> bool {
        self.verifying().values().any(|(_, known)| known == public)
    }

    /// The public halves as a JSON Web Key Set (RFC 7517).
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self
            .verifying()
            .iter()
            .map(|(id, (_, public))| {
                serde_json::json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": id, "x": public})
            })
            .collect();
        serde_json::json!({ "keys": keys })
    }
}

fn digest_key(seed: &[u8]) -> Result<Hmac<Sha256>, String> {
    let keyed = |key: &[u8]| Hmac::<Sha256>::new_from_slice(key).map_err(|error| error.to_string());
    let mut derived = keyed(seed)?;
    derived.update(DIGEST_LABEL);
    keyed(&derived.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::create_key_file;

    fn keys() -> (TokenKeys, Moment) {
        let dir = tempfile::tempdir().unwrap();
        let now = Moment::from_unix_seconds(1_800_000_000).unwrap();
        (TokenKeys::load(dir.path(), true, now).unwrap(), now)
    }

    #[test]
    fn a_token_is_good_for_a_quarter_of_an_hour() {
        let (keys, now) = keys();
        let (user, session) = (UserId::new(), SessionId::new());
        let token = keys.sign(&user, &session, now).unwrap();
        assert_eq!(keys.verify(&token, now).unwrap().sub, user);
        assert!(
            keys.verify(&token, now.plus(chrono::TimeDelta::seconds(899)))
                .is_ok()
        );
        assert!(
            keys.verify(&token, now.plus(chrono::TimeDelta::seconds(900)))
                .is_err()
        );
    }

    #[test]
    fn a_token_of_tomorrow_is_refused() {
        let (keys, now) = keys();
        let token = keys.sign(&UserId::new(), &SessionId::new(), now).unwrap();
        let earlier = |seconds: i64| now.plus(chrono::TimeDelta::seconds(-seconds));
        assert!(keys.verify(&token, earlier(60)).is_ok());
        assert!(keys.verify(&token, earlier(61)).is_err());
    }

    #[test]
    fn a_token_of_an_instance_that_was_started_with_a_newer_key_is_good() {
        let dir = tempfile::tempdir().unwrap();
        let now = Moment::from_unix_seconds(1_800_000_000).unwrap();
        let earlier = TokenKeys::load(dir.path(), true, now).unwrap();
        create_key_file(dir.path(), KeyUse::Tokens, now.plus(chrono::TimeDelta::days(1))).unwrap();
        let later = TokenKeys::load(dir.path(), false, now).unwrap();
        let token = later.sign(&UserId::new(), &SessionId::new(), now).unwrap();
        assert!(earlier.verify(&token, now).is_ok());
        assert_eq!(earlier.jwks(), later.jwks());
        // A key that is nowhere is looked for once a second at most.
        let (theirs, _) = keys();
        let foreign = theirs.sign(&UserId::new(), &SessionId::new(), now).unwrap();
        assert!(earlier.verify(&foreign, now).is_err());
        assert!(earlier.look_again().is_none());
    }

    #[test]
    fn a_stamp_tells_when_and_for_what_and_is_no_token() {
        let (keys, now) = keys();
        let stamp = keys.sign_stamp("a form", now).unwrap();
        assert_eq!(keys.read_stamp(&stamp, "a form"), Some(now));
        assert_eq!(keys.read_stamp(&stamp, "another"), None);
        assert_eq!(keys.read_stamp("nonsense", "a form"), None);
        assert!(keys.verify(&stamp, now).is_err());
        let token = keys.sign(&UserId::new(), &SessionId::new(), now).unwrap();
        assert_eq!(keys.read_stamp(&token, "a form"), None);
    }

    #[test]
    fn another_servers_token_and_a_changed_one_are_refused() {
        let (ours, now) = keys();
        let (theirs, _) = keys();
        let token = theirs.sign(&UserId::new(), &SessionId::new(), now).unwrap();
        assert!(ours.verify(&token, now).is_err());
        let mut good = ours.sign(&UserId::new(), &SessionId::new(), now).unwrap();
        good.pop();
        assert!(ours.verify(&good, now).is_err());
        assert!(ours.verify("", now).is_err());
    }

    #[test]
    fn an_old_key_still_verifies_after_a_new_one_came() {
        let dir = tempfile::tempdir().unwrap();
        let now = Moment::from_unix_seconds(1_800_000_000).unwrap();
        let before = TokenKeys::load(dir.path(), true, now).unwrap();
        let token = before.sign(&UserId::new(), &SessionId::new(), now).unwrap();
        create_key_file(dir.path(), KeyUse::Tokens, now.plus(chrono::TimeDelta::days(1))).unwrap();
        let after = TokenKeys::load(dir.path(), true, now).unwrap();
        assert_eq!(before.keyed_digest("x"), after.keyed_digest("x"));
        assert_ne!(before.keyed_digest("x"), keys().0.keyed_digest("x"));
        assert_ne!(before.signing_id, after.signing_id);
        assert!(after.verify(&token, now).is_ok());
        assert_eq!(after.jwks()["keys"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn keys_are_not_made_where_they_must_be_given() {
        let dir = tempfile::tempdir().unwrap();
        let error = TokenKeys::load(dir.path(), false, Moment::from_unix_seconds(0).unwrap()).unwrap_err();
        assert!(error.contains("parindex keys create"));
    }
}
