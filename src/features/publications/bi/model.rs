//! The rows that a publication makes. Each is inserted and, when somebody checks, read back.

use diesel::prelude::*;

use crate::{
    db::schema::{published_agencies, published_facts, published_heads},
    features::publications::document::EntryBasis,
};

/// A row of `published_facts`: what the row of the publication does not say.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_facts, treat_none_as_default_value = false)]
pub struct FactsRow {
    pub sequence: i64,
    pub notice_vi: Option<String>,
    pub notice_en: Option<String>,
    pub complete: bool,
    pub agencies: i32,
    pub ranked: i32,
    pub mean_printed: Option<i64>,
    pub points_decimals: i32,
    pub index_decimals: i32,
}

/// A row of `published_agencies`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_agencies, treat_none_as_default_value = false)]
pub struct AgencyRow {
    pub sequence: i64,
    pub position: i32,
    pub agency_code: String,
    pub name_vi: String,
    pub name_en: Option<String>,
    pub level_code: String,
    pub region_code: Option<String>,
    pub ranked: bool,
    pub place: Option<i32>,
    pub place_label: Option<String>,
    pub place_in_region: Option<i32>,
    pub place_in_level: Option<i32>,
    pub band: Option<String>,
    pub points: Option<i64>,
    pub points_printed: Option<i64>,
    pub maximum: Option<i64>,
    pub index_value: Option<i64>,
    pub index_printed: Option<i64>,
    pub adjustment: Option<i64>,
    pub score: Option<i64>,
    pub score_printed: Option<i64>,
    pub change_places: Option<i64>,
    pub change_points: Option<i64>,
    pub change_index: Option<i64>,
    pub basis: Option<EntryBasis>,
}

/// A row of `published_heads`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_heads, treat_none_as_default_value = false)]
pub struct HeadRow {
    pub sequence: i64,
    pub position: i32,
    pub node_code: String,
    pub parent_code: Option<String>,
    pub tier: String,
    pub name_vi: String,
    pub name_en: Option<String>,
}

/// Rows of `published_nodes`, column by column, as PostgreSQL takes them: there may be a million.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeRows {
    pub agency: Vec<i32>,
    pub node: Vec<i32>,
    pub points: Vec<i64>,
    pub points_printed: Vec<i64>,
    pub maximum: Vec<i64>,
    pub index_value: Vec<Option<i64>>,
    pub index_printed: Vec<Option<i64>>,
}
