//! Many reports and confirmations at once.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};

use super::{
    bulk_model::{AboutLine, Confirmations, Moved, Reports},
    handlers::{is_last, permit, speaker},
    moving::{Made, moved, standing_of},
    notices, rules,
    state::{self, Event, MoveKind},
    store,
};
use crate::{
    access::LineFacts,
    db::{Conn, Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, FieldError},
    features::{
        notifications::Notifier,
        programmes::{self, LineState, PlanLineRow, ProgrammeRow, fault},
    },
    ids::{ProgrammeCode, RecordId, TaskCode},
    web::{Caller, ValidJson, WriteProblems, answered, read_list},
};

/// An element of the request with its line.
struct Approached<T> {
    /// Its place in the request: `/reports/3`.
    base: String,
    sent: T,
    row: PlanLineRow,
    facts: LineFacts,
}

fn check_count(list: &str, count: usize) -> Option<FieldError> {
    let most = rules::LINES_MAX;
    (count == 0 || count > most).then(|| {
        fault(
            list,
            "bad_length",
            format!("Mỗi lần 1 đến {most} dòng kế hoạch."),
            format!("1 to {most} lines at a time."),
        )
    })
}

/// Finds the lines of a request, and names those that are not there, stand twice, or changed meanwhile.
fn approach<T: AboutLine>(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    list: &str,
    sent: Vec<(usize, T)>,
    faults: &mut Vec<FieldError>,
) -> AppResult<Vec<Approached<T>>> {
    let tasks: BTreeSet<TaskCode> = sent.iter().map(|(_, about)| about.place().task).collect();
    let tasks: Vec<TaskCode> = tasks.into_iter().collect();
    let mut rows = programmes::lines_at(conn, &programme.code, &tasks)?;
    let mut seen = BTreeSet::new();
    let mut found = Vec::with_capacity(sent.len());
    for (index, about) in sent {
        let (base, place) = (format!("{list}/{index}"), about.place());
        let name = format!("{}/{}", place.task, place.line);
        if !seen.insert(place.clone()) {
            let (vi, en) = (
                format!("{name} đã có ở trên."),
                format!("{name} stands above already."),
            );
            faults.push(fault(base, "duplicate", vi, en));
        } else if let Some(row) = rows.remove(&place) {
            if about.revision().is_some_and(|revision| revision != row.revision) {
                let is = row.revision;
                faults.push(fault(
                    format!("{base}/revision"),
                    "stale",
                    format!("{name} nay ở phiên bản {is}: đọc lại."),
                    format!("{name} has come to revision {is}: read it again."),
                ));
            }
            found.push((base, about, row));
        } else {
            faults.push(fault(
                format!("{base}/line"),
                "unknown_line",
                format!("Chương trình không có dòng {name}."),
                format!("The programme has no line {name}."),
            ));
        }
    }
    let lines: Vec<&PlanLineRow> = found.iter().map(|(_, _, row)| row).collect();
    let facts = programmes::facts_of(conn, programme, &lines)?;
    Ok(found
        .into_iter()
        .zip(facts)
        .map(|((base, sent, row), facts)| Approached {
            base,
            sent,
            row,
            facts,
        })
        .collect())
}

fn illegal(base: &str, row: &PlanLineRow) -> FieldError {
    let (vi, en) = state::name(row.state);
    fault(
        base,
        "illegal_transition",
        format!("{}/{} đang ở trạng thái «{vi}».", row.task_code, row.line),
        format!(
            "{}/{} is {en}, which does not allow this.",
            row.task_code, row.line
        ),
    )
}

/// Keeps all moves, tells of them, and says how many there are.
fn keep(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    programme: &ProgrammeRow,
    made: Vec<Made>,
) -> AppResult<Outcome> {
    let rows = made
        .iter()
        .map(|made| made.row(tx))
        .collect::<AppResult<Vec<_>>>()?;
    store::insert(tx, &rows)?;
    notices::tell(tx, notifier, programme, &made)?;
    let count = |state: LineState| made.iter().filter(|made| made.after.state == state).count();
    let result = Moved {
        lines: made.len(),
        completed: count(LineState::AwaitingConfirmation),
        done: count(LineState::Done),
    };
    let facts: Vec<_> = made
        .iter()
        .map(|made| {
            (
                &made.after.task_code,
                made.after.line,
                made.after.revision,
                made.after.state,
            )
        })
        .collect();
    let entry = Entry {
        object_kind: "programme",
        object_id: programme.code.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(&facts)?),
        detail: serde_json::json!(result),
    };
    let pairs: Vec<_> = made.into_iter().map(|made| (made.before, made.after)).collect();
    programmes::move_lines(tx, &pairs)?;
    Ok(Outcome::Done(json_answer(200, &result)?, entry))
}

/// Report on many lines
///
/// Up to 1,000, all or none; every fault is named. By people of the unit that leads all of them.
#[utoipa::path(tag = "progress", params(("programme" = ProgrammeCode, Path)), request_body = Reports,
    security(("bearer" = [])),
    responses((status = 200, description = "Reported.", body = Moved), WriteProblems))]
