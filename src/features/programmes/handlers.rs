//! Programmes over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, patch, post,
    web::{Data, Path},
};

use super::{
    filing::{entry_of, file, places, shown, unknown_agencies},
    model::{NewProgramme, Programme, ProgrammeCard, ProgrammeChange, ProgrammeQuery, ProgrammeStatus},
    notices,
    row_model::ProgrammeRow,
    rules, store,
};
use crate::{
    access::{Action, Object, Principal, may},
    clock::Moment,
    db::{Database, Outcome, json_answer},
    error::{AppError, AppResult},
    features::notifications::Notifier,
    ids::ProgrammeCode,
    web::{
        Caller, Cursor, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_document, json_list,
    },
};

/// List programmes
///
/// By code; filtered by who runs them, how far they are, or a year.
#[utoipa::path(tag = "programmes", params(ProgrammeQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of programmes.", body = Page<ProgrammeCard>), ReadProblems))]
#[get("/programmes")]
pub async fn list_programmes(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<ProgrammeQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let rows = db
        .read(move |conn| store::list_programmes(conn, &asked, &page))
        .await?;
    json_list(&Page::cut(rows, &cursor, |row| row.code.to_string()).map(ProgrammeRow::card))
}

/// Add a programme
///
/// As a draft, with its contents if they are sent; tasks follow. The caller must be an evaluator of the owner.
#[utoipa::path(tag = "programmes", request_body = NewProgramme, security(("bearer" = [])),
    responses((status = 201, description = "Added.", body = Programme), WriteProblems))]
#[post("/programmes")]
pub async fn create_programme(
    caller: Caller,
    db: Data<Database>,
    body: ValidJson<NewProgramme>,
) -> AppResult<HttpResponse> {
    let new = body.value;
    caller.check(Action::ManageProgramme, Object::Programme(&new.owner))?;
    let change = caller.change("create_programme", &body.digest, store::lock_programme(&new.code));
    let answer = db.write(change, move |tx| file(tx, new, false)).await?;
    answered(answer)
}

/// What a caller may do with a programme.
fn with_actions(principal: &Principal, mut programme: Programme) -> Programme {
    if may(
        principal,
        Action::ManageProgramme,
        Object::Programme(&programme.owner),
    ) {
        programme.actions.push("update");
        if programme.status != ProgrammeStatus::Closed {
            programme.actions.extend(["replace_contents", "add_tasks"]);
        }
    }
    programme
}

/// Read a programme
///
/// With its contents, and what the caller may do.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The programme.", body = Programme),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/programmes/{programme}")]
pub async fn get_programme(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<ProgrammeCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let programme = db
        .read(move |conn| {
            let row = store::find_programme(conn, &code)?;
            shown(conn, row)
        })
        .await?;
    let etag = etag_of_revision(programme.revision);
    json_document(&request, &with_actions(&caller.principal, programme), &etag)
}

fn changed(before: &ProgrammeRow, wanted: ProgrammeChange, now: Moment) -> ProgrammeRow {
    let period = wanted.period.unwrap_or_else(|| before.period());
    ProgrammeRow {
        title: wanted.title.unwrap_or_else(|| before.title.clone()),
        number: wanted.number.unwrap_or_else(|| before.number.clone()),
        signed_on: wanted.signed_on.unwrap_or(before.signed_on),
        drafted_on: wanted.drafted_on.unwrap_or(before.drafted_on),
        from_year: period.from_year,
        to_year: period.to_year,
        status: wanted.status.unwrap_or(before.status),
        nearly_due_days: wanted.nearly_due_days.unwrap_or(before.nearly_due_days),
        description: wanted.description.unwrap_or_else(|| before.description.clone()),
        note: wanted.note.unwrap_or_else(|| before.note.clone()),
        revision: before.revision.saturating_add(1),
        updated_at: now,
        ..before.clone()
    }
}

/// Change a programme
///
/// What is left out stays. With `status` it comes into force (it must be signed), ends, or is taken up again; what has
/// ended changes in nothing else. When it comes into force, every unit is told of its lines. Needs `If-Match`. By an
/// evaluator of the owner.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path), ("If-Match" = String, Header)),
    request_body = ProgrammeChange, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = Programme), WriteProblems))]
#[patch("/programmes/{programme}")]
pub async fn update_programme(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<ProgrammeCode>,
    if_match: IfMatch,
    body: ValidJson<ProgrammeChange>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change("update_programme", &body.digest, store::lock_programme(&code));
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let before = store::find_programme(tx.conn(), &code)?;
            caller.check(Action::ManageProgramme, Object::Programme(&before.owner_code))?;
            let signatories = wanted.signatories.clone();
            let standing = match &signatories {
                Some(wanted) => wanted.clone(),
                None => store::signatories(tx.conn(), &code)?,
            };
            let after = changed(&before, wanted, tx.now());
            let mut faults = rules::check_programme(&after, &standing);
            let named: Vec<_> = places("/signatories", &standing).collect();
            faults.extend(unknown_agencies(tx.conn(), &named)?);
            if !faults.is_empty() {
                return Err(AppError::invalid(faults));
            }
            if_match.require(before.revision)?;
            rules::check_status(&before, &after)?;
            if after.status == ProgrammeStatus::Closed {
                rules::require_open(&before)?;
            }
            let was = shown(tx.conn(), before.clone())?;
            store::replace_programme(tx, &before, &after, signatories.as_deref())?;
            if (before.status, after.status) == (ProgrammeStatus::Draft, ProgrammeStatus::InForce) {
                notices::tell_of_plan(tx, &notifier, &after)?;
            }
            let is = shown(tx.conn(), after)?;
            let entry = entry_of(Some(&was), &is)?;
            let is = with_actions(&caller.principal, is);
            let answer = json_answer(200, &is)?.header("etag", etag_of_revision(is.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}
