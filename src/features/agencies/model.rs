//! What levels, regions and agencies look like in the API, in the import file and in the tables.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        Array, Ref, RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

use super::span::{Dated, Span};
use crate::{
    clock::Moment,
    db::schema::{agencies, agency_levels, regions},
    ids::{AgencyCode, LevelCode, RegionCode},
};

/// A level of agencies: ministries, provinces, communes.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable,
)]
#[serde(deny_unknown_fields)]
#[diesel(table_name = agency_levels, treat_none_as_default_value = false)]
#[schema(example = json!({"code": "ministry", "name_vi": "Bộ, cơ quan ngang bộ", "name_en": "Ministries and ministerial-level agencies", "order": 1}))]
pub struct Level {
    /// The code.
    pub code: LevelCode,
    /// Name in Vietnamese.
    #[schema(min_length = 1, max_length = 300)]
    pub name_vi: String,
    /// Name in English.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub name_en: Option<String>,
    /// Its place in lists.
    #[diesel(column_name = position)]
    pub order: i32,
}

/// A region, in one scheme of regions.
#[derive(
    Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable,
)]
#[serde(deny_unknown_fields)]
#[diesel(table_name = regions, treat_none_as_default_value = false)]
#[schema(example = json!({"code": "rrd", "scheme": "region6", "name_vi": "Đồng bằng sông Hồng", "name_en": "Red River Delta"}))]
pub struct Region {
    /// The code.
    pub code: RegionCode,
    /// The scheme that it is part of.
    #[schema(min_length = 1, max_length = 64, example = "region6")]
    pub scheme: String,
    /// Name in Vietnamese.
    #[schema(min_length = 1, max_length = 300)]
    pub name_vi: String,
    /// Name in English.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub name_en: Option<String>,
}

/// A name and the days on which it holds; both ends belong to it, an absent end is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name_vi": "Thừa Thiên Huế", "name_en": null, "valid_from": null, "valid_to": "2024-12-31"}))]
pub struct AgencyName {
    /// Name in Vietnamese.
    #[schema(min_length = 1, max_length = 300)]
    pub name_vi: String,
    /// Name in English.
    #[serde(default)]
    #[schema(max_length = 300)]
    pub name_en: Option<String>,
    /// The first day.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
}

/// The agency above, and the days on which it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"parent": "ca-mau", "valid_from": null, "valid_to": "2025-06-30"}))]
pub struct AgencyParent {
    /// The agency above.
    pub parent: AgencyCode,
    /// The first day.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
}

/// The region, and the days on which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"region": "mrd", "valid_from": null, "valid_to": null}))]
pub struct AgencyRegion {
    /// The region.
    pub region: RegionCode,
    /// The first day.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
}

/// An identifier in another scheme. It means nothing without its days: the statistics office's 15 was Yên Bái and is
/// Lào Cai now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"scheme": "gso", "value": "15", "source": "QĐ 124/2004/QĐ-TTg", "valid_from": null, "valid_to": "2025-06-30"}))]
pub struct AgencyIdentifier {
    /// The scheme: `gso`, `qcvn-102`.
    #[schema(min_length = 1, max_length = 64)]
    pub scheme: String,
    /// The identifier.
    #[schema(min_length = 1, max_length = 64)]
    pub value: String,
    /// Where it was found.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub source: Option<String>,
    /// The first day.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
}

/// An agency with its whole history: the same in the import file and as the body of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "yen-bai", "level": "province", "valid_from": null, "valid_to": "2025-06-30",
    "names": [{"name_vi": "Yên Bái", "name_en": null, "valid_from": null, "valid_to": null}], "parents": [],
    "regions": [{"region": "nmm", "valid_from": null, "valid_to": null}],
    "identifiers": [{"scheme": "gso", "value": "15", "source": null, "valid_from": null, "valid_to": "2025-06-30"}],
    "successors": ["lao-cai-2025"]}))]
pub struct AgencyDocument {
    /// The code, for ever its own.
    pub code: AgencyCode,
    /// The level.
    pub level: LevelCode,
    /// The first day; absent: always there, as far as is known.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// The last day; absent: still there.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Names; at least one.
    #[schema(min_items = 1, max_items = 50)]
    pub names: Vec<AgencyName>,
    /// The agencies above.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub parents: Vec<AgencyParent>,
    /// Regions; one at a time.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub regions: Vec<AgencyRegion>,
    /// Identifiers; one of each scheme at a time.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub identifiers: Vec<AgencyIdentifier>,
    /// The agencies that took its place.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub successors: Vec<AgencyCode>,
}

macro_rules! dated {
    ($($name:ident),+) => {
        $(impl Dated for $name {
            fn span(&self) -> Span {
                Span { from: self.valid_from, to: self.valid_to }
            }
        })+
    };
}
dated!(
    AgencyName,
    AgencyParent,
    AgencyRegion,
    AgencyIdentifier,
    AgencyDocument
);

