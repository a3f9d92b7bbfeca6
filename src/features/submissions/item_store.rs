//! The items of submissions and their history in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    backend::Backend,
    dsl::max,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{HasSqlType, Text, Timestamp},
    sqlite::Sqlite,
};

use super::{
    model::Item,
    row_model::{ItemRevisionRow, SubmissionRow},
    rules::NewContent,
};
use crate::{
    clock::Moment,
    db::{
        Conn, Tx,
        schema::{criteria_sets, item_revisions, rounds, submissions},
    },
    each,
    error::{AppError, AppResult},
    features::rounds::RoundRow,
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::Points,
};

/// Agencies whose items are read together.
const BATCH: usize = 500;

/// Which revision of each item of a submission is current: the newest. Kept in the submission's row, so that reading a
/// form does not scan its history and a save does not write a row for each item to say so.
pub type CurrentRevisions = BTreeMap<IndicatorCode, i32>;

/// What a save stands on, read at once.
pub struct Standing {
    /// The round.
    pub round: RoundRow,
    /// Digest of the round's criteria set.
    pub set_digest: String,
    /// The submission.
    pub submission: SubmissionRow,
    /// Which revisions of its items are current.
    pub current: CurrentRevisions,
}

/// A submission with its round; 404 as with [`super::find_submission`].
pub fn find_standing(conn: &mut Conn, round: &RoundCode, agency: &AgencyCode) -> AppResult<Standing> {
    let same_set = criteria_sets::code
        .eq(rounds::criteria_set_code)
        .and(criteria_sets::version.eq(rounds::criteria_set_version));
    let (submission, stored, row, set_digest) = submissions::table
        .inner_join(rounds::table.on(rounds::code.eq(submissions::round_code)))
        .inner_join(criteria_sets::table.on(same_set))
        .filter(submissions::round_code.eq(round))
        .filter(submissions::agency_code.eq(agency))
        .select((
            SubmissionRow::as_select(),
            submissions::current_revisions,
            RoundRow::as_select(),
            criteria_sets::digest,
        ))
        .first::<(_, Option<String>, _, _)>(conn)?;
    Ok(Standing {
        round: row,
        set_digest,
        submission,
        current: read_current(conn, round, agency, stored)?,
    })
}

/// Reads what the row says; where it says nothing yet, the history tells.
fn read_current(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    stored: Option<String>,
) -> AppResult<CurrentRevisions> {
    if let Some(stored) = stored {
        return serde_json::from_str(&stored).map_err(AppError::internal);
    }
    let newest: Vec<(IndicatorCode, Option<i32>)> = item_revisions::table
        .filter(item_revisions::round_code.eq(round))
        .filter(item_revisions::agency_code.eq(agency))
        .group_by(item_revisions::indicator_code)
        .select((item_revisions::indicator_code, max(item_revisions::revision)))
        .load(conn)?;
    Ok(newest
        .into_iter()
        .filter_map(|(indicator, revision)| Some((indicator, revision?)))
        .collect())
}

fn item(row: ItemRevisionRow) -> AppResult<Item> {
    Ok(Item {
        value: row
            .value
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(AppError::internal)?,
        evidence: serde_json::from_str(&row.evidence).map_err(AppError::internal)?,
        files: Vec::new(),
        indicator: row.indicator_code,
        revision: row.revision,
        self_points: row.self_points.map(Points::from_micro),
        explanation: row.explanation,
        saved_at: row.saved_at,
        saved_by: row.saved_by,
    })
}

