//! Lists of recommendations in the database, filtered by what the caller may read, and the reminders of them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{RecommendationRow, RecommendationState, ReminderRow, Standing};
use crate::{
    db::{
        Conn, MultiBackend, Tx,
        schema::{recommendation_bodies, recommendation_reminders, recommendations},
    },
    each,
    error::AppResult,
    ids::{AgencyCode, RecommendationTypeCode, RecordId},
};

/// Which recommendations a list may hold.
#[derive(Clone, Debug)]
pub enum Visible {
    /// All that were sent.
    All,
    /// The own ones, and those that were brought to the own bodies.
    Of {
        /// The agencies that the caller asks for.
        askers: Vec<AgencyCode>,
        /// The bodies that the caller answers for.
        bodies: Vec<AgencyCode>,
    },
}

/// Which of them are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// In any of these states.
    pub states: Option<Vec<RecommendationState>>,
    /// That this body ever had to do with.
    pub body: Option<AgencyCode>,
    /// Of this agency.
    pub asker: Option<AgencyCode>,
    /// Of this type.
    pub kind: Option<RecommendationTypeCode>,
    /// Of the registers of this year.
    pub year: Option<i32>,
}

// The type of a query that is put together has no name worth writing.
macro_rules! filtered {
    ($query:expr, $wanted:expr, $visible:expr) => {{
        let mut query = $query;
        query = match $visible {
            Visible::All => query.filter(recommendations::register_number.is_not_null()),
            Visible::Of { askers, bodies } => {
                let brought = recommendation_bodies::table
                    .filter(recommendation_bodies::body_code.eq_any(bodies.clone()))
                    .select(recommendation_bodies::recommendation_id);
                query.filter(
                    recommendations::asker_code
                        .eq_any(askers.clone())
                        .or(recommendations::register_number
                            .is_not_null()
                            .and(recommendations::id.eq_any(brought))),
                )
            }
        };
        let wanted: &Wanted = $wanted;
        if let Some(states) = &wanted.states {
            query = query.filter(recommendations::state.eq_any(states.clone()));
        }
        if let Some(body) = &wanted.body {
            let brought = recommendation_bodies::table
                .filter(recommendation_bodies::body_code.eq(body.clone()))
                .select(recommendation_bodies::recommendation_id);
            query = query.filter(recommendations::id.eq_any(brought));
        }
        if let Some(asker) = &wanted.asker {
            query = query.filter(recommendations::asker_code.eq(asker.clone()));
        }
        if let Some(kind) = &wanted.kind {
            query = query.filter(recommendations::type_code.eq(kind.clone()));
        }
        if let Some(year) = wanted.year {
            query = query.filter(recommendations::register_year.eq(year));
        }
        query
    }};
}

/// Recommendations, newest first, after one and up to a number.
pub fn page(
    conn: &mut Conn,
    wanted: &Wanted,
    visible: &Visible,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<RecommendationRow>> {
    let query = recommendations::table
        .select(RecommendationRow::as_select())
        .order(recommendations::id.desc())
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    let mut query = filtered!(query, wanted, visible);
    if let Some(after) = after {
        query = query.filter(recommendations::id.lt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// How they stand, for counting.
pub fn standings(conn: &mut Conn, wanted: &Wanted, visible: &Visible) -> AppResult<Vec<Standing>> {
    let query = recommendations::table
        .select(Standing::as_select())
        .into_boxed::<MultiBackend>();
    Ok(filtered!(query, wanted, visible).load(conn)?)
}

/// How those stand that came into the registers of some years, both included.
pub fn standings_of_years(conn: &mut Conn, (from, to): (i32, i32)) -> AppResult<Vec<Standing>> {
    Ok(recommendations::table
        .filter(recommendations::register_year.ge(from))
        .filter(recommendations::register_year.le(to))
        .select(Standing::as_select())
        .load(conn)?)
}

/// Those whose clock runs.
pub fn running(conn: &mut Conn) -> AppResult<Vec<Standing>> {
    Ok(recommendations::table
        .filter(
            recommendations::state.eq_any([RecommendationState::Classified, RecommendationState::Assigned]),
        )
        .select(Standing::as_select())
        .load(conn)?)
}

/// The reminders of deadlines from a day on that were dealt with.
pub fn reminded(conn: &mut Conn, from: NaiveDate) -> AppResult<BTreeSet<(RecordId, NaiveDate, bool)>> {
    Ok(recommendation_reminders::table
        .filter(recommendation_reminders::due_on.ge(from))
        .select((
            recommendation_reminders::recommendation_id,
            recommendation_reminders::due_on,
            recommendation_reminders::overdue,
        ))
        .load::<(RecordId, NaiveDate, bool)>(conn)?
        .into_iter()
        .collect())
}

/// Keeps that a reminder was dealt with; one that was already refuses it.
pub fn insert_reminders(tx: &mut Tx<'_>, rows: &[ReminderRow]) -> AppResult<()> {
    for batch in rows.chunks(1000) {
        each!(
            tx.conn(),
            diesel::insert_into(recommendation_reminders::table).values(batch)
        )?;
    }
    Ok(())
}
