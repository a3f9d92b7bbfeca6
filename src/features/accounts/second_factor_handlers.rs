//! The second factor: set up, confirmed, replaced and taken away.

use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Path},
};

use super::{
    reproof::{Reproof, no_factor, wrong_code},
    second_factor_model::{
        BothProofs, CodeProof, NewSecondFactor, PasswordProof, RecoveryCodes, SecondFactorView,
    },
    second_factor_store, session_store, store,
    user_handlers::another_user,
};
use crate::{
    access::{Access, TotpSecret},
    config::Limits,
    db::{Answer, Conn, Database, Entry, Lock, Outcome, json_answer},
    error::{AppError, AppResult, ErrorCode},
    ids::UserId,
    web::{Caller, ReadProblems, StaleCaller, ValidJson, WriteProblems, answered, json_list},
};

fn factor_entry(user: &UserId, detail: serde_json::Value) -> Entry {
    Entry {
        object_kind: "second_factor",
        object_id: user.to_string(),
        before_digest: None,
        after_digest: None,
        detail,
    }
}

fn locks(user: &UserId) -> Vec<Lock> {
    vec![Lock::whole("user", user)]
}

/// Read the own second factor
///
/// Whether there is one, and how many recovery codes are left; never its secret.
#[utoipa::path(tag = "accounts", security(("bearer" = [])),
    responses((status = 200, description = "How things stand.", body = SecondFactorView), ReadProblems))]
#[get("/auth/second-factor")]
pub async fn get_second_factor(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
) -> AppResult<HttpResponse> {
    let (user, required) = (
        caller.principal.user_id.clone(),
        caller.principal.owes_second_factor,
    );
    let read = move |conn: &mut Conn| {
        let factor = second_factor_store::find_confirmed(conn, &user)?;
        Ok(SecondFactorView {
            confirmed_at: factor.and_then(|factor| factor.confirmed_at),
            recovery_codes_left: second_factor_store::codes_left(conn, &user)?,
            required,
        })
    };
    json_list(&db.read(read).await?)
}

/// Begin to set up a second factor
///
/// Answers a new secret for an authenticator, this once. Logins ask for it after it was confirmed with a first code. Begun again,
/// an earlier secret that was not confirmed is dropped; one that was must be removed first.
#[utoipa::path(tag = "accounts", request_body = PasswordProof, security(("bearer" = [])),
    responses((status = 201, description = "A secret, to be confirmed.", body = NewSecondFactor), WriteProblems))]
#[post("/auth/second-factor")]
pub async fn begin_second_factor(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<PasswordProof>,
) -> AppResult<HttpResponse> {
    let action = "begin_second_factor";
    Reproof::new(&caller, access.clone().into_inner(), limits.into_inner(), action)
        .password(&db, "/password", body.value.password)
        .await?;
    let principal = caller.principal.clone();
    let change = caller.secret_change(action, locks(&principal.user_id));
    let answer = db
        .write(change, move |tx| {
            if second_factor_store::find_confirmed(tx.conn(), &principal.user_id)?.is_some() {
                return Err(AppError::with(
                    ErrorCode::Conflict,
                    "Đã có xác thực thứ hai: gỡ bỏ tại POST /api/v1/auth/second-factor/removal rồi đăng ký lại.",
                    "There is a second factor already: remove it at POST /api/v1/auth/second-factor/removal, then begin again.",
                ));
            }
            let secret = TotpSecret::new()?;
            second_factor_store::begin(tx, access.secrets(), &principal.user_id, &secret)?;
            let shown = NewSecondFactor {
                otpauth_uri: secret.otpauth_uri(&principal.username),
                secret: secret.as_str().to_owned(),
            };
            let entry = factor_entry(&principal.user_id, serde_json::json!({"confirmed": false}));
            Ok(Outcome::Done(json_answer(201, &shown)?, entry))
        })
        .await?;
    answered(answer)
}

/// Confirm a second factor
///
/// With a first code of the authenticator. Answers ten recovery codes, this once, and ends all other sessions of the caller.
#[utoipa::path(tag = "accounts", request_body = CodeProof, security(("bearer" = [])),
    responses((status = 200, description = "Confirmed; logins ask for it from now on.", body = RecoveryCodes), WriteProblems))]
#[post("/auth/second-factor/confirmation")]
pub async fn confirm_second_factor(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<CodeProof>,
) -> AppResult<HttpResponse> {
    let action = "confirm_second_factor";
    let reproof = Reproof::new(&caller, access.clone().into_inner(), limits.into_inner(), action);
    reproof.open(&db).await?;
    let (principal, own) = (caller.principal.clone(), access.clone());
    let change = caller.secret_change(action, locks(&principal.user_id));
    let answer = access
        .change(change, move |tx| {
            let user = &principal.user_id;
            let factor = second_factor_store::find(tx.conn(), user)?.ok_or_else(no_factor)?;
            if factor.confirmed_at.is_some() {
                return Err(AppError::with(
                    ErrorCode::Conflict,
                    "Xác thực thứ hai này đã được xác nhận.",
                    "This second factor was confirmed already.",
                ));
            }
            if !second_factor_store::confirm(tx, own.secrets(), &factor, &body.value.code)? {
                return reproof.refuse(tx, wrong_code());
            }
            let recovery_codes = second_factor_store::replace_codes(tx, user)?;
            let spared = Some(&principal.session_id);
            session_store::end_sessions_of(tx, user, spared, "second factor confirmed")?;
            let entry = factor_entry(user, serde_json::json!({"confirmed": true}));
            Ok(Outcome::Done(
                json_answer(200, &RecoveryCodes { recovery_codes })?,
                entry,
            ))
        })
        .await?;
    answered(answer)
}

