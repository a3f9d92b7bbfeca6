//! From how a line stands to how it stands after a move, as rows.

use super::{
    model::{MoveRow, Proof},
    state::{Event, MoveKind, Standing},
};
use crate::{
    access::{Action, LineFacts, Object, Principal, may},
    clock::Moment,
    db::Tx,
    error::{AppError, AppResult},
    features::programmes::PlanLineRow,
    ids::{AgencyCode, RecordId},
};

/// A move that is made: what it was and what it comes to.
#[derive(Debug)]
pub struct Made {
    /// The line before.
    pub before: PlanLineRow,
    /// The line after.
    pub after: PlanLineRow,
    /// Whose the line was.
    pub facts: LineFacts,
    /// The kind of the move.
    pub kind: MoveKind,
    /// The move.
    pub event: Event,
    /// For which agency it is made.
    pub agency: AgencyCode,
    /// What is said.
    pub text: Option<String>,
    /// What proves it.
    pub evidence: Vec<Proof>,
}

/// How a line stands.
pub fn standing_of(row: &PlanLineRow) -> Standing {
    Standing {
        state: row.state,
        held: row.held_state,
        percent: row.percent,
        completions: row.completions,
        completed_at: row.completed_at,
    }
}

/// The row of a line that stands otherwise now.
pub fn moved(row: &PlanLineRow, standing: Standing, now: Moment) -> PlanLineRow {
    PlanLineRow {
        state: standing.state,
        held_state: standing.held,
        percent: standing.percent,
        completions: standing.completions,
        completed_at: standing.completed_at,
        revision: row.revision.saturating_add(1),
        updated_at: now,
        ..row.clone()
    }
}

/// The co-ordinating units of a line that somebody may speak for.
pub fn units_of_caller(principal: &Principal, facts: &LineFacts) -> Vec<AgencyCode> {
    let speaks_for = |unit: &&AgencyCode| {
        let only = LineFacts {
            coordinators: vec![(*unit).clone()],
            ..facts.clone()
        };
        may(principal, Action::ConfirmProgress, Object::PlanLine(&only))
    };
    facts.coordinators.iter().filter(speaks_for).cloned().collect()
}

impl Made {
    /// As it is kept.
    pub fn row(&self, tx: &Tx<'_>) -> AppResult<MoveRow> {
        Ok(MoveRow {
            id: RecordId::new(),
            line_id: self.before.id.clone(),
            kind: self.kind,
            from_state: self.before.state,
            to_state: self.after.state,
            percent: self.after.percent,
            completion: self.after.completions,
            text: self.text.as_ref().map(|text| text.trim().to_owned()),
            evidence: serde_json::to_string(&self.evidence).map_err(AppError::internal)?,
            agency_code: self.agency.clone(),
            moved_at: tx.now(),
            moved_by: tx.actor().to_owned(),
        })
    }
}
