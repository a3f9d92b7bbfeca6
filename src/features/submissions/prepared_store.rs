//! The two statements of every save as diesel would not prepare them: it prepares an insert anew for each number of
//! rows, and an update never, so that the database reads and plans it each time.

use diesel::{
    backend::Backend,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Array, BigInt, HasSqlType, Integer, Nullable, Text, Timestamp},
    sqlite::Sqlite,
};

use super::{item_store::Revisions, row_model::SubmissionRow};
use crate::{
    clock::Moment,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, RoundCode},
};

/// What appends revisions.
#[derive(Clone, Copy)]
pub(super) struct AppendRevisions<'a> {
    pub round: &'a RoundCode,
    pub agency: &'a AgencyCode,
    pub saved_at: Moment,
    pub saved_by: &'a str,
    pub revisions: &'a Revisions,
}

impl AppendRevisions<'_> {
    /// PostgreSQL takes a list for each column: one statement, whatever the number of rows, which moves the submission on as
    /// well. Answers how many submissions were moved on.
    pub fn on_postgres(&self, then: UpdateSubmission<'_>, conn: &mut PgConnection) -> QueryResult<usize> {
        OfLists { append: *self, then }.execute(conn)
    }

    /// SQLite has no lists: so many rows at once as there is a statement for, the most first.
    pub fn on_sqlite(&self, conn: &mut SqliteConnection) -> QueryResult<()> {
        let mut from = 0;
        while from < self.revisions.len() {
            let append = *self;
            from += match self.revisions.len() - from {
                25.. => OfRows::<25> { append, from }.execute(conn)?,
                5.. => OfRows::<5> { append, from }.execute(conn)?,
                _ => OfRows::<1> { append, from }.execute(conn)?,
            };
        }
        Ok(())
    }

    fn walk_head<'b, DB>(&'b self, pass: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Text> + HasSqlType<Timestamp>,
        str: ToSql<Text, DB>,
        Moment: ToSql<Timestamp, DB>,
    {
        pass.push_sql(
            "INSERT INTO item_revisions (round_code, agency_code, saved_at, saved_by, indicator_code, revision, \
             value, self_points, explanation, evidence) SELECT ",
        );
        pass.push_bind_param::<Text, _>(self.round.as_str())?;
        pass.push_sql(", ");
        pass.push_bind_param::<Text, _>(self.agency.as_str())?;
        pass.push_sql(", ");
        pass.push_bind_param::<Timestamp, _>(&self.saved_at)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Text, _>(self.saved_by)?;
        pass.push_sql(", new.* FROM ");
        Ok(())
    }
}

struct OfLists<'a> {
    append: AppendRevisions<'a>,
    then: UpdateSubmission<'a>,
}

impl QueryId for OfLists<'_> {
    type QueryId = OfLists<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for OfLists<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("WITH appended AS (");
        self.append.walk_head(&mut pass)?;
        let rows = self.append.revisions;
        pass.push_sql("unnest(");
        pass.push_bind_param::<Array<Text>, _>(&rows.indicators)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Integer>, _>(&rows.revisions)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Text>>, _>(&rows.values)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<BigInt>>, _>(&rows.self_points)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Text>>, _>(&rows.explanations)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Text>, _>(&rows.evidence)?;
        pass.push_sql(") AS new) ");
        self.then.walk_ast(pass)
    }
}

impl RunQueryDsl<PgConnection> for OfLists<'_> {}

/// The statement for `ROWS` rows from a place on: as many statements are prepared as there are such numbers.
struct OfRows<'a, const ROWS: usize> {
    append: AppendRevisions<'a>,
    from: usize,
}

