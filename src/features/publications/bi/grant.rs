//! A role of PostgreSQL that reads the views and nothing else.

use super::grant_store::{self, Standing};
use crate::{
    db::{Answer, Change, Database, Entry, Outcome},
    error::{AppError, AppResult, ErrorCode},
};

/// The views, as `docs/bi.md` describes them.
pub const VIEWS: [&str; 4] = ["v_publications", "v_rankings", "v_scores", "v_domains"];

/// A role's name, plain enough to stand in a statement: PostgreSQL takes no parameters there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName(String);

impl RoleName {
    /// Takes small letters, digits and `_`, at most 63, and no digit in front; no name that PostgreSQL reads as a keyword
    /// or keeps for itself.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fits = text.len() <= 63
            && text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && text
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
        if !fits || text == "public" || text == "none" || text.starts_with("pg_") {
            return Err(format!(
                "{text:?} is no role's name that can be used here: small letters, digits and _, at most 63, neither \
                 public nor none nor pg_…"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The statements that leave a role with the views and nothing else.
pub fn statements(schema: &str, role: &RoleName) -> Vec<String> {
    let role = format!("\"{}\"", role.as_str());
    let schema = format!("\"{}\"", schema.replace('"', "\"\""));
    let views = VIEWS.map(|view| format!("{schema}.{view}")).join(", ");
    vec![
        format!("REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA {schema} FROM {role}"),
        format!("REVOKE ALL PRIVILEGES ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}"),
        format!("REVOKE ALL PRIVILEGES ON ALL ROUTINES IN SCHEMA {schema} FROM {role}"),
        format!("REVOKE ALL PRIVILEGES ON SCHEMA {schema} FROM {role}"),
        format!("GRANT USAGE ON SCHEMA {schema} TO {role}"),
        format!("GRANT SELECT ON {views} TO {role}"),
    ]
}

/// Gives a role the views and takes everything else away. What it still may after that, as a member of another role for
/// example, is a reason to refuse and to leave all as it was.
pub async fn grant(db: &Database, change: Change, role: RoleName) -> AppResult<()> {
    let work = move |tx: &mut crate::db::Tx<'_>| match grant_store::grant(tx, &role)? {
        Standing::NotPostgres => Err(refused(
            "only PostgreSQL has roles; who may read an SQLite file reads all of it".to_owned(),
        )),
        Standing::NoRole => Err(refused(format!(
            "there is no role {0}; make it first: CREATE ROLE {0} LOGIN PASSWORD '…'",
            role.as_str()
        ))),
        Standing::MayStill(rights) => Err(refused(format!(
            "{} would still have: {}. Nothing was changed. Take it out of other roles, or take these rights from PUBLIC",
            role.as_str(),
            rights.join(", ")
        ))),
        Standing::Granted => Ok(Outcome::Done(
            Answer::empty(),
            Entry {
                object_kind: "database_role",
                object_id: role.as_str().to_owned(),
                before_digest: None,
                after_digest: None,
                detail: serde_json::json!({"views": VIEWS}),
            },
        )),
    };
    db.write(change, work).await.map(drop)
}

/// For the operator at the command line, who reads the cause.
fn refused(sentence: String) -> AppError {
    AppError {
        cause: Some(sentence),
        ..AppError::new(ErrorCode::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_more_than_a_name_is_refused() {
        for name in ["bi", "bi_reader", "_x1"] {
            assert!(RoleName::parse(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "1a",
            "Bi",
            "a b",
            "a\"; DROP TABLE users",
            "public",
            "none",
            "pg_monitor",
            "á",
            &"a".repeat(64),
        ] {
            assert!(RoleName::parse(name).is_err(), "{name}");
        }
    }
}
