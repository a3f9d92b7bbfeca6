//! Verification by the system's OpenSSL.

use std::{future::Future, sync::Arc};

use openssl::{
    cms::{CMSOptions, CmsContentInfo},
    error::ErrorStack,
    x509::{
        X509, X509PurposeId,
        store::{X509Store, X509StoreBuilder},
    },
};
use tokio::sync::Semaphore;

use crate::{
    config::Config,
    error::{AppError, AppResult},
    features::evidence::{SignatureVerdict, Signed},
};

/// What signatures are held against.
#[derive(Clone)]
pub struct Verifier {
    roots: Arc<Vec<X509>>,
    // OpenSSL holds the whole file in memory, twice: one at a time.
    place: Arc<Semaphore>,
}

impl Verifier {
    /// Reads the trusted roots.
    pub fn open(config: &Config) -> Result<Self, String> {
        let roots = match &config.signature_roots {
            None => Vec::new(),
            Some(path) => {
                let said = |error: &dyn std::fmt::Display| {
                    format!("PARINDEX_SIGNATURE_ROOTS: {}: {error}", path.display())
                };
                let pem = std::fs::read(path).map_err(|error| said(&error))?;
                let roots = X509::stack_from_pem(&pem).map_err(|error| said(&error))?;
                if roots.is_empty() {
                    return Err(said(&"it holds no certificate in PEM"));
                }
                roots
            }
        };
        Ok(Self {
            roots: Arc::new(roots),
            place: Arc::new(Semaphore::new(1)),
        })
    }

    /// Whether any signature can be valid here.
    pub fn can_vouch(&self) -> bool {
        !self.roots.is_empty()
    }

    /// None where the signature is not the content's.
    pub(super) async fn judge(
        &self,
        content: impl Future<Output = AppResult<Vec<u8>>>,
        signed: &Signed,
    ) -> AppResult<Option<SignatureVerdict>> {
        let place = self
            .place
            .clone()
            .acquire_owned()
            .await
            .map_err(AppError::internal)?;
        let content = content.await?;
        let (roots, der) = (self.roots.clone(), signed.der.clone());
        tokio::task::spawn_blocking(move || {
            let _place = place;
            judge(&der, &content, &roots)
        })
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)
    }
}

/// None where the signature is not of these bytes.
fn judge(der: &[u8], content: &[u8], roots: &[X509]) -> Result<Option<SignatureVerdict>, ErrorStack> {
    let verify = |store: Option<&X509Store>, options: CMSOptions| -> Result<bool, ErrorStack> {
        let mut cms = CmsContentInfo::from_der(der)?;
        let options = options | CMSOptions::BINARY | CMSOptions::DETACHED;
        let store = store.map(std::convert::AsRef::as_ref);
        Ok(cms.verify(None, store, Some(content), None, options).is_ok())
    };
    if !verify(None, CMSOptions::NO_SIGNER_CERT_VERIFY)? {
        return Ok(None);
    }
    let mut store = X509StoreBuilder::new()?;
    for root in roots {
        store.add_cert(root.clone())?;
    }
    // A certificate for signing documents need not be one for signing mail.
    store.set_purpose(X509PurposeId::ANY)?;
    let is_known = verify(Some(&store.build()), CMSOptions::empty())?;
    Ok(Some(if is_known {
        SignatureVerdict::Valid
    } else {
        SignatureVerdict::Unverified
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DER: &[u8] = include_bytes!("../../../../tests/api/fixtures/signature/signed.p7s");
    const FILE: &[u8] = include_bytes!("../../../../tests/api/fixtures/signature/signed.pdf");
    const ROOT: &[u8] = include_bytes!("../../../../tests/api/fixtures/signature/root.pem");

    #[test]
    fn a_signature_is_valid_unverified_or_wrong() {
        let root = X509::from_pem(ROOT).unwrap();
        assert_eq!(
            judge(DER, FILE, &[root.clone()]).unwrap(),
            Some(SignatureVerdict::Valid)
        );
        assert_eq!(judge(DER, FILE, &[]).unwrap(), Some(SignatureVerdict::Unverified));
        assert_eq!(judge(DER, b"%PDF-1.4 other", &[root.clone()]).unwrap(), None);
        let mut broken = DER.to_vec();
        let last = broken.last_mut().unwrap();
        *last ^= 1;
        assert_eq!(judge(&broken, FILE, &[root]).unwrap(), None);
    }
}
