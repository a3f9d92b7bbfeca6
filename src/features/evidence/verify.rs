//! Whether a signature is of some content, and whose roots stand behind it. That takes the feature `signatures`; without
//! it every signature stays unverified, but for one that says itself that it is of something else.

#[cfg(feature = "signatures")]
mod with_openssl;
#[cfg(not(feature = "signatures"))]
mod without;

use std::future::Future;

use futures_util::TryStreamExt;

#[cfg(feature = "signatures")]
pub use with_openssl::Verifier;
#[cfg(not(feature = "signatures"))]
pub use without::Verifier;

use super::{
    model::SignatureVerdict,
    signature::{Signed, fault},
    vault::Vault,
};
use crate::{
    error::{AppError, AppResult},
    ids::FileDigest,
};

impl Verifier {
    /// Holds a signature against a file's bytes; refuses one that is not theirs.
    pub async fn verify(
        &self,
        vault: &Vault,
        file: &FileDigest,
        signed: &Signed,
    ) -> AppResult<SignatureVerdict> {
        let content = async {
            let pieces = vault.read(file, None).await?;
            let pieces: Vec<bytes::Bytes> = pieces.try_collect().await.map_err(AppError::internal)?;
            Ok(pieces.concat())
        };
        self.hold(file, content, signed).await?.ok_or_else(|| {
            AppError::invalid(vec![fault(
                "wrong_signature",
                "Chữ ký không phải của tệp này, hoặc đã bị sửa.",
                "The signature is not this file's, or was tampered with.",
            )])
        })
    }

    /// Holds a signature against a text with this SHA-256; none where it is not the text's.
    pub async fn verify_text(
        &self,
        text: String,
        digest: &FileDigest,
        signed: &Signed,
    ) -> AppResult<Option<SignatureVerdict>> {
        self.hold(digest, async { Ok(text.into_bytes()) }, signed).await
    }

    async fn hold(
        &self,
        digest: &FileDigest,
        content: impl Future<Output = AppResult<Vec<u8>>>,
        signed: &Signed,
    ) -> AppResult<Option<SignatureVerdict>> {
        if !signed.may_be_of(digest) {
            return Ok(None);
        }
        if !signed.has_certificates {
            return Ok(Some(SignatureVerdict::Unverified));
        }
        self.judge(content, signed).await
    }
}
