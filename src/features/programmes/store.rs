//! Programmes and their contents in the database.

use diesel::prelude::*;

use super::{
    model::{Content, ProgrammeQuery},
    row_model::{ContentRow, ProgrammeRow, SignatoryRow},
};
use crate::{
    db::{
        Conn, Lock, MultiBackend, Tx,
        schema::{programme_contents, programme_signatories, programme_tasks, programmes},
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, ContentCode, ProgrammeCode},
    web::Cursor,
};

/// The lock of every change of a programme and what belongs to it: lines wait for each other, so none moves alone.
pub fn lock_programme(code: &ProgrammeCode) -> Vec<Lock> {
    vec![Lock::whole("programme", code)]
}

/// A programme; 404 if there is none.
pub fn find_programme(conn: &mut Conn, code: &ProgrammeCode) -> AppResult<ProgrammeRow> {
    Ok(programmes::table
        .find(code)
        .select(ProgrammeRow::as_select())
        .first(conn)?)
}

/// One page of programmes, by code.
pub fn list_programmes(
    conn: &mut Conn,
    asked: &ProgrammeQuery,
    cursor: &Cursor,
) -> AppResult<Vec<ProgrammeRow>> {
    let mut query = programmes::table
        .select(ProgrammeRow::as_select())
        .order(programmes::code)
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(owner) = asked.owner.clone() {
        query = query.filter(programmes::owner_code.eq(owner));
    }
    if let Some(status) = asked.status {
        query = query.filter(programmes::status.eq(status));
    }
    if let Some(year) = asked.year {
        query = query
            .filter(programmes::from_year.le(year))
            .filter(programmes::to_year.ge(year));
    }
    if let Some(after) = cursor.after.clone() {
        query = query.filter(programmes::code.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The agencies that sign a programme, in their order.
pub fn signatories(conn: &mut Conn, code: &ProgrammeCode) -> AppResult<Vec<AgencyCode>> {
    Ok(programme_signatories::table
        .filter(programme_signatories::programme_code.eq(code))
        .order(programme_signatories::position)
        .select(programme_signatories::agency_code)
        .load(conn)?)
}

/// The contents of a programme, in their order.
pub fn contents(conn: &mut Conn, code: &ProgrammeCode) -> AppResult<Vec<Content>> {
    let rows: Vec<ContentRow> = programme_contents::table
        .filter(programme_contents::programme_code.eq(code))
        .order(programme_contents::position)
        .select(ContentRow::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Content {
            code: row.code,
            title: row.title,
            description: row.description,
        })
        .collect())
}

/// Those contents of a programme that have tasks.
pub fn contents_in_use(conn: &mut Conn, code: &ProgrammeCode) -> AppResult<Vec<ContentCode>> {
    Ok(programme_tasks::table
        .filter(programme_tasks::programme_code.eq(code))
        .select(programme_tasks::content_code)
        .distinct()
        .load(conn)?)
}

/// Adds a programme with its signatories and contents.
pub fn insert_programme(
    tx: &mut Tx<'_>,
    row: &ProgrammeRow,
    signatories: &[AgencyCode],
    contents: &[Content],
) -> AppResult<()> {
    each!(tx.conn(), diesel::insert_into(programmes::table).values(row))?;
    insert_signatories(tx, &row.code, signatories)?;
    insert_contents(tx, &row.code, contents.iter().enumerate())
}

fn insert_signatories(tx: &mut Tx<'_>, code: &ProgrammeCode, agencies: &[AgencyCode]) -> AppResult<()> {
    let rows: Vec<SignatoryRow> = (0..)
        .zip(agencies)
        .map(|(position, agency)| SignatoryRow {
            programme_code: code.clone(),
            agency_code: agency.clone(),
            position,
        })
        .collect();
    each!(
        tx.conn(),
        diesel::insert_into(programme_signatories::table).values(&rows)
    )?;
    Ok(())
}

fn content_row(code: &ProgrammeCode, position: usize, content: &Content) -> AppResult<ContentRow> {
    Ok(ContentRow {
        programme_code: code.clone(),
        code: content.code.clone(),
        position: i32::try_from(position).map_err(AppError::internal)?,
        title: content.title.clone(),
        description: content.description.clone(),
    })
}

fn insert_contents<'a>(
    tx: &mut Tx<'_>,
    code: &ProgrammeCode,
    contents: impl Iterator<Item = (usize, &'a Content)>,
) -> AppResult<()> {
    let rows: Vec<ContentRow> = contents
        .map(|(position, content)| content_row(code, position, content))
        .collect::<AppResult<_>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    each!(
        tx.conn(),
        diesel::insert_into(programme_contents::table).values(&rows)
    )?;
    Ok(())
}

/// Puts contents in place of the present ones; those with tasks are among both, which the caller has checked.
pub fn replace_contents(
    tx: &mut Tx<'_>,
    code: &ProgrammeCode,
    present: &[Content],
    wanted: &[Content],
) -> AppResult<()> {
    let is_in = |list: &[Content], content: &Content| list.iter().any(|other| other.code == content.code);
    let of = |content: &ContentCode| programme_contents::table.find((code.clone(), content.clone()));
    for gone in present.iter().filter(|content| !is_in(wanted, content)) {
        diesel::delete(of(&gone.code)).execute(tx.conn())?;
    }
    for (position, content) in wanted.iter().enumerate() {
        if is_in(present, content) {
            let row = content_row(code, position, content)?;
            diesel::update(of(&content.code))
                .set((
                    programme_contents::position.eq(row.position),
                    programme_contents::title.eq(row.title),
                    programme_contents::description.eq(row.description),
                ))
                .execute(tx.conn())?;
        }
    }
    let new = wanted
        .iter()
        .enumerate()
        .filter(|(_, content)| !is_in(present, content));
    insert_contents(tx, code, new)
}

/// Puts a new version of a programme in place of the one before: 409 if that is no longer there.
pub fn replace_programme(
    tx: &mut Tx<'_>,
    before: &ProgrammeRow,
    after: &ProgrammeRow,
    signatories: Option<&[AgencyCode]>,
) -> AppResult<()> {
    let replaced = diesel::update(
        programmes::table
            .find(&before.code)
            .filter(programmes::revision.eq(before.revision)),
    )
    .set(after.clone())
    .execute(tx.conn())?;
    if replaced == 0 {
        return Err(AppError::new(ErrorCode::Conflict));
    }
    if let Some(agencies) = signatories {
        let of = programme_signatories::table.filter(programme_signatories::programme_code.eq(&before.code));
        diesel::delete(of).execute(tx.conn())?;
        insert_signatories(tx, &before.code, agencies)?;
    }
    Ok(())
}
