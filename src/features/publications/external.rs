//! External tables: results that were published before this system, taken in as publications. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{
    AgencyRecord, Document, DocumentRound, DocumentSet, EntryBasis, ExternalSource, FORMAT, Means,
    PublicationKind, RankedRecord, SourceRecord, Summary,
};
use crate::{
    clock::Moment,
    error::{AppError, AppResult, FieldError, Message},
    features::agencies::AgencyCard,
    ids::{AgencyCode, LevelCode, PublicationId, RoundCode, SetCode},
    scoring::Points,
};

const TEXT_LENGTH_MAX: usize = 2000;
const TITLE_LENGTH_MAX: usize = 500;
const SOURCES_MAX: usize = 100;
/// Entries of one table.
pub const ENTRIES_MAX: usize = 20_000;

/// An earlier published table; partial tables are welcome.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "par-index-2022-provinces", "set": "par-index-provinces", "level": "province", "year": 2022, "title_vi": "Chỉ số CCHC năm 2022 của các tỉnh", "title_en": "PAR INDEX 2022, provinces", "sources": [{"code": "S23", "address": "https://example.vn/par-index-2022"}], "complete": false, "note": "partial table: 1 of 63 units", "summary": {"ranked_units": 63, "mean": "84.79", "maximum": "90.10", "minimum": null}, "entries": [{"agency": "quang-ninh", "index": "90.10", "place": 1, "basis": "published", "note": "source S23"}]}))]
pub struct ExternalTable {
    /// The table's code, for ever its own.
    pub code: RoundCode,
    /// The family of criteria sets that it belongs to.
    pub set: SetCode,
    /// The level of the agencies.
    pub level: LevelCode,
    /// The year that was assessed.
    #[schema(minimum = 2000, maximum = 2100)]
    pub year: i32,
    /// Title in Vietnamese.
    #[schema(min_length = 1, max_length = 500)]
    pub title_vi: String,
    /// Title in English.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub title_en: Option<String>,
    /// Where the numbers come from.
    #[schema(max_items = 100)]
    pub sources: Vec<SourceRecord>,
    /// Whether every ranked agency is in the table.
    pub complete: bool,
    /// What should be known about it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// What the sources say of the whole.
    #[serde(default)]
    pub summary: Summary,
    /// The agencies, as far as they are known.
    #[schema(max_items = 20000)]
    pub entries: Vec<ExternalEntry>,
    /// The publication of the same table that this one corrects.
    #[serde(default)]
    pub supersedes: Option<PublicationId>,
}

/// One agency of an external table: its index, its place, or both.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agency": "quang-ninh", "index": "90.10", "place": 1, "basis": "published", "note": "source S23"}))]
pub struct ExternalEntry {
    /// The agency.
    pub agency: AgencyCode,
    /// The index as printed.
    #[serde(default)]
    pub index: Option<Points>,
    /// The place as printed.
    #[serde(default)]
    #[schema(minimum = 1)]
    pub place: Option<u32>,
    /// Where the numbers come from.
    pub basis: EntryBasis,
    /// What should be known about them.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

struct Faults(Vec<FieldError>);

impl Faults {
    fn push(&mut self, wrong: bool, pointer: impl Into<String>, code: &str, vi: &str, en: &str) {
        if wrong {
            self.0.push(FieldError::new(pointer, code, Message::new(vi, en)));
        }
    }

    fn text(&mut self, text: Option<&str>, longest: usize, pointer: impl Into<String>) {
        let good =
            |text: &str| !text.trim().is_empty() && text.chars().count() <= longest && !text.contains('\0');
        self.push(
            text.is_some_and(|text| !good(text)),
            pointer,
            "bad_text",
            &format!("Gồm 1 đến {longest} ký tự."),
            &format!("It has 1 to {longest} characters."),
        );
    }
}

impl ExternalTable {
    /// Names every fault of the table itself; whether its agencies exist is asked elsewhere.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Faults(Vec::new());
        faults.text(Some(&self.title_vi), TITLE_LENGTH_MAX, "/title_vi");
        faults.text(self.title_en.as_deref(), TITLE_LENGTH_MAX, "/title_en");
        faults.text(self.note.as_deref(), TEXT_LENGTH_MAX, "/note");
        faults.push(
            !(2000..=2100).contains(&self.year),
            "/year",
            "bad_year",
            "Năm từ 2000 đến 2100.",
            "The year is from 2000 to 2100.",
        );
        self.check_sources(&mut faults);
        self.check_summary(&mut faults);
        self.check_entries(&mut faults);
        faults.0
    }

    fn check_sources(&self, faults: &mut Faults) {
        faults.push(
            self.sources.is_empty() || self.sources.len() > SOURCES_MAX,
            "/sources",
            "bad_sources",
            "Cần 1 đến 100 nguồn.",
            "It needs 1 to 100 sources.",
        );
        for (index, source) in self.sources.iter().enumerate().take(SOURCES_MAX) {
            faults.text(Some(&source.code), 100, format!("/sources/{index}/code"));
            faults.text(
                source.address.as_deref(),
                TEXT_LENGTH_MAX,
                format!("/sources/{index}/address"),
            );
            faults.push(
                source.address.as_ref().is_some_and(|address| {
                    !(address.starts_with("https://") || address.starts_with("http://"))
                }),
                format!("/sources/{index}/address"),
                "bad_address",
                "Địa chỉ bắt đầu bằng https:// hoặc http://.",
                "An address starts with https:// or http://.",
            );
        }
    }

