//! Small statements signed as a compact JWS (RFC 7515), so that every JOSE library checks them without an option.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::jwk::PublicKey;

const ALGORITHM: &str = "EdDSA";

/// What a signature is for.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its type (RFC 8725 §3.11): nothing else that such a key might sign can be taken for one.
    pub typ: &'static str,
    /// What it is called in a sentence.
    pub what: &'static str,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// Signs a statement: header, statement and signature in base64url, joined by points.
pub fn sign(
    key: &SigningKey,
    public: &PublicKey,
    kind: Kind,
    statement: &impl Serialize,
) -> Result<String, String> {
    let header = Header {
        alg: ALGORITHM.to_owned(),
        kid: public.kid().to_owned(),
        typ: kind.typ.to_owned(),
    };
    let signed = format!("{}.{}", encoded(&header)?, encoded(statement)?);
    let signature = key.sign(signed.as_bytes());
    Ok(format!(
        "{signed}.{}",
        URL_SAFE_NO_PAD.encode(signature.to_bytes())
    ))
}

fn encoded(part: &impl Serialize) -> Result<String, String> {
    let text = serde_json_canonicalizer::to_vec(part).map_err(|error| error.to_string())?;
    Ok(URL_SAFE_NO_PAD.encode(text))
}

/// A signature that was read, but not checked yet.
#[derive(Clone, Debug)]
pub struct ReadJws<T> {
    /// The key that it names.
    pub kid: String,
    /// What it says.
    pub statement: T,
    signed: String,
    signature: [u8; 64],
}

impl<T: DeserializeOwned> ReadJws<T> {
    /// Reads a compact JWS of ours.
    pub fn parse(jws: &str, kind: Kind) -> Result<Self, String> {
        let mut parts = jws.split('.');
        let (Some(header), Some(statement), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("is no compact JWS: it has not three parts joined by points".to_owned());
        };
        let read_header: Header = decoded(header, "header")?;
        if read_header.alg != ALGORITHM || read_header.typ != kind.typ {
            return Err(format!(
                "is no {}: alg {:?}, typ {:?}",
                kind.what, read_header.alg, read_header.typ
            ));
        }
        let read_statement: T = decoded(statement, "payload")?;
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
}

impl<T> ReadJws<T> {
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
