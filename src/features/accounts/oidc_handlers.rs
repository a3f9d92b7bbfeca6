//! Logging in by an external provider.

use actix_web::{HttpResponse, post, web::Data};
use serde_json::{Value, json};

use super::{
    attempt_store,
    attempts::Attempt,
    login_handlers::{Login, refuse_locked, session_entry},
    model::{Tokens, UserRow},
    oidc::{Oidc, STATE_MINUTES, nobody_linked},
    oidc_model::{OidcFinish, OidcStart},
    store,
};
use crate::{
    access::Access,
    config::Limits,
    db::{Conn, Database, Lock, Outcome},
    error::{AppError, AppResult, ErrorCode},
    web::{CallerNetwork, RequestContext, ValidJson, WriteProblems, answered, json_list},
};

const ACTION: &str = "finish_oidc_login";

async fn off_the_loop<T: Send + 'static>(
    work: impl FnOnce() -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(AppError::internal)?
}

/// Begin a login by the external provider
///
/// Answers where to send the person (OpenID Connect, authorization code with PKCE), the `state` that comes back with the code within
/// ten minutes, and the `browser_secret`, to be kept in this browser: without it nobody finishes this login. Nothing is stored here.
#[utoipa::path(tag = "accounts",
    responses((status = 200, description = "Where to go.", body = OidcStart), WriteProblems))]
#[post("/auth/oidc/start")]
pub async fn start_oidc_login(
    db: Data<Database>,
    access: Data<Access>,
    oidc: Data<Oidc>,
) -> AppResult<HttpResponse> {
    let (provider, now) = (oidc.provider()?, db.clock().now());
    let begun = off_the_loop(move || provider.start(access.keys(), now)).await?;
    json_list(&OidcStart {
        authorization_url: begun.url.into(),
        state: begun.state,
        browser_secret: begun.browser_secret,
        expires_in: STATE_MINUTES * 60,
    })
}

/// Finish a login by the external provider
///
/// With the `code` and `state` that came back and the `browser_secret` of the start. The account is the one whose `oidc_subject` an
/// administrator set; none is ever made. Who has a second factor here sends `second_factor`, too.
#[utoipa::path(tag = "accounts", request_body = OidcFinish,
    responses((status = 200, description = "Logged in.", body = Tokens), WriteProblems))]
#[post("/auth/oidc/finish")]
pub async fn finish_oidc_login(
    context: RequestContext,
    CallerNetwork(network): CallerNetwork,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    oidc: Data<Oidc>,
    body: ValidJson<OidcFinish>,
) -> AppResult<HttpResponse> {
    let (provider, now) = (oidc.provider()?, db.clock().now());
    let (sent, keys) = (body.value, access.clone());
    let second_factor = sent.second_factor.clone();
    let subject = match off_the_loop(move || provider.finish(keys.keys(), &sent, now)).await {
        Err(error) if error.code == ErrorCode::ExternalLoginFailed => {
            // What the provider said stands in the log; here it is enough to know how far the login came.
            let wrong = if error.cause.is_some() {
                "identity"
            } else {
                "state"
            };
            return refuse(&db, &context, error, json!({"by": "oidc", "wrong": wrong})).await;
        }
        told => told?,
    };
    let (wanted, known_by) = (subject.clone(), access.clone());
    let read = move |conn: &mut Conn| {
        let Some(user) = store::find_by_oidc_subject(conn, &wanted)? else {
            return Ok(None);
        };
        let attempts = Attempt::of_login(known_by.keys(), &user.username, network, None, now);
        Ok(Some((attempt_store::open_one(conn, attempts, now)?, user)))
    };
    let Some((attempt, user)) = db.read(read).await? else {
        return refuse(&db, &context, nobody_linked(), nobody(None)).await;
    };
    let change = context.anonymous_change(ACTION, vec![Lock::whole("login", &user.username)]);
    let attempt = match attempt {
        Ok(attempt) => attempt,
        Err(locked) => {
            let detail = json!({"by": "oidc", "user": user.id, "locked": true});
            return answered(refuse_locked(&db, change, locked, detail).await?);
        }
    };
    let login = Login {
        access: access.into_inner(),
        limits: limits.into_inner(),
        attempt,
        code: second_factor,
        renewed_hash: None,
    };
    let answer = db
        .write(change, move |tx| {
            let user = store::find_by_oidc_subject(tx.conn(), &subject)?;
            match user {
                Some(user) if user.active => login.proved(tx, &user, "oidc"),
                user => {
                    let entry = session_entry("refused", nobody(user.as_ref()));
                    Ok(Outcome::Refused(nobody_linked(), entry))
                }
            }
        })
        .await?;
    answered(answer)
}

/// Nobody may come in by this identity: whose account it is, where it is one that may not be used.
fn nobody(user: Option<&UserRow>) -> Value {
    json!({"by": "oidc", "wrong": "account", "user": user.map(|user| &user.id)})
}

/// Puts a refusal on record. There are as many at most as one address may begin logins.
async fn refuse(
    db: &Database,
    context: &RequestContext,
    error: AppError,
    detail: Value,
) -> AppResult<HttpResponse> {
    let change = context.anonymous_change(ACTION, Vec::new());
    let entry = session_entry("refused", detail);
    answered(
        db.write(change, move |_| Ok(Outcome::Refused(error, entry)))
            .await?,
    )
}
