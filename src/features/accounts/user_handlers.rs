//! Users, for administrators.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};

use super::{
    attempt_store,
    attempts::name_digest,
    model::{GrantBody, NewUser, User, UserChange, UserWithPassword},
    oidc::Oidc,
    rules, session_store, store,
};
use crate::{
    access::{Access, Action, Object, Role, random_secret},
    db::{Answer, Database, Entry, Lock, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode},
    ids::UserId,
    web::{
        Caller, Cursor, IfMatch, Page, PageQuery, ReadProblems, ValidJson, ValidQuery, WriteProblems,
        answered, etag_of_revision, json_list, personal_document,
    },
};

fn user_entry(before: Option<&User>, after: &User) -> AppResult<Entry> {
    Ok(Entry {
        object_kind: "user",
        object_id: after.id.to_string(),
        before_digest: before.map(digest_of).transpose()?,
        after_digest: Some(digest_of(after)?),
        detail: serde_json::json!({"username": after.username, "active": after.active, "grants": after.grants,
            "oidc_subject": after.oidc_subject}),
    })
}

/// Whose logins an administrator changes: somebody else's. For the own ones there are ways that ask for more than an open screen
/// (ASVS 5.0.0, 7.5.1), which the texts name.
pub fn another_user(caller: &Caller, path: Path<UserId>, vi: &str, en: &str) -> AppResult<UserId> {
    caller.check(Action::ManageUsers, Object::System)?;
    let id = path.into_inner();
    if id == caller.principal.user_id {
        return Err(AppError::forbidden(vi, en));
    }
    Ok(id)
}

/// List users
///
/// By user name. For administrators.
#[utoipa::path(tag = "accounts", params(PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of users.", body = Page<User>), ReadProblems))]
#[get("/users")]
pub async fn list_users(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(page): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageUsers, Object::System)?;
    let cursor = Cursor::parse(page.limit, page.cursor.as_deref())?;
    let asked = cursor.clone();
    let users = db.read(move |conn| store::list_users(conn, &asked)).await?;
    json_list(&Page::cut(users, &cursor, |user| user.username.clone()))
}

/// Add a user
///
/// The answer holds the first password, this once; it must be changed at the first login.
#[utoipa::path(tag = "accounts", request_body = NewUser, security(("bearer" = [])),
    responses((status = 201, description = "Added.", body = UserWithPassword), WriteProblems))]
#[post("/users")]
pub async fn create_user(
    caller: Caller,
    db: Data<Database>,
    access: Data<Access>,
    body: ValidJson<NewUser>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageUsers, Object::System)?;
    let new = NewUser {
        username: rules::fold_username(&body.value.username),
        ..body.value
    };
    let mut errors = rules::check_grants(&new.grants);
    errors.extend(rules::check_username(&new.username));
    errors.extend(rules::check_display_name(&new.display_name));
    errors.extend(new.email.as_deref().and_then(rules::check_email));
    errors.extend(new.oidc_subject.as_deref().and_then(rules::check_oidc_subject));
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let initial_password = random_secret()?;
    let hash = access.passwords().hash(initial_password.clone()).await?;
    let change = caller.secret_change("create_user", vec![Lock::whole("username", &new.username)]);
    let answer = db
        .write(change, move |tx| {
            let errors = store::check_agencies(tx.conn(), &new.grants)?;
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            let user = store::insert_user(tx, &new, hash, true)?;
            let entry = user_entry(None, &user)?;
            let location = format!("/api/v1/users/{}", user.id);
            let answer = json_answer(
                201,
                &UserWithPassword {
                    user,
                    initial_password,
                },
            )?;
            Ok(Outcome::Done(answer.header("location", location), entry))
        })
        .await?;
    answered(answer)
}

/// Read a user
///
/// With the grants. For administrators.
#[utoipa::path(tag = "accounts", params(("user" = UserId, Path, description = "The user's id.")), security(("bearer" = [])),
    responses((status = 200, description = "The user.", body = User), (status = 304, description = "Not changed."), ReadProblems))]
