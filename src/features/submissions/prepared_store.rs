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
    ids::{AgencyCode, RoundCode},
};

/// The statement that appends revisions. Only how it gets at the rows differs: PostgreSQL takes a list for each column,
/// SQLite has no lists and reads the JSON text.
pub(super) struct AppendRevisions<'a> {
    pub round: &'a RoundCode,
    pub agency: &'a AgencyCode,
    pub saved_at: Moment,
    pub saved_by: &'a str,
    pub revisions: &'a Revisions<'a>,
}

impl AppendRevisions<'_> {
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
        pass.push_bind_param::<Text, _>(self.saved_by)
    }
}

impl QueryId for AppendRevisions<'_> {
    type QueryId = AppendRevisions<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for AppendRevisions<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.walk_head(&mut pass)?;
        pass.push_sql(", new.* FROM unnest(");
        pass.push_bind_param::<Array<Text>, _>(&self.revisions.indicators)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Integer>, _>(&self.revisions.revisions)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Text>>, _>(&self.revisions.values)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<BigInt>>, _>(&self.revisions.self_points)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Text>>, _>(&self.revisions.explanations)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Text>, _>(&self.revisions.evidence)?;
        pass.push_sql(") AS new");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for AppendRevisions<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.walk_head(&mut pass)?;
        pass.push_sql(
            ", j.value->>0, CAST(j.value->>1 AS INTEGER), j.value->>2, CAST(j.value->>3 AS BIGINT), j.value->>4, \
             j.value->>5 FROM json_each(",
        );
        pass.push_bind_param::<Text, _>(self.revisions.text())?;
        pass.push_sql(") AS j");
        Ok(())
    }
}

impl RunQueryDsl<diesel::PgConnection> for AppendRevisions<'_> {}
impl RunQueryDsl<diesel::SqliteConnection> for AppendRevisions<'_> {}

/// The statement that moves a submission's row on, if it still has the revision that was read.
pub(super) struct UpdateSubmission<'a> {
    pub before_revision: i64,
    pub after: &'a SubmissionRow,
    /// Which revisions of its items are current, where that has changed.
    pub current_revisions: Option<String>,
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
