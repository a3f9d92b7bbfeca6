//! What the log looks like in the API.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    audit_log::{LogSigner, hex, tlog},
    clock::Moment,
    db::{AuditKeyRow, HeadRow},
    error::{AppError, AppResult},
    signing::{Jwk, PublicKey},
};

/// Where the public keys are.
pub const KEYS_ADDRESS: &str = "/.well-known/audit-keys.json";

/// The log as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"origin": "parindex/audit/kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "tree_size": 5, "root_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "sealed_at": "2026-11-24T03:00:00Z", "unsealed": 0, "checkpoint": "parindex/audit/kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k\n5\n1PTuobZRHaecDfYI2fxUbwWnuSEQGM2UVMJt84gzIO8=\nsealed 2026-11-24T03:00:00Z\n\n— parindex/audit/kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k Rb3…=\n", "keys": "/.well-known/audit-keys.json"}))]
pub struct AuditLog {
    /// The log's name, the first line of every checkpoint.
    pub origin: String,
    /// Sealed entries.
    pub tree_size: i64,
    /// The root over them (RFC 6962 §2.1): of an empty log the SHA-256 of nothing.
    pub root_hash: String,
    /// When the last ones were sealed.
    pub sealed_at: Option<Moment>,
    /// Entries that wait to be sealed: a second or so.
    pub unsealed: i64,
    /// The newest head as a signed note; null while nothing is sealed.
    pub checkpoint: Option<String>,
    /// Where the public keys are.
    pub keys: &'static str,
}

impl AuditLog {
    /// The log with this head.
    pub fn of(signer: &LogSigner, head: Option<HeadRow>, unsealed: i64) -> Self {
        let (tree_size, root_hash, sealed_at, checkpoint) = match head {
            Some(head) => (
                head.tree_size,
                head.root_hash,
                Some(head.sealed_at),
                Some(head.note),
            ),
            None => (0, hex(tlog::EMPTY_HASH), None, None),
        };
        Self {
            origin: signer.origin().to_owned(),
            tree_size,
            root_hash,
            sealed_at,
            unsealed,
            checkpoint,
            keys: KEYS_ADDRESS,
        }
    }
}

/// Which leaf is to be proved, and in which log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InclusionQuery {
    /// The leaf's hash, as a receipt and an audit entry tell it.
    #[param(
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub leaf_hash: String,
    /// The size of a signed head; the newest one without it.
    #[param(minimum = 1, example = 5)]
    pub tree_size: Option<u64>,
}

/// Two sizes of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    /// Leaves of the earlier log, 1 at least.
    #[param(minimum = 1, example = 3)]
    pub first: u64,
    /// Leaves of the later log, up to `tree_size`.
    #[param(minimum = 1, example = 5)]
    pub second: u64,
}

/// Which leaves to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeavesQuery {
    /// The first one's place, from 0; 0 by default.
    #[param(minimum = 0, example = 0)]
    pub from: Option<u64>,
    /// Leaves on a page: 1 to 1000, 1000 by default.
    #[param(minimum = 1, maximum = 1000, example = 1000)]
    pub limit: Option<u64>,
}

/// Leaf hashes in the order of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"from": 0, "data": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"], "next": null}))]
pub struct AuditLeaves {
    /// The first one's place.
    pub from: u64,
    /// The hashes.
    pub data: Vec<String>,
    /// Where the next page begins; null on the last.
    pub next: Option<u64>,
}

/// All keys that have ever signed heads and receipts (RFC 7517), the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditKeys {
    /// The keys.
    pub keys: Vec<PublicAuditKey>,
}

/// A public key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "alg": "EdDSA", "use": "sig", "first_seen_at": "2026-11-24T02:00:00Z", "verifier": "parindex/audit/kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k+5b1d0a3c+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"}))]
pub struct PublicAuditKey {
    /// The key itself.
    #[serde(flatten)]
    pub jwk: Jwk,
    /// `EdDSA`.
    pub alg: &'static str,
    /// `sig`.
    pub r#use: &'static str,
    /// When it came into the log.
    pub first_seen_at: Moment,
    /// The same key as tools for signed notes take it (C2SP signed-note, verifier key).
    pub verifier: String,
}

impl AuditKeys {
    /// The rows as a key set.
    pub fn of(origin: &str, rows: Vec<AuditKeyRow>) -> AppResult<Self> {
        let key = |row: AuditKeyRow| {
            let jwk: Jwk = serde_json::from_str(&row.public_jwk).map_err(AppError::internal)?;
            let public = PublicKey::parse(&jwk).map_err(AppError::internal)?;
            Ok(PublicAuditKey {
                jwk: public.as_jwk(),
                alg: "EdDSA",
                r#use: "sig",
                first_seen_at: row.first_seen_at,
                verifier: signed_note::new_ed25519_verifier_key(origin, public.verifying_key()),
            })
        };
        Ok(Self {
            keys: rows.into_iter().map(key).collect::<AppResult<_>>()?,
        })
    }
}
