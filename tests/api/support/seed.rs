//! What stories need to be there before anybody speaks.

use diesel::prelude::*;
use parindex::{
    db::{
        Answer, Entry, Lock, Outcome,
        schema::{agencies, agency_levels},
    },
    ids::{AgencyCode, LevelCode},
};

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
            Ok(Outcome::Done(Answer::empty(), seed_entry(codes.len())))
        });
        self.wait(added).expect("agencies");
    }
}

fn seed_entry(count: usize) -> Entry {
    Entry {
        object_kind: "agencies",
        object_id: "all".to_owned(),
        before_digest: None,
        after_digest: None,
        detail: serde_json::json!({"added": count}),
    }
}
