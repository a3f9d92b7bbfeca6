//! Users and their grants in the database.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{
    contact_store,
    model::{GrantBody, NO_PASSWORD, NewUser, User, UserChange, UserRow},
};
use crate::{
    access::Role,
    db::{
        Conn, Database, Entry, MultiBackend, Outcome, Tx, digest_of, json_answer,
        schema::{agencies, role_grants, users},
    },
    error::{AppError, AppResult, FieldError, Message},
    ids::{AgencyCode, UserId},
    web::Cursor,
};

/// The row of a user by the name to log in with, folded.
pub fn find_by_username(conn: &mut Conn, username: &str) -> AppResult<Option<UserRow>> {
    Ok(users::table
        .filter(users::username.eq(username))
        .select(UserRow::as_select())
        .first(conn)
        .optional()?)
}

/// The row of the user whom the external provider calls by a name.
pub fn find_by_oidc_subject(conn: &mut Conn, subject: &str) -> AppResult<Option<UserRow>> {
    Ok(users::table
        .filter(users::oidc_subject.eq(subject))
        .select(UserRow::as_select())
        .first(conn)
        .optional()?)
}

/// The row of a user.
pub fn find_row(conn: &mut Conn, id: &UserId) -> AppResult<UserRow> {
    Ok(users::table.find(id).select(UserRow::as_select()).first(conn)?)
}

/// A user with the grants.
pub fn find_user(conn: &mut Conn, id: &UserId) -> AppResult<User> {
    let row = find_row(conn, id)?;
    let grants = grants_of(conn, std::slice::from_ref(id))?;
    let email = contact_store::emails(conn, std::slice::from_ref(id))?.remove(id);
    Ok(row.with(email, grants.into_iter().map(|(_, grant)| grant).collect()))
}

/// One page of users, by user name.
pub fn list_users(conn: &mut Conn, cursor: &Cursor) -> AppResult<Vec<User>> {
    let mut query = users::table
        .select(UserRow::as_select())
        .order(users::username)
        .limit(cursor.fetch())
        .into_boxed::<MultiBackend>();
    if let Some(after) = cursor.after.clone() {
        query = query.filter(users::username.gt(after));
    }
    let rows: Vec<UserRow> = query.load(conn)?;
    let ids: Vec<UserId> = rows.iter().map(|row| row.id.clone()).collect();
    let grants = grants_of(conn, &ids)?;
    let mut emails = contact_store::emails(conn, &ids)?;
    let own = |id: &UserId| {
        grants
            .iter()
            .filter(|(user, _)| user == id)
            .map(|(_, grant)| grant.clone())
            .collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let grants = own(&row.id);
            let email = emails.remove(&row.id);
            row.with(email, grants)
        })
        .collect())
}

fn grants_of(conn: &mut Conn, ids: &[UserId]) -> AppResult<Vec<(UserId, GrantBody)>> {
    let rows: Vec<(UserId, Role, Option<AgencyCode>, bool)> = role_grants::table
        .filter(role_grants::user_id.eq_any(ids))
        .order((role_grants::user_id, role_grants::position))
        .select((
            role_grants::user_id,
            role_grants::role,
            role_grants::agency_code,
            role_grants::include_below,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(user, role, agency, include_below)| {
            (
                user,
                GrantBody {
                    role,
                    agency,
                    include_below,
                },
            )
        })
        .collect())
}

/// Puts people's names in the place of their ids; what is no person, such as `system`, stays as it is.
pub fn put_names<'a>(conn: &mut Conn, people: impl Iterator<Item = &'a mut String>) -> AppResult<()> {
    let people: Vec<&mut String> = people.collect();
    let ids: BTreeSet<UserId> = people
        .iter()
        .filter_map(|id| UserId::parse(id.as_str()).ok())
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let names: BTreeMap<UserId, String> = users::table
        .filter(users::id.eq_any(ids))
        .select((users::id, users::display_name))
        .load::<(UserId, String)>(conn)?
        .into_iter()
        .collect();
    for person in people {
        let name = UserId::parse(person.as_str()).ok().and_then(|id| names.get(&id));
        if let Some(name) = name {
            person.clone_from(name);
        }
    }
    Ok(())
}

/// Names the agencies of grants that don't exist.
pub fn check_agencies(conn: &mut Conn, grants: &[GrantBody]) -> AppResult<Vec<FieldError>> {
    let asked: Vec<&AgencyCode> = grants.iter().filter_map(|grant| grant.agency.as_ref()).collect();
    let known: Vec<AgencyCode> = agencies::table
        .filter(agencies::code.eq_any(asked))
        .select(agencies::code)
        .load(conn)?;
    Ok(grants
        .iter()
        .enumerate()
        .filter_map(|(index, grant)| {
            let agency = grant.agency.as_ref()?;
            (!known.contains(agency)).then(|| {
                FieldError::new(
                    format!("/grants/{index}/agency"),
                    "unknown_agency",
                    Message::new(
                        format!("Không có cơ quan {agency}."),
                        format!("There is no agency {agency}."),
                    ),
                )
            })
        })
        .collect())
}

