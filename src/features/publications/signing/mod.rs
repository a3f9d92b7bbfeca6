//! Signatures of publications: a publication's id is signed in the change that adds it, with a key of its own kind, whose
//! public half is kept for ever (design §8.12). Neither id nor signature stands in the document.

pub mod handlers;
mod jwk;
mod jws;
mod keys;
mod model;
mod sign;
pub mod store;

pub use jwk::{PublicKey, read_keys};
pub use jws::ReadSignature;
#[cfg(test)]
pub use jws::sign;
pub use keys::Signer;
pub use model::{KEYS_ADDRESS, KeyRow, PublicationSignature, SignatureRow};
pub use sign::{sign_publication, unsigned};