/// The current items of a submission; none where there is no such submission.
pub fn current_items(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<BTreeMap<IndicatorCode, Item>> {
    let stored: Option<Option<String>> = submissions::table
        .find((round, agency))
        .select(submissions::current_revisions)
        .first(conn)
        .optional()?;
    let Some(stored) = stored else {
        return Ok(BTreeMap::new());
    };
    let current = read_current(conn, round, agency, stored)?;
    items_at(conn, round, agency, &current)
}

/// The items of a submission in these revisions.
///
/// Reads the whole range from the lowest to the highest: the rows of a save lie side by side, and a list of numbers would
/// leave PostgreSQL the choice to read the whole history instead, which it takes as long as it knows no statistics.
pub fn items_at(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    current: &CurrentRevisions,
) -> AppResult<BTreeMap<IndicatorCode, Item>> {
    let (Some(lowest), Some(highest)) = (current.values().min(), current.values().max()) else {
        return Ok(BTreeMap::new());
    };
    let rows: Vec<ItemRevisionRow> = item_revisions::table
        .filter(item_revisions::round_code.eq(round))
        .filter(item_revisions::agency_code.eq(agency))
        .filter(item_revisions::revision.between(lowest, highest))
        .select(ItemRevisionRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .filter(|row| current.get(&row.indicator_code) == Some(&row.revision))
        .map(|row| Ok((row.indicator_code.clone(), item(row)?)))
        .collect()
}

/// The current items of several submissions of a round; an agency without any is left out.
pub fn round_items(
    conn: &mut Conn,
    round: &RoundCode,
    agencies: &[AgencyCode],
) -> AppResult<BTreeMap<AgencyCode, Vec<Item>>> {
    let mut items: BTreeMap<AgencyCode, Vec<Item>> = BTreeMap::new();
    for batch in agencies.chunks(BATCH) {
        let stored: Vec<(AgencyCode, Option<String>)> = submissions::table
            .filter(submissions::round_code.eq(round))
            .filter(submissions::agency_code.eq_any(batch))
            .select((submissions::agency_code, submissions::current_revisions))
            .load(conn)?;
        let mut current: BTreeMap<AgencyCode, CurrentRevisions> = BTreeMap::new();
        for (agency, stored) in stored {
            let revisions = read_current(conn, round, &agency, stored)?;
            current.insert(agency, revisions);
        }
        let revisions: BTreeSet<i32> = current.values().flat_map(|of| of.values().copied()).collect();
        let rows: Vec<ItemRevisionRow> = item_revisions::table
            .filter(item_revisions::round_code.eq(round))
            .filter(item_revisions::agency_code.eq_any(batch))
            .filter(item_revisions::revision.eq_any(revisions))
            .order((item_revisions::agency_code, item_revisions::indicator_code))
            .select(ItemRevisionRow::as_select())
            .load(conn)?;
        for row in rows {
            let newest = current
                .get(&row.agency_code)
                .and_then(|of| of.get(&row.indicator_code));
            if newest == Some(&row.revision) {
                items.entry(row.agency_code.clone()).or_default().push(item(row)?);
            }
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

/// New revisions as one JSON text of arrays `[indicator, revision, value, self_points, explanation, evidence]`, value
/// and evidence as JSON text: what the database takes apart, and what the audit entry's digest stands for. There is no
/// object in it whose keys could be in another order, so it is its own canonical form.
pub fn revisions_text(revisions: &[NewRevision]) -> AppResult<String> {
    let rows = revisions
        .iter()
        .map(|new| {
            let content = &new.content;
            let value = content.value.as_ref().map(serde_json::to_string).transpose()?;
            let evidence = serde_json::to_string(&content.evidence)?;
            let self_points = content.self_points.map(Points::micro);
            Ok((
                &new.indicator,
                new.revision,
                value,
                self_points,
                &content.explanation,
                evidence,
            ))
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()
        .map_err(AppError::internal)?;
    serde_json::to_string(&rows).map_err(AppError::internal)
}

/// Appends revisions, given as [`revisions_text`].
pub fn append_revisions(
    tx: &mut Tx<'_>,
    round: &RoundCode,
    agency: &AgencyCode,
    revisions: &str,
) -> AppResult<()> {
    let (saved_at, saved_by) = (tx.now(), tx.actor().to_owned());
    let append = AppendRevisions {
        round: round.as_str(),
        agency: agency.as_str(),
        saved_at,
        saved_by: &saved_by,
        revisions,
    };
    each!(tx.conn(), append)?;
    Ok(())
}

/// The statement that appends revisions: prepared once on each connection, whatever the number of rows.
///
/// The rows go in as one JSON text: a thousand bound values for a form of 100 items took longer to prepare than to
/// store. Only the function that reads the text has another name on each database.
struct AppendRevisions<'a> {
    round: &'a str,
    agency: &'a str,
    saved_at: Moment,
    saved_by: &'a str,
    revisions: &'a str,
}

impl AppendRevisions<'_> {
    fn walk<'b, DB>(&'b self, mut pass: AstPass<'_, 'b, DB>, open: &str, close: &str) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Text> + HasSqlType<Timestamp>,
        str: ToSql<Text, DB>,
        Moment: ToSql<Timestamp, DB>,
    {
        pass.push_sql(
            "INSERT INTO item_revisions (round_code, agency_code, saved_at, saved_by, indicator_code, revision, \
             value, self_points, explanation, evidence) SELECT ",
        );
        pass.push_bind_param::<Text, _>(self.round)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Text, _>(self.agency)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Timestamp, _>(&self.saved_at)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Text, _>(self.saved_by)?;
        pass.push_sql(
            ", j.value->>0, CAST(j.value->>1 AS INTEGER), j.value->>2, CAST(j.value->>3 AS BIGINT), j.value->>4, \
             j.value->>5 FROM ",
        );
        pass.push_sql(open);
        pass.push_bind_param::<Text, _>(self.revisions)?;
        pass.push_sql(close);
        Ok(())
    }
}

impl QueryId for AppendRevisions<'_> {
    type QueryId = AppendRevisions<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for AppendRevisions<'_> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.walk(pass, "jsonb_array_elements(CAST(", " AS jsonb)) AS j(value)")
    }
}

impl QueryFragment<Sqlite> for AppendRevisions<'_> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.walk(pass, "json_each(", ") AS j")
    }
}

impl RunQueryDsl<diesel::PgConnection> for AppendRevisions<'_> {}
impl RunQueryDsl<diesel::SqliteConnection> for AppendRevisions<'_> {}
