//! People: each call names the status it expects, and each answer is held against the API's description.

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use ureq::http::{HeaderMap, Method, Request};

use super::contract;

/// Somebody who calls the API, with or without a login. Building methods give a copy: `person.if_match(&etag)`.
#[derive(Clone)]
pub struct Person {
    agent: ureq::Agent,
    address: SocketAddr,
    headers: Vec<(String, String)>,
    tokens: Value,
}

/// An answer whose status was expected and whose body keeps the contract.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Person {
    /// What all people of an app send with: connections are kept and used again.
    pub(super) fn agent() -> ureq::Agent {
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent()
    }

    pub(super) fn anonymous(agent: ureq::Agent, address: SocketAddr) -> Self {
        Self {
            agent,
            address,
            headers: vec![("accept-language".to_owned(), "en".to_owned())],
            tokens: Value::Null,
        }
    }

    /// Somebody who has not logged in to a service that the test started by itself.
    pub fn calling(address: SocketAddr) -> Self {
        Self::anonymous(Self::agent(), address)
    }

    /// The same person, at another address.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    pub(super) fn with_tokens(&self, tokens: &Value) -> Self {
        let token = tokens["access_token"].as_str().expect("an access token");
        let mut person = self.header("authorization", &format!("Bearer {token}"));
        person.tokens = tokens.clone();
        person
    }

    /// The access token, if logged in.
    pub fn access_token(&self) -> &str {
        self.tokens["access_token"].as_str().unwrap_or("")
    }

    /// The refresh token of the login.
    pub fn refresh_token(&self) -> &str {
        self.tokens["refresh_token"].as_str().unwrap_or("")
    }

    /// The same person with the tokens of another answer.
    pub fn holding(&self, tokens: &Value) -> Self {
        self.with_tokens(tokens)
    }

    /// The same person, sending a header (in place of one of the same name).
    pub fn header(&self, name: &str, value: &str) -> Self {
        let mut person = self.without(name);
        person.headers.push((name.to_owned(), value.to_owned()));
        person
    }

    /// The same person, without a header.
    pub fn without(&self, name: &str) -> Self {
        let mut person = self.clone();
        person
            .headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        person
    }

    /// The same person, who saw the version with this ETag.
    pub fn if_match(&self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// The same person, sending an `Idempotency-Key`.
    pub fn idempotency_key(&self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn get(&self, expected: u16, path: &str) -> Response {
        self.send(expected, "GET", path, None)
    }

    pub fn post(&self, expected: u16, path: &str, body: &Value) -> Response {
        self.send_json(expected, "POST", path, body)
    }

    pub fn put(&self, expected: u16, path: &str, body: &Value) -> Response {
        self.send_json(expected, "PUT", path, body)
    }

    pub fn patch(&self, expected: u16, path: &str, body: &Value) -> Response {
        self.send_json(expected, "PATCH", path, body)
    }

    /// Calls with no body, whatever the method.
    pub fn call(&self, expected: u16, method: &str, path: &str) -> Response {
        self.send(expected, method, path, None)
    }

    pub fn send_json(&self, expected: u16, method: &str, path: &str, body: &Value) -> Response {
        self.send_bytes(
            expected,
            method,
            path,
            "application/json",
            body.to_string().into_bytes(),
        )
    }

    /// Sends any bytes as any type: for what no client of good will sends.
    pub fn send_bytes(
        &self,
        expected: u16,
        method: &str,
        path: &str,
        kind: &str,
        bytes: impl Into<Vec<u8>>,
    ) -> Response {
        self.header("content-type", kind)
            .send(expected, method, path, Some(bytes.into()))
    }

    fn send(&self, expected: u16, method: &str, path: &str, body: Option<Vec<u8>>) -> Response {
        let response = self.send_whatever(method, path, body);
        assert_eq!(
            response.status,
            expected,
            "{method} {path} answered\n{}",
            response.text()
        );
        contract().check(method, path, &response);
        response
    }

    /// Sends where no one status is expected: two at once, of whom one wins. The contract holds all the same.
    pub fn attempt(&self, method: &str, path: &str, body: Option<&Value>) -> Response {
        let bytes = body.map(|body| body.to_string().into_bytes());
        let sender = if bytes.is_some() {
            self.header("content-type", "application/json")
        } else {
            self.clone()
        };
        let response = sender.send_whatever(method, path, bytes);
        contract().check(method, path, &response);
        response
    }

    /// Asks for the headers alone; the description tells of GET only, so there is nothing to hold it against.
    pub fn attempt_head(&self, path: &str) -> Response {
        self.send_whatever("HEAD", path, None)
    }

    /// Calls with a method that no operation has, such as OPTIONS.
    pub fn attempt_undescribed(&self, method: &str, path: &str) -> Response {
        self.send_whatever(method, path, None)
    }

    /// Sends a body whose length is not told beforehand.
    pub fn send_chunked(&self, method: &str, path: &str, bytes: Vec<u8>) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = ureq::SendBody::from_owned_reader(std::io::Cursor::new(bytes));
        let response = self.answer(
            method,
            path,
            self.agent.run(request.body(body).expect("a request")),
        );
        contract().check(method, path, &response);
        response
    }

    /// Sends a file where no one status is expected.
    pub fn attempt_file(&self, method: &str, path: &str, kind: &str, bytes: &[u8]) -> Response {
        let sender = self.header("content-type", kind);
        let response = sender.send_whatever(method, path, Some(bytes.to_vec()));
        contract().check(method, path, &response);
        response
    }

    fn send_whatever(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> Response {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("http://{}{path}", self.address));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answered = match body {
            Some(bytes) => self.agent.run(request.body(bytes).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        };
        self.answer(method.as_str(), path, answered)
    }

    fn answer(
        &self,
        method: &str,
        path: &str,
        answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Response {
        let answered = answered.unwrap_or_else(|error| panic!("{method} {path}: no answer: {error}"));
        let (parts, mut body) = answered.into_parts();
        let bytes = body
            .with_config()
            .limit(256 << 20)
            .read_to_vec()
            .unwrap_or_else(|error| panic!("{method} {path}: half an answer: {error}"));
        Response {
            status: parts.status.as_u16(),
            headers: parts.headers,
            bytes,
        }
    }
}

impl Response {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text()))
    }

    /// A header's value; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// The version, to be sent as `If-Match`.
    pub fn etag(&self) -> &str {
        let etag = self.header("etag");
        assert!(!etag.is_empty(), "no ETag");
        etag
    }

    /// The problem's code.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or("").to_owned()
    }

    /// The faulty items of a problem, as `pointer code`.
    pub fn faults(&self) -> Vec<String> {
        let problem = self.json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| {
                format!(
                    "{} {}",
                    error["pointer"].as_str().unwrap_or("?"),
                    error["code"].as_str().unwrap_or("?")
                )
            })
            .collect()
    }
}
