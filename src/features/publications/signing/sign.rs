//! Signing what was published before publications were signed.

use super::{keys::Signer, store as signatures};
use crate::{
    db::{Change, Database, Entry, Outcome, Tx, json_answer},
    error::{AppError, AppResult},
    features::publications::store,
    ids::PublicationId,
};

/// The publications without a signature, oldest first.
pub async fn unsigned(db: &Database) -> AppResult<Vec<PublicationId>> {
    db.read(signatures::unsigned).await
}

/// Signs one of them; what has a signature is left alone, whichever key made it. The change holds
/// [`store::lock_publications`].
pub async fn sign_publication(
    db: &Database,
    change: Change,
    signer: Signer,
    id: PublicationId,
) -> AppResult<()> {
    db.write(change, move |tx| sign(tx, &signer, &id)).await.map(drop)
}

fn sign(tx: &mut Tx<'_>, signer: &Signer, id: &PublicationId) -> AppResult<Outcome> {
    if signatures::find_signature(tx.conn(), id)?.is_some() {
        return Ok(Outcome::Unchanged(crate::db::Answer::empty()));
    }
    let text = store::find_text(tx.conn(), id)?.ok_or_else(AppError::not_found)?;
    // A signature vouches for the document: one that was touched since must not get it.
    if PublicationId::of_document(&text) != *id {
        return Err(AppError::internal(format!(
            "the document of {id} in the database is not the one that was published: its SHA-256 is another"
        )));
    }
    signatures::insert_signature(tx, signer, id)?;
    let entry = Entry {
        object_kind: "publication",
        object_id: id.to_string(),
        before_digest: Some(id.to_string()),
        after_digest: Some(id.to_string()),
        detail: serde_json::json!({"kid": signer.key_row(tx.now()).kid}),
    };
    Ok(Outcome::Done(json_answer(200, &id)?, entry))
}
