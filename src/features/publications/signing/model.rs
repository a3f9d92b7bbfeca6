//! What signatures of publications look like in the API and in the tables.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    db::schema::{publication_keys, publication_signatures},
    error::{AppError, AppResult},
    ids::PublicationId,
    signing::Jwk,
};

/// Where the public keys are.
pub const KEYS_ADDRESS: &str = "/.well-known/publication-keys.json";

/// A row of `publication_keys`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = publication_keys, treat_none_as_default_value = false)]
pub struct KeyRow {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// The text that the thumbprint is the digest of.
    pub public_jwk: String,
    /// When it signed first.
    pub first_seen_at: Moment,
}

/// A row of `publication_signatures`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = publication_signatures, treat_none_as_default_value = false)]
pub struct SignatureRow {
    /// The publication.
    pub publication_id: PublicationId,
    /// The key.
    pub kid: String,
    /// The signature in compact form.
    pub jws: String,
    /// When it was signed.
    pub signed_at: Moment,
}

/// The signature of a publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "signed_at": "2024-04-17T02:00:00Z", "jws": "eyJhbGciOiJFZERTQSIsImtpZCI6IuKApiIsInR5cCI6InBhcmluZGV4LXB1YmxpY2F0aW9uK2p3cyJ9.eyJmb3JtYXQiOiLigKYifQ.c2lnbmF0dXJl", "keys": "/.well-known/publication-keys.json"}))]
pub struct PublicationSignature {
    /// The publication: the SHA-256 of its document.
    pub publication: PublicationId,
    /// The key that signed: its RFC 7638 thumbprint.
    pub kid: String,
    /// When it was signed.
    pub signed_at: Moment,
    /// The signature: a compact JWS (RFC 7515, EdDSA) over a statement that names the publication.
    pub jws: String,
    /// Where the public keys are.
    pub keys: &'static str,
}

impl From<SignatureRow> for PublicationSignature {
    fn from(row: SignatureRow) -> Self {
        Self {
            publication: row.publication_id,
            kid: row.kid,
            signed_at: row.signed_at,
            jws: row.jws,
            keys: KEYS_ADDRESS,
        }
    }
}

/// All keys that have ever signed a publication (RFC 7517), the oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicationKeys {
    /// The keys.
    pub keys: Vec<PublicationKey>,
}

/// A public key.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "alg": "EdDSA", "use": "sig", "first_seen_at": "2024-04-17T02:00:00Z"}))]
pub struct PublicationKey {
    /// The key itself.
    #[serde(flatten)]
    pub jwk: Jwk,
    /// `EdDSA`.
    pub alg: &'static str,
    /// `sig`.
    pub r#use: &'static str,
    /// When it signed first.
    pub first_seen_at: Moment,
}

impl PublicationKeys {
    /// The rows as a key set.
    pub fn of(rows: Vec<KeyRow>) -> AppResult<Self> {
        let key = |row: KeyRow| {
            let mut jwk: Jwk = serde_json::from_str(&row.public_jwk).map_err(AppError::internal)?;
            jwk.kid = Some(row.kid);
            Ok(PublicationKey {
                jwk,
                alg: "EdDSA",
                r#use: "sig",
                first_seen_at: row.first_seen_at,
            })
        };
        Ok(Self {
            keys: rows.into_iter().map(key).collect::<AppResult<_>>()?,
        })
    }
}
