//! What stories need to be there before anybody speaks.

use diesel::prelude::*;
use parindex::{
    db::{
        Answer, Entry, Lock, Outcome,
        schema::{agencies, agency_levels, role_grants, users},
    },
    ids::{AgencyCode, LevelCode, UserId},
};
use serde_json::Value;

use super::TestApp;

impl TestApp {
    /// Adds agencies by their codes, all ministries, past the API: for stories in which agencies are only a name.
    pub fn add_agencies(&self, codes: &[&str]) {
        let level = LevelCode::parse("ministry").expect("a code");
        let codes: Vec<AgencyCode> = codes
            .iter()
            .map(|code| AgencyCode::parse(code).expect("a code"))
            .collect();
        let change = self.change("seed_agencies", vec![Lock::whole("agencies", "all")]);
        let added = self.db().write(change, move |tx| {
            let now = tx.now();
            let known: i64 = agency_levels::table.find(&level).count().get_result(tx.conn())?;
            if known == 0 {
                diesel::insert_into(agency_levels::table)
                    .values((
                        agency_levels::code.eq(&level),
                        agency_levels::name_vi.eq("Bộ"),
                        agency_levels::position.eq(1),
                    ))
                    .execute(tx.conn())?;
            }
            for code in &codes {
                diesel::insert_into(agencies::table)
                    .values((
                        agencies::code.eq(code),
                        agencies::level_code.eq(&level),
                        agencies::revision.eq(1_i64),
                        agencies::created_at.eq(now),
                        agencies::updated_at.eq(now),
                    ))
                    .execute(tx.conn())?;
            }
            Ok(Outcome::Done(
                Answer::empty(),
                seed_entry("agencies", codes.len()),
            ))
        });
        self.wait(added).expect("agencies");
    }

    /// Adds a person past the API, who has changed the first password already: how that is done is told by stories of its own,
    /// and three more passwords hashed for each person of each story would take a third of all tests' time.
    pub(super) fn add_user(&self, username: &str, password_hash: String, grants: &[Value]) {
        let change = self.change("seed_user", vec![Lock::whole("username", username)]);
        let (username, grants) = (username.to_owned(), grants.to_vec());
        let added = self.db().write(change, move |tx| {
            let (id, now) = (UserId::new(), tx.now());
            diesel::insert_into(users::table)
                .values((
                    users::id.eq(&id),
                    users::username.eq(&username),
                    users::display_name.eq(&username),
                    users::password_hash.eq(&password_hash),
                    users::must_change_password.eq(false),
                    users::active.eq(true),
                    users::revision.eq(1_i64),
                    users::created_at.eq(now),
                    users::updated_at.eq(now),
                ))
                .execute(tx.conn())?;
            for (position, grant) in (0_i32..).zip(&grants) {
                diesel::insert_into(role_grants::table)
                    .values((
                        role_grants::user_id.eq(&id),
                        role_grants::position.eq(position),
                        role_grants::role.eq(grant["role"].as_str().unwrap_or("")),
                        role_grants::agency_code.eq(grant["agency"].as_str()),
                        role_grants::include_below.eq(grant["include_below"].as_bool().unwrap_or(false)),
                    ))
                    .execute(tx.conn())?;
            }
            Ok(Outcome::Done(Answer::empty(), seed_entry("user", 1)))
        });
        self.wait(added).expect("a person");
    }
}

fn seed_entry(object_kind: &'static str, count: usize) -> Entry {
    Entry {
        object_kind,
        object_id: "all".to_owned(),
        before_digest: None,
        after_digest: None,
        detail: serde_json::json!({"added": count}),
    }
}
