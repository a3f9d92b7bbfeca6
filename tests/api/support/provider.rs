//! A provider of logins on loopback (OpenID Connect, authorization code with PKCE), as strict as a real one and as false as a story
//! wants it. `tests/clients` has one that others wrote.

use std::{
    collections::BTreeMap,
    io::Write,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use parindex::access::{KeyUse, TokenKeys, create_key_file, read_key_files};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    TestApp,
    inbound::{Inbound, read_request},
};

pub const CLIENT: &str = "parindex";
pub const CLIENT_SECRET: &str = "bí mật của khách";
pub const REDIRECT: &str = "https://cchc.example.vn/login";

/// Somebody said yes at the provider: what the ID token will say, and what the code is bound to.
struct Consent {
    claims: Value,
    challenge: String,
}

struct Shared {
    issuer: String,
    /// What its description names as the issuer.
    told_issuer: String,
    pem: String,
    jwks: Value,
    consents: BTreeMap<String, Consent>,
    asked: usize,
}

/// The provider; it listens until the test process ends.
pub struct Provider {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (pem, jwks) = new_key();
        let shared = Arc::new(Mutex::new(Shared {
            issuer: format!("http://{address}"),
            told_issuer: format!("http://{address}"),
            pem,
            jwks,
            consents: BTreeMap::new(),
            asked: 0,
        }));
        let of_thread = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = answer(stream, &of_thread);
            }
        });
        Self { address, shared }
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on its description names another issuer.
    pub fn call_itself(&self, issuer: &str) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        issuer.clone_into(&mut shared.told_issuer);
    }

    /// From now on it has another key.
    pub fn rotate(&self) {
        let (pem, jwks) = new_key();
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        (shared.pem, shared.jwks) = (pem, jwks);
    }

    /// Somebody agrees to an address that the service sent them to; the code that goes back. `more` makes the ID token say something
    /// else than the truth.
    pub fn agree(&self, app: &TestApp, url: &str, subject: &str, more: &Value) -> String {
        let url = url::Url::parse(url).expect("an address");
        let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(url.path(), "/authorize");
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("scope", "openid"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(asked[name], value, "{name}");
        }
        let now = app.now().unix_seconds();
        let mut claims = json!({"iss": self.issuer(), "aud": CLIENT, "sub": subject, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"]});
        for (field, value) in more.as_object().into_iter().flatten() {
            claims[field] = value.clone();
        }
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.asked += 1;
        let code = format!("code-{}", shared.asked);
        let challenge = asked["code_challenge"].clone();
        shared
            .consents
            .insert(code.clone(), Consent { claims, challenge });
        code
    }
}

fn new_key() -> (String, Value) {
    let dir = tempfile::tempdir().expect("a folder");
    let now = parindex::clock::Moment::from_unix_seconds(1_772_416_800).expect("a moment");
    create_key_file(dir.path(), KeyUse::Tokens, now).expect("a key");
    let pems = read_key_files(dir.path(), KeyUse::Tokens, false, now).expect("a key");
    let jwks = TokenKeys::from_pems(&pems).expect("a key").jwks();
    (pems.concat(), jwks)
}

fn answer(mut stream: TcpStream, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let Inbound {
        request,
        headers,
        body,
    } = read_request(&stream)?;
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let (status, said) = respond(&mut shared, &request, &headers, &body);
    let text = said.to_string();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all((head + &text).as_bytes())
}

fn respond(
    shared: &mut Shared,
    request: &str,
    headers: &BTreeMap<String, String>,
    body: &[u8],
) -> (u16, Value) {
    let issuer = shared.issuer.clone();
    match request.split_whitespace().nth(1).unwrap_or("") {
        "/.well-known/openid-configuration" => (
            200,
            json!({"issuer": shared.told_issuer, "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys")}),
        ),
        "/keys" => (200, shared.jwks.clone()),
        "/token" => token(shared, headers, body).map_or_else(
            || (400, json!({"error": "invalid_grant"})),
            |id_token| {
                (
                    200,
                    json!({"access_token": "x", "token_type": "Bearer", "id_token": id_token}),
                )
            },
        ),
        _ => (404, json!({})),
    }
}

/// The ID token of a code, which is good once and for who holds the verifier.
fn token(shared: &mut Shared, headers: &BTreeMap<String, String>, body: &[u8]) -> Option<String> {
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let both = format!("{}:{}", encoded(CLIENT), encoded(CLIENT_SECRET));
    let is_client = headers.get("authorization")? == &format!("Basic {}", STANDARD.encode(both));
    let consent = shared.consents.remove(form.get("code")?)?;
    let verifier = form.get("code_verifier")?;
    let fits = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == consent.challenge
        && form.get("redirect_uri")? == REDIRECT
        && form.get("grant_type")? == "authorization_code"
        && verifier.len() >= 43;
    if !is_client || !fits {
        return None;
    }
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::EdDSA);
    header.kid = shared.jwks["keys"][0]["kid"].as_str().map(str::to_owned);
    if consent.claims["forged"] == true {
        header.alg = jsonwebtoken::Algorithm::HS256;
        let public = shared.jwks["keys"][0]["x"].as_str()?;
        let key = jsonwebtoken::EncodingKey::from_secret(public.as_bytes());
        return jsonwebtoken::encode(&header, &consent.claims, &key).ok();
    }
    let key = jsonwebtoken::EncodingKey::from_ed_pem(shared.pem.as_bytes()).ok()?;
    jsonwebtoken::encode(&header, &consent.claims, &key).ok()
}
