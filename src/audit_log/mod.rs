//! The verifiable audit log: leaves, tree, signed heads, receipts, and what a stranger checks of them. PURE: no I/O, no clock.
//!
//! A leaf is the canonical JSON of one entry with all its columns; the tree is that of RFC 6962 and RFC 9162; a head is a
//! checkpoint (C2SP tlog-checkpoint) in a signed note (C2SP signed-note) that any tool of that kind reads.

mod check;
mod checkpoint;
mod leaf;
mod proof;
mod receipt;
mod signer;
mod tree;

#[cfg(test)]
mod tests;

pub use check::{Given, check};
pub use checkpoint::{Checkpoint, TrustedKeys};
pub use leaf::{Leaf, time_text};
pub use proof::{ConsistencyProof, InclusionProof};
pub use receipt::{RECEIPT_HEADER, ReadReceipt, Receipt, read_receipt};
pub use signer::{LogSigner, origin_of};
pub use tlog_tiles::tlog::{self, Hash};
pub use tree::{StoredHashes, Tree, first_position, hex, parse_hex, stored_count};
