//! Logins by an external provider (OpenID Connect Core 1.0: authorization code with PKCE, RFC 7636).
//!
//! Nothing is kept while somebody is away at the provider: nonce and PKCE verifier follow from the state and from a secret that stays
//! in the browser, by a key that only the service has, and the state is signed with its time. What comes back by the address of a page
//! is thus worth nothing in another browser (RFC 9700 §4.7). The provider takes each code once.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use ureq::Agent;
use url::Url;

use super::oidc_model::OidcFinish;
use crate::{
    access::{TokenKeys, random_secret},
    clock::Moment,
    config::{OidcSettings, is_protected},
    error::{AppError, AppResult, ErrorCode},
};

/// The longest time for one request to the provider.
const TIMEOUT: Duration = Duration::from_secs(10);
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// How long somebody may be away at the provider, in minutes.
pub const STATE_MINUTES: i64 = 10;
/// How long what the provider says of itself is believed, in minutes; its keys are read anew when one is not known.
const METADATA_MINUTES: i64 = 60;
/// How far the provider's clock may be off.
const CLOCK_SKEW_SECONDS: i64 = 60;
/// Signatures by key pairs. With an algorithm for shared secrets somebody could sign by what is public.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The external provider, if one is configured.
#[derive(Clone)]
pub struct Oidc(Option<Arc<Provider>>);

impl Oidc {
    /// With the settings of a service.
    pub fn new(settings: Option<OidcSettings>) -> Self {
        let agent = || {
            Agent::config_builder()
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .timeout_global(Some(TIMEOUT))
                .build()
                .new_agent()
        };
        Self(settings.map(|settings| {
            Arc::new(Provider {
                settings,
                agent: agent(),
                known: Mutex::new(None),
            })
        }))
    }

    /// The provider; 404 if there is none.
    pub fn provider(&self) -> AppResult<Arc<Provider>> {
        self.0.clone().ok_or_else(|| {
            AppError::with(
                ErrorCode::NotFound,
                "Hệ thống này không dùng đăng nhập qua bên ngoài.",
                "This service has no external provider of logins.",
            )
        })
    }
}

/// What the provider says of itself.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

struct Metadata {
    authorization_endpoint: Url,
    token_endpoint: Url,
    keys: JwkSet,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
}

/// What we look at of an ID token.
#[derive(Deserialize)]
struct IdClaims {
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    azp: Option<String>,
    aud: serde_json::Value,
}

/// A provider that is spoken to. Its work waits for the network: not for a thread that serves requests.
pub struct Provider {
    settings: OidcSettings,
    agent: Agent,
    known: Mutex<Option<(Moment, Arc<Metadata>)>>,
}

/// A login that was begun.
pub struct Begun {
    /// Where to send somebody.
    pub url: Url,
    /// What comes back from there, by the address of a page: it may be seen, and brought by others.
    pub state: String,
    /// What stays in the browser, and is in no address.
    pub browser_secret: String,
}

/// What the parts of a login follow from.
struct Seed<'a> {
    keys: &'a TokenKeys,
    random: &'a str,
    browser_secret: &'a str,
}

impl Seed<'_> {
    fn part(&self, name: &str) -> String {
        let Self {
            keys,
            random,
            browser_secret,
        } = self;
        keys.keyed_digest(&format!("oidc {name}\n{random}\n{browser_secret}"))
    }

    /// What the state is signed about. It can be read there, so it is a digest.
    fn subject(&self) -> String {
        format!("external login {}", self.part("state"))
    }

    fn nonce(&self) -> String {
        self.part("nonce")
    }

    fn verifier(&self) -> String {
        self.part("verifier")
    }
}

