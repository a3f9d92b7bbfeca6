//! Who signed the submission that an agency's published numbers stand on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Moment,
    features::{evidence::SignatureVerdict, scores::AgencyResult},
    ids::FileDigest,
};

/// A signature of an agency's submission, as it was appraised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "verdict": "valid", "added_at": "2024-01-29T02:05:00Z", "signers": [{"name": "CN=Nguyễn Văn A,O=Bộ Tư pháp,C=VN", "serial": "54010109f3c1", "signed_at": "2024-01-29T02:00:00Z"}]}))]
pub struct SignatureRecord {
    /// The SHA-256 of the submission's canonical document, which was signed.
    pub digest: FileDigest,
    /// What was known of the signature when it was added.
    pub verdict: SignatureVerdict,
    /// When it was added.
    pub added_at: Moment,
    /// Who signed.
    pub signers: Vec<SignerRecord>,
}

/// Who signed, and when by the signer's own clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "CN=Nguyễn Văn A,O=Bộ Tư pháp,C=VN", "serial": "54010109f3c1", "signed_at": "2024-01-29T02:00:00Z"}))]
pub struct SignerRecord {
    /// The subject of the certificate, if it came along.
    pub name: Option<String>,
    /// The certificate's serial number, in hexadecimal.
    pub serial: Option<String>,
    /// When it was signed, as the signer says.
    pub signed_at: Option<Moment>,
}

/// The signatures that count: a stale one vouches for nothing that is published.
pub fn signature_records(agency: &AgencyResult) -> Vec<SignatureRecord> {
    let current = agency.signatures.iter().filter(|signature| signature.current);
    current
        .map(|signature| SignatureRecord {
            digest: signature.digest.clone(),
            verdict: signature.verdict,
            added_at: signature.added_at,
            signers: signature
                .signers
                .iter()
                .map(|signer| SignerRecord {
                    name: signer.name.clone(),
                    serial: signer.serial.clone(),
                    signed_at: signer.signed_at,
                })
                .collect(),
        })
        .collect()
}
