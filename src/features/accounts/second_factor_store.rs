//! Second factors and recovery codes in the database.

use diesel::prelude::*;

use crate::{
    access::{RecoveryCode, Resealing, SecretKeys, SecretOf, TotpSecret, Unreadable},
    clock::Moment,
    db::{
        Conn, Tx,
        schema::{recovery_codes, second_factors},
    },
    error::{AppError, AppResult, ErrorCode},
    ids::UserId,
};

/// Codes that are handed out at once.
const RECOVERY_CODES: usize = 10;

/// What is known of a person's second factor. It never becomes JSON.
#[derive(Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub struct Factor {
    #[diesel(column_name = user_id)]
    user: UserId,
    /// What codes are made of, sealed.
    secret: String,
    /// Since when it is asked for; none: the first code is still missing.
    pub confirmed_at: Option<Moment>,
}

/// By what somebody proved to be the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A code of the authenticator.
    Totp,
    /// A recovery code.
    RecoveryCode,
}

impl Proof {
    /// As the audit trail has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

/// A person's second factor, confirmed or not.
pub fn find(conn: &mut Conn, user: &UserId) -> AppResult<Option<Factor>> {
    Ok(second_factors::table
        .find(user)
        .select(Factor::as_select())
        .first(conn)
        .optional()?)
}

/// One that logins ask for.
pub fn find_confirmed(conn: &mut Conn, user: &UserId) -> AppResult<Option<Factor>> {
    Ok(find(conn, user)?.filter(|factor| factor.confirmed_at.is_some()))
}

/// How many recovery codes are left.
pub fn codes_left(conn: &mut Conn, user: &UserId) -> AppResult<i64> {
    Ok(recovery_codes::table
        .filter(recovery_codes::user_id.eq(user))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(conn)?)
}

/// Keeps a secret that is still to be confirmed, in place of an earlier one that never was.
pub fn begin(tx: &mut Tx<'_>, keys: &SecretKeys, user: &UserId, secret: &TotpSecret) -> AppResult<()> {
    remove(tx, user)?;
    let sealed = keys.seal(SecretOf::SecondFactor(user), secret.as_str())?;
    let now = tx.now();
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::user_id.eq(user),
            second_factors::secret.eq(sealed),
            second_factors::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes the first code of a new second factor, which logins ask for from now on. False if it is wrong.
pub fn confirm(tx: &mut Tx<'_>, keys: &SecretKeys, factor: &Factor, code: &str) -> AppResult<bool> {
    let now = tx.now();
    if !take_totp(tx, keys, factor, code)? {
        return Ok(false);
    }
    diesel::update(second_factors::table.find(&factor.user))
        .set(second_factors::confirmed_at.eq(now))
        .execute(tx.conn())?;
    Ok(true)
}

/// Uses a code up, whichever kind it is; none if it is wrong or was used.
pub fn take_code(
    tx: &mut Tx<'_>,
    keys: &SecretKeys,
    factor: &Factor,
    code: &str,
) -> AppResult<Option<Proof>> {
    if take_totp(tx, keys, factor, code)? {
        return Ok(Some(Proof::Totp));
    }
    let now = tx.now();
    let used = diesel::update(
        recovery_codes::table
            .find(RecoveryCode::of_typed(code).digest())
            .filter(recovery_codes::user_id.eq(&factor.user))
            .filter(recovery_codes::used_at.is_null()),
    )
    .set(recovery_codes::used_at.eq(now))
    .execute(tx.conn())?;
    Ok((used > 0).then_some(Proof::RecoveryCode))
}

fn take_totp(tx: &mut Tx<'_>, keys: &SecretKeys, factor: &Factor, code: &str) -> AppResult<bool> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    // Recovery codes are good even where the key of the secret was lost.
    if !TotpSecret::is_code(&digits) {
        return Ok(false);
    }
    let opened = keys.open(SecretOf::SecondFactor(&factor.user), &factor.secret);
    let secret = TotpSecret::of_text(opened.map_err(unreadable)?);
    let Some(step) = secret.step_of(&digits, tx.now())? else {
        return Ok(false);
    };
    // A code is good once, and none is good that is older than one that was used (RFC 6238 §5.2).
    let earlier = second_factors::last_step
        .is_null()
        .or(second_factors::last_step.lt(step));
    let taken = diesel::update(second_factors::table.find(&factor.user).filter(earlier))
        .set(second_factors::last_step.eq(step))
        .execute(tx.conn())?;
    Ok(taken > 0)
}

fn unreadable(why: Unreadable) -> AppError {
    tracing::error!(%why, "the secret of a second factor can't be read");
    AppError::new(ErrorCode::SecondFactorUnavailable)
}

/// Makes new recovery codes in place of all earlier ones, and returns them as they are shown.
pub fn replace_codes(tx: &mut Tx<'_>, user: &UserId) -> AppResult<Vec<String>> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(tx.conn())?;
    let codes: AppResult<Vec<RecoveryCode>> = (0..RECOVERY_CODES).map(|_| RecoveryCode::new()).collect();
    let codes = codes?;
    for code in &codes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::code_digest.eq(code.digest()),
                recovery_codes::user_id.eq(user),
            ))
            .execute(tx.conn())?;
    }
    Ok(codes.into_iter().map(RecoveryCode::into_text).collect())
}

/// Takes the second factor and its recovery codes away. False if there was none.
pub fn remove(tx: &mut Tx<'_>, user: &UserId) -> AppResult<bool> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(tx.conn())?;
    let removed = diesel::delete(second_factors::table.find(user)).execute(tx.conn())?;
    Ok(removed > 0)
}

/// Seals anew the secrets that need it.
pub fn seal_anew(tx: &mut Tx<'_>, resealing: &mut Resealing<'_>) -> AppResult<()> {
    let rows: Vec<(UserId, String)> = second_factors::table
        .order(second_factors::user_id)
        .select((second_factors::user_id, second_factors::secret))
        .load(tx.conn())?;
    for (user, kept) in rows {
        let Some(sealed) = resealing.of(SecretOf::SecondFactor(&user), &kept)? else {
            continue;
        };
        let row = second_factors::table
            .find(&user)
            .filter(second_factors::secret.eq(kept));
        diesel::update(row)
            .set(second_factors::secret.eq(sealed))
            .execute(tx.conn())?;
    }
    Ok(())
}
