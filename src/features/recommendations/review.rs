//! What reviews read of recommendations: how each stands that a body was asked to settle.

use chrono::NaiveDate;

use super::{
    deadline, list_store,
    model::{RecommendationState, RecommendationTimeliness},
};
use crate::{db::Conn, error::AppResult, features::holidays::load_calendar, ids::AgencyCode};

/// How a recommendation stands.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The body that leads the answer, else the one that deals with it.
    pub body: AgencyCode,
    /// Whether it is answered.
    pub answered: bool,
    /// How it stands to its deadline, if it has one.
    pub timeliness: Option<RecommendationTimeliness>,
}

/// Those of the registers of some years that some bodies lead or deal with.
pub fn settled(
    conn: &mut Conn,
    bodies: &[AgencyCode],
    years: (i32, i32),
    today: NaiveDate,
) -> AppResult<Vec<Settled>> {
    let calendar = load_calendar(conn)?;
    let standings = list_store::standings_of_years(conn, years)?;
    let settled = standings.into_iter().map(|standing| Settled {
        answered: matches!(
            standing.state,
            RecommendationState::Answered | RecommendationState::Published
        ),
        timeliness: deadline::timeliness(&standing, &calendar, today),
        body: standing.lead_code.unwrap_or(standing.receiver_code),
    });
    Ok(settled.filter(|one| bodies.contains(&one.body)).collect())
}
