//! What signs heads and receipts.

use std::sync::Arc;

use ed25519_dalek::{Signer as _, SigningKey};
use signed_note::Note;

use super::{
    checkpoint::{Checkpoint, note_key_id},
    receipt::{KIND, Receipt},
};
use crate::signing::{self, PublicKey};

/// The log's name: that of the first key which ever signed in it, whatever keys come later.
pub fn origin_of(first_kid: &str) -> String {
    format!("parindex/audit/{first_kid}")
}

struct Inner {
    private: SigningKey,
    public: PublicKey,
    origin: String,
}

/// The log's newest key, under the log's name.
#[derive(Clone)]
pub struct LogSigner(Arc<Inner>);

impl std::fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LogSigner({} of {})", self.0.public.kid(), self.0.origin)
    }
}

impl LogSigner {
    /// A key that signs in the log of this name.
    pub fn new(private: SigningKey, origin: String) -> Result<Self, String> {
        let public = PublicKey::of(private.verifying_key())?;
        Ok(Self(Arc::new(Inner {
            private,
            public,
            origin,
        })))
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// A head as a signed note.
    pub fn sign_head(&self, head: &Checkpoint) -> Result<String, String> {
        let mut note = Note::new(&head.text()?, &[]).map_err(|error| error.to_string())?;
        note.add_sigs(&[self]).map_err(|error| error.to_string())?;
        String::from_utf8(note.to_bytes()).map_err(|error| error.to_string())
    }

    /// A receipt as a compact JWS.
    pub fn sign_receipt(&self, receipt: &Receipt<'_>) -> Result<String, String> {
        signing::sign(&self.0.private, &self.0.public, KIND, receipt)
    }
}

impl signed_note::Signer for LogSigner {
    fn name(&self) -> &str {
        &self.0.origin
    }

    fn key_id(&self) -> u32 {
        note_key_id(&self.0.origin, &self.0.public)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        Ok(self.0.private.try_sign(message)?.to_vec())
    }
}
