//! Does the published result follow from what the document says it stands on?
//!
//! Taken as they stand are the criteria set, the values and verdicts, points that were entered or set, bonus and penalty, the
//! names, levels and regions of the agencies, and who decided and signed. Everything else is computed again: the points of
//! every indicator, domain and criterion, totals, indices, scores, places, bands, means, the digest of the set, and the
//! changes if the earlier publication is given.

use serde_json::Value;

use super::{canonical::CanonicalText, difference::first_difference};
use crate::{
    features::publications::{
        again::content_again,
        build::Content,
        document::{AgencyRecord, Document, FORMAT, PublicationKind},
    },
    ids::{PublicationId, SetCode},
    scoring::{CompiledSet, CriteriaSet},
    signing::{Mark, Report},
};

/// Faults of a criteria set that are told.
const FAULTS_TOLD: usize = 3;

/// Computes a document again, and compares to the byte. `baseline` is the document of the publication that its changes are
/// against.
pub fn recompute(document: &[u8], baseline: Option<&[u8]>) -> Report {
    let mut report = Report::default();
    match attempt(&mut report, document, baseline) {
        Ok((holds, conclusion)) => report.conclude(holds, conclusion),
        Err(fault) => {
            report.say(Mark::Failed, fault);
            report.conclude(false, "the document could not be recomputed")
        }
    }
}

fn attempt(
    report: &mut Report,
    document: &[u8],
    baseline: Option<&[u8]>,
) -> Result<(bool, &'static str), String> {
    let published = CanonicalText::read(document).map_err(|fault| format!("the file: {fault}"))?;
    let document = read_document("the file", &published.text)?;
    if !published.was_canonical {
        report.say(
            Mark::Note,
            "form: the file is not canonical JSON (RFC 8785); its canonical form is compared in its place",
        );
    }
    if document.kind == PublicationKind::External {
        report.say(
            Mark::NotChecked,
            "an external table holds what was printed elsewhere, and nothing to compute it from",
        );
        return Ok((
            true,
            "nothing to recompute: an external table stands on its sources",
        ));
    }
    let set = compiled(&document)?;
    let rebuilt = rebuild(report, document, &set, baseline)?;
    let (text, _) = rebuilt.canonical().map_err(|error| error.to_string())?;
    if text == published.text {
        report.say(Mark::Passed, summary(&rebuilt, text.len()));
        return Ok((
            true,
            "recomputed: the document follows from what it stands on, to the byte",
        ));
    }
    let value = |text: &str| -> Result<Value, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    };
    match first_difference(&value(&published.text)?, &value(&text)?) {
        Some(found) => report.say(
            Mark::Failed,
            format!(
                "{}: published is {}, computed is {}",
                found.pointer, found.first, found.second
            ),
        ),
        // Two spellings of one number, which JSON does not tell apart.
        None => report.say(Mark::Failed, "the bytes differ, though the values are the same"),
    }
    Ok((
        false,
        "NOT recomputed: the document does not follow from what it stands on; the first difference is told above",
    ))
}

fn read_document(what: &str, text: &str) -> Result<Document, String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let document: Document = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        format!(
            "{what} is no document of a publication: {path}: {}",
            error.into_inner()
        )
    })?;
    if document.format != FORMAT {
        return Err(format!(
            "{what} has the format {:?}; this program knows {FORMAT}",
            document.format
        ));
    }
    Ok(document)
}

fn compiled(document: &Document) -> Result<CompiledSet, String> {
    let set: CriteriaSet = document
        .criteria_set
        .document
        .clone()
        .ok_or("/criteria_set/document is null: there is nothing to compute with")?;
    set.compile().map_err(|faults| {
        let told = faults.iter().take(FAULTS_TOLD).map(|fault| {
            let message = &fault.message_en;
            format!("/criteria_set/document{}: {message}", fault.pointer)
        });
        format!(
            "the criteria set has {} faults: {}",
            faults.len(),
            told.collect::<Vec<_>>().join("; ")
        )
    })
}

fn rebuild(
    report: &mut Report,
    mut document: Document,
    set: &CompiledSet,
    baseline: Option<&[u8]>,
) -> Result<Document, String> {
    let mut content = content_again(set, &document.agencies).map_err(|error| error.to_string())?;
    match (&document.baseline, baseline) {
        (None, None) => {}
        (None, Some(_)) => {
            return Err("the document names no baseline: its changes are against nothing".to_owned());
        }
        (Some(id), None) => {
            report.say(
                Mark::NotChecked,
                format!("changes: they are against {id}; without --baseline they are taken as they stand"),
            );
            take_changes(&mut content, &document);
        }
        (Some(id), Some(bytes)) => {
            let earlier = CanonicalText::read(bytes).map_err(|fault| format!("the baseline: {fault}"))?;
            let given = PublicationId::of_document(&earlier.text);
            if given != *id {
                return Err(format!(
                    "the baseline's SHA-256 is {given}, the document names {id}"
                ));
            }
            content.compare(&read_document("the baseline", &earlier.text)?);
            report.say(Mark::Note, format!("changes: computed against {id}"));
        }
    }
    let own = set.document();
    document.criteria_set.code = SetCode::parse(&own.code).map_err(|error| error.to_string())?;
    document.criteria_set.version = i32::try_from(own.version).ok();
    document.criteria_set.digest = Some(content.set_digest);
    document.external = None;
    document.agencies = content.agencies;
    document.ranking = content.ranking;
    document.not_ranked = content.not_ranked;
    document.means = content.means;
    Ok(document)
}

fn take_changes(content: &mut Content, document: &Document) {
    let lines = document.ranking.iter().chain(&document.not_ranked);
    let changes: std::collections::BTreeMap<_, _> = lines.map(|line| (&line.agency, line.change)).collect();
    for line in content.ranking.iter_mut().chain(&mut content.not_ranked) {
        line.change = changes.get(&line.agency).copied().flatten();
    }
}

fn summary(document: &Document, bytes: usize) -> String {
    let count = |of: fn(&AgencyRecord) -> usize| -> usize { document.agencies.iter().map(of).sum() };
    format!(
        "{} agencies, {} indicators, {} domains and criteria, {} places, all {bytes} bytes of the document",
        document.agencies.len(),
        count(|agency| agency.indicators.len()),
        count(|agency| agency.nodes.len()),
        document.ranking.len()
    )
}
