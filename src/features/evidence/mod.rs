//! Evidence files: the bytes that prove a declared value, and what is known of them.
//!
//! The bytes lie under their SHA-256 in a folder or in an S3 bucket (`vault`), the facts in a row for each upload
//! (`store`). Which files an item shows is told by its own revisions, in [`super::submissions`], which also takes the
//! uploads: nothing here knows of submissions. The files of minutes go the same way: see [`super::council`].

mod backup;
mod keep;
mod kind;
mod model;
mod ooxml;
mod place;
mod quota;
mod rules;
mod signature;
mod signature_store;
mod spool;
mod store;
mod sweep;
mod transfer_handlers;
mod vault;
mod verify;

pub use backup::{copy_in, copy_out, copy_path, named_contents};
pub use keep::keep;
pub use kind::FileKind;
pub use model::{
    EvidenceFile, EvidenceFileRow, EvidenceSignature, FileBytes, ListedFile, SignatureRow, SignatureVerdict,
    SignerFacts,
};
pub use quota::{EvidenceUsage, Quota};
pub use rules::{check_name, content_digest, disposition};
pub use signature::{SIGNATURE_BYTES_MAX, Signed};
pub use signature_store::{append_signature, find_signatures};
pub use spool::{Received, check_size};
pub use store::{files_of_item, find_file, find_files, insert_file};
pub use sweep::{Swept, sweep, sweep_hourly};
pub use transfer_handlers::{Announced, Download, signature_file};
pub use vault::Vault;
pub use verify::Verifier;
