//! Field work in the database.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{Channel, FieldWorkRow};
use crate::{
    db::{Conn, Tx, schema::survey_field_work},
    each,
    error::AppResult,
    ids::SurveyRoundCode,
};

const BATCH: usize = 1000;

/// Field work by stratum and channel.
pub type FieldWorkByCell = BTreeMap<(i32, Channel), FieldWorkRow>;

/// What was reported of strata from one position to another, both included.
pub fn between(
    conn: &mut Conn,
    code: &SurveyRoundCode,
    (first, last): (i32, i32),
) -> AppResult<FieldWorkByCell> {
    let rows: Vec<FieldWorkRow> = survey_field_work::table
        .filter(survey_field_work::survey_round_code.eq(code))
        .filter(survey_field_work::stratum.ge(first))
        .filter(survey_field_work::stratum.le(last))
        .select(FieldWorkRow::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.stratum, row.channel), row))
        .collect())
}

/// Puts lines in place of those before.
pub fn put(tx: &mut Tx<'_>, code: &SurveyRoundCode, rows: &[FieldWorkRow]) -> AppResult<()> {
    let mut replaced: BTreeMap<Channel, Vec<i32>> = BTreeMap::new();
    for row in rows {
        replaced.entry(row.channel).or_default().push(row.stratum);
    }
    for (channel, strata) in replaced {
        for strata in strata.chunks(BATCH) {
            let standing = survey_field_work::table
                .filter(survey_field_work::survey_round_code.eq(code))
                .filter(survey_field_work::channel.eq(channel))
                .filter(survey_field_work::stratum.eq_any(strata));
            diesel::delete(standing).execute(tx.conn())?;
        }
    }
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(survey_field_work::table).values(batch)
        )?;
    }
    Ok(())
}