impl Provider {
    /// Begins a login.
    pub fn start(&self, keys: &TokenKeys, now: Moment) -> AppResult<Begun> {
        let metadata = self.metadata(now)?;
        let (random, browser_secret) = (random_secret()?, random_secret()?);
        let seed = Seed {
            keys,
            random: &random,
            browser_secret: &browser_secret,
        };
        let state = format!("{random}.{}", keys.sign_stamp(&seed.subject(), now)?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(seed.verifier()));
        let mut url = metadata.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.redirect_url)
            .append_pair("scope", "openid")
            .append_pair("state", &state)
            .append_pair("nonce", &seed.nonce())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(Begun {
            url,
            state,
            browser_secret,
        })
    }

    /// Whom the provider vouches for.
    pub fn finish(&self, keys: &TokenKeys, sent: &OidcFinish, now: Moment) -> AppResult<String> {
        let (random, stamp) = sent.state.split_once('.').unwrap_or_default();
        let seed = Seed {
            keys,
            random,
            browser_secret: &sent.browser_secret,
        };
        let since = keys.read_stamp(stamp, &seed.subject());
        if since.is_none_or(|since| since.plus(TimeDelta::minutes(STATE_MINUTES)) <= now) {
            // The provider is not asked: the code goes on being good where the login was begun.
            return Err(AppError::with(
                ErrorCode::ExternalLoginFailed,
                "Lần đăng nhập này đã quá hạn hoặc không bắt đầu trong trình duyệt này. Bắt đầu lại.",
                "This login took too long, or was not begun in this browser. Begin again.",
            ));
        }
        let id_token = self.exchange(&seed.verifier(), &sent.code, now)?;
        let nonce = seed.nonce();
        self.check(&id_token, &nonce, now)
            .or_else(|_| {
                // Its keys may be newer than what is known of them.
                *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
                self.check(&id_token, &nonce, now)
            })
            .map_err(refused)
    }

    fn exchange(&self, verifier: &str, code: &str, now: Moment) -> AppResult<String> {
        let metadata = self.metadata(now)?;
        let settings = &self.settings;
        let mut request = self.agent.post(metadata.token_endpoint.as_str());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", settings.redirect_url.as_str()),
            ("code_verifier", verifier),
        ];
        match &settings.client_secret {
            Some(secret) => {
                let encoded =
                    |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let both = format!("{}:{}", encoded(&settings.client_id), encoded(secret));
                request = request.header("authorization", format!("Basic {}", STANDARD.encode(both)));
            }
            None => form.push(("client_id", settings.client_id.as_str())),
        }
        let mut answer = request.send_form(form).map_err(unreachable)?;
        let status = answer.status().as_u16();
        if status >= 500 {
            return Err(unreachable(format!("the provider answered {status}")));
        }
        if status != 200 {
            return Err(refused(format!("the provider refused the code with {status}")));
        }
        let tokens: TokenAnswer = read(&mut answer).map_err(refused)?;
        Ok(tokens.id_token)
    }

    fn check(&self, id_token: &str, nonce: &str, now: Moment) -> Result<String, String> {
        let metadata = self.metadata(now).map_err(|error| error.to_string())?;
        let header = jsonwebtoken::decode_header(id_token).map_err(|error| error.to_string())?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(format!("the ID token is signed by {:?}", header.alg));
        }
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.client_id]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The age is checked against our own clock.
        validation.validate_exp = false;
        let of_token = |key: &&jsonwebtoken::jwk::Jwk| {
            header.kid.is_none() || key.common.key_id.is_none() || key.common.key_id == header.kid
        };
        let claims = metadata
            .keys
            .keys
            .iter()
            .filter(of_token)
            .filter_map(|key| DecodingKey::from_jwk(key).ok())
            .find_map(|key| jsonwebtoken::decode::<IdClaims>(id_token, &key, &validation).ok())
            .ok_or("no key of the provider, or another issuer or audience, fits the ID token")?
            .claims;
        let several = claims.aud.as_array().is_some_and(|audiences| audiences.len() > 1);
        let is_ours = match &claims.azp {
            Some(azp) => *azp == self.settings.client_id,
            None => !several,
        };
        if !is_ours {
            return Err("the ID token was made for another client".to_owned());
        }
        if claims.exp + CLOCK_SKEW_SECONDS <= now.unix_seconds() {
            return Err("the ID token is too old".to_owned());
        }
        if claims
            .nbf
            .is_some_and(|since| since > now.unix_seconds() + CLOCK_SKEW_SECONDS)
        {
            return Err("the ID token is not good yet".to_owned());
        }
        if claims.nonce.as_deref() != Some(nonce) {
            return Err("the ID token belongs to another login".to_owned());
        }
        Ok(claims.sub)
    }

    fn metadata(&self, now: Moment) -> AppResult<Arc<Metadata>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((since, metadata)) = known
            && since.plus(TimeDelta::minutes(METADATA_MINUTES)) > now
        {
            return Ok(metadata);
        }
        let metadata = Arc::new(self.discover().map_err(unreachable)?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, metadata.clone()));
        Ok(metadata)
    }

    fn discover(&self) -> Result<Metadata, String> {
        let issuer = &self.settings.issuer;
        let address = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let told: Discovery = self.get(&address)?;
        if told.issuer != *issuer {
            return Err(format!("{address} tells of another issuer, {:?}", told.issuer));
        }
        let protected = |text: &str| {
            let url = Url::parse(text).ok().filter(is_protected);
            url.ok_or_else(|| format!("{address} names {text:?}, which is no address that is encrypted"))
        };
        Ok(Metadata {
            authorization_endpoint: protected(&told.authorization_endpoint)?,
            token_endpoint: protected(&told.token_endpoint)?,
            keys: self.get(protected(&told.jwks_uri)?.as_str())?,
        })
    }

    fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, String> {
        let mut answer = self
            .agent
            .get(address)
            .call()
            .map_err(|error| format!("{address}: {error}"))?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(format!("{address} answered {status}"));
        }
        read(&mut answer).map_err(|error| format!("{address}: {error}"))
    }
}

fn read<T: DeserializeOwned>(answer: &mut ureq::http::Response<ureq::Body>) -> Result<T, String> {
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX);
    let text = body.read_to_string().map_err(|error| error.to_string())?;
    // What stands in it may be a token: an error tells the place only.
    serde_json::from_str(&text).map_err(|error| format!("no such JSON at column {}", error.column()))
}

fn refused(why: impl std::fmt::Display) -> AppError {
    AppError {
        cause: Some(why.to_string()),
        ..AppError::with(
            ErrorCode::ExternalLoginFailed,
            "Bên cung cấp đăng nhập không xác nhận lần đăng nhập này. Bắt đầu lại.",
            "The provider of logins does not vouch for this login. Begin again.",
        )
    }
}

/// 401: nobody is linked.
pub fn nobody_linked() -> AppError {
    AppError::with(
        ErrorCode::ExternalLoginFailed,
        "Chưa có tài khoản nào gắn với danh tính này; đề nghị quản trị viên ghi oidc_subject cho tài khoản.",
        "No account is linked to this identity; ask an administrator to put its oidc_subject on the account.",
    )
}

fn unreachable(why: impl std::fmt::Display) -> AppError {
    AppError {
        cause: Some(format!("the provider of logins: {why}")),
        ..AppError::with(
            ErrorCode::Unavailable,
            "Không liên lạc được với bên cung cấp đăng nhập.",
            "The provider of logins can't be reached.",
        )
    }
}
