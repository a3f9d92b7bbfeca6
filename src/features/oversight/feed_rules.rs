//! What a calendar feed may be, and its key. Pure but for the randomness of a new key.

use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::programmes::{fault, is_good_text},
    ids::{AgencyCode, hex, sha256_hex},
};

/// Feeds of an agency that are read at the same time.
pub const FEEDS_MAX: i64 = 50;
const NAME_LENGTH_MAX: usize = 100;

/// A new key of 256 random bits: calendar programs send no `Authorization`, so the address itself is the secret.
pub fn new_key() -> AppResult<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| AppError::internal(format!("no randomness: {error}")))?;
    Ok(hex(&bytes))
}

/// What is kept of a key. A fast hash does: nobody can try 2²⁵⁶ keys.
pub fn digest_of_key(key: &str) -> String {
    sha256_hex(key.as_bytes())
}

/// The address at which a calendar program reads.
pub fn path_of(agency: &AgencyCode, key: &str) -> String {
    format!("/api/v1/calendars/{agency}.ics?key={key}")
}

/// The fault of a feed's name, if it has one.
pub fn check_name(name: &str) -> Option<FieldError> {
    (!is_good_text(name, NAME_LENGTH_MAX)).then(|| {
        fault(
            "/name",
            "bad_name",
            "Tên gồm 1 đến 100 ký tự: ai dùng, trên thiết bị nào.",
            "The name has 1 to 100 characters: who reads it, and with what.",
        )
    })
}

/// 409 where an agency has as many feeds as it may have.
pub fn too_many() -> AppError {
    AppError::with(
        ErrorCode::Conflict,
        format!("Đã có {FEEDS_MAX} địa chỉ lịch đang dùng: thu hồi địa chỉ không còn dùng rồi tạo lại."),
        format!("There are {FEEDS_MAX} addresses of this calendar already: revoke one that nobody reads."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_256_random_bits_and_only_its_digest_is_kept() {
        let (one, other) = (new_key().unwrap(), new_key().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), digest_of_key(&one).len()), (64, 64));
        assert_ne!(digest_of_key(&one), one);
    }

    #[test]
    fn a_name_says_something() {
        assert!(check_name("Máy của tôi").is_none());
        assert!(check_name(" ").is_some());
        assert!(check_name(&"ă".repeat(100)).is_none());
        assert!(check_name(&"ă".repeat(101)).is_some());
    }
}
