//! Plans of inspections over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    body_model::{NewPlan, PlanQuery},
    handlers::visible,
    list_store,
    model::{PlanRow, PlanState},
    rules, store,
    view_model::InspectionPlan,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Lock, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::agencies,
    ids::RecordId,
    web::{
        Caller, Cursor, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_document, json_list,
    },
};

/// List the plans of inspections
///
/// Newest first: every approved one, and the drafts of the bodies that the caller works for. What a plan holds is in the
/// list of inspections, as far as the caller may know.
#[utoipa::path(tag = "inspections", params(PlanQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of plans.", body = Page<InspectionPlan>), ReadProblems))]
#[get("/inspection-plans")]
pub async fn list_inspection_plans(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<PlanQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (visible, page) = (visible(&caller.principal), cursor.clone());
    let rows = db
        .read(move |conn| list_store::plans(conn, &asked, &visible, page.after.as_deref(), page.fetch()))
        .await?;
    let page = Page::cut(rows, &cursor, |row| row.id.to_string());
    json_list(&page.map(|row| InspectionPlan::from(&row)))
}

/// Make a plan of inspections
///
/// By an evaluator of the agency whose plan it is. Inspections are put into it until it is approved.
#[utoipa::path(tag = "inspections", request_body = NewPlan, security(("bearer" = [])),
    responses((status = 201, description = "Made.", body = InspectionPlan), WriteProblems))]
#[post("/inspection-plans")]
pub async fn create_inspection_plan(
    caller: Caller,
    db: Data<Database>,
    body: ValidJson<NewPlan>,
) -> AppResult<HttpResponse> {
    let new = body.value;
    caller.check(Action::ManageInspections, Object::Agency(&new.owner))?;
    rules::refuse(rules::check_plan(&new))?;
    let change = caller.change("create_inspection_plan", &body.digest, Vec::new());
    let answer = db
        .write(change, move |tx| {
            if !agencies::missing(tx.conn(), std::slice::from_ref(&new.owner))?.is_empty() {
                return Err(AppError::not_found());
            }
            let now = tx.now();
            let row = PlanRow {
                id: RecordId::new(),
                owner_code: new.owner,
                year: new.year,
                title: new.title.trim().to_owned(),
                state: PlanState::Draft,
                approved_at: None,
                approved_by: None,
                revision: 1,
                created_at: now,
                updated_at: now,
            };
            store::insert_plan(tx, &row)?;
            let answer = json_answer(201, &InspectionPlan::from(&row))?
                .header("etag", etag_of_revision(row.revision))
                .header("location", format!("/api/v1/inspection-plans/{}", row.id));
            Ok(Outcome::Done(answer, plan_entry(None, &row)?))
        })
        .await?;
    answered(answer)
}

/// Read a plan of inspections
///
/// An approved one by everybody who logged in, a draft by those of the agency whose plan it is.
#[utoipa::path(tag = "inspections", params(("plan" = RecordId, Path, description = "The plan's id.")), security(("bearer" = [])),
    responses((status = 200, description = "The plan.", body = InspectionPlan), (status = 304, description = "Not changed."), ReadProblems))]
#[get("/inspection-plans/{plan}")]
pub async fn get_inspection_plan(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let id = path.into_inner();
    let row = db.read(move |conn| store::find_plan(conn, &id)).await?;
    let row = row.ok_or_else(AppError::not_found)?;
    check_seen(&caller, &row)?;
    json_document(
        &request,
        &InspectionPlan::from(&row),
        &etag_of_revision(row.revision),
    )
}

/// A draft is not there for others.
fn check_seen(caller: &Caller, row: &PlanRow) -> AppResult<()> {
    let own = caller.check(Action::ReadInspectionRates, Object::Agency(&row.owner_code));
    match row.state {
        PlanState::Approved => Ok(()),
        PlanState::Draft => own.map_err(|_| AppError::not_found()),
    }
}

/// Approve a plan of inspections
///
/// By an evaluator of the agency whose plan it is. Nothing more is put into it, and its inspections may be announced and
/// begin. Needs `If-Match`.
#[utoipa::path(tag = "inspections", params(("plan" = RecordId, Path, description = "The plan's id."), ("If-Match" = String, Header)), security(("bearer" = [])),
    responses((status = 200, description = "Approved.", body = InspectionPlan), WriteProblems))]
#[post("/inspection-plans/{plan}/approval")]
pub async fn approve_inspection_plan(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
    if_match: IfMatch,
) -> AppResult<HttpResponse> {
    let id = path.into_inner();
    let change = caller.change("approve_inspection_plan", "", plan_lock(&id));
    let answer = db
        .write(change, move |tx| {
            let before = store::find_plan(tx.conn(), &id)?.ok_or_else(AppError::not_found)?;
            check_seen(&caller, &before)?;
            caller.check(Action::ManageInspections, Object::Agency(&before.owner_code))?;
            if_match.require(before.revision)?;
            if before.state == PlanState::Approved {
                return Err(AppError::with(
                    ErrorCode::IllegalTransition,
                    "Kế hoạch đã được phê duyệt.",
                    "The plan is approved already.",
                ));
            }
            let after = PlanRow {
                state: PlanState::Approved,
                approved_at: Some(tx.now()),
                approved_by: Some(tx.actor().to_owned()),
                revision: before.revision + 1,
                updated_at: tx.now(),
                ..before.clone()
            };
            store::approve_plan(tx, &before, &after)?;
            let answer = json_answer(200, &InspectionPlan::from(&after))?
                .header("etag", etag_of_revision(after.revision));
            Ok(Outcome::Done(answer, plan_entry(Some(&before), &after)?))
        })
        .await?;
    answered(answer)
}

/// The lock of a change to a plan, or to what it holds.
pub(super) fn plan_lock(id: &RecordId) -> Vec<Lock> {
    vec![Lock::whole("inspection_plan", id)]
}

fn plan_entry(before: Option<&PlanRow>, after: &PlanRow) -> AppResult<Entry> {
    let digest = |row: &PlanRow| digest_of(&InspectionPlan::from(row));
    Ok(Entry {
        object_kind: "inspection_plan",
        object_id: after.id.to_string(),
        before_digest: before.map(digest).transpose()?,
        after_digest: Some(digest(after)?),
        detail: serde_json::json!({"owner": after.owner_code, "year": after.year, "state": after.state}),
    })
}
