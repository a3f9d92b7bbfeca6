//! Sessions: what lasts, and its end.

use actix_web::{
    HttpResponse, delete, get,
    web::{Data, Path},
};

use super::{session_model::SessionView, session_store, store};
use crate::{
    access::{Access, Action, Object},
    db::{Answer, Database, Entry, Lock, Outcome},
    error::{AppError, AppResult},
    ids::{SessionId, UserId},
    web::{
        Caller, Cursor, Page, PageQuery, ReadProblems, StaleCaller, ValidQuery, WriteProblems, answered,
        json_list,
    },
};

fn ended_entry(user: &UserId, ended: usize) -> Entry {
    Entry {
        object_kind: "user",
        object_id: user.to_string(),
        before_digest: None,
        after_digest: None,
        detail: serde_json::json!({"sessions_ended": ended}),
    }
}

/// List the own sessions
///
/// Those that still last, the newest first: where somebody may still be logged in.
#[utoipa::path(tag = "accounts", params(PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of sessions.", body = Page<SessionView>), ReadProblems))]
#[get("/auth/sessions")]
pub async fn list_sessions(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
    ValidQuery(page): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    let cursor = Cursor::parse(page.limit, page.cursor.as_deref())?;
    let (asked, now) = (cursor.clone(), db.clock().now());
    let (user, asking) = (
        caller.principal.user_id.clone(),
        caller.principal.session_id.clone(),
    );
    let open = db
        .read(move |conn| session_store::list_open(conn, &user, &asked, now))
        .await?;
    let views = open
        .into_iter()
        .map(|session| SessionView::of(session, &asking))
        .collect();
    json_list(&Page::cut(views, &cursor, |view: &SessionView| {
        view.id.to_string()
    }))
}

/// End one of the own sessions
///
/// Whoever holds it is out at once. The own present session may be ended, too, which is to log out.
#[utoipa::path(tag = "accounts", params(("session" = SessionId, Path, description = "The session's id.")), security(("bearer" = [])),
    responses((status = 204, description = "Ended."), WriteProblems))]
#[delete("/auth/sessions/{session}")]
pub async fn end_session(
    StaleCaller(caller): StaleCaller,
    access: Data<Access>,
    path: Path<SessionId>,
) -> AppResult<HttpResponse> {
    let (session, user) = (path.into_inner(), caller.principal.user_id.clone());
    let change = caller.secret_change("end_session", vec![Lock::whole("session", &session)]);
    let answer = access
        .change(change, move |tx| {
            if !session_store::end_own(tx, &user, &session, "ended by its owner")? {
                return Err(AppError::not_found());
            }
            let entry = Entry {
                object_kind: "session",
                object_id: session.to_string(),
                before_digest: None,
                after_digest: None,
                detail: serde_json::json!({}),
            };
            Ok(Outcome::Done(Answer::empty(), entry))
        })
        .await?;
    answered(answer)
}

/// End all other sessions of one's own
///
/// All but the one that asks.
#[utoipa::path(tag = "accounts", security(("bearer" = [])),
    responses((status = 204, description = "Ended; there may have been none."), WriteProblems))]
#[delete("/auth/sessions")]
pub async fn end_other_sessions(
    StaleCaller(caller): StaleCaller,
    access: Data<Access>,
) -> AppResult<HttpResponse> {
    let (user, own) = (
        caller.principal.user_id.clone(),
        caller.principal.session_id.clone(),
    );
    let change = caller.secret_change("end_other_sessions", vec![Lock::whole("user", &user)]);
    let answer = access
        .change(change, move |tx| {
            let ended = session_store::end_sessions_of(tx, &user, Some(&own), "ended by its owner")?;
            Ok(Outcome::Done(Answer::empty(), ended_entry(&user, ended)))
        })
        .await?;
    answered(answer)
}

/// End all sessions of a user
///
/// Whoever is logged in under this name is out at once, and may log in again. For administrators.
#[utoipa::path(tag = "accounts", params(("user" = UserId, Path, description = "The user's id.")), security(("bearer" = [])),
    responses((status = 204, description = "Ended; there may have been none."), WriteProblems))]
#[delete("/users/{user}/sessions")]
pub async fn end_user_sessions(
    caller: Caller,
    access: Data<Access>,
    path: Path<UserId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageUsers, Object::System)?;
    let user = path.into_inner();
    let change = caller.secret_change("end_user_sessions", vec![Lock::whole("user", &user)]);
    let answer = access
        .change(change, move |tx| {
            store::find_row(tx.conn(), &user)?;
            let ended = session_store::end_sessions_of(tx, &user, None, "ended by an administrator")?;
            Ok(Outcome::Done(Answer::empty(), ended_entry(&user, ended)))
        })
        .await?;
    answered(answer)
}
