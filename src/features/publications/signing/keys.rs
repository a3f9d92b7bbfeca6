//! The private key that signs publications.

use std::sync::Arc;

use ed25519_dalek::SigningKey;

use super::{
    jws,
    model::{KeyRow, SignatureRow},
};
use crate::{
    access::{KeyUse, TokenKeys, newest_key},
    clock::Moment,
    config::KeyDirs,
    error::AppResult,
    ids::PublicationId,
    signing::PublicKey,
};

struct Key {
    private: SigningKey,
    public: PublicKey,
}

/// Signs publications with the newest key of the folder. Older ones are not needed here: what they signed is checked with
/// their public halves, which the database keeps for ever.
#[derive(Clone)]
pub struct Signer(Arc<Key>);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.0.public.kid())
    }
}

impl Signer {
    /// Reads the newest key of `PARINDEX_PUBLICATION_KEY_DIR`, the last one by name; makes the first one where that is allowed.
    pub fn load(dirs: &KeyDirs, now: Moment) -> Result<Self, String> {
        let dir = dirs.publications()?;
        let private = newest_key(dir, KeyUse::Publications, dirs.may_generate, now)?;
        let public = PublicKey::of(private.verifying_key())?;
        Ok(Self(Arc::new(Key { private, public })))
    }

    /// Refuses a key that signs access tokens, too: whoever can log in would hold texts that it signed.
    pub fn require_own_key(&self, tokens: &TokenKeys) -> Result<(), String> {
        if tokens.has(self.0.public.x()) {
            return Err(
                "the newest key in PARINDEX_PUBLICATION_KEY_DIR signs access tokens, too: take it out of there; \
                 `parindex keys create` makes one of its own"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// The public half, as it is kept.
    pub fn key_row(&self, now: Moment) -> KeyRow {
        KeyRow {
            kid: self.0.public.kid().to_owned(),
            public_jwk: self.0.public.jwk().to_owned(),
            first_seen_at: now,
        }
    }

    /// A publication's signature, as it is kept.
    pub fn signature_row(&self, publication: &PublicationId, now: Moment) -> AppResult<SignatureRow> {
        Ok(SignatureRow {
            publication_id: publication.clone(),
            kid: self.0.public.kid().to_owned(),
            jws: jws::sign(&self.0.private, &self.0.public, publication, now)?,
            signed_at: now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::create_key_file;

    fn dirs(dir: &std::path::Path) -> KeyDirs {
        let data_dir = ("PARINDEX_DATA_DIR".to_owned(), dir.display().to_string());
        crate::config::Config::from_values([data_dir]).unwrap().keys
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_unix_seconds(seconds).unwrap()
    }

    #[test]
    fn the_newest_key_signs_and_one_is_made_where_that_is_allowed() {
        let dir = tempfile::tempdir().unwrap();
        let kid = |signer: &Signer| signer.key_row(at(0)).kid;
        let first = Signer::load(&dirs(dir.path()), at(100)).unwrap();
        assert_eq!(
            kid(&first),
            kid(&Signer::load(&dirs(dir.path()), at(200)).unwrap())
        );
        let folder = dir.path().join("publication-keys");
        create_key_file(&folder, KeyUse::Publications, at(300)).unwrap();
        let second = Signer::load(&dirs(dir.path()), at(400)).unwrap();
        assert_ne!(kid(&first), kid(&second));
        assert!(!format!("{second:?}").contains("private"));

        let empty = tempfile::tempdir().unwrap();
        let mut forbidden = dirs(empty.path());
        forbidden.may_generate = false;
        let said = Signer::load(&forbidden, at(0)).unwrap_err();
        assert!(
            said.contains("sign publications") && said.contains("parindex keys create"),
            "{said}"
        );
    }

    #[test]
    fn a_key_of_tokens_and_garbage_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let signer = Signer::load(&dirs(dir.path()), at(100)).unwrap();
        let folder = dir.path().join("publication-keys");
        let shared = TokenKeys::load(&folder, false, at(100)).unwrap();
        assert!(
            signer
                .require_own_key(&shared)
                .unwrap_err()
                .contains("access tokens")
        );
        let other = TokenKeys::load(&dir.path().join("keys"), true, at(100)).unwrap();
        assert!(signer.require_own_key(&other).is_ok());
        std::fs::write(folder.join("z.pem"), "nonsense").unwrap();
        assert!(
            Signer::load(&dirs(dir.path()), at(100))
                .unwrap_err()
                .contains("PKCS#8")
        );
    }
}
