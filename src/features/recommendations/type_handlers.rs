//! Types of recommendations over HTTP and from files.

use actix_web::{
    HttpRequest, HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    body_model::RecommendationTypeBody,
    model::TypeRow,
    rules, type_store,
    types::{entry, row_of, type_lock},
    view_model::RecommendationType,
};
use crate::{
    access::{Action, Object},
    db::{Database, Outcome, json_answer},
    error::{AppError, AppResult},
    ids::RecommendationTypeCode,
    web::{
        Caller, IfMatch, Page, ReadProblems, ValidJson, WriteProblems, answered, etag_of_revision,
        json_document, json_list,
    },
};

/// List the types of recommendations
///
/// Each with the working days that an answer may take. What belongs to another procedure says which.
#[utoipa::path(tag = "recommendations", security(("bearer" = [])),
    responses((status = 200, description = "The types.", body = Page<RecommendationType>), ReadProblems))]
#[get("/recommendation-types")]
pub async fn list_recommendation_types(caller: Caller, db: Data<Database>) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let rows = db.read(type_store::list).await?;
    json_list(&Page::whole(rows.iter().map(RecommendationType::from).collect()))
}

/// Read a type of recommendations
///
/// With the ETag that a change of it needs.
#[utoipa::path(tag = "recommendations", params(("type" = RecommendationTypeCode, Path, description = "The type's code.")), security(("bearer" = [])),
    responses((status = 200, description = "The type.", body = RecommendationType), (status = 304, description = "Not changed."), ReadProblems))]
#[get("/recommendation-types/{type}")]
pub async fn get_recommendation_type(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<RecommendationTypeCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let row = db.read(move |conn| type_store::find(conn, &code)).await?;
    let row = row.ok_or_else(AppError::not_found)?;
    json_document(
        &request,
        &RecommendationType::from(&row),
        &etag_of_revision(row.revision),
    )
}

/// Save a type of recommendations
///
/// Needs `If-Match` where the type is there. What was classified before keeps the days that it was given. For
/// administrators.
#[utoipa::path(tag = "recommendations",
    params(("type" = RecommendationTypeCode, Path, description = "The type's code."), ("If-Match" = Option<String>, Header, description = "The ETag that was read; needed where the type is there.")),
    request_body = RecommendationTypeBody, security(("bearer" = [])),
    responses((status = 200, description = "Replaced.", body = RecommendationType), (status = 201, description = "Added.", body = RecommendationType), WriteProblems))]
#[put("/recommendation-types/{type}")]
pub async fn save_recommendation_type(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecommendationTypeCode>,
    if_match: IfMatch,
    body: ValidJson<RecommendationTypeBody>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageRecommendationTypes, Object::System)?;
    let code = path.into_inner();
    let wanted = body.value;
    rules::refuse(rules::check_type("", &wanted))?;
    let change = caller.change("save_recommendation_type", &body.digest, vec![type_lock()]);
    let answer = db
        .write(change, move |tx| {
            let before = type_store::find(tx.conn(), &code)?;
            match &before {
                Some(before) => if_match.require(before.revision)?,
                // Whoever names a version of what is not there saw something else.
                None => if_match.check(0)?,
            }
            let after: TypeRow = row_of(code, wanted, before.as_ref(), tx.now());
            match &before {
                Some(before) => type_store::replace(tx, before, &after)?,
                None => type_store::insert(tx, &after)?,
            }
            let status = if before.is_some() { 200 } else { 201 };
            let answer = json_answer(status, &RecommendationType::from(&after))?
                .header("etag", etag_of_revision(after.revision))
                .header("location", format!("/api/v1/recommendation-types/{}", after.code));
            Ok(Outcome::Done(answer, entry(before.as_ref(), &after)?))
        })
        .await?;
    answered(answer)
}
