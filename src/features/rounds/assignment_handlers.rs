//! Who takes part in a round, and who appraises what.

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    handlers::unknown_agencies,
    model::{Assignment, AssignmentRow, AssignmentsBody, Participant, ParticipantsBody, RoundRow},
    phase::Phase,
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::{agencies, criteria::Sets},
    ids::RoundCode,
    web::{
        Caller, IfMatch, Page, ReadProblems, ValidJson, WriteProblems, answered, etag_of_revision, json_list,
    },
};

fn part_entry(round: &RoundRow, before: String, after: String, detail: serde_json::Value) -> Entry {
    Entry {
        object_kind: "round",
        object_id: round.code.to_string(),
        before_digest: Some(before),
        after_digest: Some(after),
        detail,
    }
}

fn shown_participants(conn: &mut Conn, round: &RoundRow) -> AppResult<Vec<Participant>> {
    let rows = store::participants(conn, &round.code)?;
    let codes: Vec<_> = rows.iter().map(|row| row.agency_code.clone()).collect();
    let mut cards = agencies::cards(conn, &codes, round.reference_day())?;
    rows.into_iter()
        .map(|row| {
            let agency = cards
                .remove(&row.agency_code)
                .ok_or_else(|| AppError::internal("an agency has no card"))?;
            Ok(Participant {
                agency,
                ranked: row.ranked,
            })
        })
        .collect()
}

fn shown_assignments(rows: Vec<AssignmentRow>) -> Vec<Assignment> {
    rows.into_iter()
        .map(|row| Assignment {
            indicator: row.indicator_code,
            body: row.body_code,
            lead: row.is_lead,
        })
        .collect()
}

/// List the agencies of a round
///
/// With the names and regions of the last day of the year that is assessed.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The agencies.", body = Page<Participant>), ReadProblems))]
#[get("/rounds/{round}/agencies")]
pub async fn list_round_agencies(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let rows = db
        .read(move |conn| {
            let round = store::find_round(conn, &code)?;
            shown_participants(conn, &round)
        })
        .await?;
    json_list(&Page::whole(rows))
}

/// Set the agencies of a round
///
/// All of them, in place of the present ones; only in preparation. Needs the round's ETag as `If-Match`.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path), ("If-Match" = String, Header)),
    request_body = ParticipantsBody, security(("bearer" = [])),
    responses((status = 200, description = "Set.", body = Page<Participant>), WriteProblems))]
#[put("/rounds/{round}/agencies")]
pub async fn replace_round_agencies(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
    if_match: IfMatch,
    body: ValidJson<ParticipantsBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "replace_round_agencies",
        &body.digest,
        vec![store::lock_round(&code)],
    );
    let wanted = body.value.agencies;
    let answer = db
        .write(change, move |tx| {
            let round = store::find_round(tx.conn(), &code)?;
            caller.check(Action::ManageRound, Object::Round(&round.owner_code))?;
            let mut errors = rules::check_participants(&wanted);
            let asked: Vec<_> = wanted
                .iter()
                .enumerate()
                .map(|(index, row)| (format!("/agencies/{index}/agency"), row.agency.clone()))
                .collect();
            errors.extend(unknown_agencies(tx.conn(), &asked)?);
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            if_match.require(round.revision)?;
            if round.phase != Phase::Preparation {
                return Err(AppError::with(
                    ErrorCode::IllegalTransition,
                    "Kỳ đã mở: danh sách cơ quan không đổi được nữa.",
                    "The round is open: its agencies can't be changed any more.",
                ));
            }
            let before = digest_of(&shown_participants(tx.conn(), &round)?)?;
            store::replace_participants(tx, &code, &wanted)?;
            store::touch_round(tx, &round)?;
            let after = shown_participants(tx.conn(), &round)?;
            let entry = part_entry(
                &round,
                before,
                digest_of(&after)?,
                serde_json::json!({"agencies": after.len()}),
            );
            let answer =
                json_answer(200, &Page::whole(after))?.header("etag", etag_of_revision(round.revision + 1));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

/// List the assignments of a round
///
/// The body that appraises each indicator.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The assignments.", body = Page<Assignment>), ReadProblems))]
#[get("/rounds/{round}/assignments")]
pub async fn list_round_assignments(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let rows = db
        .read(move |conn| {
            store::find_round(conn, &code)?;
            store::assignments(conn, &code)
        })
        .await?;
    json_list(&Page::whole(shown_assignments(rows)))
}

/// Assign indicators to appraising bodies
///
/// All assignments, in place of the present ones. A domain or criterion stands for all indicators below it; a later
/// row overrides an earlier one. With `co_bodies` several bodies appraise together, `body` leads. The same assignments
/// again change nothing. Not while the result stands before the council or is published. Needs the round's ETag as
/// `If-Match`.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path), ("If-Match" = String, Header)),
    request_body = AssignmentsBody, security(("bearer" = [])),
    responses((status = 200, description = "Assigned.", body = Page<Assignment>), WriteProblems))]
#[put("/rounds/{round}/assignments")]
pub async fn replace_round_assignments(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
    if_match: IfMatch,
    body: ValidJson<AssignmentsBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "replace_round_assignments",
        &body.digest,
        vec![store::lock_round(&code)],
    );
    let wanted = body.value.assignments;
    let answer = db
        .write(change, move |tx| {
            let round = store::find_round(tx.conn(), &code)?;
            caller.check(Action::ManageRound, Object::Round(&round.owner_code))?;
            let set = sets.load(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
            let asked: Vec<_> = wanted
                .iter()
                .enumerate()
                .flat_map(|(index, row)| {
                    let with = row.co_bodies.iter().enumerate().map(move |(position, body)| {
                        (format!("/assignments/{index}/co_bodies/{position}"), body.clone())
                    });
                    std::iter::once((format!("/assignments/{index}/body"), row.body.clone())).chain(with)
                })
                .collect();
            let mut errors = unknown_agencies(tx.conn(), &asked)?;
            let spread = rules::spread_assignments(&set, &wanted).unwrap_or_else(|faults| {
                errors.extend(faults);
                Default::default()
            });
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            if_match.require(round.revision)?;
            if matches!(round.phase, Phase::Council | Phase::Published) {
                return Err(AppError::with(
                    ErrorCode::IllegalTransition,
                    "Kết quả đã trình hội đồng hoặc đã công bố: không đổi phân công được.",
                    "The result stands before the council or is published: assignments can't be changed.",
                ));
            }
            let before = store::assignments(tx.conn(), &code)?;
            let after = store::assignment_rows(&code, &spread);
            if before == after {
                let page = Page::whole(shown_assignments(after));
                let answer = json_answer(200, &page)?.header("etag", etag_of_revision(round.revision));
                return Ok(Outcome::Unchanged(answer));
            }
            store::replace_assignments(tx, &code, &after)?;
            let after = shown_assignments(after);
            store::touch_round(tx, &round)?;
            let detail = serde_json::json!({"assignments": after.len()});
            let before = digest_of(&shown_assignments(before))?;
            let entry = part_entry(&round, before, digest_of(&after)?, detail);
            let answer =
                json_answer(200, &Page::whole(after))?.header("etag", etag_of_revision(round.revision + 1));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}
