//! Which signature counts. Pure.

use super::model::SubmissionSignature;
use crate::{
    error::{FieldError, Message},
    features::{
        evidence::SignatureVerdict,
        rounds::{RoundRow, SignatureRequired},
    },
    ids::AgencyCode,
};

/// Whether a signature is what the round asks for.
pub fn counts(signature: &SubmissionSignature, required: SignatureRequired) -> bool {
    let is_good = match required {
        SignatureRequired::None | SignatureRequired::Any => true,
        SignatureRequired::Valid => signature.verdict == SignatureVerdict::Valid,
    };
    signature.current && is_good
}

/// What is to be done before a submission can be sent, if the signature that its round asks for is missing.
pub fn missing(
    round: &RoundRow,
    agency: &AgencyCode,
    signatures: &[SubmissionSignature],
) -> Option<FieldError> {
    let required = round.signature_required();
    if required == SignatureRequired::None || signatures.iter().any(|one| counts(one, required)) {
        return None;
    }
    let (why_vi, why_en) = if !signatures.iter().any(|one| one.current) {
        match signatures.last() {
            None => ("phiếu chưa được ký", "the submission is not signed"),
            Some(_) => (
                "phiếu đã thay đổi sau khi ký",
                "the submission was changed after it was signed",
            ),
        }
    } else {
        (
            "kỳ này cần chữ ký hợp lệ (valid), chữ ký hiện có chưa được xác minh",
            "the round asks for a valid signature, and nobody vouches for the one that is there",
        )
    };
    let path = format!("/api/v1/rounds/{}/submissions/{agency}", round.code);
    Some(FieldError::new(
        "/to",
        "signature_missing",
        Message::new(
            format!(
                "Thiếu chữ ký số: {why_vi}. Tải {path}/canonical, ký tách rời (.p7s) rồi gửi tới {path}/signatures."
            ),
            format!(
                "The signature is missing: {why_en}. Download {path}/canonical, sign it detached (.p7s), and send the \
                 signature to {path}/signatures."
            ),
        ),
    ))
}
