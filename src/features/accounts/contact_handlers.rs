//! How the caller is reached, over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, put, web::Data};

use super::{
    contact_store,
    model::{Contact, ContactBody, ContactRow},
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Lock, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
    web::{
        Caller, IfMatch, ReadProblems, ValidJson, WriteProblems, answered, etag_of_revision,
        personal_document,
    },
};

/// How am I reached?
///
/// The caller's own address for notices; nobody else but the administrators sees it.
#[utoipa::path(tag = "accounts", security(("bearer" = [])),
    responses((status = 200, description = "The contact.", body = Contact),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/auth/contact")]
pub async fn get_contact(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
) -> AppResult<HttpResponse> {
    caller.check(Action::UseOwnFeed, Object::System)?;
    let contact = db
        .read(move |conn| {
            let user = store::find_row(conn, &caller.principal.user_id)?;
            Ok(contact_store::find(conn, &user.id)?.shown(user.revision))
        })
        .await?;
    personal_document(&request, &contact, &etag_of_revision(contact.revision))
}

/// Change how I am reached
///
/// Address, language, and whether notices are sent by e-mail at all. `If-Match` is heeded where it is sent.
#[utoipa::path(tag = "accounts", request_body = ContactBody, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = Contact), WriteProblems))]
#[put("/auth/contact")]
pub async fn save_contact(
    caller: Caller,
    db: Data<Database>,
    if_match: IfMatch,
    body: ValidJson<ContactBody>,
) -> AppResult<HttpResponse> {
    caller.check(Action::UseOwnFeed, Object::System)?;
    if let Some(error) = body.value.email.as_deref().and_then(rules::check_email) {
        return Err(AppError::invalid(vec![error]));
    }
    let id = caller.principal.user_id.clone();
    let change = caller.change("save_contact", &body.digest, vec![Lock::whole("user", &id)]);
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let user = store::find_row(tx.conn(), &id)?;
            if_match.check(user.revision)?;
            let before = contact_store::find(tx.conn(), &id)?;
            let after = ContactRow {
                user_id: id.clone(),
                email: wanted.email,
                language: wanted.language,
                notify_by_email: wanted.notify_by_email,
                updated_at: tx.now(),
            };
            contact_store::save(tx, &after)?;
            store::touch_user(tx, &user)?;
            let (before, after) = (before.shown(user.revision), after.shown(user.revision + 1));
            let entry = Entry {
                object_kind: "user_contact",
                object_id: id.to_string(),
                before_digest: Some(digest_of(&before)?),
                after_digest: Some(digest_of(&after)?),
                // The address itself is nobody's business.
                detail: serde_json::json!({
                    "has_email": after.email.is_some(), "notify_by_email": after.notify_by_email,
                }),
            };
            let answer = json_answer(200, &after)?.header("etag", etag_of_revision(after.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}
