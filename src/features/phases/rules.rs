//! What a round needs before it moves on: each requirement says why it is there and what is missing. Pure.

use std::collections::BTreeSet;

use super::model::{ApprovalRow, RoundMoveBody};
use crate::{
    clock::Moment,
    error::{AppError, ErrorCode, FieldError, Message},
    features::{
        rounds::{AssignmentRow, Deadline, Phase, RoundRow},
        submissions::{SubmissionRow, SubmissionState},
    },
    ids::{AgencyCode, IndicatorCode},
    scoring::{Flag, Flags},
};

/// Items named in one answer; the count tells the rest.
pub const NAMED_MAX: usize = 100;
const TEXT_LENGTH_MAX: usize = 2000;
const TITLE_LENGTH_MAX: usize = 500;
const RETURNED_MAX: usize = 500;

fn missing(code: &str, vi: impl Into<String>, en: impl Into<String>) -> FieldError {
    FieldError::new("/to", code, Message::new(vi, en))
}

/// Refuses a move for what is missing, the first hundred named.
pub fn require(mut missing: Vec<FieldError>) -> Result<(), AppError> {
    let count = missing.len();
    if count == 0 {
        return Ok(());
    }
    missing.truncate(NAMED_MAX);
    let (more_vi, more_en) = if count > NAMED_MAX {
        (
            format!(" ({NAMED_MAX} mục đầu được nêu)"),
            format!(" (the first {NAMED_MAX} are named)"),
        )
    } else {
        Default::default()
    };
    Err(AppError {
        errors: missing,
        ..AppError::with(
            ErrorCode::IllegalTransition,
            format!("Chưa chuyển được: còn {count} điều kiện chưa đáp ứng{more_vi}."),
            if count == 1 {
                "It can't move yet: one requirement is not met.".to_owned()
            } else {
                format!("It can't move yet: {count} requirements are not met{more_en}.")
            },
        )
    })
}

/// The faults of what was sent, whatever the round's state.
pub fn faults(from: Phase, wanted: &RoundMoveBody) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut refuse = |pointer: &str, code: &str, vi: String, en: String| {
        errors.push(FieldError::new(pointer, code, Message::new(vi, en)));
    };
    let texts = [
        ("/reason", &wanted.reason, TEXT_LENGTH_MAX),
        ("/title_vi", &wanted.title_vi, TITLE_LENGTH_MAX),
        ("/title_en", &wanted.title_en, TITLE_LENGTH_MAX),
        ("/notice_vi", &wanted.notice_vi, TEXT_LENGTH_MAX),
        ("/notice_en", &wanted.notice_en, TEXT_LENGTH_MAX),
    ];
    for (pointer, text, longest) in texts {
        let Some(text) = text else { continue };
        if text.trim().is_empty() || text.chars().count() > longest || text.contains('\0') {
            refuse(
                pointer,
                "bad_text",
                format!("Gồm 1 đến {longest} ký tự."),
                format!("It has 1 to {longest} characters."),
            );
        }
        if wanted.to != Phase::Published && pointer != "/reason" {
            refuse(
                pointer,
                "not_for_this_move",
                "Chỉ dùng khi chuyển sang published.".to_owned(),
                "It belongs to the move to published only.".to_owned(),
            );
        }
    }
    if wanted.to != Phase::Published && wanted.baseline.is_some() {
        refuse(
            "/baseline",
            "not_for_this_move",
            "Chỉ dùng khi chuyển sang published.".to_owned(),
            "It belongs to the move to published only.".to_owned(),
        );
    }
    if let Some(items) = &wanted.items {
        if (from, wanted.to) != (Phase::Council, Phase::Appraisal) {
            refuse(
                "/items",
                "not_for_this_move",
                "Chỉ dùng khi hội đồng trả lại mục để thẩm định lại.".to_owned(),
                "It belongs to the council's move back to the appraisal only.".to_owned(),
            );
        } else if !(1..=RETURNED_MAX).contains(&items.len()) {
            refuse(
                "/items",
                "bad_count",
                format!("Nêu từ 1 đến {RETURNED_MAX} mục."),
                format!("Name 1 to {RETURNED_MAX} items."),
            );
        }
    }
    if from.needs_reason(wanted.to) && wanted.reason.is_none() {
        refuse(
            "/reason",
            "reason_missing",
            "Cần nêu lý do: bước này đảo lại kết quả mà người khác đã căn cứ vào.".to_owned(),
            "A reason is due: this move takes back what others relied on.".to_owned(),
        );
    }
    errors
}

/// Why a deadline does not do: it is not set, or it has passed.
fn deadline_ahead(
    round: &RoundRow,
    deadline: Option<Moment>,
    now: Moment,
    vi: &str,
    en: &str,
) -> Option<FieldError> {
    match deadline {
        None => Some(missing(
            "deadline_missing",
            format!("Chưa đặt hạn {vi}: các cơ quan cần biết thời hạn."),
            format!("The deadline of the {en} is not set: agencies must know how long they have."),
        )),
        Some(end) if Deadline(deadline).has_passed(now) => {
            let end = round.time_zone.show(end);
            Some(missing(
                "deadline_past",
                format!("Hạn {vi} ({end}) đã qua: đặt hạn trong tương lai."),
                format!("The deadline of the {en} ({end}) has passed: set one that lies ahead."),
            ))
        }
        Some(_) => None,
    }
}

