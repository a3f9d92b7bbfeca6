//! Survey and external points over HTTP.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    model::{PointEntry, PointsSaved, SurveyPoint, SurveyPointRow, SurveyPointsBody},
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
    features::{criteria::Sets, rounds},
    ids::{AgencyCode, RoundCode},
    scoring::Points,
    web::{Caller, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list, read_list},
};

/// List survey points
///
/// The points that hold now, by agency and indicator. For evaluators of the round.
#[utoipa::path(tag = "surveys", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The points.", body = Page<SurveyPoint>), ReadProblems))]
#[get("/rounds/{round}/survey-points")]
pub async fn list_survey_points(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let rows = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadPoints, Object::Round(&round.owner_code))?;
            let agencies: Vec<AgencyCode> = rounds::participating(conn, &code)?;
            store::current_points(conn, &code, &agencies)
        })
        .await?;
    let shown = rows
        .into_iter()
        .flat_map(|(agency, entries)| {
            entries
                .into_iter()
                .map(move |(indicator, entry)| (agency.clone(), indicator, entry))
        })
        .filter(|(.., entry)| entry.points.is_some())
        .map(|(agency, indicator, entry)| SurveyPoint {
            agency,
            indicator,
            points: entry.points.map(Points::from_micro),
            sample_size: entry.sample_size,
            source: entry.source,
        })
        .collect();
    json_list(&Page::<SurveyPoint>::whole(shown))
}

/// Enter survey points
///
/// Points of surveyed and external indicators, with the sample size and source; all or nothing. A null clears. For
/// evaluators of the round.
#[utoipa::path(tag = "surveys", params(("round" = RoundCode, Path)), request_body = SurveyPointsBody,
    security(("bearer" = [])),
    responses((status = 200, description = "Entered.", body = PointsSaved), WriteProblems))]
#[put("/rounds/{round}/survey-points")]
pub async fn save_survey_points(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
    body: ValidJson<SurveyPointsBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "save_survey_points",
        &body.digest,
        vec![rounds::lock_round(&code)],
    );
    let wanted = body.value.points;
    let answer = db
        .write(change, move |tx| {
            let round = rounds::find_round(tx.conn(), &code)?;
            caller.check(Action::EnterPoints, Object::Round(&round.owner_code))?;
            rules::check_open(&round, wanted.len(), "/points")?;
            let set = sets.load(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
            let participants = rounds::participating(tx.conn(), &code)?;
            let sent = wanted.len();
            let (wanted, mut errors) = read_list("/points", wanted);
            errors.extend(rules::check_points(&set, &participants, &wanted));
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            let agencies: BTreeSet<AgencyCode> =
                wanted.iter().map(|(_, point)| point.agency.clone()).collect();
            let agencies: Vec<AgencyCode> = agencies.into_iter().collect();
            let standing = store::current_points(tx.conn(), &code, &agencies)?;
            let (now, actor) = (tx.now(), tx.actor().to_owned());
            let mut rows = Vec::new();
            for (_, point) in wanted {
                let last = standing
                    .get(&point.agency)
                    .and_then(|of_agency| of_agency.get(&point.indicator));
                let points = point.points.map(Points::micro);
                let entry = PointEntry {
                    sequence: last.map_or(1, |last| last.sequence + 1),
                    points,
                    sample_size: point.sample_size,
                    source: point.source,
                    recorded_at: now,
                    recorded_by: actor.clone(),
                    pulled_from: None,
                };
                if !last.map_or(points.is_none(), |last| last.says_the_same(&entry)) {
                    rows.push(SurveyPointRow {
                        round_code: code.clone(),
                        agency_code: point.agency,
                        indicator_code: point.indicator,
                        entry,
                    });
                }
            }
            finish(tx, &code, rows, sent)
        })
        .await?;
    answered(answer)
}

fn finish(
    tx: &mut crate::db::Tx<'_>,
    code: &RoundCode,
    rows: Vec<SurveyPointRow>,
    sent: usize,
) -> AppResult<Outcome> {
    let saved = PointsSaved {
        round: code.clone(),
        saved: rows.len(),
        unchanged: sent - rows.len(),
    };
    let answer = json_answer(200, &saved)?;
    if rows.is_empty() {
        return Ok(Outcome::Unchanged(answer));
    }
    store::append_points(tx, &rows)?;
    let content: Vec<_> = rows.iter().map(SurveyPointRow::content).collect();
    let entry = Entry {
        object_kind: "survey_points",
        object_id: code.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(&content)?),
        detail: serde_json::json!({"rows": rows.len()}),
    };
    Ok(Outcome::Done(answer, entry))
}
