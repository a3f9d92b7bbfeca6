//! Bonus and penalty points over HTTP.

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    model::{AdjustmentPoint, AdjustmentRow, AdjustmentsBody, PointsSaved},
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
    features::{criteria::Sets, rounds},
    ids::RoundCode,
    scoring::Points,
    web::{Caller, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list, read_list},
};

/// List adjustments
///
/// The bonus and penalty points that hold now, by agency. For evaluators of the round.
#[utoipa::path(tag = "surveys", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The adjustments.", body = Page<AdjustmentPoint>), ReadProblems))]
#[get("/rounds/{round}/adjustments")]
pub async fn list_adjustments(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let rows = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadPoints, Object::Round(&round.owner_code))?;
            store::current_adjustments(conn, &code)
        })
        .await?;
    let shown = rows
        .into_values()
        .filter(|row| row.points.is_some())
        .map(|row| AdjustmentPoint {
            agency: row.agency_code,
            adjustment: row.adjustment_code,
            points: row.points.map(Points::from_micro),
            reason: row.reason,
        })
        .collect();
    json_list(&Page::<AdjustmentPoint>::whole(shown))
}

/// Enter adjustments
///
/// Bonus and penalty points outside the maximum, each with a reason; all or nothing. A null clears. For evaluators of
/// the round.
#[utoipa::path(tag = "surveys", params(("round" = RoundCode, Path)), request_body = AdjustmentsBody,
    security(("bearer" = [])),
    responses((status = 200, description = "Entered.", body = PointsSaved), WriteProblems))]
#[put("/rounds/{round}/adjustments")]
pub async fn save_adjustments(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
    body: ValidJson<AdjustmentsBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change("save_adjustments", &body.digest, vec![rounds::lock_round(&code)]);
    let wanted = body.value.adjustments;
    let answer = db
        .write(change, move |tx| {
            let round = rounds::find_round(tx.conn(), &code)?;
            caller.check(Action::EnterPoints, Object::Round(&round.owner_code))?;
            rules::check_open(&round, wanted.len(), "/adjustments")?;
            let set = sets.load(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
            let participants = rounds::participating(tx.conn(), &code)?;
            let sent = wanted.len();
            let (wanted, mut errors) = read_list("/adjustments", wanted);
            errors.extend(rules::check_adjustments(&set, &participants, &wanted));
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            let standing = store::current_adjustments(tx.conn(), &code)?;
            let (now, actor) = (tx.now(), tx.actor().to_owned());
            let mut rows = Vec::new();
            for (_, point) in wanted {
                let last = standing.get(&(point.agency.clone(), point.adjustment.clone()));
                let points = point.points.map(Points::micro);
                let same = match last {
                    Some(last) => (last.points, &last.reason) == (points, &point.reason),
                    None => points.is_none(),
                };
                if !same {
                    rows.push(AdjustmentRow {
                        round_code: code.clone(),
                        agency_code: point.agency,
                        adjustment_code: point.adjustment,
                        sequence: last.map_or(1, |last| last.sequence + 1),
                        points,
                        reason: point.reason,
                        recorded_at: now,
                        recorded_by: actor.clone(),
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
    rows: Vec<AdjustmentRow>,
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
    store::append_adjustments(tx, &rows)?;
    let content: Vec<_> = rows
        .iter()
        .map(|row| {
            serde_json::json!([
                row.agency_code,
                row.adjustment_code,
                row.sequence,
                row.points,
                row.reason
            ])
        })
        .collect();
    let entry = Entry {
        object_kind: "adjustments",
        object_id: code.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(&content)?),
        detail: serde_json::json!({"rows": rows.len()}),
    };
    Ok(Outcome::Done(answer, entry))
}
