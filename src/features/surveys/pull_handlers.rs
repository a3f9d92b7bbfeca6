//! Pulling a survey's result into a round over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};

use super::{
    model::{PointEntry, SurveyPointRow},
    pull::{FinalDocument, Survey, reason_in_words},
    pull_model::{LeftOut, PullBody, Pulled},
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, FieldError, Message},
    features::{criteria::Sets, responses, rounds, rounds::RoundRow},
    ids::{AgencyCode, RoundCode},
    scoring::CompiledSet,
    web::{Caller, Language, ValidJson, WriteProblems, answered},
};

/// Pull survey points
///
/// Takes the points of every indicator whose rule names this survey's instrument (`measure`) from the survey round's final
/// document: index, conversion, sample size and the document's SHA-256 are kept with the points and stand in the scorecard.
/// Agencies without a figure are named in `left_out`; their points stay missing. Pulled again, what did not change is
/// unchanged. For evaluators of the round.
#[utoipa::path(tag = "surveys", params(("round" = RoundCode, Path)), request_body = PullBody,
    security(("bearer" = [])),
    responses((status = 200, description = "Pulled.", body = Pulled), WriteProblems))]
#[post("/rounds/{round}/survey-points/pull")]
pub async fn pull_survey_points(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
    body: ValidJson<PullBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "pull_survey_points",
        &body.digest,
        vec![rounds::lock_round(&code)],
    );
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let round = rounds::find_round(tx.conn(), &code)?;
            caller.check(Action::EnterPoints, Object::Round(&round.owner_code))?;
            rules::check_open(&round, 1, "/survey_round")?;
            let set = sets.load(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
            let (digest, document) = final_document(tx.conn(), &wanted)?;
            if document.year != round.year && !wanted.other_year_accepted {
                return Err(other_year(document.year, round.year));
            }
            let survey = Survey::new(&document, &wanted.survey_round, &digest);
            let (rows, mut pulled) = gather(tx, &round, &set, &survey, caller.context.language)?;
            pulled.dry_run = wanted.dry_run;
            finish(tx, rows, pulled)
        })
        .await?;
    answered(answer)
}

/// The document of a survey round's final result, and its SHA-256.
fn final_document(conn: &mut Conn, wanted: &PullBody) -> AppResult<(String, FinalDocument)> {
    let Some((digest, text)) = responses::final_result(conn, &wanted.survey_round)? else {
        return Err(AppError::invalid_item(
            "/survey_round",
            "not_final",
            "Đợt điều tra chưa có kết quả chính thức: hoàn tất đợt điều tra trước.",
            "There is no final result of this survey round: finalise it first.",
        ));
    };
    let document = serde_json::from_str(&text).map_err(AppError::internal)?;
    Ok((digest, document))
}

fn other_year(surveyed: i32, round: i32) -> AppError {
    AppError::invalid_item(
        "/survey_round",
        "other_year",
        format!(
            "Đợt điều tra của năm {surveyed}, kỳ đánh giá của năm {round}: nếu đúng ý định, gửi other_year_accepted = true."
        ),
        format!(
            "The survey is of {surveyed}, the round of {round}: if that is meant, send other_year_accepted = true."
        ),
    )
}

/// The rows that differ from what stands, and what else became of the pull.
fn gather(
    tx: &mut Tx<'_>,
    round: &RoundRow,
    set: &CompiledSet,
    survey: &Survey<'_>,
    language: Language,
) -> AppResult<(Vec<SurveyPointRow>, Pulled)> {
    let indicators = survey.indicators(set);
    if indicators.is_empty() {
        return Err(no_indicator());
    }
    let agencies: Vec<AgencyCode> = rounds::participating(tx.conn(), &round.code)?;
    let standing = store::current_points(tx.conn(), &round.code, &agencies)?;
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let (mut rows, mut left_out, mut unchanged) = (Vec::new(), Vec::new(), 0);
    for agency in &agencies {
        let stands = standing.get(agency).unwrap_or(const { &BTreeMap::new() });
        for (indicator, leaf, measure) in &indicators {
            let (points, from) = match survey.points(agency, leaf, measure) {
                Ok(found) => found,
                Err(reason) => {
                    left_out.push(LeftOut {
                        agency: agency.clone(),
                        indicator: indicator.clone(),
                        reason,
                        message: language.pick(&reason_in_words(reason)).to_owned(),
                    });
                    continue;
                }
            };
            let last = stands.get(indicator);
            let entry = PointEntry {
                sequence: last.map_or(1, |last| last.sequence + 1),
                points: Some(points.micro()),
                sample_size: i32::try_from(from.n).ok(),
                source: Some(from.in_words()),
                recorded_at: now,
                recorded_by: actor.clone(),
                pulled_from: Some(serde_json_canonicalizer::to_string(&from).map_err(AppError::internal)?),
            };
            if last.is_some_and(|last| last.says_the_same(&entry)) {
                unchanged += 1;
            } else {
                rows.push(SurveyPointRow {
                    round_code: round.code.clone(),
                    agency_code: agency.clone(),
                    indicator_code: indicator.clone(),
                    entry,
                });
            }
        }
    }
    let pulled = Pulled {
        round: round.code.clone(),
        survey_round: survey.code().clone(),
        digest: survey.digest().to_owned(),
        dry_run: false,
        saved: rows.len(),
        unchanged,
        left_out,
    };
    Ok((rows, pulled))
}

fn no_indicator() -> AppError {
    let message = Message::new(
        "Không có tiêu chí nào của bộ tiêu chí lấy điểm từ mẫu phiếu và phiên bản của đợt điều tra này (rule.measure).",
        "No indicator of the criteria set takes its points from the instrument and version of this survey round (rule.measure).",
    );
    AppError::invalid(vec![FieldError::new("/survey_round", "no_indicator", message)])
}

fn finish(tx: &mut Tx<'_>, rows: Vec<SurveyPointRow>, pulled: Pulled) -> AppResult<Outcome> {
    let answer = json_answer(200, &pulled)?;
    if rows.is_empty() || pulled.dry_run {
        return Ok(Outcome::Unchanged(answer));
    }
    store::append_points(tx, &rows)?;
    let content: Vec<_> = rows.iter().map(SurveyPointRow::content).collect();
    let entry = Entry {
        object_kind: "survey_points",
        object_id: pulled.round.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(&content)?),
        detail: serde_json::json!({"rows": rows.len(), "survey_round": pulled.survey_round, "result": pulled.digest}),
    };
    Ok(Outcome::Done(answer, entry))
}
