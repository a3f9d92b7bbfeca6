//! Where a recommendation may go from where it stands. Pure; the one place that tells.

use super::model::{RecommendationState, RecommendationStep};
use crate::error::{AppError, AppResult, ErrorCode};

impl RecommendationState {
    /// What may happen to a recommendation in this state.
    pub fn steps(self) -> &'static [RecommendationStep] {
        use RecommendationStep::{
            Accept, Arrive, Assign, Classify, Publish, RequestInformation, Return, SavePart,
            SupplyInformation, Transfer, Withdraw,
        };
        match self {
            Self::Draft => &[Arrive, Withdraw],
            Self::Received => &[Classify, Return, Transfer, RequestInformation, Withdraw],
            Self::Classified => &[Classify, Assign, Return, Transfer, RequestInformation, Withdraw],
            Self::Assigned => &[Assign, SavePart, Return, Transfer, RequestInformation, Withdraw],
            Self::InformationRequested => &[SupplyInformation, Return, Withdraw],
            Self::Transferred => &[Accept, Transfer, Return, Withdraw],
            Self::Answered => &[Publish],
            Self::Published | Self::Returned | Self::Refused | Self::Withdrawn | Self::LeftTheHouse => &[],
        }
    }

    /// Refuses a step that this state does not know, and names those that it does.
    pub fn check(self, step: RecommendationStep) -> AppResult<()> {
        if self.steps().contains(&step) {
            return Ok(());
        }
        let steps = self.steps().iter().map(|step| step.as_str());
        let list = steps.collect::<Vec<_>>().join(", ");
        let ((state_vi, state_en), step) = (self.name(), step.as_str());
        let (vi, en) = if list.is_empty() {
            (
                "không còn bước nào".to_owned(),
                "nothing more can happen to it".to_owned(),
            )
        } else {
            (format!("chỉ có thể: {list}"), format!("it can only: {list}"))
        };
        Err(AppError::with(
            ErrorCode::IllegalTransition,
            format!("Kiến nghị {state_vi} nên không thực hiện được bước {step}; {vi}."),
            format!("The recommendation is {state_en}, so {step} is not possible; {en}."),
        ))
    }

    /// Whether its clock runs, where it has one.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Classified | Self::Assigned)
    }

    /// Its name for notices.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("bản nháp", "a draft"),
            Self::Received => ("đã tiếp nhận", "received"),
            Self::Classified => ("đã phân loại", "classified"),
            Self::Assigned => ("đã giao xử lý", "assigned"),
            Self::InformationRequested => ("chờ bổ sung thông tin", "waiting for more information"),
            Self::Transferred => ("được chuyển cơ quan khác", "transferred to another body"),
            Self::LeftTheHouse => (
                "được chuyển ra ngoài hệ thống",
                "transferred outside of the system",
            ),
            Self::Answered => ("đã trả lời", "answered"),
            Self::Published => ("đã công khai trả lời", "answered publicly"),
            Self::Returned => ("được trả lại", "returned"),
            Self::Refused => ("không thụ lý, thuộc thủ tục khác", "refused as another procedure"),
            Self::Withdrawn => ("đã được rút", "withdrawn"),
        }
    }
}

/// Where one goes on whose information was supplied, or which was given to other bodies: as far as it had come.
pub fn resumed(is_assigned: bool, is_classified: bool) -> RecommendationState {
    match (is_assigned, is_classified) {
        (true, _) => RecommendationState::Assigned,
        (false, true) => RecommendationState::Classified,
        (false, false) => RecommendationState::Received,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_what_was_meant() {
        let table: Vec<String> = RecommendationState::ALL
            .iter()
            .map(|state| {
                let steps: Vec<&str> = state.steps().iter().map(|step| step.as_str()).collect();
                format!("{}: {}", state.as_str(), steps.join(" "))
            })
            .collect();
        assert_eq!(
            table,
            [
                "draft: arrive withdraw",
                "received: classify return transfer request_information withdraw",
                "classified: classify assign return transfer request_information withdraw",
                "assigned: assign save_part return transfer request_information withdraw",
                "information_requested: supply_information return withdraw",
                "transferred: accept transfer return withdraw",
                "transferred_outside: ",
                "answered: publish",
                "published: ",
                "returned: ",
                "refused: ",
                "withdrawn: ",
            ]
        );
    }

    #[test]
    fn a_refused_step_says_what_is_possible() {
        let error = RecommendationState::Answered
            .check(RecommendationStep::Withdraw)
            .unwrap_err();
        assert_eq!(error.code, ErrorCode::IllegalTransition);
        assert!(error.detail.unwrap().en.contains("it can only: publish"));
        let error = RecommendationState::Withdrawn
            .check(RecommendationStep::Accept)
            .unwrap_err();
        assert!(error.detail.unwrap().en.contains("nothing more"));
    }

    #[test]
    fn it_goes_on_where_it_stood() {
        assert_eq!(resumed(true, true), RecommendationState::Assigned);
        assert_eq!(resumed(false, true), RecommendationState::Classified);
        assert_eq!(resumed(false, false), RecommendationState::Received);
    }
}
