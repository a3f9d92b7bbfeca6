//! Published results in memory: read all day, while the database is busy, slow or down.
//!
//! Rankings and domains in every form, and the packed documents, are kept as long as they fit into
//! `PARINDEX_PUBLICATIONS_BYTES_MAX`, the latest of each family first. Everything else is rendered at its first reading
//! and kept as long as it fits.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use super::{
    part::{Form, PartName},
    render::Source,
    shelf::{Opened, Published, Shelf},
    signing::{self, KeyRow},
    store,
};
use crate::{
    db::Database,
    error::{AppError, AppResult},
    ids::PublicationId,
    web::{Bounded, Format, Representations},
};

/// Bytes of the parts that are rendered on demand.
const PARTS_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes of text of the documents that are kept open while their parts are read one after another.
const OPENED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Parts rendered at once: many callers for what is not there yet must not fill the memory.
const RENDERED_AT_ONCE: usize = 2;
/// How often another instance's publications are looked for.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// How long a list waits for that look; a database that is slow or down must not slow down what is in memory.
const CHECK_WAITS_MAX: Duration = Duration::from_millis(250);
/// Publications read at once.
const BATCH: i64 = 8;

/// A body that is rendered at its first reading.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartKey {
    /// Whose it is: a publication's id, or the digest of several.
    pub of: String,
    /// The part.
    pub part: PartName,
    /// The form.
    pub form: Form,
}

struct Inner {
    db: Database,
    bytes_max: usize,
    credit: [Option<String>; 2],
    shelf: RwLock<Arc<Shelf>>,
    /// One looks for new publications, the others go on.
    refreshing: tokio::sync::Mutex<()>,
    checked_at: Mutex<Option<Instant>>,
    loaded: AtomicBool,
    parts: Mutex<Bounded<PartKey, Representations>>,
    opened: Mutex<Bounded<PublicationId, Opened>>,
    rendering: Semaphore,
    keys: Mutex<Option<Vec<KeyRow>>>,
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
    pub fn new(db: Database, bytes_max: usize, credit: [Option<String>; 2]) -> Self {
        Self(Arc::new(Inner {
            db,
            bytes_max,
            credit,
            shelf: RwLock::new(Arc::new(Shelf::default())),
            refreshing: tokio::sync::Mutex::new(()),
            checked_at: Mutex::new(None),
            loaded: AtomicBool::new(false),
            parts: Mutex::new(Bounded::new(PARTS_BYTES_MAX)),
            opened: Mutex::new(Bounded::new(OPENED_BYTES_MAX)),
            rendering: Semaphore::new(RENDERED_AT_ONCE),
            keys: Mutex::new(None),
        }))
    }

    /// Who publishes, and the address of the licence, as far as they were set.
    pub fn credit(&self) -> &[Option<String>; 2] {
        &self.0.credit
    }

