//! Who holds a role for an agency: the same grants as a principal's, read from the agency's side.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{principal::Role, store::DEPTH_MAX};
use crate::{
    db::{
        Conn,
        schema::{agency_parents, role_grants, users},
    },
    error::AppResult,
    ids::{AgencyCode, UserId},
};

/// Agencies of one query: a round may have thousands, and SQLite binds at most 32,766 values.
const BATCH: usize = 1000;

/// The people with an active account who hold a role for any of the agencies, by a grant for an agency above as well.
pub fn holders(
    conn: &mut Conn,
    role: Role,
    agencies: &BTreeSet<AgencyCode>,
    today: NaiveDate,
) -> AppResult<BTreeSet<UserId>> {
    let mut found = direct(conn, role, agencies, false)?;
    let above = above(conn, agencies, today)?;
    found.extend(direct(conn, role, &above, true)?);
    Ok(found)
}

fn direct(
    conn: &mut Conn,
    role: Role,
    agencies: &BTreeSet<AgencyCode>,
    only_with_those_below: bool,
) -> AppResult<BTreeSet<UserId>> {
    let mut found = BTreeSet::new();
    let agencies: Vec<&AgencyCode> = agencies.iter().collect();
    for batch in agencies.chunks(BATCH) {
        let rows: Vec<(UserId, bool)> = role_grants::table
            .inner_join(users::table.on(users::id.eq(role_grants::user_id)))
            .filter(users::active.eq(true))
            .filter(role_grants::role.eq(role))
            .filter(role_grants::agency_code.eq_any(batch))
            .select((role_grants::user_id, role_grants::include_below))
            .load(conn)?;
        let holds = |(user, with_those_below): (UserId, bool)| {
            (with_those_below || !only_with_those_below).then_some(user)
        };
        found.extend(rows.into_iter().filter_map(holds));
    }
    Ok(found)
}

/// The agencies that lie above, without the agencies themselves.
fn above(
    conn: &mut Conn,
    agencies: &BTreeSet<AgencyCode>,
    today: NaiveDate,
) -> AppResult<BTreeSet<AgencyCode>> {
    let mut found = BTreeSet::new();
    let mut frontier: Vec<AgencyCode> = agencies.iter().cloned().collect();
    for _ in 0..DEPTH_MAX {
        let mut next = Vec::new();
        for batch in frontier.chunks(BATCH) {
            let parents: Vec<AgencyCode> = agency_parents::table
                .filter(agency_parents::agency_code.eq_any(batch))
                .filter(
                    agency_parents::valid_from
                        .is_null()
                        .or(agency_parents::valid_from.le(today)),
                )
                .filter(
                    agency_parents::valid_to
                        .is_null()
                        .or(agency_parents::valid_to.ge(today)),
                )
                .select(agency_parents::parent_code)
                .distinct()
                .load(conn)?;
            next.extend(parents.into_iter().filter(|code| found.insert(code.clone())));
        }
        if next.is_empty() {
            break;
        }
        frontier = next;
    }
    Ok(found)
}
