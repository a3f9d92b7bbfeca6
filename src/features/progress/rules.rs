//! What a move has to say. Pure.

use url::Url;

use super::{
    model::{NewMove, Proof, SettledState},
    state::{Event, MoveKind},
};
use crate::{
    access::LineFacts,
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::programmes::{LineRef, ProgrammeRow, ProgrammeStatus, fault, is_good_text, read_day},
    ids::AgencyCode,
};

/// Lines of one request.
pub const LINES_MAX: usize = 1000;
const TEXT_LENGTH_MAX: usize = 5000;
const PROOFS_MAX: usize = 30;
const UNITS_MAX: usize = 30;

/// Whose move it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The unit that leads.
    Lead,
    /// A unit that co-ordinates.
    Coordinator,
    /// The agency that runs the programme.
    Owner,
}

/// Whose move a kind is; where no unit co-ordinates, the owner confirms.
pub fn side_of(kind: MoveKind, facts: &LineFacts) -> Side {
    match kind {
        MoveKind::Report | MoveKind::Withdraw | MoveKind::Refuse => Side::Lead,
        MoveKind::Confirm if facts.coordinators.is_empty() => Side::Owner,
        MoveKind::Confirm | MoveKind::Object => Side::Coordinator,
        MoveKind::Settle | MoveKind::Reassign | MoveKind::Hold | MoveKind::Resume | MoveKind::Reopen => {
            Side::Owner
        }
    }
}

/// Refuses moves of a programme that is not in force.
pub fn require_in_force(programme: &ProgrammeRow) -> AppResult<()> {
    if programme.status == ProgrammeStatus::InForce {
        return Ok(());
    }
    Err(AppError::with(
        ErrorCode::IllegalTransition,
        "Chương trình chưa có hiệu lực hoặc đã kết thúc: không báo cáo, xác nhận được.",
        "The programme is not in force: nothing is reported or decided on its lines.",
    ))
}

/// The faults of what a report says; `base` is its place in the request.
pub fn check_report(
    base: &str,
    percent: Option<i32>,
    completed: bool,
    text: Option<&str>,
    evidence: &[Proof],
) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let pointer = format!("{base}/percent");
    match percent {
        None if !completed => faults.push(fault(
            pointer,
            "missing",
            "Báo cáo nêu tỷ lệ hoàn thành từ 0 đến 100.",
            "A report says how far it is: 0 to 100 percent.",
        )),
        Some(percent) if !(0..=100).contains(&percent) => faults.push(fault(
            pointer,
            "out_of_range",
            "Từ 0 đến 100.",
            "It is from 0 to 100.",
        )),
        Some(percent) if completed && percent != 100 => faults.push(fault(
            pointer,
            "not_complete",
            "Đã hoàn thành thì tỷ lệ là 100.",
            "What is complete is at 100 percent.",
        )),
        _ => {}
    }
    faults.extend(check_text(base, text, completed));
    faults.extend(check_evidence(base, evidence));
    faults
}

/// The event of a report.
pub fn report_of(percent: Option<i32>, completed: bool) -> Event {
    if completed {
        Event::Complete
    } else {
        Event::Report(percent.unwrap_or_default())
    }
}

/// The fault of what is said, if it has one.
pub fn check_text(base: &str, text: Option<&str>, compulsory: bool) -> Option<FieldError> {
    let good = text.map_or(!compulsory, |text| is_good_text(text, TEXT_LENGTH_MAX));
    (!good).then(|| {
        fault(
            format!("{base}/text"),
            "bad_text",
            "Nêu nội dung hoặc lý do, gồm 1 đến 5.000 ký tự.",
            "Say what was done, or why, in 1 to 5,000 characters.",
        )
    })
}

fn check_evidence(base: &str, evidence: &[Proof]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if evidence.len() > PROOFS_MAX {
        faults.push(fault(
            format!("{base}/evidence"),
            "too_many",
            format!("Tối đa {PROOFS_MAX} tài liệu."),
            format!("At most {PROOFS_MAX} documents."),
        ));
    }
    for (index, proof) in evidence.iter().enumerate() {
        let at = |member: &str| format!("{base}/evidence/{index}/{member}");
        let mut text = |member: &str, good: bool, most: usize| {
            if !good {
                faults.push(fault(
                    at(member),
                    "bad_text",
                    format!("Gồm 1 đến {most} ký tự."),
                    format!("It has 1 to {most} characters."),
                ));
            }
        };
        text("title", is_good_text(&proof.title, 500), 500);
        let number = proof.number.as_deref();
        text(
            "number",
            number.is_none_or(|number| is_good_text(number, 200)),
            200,
        );
        faults.extend(read_day(at("date"), proof.date));
        if proof.url.as_deref().is_some_and(|url| !is_web_address(url)) {
            faults.push(fault(
                at("url"),
                "bad_url",
                "Viết địa chỉ http hoặc https đầy đủ, tối đa 2000 ký tự.",
                "Write a whole http or https address of at most 2000 characters.",
            ));
        }
    }
    faults
}

