//! What a good item is, and what a save makes of it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Evidence, Gap, Item, ItemBody};
use crate::{
    error::{FieldError, Message},
    ids::{AgencyCode, FileId, IndicatorCode},
    scoring::{CompiledLeaf, CompiledSet, Declared, Points, Source, ValueFault, rule_points},
    web::Language,
};

const EXPLANATION_LENGTH_MAX: usize = 10_000;
const EVIDENCE_MAX: usize = 50;

/// The content of a new revision.
#[derive(Clone, Debug, PartialEq)]
pub struct NewContent {
    /// The declared value.
    pub value: Option<Declared>,
    /// The points that the rule gives for it.
    pub self_points: Option<Points>,
    /// The written explanation.
    pub explanation: Option<String>,
    /// The documents.
    pub evidence: Vec<Evidence>,
}

/// An item as it stands: what a save is laid over.
pub struct ItemState {
    /// Counts the item's changes.
    pub revision: i32,
    /// The declared value.
    pub value: Option<Declared>,
    /// The points that the rule gives for it.
    pub self_points: Option<Points>,
    /// The written explanation.
    pub explanation: Option<String>,
    /// The documents that prove it.
    pub evidence: Vec<Evidence>,
}

/// What a save makes of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Merged {
    /// Nothing differs: no new revision.
    Unchanged,
    /// A new revision.
    New(NewContent),
}

/// A value's fault as an error of the item that holds it, naming the indicator.
pub fn value_error(pointer: &str, indicator: &str, fault: &ValueFault) -> FieldError {
    FieldError::new(
        format!("{pointer}{}", fault.pointer),
        fault.code.as_str(),
        Message::new(
            format!("{indicator}: {}", fault.message_vi),
            format!("{indicator}: {}", fault.message_en),
        ),
    )
}

fn error(pointer: String, code: &str, indicator: &IndicatorCode, vi: &str, en: &str) -> FieldError {
    FieldError::new(
        pointer,
        code,
        Message::new(format!("{indicator}: {vi}"), format!("{indicator}: {en}")),
    )
}

/// Finds the leaf that an item is about, if agencies declare it.
pub fn declared_leaf<'a>(
    set: &'a CompiledSet,
    indicator: &IndicatorCode,
    pointer: &str,
) -> Result<&'a CompiledLeaf, FieldError> {
    let at = || format!("{pointer}/indicator");
    let leaf = set
        .leaf_index(indicator.as_str())
        .and_then(|index| set.leaf(index))
        .ok_or_else(|| {
            error(
                at(),
                "unknown_indicator",
                indicator,
                "không có tiêu chí thành phần này trong bộ tiêu chí.",
                "the criteria set has no such indicator.",
            )
        })?;
    if leaf.source == Source::Assessment {
        return Ok(leaf);
    }
    Err(error(
        at(),
        "not_declared",
        indicator,
        "điểm do điều tra xã hội học hoặc nguồn ngoài, không tự kê khai.",
        "its points come from a survey or another source; it is not declared.",
    ))
}

