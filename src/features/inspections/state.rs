//! Where an inspection and its remedies may go from where they stand. Pure; the one place that tells.

use super::model::{InspectionForm, InspectionRow, InspectionState, InspectionStep, PlanRow, RemedyState};
use crate::error::{AppError, AppResult, ErrorCode};

fn illegal(vi: impl Into<String>, en: impl Into<String>) -> AppError {
    AppError::with(ErrorCode::IllegalTransition, vi, en)
}

/// What may happen to an inspection.
fn steps(state: InspectionState, form: InspectionForm) -> &'static [InspectionStep] {
    use InspectionStep::{Announce, Begin, Cancel, Conclude, Find, Require};
    match (state, form) {
        // It is not announced, or it would be no unannounced one.
        (InspectionState::Planned, InspectionForm::Unannounced) => &[Begin, Cancel],
        (InspectionState::Planned, _) => &[Announce, Cancel],
        (InspectionState::Announced, _) => &[Begin, Cancel],
        (InspectionState::UnderWay, _) => &[Conclude, Cancel, Find, Require],
        (InspectionState::Concluded, _) => &[Require],
        (InspectionState::Cancelled, _) => &[],
    }
}

impl InspectionState {
    /// Its name, in Vietnamese and English.
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Planned => ("mới có trong kế hoạch", "planned"),
            Self::Announced => ("đã thông báo", "announced"),
            Self::UnderWay => ("đang tiến hành", "under way"),
            Self::Concluded => ("đã kết luận", "concluded"),
            Self::Cancelled => ("đã hủy", "cancelled"),
        }
    }
}

impl RemedyState {
    /// Its name, in Vietnamese and English.
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("chưa được báo cáo", "open"),
            Self::Reported => ("đã được báo cáo", "reported"),
            Self::Verified => ("đã được xác nhận", "verified"),
        }
    }
}

/// Refuses a step that the inspection's state does not know, and names those that it does.
pub fn check_step(row: &InspectionRow, step: InspectionStep) -> AppResult<()> {
    let known = steps(row.state, row.form);
    if known.contains(&step) {
        return Ok(());
    }
    let list = known
        .iter()
        .map(|step| step.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let ((vi, en), step) = (row.state.name(), step.as_str());
    let (can_vi, can_en) = if list.is_empty() {
        ("không còn bước nào".to_owned(), "nothing more is".to_owned())
    } else {
        (format!("chỉ có thể: {list}"), format!("only: {list}"))
    };
    Err(illegal(
        format!("Cuộc kiểm tra {vi} nên không thực hiện được bước {step}; {can_vi}."),
        format!("The inspection is {en}, so {step} is not possible; {can_en}."),
    ))
}

/// Refuses to begin or announce what stands in a plan that is not approved.
pub fn check_plan_approved(plan: Option<&PlanRow>) -> AppResult<()> {
    if plan.is_some_and(|plan| plan.state == super::model::PlanState::Draft) {
        return Err(illegal(
            "Kế hoạch chưa được phê duyệt.",
            "The plan is not approved yet.",
        ));
    }
    Ok(())
}

/// Where a remedy goes; refused where its state, or the inspection's, does not know the step.
pub fn remedy_after(
    inspection: InspectionState,
    remedy: RemedyState,
    step: InspectionStep,
) -> AppResult<RemedyState> {
    if inspection != InspectionState::Concluded {
        return Err(illegal(
            "Cuộc kiểm tra chưa kết thúc.",
            "The inspection is not concluded.",
        ));
    }
    match (remedy, step) {
        (RemedyState::Open, InspectionStep::Report) => Ok(RemedyState::Reported),
        (RemedyState::Reported, InspectionStep::Verify) => Ok(RemedyState::Verified),
        (RemedyState::Reported, InspectionStep::Reject) => Ok(RemedyState::Open),
        (state, step) => {
            let ((vi, en), step) = (state.name(), step.as_str());
            Err(illegal(
                format!("Việc khắc phục {vi} nên không thực hiện được bước {step}."),
                format!("The remedy is {en}, so {step} is not possible."),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unannounced_one_is_never_announced() {
        let table: Vec<String> = InspectionState::ALL
            .iter()
            .map(|state| {
                let names = |form| {
                    let steps = steps(*state, form).iter().map(|step| step.as_str());
                    steps.collect::<Vec<_>>().join(" ")
                };
                format!(
                    "{}: {} | {}",
                    state.as_str(),
                    names(InspectionForm::OnSite),
                    names(InspectionForm::Unannounced)
                )
            })
            .collect();
        assert_eq!(
            table,
            [
                "planned: announce cancel | begin cancel",
                "announced: begin cancel | begin cancel",
                "under_way: conclude cancel find require | conclude cancel find require",
                "concluded: require | require",
                "cancelled:  | ",
            ]
        );
    }

    #[test]
    fn a_remedy_goes_round_until_it_is_done() {
        use InspectionState::{Concluded, UnderWay};
        use InspectionStep::{Reject, Report, Verify};
        use RemedyState::{Open, Reported, Verified};
        let go = |from, step| remedy_after(Concluded, from, step).ok();
        assert_eq!(go(Open, Report), Some(Reported));
        assert_eq!(go(Reported, Reject), Some(Open));
        assert_eq!(go(Reported, Verify), Some(Verified));
        for (from, step) in [
            (Open, Verify),
            (Open, Reject),
            (Verified, Report),
            (Reported, Report),
        ] {
            assert_eq!(go(from, step), None);
        }
        assert!(remedy_after(UnderWay, Open, Report).is_err());
    }
}