fn is_web_address(text: &str) -> bool {
    let web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    text.len() <= 2000 && Url::parse(text).is_ok_and(|url| web(&url))
}

/// The faults of a move: what it lacks, and what belongs to other kinds.
pub fn check_move(new: &NewMove, facts: &LineFacts) -> Vec<FieldError> {
    use MoveKind::{Confirm, Object, Reassign, Report, Settle, Withdraw};
    let kind = new.kind;
    let mut faults = match kind {
        Report => check_report("", new.percent, new.completed, new.text.as_deref(), &new.evidence),
        _ => {
            let compulsory = !matches!(kind, Confirm | Withdraw);
            let mut faults = check_evidence("", &new.evidence);
            faults.extend(check_text("", new.text.as_deref(), compulsory));
            faults
        }
    };
    for (member, is_there, belongs) in [
        ("percent", new.percent.is_some(), kind == Report),
        ("completed", new.completed, kind == Report),
        (
            "evidence",
            !new.evidence.is_empty(),
            matches!(kind, Report | Object),
        ),
        ("agency", new.agency.is_some(), matches!(kind, Confirm | Object)),
        ("to", new.to.is_some(), kind == Settle),
        ("lead", new.lead.is_some(), kind == Reassign),
        ("coordinators", new.coordinators.is_some(), kind == Reassign),
    ] {
        if is_there && !belongs {
            faults.push(fault(
                format!("/{member}"),
                "not_for_this_kind",
                format!("Không dùng với thao tác {}.", kind.as_str()),
                format!("It does not belong to {}.", kind.as_str()),
            ));
        }
    }
    if kind == Settle && new.to.is_none() {
        faults.push(fault(
            "/to",
            "missing",
            "Kết luận: done (hoàn thành) hoặc redo (làm lại).",
            "Say what is settled: done or redo.",
        ));
    }
    if kind == Reassign {
        faults.extend(check_reassignment(new, facts));
    }
    faults
}

fn check_reassignment(new: &NewMove, facts: &LineFacts) -> Vec<FieldError> {
    let Some(lead) = &new.lead else {
        return vec![fault(
            "/lead",
            "missing",
            "Nêu đơn vị chủ trì mới.",
            "Name the new lead.",
        )];
    };
    let mut faults = Vec::new();
    let units = new.coordinators.as_ref().unwrap_or(&facts.coordinators);
    if units.contains(lead) {
        faults.push(fault(
            "/lead",
            "lead_coordinates",
            format!("{lead} đang là đơn vị phối hợp: nêu lại danh sách phối hợp không có đơn vị này."),
            format!("{lead} co-ordinates: send the co-ordinating units without it."),
        ));
    }
    let distinct: std::collections::BTreeSet<&AgencyCode> = units.iter().collect();
    if distinct.len() != units.len() || units.len() > UNITS_MAX {
        faults.push(fault(
            "/coordinators",
            "bad_units",
            format!("Tối đa {UNITS_MAX} đơn vị phối hợp, mỗi đơn vị một lần."),
            format!("At most {UNITS_MAX} units, each once."),
        ));
    }
    faults
}

/// The unit that a caller speaks for: the one that is named, or the only one that the caller may speak for.
pub fn unit_of(
    base: &str,
    mine: &[AgencyCode],
    named: Option<&AgencyCode>,
) -> Result<AgencyCode, FieldError> {
    let pointer = format!("{base}/agency");
    match (named, mine) {
        (Some(named), _) if mine.contains(named) => Ok(named.clone()),
        (Some(named), _) => Err(fault(
            pointer,
            "not_your_unit",
            format!("{named} không phải đơn vị phối hợp mà bạn được thay mặt."),
            format!("{named} is no co-ordinating unit that you may speak for."),
        )),
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(fault(
            pointer,
            "name_one",
            "Bạn thay mặt nhiều đơn vị: nêu một đơn vị.",
            "You may speak for several units: name one.",
        )),
    }
}

