//! Survey rounds over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, patch, post,
    web::{Data, Path},
};

use super::{
    body_model::{InstrumentRef, NewSurveyRound, SurveyRoundChange, SurveyRoundQuery},
    facts::{approach_survey_round, lock_survey_round, not_now},
    model::{SampleAllocation, Sizing, SurveyRoundRow, SurveyState},
    plan_rules::ERROR_MICRO_DEFAULT,
    rules, shown, store,
    view_model::{SurveyRound, SurveyRoundSummary},
};
use crate::{
    access::{Action, Object, SurveyRoundFacts},
    clock::Moment,
    db::{Database, Outcome, Tx, json_answer},
    error::{AppResult, FieldError},
    features::{agencies, instruments::Instruments},
    ids::{AgencyCode, SurveyRoundCode},
    web::{
        Caller, Cursor, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_document, json_list,
    },
};

/// List survey rounds
///
/// By code. For everybody who logs in.
#[utoipa::path(tag = "survey-rounds", params(SurveyRoundQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of survey rounds.", body = Page<SurveyRoundSummary>), ReadProblems))]
#[get("/survey-rounds")]
pub async fn list_survey_rounds(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<SurveyRoundQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let rows = db
        .read(move |conn| store::page(conn, &asked, page.after.as_deref(), page.fetch()))
        .await?;
    let page = Page::cut(rows, &cursor, |row| row.code.to_string());
    json_list(&page.map(SurveyRoundSummary::from))
}

/// Read a survey round
///
/// With what its sample plan comes to, who collects, and the moves that were made. For everybody who logs in; the seed of
/// the draw is for who works on the round.
#[utoipa::path(tag = "survey-rounds", params(("round" = SurveyRoundCode, Path, description = "The survey round.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The survey round.", body = SurveyRound), (status = 304, description = "Not changed."), ReadProblems))]
#[get("/survey-rounds/{round}")]
pub async fn get_survey_round(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<SurveyRoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let round = db
        .read(move |conn| {
            let row = approach_survey_round(conn, &caller, &code, Action::ReadReference)?;
            shown::load(conn, &caller.principal, row)
        })
        .await?;
    json_document(&request, &round, &etag_of_revision(round.summary.revision))
}

/// Make a survey round
///
/// By an evaluator of the agency that runs it. Its sample plan is given next.
#[utoipa::path(tag = "survey-rounds", request_body = NewSurveyRound, security(("bearer" = [])),
    responses((status = 201, description = "Made.", body = SurveyRound), WriteProblems))]
#[post("/survey-rounds")]
pub async fn create_survey_round(
    caller: Caller,
    db: Data<Database>,
    instruments: Data<Instruments>,
    body: ValidJson<NewSurveyRound>,
) -> AppResult<HttpResponse> {
    let new = body.value;
    let known = SurveyRoundFacts {
        owner: new.owner.clone(),
        collectors: Vec::new(),
        is_final: false,
    };
    caller.check(Action::ManageSurveyRound, Object::SurveyRound(&known))?;
    let days = (new.collects_from, new.collects_to);
    let titles = (Some(new.title_vi.as_str()), new.title_en.as_deref());
    let mut faults = rules::check_head(titles, days, &new.collectors);
    faults.extend(rules::check_year(new.year));
    let change = caller.change(
        "create_survey_round",
        &body.digest,
        vec![lock_survey_round(&new.code)],
    );
    let answer = db
        .write(change, move |tx| {
            faults.extend(check_references(
                tx,
                &instruments,
                Some(&new.instrument),
                &new.collectors,
            )?);
            if !agencies::level_exists(tx.conn(), &new.level)? {
                faults.push(rules::fault(
                    "/level",
                    "unknown_level",
                    format!("Không có cấp {}.", new.level),
                    format!("There is no level {}.", new.level),
                ));
            }
            rules::refuse(faults)?;
            let (row, collectors) = begin(new, tx.now());
            store::insert(tx, &row)?;
            store::put_collectors(tx, &row.code, &collectors)?;
            let entry = shown::entry(None, &row, serde_json::json!({"collectors": collectors}))?;
            let answer = json_answer(201, &shown::load(tx.conn(), &caller.principal, row.clone())?)?
                .header("etag", etag_of_revision(row.revision))
                .header("location", format!("/api/v1/survey-rounds/{}", row.code));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

/// A new survey round's row, and who collects for it.
fn begin(new: NewSurveyRound, now: Moment) -> (SurveyRoundRow, Vec<AgencyCode>) {
    let row = SurveyRoundRow {
        code: new.code,
        title_vi: new.title_vi.trim().to_owned(),
        title_en: new.title_en,
        year: new.year,
        level_code: new.level,
        owner_code: new.owner,
        instrument_code: new.instrument.code,
        instrument_version: new.instrument.version,
        state: SurveyState::Planning,
        collects_from: new.collects_from,
        collects_to: new.collects_to,
        weighted: false,
        error_micro: ERROR_MICRO_DEFAULT,
        sizing: Sizing::Agency,
        allocation: SampleAllocation::Proportional,
        total_size: None,
        seed: None,
        result_digest: None,
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    (row, new.collectors)
}

/// Change a survey round
///
/// Titles, days and collectors until it is final, the instrument while it is planned; what is left out stays. Needs
/// `If-Match`. For evaluators of the agency that runs it.
#[utoipa::path(tag = "survey-rounds",
    params(("round" = SurveyRoundCode, Path, description = "The survey round."), ("If-Match" = String, Header, description = "The ETag that was read.")),
    request_body = SurveyRoundChange, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = SurveyRound), WriteProblems))]