/// An agency as it is kept: its history, those it follows, and its version.
#[derive(Clone, Debug, Serialize)]
pub struct Agency {
    /// The code, for ever its own.
    pub code: AgencyCode,
    /// The level.
    pub level: LevelCode,
    /// The first day; null: always there, as far as is known.
    pub valid_from: Option<NaiveDate>,
    /// The last day; null: still there.
    pub valid_to: Option<NaiveDate>,
    /// Names.
    pub names: Vec<AgencyName>,
    /// The agencies above.
    pub parents: Vec<AgencyParent>,
    /// Regions.
    pub regions: Vec<AgencyRegion>,
    /// Identifiers.
    pub identifiers: Vec<AgencyIdentifier>,
    /// The agencies that took its place.
    pub successors: Vec<AgencyCode>,
    /// The agencies whose place it took.
    pub predecessors: Vec<AgencyCode>,
    /// Counts the changes; also the ETag.
    pub revision: i64,
    /// When it was first written.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl Agency {
    /// What was written: the same that an import or a change sends.
    pub(super) fn document(&self) -> AgencyDocument {
        AgencyDocument {
            code: self.code.clone(),
            level: self.level.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            names: self.names.clone(),
            parents: self.parents.clone(),
            regions: self.regions.clone(),
            identifiers: self.identifiers.clone(),
            successors: self.successors.clone(),
        }
    }
}

/// An agency on one day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "thua-thien-hue", "name_vi": "Thành phố Huế", "name_en": null, "level": "province", "region": "ncc", "parent": null, "valid_from": null, "valid_to": null}))]
pub struct AgencyOnDay {
    /// The code.
    pub code: AgencyCode,
    /// The name on that day.
    pub name_vi: String,
    /// The English name on that day.
    pub name_en: Option<String>,
    /// The level.
    pub level: LevelCode,
    /// The region on that day.
    pub region: Option<RegionCode>,
    /// The agency above on that day.
    pub parent: Option<AgencyCode>,
    /// The agency's first day.
    pub valid_from: Option<NaiveDate>,
    /// The agency's last day.
    pub valid_to: Option<NaiveDate>,
}

/// What other features show of an agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}))]
pub struct AgencyCard {
    /// The code.
    pub code: AgencyCode,
    /// The name.
    pub name_vi: String,
    /// The English name.
    pub name_en: Option<String>,
    /// The level.
    pub level: LevelCode,
    /// The region.
    pub region: Option<RegionCode>,
}

/// Which agencies to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgencyQuery {
    /// Agencies on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// The day to look at; today (UTC) by default. Agencies that don't exist on it are left out.
    #[param(example = "2025-06-30")]
    pub as_of: Option<NaiveDate>,
    /// Only this level.
    #[param(example = "province")]
    pub level: Option<LevelCode>,
    /// Only those in this region on that day.
    #[param(example = "rrd")]
    pub region: Option<RegionCode>,
    /// Only those directly below this agency on that day.
    #[param(example = "ca-mau")]
    pub parent: Option<AgencyCode>,
    /// Part of the name on that day, Vietnamese or English; capitals, marks and punctuation don't matter.
    #[param(example = "da nang", max_length = 200)]
    pub q: Option<String>,
}

/// Levels, regions and agencies to be taken in together. References may point forward.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"levels": [{"code": "ministry", "name_vi": "Bộ, cơ quan ngang bộ", "order": 1}], "regions": [],
    "agencies": [{"code": "moj", "level": "ministry", "names": [{"name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice"}]}]}))]
pub struct AgencyImport {
    /// Levels to add or replace.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub levels: Vec<Level>,
    /// Regions to add or replace.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub regions: Vec<Region>,
    /// Agencies to add, or to replace with their whole history.
    #[serde(default)]
    #[schema(max_items = 20_000)]
    pub agencies: Vec<AgencyDocument>,
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"levels": 7, "regions": 6, "agencies": 116, "created": 129, "updated": 0, "unchanged": 0, "dry_run": false}))]
pub struct AgencyImportResult {
    /// Levels in the document.
    pub levels: usize,
    /// Regions in the document.
    pub regions: usize,
    /// Agencies in the document.
    pub agencies: usize,
    /// Levels, regions and agencies that are new.
    pub created: usize,
    /// Those that were there and differ.
    pub updated: usize,
    /// Those that were there just so.
    pub unchanged: usize,
    /// Whether nothing was saved because only a check was asked for.
    pub dry_run: bool,
}

/// How to import.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Check and count, but save nothing.
    #[serde(default)]
    #[param(default = false)]
    pub dry_run: bool,
}

/// A row of `agencies`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = agencies, treat_none_as_default_value = false)]
pub(super) struct AgencyRow {
    pub code: AgencyCode,
    pub level_code: LevelCode,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub revision: i64,
    pub created_at: Moment,
    pub updated_at: Moment,
}
