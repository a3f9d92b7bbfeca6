//! How an inspection is shown to a caller: the agency that is inspected reads what was found once it is concluded.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    body_model::FindingIndicator,
    model::{
        FindingIndicatorRow, FindingRow, InspectionMoveRow, InspectionRow, InspectionState, InspectionStep,
        RemedyRow,
    },
    rules, store,
    view_model::{Finding, Inspection, InspectionLine, InspectionMoveView, Remedy},
};
use crate::{
    access::{Action, Object, Principal, may},
    db::Conn,
    error::{AppError, AppResult},
    features::accounts,
    ids::{AgencyCode, RecordId},
};

/// An inspection with everything that a caller may see of it.
pub fn whole(
    conn: &mut Conn,
    principal: &Principal,
    row: InspectionRow,
    bodies: Vec<AgencyCode>,
    today: NaiveDate,
) -> AppResult<Inspection> {
    let inside = may(
        principal,
        Action::SeeInsideInspection,
        Object::Inspection(&row.facts(&bodies)),
    );
    let findings = if inside || row.state == InspectionState::Concluded {
        findings(conn, std::slice::from_ref(&row.id), today)?
    } else {
        Vec::new()
    };
    let mut moves = store::moves(conn, &row.id)?;
    if !inside {
        hide(&mut moves, &row);
    }
    accounts::put_names(conn, moves.iter_mut().map(|made| &mut made.made_by))?;
    Ok(Inspection {
        indicators: serde_json::from_str(&row.indicators).map_err(AppError::internal)?,
        team: serde_json::from_str(&row.team).map_err(AppError::internal)?,
        bodies,
        findings,
        history: moves
            .into_iter()
            .map(event)
            .collect::<AppResult<Vec<InspectionMoveView>>>()?,
        id: row.id,
        plan: row.plan_id,
        owner: row.owner_code,
        target: row.target_code,
        form: row.form,
        from: row.from_on,
        to: row.to_on,
        topic: row.topic,
        state: row.state,
        conclusion: row.conclusion,
        revision: row.revision,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Leaves of the history what the agency may know: nothing from before it knew of the inspection, and what was found
/// only once it is concluded.
fn hide(moves: &mut Vec<InspectionMoveRow>, row: &InspectionRow) {
    let concluded = row.state == InspectionState::Concluded;
    let known = row.shown_since;
    moves.retain(|made| {
        let inner = matches!(made.step, InspectionStep::Find | InspectionStep::Require);
        known.is_some_and(|since| made.made_at >= since)
            && made.step != InspectionStep::Plan
            && (concluded || !inner)
    });
}

fn event(made: InspectionMoveRow) -> AppResult<InspectionMoveView> {
    Ok(InspectionMoveView {
        action: made.step,
        remedy: made.remedy_id,
        text: made.text,
        evidence: serde_json::from_str(&made.evidence).map_err(AppError::internal)?,
        made_at: made.made_at,
        made_by: made.made_by,
    })
}

/// An inspection in a list.
pub fn line(row: InspectionRow) -> InspectionLine {
    InspectionLine {
        id: row.id,
        plan: row.plan_id,
        owner: row.owner_code,
        target: row.target_code,
        form: row.form,
        from: row.from_on,
        to: row.to_on,
        topic: row.topic,
        state: row.state,
        updated_at: row.updated_at,
    }
}

/// What inspections found, with the remedies.
pub fn findings(conn: &mut Conn, inspections: &[RecordId], today: NaiveDate) -> AppResult<Vec<Finding>> {
    let rows = store::findings(conn, inspections)?;
    let ids: Vec<RecordId> = rows.iter().map(|row| row.id.clone()).collect();
    let mut indicators = store::indicators(conn, &ids)?;
    let mut remedies: BTreeMap<RecordId, Vec<RemedyRow>> = BTreeMap::new();
    for row in store::remedies(conn, inspections)? {
        remedies.entry(row.finding_id.clone()).or_default().push(row);
    }
    rows.into_iter()
        .map(|row| {
            let indicators = indicators.remove(&row.id).unwrap_or_default();
            let remedies = remedies.remove(&row.id).unwrap_or_default();
            finding(row, indicators, remedies, today)
        })
        .collect()
}

fn finding(
    row: FindingRow,
    indicators: Vec<FindingIndicatorRow>,
    remedies: Vec<RemedyRow>,
    today: NaiveDate,
) -> AppResult<Finding> {
    Ok(Finding {
        evidence: serde_json::from_str(&row.evidence).map_err(AppError::internal)?,
        indicators: indicators
            .into_iter()
            .map(|indicator| FindingIndicator {
                round: indicator.round_code,
                code: indicator.indicator_code,
            })
            .collect(),
        remedies: remedies.into_iter().map(|row| remedy(row, today)).collect(),
        id: row.id,
        inspection: row.inspection_id,
        text: row.content,
        severity: row.severity,
        created_at: row.created_at,
    })
}

fn remedy(row: RemedyRow, today: NaiveDate) -> Remedy {
    Remedy {
        timeliness: rules::timeliness(&row, today),
        id: row.id,
        text: row.content,
        due_on: row.due_on,
        state: row.state,
        reported_on: row.reported_on,
    }
}
