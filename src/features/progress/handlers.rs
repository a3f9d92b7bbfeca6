//! Moves of one line over HTTP.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    model::{LineMove, LineMoves, MoveRow, NewMove},
    moving::{Made, moved, standing_of, units_of_caller},
    notices, rules,
    rules::Side,
    state::{self, MoveKind},
    store,
};
use crate::{
    access::{Action, LineFacts, Object},
    db::{Conn, Database, Outcome, Tx, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::{
        accounts,
        notifications::Notifier,
        programmes::{self, LineState, PlanLine, PlanLineRow, ProgrammeRow},
    },
    ids::{AgencyCode, ProgrammeCode, TaskCode},
    web::{
        Caller, Cursor, IfMatch, Page, PageQuery, ReadProblems, ValidJson, ValidQuery, WriteProblems,
        answered, etag_of_revision, json_list,
    },
};

/// A line with its programme and what is known of it when a permission is decided.
pub fn approach(
    conn: &mut Conn,
    (code, task, number): &(ProgrammeCode, TaskCode, i32),
) -> AppResult<(ProgrammeRow, PlanLineRow, LineFacts)> {
    let programme = programmes::find_programme(conn, code)?;
    let row = programmes::line_at(conn, code, task, *number)?;
    let facts = programmes::facts_of(conn, &programme, &[&row])?;
    let facts = facts.into_iter().next().ok_or_else(AppError::not_found)?;
    Ok((programme, row, facts))
}

/// Refuses a move that is not the caller's.
pub fn permit(caller: &Caller, kind: MoveKind, facts: &LineFacts) -> AppResult<()> {
    let action = match rules::side_of(kind, facts) {
        Side::Lead => Action::ReportProgress,
        Side::Coordinator => Action::ConfirmProgress,
        Side::Owner => Action::ManageProgramme,
    };
    caller.check(action, Object::PlanLine(facts))
}

/// The agency that a move is made for.
pub fn speaker(
    caller: &Caller,
    kind: MoveKind,
    facts: &LineFacts,
    base: &str,
    named: Option<&AgencyCode>,
) -> Result<AgencyCode, FieldError> {
    match rules::side_of(kind, facts) {
        Side::Lead => Ok(facts.lead.clone()),
        Side::Owner => Ok(facts.owner.clone()),
        Side::Coordinator => {
            let mine = units_of_caller(&caller.principal, facts);
            rules::unit_of(base, &mine, named)
        }
    }
}

/// Whether everybody has confirmed once an agency has too; none where it has already.
pub fn is_last(
    confirmed: Option<&BTreeSet<AgencyCode>>,
    agency: &AgencyCode,
    facts: &LineFacts,
) -> Option<bool> {
    let has = |unit: &AgencyCode| confirmed.is_some_and(|units| units.contains(unit));
    if has(agency) {
        return None;
    }
    Some(facts.coordinators.iter().all(|unit| unit == agency || has(unit)))
}

/// List the moves of a line
///
/// Reports, confirmations, objections and decisions with their words and documents, oldest first, and whose confirmation is
/// due. For the people of its units, evaluators of the owner and of the signatories, and administrators.
#[utoipa::path(tag = "progress",
    params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path), PageQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "The moves.", body = LineMoves), ReadProblems))]
#[get("/programmes/{programme}/tasks/{task}/lines/{line}/moves")]
pub async fn list_line_moves(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    let place = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let moves = db
        .read(move |conn| {
            let (_, row, facts) = approach(conn, &place)?;
            caller.check(Action::ReadProgress, Object::PlanLine(&facts))?;
            let page = Page::cut(store::list(conn, &row.id, &cursor)?, &cursor, |row| {
                row.id.to_string()
            });
            Ok(LineMoves {
                waiting_for: waiting_for(conn, &row, &facts)?,
                moves: Page {
                    data: shown(conn, page.data)?,
                    page: page.page,
                },
            })
        })
        .await?;
    json_list(&moves)
}

fn waiting_for(conn: &mut Conn, row: &PlanLineRow, facts: &LineFacts) -> AppResult<Vec<AgencyCode>> {
    if row.state != LineState::AwaitingConfirmation {
        return Ok(Vec::new());
    }
    if facts.coordinators.is_empty() {
        return Ok(vec![facts.owner.clone()]);
    }
    let confirmed = store::confirmed(conn, std::slice::from_ref(&row.id))?.remove(&row.id);
    let is_due = |unit: &&AgencyCode| confirmed.as_ref().is_none_or(|units| !units.contains(*unit));
    Ok(facts.coordinators.iter().filter(is_due).cloned().collect())
}

fn shown(conn: &mut Conn, mut rows: Vec<MoveRow>) -> AppResult<Vec<LineMove>> {
    accounts::put_names(conn, rows.iter_mut().map(|row| &mut row.moved_by))?;
    rows.into_iter()
        .map(|row| {
            Ok(LineMove {
                evidence: serde_json::from_str(&row.evidence).map_err(AppError::internal)?,
                id: row.id,
                kind: row.kind,
                from: row.from_state,
                to: row.to_state,
                percent: row.percent,
                text: row.text,
                agency: row.agency_code,
                moved_at: row.moved_at,
                moved_by: row.moved_by,
            })
        })
        .collect()
}

