//! The ways out of the house.

use std::future::Future;

use super::{
    model::{OutboxKind, OutboxRow},
    rules::Fate,
};
use crate::error::{AppError, AppResult};

/// Why something was not taken, before any of it was handed over.
#[derive(Debug)]
pub enum Refusal {
    /// The way is closed: nothing that takes it will go now.
    Way(String),
    /// This one is not taken.
    This(Fate),
}

/// A way out for one kind of things, in two steps, so that what was handed over is known to the second.
pub trait Courier: Clone + 'static {
    /// What goes this way.
    const KIND: OutboxKind;
    /// So many are handed over side by side: more than one where they go to different places.
    const SIDE_BY_SIDE: usize;
    /// How long a claim holds: longer than a whole claim takes with a slow other side.
    const LEASE_MINUTES: i64;
    /// Something that has come to the point from which on it may arrive.
    type Ready;

    /// Goes as far as nothing can have arrived.
    fn begin(&self, row: &OutboxRow) -> impl Future<Output = AppResult<Result<Self::Ready, Refusal>>>;

    /// Hands it over.
    fn finish(&self, ready: Self::Ready) -> impl Future<Output = AppResult<Fate>>;
}

/// Runs what waits for a network off the threads that serve requests.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| AppError::internal(format!("a delivery ended early: {error}")))
}
