//! The rows of nodes, a list for each column on PostgreSQL and a JSON text on SQLite: a million of them go in with a large
//! publication, and an insert of values would take several times as long.

use std::fmt::Write;

use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Integer, Nullable, Text},
    sqlite::Sqlite,
};

use super::model::NodeRows;
use crate::{
    db::{Conn, schema::published_nodes},
    each,
    error::AppResult,
};

/// What the two databases have in common: the columns come in this order behind the sequence number.
const HEAD: &str = "INSERT INTO published_nodes (sequence, agency, node, points, points_printed, maximum, \
                    index_value, index_printed) SELECT ";

/// The statement that adds a piece of a publication's rows.
struct InsertNodes<'a> {
    sequence: i64,
    rows: &'a NodeRows,
    text: String,
}

/// Adds a piece of a publication's rows.
pub fn insert_nodes(conn: &mut Conn, sequence: i64, rows: &NodeRows) -> AppResult<()> {
    let text = match conn {
        Conn::Pg(_) => String::new(),
        Conn::Lite(_) => json_of(rows),
    };
    each!(conn, InsertNodes { sequence, rows, text })?;
    Ok(())
}

/// A list of lists of numbers. Written by hand, since `serde_json` would make a value of each number first.
fn json_of(rows: &NodeRows) -> String {
    let mut text = String::from("[");
    let or_null =
        |number: &Option<i64>| number.map_or_else(|| "null".to_owned(), |number| number.to_string());
    let columns = (rows.agency.iter())
        .zip(&rows.node)
        .zip(&rows.points)
        .zip(&rows.points_printed)
        .zip(&rows.maximum)
        .zip(&rows.index_value)
        .zip(&rows.index_printed);
    for ((((((agency, node), points), points_printed), maximum), index), index_printed) in columns {
        let comma = if text.len() > 1 { "," } else { "" };
        let (index, index_printed) = (or_null(index), or_null(index_printed));
        // Writing into a text can't fail.
        let _ = write!(
            text,
            "{comma}[{agency},{node},{points},{points_printed},{maximum},{index},{index_printed}]"
        );
    }
    text.push(']');
    text
}

impl QueryId for InsertNodes<'_> {
    type QueryId = InsertNodes<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for InsertNodes<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql(HEAD);
        pass.push_bind_param::<BigInt, _>(&self.sequence)?;
        pass.push_sql(", new.* FROM unnest(");
        pass.push_bind_param::<Array<Integer>, _>(&self.rows.agency)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Integer>, _>(&self.rows.node)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<BigInt>, _>(&self.rows.points)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<BigInt>, _>(&self.rows.points_printed)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<BigInt>, _>(&self.rows.maximum)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<BigInt>>, _>(&self.rows.index_value)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<BigInt>>, _>(&self.rows.index_printed)?;
        pass.push_sql(") AS new");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for InsertNodes<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql(HEAD);
        pass.push_bind_param::<BigInt, _>(&self.sequence)?;
        pass.push_sql(
            ", j.value->>0, j.value->>1, j.value->>2, j.value->>3, j.value->>4, j.value->>5, j.value->>6 \
             FROM json_each(",
        );
        pass.push_bind_param::<Text, _>(&self.text)?;
        pass.push_sql(") AS j");
        Ok(())
    }
}

impl RunQueryDsl<diesel::PgConnection> for InsertNodes<'_> {}
impl RunQueryDsl<diesel::SqliteConnection> for InsertNodes<'_> {}

/// A row of `published_nodes` behind its publication.
type NodeRow = (i32, i32, i64, i64, i64, Option<i64>, Option<i64>);

/// The rows of some agencies of a publication, from one position to before another.
pub fn nodes_between(conn: &mut Conn, sequence: i64, from: i32, before: i32) -> AppResult<NodeRows> {
    let found: Vec<NodeRow> = published_nodes::table
        .filter(published_nodes::sequence.eq(sequence))
        .filter(published_nodes::agency.ge(from))
        .filter(published_nodes::agency.lt(before))
        .order((published_nodes::agency, published_nodes::node))
        .select((
            published_nodes::agency,
            published_nodes::node,
            published_nodes::points,
            published_nodes::points_printed,
            published_nodes::maximum,
            published_nodes::index_value,
            published_nodes::index_printed,
        ))
        .load(conn)?;
    let mut rows = NodeRows::default();
    for (agency, node, points, points_printed, maximum, index_value, index_printed) in found {
        rows.agency.push(agency);
        rows.node.push(node);
        rows.points.push(points);
        rows.points_printed.push(points_printed);
        rows.maximum.push(maximum);
        rows.index_value.push(index_value);
        rows.index_printed.push(index_printed);
    }
    Ok(rows)
}