#[get("/users/{user}")]
pub async fn get_user(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<UserId>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageUsers, Object::System)?;
    let id = path.into_inner();
    let user = db.read(move |conn| store::find_user(conn, &id)).await?;
    personal_document(&request, &user, &etag_of_revision(user.revision))
}

/// Change a user
///
/// Names, e-mail, external login, activity or grants; what is left out stays. Needs `If-Match`. A user who is no longer active, or whose
/// grants change, has the change at once.
#[utoipa::path(tag = "accounts", params(("user" = UserId, Path, description = "The user's id."), ("If-Match" = String, Header, description = "The ETag of the version that was read.", example = "\"r1\"")),
    request_body = UserChange, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = User), WriteProblems))]
#[patch("/users/{user}")]
pub async fn update_user(
    caller: Caller,
    access: Data<Access>,
    path: Path<UserId>,
    if_match: IfMatch,
    body: ValidJson<UserChange>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageUsers, Object::System)?;
    let mut errors = body
        .value
        .grants
        .as_deref()
        .map(rules::check_grants)
        .unwrap_or_default();
    errors.extend(
        body.value
            .display_name
            .as_deref()
            .and_then(rules::check_display_name),
    );
    errors.extend(
        body.value
            .email
            .iter()
            .flatten()
            .find_map(|email| rules::check_email(email)),
    );
    let subject = body.value.oidc_subject.iter().flatten().next();
    errors.extend(subject.and_then(|subject| rules::check_oidc_subject(subject)));
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let id = path.into_inner();
    let is_own = id == caller.principal.user_id;
    if is_own {
        refuse_giving_up(&body.value)?;
    }
    let change = caller.change("update_user", &body.digest, vec![Lock::whole("user", &id)]);
    let wanted = body.value;
    let answer = access
        .change(change, move |tx| {
            let before = store::find_user(tx.conn(), &id)?;
            if_match.require(before.revision)?;
            let errors = store::check_agencies(tx.conn(), wanted.grants.as_deref().unwrap_or_default())?;
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            check_link(&before, &wanted, is_own)?;
            let after = store::update_user(tx, &before, &wanted)?;
            if !after.active {
                session_store::end_sessions_of(tx, &id, None, "user no longer active")?;
            }
            let entry = user_entry(Some(&before), &after)?;
            let answer = json_answer(200, &after)?.header("etag", etag_of_revision(after.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

/// Administrators can't lock themselves out: so there is always one left who can undo a mistake.
fn refuse_giving_up(wanted: &UserChange) -> AppResult<()> {
    let keeps_role = |grants: &Vec<GrantBody>| grants.iter().any(|grant| grant.role == Role::Administrator);
    let pointer = match wanted {
        UserChange {
            active: Some(false), ..
        } => "/active",
        UserChange {
            grants: Some(grants), ..
        } if !keeps_role(grants) => "/grants",
        _ => return Ok(()),
    };
    Err(AppError::invalid_item(
        pointer,
        "own_account",
        "Không tự khóa tài khoản hay tự bỏ vai trò quản trị của mình: nhờ một quản trị viên khác.",
        "Nobody takes the own account or the own administrator's role away: ask another administrator.",
    ))
}

/// An open screen of an administrator's must not be enough for a lasting way into the account (ASVS 5.0.0, 7.5.1), and nobody's only way
/// in is taken away by the way.
fn check_link(before: &User, wanted: &UserChange, is_own: bool) -> AppResult<()> {
    let (code, vi, en) = match &wanted.oidc_subject {
        Some(Some(subject)) if is_own && before.oidc_subject.as_ref() != Some(subject) => (
            "own_account",
            "Không tự gắn tài khoản của mình với đăng nhập bên ngoài: nhờ một quản trị viên khác.",
            "Nobody links the own account to an external login: ask another administrator.",
        ),
        Some(None) if !before.has_password => (
            "no_password",
            "Tài khoản không có mật khẩu: đặt mật khẩu bằng POST /api/v1/users/{user}/password trước.",
            "The account has no password: give it one by POST /api/v1/users/{user}/password first.",
        ),
        _ => return Ok(()),
    };
    Err(AppError::invalid_item("/oidc_subject", code, vi, en))
}

/// Give a user a new password
///
/// Ends all sessions of the user. The answer holds the password, this once; it must be changed at the next login. Administrators change
/// their own by `PUT /auth/password`.
#[utoipa::path(tag = "accounts", params(("user" = UserId, Path, description = "The user's id.")), security(("bearer" = [])),
    responses((status = 200, description = "A new password.", body = UserWithPassword), WriteProblems))]
#[post("/users/{user}/password")]
pub async fn reset_user_password(
    caller: Caller,
    access: Data<Access>,
    path: Path<UserId>,
) -> AppResult<HttpResponse> {
    let id = another_user(
        &caller,
        path,
        "Mật khẩu của chính mình thì đổi bằng PUT /api/v1/auth/password, với mật khẩu hiện tại.",
        "Change your own password by PUT /api/v1/auth/password, with the present one.",
    )?;
    let initial_password = random_secret()?;
    let hash = access.passwords().hash(initial_password.clone()).await?;
    let change = caller.secret_change("reset_user_password", vec![Lock::whole("user", &id)]);
    let counter = access.clone();
    let answer = access
        .change(change, move |tx| {
            let before = store::find_user(tx.conn(), &id)?;
            store::set_password(tx, &id, hash, true)?;
            session_store::end_sessions_of(tx, &id, None, "password reset")?;
            attempt_store::forget_name(tx, &name_digest(counter.keys(), &before.username))?;
            let user = store::find_user(tx.conn(), &id)?;
            let entry = user_entry(Some(&before), &user)?;
            Ok(Outcome::Done(
                json_answer(
                    200,
                    &UserWithPassword {
                        user,
                        initial_password,
                    },
                )?,
                entry,
            ))
        })
        .await?;
    answered(answer)
}

/// Take a user's password away
///
/// For who logs in by the external provider, and by nothing else from now on. Ends all sessions of the user. A new password, for who is
/// to have one again, is given by `POST /users/{user}/password`. For administrators, and not for their own.
#[utoipa::path(tag = "accounts", params(("user" = UserId, Path, description = "The user's id.")), security(("bearer" = [])),
    responses((status = 204, description = "Taken away; there may have been none."), WriteProblems))]
