//! Exports: files with what is not published, handed out to people. Each is on record like a change.

use super::caller::Caller;
use crate::{
    db::{Answer, Change, Database, Entry, Outcome},
    error::AppResult,
    ids::sha256_hex,
};

/// A file that is to be handed out.
#[derive(Debug)]
pub struct Export {
    change: Change,
    object_kind: &'static str,
    object_id: String,
    /// Who asks for the headers alone takes nothing away.
    is_taken: bool,
}

impl Caller {
    /// An export by this caller: the operation's id, and what is in the file.
    pub fn export(
        &self,
        operation: &'static str,
        object_kind: &'static str,
        object_id: impl Into<String>,
    ) -> Export {
        Export {
            change: self.secret_change(operation, Vec::new()),
            object_kind,
            object_id: object_id.into(),
            is_taken: !self.context.is_head,
        }
    }
}

impl Export {
    /// Puts on record that a file with these bytes is handed out. What can't be put on record must not be handed out.
    pub async fn record(self, db: &Database, bytes: &[u8]) -> AppResult<()> {
        self.record_digest(db, &sha256_hex(bytes)).await
    }

    /// The same for a file whose SHA-256 is known.
    pub async fn record_digest(self, db: &Database, sha256: &str) -> AppResult<()> {
        if !self.is_taken {
            return Ok(());
        }
        let entry = Entry {
            object_kind: self.object_kind,
            object_id: self.object_id,
            before_digest: None,
            after_digest: None,
            detail: serde_json::json!({"exported_sha256": sha256}),
        };
        let work = move |_: &mut crate::db::Tx<'_>| Ok(Outcome::Done(Answer::empty(), entry));
        db.write(self.change, work).await.map(|_| ())
    }
}
