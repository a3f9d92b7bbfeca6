//! The verifiable log over the audit trail: its key, its proofs over HTTP, and finding what was altered.

mod findings;
pub mod handlers;
mod keys;
mod model;
mod store;
mod verify;
mod verify_store;

pub use keys::{AuditKey, folder_keys, open_log, seal_waiting};
pub use store::newest_note;
pub use verify::{Kept, Verified, verify};
