//! How a line's plan may be changed. Pure.

use super::{
    line_model::{LineChange, LineState, NewLine, PlanLine},
    model::ProgrammeStatus,
    plan_rules,
    row_model::ProgrammeRow,
    rules::{fault, is_good_text},
};
use crate::error::{AppError, AppResult, ErrorCode, FieldError};

/// Longest reason, in characters.
const REASON_LENGTH_MAX: usize = 2000;

/// The plan of a line as it stands.
pub fn plan_of(line: &PlanLine) -> NewLine {
    NewLine {
        year: line.year,
        goal: line.goal.clone(),
        requirement: line.requirement.clone(),
        solution: line.solution.clone(),
        output: line.output.clone(),
        from: line.from,
        to: line.to,
        lead: line.lead.clone(),
        coordinators: line.coordinators.clone(),
        budgets: line.budgets.clone(),
        milestones: line.milestones.clone(),
        depends_on: line.depends_on.clone(),
    }
}

/// The plan with what is to change of it.
pub fn changed(plan: &NewLine, change: LineChange) -> NewLine {
    NewLine {
        year: change.year.unwrap_or(plan.year),
        goal: change.goal.unwrap_or_else(|| plan.goal.clone()),
        requirement: change.requirement.unwrap_or_else(|| plan.requirement.clone()),
        solution: change.solution.unwrap_or_else(|| plan.solution.clone()),
        output: change.output.unwrap_or_else(|| plan.output.clone()),
        from: change.from.unwrap_or(plan.from),
        to: change.to.unwrap_or(plan.to),
        lead: change.lead.unwrap_or_else(|| plan.lead.clone()),
        coordinators: change.coordinators.unwrap_or_else(|| plan.coordinators.clone()),
        budgets: change.budgets.unwrap_or_else(|| plan.budgets.clone()),
        milestones: change.milestones.unwrap_or_else(|| plan.milestones.clone()),
        depends_on: change.depends_on.unwrap_or_else(|| plan.depends_on.clone()),
    }
}

/// The plan in the order in which it is read again, so that plans can be compared.
pub fn in_order(mut plan: NewLine) -> NewLine {
    plan.coordinators.sort();
    plan.depends_on.sort();
    plan.budgets
        .sort_by_key(|budget| (budget.year, budget.source.as_str()));
    plan
}

/// The faults of a change, but for what it names outside itself.
pub fn check(
    programme: &ProgrammeRow,
    state: LineState,
    before: &NewLine,
    after: &NewLine,
    reason: Option<&str>,
) -> Vec<FieldError> {
    let mut faults = Vec::new();
    plan_rules::check_line("", after, programme.period(), &mut faults);
    let in_force = programme.status == ProgrammeStatus::InForce;
    match reason {
        None if in_force => faults.push(fault(
            "/reason",
            "reason_missing",
            "Chương trình đã có hiệu lực: thay đổi kế hoạch phải nêu lý do.",
            "The programme is in force: say why its plan changes.",
        )),
        Some(reason) if !is_good_text(reason, REASON_LENGTH_MAX) => faults.push(fault(
            "/reason",
            "bad_text",
            "Gồm 1 đến 2.000 ký tự.",
            "It has 1 to 2,000 characters.",
        )),
        _ => {}
    }
    if in_force && before.lead != after.lead {
        faults.push(fault(
            "/lead",
            "reassign",
            "Chương trình đã có hiệu lực: đổi đơn vị chủ trì bằng thao tác giao lại (reassign).",
            "The programme is in force: another lead is given by the move reassign.",
        ));
    }
    if state == LineState::Done && (before.from, before.to) != (after.from, after.to) {
        faults.push(fault(
            "/to",
            "line_done",
            "Dòng kế hoạch đã hoàn thành: không đổi thời gian được.",
            "The line is done: its time can't be changed.",
        ));
    }
    faults
}

/// Refuses to change who confirms while they are asked to.
pub fn check_units(state: LineState, before: &NewLine, after: &NewLine) -> AppResult<()> {
    if state == LineState::AwaitingConfirmation && before.coordinators != after.coordinators {
        return Err(AppError::with(
            ErrorCode::IllegalTransition,
            "Dòng kế hoạch đang chờ xác nhận: chưa đổi đơn vị phối hợp được.",
            "The line awaits confirmation: its co-ordinating units can't be changed now.",
        ));
    }
    Ok(())
}

/// What differs between two plans, before and after, by member.
pub fn difference(before: &NewLine, after: &NewLine) -> AppResult<(serde_json::Value, serde_json::Value)> {
    let members = |plan: &NewLine| match serde_json::to_value(plan) {
        Ok(serde_json::Value::Object(members)) => Ok(members),
        Ok(_) => Err(AppError::internal("a plan is an object")),
        Err(error) => Err(AppError::internal(error)),
    };
    let (mut was, mut is) = (members(before)?, members(after)?);
    let same: Vec<String> = was
        .iter()
        .filter(|(name, value)| is.get(*name) == Some(*value))
        .map(|(name, _)| name.clone())
        .collect();
    for name in same {
        was.remove(&name);
        is.remove(&name);
    }
    Ok((was.into(), is.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let plan = |to: &str| -> NewLine {
            serde_json::from_value(serde_json::json!({"lead": "moha", "to": to})).unwrap()
        };
        let (was, is) = difference(&plan("2018-12-31"), &plan("2019-03-31")).unwrap();
        assert_eq!(was, serde_json::json!({"to": "2018-12-31"}));
        assert_eq!(is, serde_json::json!({"to": "2019-03-31"}));
        let change: LineChange = serde_json::from_value(serde_json::json!({"to": null})).unwrap();
        let before = plan("2018-12-31");
        let after = changed(&before, change);
        assert_eq!(after.to, None);
        assert_eq!(
            after,
            NewLine {
                to: None,
                ..before.clone()
            }
        );
        assert_eq!(changed(&before, LineChange::default()), before);
    }
}
