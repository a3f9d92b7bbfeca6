//! Submissions, their items and contributors in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    prelude::*,
    sql_types::{Text, Timestamp},
};

use super::{
    model::{Contributor, ContributorRow, Item, ItemRevisionRow, SubmissionRow},
    rules::NewContent,
    state::SubmissionState,
};
use crate::{
    db::{
        Conn, MultiBackend, Tx,
        schema::{item_revisions, submission_contributors, submission_items, submissions},
    },
    each,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::Points,
};

/// Rows of one insert.
const BATCH: usize = 500;

/// A submission; 404 where the agency takes no part or the round is not open yet.
pub fn find_submission(conn: &mut Conn, round: &RoundCode, agency: &AgencyCode) -> AppResult<SubmissionRow> {
    Ok(submissions::table
        .find((round, agency))
        .select(SubmissionRow::as_select())
        .first(conn)?)
}

/// Opens an empty submission for each agency of a round.
pub fn open_submissions(tx: &mut Tx<'_>, round: &RoundCode, agencies: &[AgencyCode]) -> AppResult<()> {
    let now = tx.now();
    let rows: Vec<SubmissionRow> = agencies
        .iter()
        .map(|agency| SubmissionRow {
            round_code: round.clone(),
            agency_code: agency.clone(),
            state: SubmissionState::Draft,
            revision: 1,
            approved_at: None,
            approved_by: None,
            submitted_at: None,
            submitted_by: None,
            updated_at: now,
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each!(tx.conn(), diesel::insert_into(submissions::table).values(batch))?;
    }
    Ok(())
}

/// Which submissions of a round a list may hold.
pub enum Visible {
    /// All.
    All,
    /// Those of these agencies, or with items that one of these departments contributes.
    Of {
        /// The caller's own agencies.
        agencies: Vec<AgencyCode>,
        /// The departments that the caller fills in for.
        departments: Vec<AgencyCode>,
    },
}

/// Submissions of a round, by agency, after one and up to a number.
pub fn list_submissions(
    conn: &mut Conn,
    round: &RoundCode,
    visible: &Visible,
    after: Option<&str>,
    fetch: i64,
) -> AppResult<Vec<SubmissionRow>> {
    let mut query = submissions::table
        .filter(submissions::round_code.eq(round.clone()))
        .select(SubmissionRow::as_select())
        .order(submissions::agency_code)
        .limit(fetch)
        .into_boxed::<MultiBackend>();
    if let Visible::Of {
        agencies,
        departments,
    } = visible
    {
        let contributed = submission_contributors::table
            .filter(submission_contributors::round_code.eq(round.clone()))
            .filter(submission_contributors::contributor_code.eq_any(departments.clone()))
            .select(submission_contributors::agency_code);
        query = query.filter(
            submissions::agency_code
                .eq_any(agencies.clone())
                .or(submissions::agency_code.eq_any(contributed)),
        );
    }
    if let Some(after) = after {
        query = query.filter(submissions::agency_code.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// The states of a round's submissions, by agency.
pub fn states(conn: &mut Conn, round: &RoundCode) -> AppResult<Vec<(AgencyCode, SubmissionState)>> {
    Ok(submissions::table
        .filter(submissions::round_code.eq(round))
        .order(submissions::agency_code)
        .select((submissions::agency_code, submissions::state))
        .load(conn)?)
}

/// How many values each agency has declared.
pub fn declared_counts(
    conn: &mut Conn,
    round: &RoundCode,
    agencies: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, i64>> {
    let rows: Vec<(AgencyCode, i64)> = current()
        .filter(submission_items::round_code.eq(round))
        .filter(submission_items::agency_code.eq_any(agencies))
        .filter(item_revisions::value.is_not_null())
        .group_by(submission_items::agency_code)
        .select((submission_items::agency_code, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn current() -> _ {
    submission_items::table.inner_join(
        item_revisions::table.on(item_revisions::round_code
            .eq(submission_items::round_code)
            .and(item_revisions::agency_code.eq(submission_items::agency_code))
            .and(item_revisions::indicator_code.eq(submission_items::indicator_code))
            .and(item_revisions::revision.eq(submission_items::revision))),
    )
}

fn item(row: ItemRevisionRow) -> AppResult<Item> {
    Ok(Item {
        value: row
            .value
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(AppError::internal)?,
        evidence: serde_json::from_str(&row.evidence).map_err(AppError::internal)?,
        indicator: row.indicator_code,
        revision: row.revision,
        self_points: row.self_points.map(Points::from_micro),
        explanation: row.explanation,
        saved_at: row.saved_at,
        saved_by: row.saved_by,
    })
}

/// The current items of a submission.
///
/// In two readings, each a plain range of one key: a join would leave the choice to a planner, which without
/// statistics chooses to read the whole history.
pub fn current_items(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<BTreeMap<IndicatorCode, Item>> {
    let pointers: Vec<(IndicatorCode, i32)> = submission_items::table
        .filter(submission_items::round_code.eq(round))
        .filter(submission_items::agency_code.eq(agency))
        .select((submission_items::indicator_code, submission_items::revision))
        .load(conn)?;
    let current: BTreeMap<IndicatorCode, i32> = pointers.into_iter().collect();
    let revisions: BTreeSet<i32> = current.values().copied().collect();
    let rows: Vec<ItemRevisionRow> = item_revisions::table
        .filter(item_revisions::round_code.eq(round))
        .filter(item_revisions::agency_code.eq(agency))
        .filter(item_revisions::revision.eq_any(revisions))
        .select(ItemRevisionRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .filter(|row| current.get(&row.indicator_code) == Some(&row.revision))
        .map(|row| Ok((row.indicator_code.clone(), item(row)?)))
        .collect()
}

/// The current items of every submission of a round.
pub fn round_items(
    conn: &mut Conn,
    round: &RoundCode,
    agencies: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, Vec<Item>>> {
    let mut items: BTreeMap<AgencyCode, Vec<Item>> = BTreeMap::new();
    for batch in agencies.chunks(BATCH) {
        let rows: Vec<ItemRevisionRow> = current()
            .filter(submission_items::round_code.eq(round))
            .filter(submission_items::agency_code.eq_any(batch))
            .select(ItemRevisionRow::as_select())
            .load(conn)?;
        for row in rows {
            items.entry(row.agency_code.clone()).or_default().push(item(row)?);
        }
    }
    Ok(items)
}

/// Every revision of one item, newest first.
pub fn item_history(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    indicator: &IndicatorCode,
) -> AppResult<Vec<Item>> {
    let rows: Vec<ItemRevisionRow> = item_revisions::table
        .filter(item_revisions::round_code.eq(round))
        .filter(item_revisions::agency_code.eq(agency))
        .filter(item_revisions::indicator_code.eq(indicator))
        .order(item_revisions::revision.desc())
        .select(ItemRevisionRow::as_select())
        .load(conn)?;
    rows.into_iter().map(item).collect()
}

/// A new revision of an item: its number and content.
pub struct NewRevision {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The number, one more than the current one's.
    pub revision: i32,
    /// The content.
    pub content: NewContent,
}

/// Appends revisions and makes them current.
///
/// Each statement takes its rows as one JSON text: a thousand bound values for a form of 100 items took longer to
/// prepare than to store. Only the function that reads the text has another name on each database.
pub fn append_revisions(
    tx: &mut Tx<'_>,
    round: &RoundCode,
    agency: &AgencyCode,
    revisions: &[NewRevision],
) -> AppResult<()> {
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let rows = revisions
        .iter()
        .map(|new| {
            let value = new
                .content
                .value
                .as_ref()
                .map(serde_json::to_string)
                .transpose()?;
            let evidence = serde_json::to_string(&new.content.evidence)?;
            let self_points = new.content.self_points.map(Points::micro);
            Ok((
                &new.indicator,
                new.revision,
                value,
                self_points,
                &new.content.explanation,
                evidence,
            ))
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()
        .map_err(AppError::internal)?;
    let rows = serde_json::to_string(&rows).map_err(AppError::internal)?;
    // SQLite numbers its parameters as they come: the rows, read last, are bound last.
    let source = match tx.conn() {
        Conn::Pg(_) => "json_array_elements(CAST(ROWS AS json)) AS j(value)",
        Conn::Lite(_) => "json_each(ROWS) AS j",
    };
    let append = format!(
        "INSERT INTO item_revisions (round_code, agency_code, indicator_code, revision, value, self_points, \
         explanation, evidence, saved_at, saved_by) \
         SELECT $1, $2, j.value->>0, CAST(j.value->>1 AS INTEGER), j.value->>2, CAST(j.value->>3 AS BIGINT), \
         j.value->>4, j.value->>5, $3, $4 FROM {}",
        source.replace("ROWS", "$5")
    );
    // SQLite needs the WHERE to tell the upsert's ON from a join's.
    let point = format!(
        "INSERT INTO submission_items (round_code, agency_code, indicator_code, revision) \
         SELECT $1, $2, j.value->>0, CAST(j.value->>1 AS INTEGER) FROM {} WHERE true \
         ON CONFLICT (round_code, agency_code, indicator_code) DO UPDATE SET revision = excluded.revision",
        source.replace("ROWS", "$3")
    );
    let (round, agency) = (round.as_str(), agency.as_str());
    each!(
        tx.conn(),
        diesel::sql_query(append)
            .bind::<Text, _>(round)
            .bind::<Text, _>(agency)
            .bind::<Timestamp, _>(now)
            .bind::<Text, _>(actor.as_str())
            .bind::<Text, _>(rows.as_str())
    )?;
    each!(
        tx.conn(),
        diesel::sql_query(point)
            .bind::<Text, _>(round)
            .bind::<Text, _>(agency)
            .bind::<Text, _>(rows.as_str())
    )?;
    Ok(())
}

/// Writes a submission's row, if nobody changed it meanwhile.
pub fn update_submission(tx: &mut Tx<'_>, before_revision: i64, after: &SubmissionRow) -> AppResult<()> {
    let target = submissions::table
        .find((&after.round_code, &after.agency_code))
        .filter(submissions::revision.eq(before_revision));
    let updated = diesel::update(target)
        .set((
            submissions::state.eq(after.state),
            submissions::revision.eq(after.revision),
            submissions::approved_at.eq(after.approved_at),
            submissions::approved_by.eq(&after.approved_by),
            submissions::submitted_at.eq(after.submitted_at),
            submissions::submitted_by.eq(&after.submitted_by),
            submissions::updated_at.eq(after.updated_at),
        ))
        .execute(tx.conn())?;
    if updated == 0 {
        Err(AppError::new(ErrorCode::Conflict))
    } else {
        Ok(())
    }
}

/// The department that fills in each indicator.
pub fn contributors(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<BTreeMap<IndicatorCode, AgencyCode>> {
    let rows: Vec<(IndicatorCode, AgencyCode)> = submission_contributors::table
        .filter(submission_contributors::round_code.eq(round))
        .filter(submission_contributors::agency_code.eq(agency))
        .select((
            submission_contributors::indicator_code,
            submission_contributors::contributor_code,
        ))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Sets the departments that fill in indicators.
pub fn replace_contributors(
    tx: &mut Tx<'_>,
    round: &RoundCode,
    agency: &AgencyCode,
    contributors: &[Contributor],
) -> AppResult<()> {
    diesel::delete(
        submission_contributors::table
            .filter(submission_contributors::round_code.eq(round))
            .filter(submission_contributors::agency_code.eq(agency)),
    )
    .execute(tx.conn())?;
    let rows: Vec<ContributorRow> = contributors
        .iter()
        .map(|row| ContributorRow {
            round_code: round.clone(),
            agency_code: agency.clone(),
            indicator_code: row.indicator.clone(),
            contributor_code: row.contributor.clone(),
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each!(
            tx.conn(),
            diesel::insert_into(submission_contributors::table).values(batch)
        )?;
    }
    Ok(())
}
