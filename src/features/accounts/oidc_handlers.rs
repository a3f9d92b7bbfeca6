//! Logging in by an external provider.

use actix_web::{HttpResponse, post, web::Data};

use super::{
    attempt_store,
    attempts::Attempt,
    login_handlers::{Login, session_entry},
    model::Tokens,
    oidc::{Oidc, STATE_MINUTES, nobody_linked},
    oidc_model::{OidcFinish, OidcStart},
    store,
};
use crate::{
    access::Access,
    config::Limits,
    db::{Conn, Database, Lock, Outcome},
    error::{AppError, AppResult},
    web::{CallerNetwork, RequestContext, ValidJson, WriteProblems, answered, json_list},
};

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
    let subject = off_the_loop(move || provider.finish(keys.keys(), &sent, now)).await?;
    let (wanted, known_by) = (subject.clone(), access.clone());
    let read = move |conn: &mut Conn| {
        let Some(user) = store::find_by_oidc_subject(conn, &wanted)? else {
            return Err(nobody_linked());
        };
        let attempts = Attempt::of_login(known_by.keys(), &user.username, network, None, now);
        Ok((attempt_store::open_one(conn, attempts, now)?, user.username))
    };
    let (attempt, username) = db.read(read).await?;
    let change = context.anonymous_change("finish_oidc_login", vec![Lock::whole("login", &username)]);
    let login = Login {
        access: access.into_inner(),
        limits: limits.into_inner(),
        attempt,
        code: second_factor,
    };
    let answer = db
        .write(change, move |tx| {
            let user = store::find_by_oidc_subject(tx.conn(), &subject)?;
            match user.filter(|user| user.active) {
                Some(user) => login.proved(tx, &user, "oidc"),
                None => Ok(Outcome::Refused(
                    nobody_linked(),
                    session_entry("refused", serde_json::json!({"by": "oidc"})),
                )),
            }
        })
        .await?;
    answered(answer)
}
