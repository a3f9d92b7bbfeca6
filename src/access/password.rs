//! Passwords: argon2id with the parameters OWASP recommends (19 MiB, 2 passes), never more at once than the machine
//! bears: the blocking pool alone would run hundreds of them and fill the memory.

use std::sync::Arc;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::error::{AppError, AppResult, ErrorCode};

/// Shortest password, in characters (NIST SP 800-63B).
pub const PASSWORD_LENGTH_MIN: usize = 12;
/// Longest password, in characters: hashing takes the same time for any, but reading does not.
pub const PASSWORD_LENGTH_MAX: usize = 128;
/// Logins that may wait for a place to hash; more are answered 503.
const WAITING_MAX: usize = 64;

/// The hashing of passwords, bounded.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    running: Arc<Semaphore>,
    /// Verified for an unknown user, so that the answer takes the same time; its parameters are today's.
    dummy_hash: Arc<str>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Bounds hashing to one less than the cores, at least one.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let running = cores.saturating_sub(1).max(1);
        Self {
            places: Arc::new(Semaphore::new(WAITING_MAX)),
            running: Arc::new(Semaphore::new(running)),
            dummy_hash: Arc::from(
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Y0Nn0WCbVp0yQ0lTQpBN0Vv1pG0nJ6o8xY3m2F4bq7k",
            ),
        }
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: String) -> AppResult<String> {
        let password = composed(&password);
        self.bounded(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(AppError::internal)
        })
        .await?
    }

    /// Whether a password fits a hash. Without a hash (an unknown user) it takes as long and says no.
    pub async fn verify(&self, password: String, hash: Option<String>) -> AppResult<bool> {
        let dummy = self.dummy_hash.clone();
        self.bounded(move || {
            let known = hash.is_some();
            let hash = hash.as_deref().unwrap_or(&dummy);
            let fits = |text: &str| Argon2::default().verify_password(text.as_bytes(), hash).is_ok();
            let composed = composed(&password);
            // What was hashed before passwords were composed was hashed as it was typed.
            let fits = fits(&composed) || (composed != password && fits(&password));
            known && fits
        })
        .await
    }

    /// A password that fits a hash, hashed anew where the hash was made by other parameters than today's (ASVS 5.0.0, 11.2.2).
    pub async fn renewed(&self, password: String, hash: &str) -> AppResult<Option<String>> {
        let parameters = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        if parameters(hash) == parameters(&self.dummy_hash) {
            return Ok(None);
        }
        self.hash(password).await.map(Some)
    }

    async fn bounded<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
        let _place = self
            .places
            .try_acquire()
            .map_err(|_| AppError::new(ErrorCode::Overloaded))?;
        let permit = self
            .running
            .clone()
            .acquire_owned()
            .await
            .map_err(AppError::internal)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(AppError::internal)
    }
}

/// A password in one form (NFKC), however the keyboard writes its letters: a Mac sends `ậ` in three parts, Windows in two.
fn composed(password: &str) -> String {
    password.nfkc().collect()
}

/// A secret of 24 random bytes as text: refresh tokens and first passwords.
pub fn random_secret() -> AppResult<String> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).map_err(|error| AppError::internal(format!("no randomness: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(work)
    }

    #[test]
    fn a_password_is_the_same_however_its_letters_are_typed() {
        let passwords = Passwords::new();
        let typed = "mật khẩu của tôi";
        let apart: String = typed.nfd().collect();
        assert_ne!(typed, apart);
        let fits = |text: &str, hash: &str| {
            let verified = passwords.verify(text.to_owned(), Some(hash.to_owned()));
            wait(verified).unwrap()
        };
        let hash = wait(passwords.hash(apart.clone())).unwrap();
        assert!(fits(typed, &hash) && fits(&apart, &hash));
        assert!(!fits("mat khau cua toi", &hash));
        // One that was hashed as it was typed, before.
        let earlier = Argon2::default()
            .hash_password(apart.as_bytes())
            .unwrap()
            .to_string();
        assert!(fits(&apart, &earlier));
        assert!(!fits(typed, &earlier));
    }

    #[test]
    fn the_dummy_hash_costs_as_much_as_a_real_one() {
        let passwords = Passwords::new();
        let params: Vec<&str> = passwords.dummy_hash.split('$').take(4).collect();
        let real = Argon2::default()
            .hash_password(b"some password")
            .unwrap()
            .to_string();
        assert_eq!(params, real.split('$').take(4).collect::<Vec<_>>());
        // It must parse, or verifying would end at once.
        assert_eq!(
            Argon2::default()
                .verify_password(b"x", &*passwords.dummy_hash)
                .unwrap_err(),
            argon2::password_hash::Error::PasswordInvalid
        );
    }
}