/// preparation → self_assessment.
pub fn for_self_assessment(
    round: &RoundRow,
    agencies: usize,
    appraised: &[IndicatorCode],
    assignments: &[AssignmentRow],
    now: Moment,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if agencies == 0 {
        errors.push(missing(
            "no_agencies",
            "Chưa có cơ quan nào tham gia kỳ đánh giá.",
            "No agency takes part in the round.",
        ));
    }
    errors.extend(deadline_ahead(
        round,
        round.self_assessment_deadline,
        now,
        "tự đánh giá",
        "self-assessment",
    ));
    let assigned: BTreeSet<&IndicatorCode> = assignments.iter().map(|row| &row.indicator_code).collect();
    errors.extend(
        appraised
            .iter()
            .filter(|indicator| !assigned.contains(indicator))
            .map(|indicator| {
                missing(
                    "indicator_unassigned",
                    format!("{indicator}: chưa phân công đơn vị thẩm định."),
                    format!("{indicator}: no body is assigned to appraise it."),
                )
            }),
    );
    errors
}

/// self_assessment → appraisal: each agency is done, or its time is over.
pub fn for_appraisal(round: &RoundRow, submissions: &[SubmissionRow], now: Moment) -> Vec<FieldError> {
    submissions
        .iter()
        .filter(|row| row.state != SubmissionState::Submitted)
        .filter_map(|row| {
            let deadline = row.deadlines(round).self_assessment;
            if Deadline(deadline).has_passed(now) {
                return None;
            }
            let deadline = deadline
                .map(|end| round.time_zone.show(end).to_string())
                .unwrap_or_default();
            let (agency, state) = (&row.agency_code, row.state.as_str());
            Some(missing(
                "not_submitted",
                format!("{agency}: phiếu chưa gửi ({state}); chờ gửi hoặc đến hạn {deadline}."),
                format!("{agency}: not submitted ({state}); wait for it, or for the deadline {deadline}."),
            ))
        })
        .collect()
}

/// appraisal → explanation.
pub fn for_explanation(round: &RoundRow, now: Moment) -> Vec<FieldError> {
    deadline_ahead(
        round,
        round.explanation_deadline,
        now,
        "giải trình",
        "explanation",
    )
    .into_iter()
    .collect()
}

/// What blocks one indicator of one agency.
pub struct Blocked {
    /// The agency.
    pub agency: AgencyCode,
    /// The indicator.
    pub indicator: String,
    /// Why.
    pub flags: Flags,
}

/// → council: nothing may be missing (design §8.7).
pub fn for_council(blocked: &[Blocked]) -> Vec<FieldError> {
    blocked
        .iter()
        .map(|item| {
            let (code, vi, en) = why(item.flags);
            let (agency, indicator) = (&item.agency, &item.indicator);
            missing(
                code,
                format!("{agency}, {indicator}: {vi}."),
                format!("{agency}, {indicator}: {en}."),
            )
        })
        .collect()
}

fn why(flags: Flags) -> (&'static str, &'static str, &'static str) {
    if flags.contains(Flag::Invalid) {
        (
            "invalid_value",
            "giá trị đã lưu không hợp lệ",
            "a stored value is not valid",
        )
    } else if flags.contains(Flag::MissingSurvey) {
        (
            "survey_points_missing",
            "chưa có điểm điều tra xã hội học",
            "survey points are missing",
        )
    } else if flags.contains(Flag::MissingExternal) {
        (
            "external_points_missing",
            "chưa có điểm từ nguồn khác",
            "points from the external source are missing",
        )
    } else if flags.contains(Flag::Undeclared) {
        (
            "undecided",
            "chưa kê khai và chưa thẩm định",
            "neither declared nor decided",
        )
    } else {
        ("undecided", "chưa thẩm định", "not decided")
    }
}

/// What decides whether an approval holds.
pub struct Council<'a> {
    /// The digest of the present result.
    pub digest: &'a str,
    /// When it came before the council.
    pub since: Option<Moment>,
    /// Whether the sitting has its minutes.
    pub has_minutes: bool,
    /// Who appraised in the round.
    pub appraisers: &'a BTreeSet<String>,
}

impl Council<'_> {
    /// Whether the present result may be published on an approval: it names exactly this result, it was given in this
    /// sitting of the council, and by somebody who appraised nothing.
    pub fn accepts(&self, approval: &ApprovalRow) -> bool {
        approval.result_digest == self.digest
            && self.since.is_some_and(|since| approval.approved_at >= since)
            && !self.appraisers.contains(&approval.approved_by)
    }
}

/// council → published.
pub fn for_publication(council: &Council<'_>, approvals: &[ApprovalRow]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !council.has_minutes {
        errors.push(missing(
            "minutes_missing",
            "Chưa có biên bản của phiên họp hội đồng này.",
            "The minutes of this sitting of the council are missing.",
        ));
    }
    if !approvals.iter().any(|approval| council.accepts(approval)) {
        errors.push(approval_missing(council, approvals));
    }
    errors
}

fn approval_missing(council: &Council<'_>, approvals: &[ApprovalRow]) -> FieldError {
    let digest = council.digest;
    let (vi, en) = if approvals.is_empty() {
        ("chưa có phê duyệt", "nobody approved it")
    } else {
        (
            "các phê duyệt trước không còn đúng với kết quả này",
            "the earlier approvals are not of this result, or not of this sitting",
        )
    };
    missing(
        "approval_missing",
        format!(
            "Cần một chuyên viên đánh giá của cơ quan chủ trì, không tham gia thẩm định trong kỳ, phê duyệt đúng kết quả {digest}: {vi}."
        ),
        format!(
            "An evaluator of the owner who appraised nothing in the round must approve the result {digest}: {en}."
        ),
    )
}

#[cfg(test)]
mod tests;
