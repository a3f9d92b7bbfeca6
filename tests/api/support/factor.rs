//! Second factors: an authenticator that goes by the app's clock.

use serde_json::json;
use totp_rs::{Builder, Secret};

use super::{Person, TestApp};

const FACTOR: &str = "/api/v1/auth/second-factor";

/// An authenticator, and the paper with the recovery codes.
pub struct Authenticator {
    pub secret: String,
    pub recovery_codes: Vec<String>,
}

impl Authenticator {
    /// The code that it shows in so many steps of 30 seconds from now.
    pub fn code(&self, app: &TestApp, steps: i64) -> String {
        code(app, &self.secret, steps)
    }
}

fn code(app: &TestApp, secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let totp = Builder::new().with_secret(secret).build().expect("a secret");
    let at = app.now().unix_seconds() + 30 * steps;
    totp.generate(u64::try_from(at).expect("a time")).to_string()
}

/// Begins to set a second factor up, and leaves it unconfirmed.
pub fn begin(person: &Person, password: &str) -> Authenticator {
    let begun = person.post(201, FACTOR, &json!({"password": password})).json();
    Authenticator {
        secret: begun["secret"].as_str().expect("a secret").to_owned(),
        recovery_codes: Vec::new(),
    }
}

/// Sets a second factor up.
pub fn enrol(app: &TestApp, person: &Person, password: &str) -> Authenticator {
    let begun = begin(person, password);
    let first = json!({"code": begun.code(app, 0)});
    let confirmed = person.post(200, &format!("{FACTOR}/confirmation"), &first).json();
    let codes = confirmed["recovery_codes"].as_array().expect("codes");
    Authenticator {
        recovery_codes: codes
            .iter()
            .map(|code| code.as_str().expect("a code").to_owned())
            .collect(),
        ..begun
    }
}
