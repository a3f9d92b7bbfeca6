//! Batches, responses and exclusions in the database.

use diesel::{dsl::count_star, prelude::*};

use super::{
    model::{BatchRow, ExclusionRow, KeptResponse, ResultRow, TextRow},
    prepared_store::{InsertResponses, ResponseColumns},
};
use crate::{
    db::{
        Conn, Tx,
        schema::{responses, survey_batches, survey_exclusions, survey_results, survey_texts},
    },
    each,
    error::{AppError, AppResult},
    ids::SurveyRoundCode,
};

/// Ids that are asked for at once; SQLite binds at most 32,766 values.
const IDS_IN_QUERY_MAX: usize = 5_000;
/// Free answers of one insert.
const TEXTS_IN_INSERT_MAX: usize = 1_000;
/// Responses that a rebuild reads at once.
const SCAN_ROWS: i64 = 20_000;

/// A batch that was taken in, if it was.
pub fn find_batch(conn: &mut Conn, round: &SurveyRoundCode, key: &str) -> AppResult<Option<BatchRow>> {
    Ok(survey_batches::table
        .find((round, key))
        .select(BatchRow::as_select())
        .first(conn)
        .optional()?)
}

/// Keeps what became of a batch.
pub fn insert_batch(tx: &mut Tx<'_>, row: &BatchRow) -> AppResult<()> {
    diesel::insert_into(survey_batches::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Adds responses; how many of them were new.
pub(super) fn insert_responses(
    tx: &mut Tx<'_>,
    round: &SurveyRoundCode,
    batch_key: &str,
    columns: &ResponseColumns<'_>,
) -> AppResult<usize> {
    let insert = InsertResponses {
        round,
        batch_key,
        columns,
    };
    Ok(each!(tx.conn(), insert)?)
}

/// Those of some ids that other batches than this one brought.
pub fn of_other_batches(
    conn: &mut Conn,
    round: &SurveyRoundCode,
    ids: &[&str],
    batch_key: &str,
) -> AppResult<Vec<KeptResponse>> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS_IN_QUERY_MAX) {
        let rows: Vec<KeptResponse> = responses::table
            .filter(responses::survey_round_code.eq(round))
            .filter(responses::response_id.eq_any(ids))
            .filter(responses::batch_key.ne(batch_key))
            .select(KEPT)
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Responses by their ids; an unknown one is left out.
pub fn find_responses(
    conn: &mut Conn,
    round: &SurveyRoundCode,
    ids: &[String],
) -> AppResult<Vec<KeptResponse>> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS_IN_QUERY_MAX) {
        let rows: Vec<KeptResponse> = responses::table
            .filter(responses::survey_round_code.eq(round))
            .filter(responses::response_id.eq_any(ids))
            .select(KEPT)
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

const KEPT: (
    responses::response_id,
    responses::stratum,
    responses::channel,
    responses::answers,
    responses::flags,
    responses::excluded,
) = (
    responses::response_id,
    responses::stratum,
    responses::channel,
    responses::answers,
    responses::flags,
    responses::excluded,
);

/// Reads every response of a round, in parts, in the order of ids.
pub fn scan(
    conn: &mut Conn,
    round: &SurveyRoundCode,
    mut each_one: impl FnMut(&KeptResponse),
) -> AppResult<()> {
    let mut after = String::new();
    loop {
        let rows: Vec<KeptResponse> = responses::table
            .filter(responses::survey_round_code.eq(round))
            .filter(responses::response_id.gt(&after))
            .order(responses::response_id)
            .limit(SCAN_ROWS)
            .select(KEPT)
            .load(conn)?;
        rows.iter().for_each(&mut each_one);
        match rows.into_iter().last() {
            Some(last) => after = last.response_id,
            None => return Ok(()),
        }
    }
}

/// Reads who asked, of the responses of visits that count: the interviewer, the stratum and the packed answers.
pub fn scan_interviews(
    conn: &mut Conn,
    round: &SurveyRoundCode,
    mut each_one: impl FnMut(&str, i32, &str),
) -> AppResult<()> {
    let mut after = String::new();
    loop {
        let rows: Vec<(String, Option<String>, i32, String)> = responses::table
            .filter(responses::survey_round_code.eq(round))
            .filter(responses::response_id.gt(&after))
            .filter(responses::interviewer.is_not_null())
            .filter(responses::excluded.eq(false))
            .order(responses::response_id)
            .limit(SCAN_ROWS)
            .select((
                responses::response_id,
                responses::interviewer,
                responses::stratum,
                responses::answers,
            ))
            .load(conn)?;
        for (_, interviewer, stratum, answers) in &rows {
            each_one(interviewer.as_deref().unwrap_or_default(), *stratum, answers);
        }
        match rows.into_iter().last() {
            Some((last, ..)) => after = last,
            None => return Ok(()),
        }
    }
}

/// How many responses of a round are excluded.
pub fn count_excluded(conn: &mut Conn, round: &SurveyRoundCode) -> AppResult<i64> {
    Ok(responses::table
        .filter(responses::survey_round_code.eq(round))
        .filter(responses::excluded.eq(true))
        .select(count_star())
        .first(conn)?)
}

/// Excludes responses or takes them back.
pub fn set_excluded(tx: &mut Tx<'_>, round: &SurveyRoundCode, ids: &[&str], excluded: bool) -> AppResult<()> {
    for ids in ids.chunks(IDS_IN_QUERY_MAX) {
        let those = responses::table
            .filter(responses::survey_round_code.eq(round))
            .filter(responses::response_id.eq_any(ids));
        diesel::update(those)
            .set(responses::excluded.eq(excluded))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Puts exclusions on record.
pub fn append_exclusions(tx: &mut Tx<'_>, rows: &[ExclusionRow]) -> AppResult<()> {
    for rows in rows.chunks(TEXTS_IN_INSERT_MAX) {
        each!(
            tx.conn(),
            diesel::insert_into(survey_exclusions::table).values(rows)
        )?;
    }
    Ok(())
}

/// One page of exclusions, the oldest first.
pub fn exclusions_page(
    conn: &mut Conn,
    round: &SurveyRoundCode,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<ExclusionRow>> {
    Ok(survey_exclusions::table
        .filter(survey_exclusions::survey_round_code.eq(round))
        .filter(survey_exclusions::id.gt(after.unwrap_or_default()))
        .order(survey_exclusions::id)
        .limit(fetch)
        .select(ExclusionRow::as_select())
        .load(conn)?)
}

/// Keeps free answers, in an order that tells nothing.
pub fn insert_texts(tx: &mut Tx<'_>, mut rows: Vec<TextRow>) -> AppResult<()> {
    rows.sort();
    for rows in rows.chunks(TEXTS_IN_INSERT_MAX) {
        each!(tx.conn(), diesel::insert_into(survey_texts::table).values(rows))?;
    }
    Ok(())
}

/// The final result; none before the round is final.
pub fn find_result(conn: &mut Conn, round: &SurveyRoundCode) -> AppResult<Option<ResultRow>> {
    Ok(survey_results::table
        .find(round)
        .select(ResultRow::as_select())
        .first(conn)
        .optional()?)
}

/// Keeps the final result.
pub fn insert_result(tx: &mut Tx<'_>, row: &ResultRow) -> AppResult<()> {
    let kept = diesel::insert_into(survey_results::table)
        .values(row)
        .execute(tx.conn())?;
    if kept == 1 {
        Ok(())
    } else {
        Err(AppError::internal("the final result was not kept"))
    }
}
