//! The final result of a survey round: one document with all tables, named by its SHA-256, that never changes.

use std::sync::Arc;

use serde::Serialize;

use super::{
    counts_store,
    desk::RoundDesk,
    model::ResultRow,
    rows::ResultTableName,
    store,
    tally::Tally,
    view_model::{SurveyResultRow, shown},
};
use crate::{
    db::{Conn, Tx},
    error::{AppError, AppResult},
    features::{instruments::Instruments, survey_rounds::SurveyRoundRow},
    ids::{AgencyCode, InstrumentCode, LevelCode, SurveyRoundCode, sha256_hex},
    survey::IndexRule,
};

/// The layout of the document; another one has another number.
const FORMAT: u32 = 1;

/// The document. Its words are those of the API.
#[derive(Serialize)]
struct FinalResult<'a> {
    format: u32,
    survey_round: &'a SurveyRoundCode,
    title_vi: &'a str,
    year: i32,
    level: &'a LevelCode,
    owner: &'a AgencyCode,
    instrument: &'a InstrumentCode,
    instrument_version: i32,
    rule: &'a IndexRule,
    weighted: bool,
    excluded: i64,
    tables: Vec<FinalTable>,
}

#[derive(Serialize)]
struct FinalTable {
    table: ResultTableName,
    rows: Vec<SurveyResultRow>,
}

/// Freezes the result, in the change that makes the round final: survey rounds are handed this function.
pub fn freeze_result(
    tx: &mut Tx<'_>,
    instruments: &Instruments,
    round: &SurveyRoundRow,
) -> AppResult<Option<String>> {
    let desk = Arc::new(RoundDesk::read(tx.conn(), instruments, round)?);
    let head = counts_store::head(tx.conn(), &round.code)?;
    let cells = counts_store::since(tx.conn(), &round.code, 0, &desk.plan)?;
    let tally = Tally::new(&desk, head, None, cells);
    let document = FinalResult {
        format: FORMAT,
        survey_round: &round.code,
        title_vi: &round.title_vi,
        year: round.year,
        level: &round.level_code,
        owner: &round.owner_code,
        instrument: &round.instrument_code,
        instrument_version: round.instrument_version,
        rule: &desk.instrument.document().rule,
        weighted: round.weighted,
        excluded: store::count_excluded(tx.conn(), &round.code)?,
        tables: ResultTableName::ALL
            .iter()
            .map(|table| table_of(&tally, *table))
            .collect(),
    };
    let text = serde_json_canonicalizer::to_string(&document).map_err(AppError::internal)?;
    let row = ResultRow {
        survey_round_code: round.code.clone(),
        digest: sha256_hex(text.as_bytes()),
        document: text,
        made_at: tx.now(),
    };
    store::insert_result(tx, &row)?;
    Ok(Some(row.digest))
}

/// SHA-256 and text of a round's final document; none before the round is final.
pub fn final_result(conn: &mut Conn, round: &SurveyRoundCode) -> AppResult<Option<(String, String)>> {
    Ok(store::find_result(conn, round)?.map(|row| (row.digest, row.document)))
}

fn table_of(tally: &Tally, table: ResultTableName) -> FinalTable {
    let rows = tally
        .rows_of(table)
        .map(|(place, row)| shown(tally, place, row, true));
    FinalTable {
        table,
        rows: rows.collect(),
    }
}
