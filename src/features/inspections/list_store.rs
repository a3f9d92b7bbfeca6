//! Lists of inspections in the database, filtered by what the caller may know of.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{
    body_model::{InspectionQuery, PlanQuery, RatesQuery},
    model::{InspectionRow, InspectionState, PlanRow, PlanState},
};
use crate::{
    db::{
        Conn, MultiBackend,
        schema::{agencies, inspection_bodies, inspection_plans, inspections},
    },
    error::AppResult,
    ids::{AgencyCode, LevelCode},
};

/// Of which inspections a caller may know.
#[derive(Clone, Debug)]
pub enum Visible {
    /// All.
    All,
    /// Those that the own bodies make or take part in, and those of the own agencies from when they know of them.
    Of {
        /// The bodies that the caller works for.
        bodies: Vec<AgencyCode>,
        /// The agencies that may be inspected.
        targets: Vec<AgencyCode>,
    },
}

/// Plans, newest first: those that are approved, and the drafts of the caller's bodies.
pub fn plans(
    conn: &mut Conn,
    asked: &PlanQuery,
    visible: &Visible,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<PlanRow>> {
    let mut query = inspection_plans::table
        .select(PlanRow::as_select())
        .order(inspection_plans::id.desc())
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Visible::Of { bodies, .. } = visible {
        query = query.filter(
            inspection_plans::state
                .eq(PlanState::Approved)
                .or(inspection_plans::owner_code.eq_any(bodies.clone())),
        );
    }
    if let Some(year) = asked.year {
        query = query.filter(inspection_plans::year.eq(year));
    }
    if let Some(owner) = &asked.owner {
        query = query.filter(inspection_plans::owner_code.eq(owner.clone()));
    }
    if let Some(after) = after {
        query = query.filter(inspection_plans::id.lt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// Inspections, newest first. What an agency does not know of yet is not there for it, whatever is asked for.
pub fn page(
    conn: &mut Conn,
    asked: &InspectionQuery,
    visible: &Visible,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<InspectionRow>> {
    let mut query = inspections::table
        .select(InspectionRow::as_select())
        .order(inspections::id.desc())
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Visible::Of { bodies, targets } = visible {
        let joined = inspection_bodies::table
            .filter(inspection_bodies::body_code.eq_any(bodies.clone()))
            .select(inspection_bodies::inspection_id);
        query = query.filter(
            inspections::owner_code
                .eq_any(bodies.clone())
                .or(inspections::id.eq_any(joined))
                .or(inspections::shown_since
                    .is_not_null()
                    .and(inspections::target_code.eq_any(targets.clone()))),
        );
    }
    if let Some(plan) = &asked.plan {
        query = query.filter(inspections::plan_id.eq(plan.clone()));
    }
    if let Some(owner) = &asked.owner {
        query = query.filter(inspections::owner_code.eq(owner.clone()));
    }
    if let Some(target) = &asked.target {
        query = query.filter(inspections::target_code.eq(target.clone()));
    }
    if let Some(state) = asked.state {
        query = query.filter(inspections::state.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(inspections::id.lt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// The inspections that rates are worked out of: all of an agency's but those that were given up.
pub fn rated(conn: &mut Conn, asked: &RatesQuery) -> AppResult<Vec<InspectionRow>> {
    let mut query = inspections::table
        .filter(inspections::owner_code.eq(asked.owner.clone()))
        .filter(inspections::state.ne(InspectionState::Cancelled))
        .select(InspectionRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(plan) = &asked.plan {
        query = query.filter(inspections::plan_id.eq(plan.clone()));
    }
    let first_of = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX);
    if let Some(year) = asked.year {
        query = query
            .filter(inspections::from_on.ge(first_of(year)))
            .filter(inspections::from_on.lt(first_of(year.saturating_add(1))));
    }
    Ok(query.load(conn)?)
}

/// The inspections of some agencies that begin in some years, both included.
pub fn of_years(
    conn: &mut Conn,
    owners: &[AgencyCode],
    (from, to): (i32, i32),
) -> AppResult<Vec<InspectionRow>> {
    let first_of = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX);
    Ok(inspections::table
        .filter(inspections::owner_code.eq_any(owners))
        .filter(inspections::from_on.ge(first_of(from)))
        .filter(inspections::from_on.lt(first_of(to.saturating_add(1))))
        .order(inspections::id)
        .select(InspectionRow::as_select())
        .load(conn)?)
}

/// The agencies of a level on a day.
pub fn of_level(conn: &mut Conn, level: &LevelCode, on: NaiveDate) -> AppResult<Vec<AgencyCode>> {
    Ok(agencies::table
        .filter(agencies::level_code.eq(level))
        .filter(agencies::valid_from.is_null().or(agencies::valid_from.le(on)))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.ge(on)))
        .select(agencies::code)
        .load(conn)?)
}

/// The inspections of an agency that have begun and were not given up.
pub fn begun_of_target(conn: &mut Conn, target: &AgencyCode) -> AppResult<Vec<InspectionRow>> {
    Ok(inspections::table
        .filter(inspections::target_code.eq(target))
        .filter(inspections::state.eq_any([InspectionState::UnderWay, InspectionState::Concluded]))
        .select(InspectionRow::as_select())
        .order(inspections::id)
        .load(conn)?)
}
