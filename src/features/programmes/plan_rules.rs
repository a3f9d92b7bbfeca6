//! What tasks and plan lines may be. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    line_model::{Budget, LineRef, Milestone, NewLine, NewTask},
    model::Period,
    rules::{TEXT_LENGTH_MAX, TITLE_LENGTH_MAX, check_distinct, check_text, check_title, fault, read_day},
};
use crate::{
    error::FieldError,
    ids::{AgencyCode, ContentCode, TaskCode},
};

/// Tasks of one request.
pub const TASKS_MAX: usize = 1000;
const LINES_MAX: usize = 50;
const TASK_TITLE_LENGTH_MAX: usize = 1000;
const UNITS_MAX: usize = 30;
const PARTS_MAX: usize = 50;
const VND_MAX: i64 = 1_000_000_000_000_000;

/// Where lines depend on each other: a line and those it waits for.
pub type Dependencies = BTreeMap<LineRef, BTreeSet<LineRef>>;

/// The faults of new tasks, each at its place in the request, in themselves and beside each other.
pub fn check_tasks(tasks: &[(usize, NewTask)], contents: &[ContentCode], period: Period) -> Vec<FieldError> {
    let mut seen: BTreeSet<&TaskCode> = BTreeSet::new();
    let mut faults = Vec::new();
    for (index, task) in tasks {
        let at = |member: &str| format!("/tasks/{index}/{member}");
        if !seen.insert(&task.code) {
            faults.push(fault(
                at("code"),
                "duplicate_code",
                format!("Mã {} đã có ở trên.", task.code),
                format!("The code {} stands above already.", task.code),
            ));
        }
        if !contents.contains(&task.content) {
            faults.push(fault(
                at("content"),
                "unknown_content",
                format!("Chương trình không có nội dung {}.", task.content),
                format!("The programme has no content {}.", task.content),
            ));
        }
        faults.extend(check_title(at("title"), &task.title, TASK_TITLE_LENGTH_MAX));
        faults.extend(check_text(at("goal"), task.goal.as_deref(), TEXT_LENGTH_MAX));
        if task.lines.is_empty() || task.lines.len() > LINES_MAX {
            faults.push(fault(
                at("lines"),
                "bad_length",
                format!("Nhiệm vụ có 1 đến {LINES_MAX} dòng kế hoạch."),
                format!("A task has 1 to {LINES_MAX} lines."),
            ));
        }
        for (number, line) in task.lines.iter().enumerate() {
            check_line(
                &format!("/tasks/{index}/lines/{number}"),
                line,
                period,
                &mut faults,
            );
        }
    }
    faults
}

/// The faults of a line in itself; `base` is its place in the request.
pub fn check_line(base: &str, line: &NewLine, period: Period, faults: &mut Vec<FieldError>) {
    let at = |member: &str| format!("{base}/{member}");
    for (member, text) in [
        ("goal", &line.goal),
        ("requirement", &line.requirement),
        ("solution", &line.solution),
        ("output", &line.output),
    ] {
        faults.extend(check_text(at(member), text.as_deref(), TEXT_LENGTH_MAX));
    }
    if line.year.is_some_and(|year| !is_within(period, year)) {
        faults.push(outside(at("year"), period));
    }
    faults.extend(read_day(at("from"), line.from));
    faults.extend(read_day(at("to"), line.to));
    if let (Some(from), Some(to)) = (line.from, line.to)
        && to < from
    {
        faults.push(fault(
            at("to"),
            "before_from",
            "Ngày kết thúc không được trước ngày bắt đầu.",
            "The last day is not before the first.",
        ));
    }
    check_units(base, &line.lead, &line.coordinators, faults);
    check_budgets(base, &line.budgets, period, faults);
    check_milestones(base, &line.milestones, faults);
    let mut seen = BTreeSet::new();
    for (index, on) in line.depends_on.iter().enumerate() {
        if !seen.insert(on) {
            faults.push(twice(at(&format!("depends_on/{index}"))));
        }
    }
    if line.depends_on.len() > PARTS_MAX {
        faults.push(too_many(at("depends_on"), PARTS_MAX));
    }
}

fn is_within(period: Period, year: i32) -> bool {
    (period.from_year..=period.to_year).contains(&year)
}

fn outside(pointer: String, period: Period) -> FieldError {
    let Period { from_year, to_year } = period;
    fault(
        pointer,
        "outside_period",
        format!("Năm từ {from_year} đến {to_year} theo chương trình."),
        format!("The programme's years are {from_year} to {to_year}."),
    )
}