/// Adds a user.
pub fn insert_user(
    tx: &mut Tx<'_>,
    new: &NewUser,
    password_hash: String,
    must_change: bool,
) -> AppResult<User> {
    let now = tx.now();
    let row = UserRow {
        id: UserId::new(),
        username: new.username.clone(),
        display_name: new.display_name.clone(),
        password_hash,
        must_change_password: must_change,
        active: true,
        revision: 1,
        created_at: now,
        updated_at: now,
        oidc_subject: new.oidc_subject.clone(),
        password_set_at: Some(now),
    };
    diesel::insert_into(users::table)
        .values(&row)
        .execute(tx.conn())?;
    replace_grants(tx, &row.id, &new.grants)?;
    if let Some(email) = &new.email {
        contact_store::set_email(tx, &row.id, Some(email))?;
    }
    Ok(row.with(new.email.clone(), new.grants.clone()))
}

fn replace_grants(tx: &mut Tx<'_>, user: &UserId, grants: &[GrantBody]) -> AppResult<()> {
    diesel::delete(role_grants::table.filter(role_grants::user_id.eq(user))).execute(tx.conn())?;
    for (position, grant) in (0_i32..).zip(grants) {
        diesel::insert_into(role_grants::table)
            .values((
                role_grants::user_id.eq(user),
                role_grants::position.eq(position),
                role_grants::role.eq(grant.role),
                role_grants::agency_code.eq(grant.agency.as_ref()),
                role_grants::include_below.eq(grant.include_below),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Changes what the change names.
pub fn update_user(tx: &mut Tx<'_>, before: &User, change: &UserChange) -> AppResult<User> {
    let now = tx.now();
    let display_name = change
        .display_name
        .clone()
        .unwrap_or_else(|| before.display_name.clone());
    let updated = diesel::update(
        users::table
            .find(&before.id)
            .filter(users::revision.eq(before.revision)),
    )
    .set((
        users::display_name.eq(display_name),
        users::active.eq(change.active.unwrap_or(before.active)),
        users::oidc_subject.eq(change
            .oidc_subject
            .clone()
            .unwrap_or_else(|| before.oidc_subject.clone())),
        users::revision.eq(before.revision + 1),
        users::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    if updated == 0 {
        return Err(AppError::new(crate::error::ErrorCode::Conflict));
    }
    if let Some(grants) = &change.grants {
        replace_grants(tx, &before.id, grants)?;
    }
    if let Some(email) = &change.email {
        contact_store::set_email(tx, &before.id, email.as_deref())?;
    }
    find_user(tx.conn(), &before.id)
}

/// Marks a change of what belongs to a user; fails if somebody else's came before.
pub fn touch_user(tx: &mut Tx<'_>, before: &UserRow) -> AppResult<()> {
    let now = tx.now();
    let touched = diesel::update(
        users::table
            .find(&before.id)
            .filter(users::revision.eq(before.revision)),
    )
    .set((users::revision.eq(before.revision + 1), users::updated_at.eq(now)))
    .execute(tx.conn())?;
    if touched == 0 {
        return Err(AppError::new(crate::error::ErrorCode::Conflict));
    }
    Ok(())
}

/// Sets a password's hash.
pub fn set_password(tx: &mut Tx<'_>, user: &UserId, hash: String, must_change: bool) -> AppResult<()> {
    let now = tx.now();
    diesel::update(users::table.find(user))
        .set((
            users::password_hash.eq(hash),
            users::must_change_password.eq(must_change),
            users::password_set_at.eq(now),
            users::revision.eq(users::revision + 1),
            users::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps another hash of the same password, unless it was changed meanwhile. Nothing that is shown of the user changes.
pub fn renew_hash(tx: &mut Tx<'_>, user: &UserRow, hash: &str) -> AppResult<()> {
    let same = users::table
        .find(&user.id)
        .filter(users::password_hash.eq(&user.password_hash));
    diesel::update(same)
        .set(users::password_hash.eq(hash))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes the password away.
pub fn remove_password(tx: &mut Tx<'_>, user: &UserId) -> AppResult<()> {
    // What nobody has need not be changed: that would keep its owner out of everything.
    set_password(tx, user, NO_PASSWORD.to_owned(), false)
}

/// Makes an administrator, from the command line.
pub async fn create_administrator(
    db: &Database,
    change: crate::db::Change,
    username: String,
    password_hash: String,
    must_change: bool,
) -> AppResult<()> {
    let new = NewUser {
        display_name: username.clone(),
        username,
        email: None,
        oidc_subject: None,
        grants: vec![GrantBody {
            role: Role::Administrator,
            agency: None,
            include_below: false,
        }],
    };
    db.write(change, move |tx| {
        let user = insert_user(tx, &new, password_hash, must_change)?;
        Ok(Outcome::Done(
            json_answer(201, &user)?,
            Entry {
                object_kind: "user",
                object_id: user.id.to_string(),
                before_digest: None,
                after_digest: Some(digest_of(&user)?),
                detail: serde_json::json!({"username": user.username}),
            },
        ))
    })
    .await?;
    Ok(())
}
