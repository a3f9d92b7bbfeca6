//! Canonical JSON (RFC 8785) of what holds all agencies of a round. Pure.
//!
//! A round of 10,000 agencies makes a text of 100 megabytes. The canonical text of a list is that of its elements with commas
//! between them, so it is made on all cores, a share of the agencies on each, and once for all that hold the same agencies.

use rayon::prelude::*;
use serde::Serialize;

use super::document::{AgencyRecord, Document};
use crate::{
    error::{AppError, AppResult},
    ids::{PublicationId, sha256_of_parts},
};

/// Agencies of one share: enough that handing it over costs nothing beside it.
const SHARE: usize = 32;
/// What the canonical text of an object begins with whose first member is an empty list of agencies.
const NO_AGENCIES: &str = "{\"agencies\":[]";

/// The canonical text of a list of agencies, in pieces and without its brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgencyTexts(Vec<String>);

impl AgencyTexts {
    /// Of these agencies, in their order.
    pub fn of(agencies: &[AgencyRecord]) -> AppResult<Self> {
        let shares = agencies.par_chunks(SHARE).map(sorted::agencies);
        shares.collect::<AppResult<_>>().map(Self)
    }

    /// The canonical text of an object with these agencies: `rest` is the object with none. No name of its members sorts before
    /// `agencies`.
    pub fn complete(&self, rest: &impl Serialize) -> AppResult<String> {
        let rest = canonical(rest)?;
        let parts = self.parts(&rest)?;
        let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
        text.extend(parts);
        Ok(text)
    }

    /// The SHA-256 of that text, in hexadecimal.
    pub fn digest(&self, rest: &impl Serialize) -> AppResult<String> {
        let rest = canonical(rest)?;
        let parts = self.parts(&rest)?;
        Ok(sha256_of_parts(parts.into_iter().map(str::as_bytes)))
    }

    fn parts<'a>(&'a self, rest: &'a str) -> AppResult<Vec<&'a str>> {
        let rest = rest.strip_prefix(NO_AGENCIES).ok_or_else(|| {
            AppError::internal("an object's canonical text does not begin with its agencies")
        })?;
        let mut parts = vec!["{\"agencies\":["];
        for (position, piece) in self.0.iter().enumerate() {
            if position > 0 {
                parts.push(",");
            }
            parts.push(piece);
        }
        parts.extend(["]", rest]);
        Ok(parts)
    }
}

impl Document {
    /// The canonical text (RFC 8785) and the id that follows from it.
    pub fn canonical(&self) -> AppResult<(String, PublicationId)> {
        self.canonical_of(&AgencyTexts::of(&self.agencies)?)
    }

    /// The same where the text of its agencies is there already.
    pub fn canonical_of(&self, agencies: &AgencyTexts) -> AppResult<(String, PublicationId)> {
        let text = agencies.complete(&self.without_agencies())?;
        let id = PublicationId::of_document(&text);
        Ok((text, id))
    }

    fn without_agencies(&self) -> Self {
        Self {
            format: self.format.clone(),
            kind: self.kind,
            title_vi: self.title_vi.clone(),
            title_en: self.title_en.clone(),
            notice_vi: self.notice_vi.clone(),
            notice_en: self.notice_en.clone(),
            round: self.round.clone(),
            criteria_set: self.criteria_set.clone(),
            published_at: self.published_at,
            baseline: self.baseline.clone(),
            supersedes: self.supersedes.clone(),
            external: self.external.clone(),
            agencies: Vec::new(),
            ranking: self.ranking.clone(),
            not_ranked: self.not_ranked.clone(),
            means: self.means.clone(),
        }
    }
}

fn canonical(object: &impl Serialize) -> AppResult<String> {
    serde_json_canonicalizer::to_string(object).map_err(AppError::internal)
}

/// Agencies with their members in the order of their names, so that they need not be sorted while they are written: a
/// document of a large round holds ten million members. Every record is taken apart whole: a field that is added does not compile
/// until it stands here, and a test compares the text with that of the canonicalizer.
mod sorted {
    use serde::Serialize;
    use serde_json::value::RawValue;

    use crate::{
        error::{AppError, AppResult},
        features::publications::document::{
            AdjustmentRecord, AgencyRecord, IndicatorRecord, NodeRecord, Verdict,
        },
        ids::{AgencyCode, LevelCode, RegionCode},
        scoring::Points,
    };

