//! Which agency stands above which, on a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{span::on_day, store};
use crate::{db::Conn, error::AppResult, ids::AgencyCode};

/// The agency above each of these on a day; those without one are left out.
pub fn parents(
    conn: &mut Conn,
    codes: &[AgencyCode],
    on: NaiveDate,
) -> AppResult<BTreeMap<AgencyCode, AgencyCode>> {
    let dated = store::parents_of(conn, codes)?;
    let standing = dated.into_iter().filter_map(|(code, rows)| {
        let parent = on_day(&rows, on)?.parent.clone();
        Some((code, parent))
    });
    Ok(standing.collect())
}
