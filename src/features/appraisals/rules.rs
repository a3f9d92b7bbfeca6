//! What a good decision is. Pure.

use super::model::AppraisalBody;
use crate::{
    error::{FieldError, Message},
    features::submissions::{Item, value_error},
    scoring::{Applied, CompiledLeaf, Decision, decided_points},
};

const REASON_LENGTH_MAX: usize = 5000;

/// Checks a decision against the item that stands, and computes its points.
pub fn judge(
    leaf: &CompiledLeaf,
    item: Option<&Item>,
    body: &AppraisalBody,
    pointer: &str,
) -> Result<Applied, Vec<FieldError>> {
    let mut errors = Vec::new();
    let indicator = body.indicator.as_str();
    let error = |part: &str, code: &str, vi: String, en: String| {
        FieldError::new(
            format!("{pointer}/{part}"),
            code,
            Message::new(format!("{indicator}: {vi}"), format!("{indicator}: {en}")),
        )
    };
    let standing = item.map_or(0, |item| item.revision);
    if body.revision != standing {
        errors.push(error(
            "revision",
            "stale_revision",
            format!(
                "đơn vị đã lưu bản {standing}, bạn thẩm định bản {}. Đọc lại rồi thẩm định lại.",
                body.revision
            ),
            format!(
                "the agency saved revision {standing}, you appraised {}; read it again.",
                body.revision
            ),
        ));
    }
    let reason = body
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    if reason.is_none() && !matches!(body.decision, Decision::Recognised {}) {
        errors.push(error(
            "reason",
            "reason_missing",
            "điều chỉnh phải có lý do.".to_owned(),
            "a decision that differs needs a reason.".to_owned(),
        ));
    }
    if reason.is_some_and(|reason| reason.chars().count() > REASON_LENGTH_MAX) {
        errors.push(error(
            "reason",
            "reason_too_long",
            "lý do tối đa 5.000 ký tự.".to_owned(),
            "a reason has at most 5,000 characters.".to_owned(),
        ));
    }
    let declared = item.and_then(|item| item.value.as_ref());
    match decided_points(leaf, declared, &body.decision) {
        Ok(applied) if errors.is_empty() => Ok(applied),
        Ok(_) => Err(errors),
        Err(fault) => {
            // The fault's place is told from the value that was checked: of a correction that is the replacement.
            let checked = match body.decision {
                Decision::Corrected { .. } => "decision/value",
                _ => "decision",
            };
            errors.push(value_error(&format!("{pointer}/{checked}"), indicator, &fault));
            Err(errors)
        }
    }
}
