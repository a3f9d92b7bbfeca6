//! Detached signatures as they are sent: CMS SignedData (RFC 5652), DER or PEM. Pure; it tells what a signature says of
//! itself, not whether that is true.

use base64::{Engine, prelude::BASE64_STANDARD};
use cms::{
    cert::{
        CertificateChoices,
        x509::{
            attr::Attribute,
            der::{
                Decode, Encode,
                asn1::{ObjectIdentifier, OctetString},
            },
            time::Time,
        },
    },
    content_info::ContentInfo,
    signed_data::{SignedData, SignerIdentifier, SignerInfo},
};

use super::model::SignerFacts;
use crate::{
    clock::Moment,
    error::{FieldError, Message},
    ids::{FileDigest, hex},
};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// Signatures are a few kilobytes; a chain of certificates makes some more.
pub const SIGNATURE_BYTES_MAX: u64 = 256 << 10;

/// A signature that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The signature, DER.
    pub der: Vec<u8>,
    /// Who signed.
    pub signers: Vec<SignerFacts>,
    /// Whether each signer's certificate came along: without it nobody can verify anything.
    pub has_certificates: bool,
    /// What was signed, as each signer names it who names it by its SHA-256: in lower case, hexadecimal.
    digests: Vec<String>,
}

/// Why bytes are refused as a signature.
pub fn fault(code: &str, vi: &str, en: &str) -> FieldError {
    FieldError::new("", code, Message::new(vi, en))
}

fn unreadable() -> FieldError {
    fault(
        "bad_signature_format",
        "Nội dung không phải chữ ký CMS SignedData (.p7s), dạng DER hoặc PEM.",
        "The body is no CMS SignedData signature (.p7s), DER or PEM.",
    )
}

impl Signed {
    /// Reads a signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, FieldError> {
        let der = unwrap_pem(bytes)?;
        let data = read(&der).ok_or_else(unreadable)?;
        if data.encap_content_info.econtent.is_some() {
            return Err(fault(
                "not_detached",
                "Chữ ký phải tách rời: tệp được ký không nằm trong chữ ký.",
                "The signature must be detached: it must not hold the file that it signs.",
            ));
        }
        if data.signer_infos.0.is_empty() {
            return Err(fault(
                "no_signer",
                "Chữ ký không có người ký.",
                "Nobody has signed in this signature.",
            ));
        }
        let signers: Vec<SignerFacts> = data
            .signer_infos
            .0
            .iter()
            .map(|signer| facts_of(signer, &data))
            .collect();
        Ok(Self {
            has_certificates: signers.iter().all(|signer| signer.name.is_some()),
            digests: data.signer_infos.0.iter().filter_map(signed_digest).collect(),
            signers,
            der,
        })
    }

    /// Whether it says to be of the content with this SHA-256, or does not say of which: that takes no OpenSSL. Whether
    /// it is, is another matter.
    pub fn may_be_of(&self, content: &FileDigest) -> bool {
        self.digests.iter().all(|digest| digest == content.as_str())
    }
}

fn read(der: &[u8]) -> Option<SignedData> {
    let info = ContentInfo::from_der(der).ok()?;
    (info.content_type == SIGNED_DATA).then_some(())?;
    info.content.decode_as().ok()
}

/// The bytes within `-----BEGIN …-----`, if they are so wrapped.
fn unwrap_pem(bytes: &[u8]) -> Result<Vec<u8>, FieldError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) if text.trim_start().starts_with("-----BEGIN ") => text,
        _ => return Ok(bytes.to_vec()),
    };
    let inner: String = text
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("-----BEGIN "))
        .skip(1)
        .take_while(|line| !line.starts_with("-----END "))
        .collect();
    BASE64_STANDARD.decode(inner).map_err(|_| unreadable())
}

fn facts_of(signer: &SignerInfo, data: &SignedData) -> SignerFacts {
    let certificate = data
        .certificates
        .iter()
        .flat_map(|set| set.0.iter())
        .find_map(|choice| match (choice, &signer.sid) {
            (CertificateChoices::Certificate(certificate), SignerIdentifier::IssuerAndSerialNumber(id)) => {
                let body = &certificate.tbs_certificate;
                (body.issuer == id.issuer && body.serial_number == id.serial_number).then_some(body)
            }
            _ => None,
        });
    let serial = match &signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(id) => Some(hex(id.serial_number.as_bytes())),
        SignerIdentifier::SubjectKeyIdentifier(_) => None,
    };
    SignerFacts {
        name: certificate.map(|body| body.subject.to_string()),
        serial,
        signed_at: signer
            .signed_attrs
            .iter()
            .flat_map(|attributes| attributes.iter())
            .find_map(signing_time),
    }
}

fn signed_digest(signer: &SignerInfo) -> Option<String> {
    (signer.digest_alg.oid == SHA256).then_some(())?;
    let mut attributes = signer
        .signed_attrs
        .iter()
        .flat_map(|attributes| attributes.iter());
    let attribute = attributes.find(|attribute| attribute.oid == MESSAGE_DIGEST)?;
    let digest: OctetString = attribute.values.iter().next()?.decode_as().ok()?;
    Some(hex(digest.as_bytes()))
}

fn signing_time(attribute: &Attribute) -> Option<Moment> {
    (attribute.oid == SIGNING_TIME).then_some(())?;
    let time = attribute.values.iter().next()?.to_der().ok()?;
    let since = Time::from_der(&time).ok()?.to_unix_duration();
    Moment::from_unix_seconds(i64::try_from(since.as_secs()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::sha256_hex;

    const DER: &[u8] = include_bytes!("../../../tests/api/fixtures/signature/signed.p7s");
    const ATTACHED: &[u8] = include_bytes!("../../../tests/api/fixtures/signature/attached.p7m");

    #[test]
    fn a_signature_says_who_signed() {
        let signed = Signed::parse(DER).unwrap();
        assert!(signed.has_certificates);
        let name = signed.signers[0].name.as_deref().unwrap();
        assert!(name.contains("Nguyễn Văn A"), "{name}");
        assert!(signed.signers[0].serial.is_some() && signed.signers[0].signed_at.is_some());
        let pem = format!(
            "-----BEGIN CMS-----\n{}\n-----END CMS-----\n",
            BASE64_STANDARD.encode(DER)
        );
        assert_eq!(Signed::parse(pem.as_bytes()), Ok(signed.clone()));
        let file = include_bytes!("../../../tests/api/fixtures/signature/signed.pdf");
        let digest = |bytes: &[u8]| FileDigest::parse(&sha256_hex(bytes)).unwrap();
        assert!(signed.may_be_of(&digest(file)));
        assert!(!signed.may_be_of(&digest(b"other")));
    }

    #[test]
    fn what_is_no_detached_signature_is_refused() {
        let code = |bytes: &[u8]| Signed::parse(bytes).unwrap_err().code;
        assert_eq!(code(ATTACHED), "not_detached");
        for bytes in [
            b"".as_slice(),
            b"x",
            b"-----BEGIN CMS-----\n?\n-----END CMS-----",
            &DER[..DER.len() - 1],
            b"%PDF-1.4",
        ] {
            assert_eq!(code(bytes), "bad_signature_format");
        }
    }
}
