//! Who is logged in proves once more who it is: an open screen must not be enough to change how to log in (ASVS 5.0.0, 7.5.1).
//! Wrong answers are counted for the session, and lock nobody's login.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{
    attempt_store,
    attempts::Attempt,
    model::UserRow,
    second_factor_store::{self, Factor, Proof},
    session_store, store,
};
use crate::{
    access::{Access, Principal},
    clock::Moment,
    config::Limits,
    db::{Conn, Database, Entry, Lock, Outcome, Tx},
    error::{AppError, AppResult, ErrorCode},
    web::Caller,
};

/// How long a login by the external provider proves who it is, in minutes.
const RECENT_MINUTES: i64 = 10;

/// What a caller's proofs are looked at with.
#[derive(Clone)]
pub struct Reproof {
    caller: Caller,
    access: Arc<Access>,
    limits: Arc<Limits>,
    attempt: Attempt,
    action: &'static str,
}

impl Reproof {
    /// For a change under this name.
    pub fn new(caller: &Caller, access: Arc<Access>, limits: Arc<Limits>, action: &'static str) -> Self {
        let Principal {
            username, session_id, ..
        } = &*caller.principal;
        Self {
            attempt: Attempt::of_session(access.keys(), username, session_id),
            caller: caller.clone(),
            access,
            limits,
            action,
        }
    }

    /// The caller's row, and when this session began; 429 after too many wrong answers.
    async fn read(&self, db: &Database) -> AppResult<(UserRow, Moment)> {
        let (attempt, now) = (self.attempt.clone(), db.clock().now());
        let Principal {
            user_id, session_id, ..
        } = &*self.caller.principal;
        let (user, session) = (user_id.clone(), session_id.clone());
        let read = move |conn: &mut Conn| {
            attempt_store::open_one(conn, vec![attempt], now)?.map_err(|locked| locked.error())?;
            Ok((
                store::find_row(conn, &user)?,
                session_store::began_at(conn, &session)?,
            ))
        };
        db.read(read).await
    }

    /// Nothing yet; 429 after too many wrong answers.
    pub async fn open(&self, db: &Database) -> AppResult<()> {
        self.read(db).await.map(drop)
    }

    /// Demands the password, which `pointer` names. Who has none must have logged in by the external provider just now.
    pub async fn password(
        &self,
        db: &Database,
        pointer: &'static str,
        password: Option<String>,
    ) -> AppResult<()> {
        let ((user, began_at), now) = (self.read(db).await?, db.clock().now());
        let Some(hash) = user.hash() else {
            return Self::recent_login(pointer, began_at, now);
        };
        if user.is_password_expired(&self.limits, now) {
            return Err(AppError::invalid_item(
                pointer,
                "password_expired",
                "Mật khẩu ban đầu đã quá hạn dùng: đề nghị quản trị viên đặt lại.",
                "The first password is too old to be used: ask an administrator for another one.",
            ));
        }
        let password = password.ok_or_else(|| {
            AppError::invalid_item(
                pointer,
                "missing_password",
                "Thiếu mật khẩu hiện tại.",
                "The present password is missing.",
            )
        })?;
        if self.access.passwords().verify(password, Some(hash)).await? {
            return Ok(());
        }
        let lock = Lock::whole("session", &self.caller.principal.session_id);
        let (own, change) = (self.clone(), self.caller.secret_change(self.action, vec![lock]));
        let counted = db.write(change, move |tx| {
            let error = AppError::invalid_item(
                pointer,
                "wrong_password",
                "Mật khẩu hiện tại không đúng.",
                "The present password is wrong.",
            );
            own.refuse(tx, error)
        });
        // Always an error: the one that was kept.
        counted.await.map(drop)
    }

    /// An open screen must not be enough here either.
    fn recent_login(pointer: &'static str, began_at: Moment, now: Moment) -> AppResult<()> {
        if began_at.plus(TimeDelta::minutes(RECENT_MINUTES)) > now {
            return Ok(());
        }
        Err(AppError::invalid_item(
            pointer,
            "login_too_old",
            "Tài khoản không có mật khẩu: đăng nhập lại qua bên cung cấp, rồi làm việc này trong vòng mười phút.",
            "The account has no password: log in by the provider again, and do this within ten minutes.",
        ))
    }

    /// Uses up a code of the second factor, inside a change; what to answer if it is wrong.
    pub fn code(&self, tx: &mut Tx<'_>, factor: &Factor, code: &str) -> AppResult<Result<Proof, Outcome>> {
        match second_factor_store::take_code(tx, self.access.secrets(), factor, code)? {
            Some(proof) => Ok(Ok(proof)),
            None => self.refuse(tx, wrong_code()).map(Err),
        }
    }

    /// The same where the caller has a second factor: who changes the password proves as much as a login asks for.
    pub fn code_if_needed(&self, tx: &mut Tx<'_>, code: Option<&str>) -> AppResult<Result<(), Outcome>> {
        let user = &self.caller.principal.user_id;
        let Some(factor) = second_factor_store::find_confirmed(tx.conn(), user)? else {
            return Ok(Ok(()));
        };
        let code = code.ok_or_else(|| {
            AppError::invalid_item(
                "/code",
                "missing_code",
                "Tài khoản có xác thực thứ hai: thêm code, sáu chữ số của ứng dụng xác thực hoặc một mã khôi phục.",
                "The account has a second factor: add code, the six digits of the authenticator or a recovery code.",
            )
        })?;
        Ok(self.code(tx, &factor, code)?.map(drop))
    }

    /// Counts a wrong answer.
    pub fn refuse(&self, tx: &mut Tx<'_>, error: AppError) -> AppResult<Outcome> {
        attempt_store::count_failure(tx, &self.attempt, &self.limits)?;
        let entry = Entry {
            object_kind: "user",
            object_id: self.caller.principal.user_id.to_string(),
            before_digest: None,
            after_digest: None,
            detail: serde_json::json!({"proof": "wrong"}),
        };
        Ok(Outcome::Refused(error, entry))
    }
}

/// 422: the code is none of the second factor's.
pub fn wrong_code() -> AppError {
    AppError::invalid_item(
        "/code",
        "wrong_code",
        "Mã không đúng, đã dùng hoặc đã hết hạn. Kiểm tra giờ của điện thoại rồi nhập mã kế tiếp.",
        "The code is wrong, was used, or is too old. Check the clock of the telephone and type the next one.",
    )
}

/// 409: what is asked needs a second factor, and there is none.
pub fn no_factor() -> AppError {
    AppError::with(
        ErrorCode::Conflict,
        "Chưa có xác thực thứ hai: gọi POST /api/v1/auth/second-factor trước.",
        "There is no second factor: call POST /api/v1/auth/second-factor first.",
    )
}
