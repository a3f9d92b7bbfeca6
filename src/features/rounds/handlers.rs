//! Rounds over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Path},
};

use super::{
    deadlines::{Deadlines, DeadlinesBody},
    model::{Move, NewRound, Round, RoundChange, RoundQuery, RoundRow},
    notices,
    phase::Phase,
    rules, store,
};
use crate::{
    access::{Action, Object, Principal, may},
    clock::Zone,
    db::{Answer, Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, FieldError, Message},
    features::{agencies, criteria::Sets, evidence::Verifier, notifications::Notifier},
    ids::{AgencyCode, RoundCode},
    web::{
        Caller, Cursor, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_document, json_list,
    },
};

/// A round as a caller sees it: with its moves, and with what the caller may do.
pub fn shown(principal: &Principal, row: RoundRow, history: Vec<Move>) -> Round {
    let object = Object::Round(&row.owner_code);
    let mut actions = Vec::new();
    if may(principal, Action::ManageRound, object) {
        actions.extend(["update", "transition"]);
        if row.phase == Phase::Preparation {
            actions.push("replace_agencies");
        }
        if row.phase.is_open_for_entered_points() {
            actions.push("save_survey_points");
        }
    }
    if may(principal, Action::ReadRanking, object) {
        actions.push("read_ranking");
    }
    row.shown(history, actions)
}

/// The audit entry of a change to a round.
pub fn round_entry(before: Option<&Round>, after: &Round, detail: serde_json::Value) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "round",
        object_id: after.code.to_string(),
        before_digest: before.map(digest_of).transpose()?,
        after_digest: Some(digest_of(after)?),
        detail,
    })
}

/// The answer to a change of a round.
pub fn round_answer(status: u16, round: &Round) -> AppResult<Answer> {
    Ok(json_answer(status, round)?.header("etag", etag_of_revision(round.revision)))
}

/// List rounds
///
/// By code; filtered by year, owner or phase.
#[utoipa::path(tag = "rounds", params(RoundQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of rounds.", body = Page<Round>), ReadProblems))]
#[get("/rounds")]
pub async fn list_rounds(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<RoundQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let rows = db
        .read(move |conn| store::list_rounds(conn, &asked, &page))
        .await?;
    let page = Page::cut(rows, &cursor, |row| row.code.to_string());
    json_list(&page.map(|row| shown(&caller.principal, row, Vec::new())))
}

/// 403 that names the owner, which may just be mistyped.
fn check_owner(caller: &Caller, owner: &AgencyCode) -> AppResult<()> {
    let checked = caller.check(Action::ManageRound, Object::Round(owner));
    checked.map_err(|error| AppError {
        errors: vec![FieldError::new(
            "/owner",
            "not_its_evaluator",
            Message::new(
                format!("Kỳ thuộc {owner}: chỉ cán bộ đánh giá của {owner} mở được; kiểm tra mã cơ quan."),
                format!("The round would be {owner}'s: only an evaluator of {owner} opens it; check the agency's code."),
            ),
        )],
        ..error
    })
}

/// Add a round
///
/// In preparation: agencies and assignments follow. The caller must be an evaluator of the owner.
#[utoipa::path(tag = "rounds", request_body = NewRound, security(("bearer" = [])),
    responses((status = 201, description = "Added.", body = Round), WriteProblems))]
#[post("/rounds")]
pub async fn create_round(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    verifier: Data<Verifier>,
    body: ValidJson<NewRound>,
) -> AppResult<HttpResponse> {
    let new = body.value;
    check_owner(&caller, &new.owner)?;
    let mut errors = rules::check_titles(&new.title_vi, new.title_en.as_deref());
    errors.extend(rules::check_year(new.year));
    errors.extend(rules::check_signature(
        new.signature_required,
        verifier.can_vouch(),
    ));
    let deadlines = read_deadlines(&new.deadlines, new.time_zone, &mut errors);
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let change = caller.change("create_round", &body.digest, vec![store::lock_round(&new.code)]);
    let principal = caller.principal.clone();
    let answer = db
        .write(change, move |tx| {
            let known = sets.load(tx.conn(), &new.criteria_set.code, new.criteria_set.version);
            known.map_err(|_| unknown_set(&new))?;
            let now = tx.now();
            let row = RoundRow {
                code: new.code,
                title_vi: new.title_vi,
                title_en: new.title_en,
                year: new.year,
                owner_code: new.owner,
                criteria_set_code: new.criteria_set.code,
                criteria_set_version: new.criteria_set.version,
                phase: Phase::Preparation,
                self_assessment_deadline: deadlines.self_assessment,
                explanation_deadline: deadlines.explanation,
                appraisal_deadline: deadlines.appraisal,
                signature_required: new.signature_required,
                revision: 1,
                created_at: now,
                updated_at: now,
                time_zone: new.time_zone,
            };
            store::insert_round(tx, &row)?;
            let round = shown(&principal, row, Vec::new());
            let location = format!("/api/v1/rounds/{}", round.code);
            let entry = round_entry(
                None,
                &round,
                serde_json::json!({"criteria_set": round.criteria_set}),
            )?;
            Ok(Outcome::Done(
                round_answer(201, &round)?.header("location", location),
                entry,
            ))
        })
        .await?;
    answered(answer)
}