fn twice(pointer: String) -> FieldError {
    fault(pointer, "duplicate", "Đã có ở trên.", "It stands above already.")
}

fn too_many(pointer: String, most: usize) -> FieldError {
    fault(
        pointer,
        "too_many",
        format!("Tối đa {most}."),
        format!("At most {most}."),
    )
}

fn check_units(base: &str, lead: &AgencyCode, units: &[AgencyCode], faults: &mut Vec<FieldError>) {
    let list = format!("{base}/coordinators");
    if units.len() > UNITS_MAX {
        faults.push(too_many(list.clone(), UNITS_MAX));
    }
    faults.extend(check_distinct(&list, units));
    for (index, unit) in units.iter().enumerate().filter(|(_, unit)| *unit == lead) {
        faults.push(fault(
            format!("{list}/{index}"),
            "lead_coordinates",
            format!("{unit} đã là đơn vị chủ trì."),
            format!("{unit} leads already."),
        ));
    }
}

fn check_budgets(base: &str, budgets: &[Budget], period: Period, faults: &mut Vec<FieldError>) {
    if budgets.len() > PARTS_MAX {
        faults.push(too_many(format!("{base}/budgets"), PARTS_MAX));
    }
    let mut seen = BTreeSet::new();
    for (index, budget) in budgets.iter().enumerate() {
        let at = |member: &str| format!("{base}/budgets/{index}/{member}");
        if !is_within(period, budget.year) {
            faults.push(outside(at("year"), period));
        }
        if !seen.insert((budget.year, budget.source)) {
            faults.push(fault(
                at("source"),
                "duplicate",
                "Năm và nguồn này đã có ở trên.",
                "This year and source stand above already.",
            ));
        }
        for (member, amount) in [
            ("amount_vnd", Some(budget.amount_vnd)),
            ("spent_vnd", budget.spent_vnd),
        ] {
            if amount.is_some_and(|amount| !(0..=VND_MAX).contains(&amount)) {
                faults.push(fault(
                    at(member),
                    "out_of_range",
                    format!("Từ 0 đến {VND_MAX} đồng."),
                    format!("It is from 0 to {VND_MAX} đồng."),
                ));
            }
        }
    }
}

fn check_milestones(base: &str, milestones: &[Milestone], faults: &mut Vec<FieldError>) {
    if milestones.len() > PARTS_MAX {
        faults.push(too_many(format!("{base}/milestones"), PARTS_MAX));
    }
    for (index, milestone) in milestones.iter().enumerate() {
        let at = |member: &str| format!("{base}/milestones/{index}/{member}");
        faults.extend(check_title(at("title"), &milestone.title, TITLE_LENGTH_MAX));
        faults.extend(read_day(at("due"), Some(milestone.due)));
        faults.extend(read_day(at("reached_on"), milestone.reached_on));
    }
}

/// The faults of what lines wait for: lines that are not there, and circles. `asked` names each new dependency with its
/// place; `known` holds every line there will be, with what it waits for.
pub fn check_dependencies(asked: &[(String, LineRef, LineRef)], known: &Dependencies) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let circle = lines_in_circles(known);
    for (pointer, line, on) in asked {
        if !known.contains_key(on) {
            faults.push(fault(
                pointer.clone(),
                "unknown_line",
                format!("Chương trình không có dòng {}/{}.", on.task, on.line),
                format!("The programme has no line {}/{}.", on.task, on.line),
            ));
        } else if circle.contains(line) && circle.contains(on) {
            faults.push(fault(
                pointer.clone(),
                "circular",
                format!(
                    "Dòng {}/{} chờ chính nó qua {}/{}.",
                    line.task, line.line, on.task, on.line
                ),
                format!(
                    "Line {}/{} waits for itself by way of {}/{}.",
                    line.task, line.line, on.task, on.line
                ),
            ));
        }
    }
    faults
}

/// The lines that are left when everything that waits for nothing, or that nothing waits for, is taken away again and
/// again.
fn lines_in_circles(known: &Dependencies) -> BTreeSet<&LineRef> {
    let mut left: BTreeSet<&LineRef> = known.keys().collect();
    loop {
        let awaited: BTreeSet<&LineRef> = left
            .iter()
            .filter_map(|line| known.get(*line))
            .flatten()
            .collect();
        let before = left.len();
        let open = left.clone();
        left.retain(|line| {
            let waits = known
                .get(*line)
                .is_some_and(|on| on.iter().any(|on| open.contains(on)));
            waits && awaited.contains(line)
        });
        if left.len() == before {
            return left;
        }
    }
}

#[cfg(test)]
#[path = "plan_rules/tests.rs"]
mod tests;
