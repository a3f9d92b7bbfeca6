//! Compiled instruments, kept between requests.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use lru::LruCache;

use super::store;
use crate::{
    db::{Conn, Tx},
    error::{AppError, AppResult},
    ids::InstrumentCode,
    survey::{CompiledInstrument, Instrument},
};

const INSTRUMENTS_KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(63);

/// The instruments for reading answers. A clone shares what is kept.
///
/// Kept by the digest of the document, as criteria sets are, so that what a change took back is never taken for the
/// present one.
#[derive(Clone)]
pub struct Instruments {
    kept: Arc<Mutex<LruCache<String, Arc<CompiledInstrument>>>>,
}

impl Default for Instruments {
    fn default() -> Self {
        Self {
            kept: Arc::new(Mutex::new(LruCache::new(INSTRUMENTS_KEPT_MAX))),
        }
    }
}

impl Instruments {
    /// Whether there is a version.
    pub fn exists(&self, conn: &mut Conn, code: &InstrumentCode, version: i32) -> AppResult<bool> {
        Ok(store::find_summary(conn, code, version)?.is_some())
    }

    /// A version, ready for reading answers; 404 if there is none.
    pub fn load(
        &self,
        conn: &mut Conn,
        code: &InstrumentCode,
        version: i32,
    ) -> AppResult<Arc<CompiledInstrument>> {
        let digest = store::find_digest(conn, code, version)?;
        if let Some(known) = self
            .kept
            .lock()
            .ok()
            .and_then(|mut kept| kept.get(&digest).cloned())
        {
            return Ok(known);
        }
        let (summary, document) = store::find_with_document(conn, code, version)?;
        let compiled = Arc::new(compile(&document)?);
        if let Ok(mut kept) = self.kept.lock() {
            kept.put(summary.digest, compiled.clone());
        }
        Ok(compiled)
    }
}

fn compile(document: &str) -> AppResult<CompiledInstrument> {
    let instrument: Instrument = serde_json::from_str(document).map_err(AppError::internal)?;
    // It was found good when it was kept, so a fault now is ours.
    instrument.compile().map_err(|faults| {
        let first = faults.first().map_or("", |fault| fault.pointer.as_str());
        AppError::internal(format!(
            "a kept instrument has {} faults, first at {first:?}",
            faults.len()
        ))
    })
}

/// Freezes a version, as part of a change: from now on it never changes again. 404 if there is none.
pub fn freeze(tx: &mut Tx<'_>, code: &InstrumentCode, version: i32) -> AppResult<()> {
    store::freeze(tx, code, version)
}
