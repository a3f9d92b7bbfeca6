//! Views of the bodies in the database, append-only.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{
    model::{ViewRecord, ViewRow},
    store::{columns_of, decision_of},
};
use crate::{
    db::{Conn, Tx, schema::appraisal_views},
    each,
    error::{AppError, AppResult},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::Decision,
};

/// Rows of one insert, agencies of one reading.
const BATCH: usize = 500;

/// Views by indicator, oldest first.
pub type Views = BTreeMap<IndicatorCode, Vec<ViewRecord>>;

/// Every view of the items of some agencies of a round.
pub fn round_views(
    conn: &mut Conn,
    round: &RoundCode,
    agencies: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, Views>> {
    let mut views: BTreeMap<AgencyCode, Views> = BTreeMap::new();
    for batch in agencies.chunks(BATCH) {
        let rows: Vec<ViewRow> = appraisal_views::table
            .filter(appraisal_views::round_code.eq(round))
            .filter(appraisal_views::agency_code.eq_any(batch))
            .order((appraisal_views::recorded_at, appraisal_views::sequence))
            .select(ViewRow::as_select())
            .load(conn)?;
        for row in rows {
            let decision = decision_of(&row.verdict, row.value.as_deref(), row.points)?
                .ok_or_else(|| AppError::internal("a stored view decides nothing"))?;
            let record = ViewRecord {
                decision,
                body: row.body_code,
                item_revision: row.item_revision,
                reason: row.reason,
                recorded_at: row.recorded_at,
                recorded_by: row.recorded_by,
                counts: false,
                // From before joint appraisal: each view was followed by its decision.
                decisions_before: row.decisions_before.unwrap_or(row.sequence - 1),
            };
            let of_agency = views.entry(row.agency_code).or_default();
            of_agency.entry(row.indicator_code).or_default().push(record);
        }
    }
    Ok(views)
}

/// A view to append.
pub struct NewView {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The body.
    pub body: AgencyCode,
    /// One more than the body's views so far.
    pub sequence: i32,
    /// The revision of the item.
    pub item_revision: i32,
    /// What it would decide.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
    /// How many decisions the item has.
    pub decisions_before: i32,
}

/// Appends views.
pub fn append_views(
    tx: &mut Tx<'_>,
    round: &RoundCode,
    agency: &AgencyCode,
    views: &[NewView],
) -> AppResult<()> {
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let mut rows = Vec::with_capacity(views.len());
    for new in views {
        let (verdict, value, points) = columns_of(&new.decision)?;
        rows.push(ViewRow {
            round_code: round.clone(),
            agency_code: agency.clone(),
            indicator_code: new.indicator.clone(),
            body_code: new.body.clone(),
            sequence: new.sequence,
            item_revision: new.item_revision,
            verdict,
            value,
            points,
            reason: new.reason.clone(),
            recorded_at: now,
            recorded_by: actor.clone(),
            decisions_before: Some(new.decisions_before),
        });
    }
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(appraisal_views::table).values(batch)
        )?;
    }
    Ok(())
}