impl<const ROWS: usize> QueryId for OfRows<'_, ROWS> {
    type QueryId = OfRows<'static, ROWS>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const ROWS: usize> QueryFragment<Sqlite> for OfRows<'_, ROWS> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.append.walk_head(&mut pass)?;
        let rows = self.append.revisions;
        let numbers = rows.indicators.iter().zip(&rows.revisions);
        let points = rows.values.iter().zip(&rows.self_points);
        let texts = rows.explanations.iter().zip(&rows.evidence);
        let all = numbers.zip(points).zip(texts);
        let mut joint = "(VALUES (";
        for (((indicator, revision), (value, points)), (explanation, evidence)) in
            all.skip(self.from).take(ROWS)
        {
            pass.push_sql(joint);
            pass.push_bind_param::<Text, _>(indicator)?;
            pass.push_sql(", ");
            pass.push_bind_param::<Integer, _>(revision)?;
            pass.push_sql(", ");
            pass.push_bind_param::<Nullable<Text>, _>(value)?;
            pass.push_sql(", ");
            pass.push_bind_param::<Nullable<BigInt>, _>(points)?;
            pass.push_sql(", ");
            pass.push_bind_param::<Nullable<Text>, _>(explanation)?;
            pass.push_sql(", ");
            pass.push_bind_param::<Text, _>(evidence)?;
            joint = "), (";
        }
        pass.push_sql(")) AS new");
        Ok(())
    }
}

impl<const ROWS: usize> RunQueryDsl<SqliteConnection> for OfRows<'_, ROWS> {}

/// The statement that moves a submission's row on, if it still has the revision that was read.
pub(super) struct UpdateSubmission<'a> {
    pub before_revision: i64,
    pub after: &'a SubmissionRow,
    /// Which revisions of its items are current, where that has changed.
    pub current_revisions: Option<String>,
}

impl UpdateSubmission<'_> {
    /// Refuses what moved nothing on: somebody else was quicker.
    pub fn require(moved: usize) -> AppResult<()> {
        if moved == 0 {
            Err(AppError::new(ErrorCode::Conflict))
        } else {
            Ok(())
        }
    }
}

impl QueryId for UpdateSubmission<'_> {
    type QueryId = UpdateSubmission<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB> QueryFragment<DB> for UpdateSubmission<'_>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Timestamp>,
    str: ToSql<Text, DB>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    Moment: ToSql<Timestamp, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
    Option<Moment>: ToSql<Nullable<Timestamp>, DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let after = self.after;
        pass.push_sql("UPDATE submissions SET current_revisions = COALESCE(");
        pass.push_bind_param::<Nullable<Text>, _>(&self.current_revisions)?;
        pass.push_sql(", current_revisions), state = ");
        pass.push_bind_param::<Text, _>(after.state.as_str())?;
        pass.push_sql(", revision = ");
        pass.push_bind_param::<BigInt, _>(&after.revision)?;
        pass.push_sql(", approved_at = ");
        pass.push_bind_param::<Nullable<Timestamp>, _>(&after.approved_at)?;
        pass.push_sql(", approved_by = ");
        pass.push_bind_param::<Nullable<Text>, _>(&after.approved_by)?;
        pass.push_sql(", submitted_at = ");
        pass.push_bind_param::<Nullable<Timestamp>, _>(&after.submitted_at)?;
        pass.push_sql(", submitted_by = ");
        pass.push_bind_param::<Nullable<Text>, _>(&after.submitted_by)?;
        pass.push_sql(", updated_at = ");
        pass.push_bind_param::<Timestamp, _>(&after.updated_at)?;
        pass.push_sql(", self_assessment_until = ");
        pass.push_bind_param::<Nullable<Timestamp>, _>(&after.self_assessment_until)?;
        pass.push_sql(", explanation_until = ");
        pass.push_bind_param::<Nullable<Timestamp>, _>(&after.explanation_until)?;
        pass.push_sql(" WHERE round_code = ");
        pass.push_bind_param::<Text, _>(after.round_code.as_str())?;
        pass.push_sql(" AND agency_code = ");
        pass.push_bind_param::<Text, _>(after.agency_code.as_str())?;
        pass.push_sql(" AND revision = ");
        pass.push_bind_param::<BigInt, _>(&self.before_revision)?;
        Ok(())
    }
}

impl RunQueryDsl<diesel::PgConnection> for UpdateSubmission<'_> {}
impl RunQueryDsl<diesel::SqliteConnection> for UpdateSubmission<'_> {}
