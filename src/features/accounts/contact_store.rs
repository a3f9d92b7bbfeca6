//! How people are reached, in the database.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{ContactLanguage, ContactRow};
use crate::{
    db::{
        Conn, Tx,
        schema::{user_contacts, users},
    },
    error::AppResult,
    ids::UserId,
};

/// People of one query: SQLite binds at most 32,766 values.
const BATCH: usize = 1000;

/// Somebody to whom notices are sent.
pub struct Reach {
    /// Who.
    pub user: UserId,
    /// Where to.
    pub email: String,
    /// In which language.
    pub language: ContactLanguage,
}

/// Those of some people who have an address and want notices by e-mail.
pub fn reachable(conn: &mut Conn, people: &[UserId]) -> AppResult<Vec<Reach>> {
    let mut found = Vec::new();
    for batch in people.chunks(BATCH) {
        let rows: Vec<ContactRow> = user_contacts::table
            .filter(user_contacts::user_id.eq_any(batch))
            .filter(user_contacts::notify_by_email.eq(true))
            .filter(user_contacts::email.is_not_null())
            .order(user_contacts::user_id)
            .select(ContactRow::as_select())
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|row| {
            Some(Reach {
                user: row.user_id,
                email: row.email?,
                language: row.language,
            })
        }));
    }
    Ok(found)
}

/// The addresses of some people.
pub fn emails(conn: &mut Conn, people: &[UserId]) -> AppResult<BTreeMap<UserId, String>> {
    let rows: Vec<(UserId, Option<String>)> = user_contacts::table
        .filter(user_contacts::user_id.eq_any(people))
        .select((user_contacts::user_id, user_contacts::email))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(user, email)| Some((user, email?)))
        .collect())
}

/// How a person is reached; who said nothing gets notices in Vietnamese, once there is an address.
pub fn find(conn: &mut Conn, user: &UserId) -> AppResult<ContactRow> {
    let found = user_contacts::table
        .find(user)
        .select(ContactRow::as_select())
        .first(conn)
        .optional()?;
    if let Some(row) = found {
        return Ok(row);
    }
    let updated_at = users::table.find(user).select(users::created_at).first(conn)?;
    Ok(ContactRow {
        user_id: user.clone(),
        email: None,
        language: ContactLanguage::Vi,
        notify_by_email: true,
        updated_at,
    })
}

/// Keeps how a person is reached.
pub fn save(tx: &mut Tx<'_>, row: &ContactRow) -> AppResult<()> {
    diesel::delete(user_contacts::table.find(&row.user_id)).execute(tx.conn())?;
    diesel::insert_into(user_contacts::table)
        .values(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Gives a person an address, or takes it away; the rest stays as the person wanted it.
pub fn set_email(tx: &mut Tx<'_>, user: &UserId, email: Option<&str>) -> AppResult<()> {
    let row = ContactRow {
        email: email.map(str::to_owned),
        updated_at: tx.now(),
        ..find(tx.conn(), user)?
    };
    save(tx, &row)
}
