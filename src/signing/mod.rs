//! Signatures that strangers check: public keys, compact JWS, and what a check found. PURE: no I/O, no clock.

mod jwk;
mod jws;
mod report;

pub use jwk::{Jwk, PublicKey, read_keys};
pub use jws::{Kind, ReadJws, sign};
pub use report::{Check, Mark, Report};
