//! What anybody can check of a publication with its document alone: no database, no network, no settings. Pure.

mod canonical;
mod difference;
mod recompute;
mod verify;

#[cfg(test)]
mod tests;

pub use recompute::recompute;
pub use verify::{Given, verify};
