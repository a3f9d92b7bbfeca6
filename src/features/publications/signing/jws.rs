//! What is signed of a publication, and how it is read again. Pure.
//!
//! A compact JWS (RFC 7515) over a small statement that names the publication by its id, the SHA-256 of its canonical
//! document: the document itself stays what it is, and every JOSE library checks the signature without an option.

use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Moment,
    error::{AppError, AppResult},
    ids::PublicationId,
    signing::{self, Kind, PublicKey, ReadJws},
};

const KIND: Kind = Kind {
    typ: "parindex-publication+jws",
    what: "signature of a publication",
};
/// Version of the statement.
pub const STATEMENT: &str = "parindex-publication-signature/1";

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

/// Signs a publication.
pub fn sign(
    key: &SigningKey,
    public: &PublicKey,
    publication: &PublicationId,
    now: Moment,
) -> AppResult<String> {
    let statement = Statement {
        format: STATEMENT.to_owned(),
        publication: publication.clone(),
        signed_at: now,
    };
    signing::sign(key, public, KIND, &statement).map_err(AppError::internal)
}

/// A signature that was read, but not checked yet.
pub type ReadSignature = ReadJws<Statement>;

/// Reads a compact JWS of ours.
pub fn read(jws: &str) -> Result<ReadSignature, String> {
    let signature = ReadSignature::parse(jws, KIND)?;
    if signature.statement.format != STATEMENT {
        return Err(format!("has the unknown format {:?}", signature.statement.format));
    }
    Ok(signature)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

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
        let found = read(&jws).unwrap();
        assert_eq!(found.statement.publication, PublicationId::of_document("abc"));
        assert!(found.is_by(&public));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert!(!found.is_by(&PublicKey::of(other).unwrap()));
        assert_eq!(signed().0, jws, "the same statement has one signature");
    }

    #[test]
    fn no_character_of_it_can_be_another_one() {
        let (jws, public) = signed();
        for at in 0..jws.len() {
            for character in ['A', 'b', '.', '=', '0'] {
                let mut changed = jws.clone();
                changed.replace_range(at..=at, &character.to_string());
                let holds = read(&changed).is_ok_and(|found| found.is_by(&public));
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
            assert!(read(&jws).is_err(), "{header}");
        }
        for garbage in ["", ".", "..", "a.b.c", "\u{0}.\u{ffff}.x", &"A.".repeat(1000)] {
            assert!(read(garbage).is_err(), "{garbage}");
        }
    }
}