#[post("/programmes/{programme}/reports")]
pub async fn report_progress(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<ProgrammeCode>,
    body: ValidJson<Reports>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change("report_progress", &body.digest, programmes::lock_programme(&code));
    let count = check_count("/reports", body.value.reports.len());
    let (sent, misread) = read_list("/reports", body.value.reports);
    let answer = db
        .write(change, move |tx| {
            let programme = programmes::find_programme(tx.conn(), &code)?;
            let mut faults: Vec<FieldError> = count.into_iter().chain(misread).collect();
            let lines = approach(tx.conn(), &programme, "/reports", sent, &mut faults)?;
            let ids: Vec<RecordId> = lines.iter().map(|line| line.row.id.clone()).collect();
            let waits = programmes::unfinished_dependencies(tx.conn(), &ids)?;
            let mut made = Vec::with_capacity(lines.len());
            for line in lines {
                permit(&caller, MoveKind::Report, &line.facts)?;
                let (report, base) = (line.sent, line.base.as_str());
                let text = report.text.as_deref();
                let (percent, completed) = (report.percent, report.completed);
                faults.extend(rules::check_report(
                    base,
                    percent,
                    completed,
                    text,
                    &report.evidence,
                ));
                let waits_for = waits.get(&line.row.id).map_or(&[][..], Vec::as_slice);
                faults.extend(rules::check_waiting(base, completed, waits_for));
                let event = rules::report_of(percent, completed);
                let Some(standing) = standing_of(&line.row).next(event, tx.now()) else {
                    faults.push(illegal(base, &line.row));
                    continue;
                };
                made.push(Made {
                    after: moved(&line.row, standing, tx.now()),
                    before: line.row,
                    agency: line.facts.lead.clone(),
                    facts: line.facts,
                    kind: MoveKind::Report,
                    event,
                    text: report.text,
                    evidence: report.evidence,
                });
            }
            finish(tx, &notifier, &programme, made, faults)
        })
        .await?;
    answered(answer)
}

fn finish(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    programme: &ProgrammeRow,
    made: Vec<Made>,
    faults: Vec<FieldError>,
) -> AppResult<Outcome> {
    if !faults.is_empty() {
        return Err(AppError::invalid(faults));
    }
    rules::require_in_force(programme)?;
    keep(tx, notifier, programme, made)
}

/// Confirm the completion of many lines
///
/// Up to 1,000, all or none; every fault is named. By people of the co-ordinating unit, or by the owner's evaluators where
/// no unit co-ordinates.
#[utoipa::path(tag = "progress", params(("programme" = ProgrammeCode, Path)), request_body = Confirmations,
    security(("bearer" = [])),
    responses((status = 200, description = "Confirmed.", body = Moved), WriteProblems))]
#[post("/programmes/{programme}/confirmations")]
pub async fn confirm_progress(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<ProgrammeCode>,
    body: ValidJson<Confirmations>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "confirm_progress",
        &body.digest,
        programmes::lock_programme(&code),
    );
    let named = body.value.agency;
    let count = check_count("/confirmations", body.value.confirmations.len());
    let (sent, misread) = read_list("/confirmations", body.value.confirmations);
    let answer = db
        .write(change, move |tx| {
            let programme = programmes::find_programme(tx.conn(), &code)?;
            let mut faults: Vec<FieldError> = count.into_iter().chain(misread).collect();
            let lines = approach(tx.conn(), &programme, "/confirmations", sent, &mut faults)?;
            let ids: Vec<RecordId> = lines.iter().map(|line| line.row.id.clone()).collect();
            let confirmed = store::confirmed(tx.conn(), &ids)?;
            let mut made = Vec::with_capacity(lines.len());
            let mut unit_fault = None;
            for line in lines {
                permit(&caller, MoveKind::Confirm, &line.facts)?;
                let base = line.base.as_str();
                faults.extend(rules::check_text(base, line.sent.text.as_deref(), false));
                let agency = match speaker(&caller, MoveKind::Confirm, &line.facts, "", named.as_ref()) {
                    Ok(agency) => agency,
                    Err(fault) => {
                        unit_fault = Some(fault);
                        continue;
                    }
                };
                let last = is_last(confirmed.get(&line.row.id), &agency, &line.facts);
                let event = Event::Confirm {
                    last: last.unwrap_or_default(),
                };
                let standing = standing_of(&line.row).next(event, tx.now());
                let (Some(_), Some(standing)) = (last, standing) else {
                    faults.push(illegal(base, &line.row));
                    continue;
                };
                made.push(Made {
                    after: moved(&line.row, standing, tx.now()),
                    before: line.row,
                    facts: line.facts,
                    kind: MoveKind::Confirm,
                    event,
                    agency,
                    text: line.sent.text,
                    evidence: Vec::new(),
                });
            }
            faults.extend(unit_fault);
            finish(tx, &notifier, &programme, made, faults)
        })
        .await?;
    answered(answer)
}
