//! Rights of a role in PostgreSQL.

use diesel::{connection::SimpleConnection, prelude::*, sql_types::Text};

use super::grant::{RoleName, VIEWS, statements};
use crate::{
    db::{Conn, Tx},
    error::AppResult,
};

/// What became of a grant.
pub enum Standing {
    /// The database has no roles.
    NotPostgres,
    /// There is no such role.
    NoRole,
    /// The role may do more than read the views: what.
    MayStill(Vec<String>),
    /// It may read the views, and nothing else here.
    Granted,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Everything that a role may do in the schema but to read the views. A superuser and an owner may do all, whatever is
/// revoked; a member of another role may do what that one may.
const RIGHTS: &str = "\
    SELECT c.relname || ': ' || r.name AS name FROM pg_class c \
    CROSS JOIN unnest(string_to_array('SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER', ',')) AS r (name) \
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
      AND NOT (r.name = 'SELECT' AND c.relname = ANY (string_to_array($2, ','))) \
      AND (has_table_privilege($1, c.oid, r.name) \
        OR (r.name IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege($1, c.oid, r.name))) \
    UNION ALL SELECT 'the schema: CREATE' WHERE has_schema_privilege($1, current_schema(), 'CREATE') \
    ORDER BY 1 LIMIT 10";

/// Gives a role the views and takes everything else away, and looks at what it may after that.
pub fn grant(tx: &mut Tx<'_>, role: &RoleName) -> AppResult<Standing> {
    let Conn::Pg(conn) = tx.conn() else {
        return Ok(Standing::NotPostgres);
    };
    let known: Vec<Name> = diesel::sql_query("SELECT rolname::text AS name FROM pg_roles WHERE rolname = $1")
        .bind::<Text, _>(role.as_str())
        .load(conn)?;
    if known.is_empty() {
        return Ok(Standing::NoRole);
    }
    let schema: Name = diesel::sql_query("SELECT current_schema()::text AS name").get_result(conn)?;
    conn.batch_execute(&statements(&schema.name, role).join("; "))?;
    let rights: Vec<Name> = diesel::sql_query(RIGHTS)
        .bind::<Text, _>(role.as_str())
        .bind::<Text, _>(VIEWS.join(","))
        .load(conn)?;
    if rights.is_empty() {
        return Ok(Standing::Granted);
    }
    Ok(Standing::MayStill(
        rights.into_iter().map(|right| right.name).collect(),
    ))
}