/// Puts what was sent over what stands: omitted parts stay, an explicit null clears (design §8.1).
pub fn merge(
    leaf: &CompiledLeaf,
    current: Option<&ItemState>,
    body: &ItemBody,
    pointer: &str,
) -> Result<Merged, Vec<FieldError>> {
    let mut errors: Vec<FieldError> = check_revision(current, body, pointer).into_iter().collect();
    let mut content = overlay(current, body);
    if let Some(declared) = &content.value {
        match rule_points(leaf, declared) {
            Ok(applied) => content.self_points = Some(applied.points()),
            Err(fault) => errors.push(value_error(
                &format!("{pointer}/value"),
                body.indicator.as_str(),
                &fault,
            )),
        }
    }
    errors.extend(check_texts(
        &body.indicator,
        content.explanation.as_deref(),
        &content.evidence,
        pointer,
    ));
    if content.value.is_some() && lacks_proof(leaf, &content.evidence, content.explanation.as_deref()) {
        errors.push(error(
            format!("{pointer}/evidence"),
            "evidence_missing",
            &body.indicator,
            "thiếu tài liệu kiểm chứng: thêm evidence, hoặc giải trình trong explanation.",
            "a document must prove the value: add evidence, or explain in explanation.",
        ));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let same = match current {
        Some(item) => {
            item.value == content.value
                && item.explanation == content.explanation
                && item.evidence == content.evidence
        }
        None => content.value.is_none() && content.explanation.is_none() && content.evidence.is_empty(),
    };
    Ok(if same {
        Merged::Unchanged
    } else {
        Merged::New(content)
    })
}

fn check_revision(current: Option<&ItemState>, body: &ItemBody, pointer: &str) -> Option<FieldError> {
    let standing = current.map_or(0, |item| item.revision);
    let seen = body.revision.filter(|seen| *seen != standing)?;
    Some(error(
        format!("{pointer}/revision"),
        "stale_revision",
        &body.indicator,
        &format!("đã có người lưu bản {standing}; bạn đã xem bản {seen}. Đọc lại rồi lưu lại."),
        &format!("revision {standing} was saved meanwhile, you saw {seen}; read it again and save again."),
    ))
}

/// What stands, with what was sent laid over it; its self points are not computed yet.
fn overlay(current: Option<&ItemState>, body: &ItemBody) -> NewContent {
    let value = body
        .value
        .clone()
        .unwrap_or_else(|| current.and_then(|item| item.value.clone()));
    let explanation = body
        .explanation
        .clone()
        .unwrap_or_else(|| current.and_then(|item| item.explanation.clone()));
    let evidence = match &body.evidence {
        Some(sent) => sent.clone().unwrap_or_default(),
        None => current.map(|item| item.evidence.clone()).unwrap_or_default(),
    };
    NewContent {
        value,
        self_points: None,
        explanation: explanation.filter(|text| !text.trim().is_empty()),
        evidence,
    }
}

fn lacks_proof(leaf: &CompiledLeaf, evidence: &[Evidence], explanation: Option<&str>) -> bool {
    leaf.evidence_required && evidence.is_empty() && explanation.is_none()
}

fn check_texts(
    indicator: &IndicatorCode,
    explanation: Option<&str>,
    evidence: &[Evidence],
    pointer: &str,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if explanation.is_some_and(|text| text.chars().count() > EXPLANATION_LENGTH_MAX) {
        errors.push(error(
            format!("{pointer}/explanation"),
            "explanation_too_long",
            indicator,
            "giải trình tối đa 10.000 ký tự.",
            "an explanation has at most 10,000 characters.",
        ));
    }
    if evidence.len() > EVIDENCE_MAX {
        errors.push(error(
            format!("{pointer}/evidence"),
            "too_much_evidence",
            indicator,
            "tối đa 50 tài liệu kiểm chứng.",
            "at most 50 documents.",
        ));
    }
    for (index, document) in evidence.iter().enumerate().take(EVIDENCE_MAX) {
        errors.extend(check_document(
            indicator,
            document,
            &format!("{pointer}/evidence/{index}"),
        ));
    }
    errors
}

fn check_document(indicator: &IndicatorCode, document: &Evidence, pointer: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let texts = [
        ("number", &document.number, 200),
        ("issuer", &document.issuer, 500),
        ("signer", &document.signer, 500),
        ("title", &document.title, 1000),
        ("link", &document.link, 2000),
    ];
    for (name, text, longest) in texts {
        if text
            .as_ref()
            .is_some_and(|text| text.trim().is_empty() || text.chars().count() > longest)
        {
            errors.push(error(
                format!("{pointer}/{name}"),
                "bad_length",
                indicator,
                &format!("{name} gồm 1 đến {longest} ký tự."),
                &format!("{name} has 1 to {longest} characters."),
            ));
        }
    }
    let has_name = document.number.is_some() || document.title.is_some() || document.link.is_some();
    if !has_name && document.file.is_none() {
        errors.push(error(
            pointer.to_owned(),
            "empty_document",
            indicator,
            "tài liệu phải có số hiệu (number), tên (title), liên kết (link) hoặc tệp (file).",
            "a document has a number, a title, a link or a file.",
        ));
    }
    let is_web = |link: &str| {
        (link.starts_with("https://") || link.starts_with("http://")) && !link.contains(char::is_whitespace)
    };
    if document.link.as_deref().is_some_and(|link| !is_web(link)) {
        errors.push(error(
            format!("{pointer}/link"),
            "bad_link",
            indicator,
            "liên kết phải bắt đầu bằng https:// hoặc http:// và không có dấu cách.",
            "a link starts with https:// or http:// and has no spaces.",
        ));
    }
    errors
}

/// The files that an item's documents name: each is one of this item's, and stands there once.
pub fn check_files(body: &ItemBody, own: &BTreeMap<FileId, IndicatorCode>, pointer: &str) -> Vec<FieldError> {
    let documents = body.evidence.iter().flatten().flatten().enumerate();
    let mut seen = BTreeSet::new();
    documents
        .filter_map(|(index, document)| {
            let file = document.file.as_ref()?;
            let (code, vi, en) = match own.get(file) {
                None => ("unknown_file", "không có tệp", "there is no file"),
                Some(indicator) if *indicator != body.indicator => (
                    "other_items_file",
                    "tiêu chí khác có tệp",
                    "another item has the file",
                ),
                Some(_) if !seen.insert(file) => {
                    ("duplicate_file", "hai lần có tệp", "twice there is the file")
                }
                Some(_) => return None,
            };
            let (vi, en) = (format!("{vi} {file}."), format!("{en} {file}."));
            let pointer = format!("{pointer}/evidence/{index}/file");
            Some(error(pointer, code, &body.indicator, &vi, &en))
        })
        .collect()
}

/// What is still missing from a submission.
pub fn gaps(
    set: &CompiledSet,
    items: &BTreeMap<IndicatorCode, Item>,
    contributors: &BTreeMap<IndicatorCode, AgencyCode>,
    language: Language,
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for leaf in set
        .leaves()
        .iter()
        .filter(|leaf| leaf.source == Source::Assessment)
    {
        let Ok(indicator) = IndicatorCode::parse(&leaf.code) else {
            continue;
        };
        let item = items.get(&indicator);
        let (missing, vi, en) = match item {
            Some(Item {
                value: Some(_),
                evidence,
                explanation,
                ..
            }) => {
                if !lacks_proof(leaf, evidence, explanation.as_deref()) {
                    continue;
                }
                (
                    "evidence",
                    "thiếu tài liệu kiểm chứng và giải trình.",
                    "neither a document nor an explanation is given.",
                )
            }
            _ => (
                "value",
                "chưa kê khai; sẽ được 0 điểm.",
                "no value is declared; it will score 0.",
            ),
        };
        let message = Message::new(format!("{indicator}: {vi}"), format!("{indicator}: {en}"));
        gaps.push(Gap {
            name_vi: set
                .node(&leaf.code)
                .map(|node| node.name_vi.clone())
                .unwrap_or_default(),
            contributor: contributors.get(&indicator).cloned(),
            message: language.pick(&message).to_owned(),
            missing,
            indicator,
        });
    }
    gaps
}
