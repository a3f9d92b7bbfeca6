//! Counts of what agencies have to do, in the database; of those alone that the caller may know of.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::{
    dsl::{count_star, exists, not},
    prelude::*,
};

use super::workload::{ByAgency, LineCounts, Visible};
use crate::{
    db::{
        Conn,
        schema::{
            inspection_remedies, inspections, line_moves, plan_line_units, plan_lines, programmes,
            recommendation_bodies, recommendations,
        },
    },
    error::AppResult,
    features::{
        inspections::{InspectionState, RemedyState},
        programmes::{AsOf, LineState, ProgrammeRow, ProgrammeStatus},
        progress::MoveKind,
        recommendations::{RecommendationPart, RecommendationState, Standing},
    },
    ids::{AgencyCode, ProgrammeCode, RecordId},
};

/// Programmes that are looked at together.
const PROGRAMMES_MAX: i64 = 500;

// The type of a grouped query has no name worth writing.
macro_rules! counted {
    ($conn:expr, $visible:expr, $agency:expr, $query:expr) => {{
        let query = $query.group_by($agency).select(($agency, count_star()));
        let found: ByAgency = match $visible {
            Visible::All => query.load($conn)?,
            Visible::Of(own) => query.filter($agency.eq_any(own)).load($conn)?,
        };
        found
    }};
}

/// The programmes in force, or the one that is asked for.
pub fn programmes(conn: &mut Conn) -> AppResult<Vec<ProgrammeRow>> {
    Ok(programmes::table
        .filter(programmes::status.eq(ProgrammeStatus::InForce))
        .order(programmes::code)
        .limit(PROGRAMMES_MAX)
        .select(ProgrammeRow::as_select())
        .load(conn)?)
}

/// The unfinished lines of a programme by the unit that leads.
pub fn led(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    visible: &Visible,
    as_of: AsOf,
) -> AppResult<LineCounts> {
    let AsOf { now, near } = as_of;
    macro_rules! of {
        ($due:expr) => {
            counted!(
                conn,
                visible,
                plan_lines::lead_code,
                plan_lines::table
                    .filter(plan_lines::programme_code.eq(programme))
                    .filter(plan_lines::state.ne(LineState::Done))
                    .filter($due)
            )
        };
    }
    let due = plan_lines::due_at;
    Ok(LineCounts {
        unfinished: of!(plan_lines::id.is_not_null()),
        overdue: of!(due.le(now)),
        nearly_due: of!(due.gt(now).and(due.le(near))),
    })
}

/// The unfinished lines of a programme by the units that co-ordinate.
pub fn co_ordinated(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    visible: &Visible,
    as_of: AsOf,
) -> AppResult<LineCounts> {
    let AsOf { now, near } = as_of;
    macro_rules! of {
        ($due:expr) => {
            counted!(
                conn,
                visible,
                plan_line_units::agency_code,
                plan_line_units::table
                    .inner_join(plan_lines::table.on(plan_lines::id.eq(plan_line_units::line_id)))
                    .filter(plan_lines::programme_code.eq(programme))
                    .filter(plan_lines::state.ne(LineState::Done))
                    .filter($due)
            )
        };
    }
    let due = plan_lines::due_at;
    Ok(LineCounts {
        unfinished: of!(plan_lines::id.is_not_null()),
        overdue: of!(due.le(now)),
        nearly_due: of!(due.gt(now).and(due.le(near))),
    })
}

