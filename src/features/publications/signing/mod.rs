//! Signatures of publications: a publication's id is signed in the change that adds it, with a key of its own kind, whose
//! public half is kept for ever (design §8.12). Neither id nor signature stands in the document.

pub mod handlers;
mod jws;
mod keys;
mod model;
mod sign;
pub mod store;

#[cfg(test)]
pub use jws::sign;
pub use jws::{ReadSignature, read};
pub use keys::Signer;
pub use model::{KEYS_ADDRESS, KeyRow, PublicationSignature, SignatureRow};
pub use sign::{sign_publication, unsigned};
