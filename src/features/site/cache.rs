//! Finished pages, kept until something is published.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use tokio::sync::Semaphore;

use super::{
    agency::AgencyPage,
    compare::Compare,
    criteria::Criteria,
    frame::Frame,
    listing::{Home, List, Method},
    off_thread,
    page::Page,
    programmes::{ProgrammeList, ProgrammePage},
    publication::PublicationPage,
    search::{Index, Search},
    words::Words,
    years::Years,
};
use crate::{
    db::Database,
    error::{AppError, AppResult},
    features::publications::{Opened, Publication, Publications},
    ids::sha256_hex,
    web::{Bounded, Format, Language, Representations},
};

/// Bytes of the pages that are kept, in every encoding.
const PAGES_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes of the pages of programmes that are kept.
const LIVE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Pages made at once: many callers for what is not there yet must not fill the memory.
const MADE_AT_ONCE: usize = 2;

/// A page in a language as it stood after so many publications.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    page: Page,
    is_english: bool,
    last_sequence: i64,
}

/// What agencies are found by, as it stood after so many publications.
type KeptIndex = (i64, Arc<Index>);

/// The pages of the results site, shared by all handlers.
#[derive(Clone)]
pub struct Site {
    db: Database,
    publications: Publications,
    /// Pages of programmes by the digest of what they say: they are made each time, and packed once.
    live: Arc<Mutex<Bounded<String, Representations>>>,
    pages: Arc<Mutex<Bounded<Key, Representations>>>,
    index: Arc<tokio::sync::Mutex<Option<KeptIndex>>>,
    making: Arc<Semaphore>,
}

impl Site {
    /// No page is made yet.
    pub fn new(db: Database, publications: Publications) -> Self {
        Self {
            db,
            publications,
            live: Arc::new(Mutex::new(Bounded::new(LIVE_BYTES_MAX))),
            pages: Arc::new(Mutex::new(Bounded::new(PAGES_BYTES_MAX))),
            index: Arc::default(),
            making: Arc::new(Semaphore::new(MADE_AT_ONCE)),
        }
    }

    /// A page, and what tells whether it is still the newest; 404 where there is none.
    pub async fn page(
        &self,
        page: Page,
        language: Language,
    ) -> AppResult<(Arc<Representations>, impl Fn() -> bool + 'static)> {
        let is_live = page.is_live();
        self.publications.freshen().await?;
        let last_sequence = self.publications.shelf().last_sequence();
        let key = Key {
            page,
            is_english: language == Language::English,
            last_sequence,
        };
        let publications = self.publications.clone();
        // A report may come at any moment: what tells of programmes is given to nobody a second time unseen.
        let holds = move || !is_live && publications.is_last(last_sequence);
        let made = if is_live {
            self.made_now(&key.page, language).await?
        } else {
            self.kept_or_made(key, language).await?
        };
        Ok((made, holds))
    }

    async fn made_now(&self, page: &Page, language: Language) -> AppResult<Arc<Representations>> {
        let _turn = self.making.acquire().await.map_err(AppError::internal)?;
        let html = self.html(page, language).await?;
        let digest = sha256_hex(html.as_bytes());
        if let Some(kept) = locked(&self.live).get(&digest) {
            return Ok(kept);
        }
        let made = packed(html).await?;
        locked(&self.live).put(digest, made.clone(), made.weight());
        Ok(made)
    }

    async fn kept_or_made(&self, key: Key, language: Language) -> AppResult<Arc<Representations>> {
        if let Some(kept) = self.pages().get(&key) {
            return Ok(kept);
        }
        let _turn = self.making.acquire().await.map_err(AppError::internal)?;
        if let Some(kept) = self.pages().get(&key) {
            return Ok(kept);
        }
        let html = self.html(&key.page, language).await?;
        let made = packed(html).await?;
        self.pages().put(key, made.clone(), made.weight());
        Ok(made)
    }

    fn pages(&self) -> MutexGuard<'_, Bounded<Key, Representations>> {
        locked(&self.pages)
    }

    /// What agencies are found by, as of the newest publication.
    async fn index(&self) -> AppResult<Arc<Index>> {
        let last_sequence = self.publications.shelf().last_sequence();
        let mut kept = self.index.lock().await;
        if let Some((_, index)) = kept.as_ref().filter(|(of, _)| *of == last_sequence) {
            return Ok(index.clone());
        }
        let index = Arc::new(Index::load(&self.publications).await?);
        *kept = Some((last_sequence, index.clone()));
        Ok(index)
    }

    /// The frame of a page.
    pub fn frame(&self, page: &Page, language: Language, title: &str) -> Frame {
        Frame::new(language, &page.path(), self.publications.credit(), title)
    }

    async fn html(&self, page: &Page, language: Language) -> AppResult<String> {
        let w = Words::of(language);
        let publications = &self.publications;
        let frame = |title: &str| self.frame(page, language, title);
        match page {
            Page::Home => rendered(&Home::load(publications, frame(w.home_title)).await?),
            Page::Publications => rendered(&List::load(publications, frame(w.all_publications))),
            Page::Method => rendered(&Method::load(publications, frame(w.method_title))),
            Page::Search(query) => rendered(&Search::of(&*self.index().await?, frame(w.search_title), query)),
            Page::Years(code) => rendered(&Years::load(publications, frame(""), code).await?),
            Page::Programmes => rendered(&ProgrammeList::load(&self.db, frame(w.programmes)).await?),
            Page::Programme(code) => rendered(&ProgrammePage::load(&self.db, frame(""), code).await?),
            Page::Publication(id, _) | Page::Criteria(id) | Page::Agency(id, _) | Page::Compare(id, _) => {
                let published = publications.get(id).await?;
                let about = publications.shelf().about(&published, None);
                let opened = publications.open(&published).await?;
                let frame = frame(w.compare_title);
                let page = page.clone();
                off_thread(move || of_publication(&page, frame, about, &opened)).await
            }
        }
    }
}

/// Nothing is left half done in the map when a thread panics.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A page in every encoding, named by what it says.
async fn packed(html: String) -> AppResult<Arc<Representations>> {
    let made = off_thread(move || {
        let digest = sha256_hex(html.as_bytes());
        let stem = format!("site-{}", digest.get(..32).unwrap_or_default());
        Representations::render(html.into_bytes(), &stem, Format::Html)
    });
    Ok(Arc::new(made.await?))
}

/// A page that is made of one publication.
fn of_publication(page: &Page, frame: Frame, about: Publication, opened: &Opened) -> AppResult<String> {
    match page {
        Page::Criteria(_) => rendered(&Criteria::build(frame, about, opened)?),
        Page::Agency(_, code) => rendered(&AgencyPage::build(frame, about, opened, code)?),
        Page::Compare(_, codes) => rendered(&Compare::build(frame, about, opened, codes)?),
        Page::Publication(_, part) => {
            let title = frame.pick(&about.title_vi, about.title_en.as_deref()).to_owned();
            rendered(&PublicationPage::build(
                Frame { title, ..frame },
                about,
                opened,
                *part,
            )?)
        }
        _ => Err(AppError::not_found()),
    }
}

fn rendered(page: &impl Template) -> AppResult<String> {
    page.render().map_err(AppError::internal)
}
