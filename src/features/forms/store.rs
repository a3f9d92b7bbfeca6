//! Codes of forms in the database.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::FormCodeRow;
use crate::{
    db::{Conn, Tx, schema::survey_form_codes},
    each,
    error::AppResult,
    features::survey_rounds::Channel,
    ids::SurveyRoundCode,
};

const BATCH: usize = 1000;

/// Keeps new codes.
pub fn insert(tx: &mut Tx<'_>, rows: &[FormCodeRow]) -> AppResult<()> {
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(survey_form_codes::table).values(batch)
        )?;
    }
    Ok(())
}

/// A code by its digest.
pub fn find(conn: &mut Conn, digest: &str) -> AppResult<Option<FormCodeRow>> {
    Ok(survey_form_codes::table
        .find(digest)
        .select(FormCodeRow::as_select())
        .first(conn)
        .optional()?)
}

/// Uses a code up; false where somebody did before.
pub fn use_up(tx: &mut Tx<'_>, digest: &str, on: NaiveDate) -> AppResult<bool> {
    let open = survey_form_codes::table
        .find(digest)
        .filter(survey_form_codes::used_on.is_null());
    let used = diesel::update(open)
        .set(survey_form_codes::used_on.eq(on))
        .execute(tx.conn())?;
    Ok(used == 1)
}

/// Codes that were made and used, by stratum and channel.
pub fn counts(conn: &mut Conn, round: &SurveyRoundCode) -> AppResult<BTreeMap<(i32, Channel), (i64, i64)>> {
    use diesel::dsl::{count, count_star};
    let rows: Vec<(i32, Channel, i64, i64)> = survey_form_codes::table
        .filter(survey_form_codes::survey_round_code.eq(round))
        .group_by((survey_form_codes::stratum, survey_form_codes::channel))
        .select((
            survey_form_codes::stratum,
            survey_form_codes::channel,
            count_star(),
            count(survey_form_codes::used_on),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(stratum, channel, made, used)| ((stratum, channel), (made, used)))
        .collect())
}
