//! The canonical document of a submission: its RFC 8785 text is what is signed. Pure.
//!
//! It holds what the agency declares, and neither the state, nor titles, nor who saved what. A field that is added,
//! dropped or renamed makes every signature stale: that is what [`FORMAT`] counts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::{AppError, AppResult},
    features::{
        evidence::EvidenceFileRow,
        rounds::RoundRow,
        submissions::{Evidence, Item},
    },
    ids::{AgencyCode, FileDigest, FileId, IndicatorCode, RoundCode, SetCode, sha256_hex},
    scoring::{Declared, Points},
};

/// The version of the document's shape.
const FORMAT: &str = "parindex-submission/1";

/// A submission's canonical document and its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The document.
    pub text: String,
    /// The SHA-256 of its bytes.
    pub digest: FileDigest,
}

/// What an agency declares, as it is signed.
#[derive(Serialize, ToSchema)]
#[schema(as = CanonicalSubmission)]
pub struct Document<'a> {
    /// The version of this shape.
    #[schema(example = "parindex-submission/1")]
    format: &'static str,
    /// The round.
    round: &'a RoundCode,
    /// The year that is assessed.
    #[schema(example = 2023)]
    year: i32,
    /// The agency that assesses itself.
    agency: &'a AgencyCode,
    /// The criteria set that it assesses itself by.
    criteria_set: SetRecord<'a>,
    /// The items that were ever saved, by the indicator's code.
    items: Vec<ItemRecord<'a>>,
}

/// A criteria set by its content.
#[derive(Serialize, ToSchema)]
#[schema(as = CanonicalSet, example = json!({"code": "par-2023-ministries", "version": 1, "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub struct SetRecord<'a> {
    /// The family.
    code: &'a SetCode,
    /// The version.
    version: i32,
    /// SHA-256 of its canonical JSON.
    digest: &'a str,
}

/// An item as it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = CanonicalItem, example = json!({"indicator": "1.1.1", "revision": 2, "value": {"kind": "yes_no", "yes": true}, "self_points": "1", "explanation": null, "evidence": []}))]
pub struct ItemRecord<'a> {
    /// The indicator.
    indicator: &'a IndicatorCode,
    /// Counts its changes.
    revision: i32,
    /// The declared value.
    value: Option<&'a Declared>,
    /// The points that the rule gives for it.
    self_points: Option<Points>,
    /// The written explanation.
    explanation: Option<&'a str>,
    /// The documents that prove it.
    evidence: Vec<EvidenceRecord<'a>>,
}

/// A document that proves a value.
#[derive(Serialize, ToSchema)]
#[schema(as = CanonicalEvidence, example = json!({"number": "1250/QĐ-BTP", "date": "2023-01-05", "issuer": "Bộ Tư pháp", "signer": null, "title": null, "link": null, "file": null}))]
pub struct EvidenceRecord<'a> {
    /// Its number and sign.
    number: Option<&'a str>,
    /// Its date.
    date: Option<NaiveDate>,
    /// Who issued it.
    issuer: Option<&'a str>,
    /// Who signed it.
    signer: Option<&'a str>,
    /// What it is.
    title: Option<&'a str>,
    /// Where it can be read.
    link: Option<&'a str>,
    /// Its file, if one was uploaded.
    file: Option<FileRecord<'a>>,
}

/// A file by its content: the id of its row says nothing to whoever holds the file.
#[derive(Serialize, ToSchema)]
#[schema(as = CanonicalFile, example = json!({"name": "Kế hoạch CCHC 2023.pdf", "media_type": "application/pdf", "bytes": 183422, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub struct FileRecord<'a> {
    /// Its name.
    name: &'a str,
    /// What it is.
    media_type: &'a str,
    /// Its size.
    bytes: i64,
    /// The SHA-256 of its bytes.
    sha256: &'a FileDigest,
}

/// Makes the document of these items, whose documents name these files.
pub fn canonical<'a>(
    round: &RoundRow,
    set_digest: &str,
    agency: &AgencyCode,
    items: impl Iterator<Item = &'a Item>,
    files: &[EvidenceFileRow],
) -> AppResult<Canonical> {
    let files: BTreeMap<&FileId, &EvidenceFileRow> = files.iter().map(|file| (&file.id, file)).collect();
    let mut items = items
        .map(|item| item_record(item, &files))
        .collect::<AppResult<Vec<_>>>()?;
    items.sort_by_key(|item| item.indicator);
    let document = Document {
        format: FORMAT,
        round: &round.code,
        year: round.year,
        agency,
        criteria_set: SetRecord {
            code: &round.criteria_set_code,
            version: round.criteria_set_version,
            digest: set_digest,
        },
        items,
    };
    let text = serde_json_canonicalizer::to_string(&document).map_err(AppError::internal)?;
    let digest = FileDigest::parse(&sha256_hex(text.as_bytes())).map_err(AppError::internal)?;
    Ok(Canonical { text, digest })
}

fn item_record<'a>(
    item: &'a Item,
    files: &BTreeMap<&FileId, &'a EvidenceFileRow>,
) -> AppResult<ItemRecord<'a>> {
    Ok(ItemRecord {
        indicator: &item.indicator,
        revision: item.revision,
        value: item.value.as_ref(),
        self_points: item.self_points,
        explanation: item.explanation.as_deref(),
        evidence: item
            .evidence
            .iter()
            .map(|document| evidence_record(document, files))
            .collect::<AppResult<_>>()?,
    })
}

fn evidence_record<'a>(
    document: &'a Evidence,
    files: &BTreeMap<&FileId, &'a EvidenceFileRow>,
) -> AppResult<EvidenceRecord<'a>> {
    let file = document.file.as_ref().map(|id| {
        let row = files.get(id);
        row.ok_or_else(|| AppError::internal(format!("the row of file {id} is gone")))
    });
    Ok(EvidenceRecord {
        number: document.number.as_deref(),
        date: document.date,
        issuer: document.issuer.as_deref(),
        signer: document.signer.as_deref(),
        title: document.title.as_deref(),
        link: document.link.as_deref(),
        file: file.transpose()?.map(|row| FileRecord {
            name: &row.name,
            media_type: &row.media_type,
            bytes: row.size,
            sha256: &row.sha256,
        }),
    })
}
