//! What reviews read of the progress of a programme.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::{
    db::{
        Conn, MultiBackend,
        schema::{line_extensions, line_moves, plan_lines},
    },
    error::AppResult,
    features::programmes::LineState,
    ids::{ProgrammeCode, RecordId},
};

/// The last words that were said on each unfinished line of a year of a programme, or of all its years.
pub fn last_words(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    year: Option<i32>,
) -> AppResult<BTreeMap<RecordId, String>> {
    let mut query = line_moves::table
        .inner_join(plan_lines::table.on(plan_lines::id.eq(line_moves::line_id)))
        .filter(plan_lines::programme_code.eq(programme.clone()))
        .filter(plan_lines::state.ne(LineState::Done))
        .filter(line_moves::text.is_not_null())
        .order(line_moves::id)
        .select((line_moves::line_id, line_moves::text))
        .into_boxed::<MultiBackend>();
    if let Some(year) = year {
        query = query.filter(plan_lines::year.eq(year));
    }
    let said: Vec<(RecordId, Option<String>)> = query.load(conn)?;
    Ok(said
        .into_iter()
        .filter_map(|(line, text)| Some((line, text?)))
        .collect())
}

/// What was decided on each request for more time for the lines of a year of a programme, or of all its years; none where
/// nothing is decided.
pub fn extensions_of(
    conn: &mut Conn,
    programme: &ProgrammeCode,
    year: Option<i32>,
) -> AppResult<Vec<Option<bool>>> {
    let mut query = line_extensions::table
        .inner_join(plan_lines::table.on(plan_lines::id.eq(line_extensions::line_id)))
        .filter(plan_lines::programme_code.eq(programme.clone()))
        .select(line_extensions::granted)
        .into_boxed::<MultiBackend>();
    if let Some(year) = year {
        query = query.filter(plan_lines::year.eq(year));
    }
    Ok(query.load(conn)?)
}
