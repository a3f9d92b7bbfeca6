//! Bytes and the change that names them, in the order that leaves no row without its bytes.

use super::{spool::Received, vault::Vault};
use crate::{
    db::{Answer, Change, Database, Outcome, Tx},
    error::{AppError, AppResult},
};

/// Keeps what was received, then makes the change that names it.
///
/// On its own: a caller who hangs up now must not part the change from what is due after it.
pub async fn keep(
    vault: Vault,
    db: Database,
    received: Received,
    change: Change,
    work: impl FnOnce(&mut Tx<'_>) -> AppResult<Outcome> + Send + 'static,
) -> AppResult<Answer> {
    let kept = tokio::spawn(async move {
        vault.keep(&received).await?;
        let answer = db.write(change, work).await?;
        vault.assure(&received).await?;
        Ok(answer)
    });
    kept.await.map_err(AppError::internal)?
}