#[patch("/survey-rounds/{round}")]
pub async fn update_survey_round(
    caller: Caller,
    db: Data<Database>,
    instruments: Data<Instruments>,
    path: Path<SurveyRoundCode>,
    if_match: IfMatch,
    body: ValidJson<SurveyRoundChange>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let wanted = body.value;
    let change = caller.change(
        "update_survey_round",
        &body.digest,
        vec![lock_survey_round(&code)],
    );
    let answer = db
        .write(change, move |tx| {
            let before = approach_survey_round(tx.conn(), &caller, &code, Action::ManageSurveyRound)?;
            if_match.require(before.revision)?;
            if before.state == SurveyState::Final
                || (wanted.instrument.is_some() && !before.state.takes_plans())
            {
                return Err(not_now(&before, "Không sửa được", "This can't be changed"));
            }
            let after = changed(&before, &wanted, tx);
            let mut faults = rules::check_head(
                (Some(after.title_vi.as_str()), after.title_en.as_deref()),
                (after.collects_from, after.collects_to),
                wanted.collectors.as_deref().unwrap_or_default(),
            );
            let collectors = wanted.collectors.as_deref().unwrap_or_default();
            faults.extend(check_references(
                tx,
                &instruments,
                wanted.instrument.as_ref(),
                collectors,
            )?);
            rules::refuse(faults)?;
            store::replace(tx, &before, &after)?;
            if let Some(collectors) = &wanted.collectors {
                store::put_collectors(tx, &after.code, collectors)?;
            }
            let entry = shown::entry(
                Some(&before),
                &after,
                serde_json::json!({"collectors": wanted.collectors}),
            )?;
            let answer = json_answer(200, &shown::load(tx.conn(), &caller.principal, after.clone())?)?
                .header("etag", etag_of_revision(after.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

fn changed(before: &SurveyRoundRow, wanted: &SurveyRoundChange, tx: &Tx<'_>) -> SurveyRoundRow {
    let mut after = SurveyRoundRow {
        revision: before.revision.saturating_add(1),
        updated_at: tx.now(),
        ..before.clone()
    };
    if let Some(title) = &wanted.title_vi {
        after.title_vi = title.trim().to_owned();
    }
    if wanted.title_en.is_some() {
        after.title_en.clone_from(&wanted.title_en);
    }
    if let Some(instrument) = &wanted.instrument {
        after.instrument_code = instrument.code.clone();
        after.instrument_version = instrument.version;
    }
    after.collects_from = wanted.collects_from.or(after.collects_from);
    after.collects_to = wanted.collects_to.or(after.collects_to);
    after
}

/// The faults of what a survey round names outside itself.
fn check_references(
    tx: &mut Tx<'_>,
    instruments: &Instruments,
    instrument: Option<&InstrumentRef>,
    collectors: &[AgencyCode],
) -> AppResult<Vec<FieldError>> {
    let mut faults = Vec::new();
    if let Some(instrument) = instrument {
        let InstrumentRef { code, version } = instrument;
        if !instruments.exists(tx.conn(), code, *version)? {
            faults.push(rules::fault(
                "/instrument",
                "unknown_instrument",
                format!("Không có phiếu {code} phiên bản {version}."),
                format!("There is no instrument {code} of version {version}."),
            ));
        }
    }
    let missing = agencies::missing(tx.conn(), collectors)?;
    for (index, body) in collectors.iter().enumerate() {
        if missing.contains(body) {
            faults.push(rules::fault(
                format!("/collectors/{index}"),
                "unknown_agency",
                format!("Không có cơ quan {body}."),
                format!("There is no agency {body}."),
            ));
        }
    }
    Ok(faults)
}
