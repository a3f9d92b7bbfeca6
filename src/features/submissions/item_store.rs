//! The items of submissions and their history in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{dsl::max, prelude::*};

use super::{
    model::Item,
    prepared_store::{AppendRevisions, UpdateSubmission},
    row_model::{ItemRevisionRow, ItemStateRow, SubmissionRow},
    rules::{ItemState, NewContent},
};
use crate::{
    db::{
        Conn, Tx,
        schema::{criteria_sets, item_revisions, rounds, submissions},
    },
    error::{AppError, AppResult},
    features::rounds::RoundRow,
    ids::{AgencyCode, IndicatorCode, RoundCode, sha256_hex},
    on_each,
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
    let standing = submissions::table
        .inner_join(rounds::table.on(rounds::code.eq(submissions::round_code)))
        .inner_join(criteria_sets::table.on(same_set))
        .filter(submissions::round_code.eq(round))
        .filter(submissions::agency_code.eq(agency));
    type Found = (SubmissionRow, Option<String>, RoundRow, String);
    let found: Found = on_each!(&mut *conn, one => standing
        .select((
            SubmissionRow::as_select(),
            submissions::current_revisions,
            RoundRow::as_select(),
            criteria_sets::digest,
        ))
        .first(one))?;
    let (submission, stored, row, set_digest) = found;
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

fn state(row: ItemStateRow) -> AppResult<(IndicatorCode, ItemState)> {
    let state = ItemState {
        value: row
            .value
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(AppError::internal)?,
        evidence: serde_json::from_str(&row.evidence).map_err(AppError::internal)?,
        revision: row.revision,
        self_points: row.self_points.map(Points::from_micro),
        explanation: row.explanation,
    };
    Ok((row.indicator_code, state))
}

fn item(row: ItemRevisionRow) -> AppResult<Item> {
    let (indicator, state) = state(row.state)?;
    Ok(Item {
        indicator,
        revision: state.revision,
        value: state.value,
        self_points: state.self_points,
        explanation: state.explanation,
        evidence: state.evidence,
        files: Vec::new(),
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
pub fn items_at(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    current: &CurrentRevisions,
) -> AppResult<BTreeMap<IndicatorCode, Item>> {
    let rows = rows_at(round, agency, current)
        .select(ItemRevisionRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .filter(|row| is_current(current, &row.state))
        .map(|row| Ok((row.state.indicator_code.clone(), item(row)?)))
        .collect()
}

/// What the items of a submission hold in these revisions, and no more: a save reads it each time.
pub fn states_at(
    conn: &mut Conn,
    round: &RoundCode,
    agency: &AgencyCode,
    current: &CurrentRevisions,
) -> AppResult<BTreeMap<IndicatorCode, ItemState>> {
    let rows: Vec<ItemStateRow> = on_each!(conn, one => rows_at(round, agency, current)
        .select(ItemStateRow::as_select())
        .load(one))?;
    rows.into_iter()
        .filter(|row| is_current(current, row))
        .map(state)
        .collect()
}

fn is_current(current: &CurrentRevisions, row: &ItemStateRow) -> bool {
    current.get(&row.indicator_code) == Some(&row.revision)
}

/// The whole range from the lowest to the highest revision: the rows of a save lie side by side, and a list of numbers
/// would leave PostgreSQL the choice to read the whole history instead, which it takes as long as it knows no statistics.
#[diesel::dsl::auto_type(no_type_alias)]
fn rows_at<'a>(round: &'a RoundCode, agency: &'a AgencyCode, current: &CurrentRevisions) -> _ {
    let lowest: i32 = current.values().copied().min().unwrap_or(1);
    let highest: i32 = current.values().copied().max().unwrap_or(0);
    item_revisions::table
        .filter(item_revisions::round_code.eq(round))
        .filter(item_revisions::agency_code.eq(agency))
        .filter(item_revisions::revision.between(lowest, highest))
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
        let rows: Vec<(AgencyCode, ItemRevisionRow)> = item_revisions::table
            .filter(item_revisions::round_code.eq(round))
            .filter(item_revisions::agency_code.eq_any(batch))
            .filter(item_revisions::revision.eq_any(revisions))
            .order((item_revisions::agency_code, item_revisions::indicator_code))
            .select((item_revisions::agency_code, ItemRevisionRow::as_select()))
            .load(conn)?;
        for (agency, row) in rows {
            if current.get(&agency).is_some_and(|of| is_current(of, &row.state)) {
                items.entry(agency).or_default().push(item(row)?);
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

/// New revisions by column, as they are stored.
///
/// They go in by statements that are prepared once on each connection: a statement made anew for a form of 100 items took
/// longer to prepare than its rows to store.
pub struct Revisions {
    pub(super) indicators: Vec<String>,
    pub(super) revisions: Vec<i32>,
    pub(super) values: Vec<Option<String>>,
    pub(super) self_points: Vec<Option<i64>>,
    pub(super) explanations: Vec<Option<String>>,
    pub(super) evidence: Vec<String>,
    digest: String,
}

impl Revisions {
    /// The columns of new revisions.
    pub fn of(new: Vec<NewRevision>) -> AppResult<Self> {
        let count = new.len();
        let mut columns = Self {
            indicators: Vec::with_capacity(count),
            revisions: Vec::with_capacity(count),
            values: Vec::with_capacity(count),
            self_points: Vec::with_capacity(count),
            explanations: Vec::with_capacity(count),
            evidence: Vec::with_capacity(count),
            digest: String::new(),
        };
        for NewRevision {
            indicator,
            revision,
            content,
        } in new
        {
            let value = content.value.as_ref().map(serde_json::to_string).transpose();
            let evidence = serde_json::to_string(&content.evidence).map_err(AppError::internal)?;
            columns.indicators.push(indicator.as_str().to_owned());
            columns.revisions.push(revision);
            columns.values.push(value.map_err(AppError::internal)?);
            columns.self_points.push(content.self_points.map(Points::micro));
            columns.explanations.push(content.explanation);
            columns.evidence.push(evidence);
        }
        columns.digest = sha256_hex(columns.rows_text()?.as_bytes());
        Ok(columns)
    }

    /// One JSON text of arrays `[indicator, revision, value, self_points, explanation, evidence]`, value and evidence as
    /// JSON text. There is no object in it whose keys could be in another order, so it is its own canonical form.
    fn rows_text(&self) -> AppResult<String> {
        let names = self.indicators.iter().zip(&self.revisions);
        let numbers = self.values.iter().zip(&self.self_points);
        let texts = self.explanations.iter().zip(&self.evidence);
        let rows: Vec<_> = names
            .zip(numbers)
            .zip(texts)
            .map(
                |(((indicator, revision), (value, points)), (explanation, evidence))| {
                    (indicator, revision, value, points, explanation, evidence)
                },
            )
            .collect();
        serde_json::to_string(&rows).map_err(AppError::internal)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.revisions.len()
    }

    /// SHA-256 of a canonical JSON text of all: what the audit entry stands for.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// Appends revisions and moves the submission's row on, if nobody changed it meanwhile.
pub fn append_revisions(
    tx: &mut Tx<'_>,
    before_revision: i64,
    after: &SubmissionRow,
    current: &CurrentRevisions,
    revisions: &Revisions,
) -> AppResult<()> {
    let (saved_at, saved_by) = (tx.now(), tx.actor().to_owned());
    let append = AppendRevisions {
        round: &after.round_code,
        agency: &after.agency_code,
        saved_at,
        saved_by: &saved_by,
        revisions,
    };
    let then = UpdateSubmission {
        before_revision,
        after,
        current_revisions: Some(serde_json::to_string(current).map_err(AppError::internal)?),
    };
    let moved = match tx.conn() {
        Conn::Pg(conn) => append.on_postgres(then, conn)?,
        Conn::Lite(conn) => {
            append.on_sqlite(conn)?;
            then.execute(conn)?
        }
    };
    UpdateSubmission::require(moved)
}
