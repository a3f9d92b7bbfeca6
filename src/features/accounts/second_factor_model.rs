//! What second factors look like in the API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Moment;

/// The caller's second factor, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"confirmed_at": "2026-03-02T02:00:00Z", "recovery_codes_left": 9, "required": true}))]
pub struct SecondFactorView {
    /// Since when logins ask for it; null: they don't.
    pub confirmed_at: Option<Moment>,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
    /// Whether a role of the caller asks for one that there is not yet.
    pub required: bool,
}

/// The password, once more. Never logged, never stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery staple"}))]
pub struct PasswordProof {
    /// The present password. Who has none leaves it out, and logged in by the external provider within ten minutes.
    #[serde(default)]
    #[schema(max_length = 128)]
    pub password: Option<String>,
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "287082"}))]
pub struct CodeProof {
    /// Six digits of the authenticator; where it was confirmed before, a recovery code does, too.
    #[schema(max_length = 64)]
    pub code: String,
}

/// Password and code, once more. Never logged, never stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery staple", "code": "287082"}))]
pub struct BothProofs {
    /// The present password. Who has none leaves it out, and logged in by the external provider within ten minutes.
    #[serde(default)]
    #[schema(max_length = 128)]
    pub password: Option<String>,
    /// Six digits of the authenticator, or a recovery code.
    #[schema(max_length = 64)]
    pub code: String,
}

/// A new second factor, shown this once. It counts when a first code has confirmed it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "otpauth_uri": "otpauth://totp/PAR%20Index:moj.submitter?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=PAR%20Index&algorithm=SHA1&digits=6&period=30"}))]
pub struct NewSecondFactor {
    /// To be typed into an authenticator (TOTP, RFC 6238: SHA-1, six digits, 30 seconds).
    pub secret: String,
    /// The same for a picture (QR code) that authenticators read.
    pub otpauth_uri: String,
}

/// Recovery codes, shown this once: to be printed and put away. Each is good once, in the place of a code.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"recovery_codes": ["k7qx-2mfa-ttzb-4c5d-w6ue-ynhs-3rgp"]}))]
pub struct RecoveryCodes {
    /// Ten codes; earlier ones are no longer good.
    pub recovery_codes: Vec<String>,
}
