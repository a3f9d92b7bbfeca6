//! Changing a line's plan over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, get, patch,
    web::{Data, Path},
};

use super::{
    adding, change_rules,
    filing::unknown_agencies,
    line_model::{LineChange, LineRef, NewLine, PlanLine, RecordedChange},
    model::ProgrammeStatus,
    move_store, plan_rules,
    plan_store::{self, Parts},
    row_model::{PlanLineRow, ProgrammeRow},
    rules, shown, store,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, FieldError},
    features::accounts,
    ids::{ProgrammeCode, RecordId, TaskCode},
    web::{
        Caller, IfMatch, Page, ReadProblems, ValidJson, WriteProblems, answered, etag_of_revision, json_list,
    },
};

/// The audit entry of a line's change.
pub fn line_entry(before: &PlanLine, after: &PlanLine, detail: serde_json::Value) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "plan_line",
        object_id: format!("{}/{}/{}", after.programme, after.task, after.line),
        before_digest: Some(digest_of(before)?),
        after_digest: Some(digest_of(after)?),
        detail,
    })
}

/// Change a line's plan
///
/// What is left out stays. Once the programme is in force each change needs a reason, is kept, and the first deadline stays
/// known as `original_to`; another lead is then given by the move `reassign`. Needs `If-Match`. By an evaluator of the owner.
#[utoipa::path(tag = "programmes",
    params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path), ("If-Match" = String, Header)),
    request_body = LineChange, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = PlanLine), WriteProblems))]
#[patch("/programmes/{programme}/tasks/{task}/lines/{line}")]
pub async fn update_plan_line(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
    if_match: IfMatch,
    body: ValidJson<LineChange>,
) -> AppResult<HttpResponse> {
    let (code, task, number) = path.into_inner();
    let change = caller.change("update_plan_line", &body.digest, store::lock_programme(&code));
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let programme = store::find_programme(tx.conn(), &code)?;
            let row = plan_store::line_at(tx.conn(), &code, &task, number)?;
            caller.check(Action::ManageProgramme, Object::Programme(&programme.owner_code))?;
            let now = tx.now();
            let was = shown::line(tx.conn(), &programme, row.clone(), now)?;
            let before = change_rules::plan_of(&was);
            let reason = wanted.reason.clone();
            let after = change_rules::changed(&before, wanted);
            let mut faults = change_rules::check(&programme, row.state, &before, &after, reason.as_deref());
            faults.extend(unknown_agencies(tx.conn(), &adding::units_of("", &after))?);
            faults.extend(dependency_faults(tx.conn(), &programme, &was, &after)?);
            if !faults.is_empty() {
                return Err(AppError::invalid(faults));
            }
            if_match.require(row.revision)?;
            rules::require_open(&programme)?;
            let after = change_rules::in_order(after);
            // On hold it is asked all the same: confirmations that were made stand.
            let asked = row.held_state.unwrap_or(row.state);
            change_rules::check_units(asked, &before, &after)?;
            if before == after {
                let answer = json_answer(200, &was)?.header("etag", etag_of_revision(was.revision));
                return Ok(Outcome::Unchanged(answer));
            }
            let difference = change_rules::difference(&before, &after)?;
            let new = save(tx, &programme, &row, &after)?;
            move_store::record_change(tx, &new, difference.clone(), reason)?;
            let is = shown::line(tx.conn(), &programme, new, now)?;
            let detail = serde_json::json!({"changed": difference.1});
            let entry = line_entry(&was, &is, detail)?;
            let answer = json_answer(200, &is)?.header("etag", etag_of_revision(is.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

fn dependency_faults(
    conn: &mut Conn,
    programme: &ProgrammeRow,
    line: &PlanLine,
    after: &NewLine,
) -> AppResult<Vec<FieldError>> {
    if line.depends_on == after.depends_on {
        return Ok(Vec::new());
    }
    let at = LineRef {
        task: line.task.clone(),
        line: line.line,
    };
    let mut known = adding::known_dependencies(conn, programme)?;
    known.insert(
        at.clone(),
        after.depends_on.iter().cloned().collect::<BTreeSet<_>>(),
    );
    let asked: Vec<_> = after
        .depends_on
        .iter()
        .enumerate()
        .map(|(index, on)| (format!("/depends_on/{index}"), at.clone(), on.clone()))
        .collect();
    Ok(plan_rules::check_dependencies(&asked, &known))
}

fn save(
    tx: &mut Tx<'_>,
    programme: &ProgrammeRow,
    row: &PlanLineRow,
    plan: &NewLine,
) -> AppResult<PlanLineRow> {
    let is_put_off = programme.status == ProgrammeStatus::InForce && plan.to != row.to_day;
    let after = PlanLineRow {
        year: plan.year,
        goal: plan.goal.clone(),
        requirement: plan.requirement.clone(),
        solution: plan.solution.clone(),
        output: plan.output.clone(),
        from_day: plan.from,
        to_day: plan.to,
        due_at: plan.to.map(|day| programme.time_zone.end_of(day)),
        original_to: row.original_to.or_else(|| row.to_day.filter(|_| is_put_off)),
        lead_code: plan.lead.clone(),
        revision: row.revision.saturating_add(1),
        updated_at: tx.now(),
        ..row.clone()
    };
    move_store::update_line(tx, row, &after)?;
    let mut parts = Parts::default();
    adding::collect_parts(&mut parts, &row.id, plan)?;
    let (lines, _) = plan_store::line_graph(tx.conn(), &programme.code)?;
    let ids: BTreeMap<LineRef, RecordId> = lines.into_iter().map(|(id, place)| (place, id)).collect();
    parts.dependencies = adding::edges(&ids, vec![(row.id.clone(), plan.depends_on.clone())]);
    plan_store::replace_parts(tx, &row.id, &parts)?;
    Ok(after)
}

/// List the changes of a line's plan
///
/// Oldest first, each with what was changed and why.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The changes.", body = Page<RecordedChange>), ReadProblems))]
#[get("/programmes/{programme}/tasks/{task}/lines/{line}/changes")]
pub async fn list_plan_line_changes(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (code, task, number) = path.into_inner();
    let changes = db
        .read(move |conn| {
            let row = plan_store::line_at(conn, &code, &task, number)?;
            let mut changes = move_store::changes_of(conn, &row.id)?;
            accounts::put_names(conn, changes.iter_mut().map(|change| &mut change.changed_by))?;
            let read = |text: &str| serde_json::from_str(text).map_err(AppError::internal);
            changes
                .into_iter()
                .map(|change| {
                    Ok(RecordedChange {
                        before: read(&change.before)?,
                        after: read(&change.after)?,
                        id: change.id,
                        revision: change.revision,
                        reason: change.reason,
                        changed_at: change.changed_at,
                        changed_by: change.changed_by,
                    })
                })
                .collect::<AppResult<Vec<_>>>()
        })
        .await?;
    json_list(&Page::whole(changes))
}
