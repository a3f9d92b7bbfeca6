//! Second factors: one-time passwords by time (TOTP, RFC 6238) and recovery codes. SHA-1, 30 seconds and six digits are what all
//! authenticators speak, and what most of them silently take whatever else is asked.

use std::collections::BTreeSet;

use totp_rs::{Algorithm, Builder, Secret};

use super::principal::Role;
use crate::{
    clock::Moment,
    error::{AppError, AppResult},
    ids::sha256_hex,
};

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// 160 bits, as long as the hash (RFC 4226 §4).
const SECRET_LENGTH: usize = 32;
/// 140 bits: so many that a fast hash protects them, as it does tokens; 128 at least (ASVS 5.0.0, 11.5.1), in whole groups.
const RECOVERY_LENGTH: usize = 28;
const RECOVERY_GROUP: usize = 4;
const DIGITS: usize = 6;
const STEP_SECONDS: u64 = 30;
/// Steps before and after the present one that are taken: clocks differ, and people type slowly.
const SKEW_STEPS: u8 = 1;

/// The roles whose holders need a second factor.
#[derive(Clone, Debug, Default)]
pub struct SecondFactorRoles(BTreeSet<Role>);

impl SecondFactorRoles {
    /// Reads the words of roles.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        let role = |word: &String| {
            Role::parse(word).ok_or_else(|| {
                let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
                format!(
                    "PARINDEX_SECOND_FACTOR_ROLES holds {word:?}; write some of {}, separated by commas, or none",
                    known.join(", ")
                )
            })
        };
        words.iter().map(role).collect::<Result<_, _>>().map(Self)
    }

    /// Whether one of some roles asks for it.
    pub(super) fn ask_any(&self, roles: impl IntoIterator<Item = Role>) -> bool {
        roles.into_iter().any(|role| self.0.contains(&role))
    }
}

/// Random letters and digits of base32, five bits each.
fn random_base32(length: usize) -> AppResult<String> {
    let mut bytes = vec![0_u8; length];
    getrandom::fill(&mut bytes).map_err(|error| AppError::internal(format!("no randomness: {error}")))?;
    Ok(bytes
        .iter()
        .filter_map(|byte| BASE32.get(usize::from(byte & 31)))
        .map(|letter| char::from(*letter))
        .collect())
}

/// The secret that an authenticator and the service share, in base32. Not in logs: it has no `Debug`.
pub struct TotpSecret(String);

impl TotpSecret {
    /// Makes one.
    pub fn new() -> AppResult<Self> {
        random_base32(SECRET_LENGTH).map(Self)
    }

    /// Takes one that was opened.
    pub fn of_text(text: String) -> Self {
        Self(text)
    }

    /// The secret, to be sealed, and for the one answer that shows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address that authenticators read, mostly from a picture.
    pub fn otpauth_uri(&self, username: &str) -> String {
        // Names to log in with need no escaping but for `@`.
        format!(
            "otpauth://totp/PAR%20Index:{}?secret={}&issuer=PAR%20Index&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            username.replace('@', "%40"),
            self.0
        )
    }

    /// Whether a text has the form of an authenticator's codes.
    pub fn is_code(text: &str) -> bool {
        text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The step that a code belongs to, if it is one of about now.
    pub fn step_of(&self, code: &str, now: Moment) -> AppResult<Option<i64>> {
        let Ok(seconds) = u64::try_from(now.unix_seconds()) else {
            return Ok(None);
        };
        if !Self::is_code(code) {
            return Ok(None);
        }
        let secret = Secret::try_from_base32(&self.0).map_err(|error| {
            AppError::internal(format!("a second factor's secret can't be read: {error}"))
        })?;
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(SKEW_STEPS.into())
            .with_step_duration(STEP_SECONDS)
            .with_secret(secret)
            .build()
            .map_err(AppError::internal)?;
        Ok(totp
            .check(code, seconds)
            .and_then(|step| i64::try_from(step).ok()))
    }
}

/// A code for who lost the authenticator; good once. Not in logs: it has no `Debug`.
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Makes one.
    pub fn new() -> AppResult<Self> {
        random_base32(RECOVERY_LENGTH).map(|text| Self(text.to_lowercase()))
    }

    /// What was typed, whether or not there is such a code.
    pub fn of_typed(text: &str) -> Self {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        Self(letters.flat_map(char::to_lowercase).collect())
    }

    /// What is kept of it.
    pub fn digest(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }

    /// As it is shown, in groups.
    pub fn into_text(self) -> String {
        let mut text = String::with_capacity(self.0.len() * 2);
        for (index, letter) in self.0.chars().enumerate() {
            if index > 0 && index.is_multiple_of(RECOVERY_GROUP) {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, its last six digits.
    #[test]
    fn the_published_codes_come_out() {
        // 12345678901234567890 in base32.
        let secret = TotpSecret::of_text("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned());
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = |at: i64| {
                let now = Moment::from_unix_seconds(at).unwrap();
                secret.step_of(code, now).unwrap()
            };
            let own = Some(seconds / 30);
            let start = seconds / 30 * 30;
            assert_eq!(step(seconds), own, "{code}");
            // One step earlier and later are taken, and it is told which one it was; two are not.
            assert_eq!((step(start - 1), step(start + 59)), (own, own), "{code}");
            assert_eq!((step(start - 31), step(start + 60)), (None, None), "{code}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        let secret = TotpSecret::new().unwrap();
        let now = Moment::from_unix_seconds(1_800_000_000).unwrap();
        for bad in ["", "12345", "1234567", "12345x", "１２３４５６"] {
            assert_eq!(secret.step_of(bad, now).unwrap(), None, "{bad}");
        }
        assert!(TotpSecret::of_text("1".into()).step_of("123456", now).is_err());
    }

    #[test]
    fn a_secret_is_as_authenticators_read_it() {
        let secret = TotpSecret::of_text("GEZDGNBVGY3TQOJQ".to_owned());
        assert_eq!(
            secret.otpauth_uri("an@moj.gov.vn"),
            "otpauth://totp/PAR%20Index:an%40moj.gov.vn?secret=GEZDGNBVGY3TQOJQ&issuer=PAR%20Index&algorithm=SHA1&digits=6&period=30"
        );
        let made = TotpSecret::new().unwrap();
        assert_eq!(made.as_str().len(), 32);
        assert_ne!(made.as_str(), TotpSecret::new().unwrap().as_str());
    }

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_typed() {
        let code = RecoveryCode::new().unwrap();
        let digest = code.digest();
        let text = code.into_text();
        assert_eq!(text.len(), 34, "{text}");
        for typed in [text.clone(), text.to_uppercase(), text.replace('-', " ")] {
            assert_eq!(RecoveryCode::of_typed(&typed).digest(), digest);
        }
        assert_ne!(RecoveryCode::of_typed(&text[1..]).digest(), digest);
    }

    #[test]
    fn roles_are_read_and_others_refused() {
        let read = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            SecondFactorRoles::parse(&words)
        };
        let some = read(&["administrator", "evaluator"]).unwrap();
        assert!(some.ask_any([Role::Reader, Role::Evaluator]));
        assert!(!some.ask_any([Role::Reader, Role::Leader]));
        assert!(read(&["council"]).unwrap_err().contains("evaluator"));
    }
}
