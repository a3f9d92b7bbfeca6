//! What is signed of a publication, and how it is read again. Pure.
//!
//! A compact JWS (RFC 7515) over a small statement that names the publication by its id, the SHA-256 of its canonical
//! document: the document itself stays what it is, and every JOSE library checks the signature without an option.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::jwk::PublicKey;
use crate::{
    clock::Moment,
    error::{AppError, AppResult},
    ids::PublicationId,
};

/// Type of the signature (RFC 8725 §3.11): nothing else that such a key might sign can be taken for one.
pub const TYPE: &str = "parindex-publication+jws";
/// Version of the statement.
pub const STATEMENT: &str = "parindex-publication-signature/1";
const ALGORITHM: &str = "EdDSA";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The version of this shape: `parindex-publication-signature/1`.
    pub format: String,
    /// The publication: the SHA-256 of its canonical document.
    pub publication: PublicationId,
    /// When it was signed.
    pub signed_at: Moment,
}

/// Signs a publication: header, statement and signature in base64url, joined by points.
pub fn sign(
    key: &SigningKey,
    public: &PublicKey,
    publication: &PublicationId,
    now: Moment,
) -> AppResult<String> {
    let header = Header {
        alg: ALGORITHM.to_owned(),
        kid: public.kid().to_owned(),
        typ: TYPE.to_owned(),
    };
    let statement = Statement {
        format: STATEMENT.to_owned(),
        publication: publication.clone(),
        signed_at: now,
    };
    let signed = format!("{}.{}", encoded(&header)?, encoded(&statement)?);
    let signature = key.sign(signed.as_bytes());
    Ok(format!(
        "{signed}.{}",
        URL_SAFE_NO_PAD.encode(signature.to_bytes())
    ))
}

fn encoded(part: &impl Serialize) -> AppResult<String> {
    let text = serde_json_canonicalizer::to_vec(part).map_err(AppError::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(text))
}

/// A signature that was read, but not checked yet.
#[derive(Clone, Debug)]
pub struct ReadSignature {
    /// The key that it names.
    pub kid: String,
    /// What it says.
    pub statement: Statement,
    signed: String,
    signature: [u8; 64],
}

impl ReadSignature {
    /// Reads a compact JWS of ours.
    pub fn parse(jws: &str) -> Result<Self, String> {
        let mut parts = jws.split('.');
        let (Some(header), Some(statement), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("is no compact JWS: it has not three parts joined by points".to_owned());
        };
        let read_header: Header = decoded(header, "header")?;
        if read_header.alg != ALGORITHM || read_header.typ != TYPE {
            return Err(format!(
                "is no signature of a publication: alg {:?}, typ {:?}",
                read_header.alg, read_header.typ
            ));
        }
        let read_statement: Statement = decoded(statement, "payload")?;
        if read_statement.format != STATEMENT {
            return Err(format!("has the unknown format {:?}", read_statement.format));
        }
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .ok()
            .and_then(|bytes| <[u8; 64]>::try_from(bytes).ok())
            .ok_or("has a signature that is not 64 bytes in base64url")?;
        Ok(Self {
            kid: read_header.kid,
            statement: read_statement,
            signed: format!("{header}.{statement}"),
            signature,
        })
    }

    /// Whether the key made it.
    pub fn is_by(&self, key: &PublicKey) -> bool {
        key.kid() == self.kid && key.verifies(self.signed.as_bytes(), &self.signature)
    }
}

fn decoded<T: DeserializeOwned>(part: &str, name: &str) -> Result<T, String> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| format!("has a {name} that is no base64url"))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("has a {name} that is not ours: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> (String, PublicKey) {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = PublicKey::of(key.verifying_key()).unwrap();
        let now = Moment::from_unix_seconds(1_800_000_000).unwrap();
        let jws = sign(&key, &public, &PublicationId::of_document("abc"), now).unwrap();
        (jws, public)
    }

    #[test]
    fn a_signature_names_its_publication_and_its_key() {
        let (jws, public) = signed();
        let read = ReadSignature::parse(&jws).unwrap();
        assert_eq!(read.statement.publication, PublicationId::of_document("abc"));
        assert!(read.is_by(&public));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert!(!read.is_by(&PublicKey::of(other).unwrap()));
        assert_eq!(signed().0, jws, "the same statement has one signature");
    }

    #[test]
    fn no_character_of_it_can_be_another_one() {
        let (jws, public) = signed();
        for at in 0..jws.len() {
            for character in ['A', 'b', '.', '=', '0'] {
                let mut changed = jws.clone();
                changed.replace_range(at..=at, &character.to_string());
                let holds = ReadSignature::parse(&changed).is_ok_and(|read| read.is_by(&public));
                assert_eq!(holds, changed == jws, "{changed}");
            }
        }
    }

    #[test]
    fn what_the_key_signed_for_another_purpose_is_no_signature_of_a_publication() {
        let (jws, _) = signed();
        let payload = jws.split('.').nth(1).unwrap();
        for header in [
            r#"{"alg":"EdDSA","kid":"k","typ":"JWT"}"#,
            r#"{"alg":"none","kid":"k","typ":"parindex-publication+jws"}"#,
            r#"{"alg":"EdDSA","crit":["b64"],"kid":"k","typ":"parindex-publication+jws"}"#,
        ] {
            let jws = format!("{}.{payload}.{}", URL_SAFE_NO_PAD.encode(header), "A".repeat(86));
            assert!(ReadSignature::parse(&jws).is_err(), "{header}");
        }
        for garbage in ["", ".", "..", "a.b.c", "\u{0}.\u{ffff}.x", &"A.".repeat(1000)] {
            assert!(ReadSignature::parse(garbage).is_err(), "{garbage}");
        }
    }
}
