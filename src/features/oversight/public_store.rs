//! What everybody may read of programmes: counts and published answers, no words of reports, no names of persons, nothing
//! of inspections but how many are concluded.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::{
    clock::Moment,
    db::{
        Conn,
        schema::{inspections, programmes, recommendations},
    },
    error::{AppError, AppResult},
    features::{
        agencies::{self, AgencyCard},
        inspections::InspectionState,
        programmes::{
            AsOf, Content, ProgrammeRow, ProgrammeStatus, Summary, contents, count_alike, find_programme,
            signatories, summarise,
        },
        recommendations::RecommendationState,
    },
    ids::{AgencyCode, ProgrammeCode},
};

/// Programmes on the list, and answers on the page of one.
const LISTED_MAX: i64 = 200;

/// A published answer to a recommendation.
#[derive(Clone, Debug)]
pub struct PublicAnswer {
    /// The agency that asked.
    pub asker: AgencyCode,
    /// What it is about.
    pub subject: String,
    /// The answer.
    pub answer: String,
    /// Since when everybody reads it.
    pub published_at: Moment,
}

/// What everybody may read of a programme.
#[derive(Clone, Debug)]
pub struct PublicProgramme {
    /// The programme.
    pub row: ProgrammeRow,
    /// The agencies that sign it.
    pub signatories: Vec<AgencyCode>,
    /// Its contents.
    pub contents: Vec<Content>,
    /// The counts of its lines.
    pub summary: Summary,
    /// Published answers of its signatories, of its years, the newest first.
    pub answers: Vec<PublicAnswer>,
    /// Inspections by its signatories in its years that are concluded.
    pub inspections: i64,
    /// The agencies that it names.
    pub names: BTreeMap<AgencyCode, AgencyCard>,
}

fn is_public(status: ProgrammeStatus) -> bool {
    matches!(status, ProgrammeStatus::InForce | ProgrammeStatus::Closed)
}

/// The programmes that are in force or closed, the latest period first.
pub fn public_programmes(conn: &mut Conn) -> AppResult<Vec<ProgrammeRow>> {
    Ok(programmes::table
        .filter(programmes::status.eq_any([ProgrammeStatus::InForce, ProgrammeStatus::Closed]))
        .order((programmes::to_year.desc(), programmes::code))
        .limit(LISTED_MAX)
        .select(ProgrammeRow::as_select())
        .load(conn)?)
}

/// What everybody may read of one; 404 while it is a draft.
pub fn public_programme(conn: &mut Conn, code: &ProgrammeCode, now: Moment) -> AppResult<PublicProgramme> {
    let row = find_programme(conn, code)?;
    if !is_public(row.status) {
        return Err(AppError::not_found());
    }
    let signatories = signatories(conn, code)?;
    let as_of = AsOf::new(now, row.nearly_due_days);
    let summary = summarise(code.clone(), now, &count_alike(conn, code, as_of)?);
    let answers = answers(conn, &row, &signatories)?;
    let mut named = signatories.clone();
    named.push(row.owner_code.clone());
    named.extend(summary.by_lead.iter().map(|unit| unit.lead.clone()));
    named.extend(answers.iter().map(|answer| answer.asker.clone()));
    Ok(PublicProgramme {
        names: agencies::cards(conn, &named, row.time_zone.day_of(now))?,
        contents: contents(conn, code)?,
        inspections: concluded(conn, &row, &signatories)?,
        answers,
        summary,
        signatories,
        row,
    })
}

fn answers(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    signatories: &[AgencyCode],
) -> AppResult<Vec<PublicAnswer>> {
    let rows: Vec<(AgencyCode, String, Option<String>, Option<Moment>)> = recommendations::table
        .filter(recommendations::state.eq(RecommendationState::Published))
        .filter(recommendations::lead_code.eq_any(signatories))
        .filter(recommendations::register_year.ge(programme.from_year))
        .filter(recommendations::register_year.le(programme.to_year))
        .order((recommendations::published_at.desc(), recommendations::id.desc()))
        .limit(LISTED_MAX)
        .select((
            recommendations::asker_code,
            recommendations::subject,
            recommendations::public_answer,
            recommendations::published_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(asker, subject, answer, published_at)| {
            Some(PublicAnswer {
                asker,
                subject,
                answer: answer?,
                published_at: published_at?,
            })
        })
        .collect())
}

fn concluded(conn: &mut Conn, programme: &ProgrammeRow, signatories: &[AgencyCode]) -> AppResult<i64> {
    let first_of = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX);
    Ok(inspections::table
        .filter(inspections::state.eq(InspectionState::Concluded))
        .filter(inspections::owner_code.eq_any(signatories))
        .filter(inspections::from_on.ge(first_of(programme.from_year)))
        .filter(inspections::from_on.lt(first_of(programme.to_year.saturating_add(1))))
        .count()
        .get_result(conn)?)
}
