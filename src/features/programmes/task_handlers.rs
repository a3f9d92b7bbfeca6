//! Tasks over HTTP.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    adding,
    line_model::{NewTasks, Task, TasksAdded},
    model::ProgrammeStatus,
    notices, plan_rules, plan_store,
    query_model::{SummaryQuery, TaskQuery},
    query_store, rules, shown, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, FieldError},
    features::notifications::Notifier,
    ids::{ProgrammeCode, TaskCode},
    web::{
        Caller, Cursor, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered, json_list,
        read_list,
    },
};

/// List the tasks of a programme
///
/// With their lines, in the order in which they were added. A task's state follows from its lines; whether they are late
/// follows from the clock.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path), TaskQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of tasks.", body = Page<Task>), ReadProblems))]
#[get("/programmes/{programme}/tasks")]
pub async fn list_programme_tasks(
    caller: Caller,
    db: Data<Database>,
    path: Path<ProgrammeCode>,
    ValidQuery(asked): ValidQuery<TaskQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (code, now) = (path.into_inner(), db.clock().now());
    let page = db
        .read(move |conn| {
            let programme = store::find_programme(conn, &code)?;
            let as_of = shown::as_of(&programme, asked.as_of, now)?;
            let rows = query_store::list_tasks(conn, &code, &asked, &cursor)?;
            let page = Page::cut(rows, &cursor, |row| row.id.to_string());
            Ok(Page {
                data: shown::tasks(conn, &programme, page.data, as_of)?,
                page: page.page,
            })
        })
        .await?;
    json_list(&page)
}

/// Read a task
///
/// With its lines.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path), ("task" = TaskCode, Path), SummaryQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "The task.", body = Task), ReadProblems))]
#[get("/programmes/{programme}/tasks/{task}")]
pub async fn get_programme_task(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, TaskCode)>,
    ValidQuery(asked): ValidQuery<SummaryQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let ((code, task), now) = (path.into_inner(), db.clock().now());
    let task = db
        .read(move |conn| {
            let programme = store::find_programme(conn, &code)?;
            let as_of = shown::as_of(&programme, asked.as_of, now)?;
            let row = plan_store::find_task(conn, &code, &task)?;
            let shown = shown::tasks(conn, &programme, vec![row], as_of)?;
            shown.into_iter().next().ok_or_else(AppError::not_found)
        })
        .await?;
    json_list(&task)
}

fn bad_count(count: usize) -> Option<FieldError> {
    let most = plan_rules::TASKS_MAX;
    (count == 0 || count > most).then(|| {
        rules::fault(
            "/tasks",
            "bad_length",
            format!("Mỗi lần 1 đến {most} nhiệm vụ."),
            format!("1 to {most} tasks at a time."),
        )
    })
}

/// Add tasks to a programme
///
/// Up to 1,000 with their lines, all or none; every fault is named. Lines may wait for lines of the same request. In a
/// programme that is in force the units are told. By an evaluator of the owner.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path)), request_body = NewTasks,
    security(("bearer" = [])),
    responses((status = 201, description = "Added.", body = TasksAdded), WriteProblems))]
#[post("/programmes/{programme}/tasks")]
pub async fn create_programme_tasks(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<ProgrammeCode>,
    body: ValidJson<NewTasks>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "create_programme_tasks",
        &body.digest,
        store::lock_programme(&code),
    );
    let digest = body.digest;
    let count = bad_count(body.value.tasks.len());
    let (tasks, misread) = read_list("/tasks", body.value.tasks);
    let answer = db
        .write(change, move |tx| {
            let programme = store::find_programme(tx.conn(), &code)?;
            caller.check(Action::ManageProgramme, Object::Programme(&programme.owner_code))?;
            rules::require_open(&programme)?;
            let mut faults: Vec<FieldError> = count.into_iter().chain(misread).collect();
            faults.extend(adding::faults_of(tx.conn(), &programme, &tasks)?);
            if !faults.is_empty() {
                return Err(AppError::invalid(faults));
            }
            let added = tasks.len();
            let lines = adding::add(tx, &programme, tasks)?;
            if programme.status == ProgrammeStatus::InForce {
                notices::tell_given(tx, &notifier, &programme, &lines.iter().collect::<Vec<_>>())?;
            }
            let result = TasksAdded {
                tasks: added,
                lines: lines.len(),
            };
            let entry = Entry {
                object_kind: "programme",
                object_id: code.to_string(),
                before_digest: None,
                after_digest: Some(digest_of(&serde_json::json!({"sent": digest}))?),
                detail: serde_json::json!({"tasks": result.tasks, "lines": result.lines}),
            };
            Ok(Outcome::Done(json_answer(201, &result)?, entry))
        })
        .await?;
    answered(answer)
}
