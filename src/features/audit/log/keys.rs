//! The key that seals the log, and sealing with it.

use std::sync::Arc;

use ed25519_dalek::SigningKey;

use super::store;
use crate::{
    access::{KeyUse, TokenKeys, newest_key, signing_keys},
    audit_log::{LogSigner, TrustedKeys, origin_of},
    clock::Moment,
    config::KeyDirs,
    db::{Actor, Answer, Change, Database, Entry, Lock, Outcome, Tx, audit_keys},
    error::{AppError, AppResult},
    ids::sha256_hex,
    signing::PublicKey,
};

/// The newest key of `PARINDEX_AUDIT_KEY_DIR`.
#[derive(Clone)]
pub struct AuditKey {
    private: Arc<SigningKey>,
    public: PublicKey,
}

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AuditKey({})", self.public.kid())
    }
}

impl AuditKey {
    /// Reads it, the last one by name; makes the first one where that is allowed.
    pub fn load(dirs: &KeyDirs, now: Moment) -> Result<Self, String> {
        let private = newest_key(dirs.audit()?, KeyUse::Audit, dirs.may_generate, now)?;
        Ok(Self {
            public: PublicKey::of(private.verifying_key())?,
            private: Arc::new(private),
        })
    }

    /// Refuses a key that signs something else, too: what it signs there could be taken for a head or a receipt.
    pub fn require_own_key(&self, tokens: &TokenKeys, publications: &PublicKey) -> Result<(), String> {
        let other = if tokens.has(self.public.x()) {
            "access tokens"
        } else if *publications == self.public {
            "publications"
        } else {
            return Ok(());
        };
        Err(format!(
            "the newest key in PARINDEX_AUDIT_KEY_DIR signs {other}, too: take it out of there; \
             `parindex keys create --for audit` makes one of its own"
        ))
    }
}

/// The public halves of all keys of the folder: what a log on this machine is held against.
pub fn folder_keys(dirs: &KeyDirs, now: Moment) -> Result<TrustedKeys, String> {
    let keys = signing_keys(dirs.audit()?, KeyUse::Audit, false, now)?;
    let public = keys
        .iter()
        .map(|key| PublicKey::of(key.verifying_key()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(TrustedKeys::new(public))
}

/// The database with its log. A key that comes new into the log is a change, with an entry that is sealed like all others.
pub async fn open_log(db: Database, key: AuditKey) -> AppResult<Database> {
    let change = Change {
        actor: Actor::System,
        action: "register_audit_key",
        request_id: "start".to_owned(),
        idempotency: None,
        locks: vec![Lock::whole("audit", "keys")],
    };
    let public = key.public.clone();
    db.write(change, move |tx| register(tx, &public)).await?;
    let keys = db.read(audit_keys).await?;
    let first = keys
        .first()
        .ok_or_else(|| AppError::internal("the audit log has no key"))?;
    let signer = LogSigner::new((*key.private).clone(), origin_of(&first.kid)).map_err(AppError::internal)?;
    Ok(db.with_log(signer))
}

fn register(tx: &mut Tx<'_>, key: &PublicKey) -> AppResult<Outcome> {
    if !store::insert_key(tx, key)? {
        return Ok(Outcome::Unchanged(Answer::empty()));
    }
    let entry = Entry {
        object_kind: "audit_key",
        object_id: key.kid().to_owned(),
        before_digest: None,
        after_digest: Some(sha256_hex(key.jwk().as_bytes())),
        detail: serde_json::json!({"x": key.x()}),
    };
    Ok(Outcome::Done(Answer::empty(), entry))
}

/// Seals all that waits, batch after batch, and tells how many entries that were.
pub async fn seal_waiting(db: &Database) -> AppResult<u64> {
    let mut all = 0;
    loop {
        match db.seal().await? {
            0 => return Ok(all),
            sealed => all += sealed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::create_key_file, config::Config};

    fn dirs(dir: &std::path::Path) -> KeyDirs {
        let data_dir = ("PARINDEX_DATA_DIR".to_owned(), dir.display().to_string());
        Config::from_values([data_dir]).unwrap().keys
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_unix_seconds(seconds).unwrap()
    }

    #[test]
    fn the_newest_key_seals_and_all_of_the_folder_vouch() {
        let dir = tempfile::tempdir().unwrap();
        let first = AuditKey::load(&dirs(dir.path()), at(100)).unwrap();
        create_key_file(&dir.path().join("audit-keys"), KeyUse::Audit, at(200)).unwrap();
        let second = AuditKey::load(&dirs(dir.path()), at(300)).unwrap();
        assert_ne!(first.public, second.public);
        let trusted = folder_keys(&dirs(dir.path()), at(300)).unwrap();
        for key in [&first, &second] {
            assert!(trusted.get(key.public.kid()).is_some());
        }
        assert!(!format!("{second:?}").contains("private"));

        let empty = tempfile::tempdir().unwrap();
        let mut forbidden = dirs(empty.path());
        forbidden.may_generate = false;
        let said = AuditKey::load(&forbidden, at(0)).unwrap_err();
        assert!(
            said.contains("the audit log") && said.contains("parindex keys create"),
            "{said}"
        );
    }

    #[test]
    fn a_key_that_signs_something_else_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let key = AuditKey::load(&dirs(dir.path()), at(100)).unwrap();
        let other = AuditKey::load(&dirs(tempfile::tempdir().unwrap().path()), at(100)).unwrap();
        let tokens = TokenKeys::load(&dir.path().join("keys"), true, at(100)).unwrap();
        assert!(key.require_own_key(&tokens, &other.public).is_ok());
        let said = key.require_own_key(&tokens, &key.public).unwrap_err();
        assert!(said.contains("signs publications"), "{said}");
        let shared = TokenKeys::load(&dir.path().join("audit-keys"), false, at(100)).unwrap();
        let said = key.require_own_key(&shared, &other.public).unwrap_err();
        assert!(said.contains("signs access tokens"), "{said}");
    }
}
