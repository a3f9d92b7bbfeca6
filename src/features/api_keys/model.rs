//! What API keys look like in the API and in the table.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Scope,
    clock::Moment,
    db::schema::api_keys,
    error::{AppError, AppResult},
    ids::ApiKeyId,
    words,
};

/// A key to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Bảng theo dõi CCHC tỉnh Quảng Ninh", "scopes": ["publications:read"], "expires_at": "2027-03-02T02:00:00Z"}))]
pub struct NewApiKey {
    /// Who uses it, and for what.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it opens.
    #[schema(min_items = 1, max_items = 20)]
    pub scopes: Vec<Scope>,
    /// Until when it is good: two years from now at most.
    pub expires_at: Moment,
    /// How many requests a minute it has; left out: what is configured for keys.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 60_000)]
    pub requests_per_minute: Option<u32>,
    /// From where it may be used: networks such as `10.1.0.0/16`, or addresses; left out or empty: from everywhere. Behind a proxy
    /// the address is the one that trusted proxies tell.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub networks: Vec<String>,
}

words! {
    /// Whether a key may be used.
    ApiKeyState {
        /// It may.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
        /// An administrator took it back.
        Revoked = "revoked",
    }
}

/// A key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "name": "Bảng theo dõi CCHC tỉnh Quảng Ninh", "hint": "parindex_5f0a", "scopes": ["publications:read"], "requests_per_minute": 6000, "networks": ["203.0.113.0/24"], "state": "active", "created_at": "2026-03-02T02:00:00Z", "created_by": "Quản trị", "expires_at": "2027-03-02T02:00:00Z", "revoked_at": null, "revoked_by": null, "last_used_on": "2026-03-02"}))]
pub struct ApiKeyView {
    /// The id.
    pub id: ApiKeyId,
    /// Who uses it, and for what.
    pub name: String,
    /// How its secret begins.
    pub hint: String,
    /// What it opens.
    pub scopes: Vec<Scope>,
    /// How many requests a minute it has.
    pub requests_per_minute: i64,
    /// From where it may be used; empty: from everywhere.
    pub networks: Vec<String>,
    /// Whether it may be used.
    pub state: ApiKeyState,
    /// When it was made.
    pub created_at: Moment,
    /// Who made it.
    pub created_by: String,
    /// Until when it is good.
    pub expires_at: Moment,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
    /// The last day it was used on, in UTC; written down within a minute or so.
    pub last_used_on: Option<NaiveDate>,
}

/// A key with its secret: shown this once, never stored in clear.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyWithSecret {
    /// The key.
    pub key: ApiKeyView,
    /// To be sent as `Authorization: Bearer …`. `parindex_`, 64 random hexadecimal digits, and 8 that begin the SHA-256 of
    /// all before them.
    #[schema(
        pattern = "^parindex_[0-9a-f]{72}$",
        example = "parindex_9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0853b2c1d4"
    )]
    pub secret: String,
}

/// A row of `api_keys`. It holds the digest of the secret and never becomes JSON.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false)]
pub struct ApiKeyRow {
    /// The id.
    pub id: ApiKeyId,
    /// Who uses it, and for what.
    pub name: String,
    /// How its secret begins.
    pub hint: String,
    /// SHA-256 of the secret.
    pub secret_digest: String,
    /// What it opens, as a list in JSON.
    pub scopes: String,
    /// How many requests a minute it has.
    pub requests_per_minute: i64,
    /// When it was made.
    pub created_at: Moment,
    /// Who made it.
    pub created_by: String,
    /// Until when it is good.
    pub expires_at: Moment,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
    /// The last day it was used on.
    pub last_used_on: Option<NaiveDate>,
    /// From where it may be used, as a list in JSON; none: from everywhere.
    pub networks: Option<String>,
}

impl ApiKeyRow {
    /// The key without what is kept of its secret; people stand by their ids.
    pub fn shown(self, now: Moment) -> AppResult<ApiKeyView> {
        let state = if self.revoked_at.is_some() {
            ApiKeyState::Revoked
        } else if self.expires_at <= now {
            ApiKeyState::Expired
        } else {
            ApiKeyState::Active
        };
        Ok(ApiKeyView {
            id: self.id,
            name: self.name,
            hint: self.hint,
            scopes: serde_json::from_str(&self.scopes).map_err(AppError::internal)?,
            requests_per_minute: self.requests_per_minute,
            networks: self
                .networks
                .map_or_else(|| Ok(Vec::new()), |text| serde_json::from_str(&text))
                .map_err(AppError::internal)?,
            state,
            created_at: self.created_at,
            created_by: self.created_by,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            revoked_by: self.revoked_by,
            last_used_on: self.last_used_on,
        })
    }
}
