//! More time for plan lines over HTTP.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    extension_model::{LineExtension, LineExtensionRow, NewDecision, NewExtension},
    extension_rules, extension_store as store,
    handlers::approach,
    notices, rules,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::AppResult,
    features::{
        accounts,
        notifications::Notifier,
        programmes::{self, PlanLineRow, ProgrammeRow},
    },
    ids::{ProgrammeCode, RecordId, TaskCode},
    web::{Caller, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list},
};

/// List the requests for more time of a line
///
/// Oldest first, with what was decided. For the people of its units, evaluators of the owner and of the signatories, and
/// administrators.
#[utoipa::path(tag = "progress", params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The requests.", body = Page<LineExtension>), ReadProblems))]
#[get("/programmes/{programme}/tasks/{task}/lines/{line}/extensions")]
pub async fn list_line_extensions(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
) -> AppResult<HttpResponse> {
    let place = path.into_inner();
    let extensions = db
        .read(move |conn| {
            let (_, row, facts) = approach(conn, &place)?;
            caller.check(Action::ReadProgress, Object::PlanLine(&facts))?;
            let rows = store::list(conn, &row.id)?;
            shown(conn, rows)
        })
        .await?;
    json_list(&Page::whole(extensions))
}

/// Ask for more time for a line
///
/// By the unit that leads, also after its deadline has passed; one request at a time.
#[utoipa::path(tag = "progress", params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path)),
    request_body = NewExtension, security(("bearer" = [])),
    responses((status = 201, description = "Asked.", body = LineExtension), WriteProblems))]
#[post("/programmes/{programme}/tasks/{task}/lines/{line}/extensions")]
pub async fn ask_line_extension(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
    body: ValidJson<NewExtension>,
) -> AppResult<HttpResponse> {
    let place = path.into_inner();
    let locks = programmes::lock_programme(&place.0);
    let change = caller.change("ask_line_extension", &body.digest, locks);
    let asked = body.value;
    let answer = db
        .write(change, move |tx| {
            let (programme, line, facts) = approach(tx.conn(), &place)?;
            caller.check(Action::ReportProgress, Object::PlanLine(&facts))?;
            rules::require_in_force(&programme)?;
            let earlier = store::list(tx.conn(), &line.id)?;
            let today = programme.time_zone.day_of(tx.now());
            extension_rules::check_request(&line, &earlier, &asked, today)?;
            let row = LineExtensionRow {
                id: RecordId::new(),
                line_id: line.id.clone(),
                agency_code: line.lead_code.clone(),
                until: asked.until,
                reason: asked.reason.trim().to_owned(),
                asked_at: tx.now(),
                asked_by: tx.actor().to_owned(),
                granted: None,
                granted_until: None,
                decision_reason: None,
                decided_at: None,
                decided_by: None,
            };
            store::insert(tx, &row)?;
            notices::tell_extension(tx, &notifier, &programme, &line, None)?;
            let entry = entry_of(&line, &row, None)?;
            let shown = shown(tx.conn(), vec![row])?;
            Ok(Outcome::Done(json_answer(201, &shown.first())?, entry))
        })
        .await?;
    answered(answer)
}

/// Decide on a request for more time of a line
///
/// By an evaluator of the owner: granted as asked or until another day, or refused with a reason. Once. The first deadline
/// stays known as the line's `original_to`.
#[utoipa::path(tag = "progress",
    params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path), ("extension" = RecordId, Path, description = "The id of the request.")),
    request_body = NewDecision, security(("bearer" = [])),
    responses((status = 200, description = "Decided.", body = LineExtension), WriteProblems))]
