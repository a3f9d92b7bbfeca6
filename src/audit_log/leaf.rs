//! What is hashed of an entry.

use chrono::NaiveDateTime;
use serde::Serialize;
use tlog_tiles::tlog::{self, Hash};

/// An entry with all its columns as they are stored, so that none can change unnoticed: `detail` is the stored text and
/// not what it means, and what is null stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leaf<'a> {
    /// `id`.
    pub id: &'a str,
    /// `recorded_at`, by [`time_text`].
    pub recorded_at: &'a str,
    /// `actor_kind`.
    pub actor_kind: &'a str,
    /// `actor_id`.
    pub actor_id: Option<&'a str>,
    /// `action`.
    pub action: &'a str,
    /// `object_kind`.
    pub object_kind: &'a str,
    /// `object_id`.
    pub object_id: &'a str,
    /// `outcome`.
    pub outcome: &'a str,
    /// `before_digest`.
    pub before_digest: Option<&'a str>,
    /// `after_digest`.
    pub after_digest: Option<&'a str>,
    /// `detail`.
    pub detail: &'a str,
    /// `request_id`.
    pub request_id: &'a str,
}

impl Leaf<'_> {
    /// The leaf's bytes: canonical JSON (RFC 8785).
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        serde_json_canonicalizer::to_vec(self).map_err(|error| error.to_string())
    }

    /// The leaf's hash: SHA-256 of a zero byte and the leaf (RFC 6962 §2.1).
    pub fn hash(&self) -> Result<Hash, String> {
        Ok(tlog::record_hash(&self.bytes()?))
    }
}

/// A time as it stands in a leaf. The service writes whole seconds; whoever put a part of a second into the column would
/// not go unnoticed.
pub fn time_text(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string()
}
