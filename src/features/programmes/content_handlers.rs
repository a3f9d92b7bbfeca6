//! The contents of a programme over HTTP.

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    filing::{entry_of, shown},
    model::{Content, ContentsBody},
    row_model::ProgrammeRow,
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Outcome, json_answer},
    error::{AppError, AppResult},
    ids::ProgrammeCode,
    web::{
        Caller, IfMatch, Page, ReadProblems, ValidJson, WriteProblems, answered, etag_of_revision,
        versioned_json,
    },
};

/// List the contents of a programme
///
/// In their order. The ETag is the programme's.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The contents.", body = Page<Content>), ReadProblems))]
#[get("/programmes/{programme}/contents")]
pub async fn list_programme_contents(
    caller: Caller,
    db: Data<Database>,
    path: Path<ProgrammeCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let (programme, contents) = db
        .read(move |conn| Ok((store::find_programme(conn, &code)?, store::contents(conn, &code)?)))
        .await?;
    versioned_json(&Page::whole(contents), &etag_of_revision(programme.revision))
}

/// Set the contents of a programme
///
/// All of them, in place of the present ones and in their order. One that has tasks can be renamed, but not left out. Needs
/// the programme's ETag as `If-Match`. By an evaluator of the owner.
#[utoipa::path(tag = "programmes", params(("programme" = ProgrammeCode, Path), ("If-Match" = String, Header)),
    request_body = ContentsBody, security(("bearer" = [])),
    responses((status = 200, description = "Set.", body = Page<Content>), WriteProblems))]
#[put("/programmes/{programme}/contents")]
pub async fn replace_programme_contents(
    caller: Caller,
    db: Data<Database>,
    path: Path<ProgrammeCode>,
    if_match: IfMatch,
    body: ValidJson<ContentsBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "replace_programme_contents",
        &body.digest,
        store::lock_programme(&code),
    );
    let wanted = body.value.contents;
    let answer = db
        .write(change, move |tx| {
            let before = store::find_programme(tx.conn(), &code)?;
            caller.check(Action::ManageProgramme, Object::Programme(&before.owner_code))?;
            let mut faults = rules::check_contents(&wanted);
            for used in store::contents_in_use(tx.conn(), &code)? {
                if !wanted.iter().any(|content| content.code == used) {
                    faults.push(rules::fault(
                        "/contents",
                        "content_in_use",
                        format!("Nội dung {used} đã có nhiệm vụ, không bỏ được."),
                        format!("Content {used} has tasks and can't be left out."),
                    ));
                }
            }
            if !faults.is_empty() {
                return Err(AppError::invalid(faults));
            }
            if_match.require(before.revision)?;
            rules::require_open(&before)?;
            let was = shown(tx.conn(), before.clone())?;
            let after = ProgrammeRow {
                revision: before.revision.saturating_add(1),
                updated_at: tx.now(),
                ..before.clone()
            };
            store::replace_contents(tx, &code, &was.contents, &wanted)?;
            store::replace_programme(tx, &before, &after, None)?;
            let is = shown(tx.conn(), after)?;
            let entry = entry_of(Some(&was), &is)?;
            let answer =
                json_answer(200, &Page::whole(is.contents))?.header("etag", etag_of_revision(is.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}
