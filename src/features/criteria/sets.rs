//! Compiled criteria sets, kept between requests.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use lru::LruCache;

use super::store;
use crate::{
    db::{Conn, Tx},
    error::{AppError, AppResult},
    ids::SetCode,
    scoring::{CompiledSet, CriteriaSet},
};

/// A compiled set of 1,000 indicators takes about a megabyte.
const SETS_KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(63);

/// The criteria sets for scoring. A clone shares what is kept.
///
/// Kept by the digest of the document, not by version: what was read in a change that is then taken back, or what
/// another instance replaced meanwhile, can never be taken for the present one. The digest is read each time.
#[derive(Clone)]
pub struct Sets {
    kept: Arc<Mutex<LruCache<String, Arc<CompiledSet>>>>,
}

impl Default for Sets {
    fn default() -> Self {
        Self {
            kept: Arc::new(Mutex::new(LruCache::new(SETS_KEPT_MAX))),
        }
    }
}

impl Sets {
    /// A version, ready for scoring; 404 if there is none.
    pub fn load(&self, conn: &mut Conn, code: &SetCode, version: i32) -> AppResult<Arc<CompiledSet>> {
        let digest = store::find_digest(conn, code, version)?;
        self.load_with_digest(conn, code, version, &digest)
    }

    /// The same with its digest.
    pub fn load_named(
        &self,
        conn: &mut Conn,
        code: &SetCode,
        version: i32,
    ) -> AppResult<(Arc<CompiledSet>, String)> {
        let digest = store::find_digest(conn, code, version)?;
        Ok((self.load_with_digest(conn, code, version, &digest)?, digest))
    }

    /// The same where the caller has read the version's digest together with something else.
    pub fn load_with_digest(
        &self,
        conn: &mut Conn,
        code: &SetCode,
        version: i32,
        digest: &str,
    ) -> AppResult<Arc<CompiledSet>> {
        if let Some(set) = self
            .kept
            .lock()
            .ok()
            .and_then(|mut kept| kept.get(digest).cloned())
        {
            return Ok(set);
        }
        let (summary, document) = store::find_with_document(conn, code, version)?;
        let set = Arc::new(compile(&document)?);
        if let Ok(mut kept) = self.kept.lock() {
            kept.put(summary.digest, set.clone());
        }
        Ok(set)
    }
}

fn compile(document: &str) -> AppResult<CompiledSet> {
    let set: CriteriaSet = serde_json::from_str(document).map_err(AppError::internal)?;
    // It was found good when it was kept, so a fault now is ours.
    set.compile().map_err(|faults| {
        let first = faults.first().map_or("", |fault| fault.pointer.as_str());
        AppError::internal(format!(
            "a kept criteria set has {} faults, first at {first:?}",
            faults.len()
        ))
    })
}

/// Freezes a version, as part of a change: from now on it never changes again. 404 if there is none.
pub fn freeze(tx: &mut Tx<'_>, code: &SetCode, version: i32) -> AppResult<()> {
    store::freeze(tx, code, version)
}
