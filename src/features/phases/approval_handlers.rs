//! The council's approvals over HTTP.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    model::{Approval, ApprovalBody, ApprovalRow, Approvals},
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database, Entry, Outcome, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::{
        accounts, council,
        criteria::Sets,
        publications,
        rounds::{self, Phase, RoundRow},
        scores,
    },
    ids::{RecordId, RoundCode, sha256_hex},
    web::{Caller, ReadProblems, ValidJson, WriteProblems, answered, json_list},
};

const NOTE_LENGTH_MAX: usize = 2000;

/// The digest of a round's result as it stands. Of 10,000 agencies it is made in seconds.
fn load_digest(conn: &mut Conn, sets: &Sets, round: RoundRow) -> AppResult<String> {
    let result = scores::load_round_result(conn, sets, round, None)?;
    publications::Content::of(&result)?.digest()
}

fn load_shown(conn: &mut Conn, code: RoundCode, current_digest: String) -> AppResult<Approvals> {
    let rows = store::approvals(conn, &code)?;
    let history = rounds::moves(conn, &code)?;
    let appraisers = store::appraisers(conn, &code)?;
    let council = rules::Council {
        digest: &current_digest,
        since: council::sitting_since(&history),
        // Whether an approval holds does not depend on it.
        has_minutes: true,
        appraisers: &appraisers,
    };
    let mut approvals: Vec<Approval> = rows
        .into_iter()
        .map(|row| Approval {
            valid: council.accepts(&row),
            approved_by: row.approved_by,
            id: row.id,
            result_digest: row.result_digest,
            note: row.note,
            approved_at: row.approved_at,
        })
        .collect();
    accounts::put_names(
        conn,
        approvals.iter_mut().map(|approval| &mut approval.approved_by),
    )?;
    Ok(Approvals {
        round: code,
        approved: approvals.iter().any(|approval| approval.valid),
        current_digest,
        approvals,
    })
}

/// List the approvals of a round's result
///
/// With the digest of the result as it stands, and whether each approval holds for it.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path, description = "The round's code.")), security(("bearer" = [])),
    responses((status = 200, description = "The approvals.", body = Approvals), ReadProblems))]
#[get("/rounds/{round}/approvals")]
pub async fn list_round_approvals(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let approvals = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
            let digest = load_digest(conn, &sets, round)?;
            load_shown(conn, code, digest)
        })
        .await?;
    json_list(&approvals)
}

/// Approve a round's result
///
/// While it stands before the council. By an evaluator of the owner who appraised nothing in the round; the approval
/// holds for exactly this result.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path, description = "The round's code.")), request_body = ApprovalBody,
    security(("bearer" = [])),
    responses((status = 201, description = "Approved.", body = Approvals), WriteProblems))]
#[post("/rounds/{round}/approvals")]
pub async fn approve_round_result(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
    body: ValidJson<ApprovalBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change(
        "approve_round_result",
        &body.digest,
        vec![rounds::lock_round(&code)],
    );
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let round = rounds::find_round(tx.conn(), &code)?;
            caller.check(Action::PublishResult, Object::Round(&round.owner_code))?;
            check_note(wanted.note.as_deref())?;
            check_council(&round)?;
            if store::appraisers(tx.conn(), &code)?.contains(tx.actor()) {
                return Err(AppError::forbidden(
                    "Bạn đã thẩm định trong kỳ này nên không thể phê duyệt kết quả; đề nghị một người khác.",
                    "You appraised in this round and can't approve its result; ask somebody else.",
                ));
            }
            let digest = load_digest(tx.conn(), &sets, round)?;
            if wanted.result_digest.as_ref().is_some_and(|seen| *seen != digest) {
                return Err(AppError::with(
                    ErrorCode::Conflict,
                    format!("Kết quả đã thay đổi; kết quả hiện tại là {digest}. Xem lại rồi phê duyệt."),
                    format!("The result has changed; it is {digest} now. Look at it again and approve that."),
                ));
            }
            let row = ApprovalRow {
                id: RecordId::new(),
                round_code: code.clone(),
                result_digest: digest.clone(),
                note: wanted.note,
                approved_at: tx.now(),
                approved_by: tx.actor().to_owned(),
            };
            store::insert_approval(tx, &row)?;
            let entry = Entry {
                object_kind: "round_approval",
                object_id: format!("{code}/{}", row.id),
                before_digest: None,
                // The approval's own facts, not the result's: the entry is about the approval.
                after_digest: Some(sha256_hex(format!("{}\n{digest}", row.id).as_bytes())),
                detail: serde_json::json!({"result_digest": digest}),
            };
            let shown = load_shown(tx.conn(), code, digest)?;
            Ok(Outcome::Done(json_answer(201, &shown)?, entry))
        })
        .await?;
    answered(answer)
}

fn check_council(round: &RoundRow) -> AppResult<()> {
    if round.phase == Phase::Council {
        return Ok(());
    }
    let (vi, en) = round.phase.name();
    Err(AppError::with(
        ErrorCode::IllegalTransition,
        format!("Kỳ đang ở giai đoạn {vi}; chỉ phê duyệt được khi kết quả trình hội đồng."),
        format!("The round is in {en}; a result is approved while it stands before the council."),
    ))
}

fn check_note(note: Option<&str>) -> AppResult<()> {
    let good = |note: &str| {
        !note.trim().is_empty() && note.chars().count() <= NOTE_LENGTH_MAX && !note.contains('\0')
    };
    if note.is_none_or(good) {
        return Ok(());
    }
    Err(AppError::invalid_item(
        "/note",
        "bad_text",
        format!("Gồm 1 đến {NOTE_LENGTH_MAX} ký tự."),
        format!("It has 1 to {NOTE_LENGTH_MAX} characters."),
    ))
}
