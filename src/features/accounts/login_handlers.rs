//! Logging in, and staying so.

use std::sync::Arc;

use actix_web::{HttpResponse, post, web::Data};

use super::{
    attempt_store::{self, Locked},
    attempts::{Attempt, device_subject},
    model::{LoginBody, RefreshBody, Tokens, UserRow},
    rules, second_factor_store, session_store, store,
};
use crate::{
    access::{ACCESS_TOKEN_SECONDS, Access, random_secret},
    config::Limits,
    db::{Answer, Change, Conn, Database, Entry, Lock, Outcome, Tx, json_answer},
    error::{AppError, AppResult, ErrorCode},
    ids::SessionId,
    web::{CallerNetwork, RequestContext, ValidJson, WriteProblems, answered},
};

/// The audit entry of a session.
pub fn session_entry(id: impl ToString, detail: serde_json::Value) -> Entry {
    Entry {
        object_kind: "session",
        object_id: id.to_string(),
        before_digest: None,
        after_digest: None,
        detail,
    }
}

/// A login that a lock refuses. Of each lock the first is put on record, and no other: whoever storms would fill the trail.
pub async fn refuse_locked(
    db: &Database,
    change: Change,
    locked: Locked,
    detail: serde_json::Value,
) -> AppResult<Answer> {
    if !locked.is_first() {
        return Err(locked.error());
    }
    db.write(change, move |tx| {
        if !attempt_store::record_locks(tx, &locked)? {
            return Err(locked.error());
        }
        Ok(Outcome::Refused(locked.error(), session_entry("refused", detail)))
    })
    .await
}

/// Log in
///
/// Answers an access token (15 minutes) and a refresh token (good once). Who has a second factor sends a `code` as well; without
/// it the answer is 401 `second_factor_required`. After too many failures the name is locked for a while for the caller's network,
/// whether or not such a user exists; who sends the `device` of an earlier login has a count of its own.
#[utoipa::path(tag = "accounts", request_body = LoginBody,
    responses((status = 200, description = "Logged in.", body = Tokens), WriteProblems))]
#[post("/auth/login")]
pub async fn login(
    context: RequestContext,
    CallerNetwork(network): CallerNetwork,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<LoginBody>,
) -> AppResult<HttpResponse> {
    let LoginBody {
        username,
        password,
        code,
        device,
    } = body.value;
    let username = rules::fold_username(&username);
    let (name, now, known_by) = (username.clone(), db.clock().now(), access.clone());
    let read = move |conn: &mut Conn| {
        let user = store::find_by_username(conn, &name)?;
        let device = user.as_ref().map(|user| &user.id).zip(device.as_deref());
        let attempts = Attempt::of_login(known_by.keys(), &name, network, device, now);
        Ok((attempt_store::open_one(conn, attempts, now)?, user))
    };
    let (attempt, user) = db.read(read).await?;
    let change = context.anonymous_change("login", vec![Lock::whole("login", &username)]);
    let attempt = match attempt {
        Ok(attempt) => attempt,
        Err(locked) => {
            let detail = with_user(user.as_ref(), serde_json::json!({"locked": true}));
            return answered(refuse_locked(&db, change, locked, detail).await?);
        }
    };
    let hash = user.as_ref().filter(|user| user.active).and_then(UserRow::hash);
    let fits = access.passwords().verify(password.clone(), hash.clone()).await?;
    let renewed_hash = match hash {
        Some(hash) if fits => access.passwords().renewed(password, &hash).await?,
        _ => None,
    };
    let login = Login {
        renewed_hash,
        access: access.into_inner(),
        limits: limits.into_inner(),
        attempt,
        code,
    };
    answered(db.write(change, move |tx| login.end(tx, user, fits)).await?)
}

/// Adds whose login it was to be, where there is such a user. A name that nobody has may be a password typed into the wrong field:
/// it is not kept.
fn with_user(user: Option<&UserRow>, mut detail: serde_json::Value) -> serde_json::Value {
    if let (Some(user), Some(fields)) = (user, detail.as_object_mut()) {
        fields.insert("user".to_owned(), serde_json::json!(user.id));
    }
    detail
}

/// A login that proved somebody's identity, or did not.
pub struct Login {
    /// Signs the tokens.
    pub access: Arc<Access>,
    /// How long a session lasts, and what locks.
    pub limits: Arc<Limits>,
    /// What a wrong code counts towards.
    pub attempt: Attempt,
    /// What is to be kept of the password from now on, where that changed.
    pub renewed_hash: Option<String>,
    /// The second factor, if it was sent.
    pub code: Option<String>,
}

