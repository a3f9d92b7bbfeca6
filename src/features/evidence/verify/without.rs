//! A build without OpenSSL: nobody vouches for anything.

use std::future::Future;

use crate::{
    config::Config,
    error::AppResult,
    features::evidence::{SignatureVerdict, Signed},
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

    /// Whether any signature can be valid here: none.
    pub fn can_vouch(&self) -> bool {
        false
    }

    /// Nobody vouches for anything, so the content is not even looked at.
    pub(super) async fn judge(
        &self,
        _: impl Future<Output = AppResult<Vec<u8>>>,
        _: &Signed,
    ) -> AppResult<Option<SignatureVerdict>> {
        Ok(Some(SignatureVerdict::Unverified))
    }
}