/// The reports of completion of a programme that wait for an agency: for each co-ordinating unit that has not confirmed
/// the one that stands; for the owner where nobody co-ordinates.
pub fn to_confirm(conn: &mut Conn, programme: &ProgrammeRow, visible: &Visible) -> AppResult<ByAgency> {
    let confirmed = line_moves::table
        .filter(line_moves::line_id.eq(plan_lines::id))
        .filter(line_moves::kind.eq(MoveKind::Confirm))
        .filter(line_moves::completion.eq(plan_lines::completions))
        .filter(line_moves::agency_code.eq(plan_line_units::agency_code));
    let mut found = counted!(
        conn,
        visible,
        plan_line_units::agency_code,
        plan_line_units::table
            .inner_join(plan_lines::table.on(plan_lines::id.eq(plan_line_units::line_id)))
            .filter(plan_lines::programme_code.eq(&programme.code))
            .filter(plan_lines::state.eq(LineState::AwaitingConfirmation))
            .filter(not(exists(confirmed)))
    );
    let units = plan_line_units::table.filter(plan_line_units::line_id.eq(plan_lines::id));
    let alone: i64 = plan_lines::table
        .filter(plan_lines::programme_code.eq(&programme.code))
        .filter(plan_lines::state.eq(LineState::AwaitingConfirmation))
        .filter(not(exists(units)))
        .count()
        .get_result(conn)?;
    let owner = &programme.owner_code;
    let sees_owner = match visible {
        Visible::All => true,
        Visible::Of(own) => own.contains(owner),
    };
    if alone > 0 && sees_owner {
        found.push((owner.clone(), alone));
    }
    Ok(found)
}

/// The open remedies of agencies, and those of them that are overdue on a day. Before the conclusion they are not there.
pub fn remedies(conn: &mut Conn, visible: &Visible, today: NaiveDate) -> AppResult<(ByAgency, ByAgency)> {
    macro_rules! of {
        ($due:expr) => {
            counted!(
                conn,
                visible,
                inspections::target_code,
                inspection_remedies::table
                    .inner_join(inspections::table.on(inspections::id.eq(inspection_remedies::inspection_id)))
                    .filter(inspections::state.eq(InspectionState::Concluded))
                    .filter(inspection_remedies::state.eq(RemedyState::Open))
                    .filter($due)
            )
        };
    }
    Ok((
        of!(inspection_remedies::id.is_not_null()),
        of!(inspection_remedies::due_on.lt(today)),
    ))
}

/// The recommendations that some body has to deal with, each with the bodies that answer jointly.
pub fn recommendations(conn: &mut Conn, visible: &Visible) -> AppResult<Vec<(Standing, Vec<AgencyCode>)>> {
    use RecommendationState::{Assigned, Classified, Received, Transferred};
    let open = recommendations::state.eq_any([Received, Classified, Assigned, Transferred]);
    let answers = || recommendation_bodies::part.eq(RecommendationPart::Joint);
    let query = recommendations::table
        .filter(open)
        .order(recommendations::id)
        .select(Standing::as_select());
    let standings: Vec<Standing> = match visible {
        Visible::All => query.load(conn)?,
        Visible::Of(own) => {
            let joint = recommendation_bodies::table
                .filter(recommendation_bodies::body_code.eq_any(own))
                .filter(answers())
                .select(recommendation_bodies::recommendation_id);
            let theirs = recommendations::receiver_code
                .eq_any(own)
                .or(recommendations::lead_code.eq_any(own))
                .or(recommendations::id.eq_any(joint));
            query.filter(theirs).load(conn)?
        }
    };
    let rows: Vec<(RecordId, AgencyCode)> = recommendation_bodies::table
        .inner_join(
            recommendations::table.on(recommendations::id.eq(recommendation_bodies::recommendation_id)),
        )
        .filter(recommendations::state.eq_any([Received, Classified, Assigned, Transferred]))
        .filter(answers())
        .select((
            recommendation_bodies::recommendation_id,
            recommendation_bodies::body_code,
        ))
        .load(conn)?;
    let mut bodies: BTreeMap<RecordId, Vec<AgencyCode>> = BTreeMap::new();
    for (id, body) in rows {
        bodies.entry(id).or_default().push(body);
    }
    Ok(standings
        .into_iter()
        .map(|standing| {
            let joint = bodies.remove(&standing.id).unwrap_or_default();
            (standing, joint)
        })
        .collect())
}
