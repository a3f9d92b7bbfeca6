//! From a survey's final document to points: the same document always gives the same points. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::pull_model::{LeftOutReason, PulledFrom};
use crate::{
    error::Message,
    ids::{AgencyCode, IndicatorCode, SurveyRoundCode},
    scoring::{CompiledLeaf, CompiledSet, Points, Rule, SurveyMeasure, survey_points},
};

/// The tables in which an agency may stand: as one that was surveyed, or as the one above those.
const TABLES: [&str; 2] = ["agencies", "parents"];

/// What is read of a final document.
#[derive(Debug, Deserialize)]
pub struct FinalDocument {
    /// The year that was surveyed.
    pub year: i32,
    instrument: String,
    instrument_version: u32,
    tables: Vec<Table>,
}

#[derive(Debug, Deserialize)]
struct Table {
    table: String,
    rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    code: String,
    n: Option<u32>,
    suppressed: bool,
    nodes: Vec<Figure>,
    items: Vec<Figure>,
}

#[derive(Debug, Deserialize)]
struct Figure {
    code: String,
    /// Of items alone.
    n: Option<u32>,
    index: Option<Points>,
    low: Option<Points>,
    high: Option<Points>,
    suppressed: bool,
}

/// An indicator's points for an agency, with what they come from, or why there are none.
pub type Found = Result<(Points, PulledFrom), LeftOutReason>;

/// A final document, ready to be looked into.
pub struct Survey<'a> {
    document: &'a FinalDocument,
    code: &'a SurveyRoundCode,
    digest: &'a str,
    rows: BTreeMap<&'a str, (&'a str, &'a Row)>,
}

impl<'a> Survey<'a> {
    /// An agency that was surveyed itself is not looked up among those above others.
    pub fn new(document: &'a FinalDocument, code: &'a SurveyRoundCode, digest: &'a str) -> Self {
        let mut rows = BTreeMap::new();
        for name in TABLES {
            for table in document.tables.iter().filter(|table| table.table == name) {
                for row in &table.rows {
                    rows.entry(row.code.as_str())
                        .or_insert((table.table.as_str(), row));
                }
            }
        }
        Self {
            document,
            code,
            digest,
            rows,
        }
    }

    /// The survey round.
    pub fn code(&self) -> &SurveyRoundCode {
        self.code
    }

    /// SHA-256 of the document.
    pub fn digest(&self) -> &str {
        self.digest
    }

    /// The indicators that take their points from this instrument.
    pub fn indicators<'s>(
        &self,
        set: &'s CompiledSet,
    ) -> Vec<(IndicatorCode, &'s CompiledLeaf, &'s SurveyMeasure)> {
        let measured = set.leaves().iter().filter_map(|leaf| {
            let measure = measure_of(leaf)?;
            let fits = measure.instrument == self.document.instrument
                && measure.version == self.document.instrument_version;
            let code = IndicatorCode::parse(&leaf.code).ok()?;
            fits.then_some((code, leaf, measure))
        });
        measured.collect()
    }

    /// The points of one indicator for one agency.
    pub fn points(&self, agency: &AgencyCode, leaf: &CompiledLeaf, measure: &SurveyMeasure) -> Found {
        let (table, row) = self.rows.get(agency.as_str()).ok_or(LeftOutReason::NotSurveyed)?;
        if row.suppressed {
            return Err(LeftOutReason::Suppressed);
        }
        let figure = row
            .nodes
            .iter()
            .chain(&row.items)
            .find(|figure| figure.code == measure.of)
            .ok_or(LeftOutReason::NoSuchNode)?;
        if figure.suppressed {
            return Err(LeftOutReason::Suppressed);
        }
        let index = figure.index.ok_or(LeftOutReason::NotAnswered)?;
        let n = figure.n.or(row.n).ok_or(LeftOutReason::NotAnswered)?;
        let points =
            survey_points(leaf.maximum, &measure.conversion, index).ok_or(LeftOutReason::NoPoints)?;
        let from = PulledFrom {
            survey_round: self.code.clone(),
            digest: self.digest.to_owned(),
            instrument: measure.instrument.clone(),
            version: measure.version,
            table: (*table).to_owned(),
            of: measure.of.clone(),
            index,
            low: figure.low,
            high: figure.high,
            n,
            conversion: measure.conversion.clone(),
        };
        Ok((points, from))
    }
}

/// The survey result that an indicator takes its points from, if it names one.
pub fn measure_of(leaf: &CompiledLeaf) -> Option<&SurveyMeasure> {
    match &leaf.rule {
        Rule::Survey { measure } => measure.as_ref(),
        _ => None,
    }
}

/// Why there is no figure, in words.
pub fn reason_in_words(reason: LeftOutReason) -> Message {
    match reason {
        LeftOutReason::NotSurveyed => {
            Message::new("Cơ quan không được khảo sát.", "The agency was not surveyed.")
        }
        LeftOutReason::Suppressed => Message::new(
            "Không công bố: số phiếu dưới mức tối thiểu của mẫu phiếu, hoặc để không lộ số liệu khác.",
            "Not shown: fewer responses than the instrument demands, or so that another figure stays hidden.",
        ),
        LeftOutReason::NotAnswered => Message::new(
            "Không có ai trả lời nội dung này.",
            "Nobody answered what it stands on.",
        ),
        LeftOutReason::NoSuchNode => Message::new(
            "Mẫu phiếu không có phần, yếu tố hoặc câu hỏi này, hoặc nó không có chỉ số.",
            "The instrument has no such part, factor or item, or it has no index.",
        ),
        LeftOutReason::NoPoints => Message::new(
            "Cách quy đổi không có điểm cho chỉ số này.",
            "The conversion has no points for this index.",
        ),
    }
}
