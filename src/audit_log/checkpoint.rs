//! Signed tree heads: checkpoints (C2SP tlog-checkpoint) in signed notes (C2SP signed-note, Ed25519).

use chrono::{DateTime, Utc};
use signed_note::{Note, Verifier, VerifierList};
use tlog_tiles::{checkpoint, tlog::Hash};

use crate::{clock::Moment, signing::PublicKey};

/// What stands before the time in the checkpoint's one further line.
const SEALED: &str = "sealed ";
/// The first byte of an Ed25519 key in a note's key id.
const ED25519: u8 = 1;

/// A head of the log: so many leaves with this root were sealed then.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was sealed.
    pub sealed_at: Moment,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> Result<Vec<u8>, String> {
        let further = format!("{SEALED}{}\n", self.sealed_at);
        checkpoint::Checkpoint::new(&self.origin, self.size, self.root, &further)
            .map(|checkpoint| checkpoint.to_bytes())
            .map_err(|error| error.to_string())
    }

    /// Reads a signed note, and which of the keys signed it. What no key of these signed is refused.
    pub fn read(note: &str, keys: &TrustedKeys) -> Result<(Self, String), String> {
        let note = Note::from_bytes(note.as_bytes())
            .map_err(|_| "is no signed checkpoint (C2SP signed-note)".to_owned())?;
        let found = checkpoint::Checkpoint::from_bytes(note.text())
            .map_err(|_| "is a signed note, but no checkpoint (C2SP tlog-checkpoint)".to_owned())?;
        let origin = found.origin().to_owned();
        let kid = keys.signer_of(&note, &origin)?;
        let sealed_at = found
            .extension()
            .strip_prefix(SEALED)
            .and_then(|rest| rest.strip_suffix('\n'))
            .and_then(|time| DateTime::parse_from_rfc3339(time).ok())
            .map(|time| Moment::new(time.with_timezone(&Utc)))
            .ok_or("does not tell when it was sealed")?;
        let read = Self {
            origin,
            size: found.size(),
            root: *found.hash(),
            sealed_at,
        };
        Ok((read, kid))
    }
}

/// The public keys that heads and receipts are held against.
#[derive(Clone, Debug, Default)]
pub struct TrustedKeys(Vec<PublicKey>);

impl TrustedKeys {
    /// Each key once.
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        let mut once: Vec<PublicKey> = Vec::new();
        for key in keys {
            if !once.contains(&key) {
                once.push(key);
            }
        }
        Self(once)
    }

    /// The keys.
    pub fn iter(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter()
    }

    /// The key of this name.
    pub fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.kid() == kid)
    }

    fn signer_of(&self, note: &Note, origin: &str) -> Result<String, String> {
        let by = |key: &PublicKey| {
            let verifier = Named {
                name: origin.to_owned(),
                key: key.clone(),
            };
            let list = VerifierList::new(vec![Box::new(verifier)]);
            note.verify(&list).is_ok().then(|| key.kid().to_owned())
        };
        self.0
            .iter()
            .find_map(by)
            .ok_or_else(|| "is not signed by any of the known keys, or was changed".to_owned())
    }
}

/// A key under the name of its log, as notes know it.
struct Named {
    name: String,
    key: PublicKey,
}

impl Verifier for Named {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        note_key_id(&self.name, &self.key)
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        <&[u8; 64]>::try_from(signature).is_ok_and(|signature| self.key.verifies(message, signature))
    }
}

/// The number that a note's signature names its key by.
pub(super) fn note_key_id(name: &str, key: &PublicKey) -> u32 {
    let mut bytes = vec![ED25519];
    bytes.extend_from_slice(key.verifying_key().as_bytes());
    signed_note::key_id(name, &bytes)
}