    /// Every key that has signed a publication; those that were read last while the database can't be read.
    pub async fn keys(&self) -> AppResult<Vec<KeyRow>> {
        match self.0.db.read(signing::store::all_keys).await {
            Ok(keys) => {
                *lock(&self.0.keys) = Some(keys.clone());
                Ok(keys)
            }
            Err(error) => {
                let known = lock(&self.0.keys).clone().ok_or(error)?;
                tracing::warn!("the keys of publications can't be read; the known ones are served");
                Ok(known)
            }
        }
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
            let bytes_max = self.0.bytes_max;
            let shelf = tokio::task::spawn_blocking(move || {
                for (row, signature) in rows {
                    match Published::render(&row, signature) {
                        Ok(published) => shelf.add(published),
                        Err(error) => {
                            // The others must not go missing for it.
                            tracing::error!(publication = %row.id, %error, "a publication can't be shown");
                            shelf.skip(row.sequence);
                        }
                    }
                }
                shelf.fit(bytes_max);
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

    /// Takes in what was just published here, and is kept; where others published meanwhile, all of it.
    pub async fn take_in(&self, published: Published) {
        {
            let _one = self.0.refreshing.lock().await;
            let mut shelf = Shelf::clone(&self.shelf());
            if self.0.loaded.load(Ordering::Acquire) && shelf.last_sequence() + 1 == published.about.sequence
            {
                shelf.add(published);
                shelf.fit(self.0.bytes_max);
                *self.0.shelf.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shelf);
                *lock(&self.0.checked_at) = Some(Instant::now());
                return;
            }
        }
        self.learn().await;
    }

    /// The same after something was published here. It is published whether or not it can be read at this moment.
    pub async fn learn(&self) {
        if let Err(error) = self.refresh().await {
            tracing::warn!(%error, "the new publication is read later");
        }
    }

    /// Whether a publication is known to be the last one, without looking for others: what was found within the second.
    pub fn is_last(&self, sequence: i64) -> bool {
        let checked_at = *lock(&self.0.checked_at);
        checked_at.is_some_and(|at| at.elapsed() < CHECK_EVERY) && self.shelf().last_sequence() == sequence
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

    /// A part of a publication that is rendered at its first reading.
    pub async fn part(
        &self,
        published: &Arc<Published>,
        part: PartName,
        form: Form,
    ) -> AppResult<Arc<Representations>> {
        let id = published.about.id.clone();
        let key = PartKey {
            of: id.to_string(),
            part: part.clone(),
            form,
        };
        if let Some(kept) = self.kept(&key) {
            return Ok(kept);
        }
        if part == PartName::Document {
            let text = self.text(published).await?;
            let stem = super::shelf::stem(id.as_str(), "document");
            let render = move || Representations::render(text.into_bytes(), &stem, form.format);
            return self.made(key, render).await;
        }
        let opened = self.open(published).await?;
        let render = move || {
            let source = Source {
                id: &id,
                document: &opened.document,
                set: opened.set.as_ref(),
            };
            source.represent(&part, form)
        };
        self.made(key, render).await
    }

    /// A publication's document in plain bytes alone, which is what parts of it are taken from. However large it is, it is
    /// kept while part after part is read: then alone.
    pub async fn plain_document(&self, published: &Arc<Published>) -> AppResult<Arc<Representations>> {
        let id = published.about.id.as_str();
        let key = PartKey {
            of: format!("{id} plain"),
            part: PartName::Document,
            form: Form::plain(Format::Json),
        };
        if let Some(kept) = self.kept(&key) {
            return Ok(kept);
        }
        let _turn = self.0.rendering.acquire().await.map_err(AppError::internal)?;
        if let Some(kept) = self.kept(&key) {
            return Ok(kept);
        }
        let (text, stem) = (self.text(published).await?, super::shelf::stem(id, "document"));
        let made = Arc::new(Representations::plain(text.into_bytes(), &stem, Format::Json)?);
        let weight = made.weight().min(PARTS_BYTES_MAX);
        lock(&self.0.parts).put(key, made.clone(), weight);
        Ok(made)
    }

    /// A body that was rendered before and is still kept.
    pub fn kept(&self, key: &PartKey) -> Option<Arc<Representations>> {
        lock(&self.0.parts).get(key)
    }

    /// Renders a body off the threads that serve others, unless somebody else has just done so.
    pub async fn made(
        &self,
        key: PartKey,
        render: impl FnOnce() -> AppResult<Representations> + Send + 'static,
    ) -> AppResult<Arc<Representations>> {
        let _turn = self.0.rendering.acquire().await.map_err(AppError::internal)?;
        if let Some(kept) = self.kept(&key) {
            return Ok(kept);
        }
        let made = tokio::task::spawn_blocking(render)
            .await
            .map_err(AppError::internal)??;
        let made = Arc::new(made);
        lock(&self.0.parts).put(key, made.clone(), made.weight());
        Ok(made)
    }

    /// A publication's document, ready to compute from.
    pub async fn open(&self, published: &Arc<Published>) -> AppResult<Arc<Opened>> {
        let id = published.about.id.clone();
        if let Some(opened) = lock(&self.0.opened).get(&id) {
            return Ok(opened);
        }
        let text = self.text(published).await?;
        // However large a document is, it is kept while its agencies are read one after another: then alone.
        let weight = text.len().min(OPENED_BYTES_MAX);
        let opened = tokio::task::spawn_blocking(move || Opened::of(&text))
            .await
            .map_err(AppError::internal)??;
        let opened = Arc::new(opened);
        lock(&self.0.opened).put(id, opened.clone(), weight);
        Ok(opened)
    }

    /// The canonical text: unpacked, or from the database where it is no longer kept.
    async fn text(&self, published: &Arc<Published>) -> AppResult<String> {
        let published = published.clone();
        if published.document().is_some() {
            let unpack = move || {
                let packed = published.document().ok_or_else(AppError::not_found)?;
                String::from_utf8(packed.unpack_gzip()?).map_err(AppError::internal)
            };
            return tokio::task::spawn_blocking(unpack)
                .await
                .map_err(AppError::internal)?;
        }
        let id = published.about.id.clone();
        let text = self.0.db.read(move |conn| store::find_text(conn, &id)).await?;
        text.ok_or_else(|| AppError::internal("a publication is gone from the database"))
    }
}
