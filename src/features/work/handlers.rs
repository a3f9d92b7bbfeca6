//! Open work over HTTP.

use actix_web::{HttpResponse, get, web::Data};

use super::{lists, model::WorkList};
use crate::{
    access::{Action, Object},
    db::Database,
    error::AppResult,
    features::criteria::Sets,
    web::{Caller, ReadProblems, json_list},
};

/// What waits for me?
///
/// The caller's open work over all running rounds, what is due first at the top: values to declare, submissions to
/// approve or send, questions to answer, items to appraise or settle, requests for more time, results before the council.
#[utoipa::path(tag = "work", security(("bearer" = [])),
    responses((status = 200, description = "The open work.", body = WorkList), ReadProblems))]
#[get("/work")]
pub async fn list_work(caller: Caller, db: Data<Database>, sets: Data<Sets>) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let now = db.clock().now();
    let list = db
        .read(move |conn| lists::load(conn, &sets, &caller.principal, now))
        .await?;
    json_list(&list)
}
