//! The outbox over HTTP, for administrators.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    model::{OutboxEntry, OutboxQuery, OutboxRow, OutboxState},
    rules, store, worker,
};
use crate::{
    access::{Action, Object},
    db::{Database, Lock, Outcome, json_answer},
    error::{AppError, AppResult, ErrorCode},
    ids::RecordId,
    web::{Caller, Cursor, Page, ReadProblems, ValidQuery, WriteProblems, answered, json_list},
};

/// List the outbox
///
/// What was sent out of the house and what waits, newest first, without the contents. For administrators: `failed` and
/// `unknown` entries want a decision.
#[utoipa::path(tag = "notifications", params(OutboxQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of the outbox.", body = Page<OutboxEntry>), ReadProblems))]
#[get("/outbox")]
pub async fn list_outbox(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<OutboxQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageOutbox, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let rows = db
        .read(move |conn| store::list(conn, asked.state, None, &page))
        .await?;
    json_list(&Page::cut(rows, &cursor, |row| row.id.to_string()).map(OutboxRow::shown))
}

/// Send an entry of the outbox again
///
/// One that `failed`, or of which it is `unknown` whether it arrived: then it may arrive twice, with the same
/// Message-ID.
#[utoipa::path(tag = "notifications", params(("entry" = RecordId, Path, description = "The id of the entry.")),
    security(("bearer" = [])),
    responses((status = 200, description = "To be sent again.", body = OutboxEntry), WriteProblems))]
#[post("/outbox/{entry}/resend")]
pub async fn resend_outbox_entry(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageOutbox, Object::System)?;
    let id = path.into_inner();
    let change = caller.change("resend_outbox_entry", "", vec![Lock::whole("outbox", &id)]);
    let answer = db
        .write(change, move |tx| {
            let before = store::find(tx.conn(), &id)?;
            if !matches!(before.state, OutboxState::Failed | OutboxState::Unknown) {
                let state = before.state.as_str();
                return Err(AppError::with(
                    ErrorCode::IllegalTransition,
                    format!("Thư đang ở trạng thái {state}: chỉ gửi lại khi failed hoặc unknown."),
                    format!("The entry is {state}: only what failed or is unknown is sent again."),
                ));
            }
            let after = rules::again(&before, tx.now());
            store::replace(tx, &before, &after)?;
            let entry = worker::entry(&before, &after)?;
            Ok(Outcome::Done(json_answer(200, &after.shown())?, entry))
        })
        .await?;
    answered(answer)
}
