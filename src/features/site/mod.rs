//! The results site at `/`: what was published, for people, on any device, in Vietnamese (`/…`) and English (`/en/…`).
//!
//! Pages are made on the server, and need no script. They hold what the API says and compute nothing of their own. All but
//! those of programmes are made from publications alone, and a finished one is kept until something is published; those of
//! programmes are made for each reading, a few at once, and only their packed bytes are kept.

mod agency;
mod assets;
mod cache;
mod compare;
mod criteria;
mod frame;
mod handlers;
mod lines;
mod listing;
mod page;
mod programmes;
mod publication;
mod rule_words;
mod search;
mod words;
mod years;

use crate::error::{AppError, AppResult};

/// Does what takes its time off the threads that serve requests.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> AppResult<T> + Send + 'static) -> AppResult<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(AppError::internal)?
}

pub use cache::Site;
pub use handlers::{no_such_page, pages};
