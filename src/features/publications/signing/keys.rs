//! The private key that signs publications.

use std::sync::Arc;

use ed25519_dalek::{SigningKey, pkcs8::DecodePrivateKey};

use super::{
    jwk::PublicKey,
    jws,
    model::{KeyRow, SignatureRow},
};
use crate::{
    access::{KeyUse, TokenKeys, read_key_files},
    clock::Moment,
    config::KeyDirs,
    error::AppResult,
    ids::PublicationId,
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
    /// Reads the newest key of `PARINDEX_PUBLICATION_KEY_DIR`; makes the first one where that is allowed.
    pub fn load(dirs: &KeyDirs, now: Moment) -> Result<Self, String> {
        let dir = dirs.publications()?;
        let pems = read_key_files(dir, KeyUse::Publications, dirs.may_generate, now)?;
        let newest = pems
            .last()
            .ok_or_else(|| format!("{} holds no key to sign publications with", dir.display()))?;
        let private = SigningKey::from_pkcs8_pem(newest).map_err(|error| {
            format!(
                "the newest key of {} is no Ed25519 key in PKCS#8 PEM: {error}",
                dir.display()
            )
        })?;
        let public = PublicKey::of(private.verifying_key())?;
        Ok(Self(Arc::new(Key { private, public })))
    }

    /// Refuses a key that signs access tokens, too: whoever can log in would hold texts that it signed.
    pub fn require_own_key(&self, tokens: &TokenKeys) -> Result<(), String> {
        if tokens.has(self.0.public.x()) {
            return Err(
                "the key in PARINDEX_PUBLICATION_KEY_DIR signs access tokens, too; \
                 `parindex keys create --for publications --rotate` makes one of its own"
                    .to_owned(),
            );
        }
        Ok(())
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