/// Make new recovery codes
///
/// In the place of all earlier ones, which are no longer good. Needs the password and a code.
#[utoipa::path(tag = "accounts", request_body = BothProofs, security(("bearer" = [])),
    responses((status = 200, description = "Ten new codes.", body = RecoveryCodes), WriteProblems))]
#[post("/auth/second-factor/recovery-codes")]
pub async fn replace_recovery_codes(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<BothProofs>,
) -> AppResult<HttpResponse> {
    let action = "replace_recovery_codes";
    let reproof = Reproof::new(&caller, access.into_inner(), limits.into_inner(), action);
    let BothProofs { password, code } = body.value;
    reproof.password(&db, "/password", password).await?;
    let user = caller.principal.user_id.clone();
    let change = caller.secret_change(action, locks(&user));
    let answer = db
        .write(change, move |tx| {
            let factor = second_factor_store::find_confirmed(tx.conn(), &user)?.ok_or_else(no_factor)?;
            let proof = match reproof.code(tx, &factor, &code)? {
                Ok(proof) => proof,
                Err(refused) => return Ok(refused),
            };
            let recovery_codes = second_factor_store::replace_codes(tx, &user)?;
            let entry = factor_entry(
                &user,
                serde_json::json!({"recovery_codes": "replaced", "by": proof.as_str()}),
            );
            Ok(Outcome::Done(
                json_answer(200, &RecoveryCodes { recovery_codes })?,
                entry,
            ))
        })
        .await?;
    answered(answer)
}

/// Remove the own second factor
///
/// Needs the password and a code; ends all other sessions. Who has a role that asks for a second factor can do nothing else then
/// before a new one is set up.
#[utoipa::path(tag = "accounts", request_body = BothProofs, security(("bearer" = [])),
    responses((status = 204, description = "Removed."), WriteProblems))]
#[post("/auth/second-factor/removal")]
pub async fn remove_second_factor(
    StaleCaller(caller): StaleCaller,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<BothProofs>,
) -> AppResult<HttpResponse> {
    let action = "remove_second_factor";
    let reproof = Reproof::new(&caller, access.clone().into_inner(), limits.into_inner(), action);
    let BothProofs { password, code } = body.value;
    reproof.password(&db, "/password", password).await?;
    let principal = caller.principal.clone();
    let change = caller.secret_change(action, locks(&principal.user_id));
    let answer = access
        .change(change, move |tx| {
            let user = &principal.user_id;
            let factor = second_factor_store::find_confirmed(tx.conn(), user)?.ok_or_else(no_factor)?;
            let proof = match reproof.code(tx, &factor, &code)? {
                Ok(proof) => proof,
                Err(refused) => return Ok(refused),
            };
            second_factor_store::remove(tx, user)?;
            let spared = Some(&principal.session_id);
            session_store::end_sessions_of(tx, user, spared, "second factor removed")?;
            let entry = factor_entry(user, serde_json::json!({"removed": true, "by": proof.as_str()}));
            Ok(Outcome::Done(Answer::empty(), entry))
        })
        .await?;
    answered(answer)
}

/// Take a user's second factor away
///
/// For who lost the authenticator and the recovery codes. Ends all sessions of the user; the next login needs the password alone,
/// so make sure who it is that asks. For administrators, and not for their own.
#[utoipa::path(tag = "accounts", params(("user" = UserId, Path, description = "The user's id.")), security(("bearer" = [])),
    responses((status = 204, description = "Taken away; there may have been none."), WriteProblems))]
#[delete("/users/{user}/second-factor")]
pub async fn reset_second_factor(
    caller: Caller,
    access: Data<Access>,
    path: Path<UserId>,
) -> AppResult<HttpResponse> {
    let user = another_user(
        &caller,
        path,
        "Xác thực thứ hai của chính mình thì gỡ bằng POST /api/v1/auth/second-factor/removal, với mật khẩu và một mã.",
        "Take your own second factor away by POST /api/v1/auth/second-factor/removal, with the password and a code.",
    )?;
    let change = caller.secret_change("reset_second_factor", locks(&user));
    let answer = access
        .change(change, move |tx| {
            store::find_row(tx.conn(), &user)?;
            if !second_factor_store::remove(tx, &user)? {
                return Ok(Outcome::Unchanged(Answer::empty()));
            }
            session_store::end_sessions_of(tx, &user, None, "second factor reset")?;
            let entry = factor_entry(&user, serde_json::json!({"removed": true, "by": "administrator"}));
            Ok(Outcome::Done(Answer::empty(), entry))
        })
        .await?;
    answered(answer)
}
