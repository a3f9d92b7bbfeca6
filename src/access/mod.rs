//! Who calls and what they may do: principals, tokens, passwords, and the one permission function.

mod collecting;
mod holder_store;
mod key_files;
mod key_store;
mod keys;
mod oversight;
mod password;
mod permission;
mod principal;
mod second_factor;
mod secret_keys;
mod store;
#[cfg(test)]
mod tests;
mod tokens;

use std::{
    collections::BTreeMap,
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use chrono::NaiveDate;
use lru::LruCache;

pub use collecting::{PublicPostFacts, SurveyRoundFacts};
pub use holder_store::holders;
pub use key_files::{
    KeyUse, create_key_file, key_files, newest_key, read_key_files, signing_keys, write_private,
};
pub use keys::{ApiKey, KeySecret, Scope, holds_api_key};
pub use oversight::{InspectionFacts, RecommendationFacts};
pub use password::{PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, Passwords, random_secret};
pub use permission::{
    Action, LineFacts, Object, SubmissionFacts, check, check_key, key_opens_no_account, may,
};
pub use principal::{Grant, Principal, Role};
pub use second_factor::{RecoveryCode, SecondFactorRoles, TotpSecret};
pub use secret_keys::{Resealing, SecretKeys, SecretOf, Unreadable};
pub use tokens::{ACCESS_TOKEN_SECONDS, Claims, TokenKeys};

use crate::{
    clock::Moment,
    db::{Answer, Change, Conn, Database, Outcome, Tx},
    error::{AppError, AppResult, ErrorCode},
    ids::{ApiKeyId, SessionId, UserId},
};

/// How long roles read from the database are believed. A change made by this instance counts at once; one made by
/// another instance counts after this time.
const PRINCIPAL_SECONDS_MAX: i64 = 5;
const PRINCIPALS_KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4095);

/// Principals by session, with the time they were read.
type Remembered = LruCache<SessionId, (Moment, Arc<Principal>)>;

/// Everything that answers «who is this?».
#[derive(Clone)]
pub struct Access {
    db: Database,
    keys: Arc<TokenKeys>,
    passwords: Passwords,
    principals: Arc<Mutex<Remembered>>,
    api_keys: keys::Keys,
    second_factor_roles: SecondFactorRoles,
    secrets: SecretKeys,
}

impl Access {
    /// The access rules over a database.
    pub fn new(
        db: Database,
        keys: TokenKeys,
        secrets: SecretKeys,
        second_factor_roles: SecondFactorRoles,
    ) -> Self {
        Self {
            api_keys: keys::Keys::new(db.clone()),
            db,
            keys: Arc::new(keys),
            passwords: Passwords::new(),
            principals: Arc::new(Mutex::new(LruCache::new(PRINCIPALS_KEPT_MAX))),
            second_factor_roles,
            secrets,
        }
    }

    /// The keys that sign access tokens.
    pub fn keys(&self) -> &TokenKeys {
        &self.keys
    }

    /// The keys of secrets that are read again.
    pub fn secrets(&self) -> &SecretKeys {
        &self.secrets
    }

    /// The hashing of passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// The caller behind an access token. 401 if the token, its session or its user is no longer good.
    pub async fn principal_of_token(&self, token: &str) -> AppResult<Arc<Principal>> {
        let now = self.db.clock().now();
        let claims = self.keys.verify(token, now)?;
        if let Some(principal) = self.remembered(&claims.sid, now) {
            return Ok(principal);
        }
        let today = now.date();
        let (session, roles) = (claims.sid.clone(), self.second_factor_roles.clone());
        let found = self
            .db
            .read(move |conn| store::load_principal(conn, &session, &roles, now, today))
            .await?;
        let principal = Arc::new(found.ok_or_else(|| AppError::new(ErrorCode::InvalidToken))?);
        if let Ok(mut principals) = self.principals.lock() {
            principals.put(claims.sid, (now, principal.clone()));
        }
        Ok(principal)
    }

    /// Whether a user's roles ask for a second factor that there is not yet.
    pub fn owes_second_factor(&self, conn: &mut Conn, user: &UserId) -> AppResult<bool> {
        store::owes_second_factor(conn, user, &self.second_factor_roles)
    }

    /// The session of a token whose signature holds; for counting requests, not for deciding anything.
    pub fn session_of_token(&self, token: &str) -> Option<SessionId> {
        self.keys
            .verify(token, self.db.clock().now())
            .ok()
            .map(|claims| claims.sid)
    }

    /// The API key of a secret that comes from an address. 401, with the reason, if it is no longer good, never was, or is not
    /// good there.
    pub async fn key_of_secret(&self, secret: &str, from: IpAddr) -> AppResult<Arc<ApiKey>> {
        self.api_keys.of_secret(secret, from).await
    }

    /// Reads the API keys anew, after one was made or revoked.
    pub fn forget_keys(&self) {
        self.api_keys.forget();
    }

    /// The API keys that were used since this was asked last, each with the day.
    pub fn take_used_keys(&self) -> BTreeMap<ApiKeyId, NaiveDate> {
        self.api_keys.take_used()
    }

    fn remembered(&self, session: &SessionId, now: Moment) -> Option<Arc<Principal>> {
        let mut principals = self.principals.lock().ok()?;
        let (read_at, principal) = principals.get(session)?;
        (now.unix_seconds() - read_at.unix_seconds() < PRINCIPAL_SECONDS_MAX).then(|| principal.clone())
    }

    /// A change of users, grants, sessions or the tree of agencies: what is remembered of them is forgotten with it.
    pub async fn change(
        &self,
        change: Change,
        work: impl FnOnce(&mut Tx<'_>) -> AppResult<Outcome> + Send + 'static,
    ) -> AppResult<Answer> {
        let answer = self.db.write(change, work).await?;
        self.forget_principals();
        Ok(answer)
    }

    /// Forgets who may do what, after a change of users, grants, sessions or the tree of agencies.
    pub fn forget_principals(&self) {
        if let Ok(mut principals) = self.principals.lock() {
            principals.clear();
        }
    }
}
