//! A small client of our own API.

use std::net::SocketAddr;

use serde_json::Value;

use crate::ids::sha256_hex;

/// Calls the server without a login.
#[derive(Clone)]
pub(super) struct Client {
    agent: ureq::Agent,
    base: String,
}

/// Calls the server as somebody.
#[derive(Clone)]
pub(super) struct Person {
    client: Client,
    token: String,
}

/// What the server said.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) etag: String,
}

impl Client {
    /// A client of the server at an address.
    pub(super) fn new(address: SocketAddr) -> Self {
        let mut address = address;
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build();
        Self {
            agent: config.into(),
            base: format!("http://{address}"),
        }
    }

    fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, String> {
        let said = |error: &dyn std::fmt::Display| format!("{method} {path}: {error}");
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let text = body.map(Value::to_string).unwrap_or_default();
        let request = if body.is_some() {
            request.header("content-type", "application/json")
        } else {
            request
        };
        let request = request.body(text).map_err(|error| said(&error))?;
        let mut response = self.agent.run(request).map_err(|error| said(&error))?;
        let etag = response
            .headers()
            .get("etag")
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
            .to_owned();
        let status = response.status().as_u16();
        let text = response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_string()
            .map_err(|error| said(&error))?;
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or(Value::Null)
        };
        Ok(Reply { status, body, etag })
    }

    /// Reads something public; none if it is not there.
    pub(super) fn find(&self, path: &str) -> Result<Option<Value>, String> {
        let reply = self.call("GET", path, &[], None)?;
        match reply.status {
            200 => Ok(Some(reply.body)),
            404 => Ok(None),
            _ => Err(refusal("GET", path, &reply)),
        }
    }

    /// Logs in.
    pub(super) fn log_in(&self, username: &str, password: &str) -> Result<Person, String> {
        let body = serde_json::json!({"username": username, "password": password});
        let reply = self.call("POST", "/api/v1/auth/login", &[], Some(&body))?;
        if reply.status != 200 {
            return Err(refusal("POST", "/api/v1/auth/login", &reply));
        }
        Ok(Person {
            client: self.clone(),
            token: text(&reply.body, "access_token")?,
        })
    }
}

impl Person {
    /// The client, to log in as somebody else.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Reads something.
    pub(super) fn get(&self, path: &str) -> Result<Reply, String> {
        let reply = self
            .client
            .call("GET", path, &[("authorization", &self.bearer())], None)?;
        if reply.status == 200 {
            Ok(reply)
        } else {
            Err(refusal("GET", path, &reply))
        }
    }

    /// Writes something once, however often the demo is started: the key follows from what is asked.
    pub(super) fn write(
        &self,
        method: &str,
        path: &str,
        if_match: Option<&str>,
        body: &Value,
    ) -> Result<Reply, String> {
        let reply = self.try_write(method, path, if_match, body)?;
        if reply.status < 300 {
            Ok(reply)
        } else {
            Err(refusal(method, path, &reply))
        }
    }

    /// The same, leaving refusals to the caller.
    pub(super) fn try_write(
        &self,
        method: &str,
        path: &str,
        if_match: Option<&str>,
        body: &Value,
    ) -> Result<Reply, String> {
        let key = format!(
            "demo-{}",
            sha256_hex(format!("{method} {path} {if_match:?} {body}").as_bytes())
        );
        let bearer = self.bearer();
        let mut headers = vec![
            ("authorization", bearer.as_str()),
            ("idempotency-key", key.as_str()),
        ];
        if let Some(etag) = if_match {
            headers.push(("if-match", etag));
        }
        self.client.call(method, path, &headers, Some(body))
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

fn refusal(method: &str, path: &str, reply: &Reply) -> String {
    format!("{method} {path} answered {}: {}", reply.status, reply.body)
}

/// A text of an answer.
pub(super) fn text(body: &Value, field: &str) -> Result<String, String> {
    body.get(field)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| format!("the answer lacks {field}: {body}"))
}