    fn check_summary(&self, faults: &mut Faults) {
        let summary = &self.summary;
        faults.push(
            summary.ranked_units == Some(0),
            "/summary/ranked_units",
            "bad_count",
            "Ít nhất 1.",
            "It is at least 1.",
        );
        let all = [
            ("/summary/mean", summary.mean),
            ("/summary/maximum", summary.maximum),
            ("/summary/minimum", summary.minimum),
        ];
        for (pointer, number) in all {
            faults.push(
                number.is_some_and(|number| number < Points::ZERO),
                pointer,
                "negative",
                "Không được âm.",
                "It can't be negative.",
            );
        }
        let above =
            |low: Option<Points>, high: Option<Points>| low.zip(high).is_some_and(|(low, high)| low > high);
        faults.push(
            above(summary.minimum, summary.mean)
                || above(summary.mean, summary.maximum)
                || above(summary.minimum, summary.maximum),
            "/summary",
            "summary_order",
            "Thấp nhất ≤ trung bình ≤ cao nhất.",
            "minimum ≤ mean ≤ maximum.",
        );
        faults.push(
            self.complete
                && summary.ranked_units.map(|units| units as usize)
                    != Some(self.entries.iter().filter(|entry| entry.place.is_some()).count()),
            "/complete",
            "not_complete",
            "Bảng đầy đủ phải có đủ summary.ranked_units cơ quan được xếp hạng.",
            "A complete table holds as many placed agencies as summary.ranked_units says.",
        );
    }

    fn check_entries(&self, faults: &mut Faults) {
        faults.push(
            self.entries.len() > ENTRIES_MAX,
            "/entries",
            "too_many",
            "Nhiều nhất 20000 dòng.",
            "At most 20000 entries.",
        );
        let mut seen = BTreeSet::new();
        for (index, entry) in self.entries.iter().enumerate().take(ENTRIES_MAX) {
            let at = |field: &str| format!("/entries/{index}/{field}");
            faults.push(
                !seen.insert(&entry.agency),
                at("agency"),
                "duplicate_agency",
                "Cơ quan đã có ở trên.",
                "The agency stands above already.",
            );
            faults.push(
                entry.index.is_none() && entry.place.is_none(),
                format!("/entries/{index}"),
                "nothing_known",
                "Cần chỉ số hoặc thứ hạng.",
                "It needs an index or a place.",
            );
            faults.push(
                entry.index.is_some_and(|points| points < Points::ZERO),
                at("index"),
                "negative",
                "Không được âm.",
                "It can't be negative.",
            );
            let last = self.summary.ranked_units.unwrap_or(u32::MAX);
            faults.push(
                entry.place.is_some_and(|place| place < 1 || place > last),
                at("place"),
                "bad_place",
                "Thứ hạng từ 1 đến summary.ranked_units.",
                "A place is from 1 to summary.ranked_units.",
            );
            faults.text(entry.note.as_deref(), TEXT_LENGTH_MAX, at("note"));
        }
    }

    /// The publication document of the table. `cards` holds the agencies by the names of the assessed year.
    pub fn document(
        self,
        cards: &BTreeMap<AgencyCode, AgencyCard>,
        published_at: Moment,
    ) -> AppResult<Document> {
        let mut agencies = self
            .entries
            .iter()
            .map(|entry| agency_record(entry, cards))
            .collect::<AppResult<Vec<_>>>()?;
        agencies.sort_by(|a, b| a.code.cmp(&b.code));
        let mut entries = self.entries;
        // Where no place is known the index tells, and at last the code.
        entries.sort_by(|a, b| {
            let place = |entry: &ExternalEntry| entry.place.unwrap_or(u32::MAX);
            (place(a), b.index, &a.agency).cmp(&(place(b), a.index, &b.agency))
        });
        Ok(Document {
            format: FORMAT.to_owned(),
            kind: PublicationKind::External,
            title_vi: self.title_vi,
            title_en: self.title_en,
            notice_vi: None,
            notice_en: None,
            round: DocumentRound {
                code: self.code.to_string(),
                year: self.year,
                owner: None,
            },
            criteria_set: DocumentSet {
                code: self.set,
                version: None,
                digest: None,
                document: None,
            },
            published_at,
            baseline: None,
            supersedes: self.supersedes,
            external: Some(ExternalSource {
                sources: self.sources,
                complete: self.complete,
                note: self.note,
                summary: self.summary,
            }),
            agencies,
            ranking: entries.into_iter().map(ranked_record).collect(),
            not_ranked: Vec::new(),
            means: Means::default(),
        })
    }
}

fn agency_record(entry: &ExternalEntry, cards: &BTreeMap<AgencyCode, AgencyCard>) -> AppResult<AgencyRecord> {
    let card = cards
        .get(&entry.agency)
        .ok_or_else(|| AppError::internal("an agency has no card"))?;
    Ok(AgencyRecord {
        code: card.code.clone(),
        name_vi: card.name_vi.clone(),
        name_en: card.name_en.clone(),
        level: card.level.clone(),
        region: card.region.clone(),
        ranked: true,
        indicators: Vec::new(),
        nodes: Vec::new(),
        total: None,
        total_printed: None,
        maximum: None,
        index: entry.index,
        index_printed: entry.index,
        adjustments: Vec::new(),
        adjustment: None,
        score: None,
        score_printed: None,
        signatures: Vec::new(),
    })
}

fn ranked_record(entry: ExternalEntry) -> RankedRecord {
    RankedRecord {
        agency: entry.agency,
        place: entry.place,
        place_label: entry.place.map(|place| place.to_string()),
        place_in_region: None,
        place_in_level: None,
        band: None,
        domains: Vec::new(),
        change: None,
        basis: Some(entry.basis),
        note: entry.note,
    }
}