impl Login {
    /// Lets a user in, or counts a failure if the password fitted nobody.
    fn end(self, tx: &mut Tx<'_>, user: Option<UserRow>, fits: bool) -> AppResult<Outcome> {
        match user {
            // Answered like a wrong one, or who guesses would learn that it was right.
            Some(user) if fits && user.is_password_expired(&self.limits, tx.now()) => self.refuse(
                tx,
                AppError::new(ErrorCode::InvalidCredentials),
                serde_json::json!({"user": user.id, "password": "expired"}),
            ),
            Some(user) if fits => self.proved(tx, &user, "password"),
            user => self.refuse(
                tx,
                AppError::new(ErrorCode::InvalidCredentials),
                with_user(user.as_ref(), serde_json::json!({})),
            ),
        }
    }

    /// Lets a user in who proved the identity, if the second factor is right, too.
    pub fn proved(&self, tx: &mut Tx<'_>, user: &UserRow, by: &str) -> AppResult<Outcome> {
        let proof = match second_factor_store::find_confirmed(tx.conn(), &user.id)? {
            None => by,
            Some(factor) => {
                let detail = |code: &str| serde_json::json!({"user": user.id, "by": by, "code": code});
                let Some(code) = &self.code else {
                    // Half of a login that goes on, most often: on record, and not counted.
                    return Ok(Outcome::Refused(
                        AppError::new(ErrorCode::SecondFactorRequired),
                        session_entry("refused", detail("missing")),
                    ));
                };
                let keys = self.access.secrets();
                let Some(proof) = second_factor_store::take_code(tx, keys, &factor, code)? else {
                    return self.refuse(tx, wrong_code(), detail("wrong"));
                };
                proof.as_str()
            }
        };
        self.admit(tx, user, proof)
    }

    fn refuse(&self, tx: &mut Tx<'_>, error: AppError, detail: serde_json::Value) -> AppResult<Outcome> {
        attempt_store::count_failure(tx, &self.attempt, &self.limits)?;
        Ok(Outcome::Refused(error, session_entry("refused", detail)))
    }

    fn admit(&self, tx: &mut Tx<'_>, user: &UserRow, proof: &str) -> AppResult<Outcome> {
        attempt_store::forget(tx, &self.attempt)?;
        if let Some(hash) = &self.renewed_hash {
            store::renew_hash(tx, user, hash)?;
        }
        let refresh_token = random_secret()?;
        let session = session_store::open_session(tx, &user.id, &refresh_token, &self.limits)?;
        let device = self
            .access
            .keys()
            .sign_stamp(&device_subject(&user.id), tx.now())?;
        let tokens = Tokens {
            device: Some(device),
            ..tokens(tx, &self.access, user, &session, refresh_token)?
        };
        Ok(Outcome::Done(
            json_answer(200, &tokens)?,
            session_entry(session, serde_json::json!({"user": user.id, "by": proof})),
        ))
    }
}

fn wrong_code() -> AppError {
    AppError::with(
        ErrorCode::SecondFactorRequired,
        "Mã không đúng, đã dùng hoặc đã hết hạn.",
        "The code is wrong, was used, or is too old.",
    )
}

fn tokens(
    tx: &mut Tx<'_>,
    access: &Access,
    user: &UserRow,
    session: &SessionId,
    refresh_token: String,
) -> AppResult<Tokens> {
    Ok(Tokens {
        access_token: access.keys().sign(&user.id, session, tx.now())?,
        expires_in: ACCESS_TOKEN_SECONDS,
        refresh_token,
        must_change_password: user.must_change_password,
        must_enrol_second_factor: access.owes_second_factor(tx.conn(), &user.id)?,
        device: None,
    })
}

/// Exchange a refresh token
///
/// Each refresh token is good once, and as long as a session may lie idle. One that comes a second time may be stolen: its whole
/// session ends.
#[utoipa::path(tag = "accounts", request_body = RefreshBody,
    responses((status = 200, description = "A new pair of tokens.", body = Tokens), WriteProblems))]
#[post("/auth/refresh")]
pub async fn refresh_session(
    context: RequestContext,
    db: Data<Database>,
    access: Data<Access>,
    limits: Data<Limits>,
    body: ValidJson<RefreshBody>,
) -> AppResult<HttpResponse> {
    let change = context.anonymous_change("refresh_session", vec![Lock::whole("refresh", &body.digest)]);
    let forgetter = access.clone();
    let result = db
        .write(change, move |tx| {
            exchange(tx, &access, &limits, &body.value.refresh_token)
        })
        .await;
    if result.is_err() {
        forgetter.forget_principals();
    }
    answered(result?)
}

fn exchange(tx: &mut Tx<'_>, access: &Access, limits: &Limits, old: &str) -> AppResult<Outcome> {
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
    session_store::rotate_token(tx, &known, old, &refresh_token, limits)?;
    let tokens = tokens(tx, access, &user, &known.session_id, refresh_token)?;
    Ok(Outcome::Done(
        json_answer(200, &tokens)?,
        session_entry(&known.session_id, serde_json::json!({})),
    ))
}
