//! Answering a recommendation together, and how satisfied the asker is.

use actix_web::{
    HttpResponse, put,
    web::{Data, Path},
};

use super::{
    body_model::{RecommendationPartBody, SatisfactionBody},
    keep::{approach, keep, lock_of},
    model::RecommendationStep,
    rules, shown,
    steps::Stepped,
    view_model::Recommendation,
};
use crate::{
    access::{Action, Object},
    db::Database,
    error::AppResult,
    features::notifications::Notifier,
    ids::{AgencyCode, RecordId},
    web::{Caller, IfMatch, ValidJson, WriteProblems, answered},
};

/// Save a body's part of the answer
///
/// By evaluators and appraisers of a body that was told to answer. What the lead writes is the answer; others add to its
/// making, and agree to the version that they read. Once all have agreed, the lead included, the recommendation is
/// answered; other words of the lead are agreed to anew. Needs `If-Match`.
#[utoipa::path(tag = "recommendations",
    params(("recommendation" = RecordId, Path, description = "The recommendation's id."), ("body" = AgencyCode, Path, description = "The body's code."), ("If-Match" = String, Header)),
    request_body = RecommendationPartBody, security(("bearer" = [])),
    responses((status = 200, description = "Saved.", body = Recommendation), WriteProblems))]
#[put("/recommendations/{recommendation}/parts/{body}")]
pub async fn save_recommendation_part(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<(RecordId, AgencyCode)>,
    if_match: IfMatch,
    body: ValidJson<RecommendationPartBody>,
) -> AppResult<HttpResponse> {
    let (id, code) = path.into_inner();
    let change = caller.change("save_recommendation_part", &body.digest, lock_of(&id));
    let sent = body.value;
    let answer = db
        .write(change, move |tx| {
            let (row, bodies) = approach(tx.conn(), &caller, &id, Action::ReadRecommendation)?;
            caller.check(Action::AnswerRecommendation, Object::Agency(&code))?;
            if_match.require(row.revision)?;
            let today = shown::now(tx)?;
            let stepped = Stepped::begin(&row, &bodies, RecommendationStep::SavePart)?;
            let stepped = stepped.with_part(&code, &sent, &today)?;
            keep(tx, &notifier, &caller.principal, &row, stepped, &today)
        })
        .await?;
    answered(answer)
}

/// Say how satisfying an answer is
///
/// By the agency that asked, from the answer on; it may be changed until 30 days after the publication. Needs
/// `If-Match`.
#[utoipa::path(tag = "recommendations",
    params(("recommendation" = RecordId, Path, description = "The recommendation's id."), ("If-Match" = String, Header)),
    request_body = SatisfactionBody, security(("bearer" = [])),
    responses((status = 200, description = "Saved.", body = Recommendation), WriteProblems))]
#[put("/recommendations/{recommendation}/satisfaction")]
pub async fn rate_recommendation(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<RecordId>,
    if_match: IfMatch,
    body: ValidJson<SatisfactionBody>,
) -> AppResult<HttpResponse> {
    let id = path.into_inner();
    let change = caller.change("rate_recommendation", &body.digest, lock_of(&id));
    let sent = body.value;
    let answer = db
        .write(change, move |tx| {
            let (row, bodies) = approach(tx.conn(), &caller, &id, Action::Recommend)?;
            if_match.require(row.revision)?;
            rules::check_rating(&row, &sent, tx.now())?;
            let today = shown::now(tx)?;
            let mut rated = row.clone();
            rated.satisfaction = Some(sent.score);
            rated.satisfaction_comment = sent.comment.map(|text| text.trim().to_owned());
            let stepped = Stepped {
                text: Some(sent.score.to_string()),
                row: rated,
                bodies,
                step: RecommendationStep::Rate,
                body: None,
            };
            keep(tx, &notifier, &caller.principal, &row, stepped, &today)
        })
        .await?;
    answered(answer)
}
