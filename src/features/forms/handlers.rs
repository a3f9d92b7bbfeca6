//! Making codes of forms over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    code::FormCode,
    model::{FormCodeCount, FormCodeRow, FormCodesBody, FormCodesMade, MadeFormCodes, NewFormCodes},
    store,
};
use crate::{
    access::Action,
    clock::Zone,
    db::{Database, Entry, Outcome, Tx, json_answer},
    error::{AppError, AppResult, FieldError, Message},
    features::survey_rounds::{self, SurveyState, approach_survey_round, not_now},
    ids::{StratumCode, SurveyRoundCode},
    web::{Caller, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list},
};

const CODES_MAX: usize = 10_000;

/// Make codes of forms
///
/// One-time codes of strata, for letters and links: `/forms/{code}` is the form, in Vietnamese, and `/en/forms/{code}` in English.
/// They are shown this once and kept as digests. Until the asking ends. For evaluators of the agency that runs the round and
/// the collectors that it names.
#[utoipa::path(tag = "survey-rounds", params(("round" = SurveyRoundCode, Path, description = "The survey round.")),
    request_body = FormCodesBody, security(("bearer" = [])),
    responses((status = 201, description = "Made.", body = FormCodesMade), WriteProblems))]
#[post("/survey-rounds/{round}/form-codes")]
pub async fn create_form_codes(
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
    body: ValidJson<FormCodesBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let lines = body.value.lines;
    // The answer holds what opens a form: it is never stored.
    let locks = vec![survey_rounds::lock_below_survey_round(&code)];
    let change = caller.secret_change("create_form_codes", locks);
    let answer = db
        .write(change, move |tx| {
            let round = approach_survey_round(tx.conn(), &caller, &code, Action::CollectResponses)?;
            if !matches!(round.state, SurveyState::Planning | SurveyState::Fielding) {
                return Err(not_now(&round, "Không tạo mã được", "No codes can be made"));
            }
            let strata = survey_rounds::strata(tx.conn(), &code)?;
            let strata = strata.into_iter().map(|row| (row.code, row.position)).collect();
            check(&lines, &strata)?;
            make(tx, &code, lines, &strata)
        })
        .await?;
    answered(answer)
}

fn check(lines: &[NewFormCodes], strata: &BTreeMap<StratumCode, i32>) -> AppResult<()> {
    let asked: usize = lines
        .iter()
        .map(|line| usize::try_from(line.count).unwrap_or(usize::MAX))
        .fold(0, usize::saturating_add);
    if lines.is_empty() || asked > CODES_MAX || lines.iter().any(|line| line.count == 0) {
        return Err(AppError::invalid_item(
            "/lines",
            "bad_count",
            "Tạo từ 1 đến 10.000 mã mỗi lần, mỗi dòng ít nhất một mã.",
            "Make 1 to 10,000 codes at once, at least one in each line.",
        ));
    }
    let faults: Vec<FieldError> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !strata.contains_key(&line.stratum))
        .map(|(index, line)| {
            let message = Message::new(
                format!("Kế hoạch không có tầng {}.", line.stratum),
                format!("The plan has no stratum {}.", line.stratum),
            );
            FieldError::new(format!("/lines/{index}/stratum"), "unknown_stratum", message)
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

fn make(
    tx: &mut Tx<'_>,
    round: &SurveyRoundCode,
    lines: Vec<NewFormCodes>,
    strata: &BTreeMap<StratumCode, i32>,
) -> AppResult<Outcome> {
    let made_on = Zone::default().day_of(tx.now());
    let (mut rows, mut made) = (Vec::new(), Vec::new());
    for line in lines {
        let stratum = strata.get(&line.stratum).copied().unwrap_or(-1);
        let mut codes = Vec::new();
        for _ in 0..line.count {
            let code = FormCode::new()?;
            rows.push(FormCodeRow {
                digest: code.digest(),
                survey_round_code: round.clone(),
                stratum,
                channel: line.channel,
                made_on,
                used_on: None,
            });
            codes.push(code.shown());
        }
        made.push(MadeFormCodes {
            stratum: line.stratum,
            channel: line.channel,
            codes,
        });
    }
    store::insert(tx, &rows)?;
    let entry = Entry {
        object_kind: "survey_form_codes",
        object_id: round.to_string(),
        before_digest: None,
        after_digest: None,
        detail: serde_json::json!({"made": rows.len()}),
    };
    let answer = FormCodesMade {
        path: "/forms/{code}",
        made: rows.len(),
        lines: made,
    };
    Ok(Outcome::Done(json_answer(201, &answer)?, entry))
}

/// Count the codes of forms
///
/// Made and used, by stratum and channel. Which code was used by whom, nobody can tell. For who works on the round.
#[utoipa::path(tag = "survey-rounds", params(("round" = SurveyRoundCode, Path, description = "The survey round.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The counts.", body = Page<FormCodeCount>), ReadProblems))]
#[get("/survey-rounds/{round}/form-codes")]
pub async fn list_form_codes(
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let counts = db
        .read(move |conn| {
            approach_survey_round(conn, &caller, &code, Action::ReadSurveyWork)?;
            let strata = survey_rounds::strata(conn, &code)?;
            let names: BTreeMap<i32, StratumCode> =
                strata.into_iter().map(|row| (row.position, row.code)).collect();
            let counts = store::counts(conn, &code)?;
            Ok(counts
                .into_iter()
                .filter_map(|((stratum, channel), (made, used))| {
                    Some(FormCodeCount {
                        stratum: names.get(&stratum)?.clone(),
                        channel,
                        made,
                        used,
                    })
                })
                .collect::<Vec<_>>())
        })
        .await?;
    json_list(&Page::<FormCodeCount>::whole(counts))
}
