//! The states of a submission and every move between them: the one place that decides.

use super::row_model::SubmissionRow;
use crate::{
    access::Action,
    clock::Moment,
    error::{AppError, ErrorCode, Message},
    features::{
        notifications::Named,
        rounds::{Deadline, Phase, RoundRow},
    },
    words,
};

words! {
    /// Where a submission stands.
    SubmissionState {
        /// Being filled in.
        Draft = "draft",
        /// Approved by the agency's leadership, not yet sent.
        Approved = "approved",
        /// Sent to the appraising bodies.
        Submitted = "submitted",
        /// Taken back to be corrected, before the deadline.
        Withdrawn = "withdrawn",
    }
}

impl SubmissionState {
    /// Where a submission may go from here.
    pub fn next(self) -> &'static [SubmissionState] {
        match self {
            Self::Draft | Self::Withdrawn => &[Self::Approved],
            // The leadership may hand it back to be filled in further.
            Self::Approved => &[Self::Submitted, Self::Draft],
            Self::Submitted => &[Self::Withdrawn],
        }
    }

    /// Its name for notices.
    pub fn named(self) -> Named {
        let (vi, en) = match self {
            Self::Draft => ("được trả lại để hoàn thiện", "handed back to be completed"),
            Self::Approved => ("đã được lãnh đạo phê duyệt", "approved"),
            Self::Submitted => ("đã được gửi", "submitted"),
            Self::Withdrawn => ("đã được rút lại", "withdrawn"),
        };
        Named::new(self.as_str(), vi, en)
    }

    /// What a caller must be allowed to do for a move.
    pub fn action_for(to: SubmissionState) -> Action {
        match to {
            Self::Approved => Action::ApproveSubmission,
            Self::Draft | Self::Submitted | Self::Withdrawn => Action::SubmitSubmission,
        }
    }

    /// Goes to another state, if the process knows that move.
    pub fn go(self, to: SubmissionState) -> Result<SubmissionState, AppError> {
        if self.next().contains(&to) {
            return Ok(to);
        }
        let list = self
            .next()
            .iter()
            .map(|state| state.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let (from, to) = (self.as_str(), to.as_str());
        Err(AppError::with(
            ErrorCode::IllegalTransition,
            format!(
                "Phiếu đang ở trạng thái {from}, không thể chuyển sang {to}; chỉ có thể chuyển sang: {list}."
            ),
            format!("The submission is {from} and can't become {to}; it can only become: {list}."),
        ))
    }

    /// The state after items were saved: what was approved has changed and must be approved again.
    pub fn after_save(self) -> SubmissionState {
        match self {
            Self::Approved => Self::Draft,
            other => other,
        }
    }
}

/// Why a submission can't be changed now.
fn closed(vi: impl Into<String>, en: impl Into<String>) -> Message {
    Message::new(vi, en)
}

/// Whether items may be saved now; if not, why.
///
/// In the self-assessment until its deadline, while the submission is not sent; in the explanation until its deadline,
/// for what was sent. Each round closes by its own clock, for an agency that was granted more time at its own second.
pub fn check_open_for_items(
    round: &RoundRow,
    submission: &SubmissionRow,
    now: Moment,
) -> Result<(), Message> {
    let deadlines = submission.deadlines(round);
    match round.phase {
        Phase::SelfAssessment => {
            check_deadline(
                round,
                deadlines.self_assessment,
                now,
                "tự đánh giá",
                "self-assessment",
            )?;
            if submission.state == SubmissionState::Submitted {
                return Err(closed(
                    "Phiếu đã gửi: rút phiếu (withdrawn) trước khi sửa.",
                    "The submission was sent: withdraw it before changing it.",
                ));
            }
            Ok(())
        }
        Phase::Explanation if submission.state != SubmissionState::Submitted => Err(closed(
            "Phiếu chưa được gửi trong hạn nên không có gì để giải trình.",
            "The submission was not sent in time, so there is nothing to explain.",
        )),
        Phase::Explanation => check_deadline(round, deadlines.explanation, now, "giải trình", "explanation"),
        other => {
            let (vi, en) = other.name();
            Err(closed(
                format!("Phiếu đã khóa: kỳ đang ở giai đoạn {vi}."),
                format!("The submission is locked: the round is in {en}."),
            ))
        }
    }
}

/// Whether the submission's state may change now; if not, why.
pub fn check_open_for_moves(
    round: &RoundRow,
    submission: &SubmissionRow,
    now: Moment,
) -> Result<(), Message> {
    if round.phase != Phase::SelfAssessment {
        let (vi, en) = round.phase.name();
        return Err(closed(
            format!("Phiếu đã khóa: kỳ đang ở giai đoạn {vi}."),
            format!("The submission is locked: the round is in {en}."),
        ));
    }
    check_deadline(
        round,
        submission.deadlines(round).self_assessment,
        now,
        "tự đánh giá",
        "self-assessment",
    )
}

/// Whether the submission may be signed now; if not, why: while it or its items can change, so that what is signed is
/// never more than what can still be acted on.
pub fn check_open_for_signing(
    round: &RoundRow,
    submission: &SubmissionRow,
    now: Moment,
) -> Result<(), Message> {
    match round.phase {
        Phase::Explanation => check_open_for_items(round, submission, now),
        _ => check_open_for_moves(round, submission, now),
    }
}

/// Whether a deadline has not passed; if it has, says so.
fn check_deadline(
    round: &RoundRow,
    deadline: Option<Moment>,
    now: Moment,
    vi: &str,
    en: &str,
) -> Result<(), Message> {
    match deadline {
        Some(end) if Deadline(deadline).has_passed(now) => {
            let end = round.time_zone.show(end);
            Err(closed(
                format!("Đã hết hạn {vi} ({end})."),
                format!("The deadline of the {en} has passed ({end})."),
            ))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_that_was_not_approved() {
        for state in SubmissionState::ALL {
            assert_eq!(
                state.go(SubmissionState::Submitted).is_ok(),
                *state == SubmissionState::Approved,
                "{state:?}"
            );
        }
    }

    #[test]
    fn a_change_voids_the_approval() {
        assert_eq!(SubmissionState::Approved.after_save(), SubmissionState::Draft);
        assert_eq!(
            SubmissionState::Withdrawn.after_save(),
            SubmissionState::Withdrawn
        );
    }

    #[test]
    fn a_refused_move_says_what_is_possible() {
        let error = SubmissionState::Draft.go(SubmissionState::Withdrawn).unwrap_err();
        assert!(error.detail.unwrap().en.contains("it can only become: approved"));
    }
}
