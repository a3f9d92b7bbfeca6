//! The two statements of every batch as diesel would not prepare them: ten thousand rows as one text or as one list for each
//! column, as the bulk save of items does it.

use chrono::NaiveDate;
use diesel::{
    backend::Backend,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Array, BigInt, Date, HasSqlType, Integer, Nullable, Text},
    sqlite::Sqlite,
};

use crate::ids::SurveyRoundCode;

/// New responses by column, and the same as one JSON text.
#[derive(Debug, Default)]
pub(super) struct ResponseColumns<'a> {
    pub ids: Vec<&'a str>,
    pub strata: Vec<i32>,
    pub channels: Vec<&'static str>,
    pub answers: Vec<&'a str>,
    pub collected_on: Vec<Option<NaiveDate>>,
    pub seconds: Vec<Option<i32>>,
    pub interviewers: Vec<Option<&'a str>>,
    pub flags: Vec<i32>,
    /// Rows `[id, stratum, channel, answers, collected_on, seconds, interviewer, flags]`.
    pub text: String,
}

/// Adds responses; one whose id is there already is left alone.
pub(super) struct InsertResponses<'a> {
    pub round: &'a SurveyRoundCode,
    pub batch_key: &'a str,
    pub columns: &'a ResponseColumns<'a>,
}

impl InsertResponses<'_> {
    fn walk_head<'b, DB>(&'b self, pass: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Text>,
        str: ToSql<Text, DB>,
    {
        pass.push_sql(
            "INSERT INTO responses (survey_round_code, batch_key, excluded, response_id, stratum, channel, answers, \
             collected_on, seconds, interviewer, flags) SELECT ",
        );
        pass.push_bind_param::<Text, _>(self.round.as_str())?;
        pass.push_sql(", ");
        pass.push_bind_param::<Text, _>(self.batch_key)
    }
}

impl QueryId for InsertResponses<'_> {
    type QueryId = InsertResponses<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for InsertResponses<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.walk_head(&mut pass)?;
        pass.push_sql(", false, new.* FROM unnest(");
        pass.push_bind_param::<Array<Text>, _>(&self.columns.ids)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Integer>, _>(&self.columns.strata)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Text>, _>(&self.columns.channels)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Text>, _>(&self.columns.answers)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Date>>, _>(&self.columns.collected_on)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Integer>>, _>(&self.columns.seconds)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Text>>, _>(&self.columns.interviewers)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Integer>, _>(&self.columns.flags)?;
        pass.push_sql(") AS new ON CONFLICT DO NOTHING");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for InsertResponses<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.walk_head(&mut pass)?;
        pass.push_sql(
            ", 0, j.value->>0, CAST(j.value->>1 AS INTEGER), j.value->>2, j.value->>3, j.value->>4, \
             CAST(j.value->>5 AS INTEGER), j.value->>6, CAST(j.value->>7 AS INTEGER) FROM json_each(",
        );
        pass.push_bind_param::<Text, _>(self.columns.text.as_str())?;
        // Without the WHERE the words after it would be read as a join.
        pass.push_sql(") AS j WHERE true ON CONFLICT DO NOTHING");
        Ok(())
    }
}

impl RunQueryDsl<diesel::PgConnection> for InsertResponses<'_> {}
impl RunQueryDsl<diesel::SqliteConnection> for InsertResponses<'_> {}

/// Counts by column, and the same as one JSON text.
#[derive(Debug, Default)]
pub(super) struct CountColumns {
    pub strata: Vec<i32>,
    pub channels: Vec<&'static str>,
    pub counts: Vec<String>,
    /// Rows `[stratum, channel, counts]`.
    pub text: String,
}

/// Puts the counts of cells in place of those before, as part of one revision.
pub(super) struct PutCounts<'a> {
    pub round: &'a SurveyRoundCode,
    pub revision: i64,
    pub columns: &'a CountColumns,
}

const ON_CONFLICT: &str = " ON CONFLICT (survey_round_code, stratum, channel) \
                           DO UPDATE SET revision = excluded.revision, counts = excluded.counts";

impl PutCounts<'_> {
    fn walk_head<'b, DB>(&'b self, pass: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Text> + HasSqlType<BigInt>,
        str: ToSql<Text, DB>,
        i64: ToSql<BigInt, DB>,
    {
        pass.push_sql(
            "INSERT INTO survey_counts (survey_round_code, revision, stratum, channel, counts) SELECT ",
        );
        pass.push_bind_param::<Text, _>(self.round.as_str())?;
        pass.push_sql(", ");
        pass.push_bind_param::<BigInt, _>(&self.revision)
    }
}

impl QueryId for PutCounts<'_> {
    type QueryId = PutCounts<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for PutCounts<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.walk_head(&mut pass)?;
        pass.push_sql(", new.* FROM unnest(");
        pass.push_bind_param::<Array<Integer>, _>(&self.columns.strata)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Text>, _>(&self.columns.channels)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Text>, _>(&self.columns.counts)?;
        pass.push_sql(") AS new");
        pass.push_sql(ON_CONFLICT);
        Ok(())
    }
}

impl QueryFragment<Sqlite> for PutCounts<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.walk_head(&mut pass)?;
        pass.push_sql(", CAST(j.value->>0 AS INTEGER), j.value->>1, j.value->>2 FROM json_each(");
        pass.push_bind_param::<Text, _>(self.columns.text.as_str())?;
        pass.push_sql(") AS j WHERE true");
        pass.push_sql(ON_CONFLICT);
        Ok(())
    }
}

impl RunQueryDsl<diesel::PgConnection> for PutCounts<'_> {}
impl RunQueryDsl<diesel::SqliteConnection> for PutCounts<'_> {}