/// Move a line
///
/// The lead reports (`report`, with `completed` once it is done), takes that back (`withdraw`) or refuses the line
/// (`refuse`). Each co-ordinating unit confirms a completion or objects; where there is none the owner confirms. The owner
/// settles what they do not, reassigns, holds, resumes and reopens. A line is done when all have confirmed the same
/// report, and counts as done from that report on. Needs `If-Match`.
#[utoipa::path(tag = "progress",
    params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path), ("If-Match" = String, Header)),
    request_body = NewMove, security(("bearer" = [])),
    responses((status = 200, description = "Moved.", body = PlanLine), WriteProblems))]
#[post("/programmes/{programme}/tasks/{task}/lines/{line}/moves")]
pub async fn move_plan_line(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
    if_match: IfMatch,
    body: ValidJson<NewMove>,
) -> AppResult<HttpResponse> {
    let place = path.into_inner();
    let locks = programmes::lock_programme(&place.0);
    let change = caller.change("move_plan_line", &body.digest, locks);
    let new = body.value;
    let answer = db
        .write(change, move |tx| {
            let (programme, row, facts) = approach(tx.conn(), &place)?;
            permit(&caller, new.kind, &facts)?;
            let agency = check(tx.conn(), &caller, &row, &facts, &new)?;
            if_match.require(row.revision)?;
            rules::require_in_force(&programme)?;
            let now = tx.now();
            let was = programmes::shown_line(tx.conn(), &programme, row.clone(), now)?;
            let made = make(tx, row, facts, new, agency)?;
            keep(tx, &made)?;
            notices::tell(tx, &notifier, &programme, std::slice::from_ref(&made))?;
            let is = programmes::shown_line(tx.conn(), &programme, made.after, now)?;
            let detail =
                serde_json::json!({"move": made.kind, "from": was.state, "to": is.state, "for": made.agency});
            let entry = programmes::line_entry(&was, &is, detail)?;
            let answer = json_answer(200, &is)?.header("etag", etag_of_revision(is.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

/// Refuses a move with faults; the agency it is made for.
fn check(
    conn: &mut Conn,
    caller: &Caller,
    row: &PlanLineRow,
    facts: &LineFacts,
    new: &NewMove,
) -> AppResult<AgencyCode> {
    let mut faults = rules::check_move(new, facts);
    let agency = speaker(caller, new.kind, facts, "", new.agency.as_ref());
    let named: Vec<(String, AgencyCode)> = new
        .lead
        .iter()
        .map(|lead| ("/lead".to_owned(), lead.clone()))
        .chain(
            new.coordinators
                .iter()
                .flatten()
                .enumerate()
                .map(|(index, unit)| (format!("/coordinators/{index}"), unit.clone())),
        )
        .collect();
    faults.extend(programmes::unknown_agencies(conn, &named)?);
    if new.completed {
        let waits = programmes::unfinished_dependencies(conn, std::slice::from_ref(&row.id))?;
        let waits = waits.get(&row.id).map_or(&[][..], Vec::as_slice);
        faults.extend(rules::check_waiting("", true, waits));
    }
    match agency {
        Ok(agency) if faults.is_empty() => Ok(agency),
        Ok(_) => Err(AppError::invalid(faults)),
        Err(fault) => {
            faults.push(fault);
            Err(AppError::invalid(faults))
        }
    }
}

fn make(
    tx: &mut Tx<'_>,
    row: PlanLineRow,
    facts: LineFacts,
    new: NewMove,
    agency: AgencyCode,
) -> AppResult<Made> {
    let mut last = false;
    if new.kind == MoveKind::Confirm {
        let confirmed = store::confirmed(tx.conn(), std::slice::from_ref(&row.id))?;
        last = is_last(confirmed.get(&row.id), &agency, &facts).ok_or_else(|| confirmed_already(&agency))?;
    }
    let event = rules::event_of(&new, last);
    let standing = standing_of(&row)
        .next(event, tx.now())
        .ok_or_else(|| state::refused(row.state))?;
    let mut after = moved(&row, standing, tx.now());
    if let Some(lead) = new.lead {
        after.lead_code = lead;
    }
    if let Some(units) = &new.coordinators {
        programmes::replace_units(tx, &row.id, units)?;
    }
    Ok(Made {
        before: row,
        after,
        facts,
        kind: new.kind,
        event,
        agency,
        text: new.text,
        evidence: new.evidence,
    })
}

fn keep(tx: &mut Tx<'_>, made: &Made) -> AppResult<()> {
    let row = made.row(tx)?;
    store::insert(tx, &[row])?;
    programmes::update_line(tx, &made.before, &made.after)
}

fn confirmed_already(agency: &AgencyCode) -> AppError {
    AppError::with(
        ErrorCode::IllegalTransition,
        format!("{agency} đã xác nhận báo cáo hoàn thành này."),
        format!("{agency} has confirmed this report of completion already."),
    )
}
