//! What an agency's calendar is made of, in the database.

use diesel::prelude::*;

use crate::{
    db::{
        Conn,
        schema::{
            inspection_remedies, inspections, plan_line_milestones, plan_line_units, plan_lines,
            programme_tasks, programmes, recommendation_bodies, recommendations, rounds, submissions,
        },
    },
    error::AppResult,
    features::{
        inspections::{InspectionRow, InspectionState, RemedyRow, RemedyState},
        programmes::{LineState, MilestoneRow, PlanLineRow, ProgrammeStatus},
        recommendations::{RecommendationPart, RecommendationRow, RecommendationState},
        rounds::{Phase, RoundRow},
        submissions::SubmissionRow,
    },
    ids::{AgencyCode, RecordId},
};

/// Rows of one kind in a calendar; what is due first is kept.
const ROWS_MAX: i64 = 2000;
const IN_QUERY_MAX: usize = 500;

/// An unfinished line of a programme in force, with the titles of its task and its programme.
pub type LineOfUnit = (PlanLineRow, String, String);

/// What an agency's calendar is made of.
#[derive(Debug, Default)]
pub struct Found {
    /// Lines that it leads or co-ordinates.
    pub lines: Vec<LineOfUnit>,
    /// Milestones of those lines that were not reached.
    pub milestones: Vec<MilestoneRow>,
    /// Recommendations whose clock runs and that it has to answer.
    pub recommendations: Vec<RecommendationRow>,
    /// Remedies that it owes.
    pub remedies: Vec<(RemedyRow, InspectionRow)>,
    /// Inspections that it was told of.
    pub inspections: Vec<InspectionRow>,
    /// Its submissions in running rounds.
    pub submissions: Vec<(RoundRow, SubmissionRow)>,
}

/// Reads everything.
pub fn load(conn: &mut Conn, agency: &AgencyCode) -> AppResult<Found> {
    let lines = lines(conn, agency)?;
    let ids: Vec<RecordId> = lines.iter().map(|(line, ..)| line.id.clone()).collect();
    Ok(Found {
        milestones: milestones(conn, &ids)?,
        lines,
        recommendations: to_be_answered(conn, agency)?,
        remedies: remedies(conn, agency)?,
        inspections: shown_inspections(conn, agency)?,
        submissions: submissions_of(conn, agency)?,
    })
}

fn lines(conn: &mut Conn, agency: &AgencyCode) -> AppResult<Vec<LineOfUnit>> {
    let co_ordinated = plan_line_units::table
        .filter(plan_line_units::agency_code.eq(agency))
        .select(plan_line_units::line_id);
    let of_task = programme_tasks::programme_code
        .eq(plan_lines::programme_code)
        .and(programme_tasks::code.eq(plan_lines::task_code));
    Ok(plan_lines::table
        .inner_join(programmes::table.on(programmes::code.eq(plan_lines::programme_code)))
        .inner_join(programme_tasks::table.on(of_task))
        .filter(programmes::status.eq(ProgrammeStatus::InForce))
        .filter(plan_lines::state.ne(LineState::Done))
        .filter(
            plan_lines::lead_code
                .eq(agency)
                .or(plan_lines::id.eq_any(co_ordinated)),
        )
        .order((plan_lines::due_at.is_null(), plan_lines::due_at, plan_lines::id))
        .limit(ROWS_MAX)
        .select((
            PlanLineRow::as_select(),
            programme_tasks::title,
            programmes::title,
        ))
        .load(conn)?)
}

fn milestones(conn: &mut Conn, lines: &[RecordId]) -> AppResult<Vec<MilestoneRow>> {
    let mut found = Vec::new();
    for ids in lines.chunks(IN_QUERY_MAX) {
        let rows: Vec<MilestoneRow> = plan_line_milestones::table
            .filter(plan_line_milestones::line_id.eq_any(ids))
            .filter(plan_line_milestones::reached_on.is_null())
            .select(MilestoneRow::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

fn to_be_answered(conn: &mut Conn, agency: &AgencyCode) -> AppResult<Vec<RecommendationRow>> {
    let answers = recommendation_bodies::table
        .filter(recommendation_bodies::body_code.eq(agency))
        .filter(recommendation_bodies::part.eq_any([RecommendationPart::Lead, RecommendationPart::Joint]))
        .select(recommendation_bodies::recommendation_id);
    Ok(recommendations::table
        .filter(
            recommendations::state.eq_any([RecommendationState::Classified, RecommendationState::Assigned]),
        )
        .filter(
            recommendations::lead_code
                .is_null()
                .and(recommendations::receiver_code.eq(agency))
                .or(recommendations::id.eq_any(answers)),
        )
        .order(recommendations::id)
        .limit(ROWS_MAX)
        .select(RecommendationRow::as_select())
        .load(conn)?)
}

/// Remedies are there for the agency from the conclusion on.
fn remedies(conn: &mut Conn, agency: &AgencyCode) -> AppResult<Vec<(RemedyRow, InspectionRow)>> {
    Ok(inspection_remedies::table
        .inner_join(inspections::table.on(inspections::id.eq(inspection_remedies::inspection_id)))
        .filter(inspections::target_code.eq(agency))
        .filter(inspections::state.eq(InspectionState::Concluded))
        .filter(inspection_remedies::state.eq(RemedyState::Open))
        .order((inspection_remedies::due_on, inspection_remedies::id))
        .limit(ROWS_MAX)
        .select((RemedyRow::as_select(), InspectionRow::as_select()))
        .load(conn)?)
}

/// What the agency does not know of yet is not there for it: an unannounced one before it is under way.
fn shown_inspections(conn: &mut Conn, agency: &AgencyCode) -> AppResult<Vec<InspectionRow>> {
    Ok(inspections::table
        .filter(inspections::target_code.eq(agency))
        .filter(inspections::shown_since.is_not_null())
        .order(inspections::id.desc())
        .limit(ROWS_MAX)
        .select(InspectionRow::as_select())
        .load(conn)?)
}

fn submissions_of(conn: &mut Conn, agency: &AgencyCode) -> AppResult<Vec<(RoundRow, SubmissionRow)>> {
    Ok(rounds::table
        .inner_join(submissions::table.on(submissions::round_code.eq(rounds::code)))
        .filter(submissions::agency_code.eq(agency))
        .filter(rounds::phase.ne_all([Phase::Preparation, Phase::Published]))
        .order(rounds::code)
        .limit(ROWS_MAX)
        .select((RoundRow::as_select(), SubmissionRow::as_select()))
        .load(conn)?)
}
