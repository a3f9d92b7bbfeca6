//! What inspections find, and what is done about it, over HTTP.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    body_model::{NewFinding, NewRemedy, RemedyMove},
    keep::{Event, approach, keep, lock_of},
    list_store,
    model::{FindingIndicatorRow, FindingRow, InspectionState, InspectionStep, RemedyRow, RemedyState},
    rules::{self, FINDINGS_MAX, REASON_LENGTH_MAX, TEXT_LENGTH_MAX, wrong},
    shown, state, store,
    view_model::{Finding, Inspection},
};
use crate::{
    access::{Action, Object, Role},
    clock::Zone,
    db::{Conn, Database, Tx},
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::{
        notifications::Notifier,
        rounds,
        submissions::{self, visible_lines},
    },
    ids::{AgencyCode, RecordId, RoundCode},
    web::{Caller, EvidenceLink, IfMatch, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list},
};

fn too_many(count: usize) -> AppResult<()> {
    if count < FINDINGS_MAX {
        return Ok(());
    }
    Err(AppError::with(
        ErrorCode::Conflict,
        format!("Mỗi cuộc kiểm tra có tối đa {FINDINGS_MAX} mục."),
        format!("An inspection has {FINDINGS_MAX} of them at most."),
    ))
}

/// Write a finding down
///
/// By those who inspect, while it is under way. Needs `If-Match`, the inspection's.
#[utoipa::path(tag = "inspections", params(("inspection" = RecordId, Path, description = "The inspection's id."), ("If-Match" = String, Header)),
    request_body = NewFinding, security(("bearer" = [])),
    responses((status = 201, description = "Written down.", body = Inspection), WriteProblems))]
#[post("/inspections/{inspection}/findings")]
pub async fn add_inspection_finding(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<RecordId>,
    if_match: IfMatch,
    body: ValidJson<NewFinding>,
) -> AppResult<HttpResponse> {
    let id = path.into_inner();
    let change = caller.change("add_inspection_finding", &body.digest, lock_of(&id));
    let new = body.value;
    let answer = db
        .write(change, move |tx| {
            let (before, _) = approach(tx.conn(), &caller, &id, Action::WriteFinding)?;
            if_match.require(before.revision)?;
            state::check_step(&before, InspectionStep::Find)?;
            let mut faults = rules::check_finding(&new);
            faults.extend(missing_rounds(tx.conn(), &new)?);
            rules::refuse(faults)?;
            too_many(store::findings(tx.conn(), std::slice::from_ref(&id))?.len())?;
            insert_finding(tx, &id, &new)?;
            let event = Event::new(InspectionStep::Find, Some(&new.text));
            let after = before.clone();
            keep(tx, &notifier, &caller.principal, &before, after, &event, 201)
        })
        .await?;
    answered(answer)
}

fn insert_finding(tx: &mut Tx<'_>, inspection: &RecordId, new: &NewFinding) -> AppResult<()> {
    let row = FindingRow {
        id: RecordId::new(),
        inspection_id: inspection.clone(),
        content: new.text.trim().to_owned(),
        severity: new.severity,
        evidence: serde_json::to_string(&new.evidence).map_err(AppError::internal)?,
        created_at: tx.now(),
        created_by: tx.actor().to_owned(),
    };
    let indicators: Vec<FindingIndicatorRow> = (0..)
        .zip(&new.indicators)
        .map(|(position, indicator)| FindingIndicatorRow {
            finding_id: row.id.clone(),
            position,
            round_code: indicator.round.clone(),
            indicator_code: indicator.code.clone(),
        })
        .collect();
    store::insert_finding(tx, &row, &indicators)
}

/// Names the rounds that are not there.
fn missing_rounds(conn: &mut Conn, new: &NewFinding) -> AppResult<Vec<FieldError>> {
    let mut faults = Vec::new();
    for (at, indicator) in new.indicators.iter().enumerate() {
        let Some(round) = &indicator.round else {
            continue;
        };
        match rounds::find_round(conn, round) {
            Ok(_) => {}
            Err(error) if error.code == ErrorCode::NotFound => faults.push(wrong(
                format!("/indicators/{at}/round"),
                "no_such_round",
                "Không có kỳ đánh giá này.",
                "There is no such round.",
            )),
            Err(error) => return Err(error),
        }
    }
    Ok(faults)
}

/// Ask for a remedy
///
/// Of a finding, by an evaluator of the agency that inspects, from when it is under way. Needs `If-Match`, the
/// inspection's.
#[utoipa::path(tag = "inspections",
    params(("inspection" = RecordId, Path, description = "The inspection's id."), ("finding" = RecordId, Path, description = "The finding's id."), ("If-Match" = String, Header)),
    request_body = NewRemedy, security(("bearer" = [])),
    responses((status = 201, description = "Asked for.", body = Inspection), WriteProblems))]
#[post("/inspections/{inspection}/findings/{finding}/remedies")]
pub async fn add_inspection_remedy(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(RecordId, RecordId)>,
    if_match: IfMatch,
    body: ValidJson<NewRemedy>,
) -> AppResult<HttpResponse> {
    let (id, finding) = path.into_inner();
    let change = caller.change("add_inspection_remedy", &body.digest, lock_of(&id));
    let new = body.value;
    let answer = db
        .write(change, move |tx| {
            let (before, _) = approach(tx.conn(), &caller, &id, Action::RunInspection)?;
            let findings = store::findings(tx.conn(), std::slice::from_ref(&id))?;
            if !findings.iter().any(|row| row.id == finding) {
                return Err(AppError::not_found());
            }
            if_match.require(before.revision)?;
            state::check_step(&before, InspectionStep::Require)?;
            let today = Zone::default().day_of(tx.now());
            rules::refuse(rules::check_remedy(&new, today))?;
            too_many(store::remedies(tx.conn(), std::slice::from_ref(&id))?.len())?;
            let row = RemedyRow {
                id: RecordId::new(),
                inspection_id: id,
                finding_id: finding,
                content: new.text.trim().to_owned(),
                due_on: new.due_on,
                state: RemedyState::Open,
                reported_on: None,
                created_at: tx.now(),
            };
            store::insert_remedy(tx, &row)?;
            let event = Event {
                remedy: Some(row),
                ..Event::new(InspectionStep::Require, Some(&new.text))
            };
            let after = before.clone();
            keep(tx, &notifier, &caller.principal, &before, after, &event, 201)
        })
        .await?;
    answered(answer)
}

