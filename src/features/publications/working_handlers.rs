//! The working ranking over HTTP.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    store,
    working::{WorkingRanking, working_ranking},
};
use crate::{
    access::{Action, Object},
    db::Database,
    error::{AppError, AppResult},
    features::{criteria::Sets, rounds, scores::load_round_result},
    ids::{PublicationId, RoundCode},
    web::{Caller, ReadProblems, ValidQuery, json_list},
};

/// What the working ranking is compared with.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkingQuery {
    /// The publication to show changes against.
    pub baseline: Option<PublicationId>,
}

/// Read the working ranking of a round
///
/// As it would be published now: places, bands, group means, change against a publication if one is named. What is
/// not decided or entered counts 0. For evaluators of the round.
#[utoipa::path(tag = "scores", params(("round" = RoundCode, Path, description = "The round's code."), WorkingQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "The ranking.", body = WorkingRanking), ReadProblems))]
#[get("/rounds/{round}/ranking")]
pub async fn get_working_ranking(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
    ValidQuery(asked): ValidQuery<WorkingQuery>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let now = db.clock().now();
    let ranking = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
            let baseline = match asked.baseline {
                None => None,
                Some(id) => Some((
                    id.clone(),
                    store::find_document(conn, &id)?.ok_or_else(AppError::not_found)?,
                )),
            };
            let result = load_round_result(conn, &sets, round, None)?;
            working_ranking(&result, baseline, now)
        })
        .await?;
    json_list(&ranking)
}
