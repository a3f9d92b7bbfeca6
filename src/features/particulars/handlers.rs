//! Particulars of plan lines over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    linked,
    model::{LineParticulars, NewParticulars, Particulars, ParticularsRecord, ParticularsRow},
    rules, store, summary,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, FieldError},
    features::{
        accounts,
        criteria::Sets,
        programmes::{self, PlanLineRow},
        progress,
    },
    ids::{ProgrammeCode, RecordId, TaskCode},
    web::{
        Caller, Cursor, Page, PageQuery, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        json_list,
    },
};

/// Records as they are shown, with people's names.
fn shown(conn: &mut Conn, rows: Vec<ParticularsRow>) -> AppResult<Vec<ParticularsRecord>> {
    let replaced: BTreeMap<RecordId, RecordId> = rows
        .iter()
        .filter_map(|row| Some((row.replaces_id.clone()?, row.id.clone())))
        .collect();
    let records: AppResult<Vec<ParticularsRecord>> = rows
        .into_iter()
        .map(|row| {
            Ok(ParticularsRecord {
                replaced_by: replaced.get(&row.id).cloned(),
                record: serde_json::from_str(&row.facts).map_err(AppError::internal)?,
                id: row.id,
                replaces: row.replaces_id,
                recorded_at: row.recorded_at,
                recorded_by: row.recorded_by,
            })
        })
        .collect();
    let mut records = records?;
    accounts::put_names(conn, records.iter_mut().map(|record| &mut record.recorded_by))?;
    Ok(records)
}

/// Faults that only the database knows of: agencies and rounds that do not exist.
fn unknown(conn: &mut Conn, record: &Particulars) -> AppResult<Vec<FieldError>> {
    match record {
        Particulars::Guidance { recipient, .. } => {
            programmes::unknown_agencies(conn, &[("/record/recipient".to_owned(), recipient.clone())])
        }
        Particulars::Database { agency, .. } => {
            programmes::unknown_agencies(conn, &[("/record/agency".to_owned(), agency.clone())])
        }
        Particulars::JointAppraisal { round } | Particulars::Pilot { round } => {
            Ok(linked::check_round(conn, round)?.into_iter().collect())
        }
        _ => Ok(Vec::new()),
    }
}

fn entry_of(line: &PlanLineRow, record: &ParticularsRecord) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "line_particulars",
        object_id: record.id.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(record)?),
        detail: serde_json::json!({"programme": line.programme_code, "task": line.task_code, "line": line.line,
            "replaces": record.replaces, "record": record.record}),
    })
}

/// Read the particulars of a line
///
/// What its kind of task tells of it: the records, oldest first, corrected ones too, and what those that hold come to. For
/// the people of its units, evaluators of the owner and of the signatories, and administrators.
#[utoipa::path(tag = "progress",
    params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path), PageQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "The records, and what they come to.", body = LineParticulars), ReadProblems))]
#[get("/programmes/{programme}/tasks/{task}/lines/{line}/particulars")]
pub async fn list_line_particulars(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    let place = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let answer = db
        .read(move |conn| {
            let (_, line, facts) = progress::approach(conn, &place)?;
            caller.check(Action::ReadProgress, Object::PlanLine(&facts))?;
            let rows = store::all(conn, &line.id)?;
            let records = shown(conn, rows)?;
            let summary = summary::summarise(line.kind, &line.lead_code, &records);
            let summary = linked::complete(conn, &sets, &caller.principal, summary)?;
            let after = cursor.after.clone().unwrap_or_default();
            let rest = records
                .into_iter()
                .filter(|record| record.id.as_str() > after.as_str())
                .collect();
            Ok(LineParticulars {
                summary,
                records: Page::cut(rest, &cursor, |record| record.id.to_string()),
            })
        })
        .await?;
    json_list(&answer)
}

/// Record particulars of a line
///
/// By the lead unit: of the kind of the line's task. Steps of a legal document come in their order. Nothing is changed
/// afterwards: a correction is a record that names the one it `replaces`.
#[utoipa::path(tag = "progress",
    params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), ("line" = i32, Path)),
    request_body = NewParticulars, security(("bearer" = [])),
    responses((status = 201, description = "Recorded.", body = ParticularsRecord), WriteProblems))]
#[post("/programmes/{programme}/tasks/{task}/lines/{line}/particulars")]
pub async fn add_line_particulars(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, TaskCode, i32)>,
    body: ValidJson<NewParticulars>,
) -> AppResult<HttpResponse> {
    let place = path.into_inner();
    let locks = programmes::lock_programme(&place.0);
    let change = caller.change("add_line_particulars", &body.digest, locks);
    let new = body.value;
    let answer = db
        .write(change, move |tx| {
            let (programme, line, facts) = progress::approach(tx.conn(), &place)?;
            caller.check(Action::ReportProgress, Object::PlanLine(&facts))?;
            progress::require_in_force(&programme)?;
            let rows = store::all(tx.conn(), &line.id)?;
            let records = shown(tx.conn(), rows)?;
            let today = programme.time_zone.day_of(tx.now());
            let mut faults = rules::check(&new, line.kind, &records, today);
            faults.extend(unknown(tx.conn(), &new.record)?);
            if !faults.is_empty() {
                return Err(AppError::invalid(faults));
            }
            let row = ParticularsRow {
                id: RecordId::new(),
                line_id: line.id.clone(),
                kind: line.kind,
                replaces_id: new.replaces,
                facts: serde_json::to_string(&new.record).map_err(AppError::internal)?,
                recorded_at: tx.now(),
                recorded_by: tx.actor().to_owned(),
            };
            store::insert(tx, &row)?;
            let record = shown(tx.conn(), vec![row])?.pop();
            let record = record.ok_or_else(|| AppError::internal("a record was lost"))?;
            let entry = entry_of(&line, &record)?;
            Ok(Outcome::Done(json_answer(201, &record)?, entry))
        })
        .await?;
    answered(answer)
}
