//! Proofs as the API sends them and strangers check them.

use serde::{Deserialize, Serialize};
use tlog_tiles::tlog;
use utoipa::ToSchema;

use super::{checkpoint::Checkpoint, tree::parse_hex};

/// That a leaf is in the log (RFC 6962 §2.1.1, RFC 9162 §2.1.3).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"leaf_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "leaf_index": 4, "tree_size": 5, "path": ["60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"], "checkpoint": "parindex/audit/kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k\n5\n1PTuobZRHaecDfYI2fxUbwWnuSEQGM2UVMJt84gzIO8=\nsealed 2026-11-24T03:00:00Z\n\n— parindex/audit/kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k Rb3…=\n"}))]
pub struct InclusionProof {
    /// The leaf.
    pub leaf_hash: String,
    /// Its place in the log, from 0.
    pub leaf_index: u64,
    /// Leaves of the log that the proof leads to.
    pub tree_size: u64,
    /// The hashes beside the way from the leaf to the root, the lowest first.
    pub path: Vec<String>,
    /// The signed head of that size: a signed note.
    pub checkpoint: String,
}

impl InclusionProof {
    /// Whether the path leads from the leaf to the head's root.
    pub fn leads_to(&self, head: &Checkpoint) -> Result<(), String> {
        let leaf = parse_hex(&self.leaf_hash).ok_or("the leaf hash is not 64 hexadecimal digits")?;
        let path = self
            .path
            .iter()
            .map(|hash| parse_hex(hash))
            .collect::<Option<Vec<_>>>()
            .ok_or("a hash of the path is not 64 hexadecimal digits")?;
        if self.tree_size != head.size {
            return Err(format!(
                "the proof is for {} leaves, its checkpoint for {}",
                self.tree_size, head.size
            ));
        }
        tlog::check_record(&path, head.size, head.root, self.leaf_index, leaf)
            .map_err(|_| "the path does not lead to the checkpoint's root".to_owned())
    }
}

/// That a log of an earlier size is the beginning of a later one (RFC 6962 §2.1.2, RFC 9162 §2.1.4).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"first": 3, "second": 5, "path": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]}))]
pub struct ConsistencyProof {
    /// Leaves of the earlier log.
    pub first: u64,
    /// Leaves of the later log.
    pub second: u64,
    /// The proof's hashes, in the order of RFC 6962.
    pub path: Vec<String>,
}
