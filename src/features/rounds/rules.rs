//! What a good round is. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{AssignmentBody, ParticipantBody, SignatureRequired};
use crate::{
    error::{FieldError, Message},
    ids::{AgencyCode, IndicatorCode},
    scoring::{CompiledSet, Shape, Source},
};

const TITLE_LENGTH_MAX: usize = 500;
const CO_BODIES_MAX: usize = 10;

/// The faults of a round's titles.
pub fn check_titles(title_vi: &str, title_en: Option<&str>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let good = |title: &str| !title.trim().is_empty() && title.chars().count() <= TITLE_LENGTH_MAX;
    for (pointer, title) in [("/title_vi", Some(title_vi)), ("/title_en", title_en)] {
        if title.is_some_and(|title| !good(title)) {
            errors.push(FieldError::new(
                pointer,
                "bad_title",
                Message::new("Tiêu đề gồm 1 đến 500 ký tự.", "A title has 1 to 500 characters."),
            ));
        }
    }
    errors
}

/// The faults of a year.
pub fn check_year(year: i32) -> Option<FieldError> {
    (!(2000..=2100).contains(&year)).then(|| {
        FieldError::new(
            "/year",
            "bad_year",
            Message::new("Năm từ 2000 đến 2100.", "The year is from 2000 to 2100."),
        )
    })
}

/// Refuses to ask for what can never be: where no root is trusted, no signature is valid.
pub fn check_signature(required: Option<SignatureRequired>, can_vouch: bool) -> Option<FieldError> {
    (required == Some(SignatureRequired::Valid) && !can_vouch).then(|| {
        FieldError::new(
            "/signature_required",
            "no_trusted_roots",
            Message::new(
                "Máy chủ này không có chứng thư gốc tin cậy nên không chữ ký nào hợp lệ (valid): dùng any, hoặc đề nghị \
                 người vận hành đặt PARINDEX_SIGNATURE_ROOTS.",
                "This server trusts no root certificates, so no signature would be valid: use any, or ask the operator \
                 to set PARINDEX_SIGNATURE_ROOTS.",
            ),
        )
    })
}

/// Names agencies that stand in the list twice.
pub fn check_participants(agencies: &[ParticipantBody]) -> Vec<FieldError> {
    let mut seen = BTreeSet::new();
    let mut errors = Vec::new();
    for (index, participant) in agencies.iter().enumerate() {
        if !seen.insert(&participant.agency) {
            let code = &participant.agency;
            errors.push(FieldError::new(
                format!("/agencies/{index}/agency"),
                "duplicate_agency",
                Message::new(
                    format!("{code} đã có ở trên."),
                    format!("{code} stands above already."),
                ),
            ));
        }
    }
    errors
}

/// Spreads assignments of domains and criteria over the indicators below; a later row overrides an earlier one.
/// Only indicators that are appraised have a body: survey and external points are entered. The first body leads.
pub fn spread_assignments(
    set: &CompiledSet,
    rows: &[AssignmentBody],
) -> Result<BTreeMap<IndicatorCode, Vec<AgencyCode>>, Vec<FieldError>> {
    let mut bodies = BTreeMap::new();
    let mut errors = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let leaves = appraised_leaves_below(set, row.node.as_str());
        if leaves.is_empty() {
            let node = &row.node;
            errors.push(FieldError::new(
                format!("/assignments/{index}/node"),
                "nothing_to_appraise",
                Message::new(
                    format!(
                        "{node} không phải tiêu chí của bộ tiêu chí này hoặc không có nội dung thẩm định."
                    ),
                    format!("{node} is no node of this criteria set, or nothing below it is appraised."),
                ),
            ));
        }
        let mut of_row = vec![row.body.clone()];
        for (position, body) in row.co_bodies.iter().enumerate() {
            if of_row.contains(body) {
                errors.push(FieldError::new(
                    format!("/assignments/{index}/co_bodies/{position}"),
                    "named_twice",
                    Message::new(
                        format!("{body} đã có trong dòng này."),
                        format!("{body} stands in this row already."),
                    ),
                ));
            }
            of_row.push(body.clone());
        }
        if row.co_bodies.len() > CO_BODIES_MAX {
            errors.push(FieldError::new(
                format!("/assignments/{index}/co_bodies"),
                "too_many",
                Message::new(
                    format!("Tối đa {CO_BODIES_MAX} cơ quan phối hợp."),
                    format!("At most {CO_BODIES_MAX} bodies appraise together with the lead."),
                ),
            ));
        }
        for leaf in leaves {
            bodies.insert(leaf, of_row.clone());
        }
    }
    if errors.is_empty() {
        Ok(bodies)
    } else {
        Err(errors)
    }
}

/// The indicators of a set that bodies appraise.
pub fn appraised_leaves(set: &CompiledSet) -> Vec<IndicatorCode> {
    set.leaves()
        .iter()
        .filter(|leaf| leaf.source == Source::Assessment)
        .filter_map(|leaf| IndicatorCode::parse(&leaf.code).ok())
        .collect()
}

fn appraised_leaves_below(set: &CompiledSet, node: &str) -> Vec<IndicatorCode> {
    let Some(start) = set.node_index(node) else {
        return Vec::new();
    };
    let mut open = vec![start];
    let mut found = Vec::new();
    while let Some(index) = open.pop() {
        let Some(node) = set.nodes().get(index) else {
            continue;
        };
        match &node.shape {
            Shape::Leaf { leaf } => {
                let appraised = set.leaf(*leaf).filter(|leaf| leaf.source == Source::Assessment);
                found.extend(appraised.and_then(|leaf| IndicatorCode::parse(&leaf.code).ok()));
            }
            Shape::Container { children, .. } => open.extend(children.iter().copied()),
        }
    }
    found
}