#[post("/programmes/{programme}/tasks/{task}/lines/{line}/extensions/{extension}/decision")]
pub async fn decide_line_extension(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(ProgrammeCode, TaskCode, i32, RecordId)>,
    body: ValidJson<NewDecision>,
) -> AppResult<HttpResponse> {
    let (code, task, number, id) = path.into_inner();
    let place = (code, task, number);
    let locks = programmes::lock_programme(&place.0);
    let change = caller.change("decide_line_extension", &body.digest, locks);
    let decided = body.value;
    let answer = db
        .write(change, move |tx| {
            let (programme, line, facts) = approach(tx.conn(), &place)?;
            caller.check(Action::ManageProgramme, Object::PlanLine(&facts))?;
            rules::require_in_force(&programme)?;
            let request = store::find(tx.conn(), &line.id, &id)?;
            let today = programme.time_zone.day_of(tx.now());
            let until = extension_rules::check_decision(&line, &request, &decided, today)?;
            let row = LineExtensionRow {
                granted: Some(decided.granted),
                granted_until: until,
                decision_reason: decided.reason.map(|reason| reason.trim().to_owned()),
                decided_at: Some(tx.now()),
                decided_by: Some(tx.actor().to_owned()),
                ..request.clone()
            };
            store::decide(tx, &row)?;
            if until.is_some() {
                put_off(tx, &programme, &line, &row)?;
            }
            notices::tell_extension(tx, &notifier, &programme, &line, Some(&row.asked_by))?;
            let entry = entry_of(&line, &row, Some(&request))?;
            let shown = shown(tx.conn(), vec![row])?;
            Ok(Outcome::Done(json_answer(200, &shown.first())?, entry))
        })
        .await?;
    answered(answer)
}

/// Puts the line's deadline off, and keeps what it was.
fn put_off(
    tx: &mut Tx<'_>,
    programme: &ProgrammeRow,
    line: &PlanLineRow,
    granted: &LineExtensionRow,
) -> AppResult<()> {
    let after = PlanLineRow {
        to_day: granted.granted_until,
        due_at: granted.granted_until.map(|day| programme.time_zone.end_of(day)),
        original_to: line.original_to.or(line.to_day),
        revision: line.revision.saturating_add(1),
        updated_at: tx.now(),
        ..line.clone()
    };
    programmes::update_line(tx, line, &after)?;
    let difference = (
        serde_json::json!({"to": line.to_day}),
        serde_json::json!({"to": after.to_day}),
    );
    programmes::record_change(tx, &after, difference, Some(granted.reason.clone()))
}

fn digest(row: &LineExtensionRow) -> AppResult<String> {
    digest_of(&serde_json::json!({
        "id": row.id, "until": row.until, "reason": row.reason, "asked_at": row.asked_at, "granted": row.granted,
        "granted_until": row.granted_until, "decision_reason": row.decision_reason, "decided_at": row.decided_at,
    }))
}

fn entry_of(
    line: &PlanLineRow,
    row: &LineExtensionRow,
    before: Option<&LineExtensionRow>,
) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "line_extension",
        object_id: format!(
            "{}/{}/{}/{}",
            line.programme_code, line.task_code, line.line, row.id
        ),
        before_digest: before.map(digest).transpose()?,
        after_digest: Some(digest(row)?),
        detail: serde_json::json!({
            "until": row.until, "granted": row.granted, "granted_until": row.granted_until,
        }),
    })
}

fn shown(conn: &mut Conn, mut rows: Vec<LineExtensionRow>) -> AppResult<Vec<LineExtension>> {
    let people = rows
        .iter_mut()
        .flat_map(|row| std::iter::once(&mut row.asked_by).chain(&mut row.decided_by));
    accounts::put_names(conn, people)?;
    Ok(rows
        .into_iter()
        .map(|row| LineExtension {
            id: row.id,
            agency: row.agency_code,
            until: row.until,
            reason: row.reason,
            asked_at: row.asked_at,
            asked_by: row.asked_by,
            granted: row.granted,
            granted_until: row.granted_until,
            decision_reason: row.decision_reason,
            decided_at: row.decided_at,
            decided_by: row.decided_by,
        })
        .collect())
}
