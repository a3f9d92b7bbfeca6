//! Reading who a session belongs to and what the person may do.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{
    principal::{Grant, Principal, Role},
    second_factor::SecondFactorRoles,
};
use crate::{
    clock::Moment,
    db::{
        Conn,
        schema::{agency_parents, role_grants, second_factors, sessions, users},
    },
    error::AppResult,
    ids::{AgencyCode, SessionId, UserId},
};

/// How deep the tree of agencies is followed; deeper is a mistake in the data.
pub(super) const DEPTH_MAX: usize = 10;

/// The person behind a session that is still good.
pub(super) fn load_principal(
    conn: &mut Conn,
    session: &SessionId,
    asked_of: &SecondFactorRoles,
    now: Moment,
    today: NaiveDate,
) -> AppResult<Option<Principal>> {
    let row: Option<(UserId, String, String, bool)> = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::id.eq(session))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(users::active.eq(true))
        .select((
            users::id,
            users::username,
            users::display_name,
            users::must_change_password,
        ))
        .first(conn)
        .optional()?;
    let Some((user_id, username, display_name, must_change_password)) = row else {
        return Ok(None);
    };
    let grants = load_grants(conn, &user_id, today)?;
    let has_second_factor = has_second_factor(conn, &user_id)?;
    Ok(Some(Principal {
        user_id,
        session_id: session.clone(),
        username,
        display_name,
        must_change_password,
        has_second_factor,
        owes_second_factor: !has_second_factor && asked_of.ask_any(grants.iter().map(|grant| grant.role)),
        grants,
    }))
}

/// Whether a user's roles ask for a second factor that there is not yet.
pub(super) fn owes_second_factor(
    conn: &mut Conn,
    user: &UserId,
    asked_of: &SecondFactorRoles,
) -> AppResult<bool> {
    let roles: Vec<Role> = role_grants::table
        .filter(role_grants::user_id.eq(user))
        .select(role_grants::role)
        .load(conn)?;
    Ok(asked_of.ask_any(roles) && !has_second_factor(conn, user)?)
}

fn has_second_factor(conn: &mut Conn, user: &UserId) -> AppResult<bool> {
    let found: i64 = second_factors::table
        .find(user)
        .filter(second_factors::confirmed_at.is_not_null())
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

fn load_grants(conn: &mut Conn, user: &UserId, today: NaiveDate) -> AppResult<Vec<Grant>> {
    let rows: Vec<(Role, Option<AgencyCode>, bool)> = role_grants::table
        .filter(role_grants::user_id.eq(user))
        .order(role_grants::position)
        .select((
            role_grants::role,
            role_grants::agency_code,
            role_grants::include_below,
        ))
        .load(conn)?;
    let mut grants = Vec::with_capacity(rows.len());
    for (role, agency, include_below) in rows {
        let mut agencies: BTreeSet<AgencyCode> = agency.into_iter().collect();
        if include_below {
            add_agencies_below(conn, &mut agencies, today)?;
        }
        grants.push(Grant { role, agencies });
    }
    Ok(grants)
}

fn add_agencies_below(
    conn: &mut Conn,
    agencies: &mut BTreeSet<AgencyCode>,
    today: NaiveDate,
) -> AppResult<()> {
    let mut frontier: Vec<AgencyCode> = agencies.iter().cloned().collect();
    for _ in 0..DEPTH_MAX {
        if frontier.is_empty() {
            break;
        }
        let below: Vec<AgencyCode> = agency_parents::table
            .filter(agency_parents::parent_code.eq_any(&frontier))
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
            .select(agency_parents::agency_code)
            .load(conn)?;
        frontier = below
            .into_iter()
            .filter(|code| agencies.insert(code.clone()))
            .collect();
    }
    Ok(())
}
