//! Signatures of messages, by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`. Pure.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::{AppError, AppResult};

const PREFIX: &str = "whsec_";
/// The specification wants 24 to 64 bytes.
const SECRET_BYTES: usize = 32;

/// A new secret as its receiver writes it: `whsec_` and base64.
///
/// # Errors
/// The system gives no randomness.
pub(super) fn new_secret() -> AppResult<String> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| AppError::internal(format!("no randomness: {error}")))?;
    Ok(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// The value of `webhook-signature`: one signature for each secret, apart by spaces.
///
/// # Errors
/// A secret that was not made here.
pub(super) fn signatures<'a>(
    secrets: impl IntoIterator<Item = &'a str>,
    id: &str,
    timestamp: i64,
    body: &str,
) -> AppResult<String> {
    let mut all = Vec::new();
    for secret in secrets {
        let key = secret
            .strip_prefix(PREFIX)
            .and_then(|key| STANDARD.decode(key).ok())
            .ok_or_else(|| AppError::internal("a webhook's secret can't be read"))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(AppError::internal)?;
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        all.push(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    }
    Ok(all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn the_published_example_comes_out() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        assert_eq!(
            signatures([secret], id, 1_614_265_330, body).unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn every_secret_signs() {
        let id = "msg_1";
        let (first, second) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(first, second);
        let both = signatures([first.as_str(), second.as_str()], id, 1, "{}").unwrap();
        let one = signatures([second.as_str()], id, 1, "{}").unwrap();
        assert!(both.ends_with(&format!(" {one}")));
        assert_ne!(one, signatures([second.as_str()], id, 2, "{}").unwrap());
        assert!(signatures(["nonsense"], id, 1, "{}").is_err());
    }
}
