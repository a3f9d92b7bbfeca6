//! What logins by an external provider look like in the API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a login by the external provider begins. Never logged, never stored.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"authorization_url": "https://id.example.vn/authorize?response_type=code&client_id=parindex&…", "state": "vT0mB2w4n8QJxkP3Zr7cL5yD9aHfEgKs.eyJ…", "browser_secret": "q3Xw8LrT5uVn0bYc7KdGmZ1sPjHfA2Ee", "expires_in": 600}))]
pub struct OidcStart {
    /// To be opened in the person's browser.
    pub authorization_url: String,
    /// Comes back with the code, and is sent with it.
    pub state: String,
    /// To be kept in this browser and sent with what comes back; never put into an address. Without it nobody finishes this login.
    pub browser_secret: String,
    /// Seconds that the person may take.
    pub expires_in: i64,
}

/// What came back from the external provider. Never logged, never stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"state": "vT0mB2w4n8QJxkP3Zr7cL5yD9aHfEgKs.eyJ…", "code": "SplxlOBeZQQYbYS6WxSbIA", "browser_secret": "q3Xw8LrT5uVn0bYc7KdGmZ1sPjHfA2Ee"}))]
pub struct OidcFinish {
    /// The state of the start, which came back.
    #[schema(max_length = 2000)]
    pub state: String,
    /// The code that came back.
    #[schema(max_length = 2000)]
    pub code: String,
    /// The secret of the start, which stayed in the browser.
    #[schema(max_length = 200)]
    pub browser_secret: String,
    /// The second factor, where there is one here: six digits of the authenticator, or a recovery code.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub second_factor: Option<String>,
}
