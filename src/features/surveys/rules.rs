//! What good entered points are. Pure.

use std::collections::BTreeSet;

use super::{
    model::{AdjustmentPoint, SurveyPoint},
    pull::measure_of,
};
use crate::{
    error::{AppError, ErrorCode, FieldError, Message},
    features::{rounds::RoundRow, submissions::value_error},
    ids::AgencyCode,
    scoring::{CompiledLeaf, CompiledSet, Source, check_adjustment, check_entered},
};

const ROWS_MAX: usize = 10_000;

/// Refuses where the phase or the number of rows does not allow it.
pub fn check_open(round: &RoundRow, rows: usize, pointer: &str) -> Result<(), AppError> {
    if !round.phase.is_open_for_entered_points() {
        let (vi, en) = round.phase.name();
        return Err(AppError::with(
            ErrorCode::IllegalTransition,
            format!("Không nhập điểm được: kỳ đang ở giai đoạn {vi}."),
            format!("No points can be entered: the round is in {en}."),
        ));
    }
    if rows == 0 || rows > ROWS_MAX {
        return Err(AppError::invalid_item(
            pointer,
            "bad_count",
            "Gửi từ 1 đến 10.000 dòng.",
            "Send 1 to 10,000 rows.",
        ));
    }
    Ok(())
}

struct At<'a> {
    pointer: String,
    what: &'a str,
}

impl At<'_> {
    fn twice(&self, part: &str) -> FieldError {
        self.error(
            part,
            "duplicate_item",
            "có hai lần trong yêu cầu.",
            "stands twice in the request.",
        )
    }

    fn not_in_round(&self) -> FieldError {
        self.error(
            "agency",
            "not_in_round",
            "cơ quan không tham gia kỳ này.",
            "the agency takes no part in this round.",
        )
    }

    fn error(&self, part: &str, code: &str, vi: &str, en: &str) -> FieldError {
        let what = self.what;
        FieldError::new(
            format!("{}/{part}", self.pointer),
            code,
            Message::new(format!("{what}: {vi}"), format!("{what}: {en}")),
        )
    }
}

/// The faults of entered points, every one.
pub fn check_points(
    set: &CompiledSet,
    participants: &BTreeSet<AgencyCode>,
    rows: &[(usize, SurveyPoint)],
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, row) in rows {
        let what = format!("{}, {}", row.agency, row.indicator);
        let at = At {
            pointer: format!("/points/{index}"),
            what: &what,
        };
        if !seen.insert((&row.agency, &row.indicator)) {
            errors.push(at.twice("indicator"));
        }
        if !participants.contains(&row.agency) {
            errors.push(at.not_in_round());
        }
        let leaf = set
            .leaf_index(row.indicator.as_str())
            .and_then(|index| set.leaf(index));
        match leaf.filter(|leaf| leaf.source != Source::Assessment) {
            // Where the rule says which survey, what is written by hand could be another one.
            Some(leaf) if row.points.is_some() && measure_of(leaf).is_some() => errors.push(at.error(
                "points",
                "pulled_from_survey",
                "điểm được lấy từ kết quả điều tra: dùng POST …/survey-points/pull.",
                "the points come from a survey's result: use POST …/survey-points/pull.",
            )),
            Some(leaf) => errors.extend(check_point(leaf, row, &at)),
            None => errors.push(at.error(
                "indicator",
                "not_entered",
                "không phải tiêu chí điều tra xã hội học hoặc nguồn ngoài của bộ tiêu chí.",
                "it is no surveyed or external indicator of the criteria set.",
            )),
        }
    }
    errors
}

fn check_point(leaf: &CompiledLeaf, row: &SurveyPoint, at: &At<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if let Some(points) = row.points {
        if let Err(fault) = check_entered(leaf, points) {
            errors.push(value_error(&format!("{}/points", at.pointer), at.what, &fault));
        }
        // Published figures often come without their sample: then the source must say where they are from.
        if leaf.source == Source::Survey && row.sample_size.is_none() && row.source.is_none() {
            errors.push(at.error(
                "sample_size",
                "sample_size_missing",
                "thiếu cỡ mẫu, hoặc nguồn (source) nếu cỡ mẫu không được công bố.",
                "the sample size is missing, or the source where no sample size is published.",
            ));
        }
    }
    if row.sample_size.is_some_and(|size| size < 1) {
        errors.push(at.error(
            "sample_size",
            "bad_sample_size",
            "cỡ mẫu từ 1.",
            "a sample has at least 1 answer.",
        ));
    }
    if row
        .source
        .as_ref()
        .is_some_and(|source| source.trim().is_empty() || source.chars().count() > 1000)
    {
        errors.push(at.error(
            "source",
            "bad_source",
            "nguồn gồm 1 đến 1.000 ký tự.",
            "a source has 1 to 1,000 characters.",
        ));
    }
    errors
}

/// The faults of adjustments, each with its place in the list, every one.
pub fn check_adjustments(
    set: &CompiledSet,
    participants: &BTreeSet<AgencyCode>,
    rows: &[(usize, AdjustmentPoint)],
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    let items = set
        .document()
        .adjustments
        .as_ref()
        .map(|adjustments| adjustments.items.as_slice())
        .unwrap_or_default();
    for (index, row) in rows {
        let what = format!("{}, {}", row.agency, row.adjustment);
        let at = At {
            pointer: format!("/adjustments/{index}"),
            what: &what,
        };
        if !seen.insert((&row.agency, &row.adjustment)) {
            errors.push(at.twice("adjustment"));
        }
        if !participants.contains(&row.agency) {
            errors.push(at.not_in_round());
        }
        let Some(item) = items.iter().find(|item| item.code == row.adjustment.as_str()) else {
            errors.push(at.error(
                "adjustment",
                "unknown_adjustment",
                "bộ tiêu chí không có điểm thưởng, phạt này.",
                "the criteria set has no such adjustment.",
            ));
            continue;
        };
        let Some(points) = row.points else { continue };
        if let Err(fault) = check_adjustment(item, points) {
            errors.push(value_error(&format!("{}/points", at.pointer), &what, &fault));
        }
        let reason = row
            .reason
            .as_deref()
            .map_or(0, |reason| reason.trim().chars().count());
        if reason == 0 || reason > 5000 {
            errors.push(at.error(
                "reason",
                "reason_missing",
                "phải có lý do, tối đa 5.000 ký tự.",
                "a reason is due, of at most 5,000 characters.",
            ));
        }
    }
    errors
}
