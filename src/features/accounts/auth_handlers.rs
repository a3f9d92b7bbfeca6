//! Who is logged in: out again, who it is, and another password.

use actix_web::{HttpResponse, get, post, put, web::Data};
use unicode_normalization::UnicodeNormalization;

use super::{
    model::{Me, MyGrant, PasswordBody},
    password_rules,
    reproof::Reproof,
    session_store, store,
};
use crate::{
    access::{Access, Principal},
    config::Limits,
    db::{Answer, Database, Entry, Lock, Outcome},
    error::{AppError, AppResult},
    web::{ReadProblems, StaleCaller, ValidJson, WriteProblems, answered, json_list},
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

/// Log out
///
/// Ends the session: its refresh tokens and access tokens are no longer good.
#[utoipa::path(tag = "accounts", security(("bearer" = [])),
    responses((status = 204, description = "Logged out."), WriteProblems))]
#[post("/auth/logout")]
pub async fn logout(StaleCaller(caller): StaleCaller, access: Data<Access>) -> AppResult<HttpResponse> {
    let session = caller.principal.session_id.clone();
    let change = caller.secret_change("logout", vec![Lock::whole("session", &session)]);
    let answer = access
        .change(change, move |tx| {
            session_store::end_session(tx, &session, "logged out")?;
            Ok(Outcome::Done(
                Answer::empty(),
                session_entry(&session, serde_json::json!({})),
            ))
        })
        .await?;
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
        must_enrol_second_factor: principal.owes_second_factor,
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

/// Refuses a new password that is no good one, or none at all.
fn check_new(principal: &Principal, body: &PasswordBody) -> AppResult<()> {
    let fault = password_rules::check_password(
        "/new_password",
        &body.new_password,
        &principal.username,
        &principal.display_name,
    );
    if let Some(fault) = fault {
        return Err(AppError::invalid(vec![fault]));
    }
    if body.new_password.nfkc().eq(body.current_password.nfkc()) {
        // A first password was known to somebody else: it does not become the own one by being typed twice.
        return Err(AppError::invalid_item(
            "/new_password",
            "same_password",
            "Mật khẩu mới phải khác mật khẩu hiện tại.",
            "The new password must differ from the present one.",
        ));
    }
    Ok(())
}

/// 403: an administrator decided that the provider is the only way in.
fn no_password() -> AppError {
    AppError::forbidden(
        "Tài khoản này đăng nhập qua bên cung cấp và không có mật khẩu; đề nghị quản trị viên đặt nếu cần.",
        "This account logs in by the provider and has no password; ask an administrator for one where it is needed.",
    )
}

/// Change the own password
///
/// Needs the present one, and a `code` where there is a second factor. Ends all other sessions of the caller.
#[utoipa::path(tag = "accounts", request_body = PasswordBody, security(("bearer" = [])),
    responses((status = 204, description = "Changed."), WriteProblems))]
#[put("/auth/password")]
pub async fn change_password(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<PasswordBody>,
) -> AppResult<HttpResponse> {
    let principal = caller.principal.clone();
    check_new(&principal, &body.value)?;
    let PasswordBody {
        current_password,
        new_password,
        code,
    } = body.value;
    let action = "change_password";
    let reproof = Reproof::new(&caller, access.clone().into_inner(), limits.into_inner(), action);
    reproof
        .password(&db, "/current_password", Some(current_password))
        .await?;
    let hash = access.passwords().hash(new_password).await?;
    let change = caller.secret_change(action, vec![Lock::whole("user", &principal.user_id)]);
    let answer = access
        .change(change, move |tx| {
            if store::find_row(tx.conn(), &principal.user_id)?.hash().is_none() {
                return Err(no_password());
            }
            if let Err(refused) = reproof.code_if_needed(tx, code.as_deref())? {
                return Ok(refused);
            }
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
    answered(answer)
}
