//! Whether the database answers.

use diesel::connection::SimpleConnection;

use crate::{db::Conn, error::AppResult};

/// Asks the database for nothing.
pub fn ping(conn: &mut Conn) -> AppResult<()> {
    Ok(conn.batch_execute("SELECT 1")?)
}
