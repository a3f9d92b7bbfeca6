//! Logging in and out.

use actix_web::{HttpResponse, get, post, put, web::Data};
use chrono::TimeDelta;

use super::{
    model::{LoginBody, Me, MyGrant, PasswordBody, RefreshBody, Tokens, UserRow},
    rules, session_store, store,
};
use crate::{
    access::{ACCESS_TOKEN_SECONDS, Access, random_secret},
    config::Limits,
    db::{Answer, Database, Entry, Lock, Outcome, json_answer},
    error::{AppError, AppResult, ErrorCode},
    web::{ReadProblems, RequestContext, StaleCaller, ValidJson, WriteProblems, answered, json_list},
};

fn session_entry(id: impl ToString, detail: serde_json::Value) -> Entry {
    Entry {
        object_kind: "session",
        object_id: id.to_string(),
        before_digest: None,
        after_digest: None,
        detail,
    }
}

/// Log in
///
/// Answers an access token (15 minutes) and a refresh token (good once). After too many failures the name is locked
/// for a while, whether or not such a user exists.
#[utoipa::path(tag = "accounts", request_body = LoginBody,
    responses((status = 200, description = "Logged in.", body = Tokens), WriteProblems))]
#[post("/auth/login")]
pub async fn login(
    context: RequestContext,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<LoginBody>,
) -> AppResult<HttpResponse> {
    let username = rules::fold_username(&body.value.username);
    let (name, now) = (username.clone(), db.clock().now());
    let (locked, user) = db
        .read(move |conn| {
            Ok((
                session_store::locked_until(conn, &name, now)?,
                store::find_by_username(conn, &name)?,
            ))
        })
        .await?;
    if let Some(until) = locked {
        let wait = until.unix_seconds() - now.unix_seconds();
        return Err(AppError::new(ErrorCode::TooManyAttempts).retry_after(u64::try_from(wait).unwrap_or(1)));
    }
    let hash = user
        .as_ref()
        .filter(|user| user.active)
        .map(|user| user.password_hash.clone());
    let fits = access.passwords().verify(body.value.password, hash).await?;
    let change = context.anonymous_change("login", vec![Lock::whole("login", &username)]);
    let answer = match user.filter(|_| fits) {
        Some(user) => {
            let access = access.into_inner();
            db.write(change, move |tx| admit(tx, &access, &user)).await?
        }
        None => {
            let (failures_max, lock) = (
                limits.login_failures_max,
                TimeDelta::minutes(limits.login_lock_minutes),
            );
            db.write(change, move |tx| {
                session_store::count_failure(tx, &username, failures_max, lock)?;
                // The name may be a password typed into the wrong field: it is not kept.
                let entry = session_entry("refused", serde_json::json!({}));
                Ok(Outcome::Refused(
                    AppError::new(ErrorCode::InvalidCredentials),
                    entry,
                ))
            })
            .await?
        }
    };
    answered(answer)
}

fn admit(tx: &mut crate::db::Tx<'_>, access: &Access, user: &UserRow) -> AppResult<Outcome> {
    let refresh_token = random_secret()?;
    session_store::forget_failures(tx, &user.username)?;
    let session = session_store::open_session(tx, &user.id, &refresh_token)?;
    let tokens = Tokens {
        access_token: access.keys().sign(&user.id, &session, tx.now())?,
        expires_in: ACCESS_TOKEN_SECONDS,
        refresh_token,
        must_change_password: user.must_change_password,
    };
    Ok(Outcome::Done(
        json_answer(200, &tokens)?,
        session_entry(session, serde_json::json!({"user": user.id})),
    ))
}

/// Exchange a refresh token
///
/// Each refresh token is good once. One that comes a second time may be stolen: its whole session ends.
#[utoipa::path(tag = "accounts", request_body = RefreshBody,
    responses((status = 200, description = "A new pair of tokens.", body = Tokens), WriteProblems))]
#[post("/auth/refresh")]
pub async fn refresh_session(
    context: RequestContext,
    db: Data<Database>,
    access: Data<Access>,
    body: ValidJson<RefreshBody>,
) -> AppResult<HttpResponse> {
    let change = context.anonymous_change("refresh_session", vec![Lock::whole("refresh", &body.digest)]);
    let forgetter = access.clone();
    let result = db
        .write(change, move |tx| exchange(tx, &access, &body.value.refresh_token))
        .await;
    if result.is_err() {
        forgetter.forget_principals();
    }
    answered(result?)
}

