//! Appraisal over HTTP.

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    model::{Appraisal, AppraisalSaveResult, AppraisalsBody, BodyProgress},
    save::Save,
    shown,
};
use crate::{
    access::{Action, Object},
    db::Database,
    error::AppResult,
    features::{
        criteria::Sets,
        rounds,
        submissions::{self, SaveQuery},
    },
    ids::{AgencyCode, RoundCode},
    web::{Bulk, Caller, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered, json_list},
};

/// Save decisions
///
/// Recognise, correct or set points, each with a reason unless recognised, bound to the item's revision. Where several
/// bodies appraise an indicator, each save is the view of one of them: equal points decide the item; where they differ,
/// the body that leads settles with `settle` and a reason. All or nothing by default; `mode=partial` and `dry_run=true`
/// as for items.
#[utoipa::path(tag = "appraisals",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), SaveQuery),
    request_body = AppraisalsBody, security(("bearer" = [])),
    responses((status = 200, description = "What became of each decision.", body = AppraisalSaveResult), WriteProblems))]
#[put("/rounds/{round}/appraisals/{agency}/items")]
pub async fn save_appraisal_items(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
    ValidQuery(query): ValidQuery<SaveQuery>,
    body: ValidJson<AppraisalsBody>,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let change = caller.change(
        "save_appraisal_items",
        &body.digest,
        submissions::locks(&round, &agency),
    );
    let save = Save {
        caller,
        round,
        agency,
        items: Bulk::of_list(body.value.items),
        query,
    };
    let answer = db.write(change, move |tx| save.run(tx, &sets)).await?;
    answered(answer)
}

/// Read an agency's appraisal
///
/// What was declared, what was decided, by whom and why; appraisers see the lines that are assigned to their body,
/// evaluators all.
#[utoipa::path(tag = "appraisals", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The appraisal.", body = Appraisal), ReadProblems))]
#[get("/rounds/{round}/appraisals/{agency}")]
pub async fn get_appraisal(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let appraisal = db
        .read(move |conn| shown::load(conn, &sets, &caller, code, agency))
        .await?;
    json_list(&appraisal)
}

/// How far are the bodies?
///
/// For each appraising body: items assigned over all agencies, decided, open, waiting for others, differing. For
/// evaluators.
#[utoipa::path(tag = "appraisals", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The progress.", body = Page<BodyProgress>), ReadProblems))]
#[get("/rounds/{round}/appraisals")]
pub async fn get_appraisal_progress(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let progress = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
            let set = sets.load(conn, &round.criteria_set_code, round.criteria_set_version)?;
            shown::load_progress(conn, &set, &round)
        })
        .await?;
    json_list(&Page::whole(progress))
}
