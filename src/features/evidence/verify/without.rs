//! A build without OpenSSL: nobody vouches for anything.

use crate::{
    config::Config,
    error::AppResult,
    features::evidence::{SignatureVerdict, Signed, Vault},
    ids::FileDigest,
};

/// What signatures are held against: nothing, in this build.
#[derive(Clone)]
pub struct Verifier(());

impl Verifier {
    /// Refuses roots that nobody would look at.
    pub fn open(config: &Config) -> Result<Self, String> {
        match &config.signature_roots {
            None => Ok(Self(())),
            Some(_) => Err(
                "PARINDEX_SIGNATURE_ROOTS is set, and this program was built without signatures: build it with \
                 `cargo build --release --features signatures`, or unset it"
                    .to_owned(),
            ),
        }
    }

    /// Nobody vouches for anything.
    pub async fn verify(&self, _: &Vault, _: &FileDigest, _: &Signed) -> AppResult<SignatureVerdict> {
        Ok(SignatureVerdict::Unverified)
    }
}
