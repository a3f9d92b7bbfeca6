//! Giving rows to what was published before there were rows, and comparing rows with documents.

use super::store;
use crate::{
    db::{Answer, Change, Conn, Database, Entry, Outcome, Tx},
    error::{AppError, AppResult},
    features::publications::document::Document,
    ids::PublicationId,
};

/// A publication whose rows are not those of its document.
pub type Unlike = PublicationId;

/// Gives every publication its rows that has none, each in a change of its own; tells which.
///
/// `change` makes the change of one; it holds the lock of the publications, so that two instances that start at once do not
/// both add them.
pub async fn fill_missing(db: &Database, change: impl Fn() -> Change) -> AppResult<Vec<PublicationId>> {
    let missing = db.read(store::without_rows).await?;
    let mut filled = Vec::new();
    for id in missing {
        match fill(db, change(), id.clone()).await {
            Ok(()) => filled.push(id),
            // The others must not go without for it.
            Err(error) => {
                tracing::error!(publication = %id, %error, "a publication gets no rows for SQL readers")
            }
        }
    }
    Ok(filled)
}

/// Gives one publication its rows, unless it has them.
pub async fn fill(db: &Database, change: Change, id: PublicationId) -> AppResult<()> {
    db.write(change, move |tx| fill_one(tx, &id)).await.map(drop)
}

fn fill_one(tx: &mut Tx<'_>, id: &PublicationId) -> AppResult<Outcome> {
    let (sequence, document) = open(tx.conn(), id)?;
    if store::has_rows(tx.conn(), sequence)? {
        return Ok(Outcome::Unchanged(Answer::empty()));
    }
    store::insert_rows(tx, sequence, &document)?;
    let entry = Entry {
        object_kind: "publication",
        object_id: id.to_string(),
        // The publication is what it was.
        before_digest: Some(id.to_string()),
        after_digest: Some(id.to_string()),
        detail: serde_json::json!({"sequence": sequence}),
    };
    Ok(Outcome::Done(Answer::empty(), entry))
}

/// A document that still is the one that was published: rows of another one would be read as published, too.
fn open(conn: &mut Conn, id: &PublicationId) -> AppResult<(i64, Document)> {
    let (sequence, text) = store::find(conn, id)?;
    if PublicationId::of_document(&text) != *id {
        return Err(AppError::internal(format!(
            "the document of {id} in the database is not the one that was published: its SHA-256 is another"
        )));
    }
    Ok((sequence, Document::parse(&text)?))
}

/// Compares the rows of all publications with their documents: how many were looked at, and which are not alike.
pub async fn check(db: &Database) -> AppResult<(usize, Vec<Unlike>)> {
    let ids = db.read(store::all).await?;
    let mut unlike = Vec::new();
    for id in &ids {
        let asked = id.clone();
        let alike = db
            .read(move |conn| match open(conn, &asked) {
                Ok((sequence, document)) => store::are_like(conn, sequence, &document),
                Err(error) => {
                    tracing::error!(%error, "a document can't be compared");
                    Ok(false)
                }
            })
            .await?;
        if !alike {
            unlike.push(id.clone());
        }
    }
    Ok((ids.len(), unlike))
}
