//! Evidence files: the bytes that prove a declared value, and what is known of them.
//!
//! The bytes lie under their SHA-256 in a folder or in an S3 bucket (`vault`), the facts in a row for each upload
//! (`store`). Which files an item shows is told by its own revisions, in [`super::submissions`], which also takes the
//! uploads: nothing here knows of submissions.

mod kind;
mod model;
mod ooxml;
mod place;
mod rules;
mod signature;
mod signature_store;
mod spool;
mod store;
mod sweep;
mod vault;
mod verify;

pub use kind::FileKind;
pub use model::{
    EvidenceFile, EvidenceFileRow, EvidenceSignature, ListedFile, SignatureRow, SignatureVerdict,
};
pub use rules::{DigestAsked, check_extension, check_name, disposition};
pub use signature::Signed;
pub use signature_store::{append_signature, find_signatures};
pub use spool::{Received, check_size, receive};
pub use store::{files_of_item, find_file, find_files, insert_file};
pub use sweep::{Swept, sweep, sweep_hourly};
pub use vault::Vault;
pub use verify::Verifier;
