//! Decisions in the database, append-only.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{
    joint::Verdict,
    model::{DecisionRecord, DecisionRow},
};
use crate::{
    db::{Conn, Tx, schema::appraisal_decisions},
    each,
    error::{AppError, AppResult},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{Decision, Points},
};

/// Rows of one insert, agencies of one reading.
const BATCH: usize = 500;
/// The verdict of a link that opens an item again.
const NO_VERDICT: &str = "none";

/// A decision as it stands in the columns verdict, value and points.
pub(super) fn columns_of(decision: &Decision) -> AppResult<(String, Option<String>, Option<i64>)> {
    let (value, points) = match decision {
        Decision::Recognised {} => (None, None),
        Decision::Corrected { value } => (
            Some(serde_json::to_string(value).map_err(AppError::internal)?),
            None,
        ),
        Decision::PointsSet { points } => (None, Some(points.micro())),
    };
    Ok((decision.as_str().to_owned(), value, points))
}

/// Reads the columns verdict, value and points.
pub(super) fn decision_of(
    verdict: &str,
    value: Option<&str>,
    points: Option<i64>,
) -> AppResult<Option<Decision>> {
    Ok(Some(match (verdict, value, points) {
        ("recognised", _, _) => Decision::RECOGNISED,
        ("corrected", Some(value), _) => Decision::Corrected {
            value: serde_json::from_str(value).map_err(AppError::internal)?,
        },
        ("points_set", _, Some(points)) => Decision::PointsSet {
            points: Points::from_micro(points),
        },
        (NO_VERDICT, None, None) => return Ok(None),
        _ => return Err(AppError::internal("a stored decision can't be read")),
    }))
}

fn record(row: DecisionRow) -> AppResult<DecisionRecord> {
    Ok(DecisionRecord {
        decision: decision_of(&row.verdict, row.value.as_deref(), row.points)?,
        origin: row.origin,
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

/// A decision to append.
pub struct NewDecision {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// One more than the decisions so far.
    pub sequence: i32,
    /// The revision of the item.
    pub item_revision: i32,
    /// What was decided, or that the item is open again.
    pub verdict: Verdict,
}

/// Appends decisions.
pub fn append_decisions(
    tx: &mut Tx<'_>,
    round: &RoundCode,
    agency: &AgencyCode,
    decisions: &[NewDecision],
) -> AppResult<()> {
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let mut rows = Vec::with_capacity(decisions.len());
    for new in decisions {
        let (verdict, value, points) = match &new.verdict.decision {
            Some(decision) => columns_of(decision)?,
            None => (NO_VERDICT.to_owned(), None, None),
        };
        rows.push(DecisionRow {
            round_code: round.clone(),
            agency_code: agency.clone(),
            indicator_code: new.indicator.clone(),
            sequence: new.sequence,
            item_revision: new.item_revision,
            origin: new.verdict.origin,
            body_code: new.verdict.body.clone(),
            verdict,
            value,
            points,
            reason: new.verdict.reason.clone(),
            recorded_at: now,
            recorded_by: actor.clone(),
        });
    }
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(appraisal_decisions::table).values(batch)
        )?;
    }
    Ok(())
}
