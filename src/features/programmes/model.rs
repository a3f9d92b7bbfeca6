//! Programmes and their contents in the API.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    clock::{Moment, Zone},
    ids::{AgencyCode, ContentCode, ProgrammeCode},
    words,
};

words! {
    /// How far a programme is.
    ProgrammeStatus {
        /// It is being drafted: plans are made, nothing is reported.
        Draft = "draft",
        /// It is in force: progress is reported.
        InForce = "in_force",
        /// It has ended: nothing changes any more.
        Closed = "closed",
    }
}

/// The years of a programme, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProgrammePeriod, example = json!({"from_year": 2017, "to_year": 2020}))]
pub struct Period {
    /// The first year.
    #[schema(minimum = 2000, maximum = 2100)]
    pub from_year: i32,
    /// The last year.
    #[schema(minimum = 2000, maximum = 2100)]
    pub to_year: i32,
}

/// A content (nội dung phối hợp) of a programme: what its tasks serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProgrammeContent, example = json!({"code": "7", "title": "Phối hợp thẩm định Chỉ số cải cách hành chính hằng năm", "description": null}))]
pub struct Content {
    /// Its code in the programme.
    pub code: ContentCode,
    /// What it is called.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    /// What belongs to it.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub description: Option<String>,
}

/// A new programme.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "moha-mic-2017-2020", "title": "Chương trình phối hợp giữa Bộ Nội vụ và Bộ Thông tin và Truyền thông giai đoạn 2017-2020", "drafted_on": "2017-08-09", "signed_on": "2017-08-22", "period": {"from_year": 2017, "to_year": 2020}, "owner": "moha", "signatories": ["moha", "mic"], "contents": [{"code": "7", "title": "Phối hợp thẩm định Chỉ số cải cách hành chính hằng năm"}]}))]
pub struct NewProgramme {
    /// The programme's code, for ever its own.
    pub code: ProgrammeCode,
    /// What it is called.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    /// The number and sign of the document.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub number: Option<String>,
    /// The day it was signed; without one it can't come into force.
    #[serde(default)]
    pub signed_on: Option<NaiveDate>,
    /// The day of the draft that the contents are taken from.
    #[serde(default)]
    pub drafted_on: Option<NaiveDate>,
    /// The years it is for.
    pub period: Period,
    /// The agency that runs it: it makes the plan and settles what the units do not.
    pub owner: AgencyCode,
    /// The agencies that sign it.
    #[schema(min_items = 1, max_items = 30)]
    pub signatories: Vec<AgencyCode>,
    /// So many days before its end an unfinished line is nearly due.
    #[serde(default = "nearly_due_days")]
    #[schema(minimum = 0, maximum = 365)]
    pub nearly_due_days: i32,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// What a reader has to know of these data: their source, what is not in them.
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub note: Option<String>,
    /// The zone in which its days end; it never changes.
    #[serde(default)]
    pub time_zone: Zone,
    /// Its contents, in their order.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub contents: Vec<Content>,
}

fn nearly_due_days() -> i32 {
    7
}

/// What is to change of a programme; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "in_force", "signed_on": "2017-08-22"}))]
pub struct ProgrammeChange {
    /// What it is called.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub title: Option<String>,
    /// The number and sign of the document; null: none.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 200)]
    pub number: Option<Option<String>>,
    /// The day it was signed; null: not yet.
    #[serde(default, deserialize_with = "present")]
    pub signed_on: Option<Option<NaiveDate>>,
    /// The day of the draft; null: none.
    #[serde(default, deserialize_with = "present")]
    pub drafted_on: Option<Option<NaiveDate>>,
    /// The years it is for.
    #[serde(default)]
    pub period: Option<Period>,
    /// The agencies that sign it.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 30)]
    pub signatories: Option<Vec<AgencyCode>>,
    /// So many days before its end an unfinished line is nearly due.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 365)]
    pub nearly_due_days: Option<i32>,
    /// What it is for; null: nothing is said.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 5000)]
    pub description: Option<Option<String>>,
    /// What a reader has to know of these data; null: nothing.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 5000)]
    pub note: Option<Option<String>>,
    /// From draft into force, from there to its end, and back from its end.
    #[serde(default)]
    pub status: Option<ProgrammeStatus>,
}

/// Tells a member that is null from one that is not there.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A programme.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "moha-mic-2017-2020", "title": "Chương trình phối hợp giai đoạn 2017-2020", "number": null, "signed_on": "2017-08-22", "drafted_on": "2017-08-09", "period": {"from_year": 2017, "to_year": 2020}, "status": "in_force", "owner": "moha", "signatories": ["moha", "mic"], "nearly_due_days": 7, "description": null, "note": null, "time_zone": "Asia/Ho_Chi_Minh", "contents": [], "revision": 1, "created_at": "2024-01-02T02:00:00Z", "updated_at": "2024-01-02T02:00:00Z", "actions": []}))]
pub struct Programme {
    /// The programme's code.
    pub code: ProgrammeCode,
    /// What it is called.
    pub title: String,
    /// The number and sign of the document.
    pub number: Option<String>,
    /// The day it was signed.
    pub signed_on: Option<NaiveDate>,
    /// The day of the draft that the contents are taken from.
    pub drafted_on: Option<NaiveDate>,
    /// The years it is for.
    pub period: Period,
    /// How far it is.
    pub status: ProgrammeStatus,
    /// The agency that runs it.
    pub owner: AgencyCode,
    /// The agencies that sign it.
    pub signatories: Vec<AgencyCode>,
    /// So many days before its end an unfinished line is nearly due.
    pub nearly_due_days: i32,
    /// What it is for.
    pub description: Option<String>,
    /// What a reader has to know of these data.
    pub note: Option<String>,
    /// The zone in which its days end.
    pub time_zone: Zone,
    /// Its contents, in their order.
    pub contents: Vec<Content>,
    /// Counts the changes; also the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// What the caller may do with it.
    pub actions: Vec<&'static str>,
}

/// A programme in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "moha-mic-2017-2020", "title": "Chương trình phối hợp giai đoạn 2017-2020", "number": null, "period": {"from_year": 2017, "to_year": 2020}, "status": "in_force", "owner": "moha", "revision": 1, "updated_at": "2024-01-02T02:00:00Z"}))]
pub struct ProgrammeCard {
    /// The programme's code.
    pub code: ProgrammeCode,
    /// What it is called.
    pub title: String,
    /// The number and sign of the document.
    pub number: Option<String>,
    /// The years it is for.
    pub period: Period,
    /// How far it is.
    pub status: ProgrammeStatus,
    /// The agency that runs it.
    pub owner: AgencyCode,
    /// Counts the changes.
    pub revision: i64,
    /// When it was last changed.
    pub updated_at: Moment,
}

/// Which programmes to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProgrammeQuery {
    /// Programmes on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Only programmes that this agency runs.
    pub owner: Option<AgencyCode>,
    /// Only programmes that are this far.
    pub status: Option<ProgrammeStatus>,
    /// Only programmes whose period holds this year.
    pub year: Option<i32>,
}

/// All contents of a programme.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProgrammeContents, example = json!({"contents": [{"code": "1", "title": "Xây dựng văn bản quy phạm pháp luật"}]}))]
pub struct ContentsBody {
    /// In place of the present ones. One that has tasks can't be left out.
    #[schema(max_items = 200)]
    pub contents: Vec<Content>,
}
