//! Published results in memory: read all day, while the database is busy, slow or down.
//!
//! The publications themselves, their rankings and domains stay for good (some 300 kB for a round of 63 provinces and
//! 88 indicators, packed and plain together); an agency's part and the plain document are rendered at the first
//! reading and kept as long as they fit.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use lru::LruCache;

use super::{
    agency_view::agency_result,
    shelf::{Opened, Published, Shelf, stem, to_json},
    store, tables, views,
};
use crate::{
    db::Database,
    error::{AppError, AppResult},
    formats::write_csv,
    web::{Format, Representations},
};

/// Bytes of the parts that are rendered on demand.
const PARTS_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Documents that are kept unpacked while their agencies are read one after another.
const OPENED_MAX: usize = 2;
/// How often another instance's publications are looked for.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// How long a list waits for that look; a database that is slow or down must not slow down what is in memory.
const CHECK_WAITS_MAX: Duration = Duration::from_millis(250);
/// Publications read at once.
const BATCH: i64 = 8;

/// A part that is rendered at its first reading.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PartKey {
    /// The canonical document.
    Document(String),
    /// An agency of a publication.
    Agency(String, String, Format),
}

/// Parts with their weight in bytes.
struct Parts {
    kept: LruCache<PartKey, Arc<Representations>>,
    bytes: usize,
}

impl Parts {
    fn put(&mut self, key: PartKey, part: Arc<Representations>) {
        self.bytes += part.weight();
        if let Some((_, old)) = self.kept.push(key, part) {
            self.bytes = self.bytes.saturating_sub(old.weight());
        }
        while self.bytes > PARTS_BYTES_MAX && self.kept.len() > 1 {
            let Some((_, oldest)) = self.kept.pop_lru() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(oldest.weight());
        }
    }
}

struct Inner {
    db: Database,
    shelf: RwLock<Arc<Shelf>>,
    /// One looks for new publications, the others go on.
    refreshing: tokio::sync::Mutex<()>,
    checked_at: Mutex<Option<Instant>>,
    loaded: AtomicBool,
    parts: Mutex<Parts>,
    opened: Mutex<LruCache<String, Arc<Opened>>>,
}

/// The published results, shared by all handlers.
#[derive(Clone)]
pub struct Publications(Arc<Inner>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is left half done in these maps when a thread panics.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Publications {
    /// Nothing is read yet: the first reading does, or [`Publications::refresh`] at the start.
    pub fn new(db: Database) -> Self {
        Self(Arc::new(Inner {
            db,
            shelf: RwLock::new(Arc::new(Shelf::default())),
            refreshing: tokio::sync::Mutex::new(()),
            checked_at: Mutex::new(None),
            loaded: AtomicBool::new(false),
            parts: Mutex::new(Parts {
                kept: LruCache::unbounded(),
                bytes: 0,
            }),
            opened: Mutex::new(LruCache::new(
                std::num::NonZeroUsize::new(OPENED_MAX).unwrap_or(std::num::NonZeroUsize::MIN),
            )),
        }))
    }

    /// All publications as they stand in memory.
    pub fn shelf(&self) -> Arc<Shelf> {
        self.0
            .shelf
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The publication with an id, if it is in memory: the fast way.
    pub fn find(&self, id: &str) -> Option<Arc<Published>> {
        self.0
            .shelf
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .find(id)
    }

    /// The publication with an id; one that is not in memory may have been added by another instance.
    pub async fn get(&self, id: &str) -> AppResult<Arc<Published>> {
        if let Some(published) = self.find(id) {
            return Ok(published);
        }
        self.refresh().await?;
        self.find(id).ok_or_else(AppError::not_found)
    }

    /// Takes in what was published since the last look.
    pub async fn refresh(&self) -> AppResult<()> {
        let _one = self.0.refreshing.lock().await;
        loop {
            let known = self.shelf().last_sequence();
            let rows = self
                .0
                .db
                .read(move |conn| store::publications_after(conn, known, BATCH))
                .await?;
            if rows.is_empty() {
                break;
            }
            let mut shelf = Shelf::clone(&self.shelf());
            let shelf = tokio::task::spawn_blocking(move || {
                for row in rows {
                    match Published::render(&row) {
                        Ok(published) => shelf.add(published),
                        Err(error) => {
                            // The others must not go missing for it.
                            tracing::error!(publication = %row.id, %error, "a publication can't be shown");
                            shelf.skip(row.sequence);
                        }
                    }
                }
                shelf
            })
            .await
            .map_err(AppError::internal)?;
            *self.0.shelf.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shelf);
        }
        *lock(&self.0.checked_at) = Some(Instant::now());
        self.0.loaded.store(true, Ordering::Release);
        Ok(())
    }

    /// The same after something was published here. It is published whether or not it can be read at this moment.
    pub async fn learn(&self) {
        if let Err(error) = self.refresh().await {
            tracing::warn!(%error, "the new publication is read later");
        }
    }

    /// The same for lists, at most once a second. What is in memory is served even if the database is down.
    pub async fn freshen(&self) -> AppResult<()> {
        let is_due = {
            let mut checked_at = lock(&self.0.checked_at);
            let due = checked_at.is_none_or(|at| at.elapsed() >= CHECK_EVERY);
            if due && self.0.loaded.load(Ordering::Acquire) {
                // The others go on with what they have meanwhile.
                *checked_at = Some(Instant::now());
            }
            due
        };
        if !is_due {
            return Ok(());
        }
        if !self.0.loaded.load(Ordering::Acquire) {
            return self.refresh().await;
        }
        match tokio::time::timeout(CHECK_WAITS_MAX, self.refresh()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "new publications can't be looked for; the known ones are served");
            }
            Err(_) => tracing::warn!("looking for new publications takes long; the known ones are served"),
        }
        Ok(())
    }

    /// A part that is rendered at its first reading.
    pub async fn part(&self, published: &Arc<Published>, key: PartKey) -> AppResult<Arc<Representations>> {
        if let Some(part) = lock(&self.0.parts).kept.get(&key) {
            return Ok(part.clone());
        }
        let (this, published) = (self.clone(), published.clone());
        let made = key.clone();
        let part = tokio::task::spawn_blocking(move || this.render(&published, &made))
            .await
            .map_err(AppError::internal)??;
        let part = Arc::new(part);
        lock(&self.0.parts).put(key, part.clone());
        Ok(part)
    }

    fn render(&self, published: &Published, key: &PartKey) -> AppResult<Representations> {
        match key {
            PartKey::Document(id) => Representations::render(
                published.document.unpack_gzip()?,
                &stem(id, "document"),
                Format::Json,
            ),
            PartKey::Agency(id, code, format) => {
                let opened = self.open(published)?;
                let ranking = views::ranking(&published.about.id, &opened.document)?;
                let view = agency_result(&opened.document, opened.set.as_ref(), ranking, code)?;
                let body = match format {
                    Format::Json => to_json(&view)?,
                    Format::Csv => write_csv(&tables::agency(&view)).into_bytes(),
                };
                Representations::render(body, &stem(id, &agency_part(code)), *format)
            }
        }
    }

    fn open(&self, published: &Published) -> AppResult<Arc<Opened>> {
        let id = published.about.id.as_str();
        if let Some(opened) = lock(&self.0.opened).get(id) {
            return Ok(opened.clone());
        }
        let opened = Arc::new(Opened::of(published)?);
        lock(&self.0.opened).put(id.to_owned(), opened.clone());
        Ok(opened)
    }
}

/// The name of an agency's part in its ETag.
pub fn agency_part(code: &str) -> String {
    format!("agency.{code}")
}