/// The fault of a completion while a line waits for others, if it does.
pub fn check_waiting(base: &str, completed: bool, waits_for: &[LineRef]) -> Option<FieldError> {
    if !completed || waits_for.is_empty() {
        return None;
    }
    let names: Vec<String> = waits_for
        .iter()
        .map(|on| format!("{}/{}", on.task, on.line))
        .collect();
    let names = names.join(", ");
    Some(fault(
        format!("{base}/completed"),
        "waits_for_others",
        format!("Chưa hoàn thành được: còn chờ {names}."),
        format!("It can't be complete before {names}."),
    ))
}

/// The event of a move that was found good, but for confirmations.
pub fn event_of(new: &NewMove, last: bool) -> Event {
    match new.kind {
        MoveKind::Report => report_of(new.percent, new.completed),
        MoveKind::Withdraw => Event::Withdraw,
        MoveKind::Confirm => Event::Confirm { last },
        MoveKind::Object => Event::Object,
        MoveKind::Settle => Event::Settle {
            done: new.to == Some(SettledState::Done),
        },
        MoveKind::Refuse => Event::Refuse,
        MoveKind::Reassign => Event::Reassign,
        MoveKind::Hold => Event::Hold,
        MoveKind::Resume => Event::Resume,
        MoveKind::Reopen => Event::Reopen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agency(code: &str) -> AgencyCode {
        AgencyCode::parse(code).unwrap()
    }

    fn facts(coordinators: &[&str]) -> LineFacts {
        LineFacts {
            owner: agency("moha"),
            signatories: vec![agency("moha")],
            lead: agency("moj"),
            coordinators: coordinators.iter().map(|code| agency(code)).collect(),
        }
    }

    #[test]
    fn where_nobody_coordinates_the_owner_confirms() {
        assert_eq!(side_of(MoveKind::Confirm, &facts(&["mof"])), Side::Coordinator);
        assert_eq!(side_of(MoveKind::Confirm, &facts(&[])), Side::Owner);
        // To object there must be somebody who co-ordinates; the owner settles.
        assert_eq!(side_of(MoveKind::Object, &facts(&[])), Side::Coordinator);
        assert_eq!(side_of(MoveKind::Settle, &facts(&["mof"])), Side::Owner);
        assert_eq!(side_of(MoveKind::Withdraw, &facts(&["mof"])), Side::Lead);
    }

    #[test]
    fn a_report_says_how_far_it_is() {
        let faults = |percent, completed, text| -> Vec<String> {
            check_report("/r/0", percent, completed, text, &[])
                .into_iter()
                .map(|fault| format!("{} {}", fault.pointer, fault.code))
                .collect()
        };
        assert!(faults(Some(0), false, None).is_empty());
        assert!(faults(None, true, Some("Đã xong")).is_empty());
        assert_eq!(faults(None, false, None), ["/r/0/percent missing"]);
        assert_eq!(
            faults(Some(101), false, Some(" ")),
            ["/r/0/percent out_of_range", "/r/0/text bad_text"]
        );
        assert_eq!(
            faults(Some(99), true, None),
            ["/r/0/percent not_complete", "/r/0/text bad_text"]
        );
        assert_eq!(report_of(None, true), Event::Complete);
        assert_eq!(report_of(Some(7), false), Event::Report(7));
    }

    #[test]
    fn evidence_leads_to_the_web_alone() {
        assert!(is_web_address("https://example.vn/a?b=1"));
        for bad in [
            "",
            "example.vn",
            "ftp://example.vn",
            "javascript:alert(1)",
            "https://",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
        assert!(!is_web_address(&format!(
            "https://example.vn/{}",
            "a".repeat(2000)
        )));
    }

    #[test]
    fn who_speaks_for_one_unit_need_not_name_it() {
        let mine = [agency("mof"), agency("mic")];
        let code = |mine: &[AgencyCode], named: Option<&str>| {
            unit_of("", mine, named.map(agency).as_ref()).map_err(|fault| fault.code)
        };
        assert_eq!(code(&mine[..1], None), Ok(agency("mof")));
        assert_eq!(code(&mine, Some("mic")), Ok(agency("mic")));
        assert_eq!(code(&mine, None), Err("name_one".to_owned()));
        assert_eq!(code(&mine, Some("moj")), Err("not_your_unit".to_owned()));
    }
}
