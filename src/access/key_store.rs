//! Reading the API keys that may be sent.

use std::num::NonZeroU32;

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use ipnet::IpNet;

use super::keys::{ApiKey, Scope};
use crate::{
    clock::Moment,
    db::{Conn, schema::api_keys},
    error::{AppError, AppResult},
    ids::ApiKeyId,
};

/// Keys in memory: the ones that are good come first, and there are never as many of them.
const LOADED_MAX: i64 = 5000;
/// How long a key that expired is told from one that never was, in days.
const REMEMBERED_DAYS: i64 = 30;

type Row = (
    String,
    ApiKeyId,
    String,
    i64,
    Moment,
    Option<Moment>,
    Option<NaiveDate>,
    Option<String>,
);

/// The keys, each with the digest of its secret.
pub(super) fn load_keys(conn: &mut Conn, now: Moment) -> AppResult<Vec<(String, ApiKey)>> {
    let oldest = now.plus(-TimeDelta::days(REMEMBERED_DAYS));
    let rows: Vec<Row> = api_keys::table
        .filter(api_keys::expires_at.gt(oldest))
        .order((api_keys::revoked_at.is_not_null(), api_keys::expires_at.desc()))
        .limit(LOADED_MAX)
        .select((
            api_keys::secret_digest,
            api_keys::id,
            api_keys::scopes,
            api_keys::requests_per_minute,
            api_keys::expires_at,
            api_keys::revoked_at,
            api_keys::last_used_on,
            api_keys::networks,
        ))
        .load(conn)?;
    rows.into_iter().map(key).collect()
}

fn key(row: Row) -> AppResult<(String, ApiKey)> {
    let (digest, id, scopes, per_minute, expires_at, revoked_at, last_used_on, networks) = row;
    let scopes: Vec<Scope> = serde_json::from_str(&scopes).map_err(AppError::internal)?;
    // A list that can't be read must not open the key to everybody.
    let networks = networks.map_or_else(
        || Ok(Vec::new()),
        |text| serde_json::from_str::<Vec<String>>(&text).map_err(AppError::internal),
    )?;
    let networks: Result<Vec<IpNet>, _> = networks.iter().map(|text| text.parse()).collect();
    let per_minute = u32::try_from(per_minute).ok().and_then(NonZeroU32::new);
    Ok((
        digest,
        ApiKey {
            id,
            scopes,
            per_minute: per_minute.unwrap_or(NonZeroU32::MIN),
            expires_at,
            revoked_at,
            last_used_on,
            networks: networks.map_err(AppError::internal)?,
        },
    ))
}