fn exchange(tx: &mut crate::db::Tx<'_>, access: &Access, old: &str) -> AppResult<Outcome> {
    let refused = || AppError::new(ErrorCode::InvalidToken);
    let known = session_store::find_token(tx, old)?.ok_or_else(refused)?;
    if known.ended {
        return Err(refused());
    }
    let user = store::find_row(tx.conn(), &known.user_id)?;
    if known.used || !user.active {
        session_store::end_session(tx, &known.session_id, "refresh token used twice")?;
        return Ok(Outcome::Refused(
            refused(),
            session_entry(&known.session_id, serde_json::json!({"reuse": known.used})),
        ));
    }
    let refresh_token = random_secret()?;
    session_store::rotate_token(tx, &known.session_id, old, &refresh_token)?;
    let tokens = Tokens {
        access_token: access.keys().sign(&known.user_id, &known.session_id, tx.now())?,
        expires_in: ACCESS_TOKEN_SECONDS,
        refresh_token,
        must_change_password: user.must_change_password,
    };
    Ok(Outcome::Done(
        json_answer(200, &tokens)?,
        session_entry(&known.session_id, serde_json::json!({})),
    ))
}

/// Log out
///
/// Ends the session: its refresh tokens and access tokens are no longer good.
#[utoipa::path(tag = "accounts", security(("bearer" = [])),
    responses((status = 204, description = "Logged out."), WriteProblems))]
#[post("/auth/logout")]
pub async fn logout(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
    access: Data<Access>,
) -> AppResult<HttpResponse> {
    let session = caller.principal.session_id.clone();
    let change = caller.secret_change("logout", vec![Lock::whole("session", &session)]);
    let answer = db
        .write(change, move |tx| {
            session_store::end_session(tx, &session, "logged out")?;
            Ok(Outcome::Done(
                Answer::empty(),
                session_entry(&session, serde_json::json!({})),
            ))
        })
        .await?;
    access.forget_principals();
    answered(answer)
}

/// Who am I?
///
/// The caller's name and roles, each with the agencies it holds for now.
#[utoipa::path(tag = "accounts", security(("bearer" = [])),
    responses((status = 200, description = "The caller.", body = Me), ReadProblems))]
#[get("/auth/me")]
pub async fn get_me(StaleCaller(caller): StaleCaller) -> AppResult<HttpResponse> {
    let principal = &caller.principal;
    json_list(&Me {
        id: principal.user_id.clone(),
        username: principal.username.clone(),
        display_name: principal.display_name.clone(),
        must_change_password: principal.must_change_password,
        grants: principal
            .grants
            .iter()
            .map(|grant| MyGrant {
                role: grant.role,
                agencies: grant.agencies.iter().cloned().collect(),
            })
            .collect(),
    })
}

/// Change the own password
///
/// Ends all other sessions of the caller.
#[utoipa::path(tag = "accounts", request_body = PasswordBody, security(("bearer" = [])),
    responses((status = 204, description = "Changed."), WriteProblems))]
#[put("/auth/password")]
pub async fn change_password(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
    access: Data<Access>,
    body: ValidJson<PasswordBody>,
) -> AppResult<HttpResponse> {
    let principal = caller.principal.clone();
    if let Some(error) = rules::check_password("/new_password", &body.value.new_password, &principal.username)
    {
        return Err(AppError::invalid(vec![error]));
    }
    if body.value.new_password == body.value.current_password {
        // A first password was known to somebody else: it does not become the own one by being typed twice.
        return Err(AppError::invalid_item(
            "/new_password",
            "same_password",
            "Mật khẩu mới phải khác mật khẩu hiện tại.",
            "The new password must differ from the present one.",
        ));
    }
    let id = principal.user_id.clone();
    let user = db.read(move |conn| store::find_row(conn, &id)).await?;
    if !access
        .passwords()
        .verify(body.value.current_password, Some(user.password_hash))
        .await?
    {
        return Err(AppError::invalid_item(
            "/current_password",
            "wrong_password",
            "Mật khẩu hiện tại không đúng.",
            "The present password is wrong.",
        ));
    }
    let hash = access.passwords().hash(body.value.new_password).await?;
    let change = caller.secret_change("change_password", vec![Lock::whole("user", &principal.user_id)]);
    let answer = db
        .write(change, move |tx| {
            store::set_password(tx, &principal.user_id, hash, false)?;
            session_store::end_sessions_of(
                tx,
                &principal.user_id,
                Some(&principal.session_id),
                "password changed",
            )?;
            let entry = Entry {
                object_kind: "user",
                object_id: principal.user_id.to_string(),
                before_digest: None,
                after_digest: None,
                detail: serde_json::json!({"password": "changed"}),
            };
            Ok(Outcome::Done(Answer::empty(), entry))
        })
        .await?;
    access.forget_principals();
    answered(answer)
}
