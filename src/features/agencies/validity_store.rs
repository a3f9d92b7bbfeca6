//! On which days agencies exist.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::store::rows;
use crate::{db::Conn, error::AppResult, ids::AgencyCode};

/// The days on which an agency exists, both included; an open end is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first.
    pub from: Option<NaiveDate>,
    /// The last.
    pub to: Option<NaiveDate>,
}

/// The days of agencies, as far as they exist.
pub fn validity(conn: &mut Conn, codes: &[AgencyCode]) -> AppResult<BTreeMap<AgencyCode, Validity>> {
    Ok(rows(conn, codes)?
        .into_iter()
        .map(|row| {
            let days = Validity {
                from: row.valid_from,
                to: row.valid_to,
            };
            (row.code, days)
        })
        .collect())
}