/// Move a remedy on
///
/// `report` by the agency that was inspected, `verify` and `reject` by an evaluator of the agency that inspects; once the
/// inspection is concluded. What is rejected is open again. Needs `If-Match`, the inspection's.
#[utoipa::path(tag = "inspections",
    params(("inspection" = RecordId, Path, description = "The inspection's id."), ("remedy" = RecordId, Path, description = "The remedy's id."), ("If-Match" = String, Header)),
    request_body = RemedyMove, security(("bearer" = [])),
    responses((status = 200, description = "Moved.", body = Inspection), WriteProblems))]
#[post("/inspections/{inspection}/remedies/{remedy}/transitions")]
pub async fn move_inspection_remedy(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(RecordId, RecordId)>,
    if_match: IfMatch,
    body: ValidJson<RemedyMove>,
) -> AppResult<HttpResponse> {
    let (id, remedy) = path.into_inner();
    let change = caller.change("move_inspection_remedy", &body.digest, lock_of(&id));
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let action = match &wanted {
                RemedyMove::Report { .. } => Action::ReportRemedy,
                RemedyMove::Verify { .. } | RemedyMove::Reject { .. } => Action::RunInspection,
            };
            let (before, _) = approach(tx.conn(), &caller, &id, action)?;
            let remedies = store::remedies(tx.conn(), std::slice::from_ref(&id))?;
            let row = remedies.into_iter().find(|row| row.id == remedy);
            let row = row.ok_or_else(AppError::not_found)?;
            if_match.require(before.revision)?;
            let event = take(tx, before.state, row, wanted)?;
            let after = before.clone();
            keep(tx, &notifier, &caller.principal, &before, after, &event, 200)
        })
        .await?;
    answered(answer)
}

/// Moves a remedy, if it can be.
fn take(
    tx: &mut Tx<'_>,
    inspection: InspectionState,
    before: RemedyRow,
    wanted: RemedyMove,
) -> AppResult<Event> {
    let (step, text, evidence) = match wanted {
        RemedyMove::Report { text, evidence } => (
            InspectionStep::Report,
            Some(("/text", text, TEXT_LENGTH_MAX)),
            evidence,
        ),
        RemedyMove::Verify { comment } => (
            InspectionStep::Verify,
            comment.map(|text| ("/comment", text, REASON_LENGTH_MAX)),
            Vec::new(),
        ),
        RemedyMove::Reject { reason } => (
            InspectionStep::Reject,
            Some(("/reason", reason, REASON_LENGTH_MAX)),
            Vec::new(),
        ),
    };
    let state = state::remedy_after(inspection, before.state, step)?;
    let mut faults: Vec<FieldError> = text
        .as_ref()
        .and_then(|(pointer, text, longest)| rules::check_text(pointer, text, *longest))
        .into_iter()
        .collect();
    faults.extend(EvidenceLink::check_all("/evidence", &evidence));
    rules::refuse(faults)?;
    let mut after = RemedyRow {
        state,
        ..before.clone()
    };
    if step == InspectionStep::Report {
        after.reported_on = Some(Zone::default().day_of(tx.now()));
    }
    store::move_remedy(tx, &before, &after)?;
    Ok(Event {
        remedy: Some(after),
        evidence,
        ..Event::new(step, text.as_ref().map(|(_, text, _)| text.as_str()))
    })
}

/// List what inspections found of a submission's agency
///
/// On indicators of the round: for the appraisers of a body those on the indicators that it appraises, for those who run
/// the round all, and for the agency itself those of concluded inspections.
#[utoipa::path(tag = "inspections", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The findings.", body = Page<Finding>), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/findings")]
pub async fn list_submission_findings(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let today = Zone::default().day_of(db.clock().now());
    let findings = db
        .read(move |conn| {
            let approached = submissions::approach(conn, &caller, &code, &agency, Action::ReadSubmission)?;
            let lines = visible_lines(&caller.principal, &approached.known);
            let looks_on = caller.check(Action::ReadAppraisal, Object::Submission(&approached.known.facts));
            // Whoever belongs to the agency, too, waits as the agency does.
            let own = [Role::Submitter, Role::Leader, Role::Reader]
                .iter()
                .any(|role| caller.principal.has_for(*role, &agency));
            let waits = own || looks_on.is_err();
            let begun = list_store::begun_of_target(conn, &agency)?.into_iter();
            let ids: BTreeSet<RecordId> = begun
                .filter(|row| !waits || row.state == InspectionState::Concluded)
                .map(|row| row.id)
                .collect();
            let ids: Vec<RecordId> = ids.into_iter().collect();
            let mut findings = shown::findings(conn, &ids, today)?;
            findings.retain(|finding| {
                finding.indicators.iter().any(|indicator| {
                    let of_round = indicator.round.as_ref().is_none_or(|round| *round == code);
                    of_round && lines.as_ref().is_none_or(|lines| lines.contains(&indicator.code))
                })
            });
            Ok(findings)
        })
        .await?;
    json_list(&Page::whole(findings))
}