    #[derive(Serialize)]
    struct Agency<'a> {
        adjustment: Option<Points>,
        adjustments: &'a [AdjustmentRecord],
        code: &'a AgencyCode,
        index: Option<Points>,
        index_printed: Option<Points>,
        indicators: Vec<Indicator<'a>>,
        level: &'a LevelCode,
        maximum: Option<Points>,
        name_en: Option<&'a str>,
        name_vi: &'a str,
        nodes: Vec<Node<'a>>,
        ranked: bool,
        region: Option<&'a RegionCode>,
        score: Option<Points>,
        score_printed: Option<Points>,
        #[serde(skip_serializing_if = "Option::is_none")]
        signatures: Option<Box<RawValue>>,
        total: Option<Points>,
        total_printed: Option<Points>,
    }

    #[derive(Serialize)]
    struct Indicator<'a> {
        code: &'a str,
        deciding_body: Option<&'a AgencyCode>,
        maximum: Points,
        points: Points,
        sample_size: Option<i32>,
        source: Option<&'a str>,
        value: Option<Box<RawValue>>,
        verdict: Option<Verdict>,
    }

    #[derive(Serialize)]
    struct Node<'a> {
        code: &'a str,
        index: Option<Points>,
        maximum: Points,
        points: Points,
    }

    /// The canonical texts of agencies with commas between them.
    pub fn agencies(agencies: &[AgencyRecord]) -> AppResult<String> {
        let mut text = Vec::new();
        for record in agencies {
            if !text.is_empty() {
                text.push(b',');
            }
            serde_json::to_writer(&mut text, &agency(record)?).map_err(AppError::internal)?;
        }
        String::from_utf8(text).map_err(AppError::internal)
    }

    /// What is rare, and has members of its own, is sorted by the canonicalizer.
    fn raw(object: &impl Serialize) -> AppResult<Box<RawValue>> {
        RawValue::from_string(super::canonical(object)?).map_err(AppError::internal)
    }

    fn agency(record: &AgencyRecord) -> AppResult<Agency<'_>> {
        let AgencyRecord {
            code,
            name_vi,
            name_en,
            level,
            region,
            ranked,
            indicators,
            nodes,
            total,
            total_printed,
            maximum,
            index,
            index_printed,
            adjustments,
            adjustment,
            score,
            score_printed,
            signatures,
        } = record;
        Ok(Agency {
            adjustment: *adjustment,
            adjustments,
            code,
            index: *index,
            index_printed: *index_printed,
            indicators: indicators.iter().map(indicator).collect::<AppResult<_>>()?,
            level,
            maximum: *maximum,
            name_en: name_en.as_deref(),
            name_vi,
            nodes: nodes.iter().map(node).collect(),
            ranked: *ranked,
            region: region.as_ref(),
            score: *score,
            score_printed: *score_printed,
            signatures: (!signatures.is_empty()).then(|| raw(signatures)).transpose()?,
            total: *total,
            total_printed: *total_printed,
        })
    }

    fn indicator(record: &IndicatorRecord) -> AppResult<Indicator<'_>> {
        let IndicatorRecord {
            code,
            value,
            verdict,
            points,
            maximum,
            deciding_body,
            sample_size,
            source,
        } = record;
        Ok(Indicator {
            code,
            deciding_body: deciding_body.as_ref(),
            maximum: *maximum,
            points: *points,
            sample_size: *sample_size,
            source: source.as_deref(),
            value: value.as_ref().map(raw).transpose()?,
            verdict: *verdict,
        })
    }

    fn node(record: &NodeRecord) -> Node<'_> {
        let NodeRecord {
            code,
            points,
            maximum,
            index,
        } = record;
        Node {
            code,
            index: *index,
            maximum: *maximum,
            points: *points,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        features::publications::{
            build::Content,
            tests::{CODES, published, result},
        },
        scoring::Declared,
    };

    /// Gives an agency what is rare, and texts that JSON writes in other characters.
    fn twist(agency: &mut AgencyRecord, position: usize) {
        const TEXTS: [&str; 4] = ["\"\\/\u{7}\u{8}\n\u{1f}\u{7f}", "Đội 😀 \u{2028}", "", "<a & b>"];
        let text = |at: usize| TEXTS[(position + at) % TEXTS.len()].to_owned();
        agency.name_vi = text(0);
        agency.name_en = position.is_multiple_of(2).then(|| text(1));
        agency.region = position.is_multiple_of(3).then(|| "north".parse().unwrap());
        for (at, record) in agency.indicators.iter_mut().enumerate() {
            record.source = (at + position).is_multiple_of(2).then(|| text(at));
            record.sample_size = (at + position).is_multiple_of(3).then_some(400);
            record.deciding_body = (at + position).is_multiple_of(4).then(|| agency.code.clone());
            record.value = match (at + position) % 5 {
                0 => Some(Declared::Option { option: text(at) }),
                1 => Some(Declared::YesNo { yes: true }),
                2 => Some(Declared::Count { count: 12 }),
                3 => Some(Declared::NotApplicable {}),
                _ => None,
            };
        }
        if position.is_multiple_of(4) {
            agency.adjustments.clear();
        }
    }

    #[test]
    fn a_text_made_in_shares_is_the_canonical_one() {
        let mut document = published(&CODES);
        let pattern = document.agencies.clone();
        for count in [0, 1, 2, 31, 32, 33, 64, 100] {
            document.agencies = pattern.iter().cycle().take(count).cloned().collect();
            for (position, agency) in document.agencies.iter_mut().enumerate() {
                twist(agency, position);
            }
            let whole = serde_json_canonicalizer::to_string(&document).unwrap();
            assert_eq!(document.canonical().unwrap().0, whole, "{count} agencies");
        }
        let content = Content::of(&result(&CODES)).unwrap();
        assert_eq!(content.digest().unwrap(), crate::db::digest_of(&content).unwrap());
    }
}
