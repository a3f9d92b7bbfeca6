//! API keys over HTTP, for administrators.

use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Path},
};

use super::{
    model::{ApiKeyRow, ApiKeyView, ApiKeyWithSecret, NewApiKey},
    rules::{self, ACTIVE_MAX},
    store,
};
use crate::{
    access::{Access, Action, KeySecret, Object},
    clock::Moment,
    config::Limits,
    db::{Conn, Database, Entry, Lock, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    features::accounts,
    ids::ApiKeyId,
    web::{
        Caller, Cursor, Page, PageQuery, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        json_list,
    },
};

/// Keys as they are shown, with people's names.
fn shown(conn: &mut Conn, rows: Vec<ApiKeyRow>, now: Moment) -> AppResult<Vec<ApiKeyView>> {
    let views: AppResult<Vec<ApiKeyView>> = rows.into_iter().map(|row| row.shown(now)).collect();
    let mut views = views?;
    let people = views
        .iter_mut()
        .flat_map(|view| std::iter::once(&mut view.created_by).chain(&mut view.revoked_by));
    accounts::put_names(conn, people)?;
    Ok(views)
}

fn shown_one(conn: &mut Conn, row: ApiKeyRow, now: Moment) -> AppResult<ApiKeyView> {
    let view = shown(conn, vec![row], now)?.pop();
    view.ok_or_else(|| AppError::internal("a key was lost"))
}

fn entry(before: Option<&ApiKeyView>, after: &ApiKeyView) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "api_key",
        object_id: after.id.to_string(),
        before_digest: before.map(digest_of).transpose()?,
        after_digest: Some(digest_of(after)?),
        detail: serde_json::json!({"hint": after.hint, "scopes": after.scopes, "expires_at": after.expires_at,
            "requests_per_minute": after.requests_per_minute, "networks": after.networks,
            "revoked_at": after.revoked_at}),
    })
}

/// List API keys
///
/// The newest first, those that expired or were revoked too. Without their secrets, which are kept nowhere. For
/// administrators.
#[utoipa::path(tag = "api-keys", params(PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKeyView>), ReadProblems))]
#[get("/api-keys")]
pub async fn list_api_keys(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(page): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageApiKeys, Object::System)?;
    let cursor = Cursor::parse(page.limit, page.cursor.as_deref())?;
    let (asked, now) = (cursor.clone(), db.clock().now());
    let read = move |conn: &mut Conn| {
        let rows = store::list(conn, &asked)?;
        shown(conn, rows, now)
    };
    let keys = db.read(read).await?;
    json_list(&Page::cut(keys, &cursor, |key| key.id.to_string()))
}

/// Make an API key
///
/// For a program that reads published results, with limits of its own. The answer shows the secret, this once: only its
/// SHA-256 is kept. It is sent as `Authorization: Bearer parindex_…`. For administrators.
#[utoipa::path(tag = "api-keys", request_body = NewApiKey, security(("bearer" = [])),
    responses((status = 201, description = "Made.", body = ApiKeyWithSecret), WriteProblems))]
#[post("/api-keys")]
pub async fn create_api_key(
    caller: Caller,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<NewApiKey>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageApiKeys, Object::System)?;
    let new = body.value;
    let errors = rules::check_new(&new, db.clock().now());
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let per_minute = new.requests_per_minute.unwrap_or(limits.rates.api_key);
    let networks = rules::kept_networks(&new.networks);
    let networks = (!networks.is_empty())
        .then(|| serde_json::to_string(&networks).map_err(AppError::internal))
        .transpose()?;
    let secret = KeySecret::new()?;
    // One after another, or two at once would not see that there is room for one.
    let change = caller.secret_change("create_api_key", vec![Lock::whole("api-keys", "all")]);
    let answer = db
        .write(change, move |tx| {
            let now = tx.now();
            if store::count_active(tx.conn(), now)? >= ACTIVE_MAX {
                return Err(too_many());
            }
            let row = ApiKeyRow {
                id: ApiKeyId::new(),
                name: new.name.trim().to_owned(),
                hint: secret.hint(),
                secret_digest: secret.digest(),
                scopes: serde_json::to_string(&new.scopes).map_err(AppError::internal)?,
                requests_per_minute: i64::from(per_minute),
                created_at: now,
                created_by: tx.actor().to_owned(),
                expires_at: new.expires_at,
                revoked_at: None,
                revoked_by: None,
                last_used_on: None,
                networks: networks.clone(),
            };
            store::insert(tx, &row)?;
            let entry = entry(None, &row.clone().shown(now)?)?;
            let key = shown_one(tx.conn(), row, now)?;
            let location = format!("/api/v1/api-keys/{}", key.id);
            let secret = secret.into_text();
            let answer = json_answer(201, &ApiKeyWithSecret { key, secret })?;
            Ok(Outcome::Done(answer.header("location", location), entry))
        })
        .await?;
    access.forget_keys();
    answered(answer)
}

fn too_many() -> AppError {
    AppError::with(
        ErrorCode::Conflict,
        format!("Đã có {ACTIVE_MAX} khóa API đang dùng được: thu hồi khóa không còn dùng rồi tạo lại."),
        format!("There are {ACTIVE_MAX} good API keys already: revoke those that nobody uses, then make it."),
    )
}

/// Read an API key
///
/// Without its secret. For administrators.
#[utoipa::path(tag = "api-keys", params(("key" = ApiKeyId, Path, description = "The key's id.")), security(("bearer" = [])),
    responses((status = 200, description = "The key.", body = ApiKeyView), ReadProblems))]
#[get("/api-keys/{key}")]
pub async fn get_api_key(
    caller: Caller,
    db: Data<Database>,
    path: Path<ApiKeyId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageApiKeys, Object::System)?;
    let (id, now) = (path.into_inner(), db.clock().now());
    let read = move |conn: &mut Conn| {
        let row = store::find(conn, &id)?;
        shown_one(conn, row, now)
    };
    json_list(&db.read(read).await?)
}

/// Revoke an API key
///
/// It is refused from now on, by other instances of the service within a second. It stays in the list; revoking it again
/// changes nothing. For administrators.
#[utoipa::path(tag = "api-keys", params(("key" = ApiKeyId, Path, description = "The key's id.")), security(("bearer" = [])),
    responses((status = 200, description = "Revoked.", body = ApiKeyView), WriteProblems))]
#[delete("/api-keys/{key}")]
pub async fn revoke_api_key(
    caller: Caller,
    db: Data<Database>,
    access: Data<Access>,
    path: Path<ApiKeyId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageApiKeys, Object::System)?;
    let id = path.into_inner();
    let change = caller.change("revoke_api_key", "", vec![Lock::whole("api-key", &id)]);
    let answer = db
        .write(change, move |tx| {
            let now = tx.now();
            let before = store::find(tx.conn(), &id)?;
            if before.revoked_at.is_some() {
                let view = shown_one(tx.conn(), before, now)?;
                return Ok(Outcome::Unchanged(json_answer(200, &view)?));
            }
            let after = store::revoke(tx, &id)?;
            let entry = entry(Some(&before.shown(now)?), &after.clone().shown(now)?)?;
            let view = shown_one(tx.conn(), after, now)?;
            Ok(Outcome::Done(json_answer(200, &view)?, entry))
        })
        .await?;
    access.forget_keys();
    answered(answer)
}
