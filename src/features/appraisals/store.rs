//! Views and decisions in the database, append-only.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{DecisionRecord, DecisionRow, ViewRow};
use crate::{
    db::{
        Conn, Tx,
        schema::{appraisal_decisions, appraisal_views},
    },
    each,
    error::{AppError, AppResult},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{Decision, Points},
};

/// Rows of one insert, agencies of one reading.
const BATCH: usize = 500;

fn record(row: DecisionRow) -> AppResult<DecisionRecord> {
    let broken = || {
        AppError::internal(format!(
            "a stored decision on {} can't be read",
            row.indicator_code
        ))
    };
    let decision = match (row.verdict.as_str(), &row.value, row.points) {
        ("recognised", _, _) => Decision::RECOGNISED,
        ("corrected", Some(value), _) => Decision::Corrected {
            value: serde_json::from_str(value).map_err(AppError::internal)?,
        },
        ("points_set", _, Some(points)) => Decision::PointsSet {
            points: Points::from_micro(points),
        },
        _ => return Err(broken()),
    };
    Ok(DecisionRecord {
        decision,
        indicator: row.indicator_code,
        body: row.body_code,
        item_revision: row.item_revision,
        reason: row.reason,
        decided_at: row.recorded_at,
        decided_by: row.recorded_by,
    })
}

/// Decisions by indicator, oldest first.
pub type Decisions = BTreeMap<IndicatorCode, Vec<DecisionRecord>>;

/// Every decision on the items of some agencies of a round.
pub fn round_decisions(
    conn: &mut Conn,
    round: &RoundCode,
    agencies: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, Decisions>> {
    let mut decisions: BTreeMap<AgencyCode, Decisions> = BTreeMap::new();
    for batch in agencies.chunks(BATCH) {
        let rows: Vec<DecisionRow> = appraisal_decisions::table
            .filter(appraisal_decisions::round_code.eq(round))
            .filter(appraisal_decisions::agency_code.eq_any(batch))
            .order(appraisal_decisions::sequence)
            .select(DecisionRow::as_select())
            .load(conn)?;
        for row in rows {
            let agency = row.agency_code.clone();
            let record = record(row)?;
            decisions
                .entry(agency)
                .or_default()
                .entry(record.indicator.clone())
                .or_default()
                .push(record);
        }
    }
    Ok(decisions)
}

/// Whether a person has appraised anything in a round.
pub fn has_appraised(conn: &mut Conn, round: &RoundCode, person: &str) -> AppResult<bool> {
    let found: Option<i32> = appraisal_views::table
        .filter(appraisal_views::round_code.eq(round))
        .filter(appraisal_views::recorded_by.eq(person))
        .select(appraisal_views::sequence)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// A decision to append.
pub struct NewDecision {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The body that is assigned.
    pub body: AgencyCode,
    /// One more than the decisions so far.
    pub sequence: i32,
    /// The revision of the item.
    pub item_revision: i32,
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
}

/// Appends views, each being the decision while one body alone is assigned.
pub fn append_decisions(
    tx: &mut Tx<'_>,
    round: &RoundCode,
    agency: &AgencyCode,
    decisions: &[NewDecision],
) -> AppResult<()> {
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let mut views = Vec::with_capacity(decisions.len());
    let mut rows = Vec::with_capacity(decisions.len());
    for new in decisions {
        let (value, points) = match &new.decision {
            Decision::Recognised {} => (None, None),
            Decision::Corrected { value } => (
                Some(serde_json::to_string(value).map_err(AppError::internal)?),
                None,
            ),
            Decision::PointsSet { points } => (None, Some(points.micro())),
        };
        let row = DecisionRow {
            round_code: round.clone(),
            agency_code: agency.clone(),
            indicator_code: new.indicator.clone(),
            sequence: new.sequence,
            item_revision: new.item_revision,
            origin: "agreed".to_owned(),
            body_code: new.body.clone(),
            verdict: new.decision.as_str().to_owned(),
            value,
            points,
            reason: new.reason.clone(),
            recorded_at: now,
            recorded_by: actor.clone(),
        };
        views.push(ViewRow {
            round_code: row.round_code.clone(),
            agency_code: row.agency_code.clone(),
            indicator_code: row.indicator_code.clone(),
            body_code: row.body_code.clone(),
            sequence: row.sequence,
            item_revision: row.item_revision,
            verdict: row.verdict.clone(),
            value: row.value.clone(),
            points: row.points,
            reason: row.reason.clone(),
            recorded_at: now,
            recorded_by: actor.clone(),
        });
        rows.push(row);
    }
    for batch in views.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(appraisal_views::table).values(batch)
        )?;
    }
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(appraisal_decisions::table).values(batch)
        )?;
    }
    Ok(())
}