fn read_deadlines(written: &DeadlinesBody, zone: Zone, errors: &mut Vec<FieldError>) -> Deadlines {
    written.read(zone).unwrap_or_else(|faults| {
        errors.extend(faults);
        Deadlines::default()
    })
}

fn unknown_set(new: &NewRound) -> AppError {
    let (code, version) = (&new.criteria_set.code, new.criteria_set.version);
    AppError::invalid(vec![FieldError::new(
        "/criteria_set",
        "unknown_criteria_set",
        Message::new(
            format!("Không có bộ tiêu chí {code} phiên bản {version}."),
            format!("There is no criteria set {code} version {version}."),
        ),
    )])
}

/// Read a round
///
/// With its phase, deadlines, every move so far, and what the caller may do.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The round.", body = Round),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/rounds/{round}")]
pub async fn get_round(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let (row, history) = db
        .read(move |conn| Ok((store::find_round(conn, &code)?, store::moves(conn, &code)?)))
        .await?;
    let round = shown(&caller.principal, row, history);
    json_document(&request, &round, &etag_of_revision(round.revision))
}

/// Change a round
///
/// Titles, time zone, deadlines, and which signature a submission needs. Needs `If-Match`. Another zone moves no deadline:
/// those that are sent are read in it.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path), ("If-Match" = String, Header)),
    request_body = RoundChange, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = Round), WriteProblems))]
#[put("/rounds/{round}")]
pub async fn update_round(
    caller: Caller,
    db: Data<Database>,
    verifier: Data<Verifier>,
    notifier: Data<Notifier>,
    path: Path<RoundCode>,
    if_match: IfMatch,
    body: ValidJson<RoundChange>,
) -> AppResult<HttpResponse> {
    let mut errors = rules::check_titles(&body.value.title_vi, body.value.title_en.as_deref());
    errors.extend(rules::check_signature(
        body.value.signature_required,
        verifier.can_vouch(),
    ));
    let code = path.into_inner();
    let change = caller.change("update_round", &body.digest, vec![store::lock_round(&code)]);
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let before = store::find_round(tx.conn(), &code)?;
            caller.check(Action::ManageRound, Object::Round(&before.owner_code))?;
            let time_zone = wanted.time_zone.unwrap_or(before.time_zone);
            let deadlines = read_deadlines(&wanted.deadlines, time_zone, &mut errors);
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            if_match.require(before.revision)?;
            let after = RoundRow {
                title_vi: wanted.title_vi,
                title_en: wanted.title_en,
                time_zone,
                self_assessment_deadline: deadlines.self_assessment,
                explanation_deadline: deadlines.explanation,
                appraisal_deadline: deadlines.appraisal,
                signature_required: wanted.signature_required.or(before.signature_required),
                revision: before.revision + 1,
                updated_at: tx.now(),
                ..before.clone()
            };
            store::update_round(tx, &before, &after)?;
            notices::tell_deadlines(tx, &notifier, &before, &after)?;
            let history = store::moves(tx.conn(), &code)?;
            let before = shown(&caller.principal, before, history.clone());
            let after = shown(&caller.principal, after, history);
            let entry = round_entry(
                Some(&before),
                &after,
                serde_json::json!({
                    "time_zone": after.time_zone, "deadlines": after.deadlines,
                    "signature_required": after.signature_required,
                }),
            )?;
            Ok(Outcome::Done(round_answer(200, &after)?, entry))
        })
        .await?;
    answered(answer)
}

/// Names the agencies that don't exist.
pub(super) fn unknown_agencies(
    conn: &mut crate::db::Conn,
    asked: &[(String, AgencyCode)],
) -> AppResult<Vec<FieldError>> {
    let codes: Vec<_> = asked.iter().map(|(_, code)| code.clone()).collect();
    let missing = agencies::missing(conn, &codes)?;
    Ok(asked
        .iter()
        .filter(|(_, code)| missing.contains(code))
        .map(|(pointer, code)| {
            FieldError::new(
                pointer,
                "unknown_agency",
                Message::new(
                    format!("Không có cơ quan {code}."),
                    format!("There is no agency {code}."),
                ),
            )
        })
        .collect())
}