#[delete("/users/{user}/password")]
pub async fn remove_user_password(
    caller: Caller,
    access: Data<Access>,
    oidc: Data<Oidc>,
    path: Path<UserId>,
) -> AppResult<HttpResponse> {
    let id = another_user(
        &caller,
        path,
        "Không tự bỏ mật khẩu của mình: nhờ một quản trị viên khác.",
        "Nobody takes the own password away: ask another administrator.",
    )?;
    let has_provider = oidc.provider().is_ok();
    let change = caller.secret_change("remove_user_password", vec![Lock::whole("user", &id)]);
    let answer = access
        .change(change, move |tx| {
            let before = store::find_user(tx.conn(), &id)?;
            if !before.has_password {
                return Ok(Outcome::Unchanged(Answer::empty()));
            }
            if !has_provider || before.oidc_subject.is_none() {
                return Err(AppError::with(
                    ErrorCode::Conflict,
                    "Không còn cách đăng nhập nào khác: cần bên cung cấp đăng nhập và oidc_subject của tài khoản trước.",
                    "There would be no way in: this takes a provider of logins and the account's oidc_subject first.",
                ));
            }
            store::remove_password(tx, &id)?;
            session_store::end_sessions_of(tx, &id, None, "password taken away")?;
            let after = store::find_user(tx.conn(), &id)?;
            let entry = user_entry(Some(&before), &after)?;
            Ok(Outcome::Done(Answer::empty(), entry))
        })
        .await?;
    answered(answer)
}
