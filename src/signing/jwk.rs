//! Public keys as JSON Web Keys (RFC 7517, RFC 8037).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// The members of a key that its thumbprint is made of, in the order of RFC 7638.
#[derive(Serialize)]
struct Members<'a> {
    crv: &'a str,
    kty: &'a str,
    x: &'a str,
}

/// The only kind of key that signs anything here.
const CURVE: &str = "Ed25519";
const KEY_TYPE: &str = "OKP";

/// The public half of a signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    kid: String,
    jwk: String,
    x: String,
    key: VerifyingKey,
}

impl PublicKey {
    /// The public half of a signing key.
    pub fn of(key: VerifyingKey) -> Result<Self, String> {
        let x = URL_SAFE_NO_PAD.encode(key.as_bytes());
        let members = Members {
            crv: CURVE,
            kty: KEY_TYPE,
            x: &x,
        };
        let jwk = serde_json::to_string(&members).map_err(|error| error.to_string())?;
        Ok(Self {
            kid: URL_SAFE_NO_PAD.encode(Sha256::digest(jwk.as_bytes())),
            jwk,
            x,
            key,
        })
    }

    /// Reads a key as it is published. What it says of its own name is held against the key.
    pub fn parse(jwk: &Jwk) -> Result<Self, String> {
        if jwk.kty != KEY_TYPE || jwk.crv.as_deref() != Some(CURVE) {
            return Err(format!(
                "is no Ed25519 key (kty {:?}, crv {:?})",
                jwk.kty, jwk.crv
            ));
        }
        let bytes = URL_SAFE_NO_PAD
            .decode(jwk.x.as_deref().unwrap_or(""))
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or("has an x that is not 32 bytes in base64url")?;
        let key = VerifyingKey::from_bytes(&bytes)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or("has an x that is no point that could be a key")?;
        let public = Self::of(key)?;
        match &jwk.kid {
            Some(kid) if *kid != public.kid => Err(format!(
                "calls itself {kid}, but its thumbprint (RFC 7638) is {}",
                public.kid
            )),
            _ => Ok(public),
        }
    }

    /// The key's name: its RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The text whose SHA-256 is the name.
    pub fn jwk(&self) -> &str {
        &self.jwk
    }

    /// The key as others publish keys.
    pub fn as_jwk(&self) -> Jwk {
        Jwk {
            kty: KEY_TYPE.to_owned(),
            crv: Some(CURVE.to_owned()),
            x: Some(self.x.clone()),
            kid: Some(self.kid.clone()),
        }
    }

    /// The key itself.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The 32 bytes in base64url.
    pub fn x(&self) -> &str {
        &self.x
    }

    /// Whether it made this signature. `verify_strict`: one text has one good signature.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.key.verify_strict(message, &signature).is_ok()
    }
}

/// A key as it stands in a key set, by us or by others; further members say nothing here.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}))]
pub struct Jwk {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    #[serde(default)]
    pub crv: Option<String>,
    /// The public key's 32 bytes in base64url.
    #[serde(default)]
    pub x: Option<String>,
    /// The RFC 7638 thumbprint.
    #[serde(default)]
    pub kid: Option<String>,
}

/// A set of keys (RFC 7517 §5).
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

/// Reads a key set, or a single key. Keys of other kinds are passed over; what is wrong with them is told with those that
/// are good.
pub fn read_keys(text: &[u8]) -> Result<(Vec<PublicKey>, Vec<String>), String> {
    let keys = match serde_json::from_slice::<KeySet>(text) {
        Ok(set) => set.keys,
        Err(error) => match serde_json::from_slice::<Jwk>(text) {
            Ok(key) => vec![key],
            Err(_) => return Err(format!("is no JSON Web Key Set: {error}")),
        },
    };
    let (mut good, mut faults) = (Vec::new(), Vec::new());
    for (position, jwk) in keys.iter().enumerate() {
        match PublicKey::parse(jwk) {
            Ok(key) => good.push(key),
            Err(fault) => faults.push(format!("key {} {fault}", position + 1)),
        }
    }
    Ok((good, faults))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037, appendix A.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

    fn read(jwk: serde_json::Value) -> Result<PublicKey, String> {
        PublicKey::parse(&serde_json::from_value(jwk).unwrap())
    }

    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let key = read(serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": X, "use": "sig"})).unwrap();
        assert_eq!((key.kid(), key.x()), (THUMBPRINT, X));
        assert_eq!(key.jwk(), format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{X}"}}"#));
        let wrong = read(serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": X, "kid": "other"}));
        assert!(wrong.unwrap_err().contains(THUMBPRINT));
    }

    #[test]
    fn what_is_no_key_is_told() {
        for jwk in [
            serde_json::json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
            serde_json::json!({"kty": "OKP", "crv": "X25519", "x": X}),
            serde_json::json!({"kty": "OKP", "crv": "Ed25519"}),
            serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}),
            // The neutral element: everything would be signed by it.
            serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
        ] {
            assert!(read(jwk.clone()).is_err(), "{jwk}");
        }
        for text in ["", "[]", "{}", "{\"keys\": 1}", "\u{fffd}"] {
            assert!(read_keys(text.as_bytes()).is_err(), "{text}");
        }
        let mixed =
            format!(r#"{{"keys": [{{"kty": "RSA"}}, {{"kty": "OKP", "crv": "Ed25519", "x": "{X}"}}]}}"#);
        let (good, faults) = read_keys(mixed.as_bytes()).unwrap();
        assert_eq!((good.len(), faults.len()), (1, 1));
    }
}
