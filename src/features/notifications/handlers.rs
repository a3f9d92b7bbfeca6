//! The feed over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    model::{Notification, NotificationPage, NotificationQuery, NotificationRow, ReadCount, ReadUpTo},
    notice::Notice,
    store,
    texts::{Names, render},
};
use crate::{
    access::{Action, Object},
    clock::Moment,
    db::{Conn, Database, Entry, Lock, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
    features::agencies,
    ids::{RecordId, UserId},
    web::{
        Caller, Cursor, Language, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        personal_document,
    },
};

/// List the own notices
///
/// What the caller was told of, newest first, with the number of those that are new: questions, answers, decisions on
/// more time, phases, deadlines that are near, publications. Texts come in the caller's language.
#[utoipa::path(tag = "notifications", params(NotificationQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of notices.", body = NotificationPage),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/notifications")]
pub async fn list_notifications(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<NotificationQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::UseOwnFeed, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let today = db.clock().now();
    let feed = db
        .read(move |conn| {
            let user = &caller.principal.user_id;
            let rows = store::list(conn, user, asked.unread, &cursor)?;
            let page = Page::cut(rows, &cursor, |row| row.id.to_string());
            Ok(NotificationPage {
                unread: store::unread(conn, user)?,
                data: shown(conn, page.data, caller.context.language, today)?,
                page: page.page,
            })
        })
        .await?;
    // A feed is asked for again and again: what did not change is not sent again to who kept it.
    let etag = format!("\"{}\"", digest_of(&feed)?);
    personal_document(&request, &feed, &etag)
}

/// Mark a notice as read
///
/// One of the caller's own. A second time changes nothing.
#[utoipa::path(tag = "notifications", params(("notification" = RecordId, Path, description = "The id of the notice.")),
    security(("bearer" = [])),
    responses((status = 200, description = "Read.", body = Notification), WriteProblems))]
#[post("/notifications/{notification}/read")]
pub async fn read_notification(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::UseOwnFeed, Object::System)?;
    let id = path.into_inner();
    let user = caller.principal.user_id.clone();
    let language = caller.context.language;
    let change = caller.change("read_notification", "", vec![lock(&user)]);
    let answer = db
        .write(change, move |tx| {
            let now = tx.now();
            let before = store::find(tx.conn(), &user, &id)?;
            if before.read_at.is_some() {
                let shown = shown(tx.conn(), vec![before], language, now)?;
                return Ok(Outcome::Unchanged(json_answer(200, &shown.first())?));
            }
            store::mark(tx, &id, now)?;
            let after = NotificationRow {
                read_at: Some(now),
                ..before.clone()
            };
            let entry = Entry {
                object_kind: "notification",
                object_id: id.to_string(),
                before_digest: Some(digest(&before)?),
                after_digest: Some(digest(&after)?),
                detail: serde_json::json!({"kind": after.kind}),
            };
            let shown = shown(tx.conn(), vec![after], language, now)?;
            Ok(Outcome::Done(json_answer(200, &shown.first())?, entry))
        })
        .await?;
    answered(answer)
}

/// Mark notices as read
///
/// A notice of the caller and all older ones: what came meanwhile stays new.
#[utoipa::path(tag = "notifications", request_body = ReadUpTo, security(("bearer" = [])),
    responses((status = 200, description = "Read.", body = ReadCount), WriteProblems))]
#[post("/notifications/read")]
pub async fn read_notifications(
    caller: Caller,
    db: Data<Database>,
    body: ValidJson<ReadUpTo>,
) -> AppResult<HttpResponse> {
    caller.check(Action::UseOwnFeed, Object::System)?;
    let user = caller.principal.user_id.clone();
    let change = caller.change("read_notifications", &body.digest, vec![lock(&user)]);
    let up_to = body.value.up_to;
    let answer = db
        .write(change, move |tx| {
            let now = tx.now();
            let last = store::find(tx.conn(), &user, &up_to).map_err(|error| unknown(error, &up_to))?;
            let read = store::mark_up_to(tx, &user, &last.id, now)?;
            let unread = store::unread(tx.conn(), &user)?;
            let answer = json_answer(200, &ReadCount { read, unread })?;
            if read == 0 {
                return Ok(Outcome::Unchanged(answer));
            }
            let entry = Entry {
                object_kind: "notifications",
                object_id: user.to_string(),
                before_digest: None,
                after_digest: Some(digest_of(&serde_json::json!({"up_to": last.id, "read_at": now}))?),
                detail: serde_json::json!({"up_to": last.id, "read": read}),
            };
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

fn lock(user: &UserId) -> Lock {
    Lock::whole("notifications", user)
}

fn unknown(error: AppError, id: &RecordId) -> AppError {
    if error.code != crate::error::ErrorCode::NotFound {
        return error;
    }
    AppError::invalid_item(
        "/up_to",
        "unknown_notification",
        format!("Không có thông báo {id}."),
        format!("There is no notice {id}."),
    )
}

fn digest(row: &NotificationRow) -> AppResult<String> {
    digest_of(&serde_json::json!({
        "id": row.id, "user": row.user_id, "kind": row.kind, "created_at": row.created_at, "read_at": row.read_at,
    }))
}

/// Notices as they are shown, with the names that agencies have today.
fn shown(
    conn: &mut Conn,
    rows: Vec<NotificationRow>,
    language: Language,
    today: Moment,
) -> AppResult<Vec<Notification>> {
    let mut notices = Vec::with_capacity(rows.len());
    for row in rows {
        let params: serde_json::Value = serde_json::from_str(&row.params).map_err(AppError::internal)?;
        let notice = Notice::of_kept(row.kind, &params)?;
        notices.push((row, params, notice));
    }
    let codes: Vec<_> = notices
        .iter()
        .flat_map(|(_, _, notice)| notice.agencies().into_iter().cloned())
        .collect();
    let names: Names = agencies::cards(conn, &codes, today.date())?;
    Ok(notices
        .into_iter()
        .map(|(row, params, notice)| {
            let said = render(&notice, &names);
            Notification {
                title: language.pick(&said.title).to_owned(),
                text: language.pick(&said.text).to_owned(),
                id: row.id,
                kind: row.kind,
                params,
                path: row.path,
                created_at: row.created_at,
                read_at: row.read_at,
            }
        })
        .collect())
}
