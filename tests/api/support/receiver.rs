//! A program on loopback that webhooks tell: it keeps what it is sent, and answers as it is told to.

use std::{
    collections::BTreeMap,
    io::Write,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use serde_json::Value;

use super::inbound::{Inbound, read_request};

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Message {
    /// The first line.
    pub request: String,
    /// The headers, their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

impl Message {
    /// A header.
    pub fn header(&self, name: &str) -> &str {
        &self.headers[name]
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Whether one of its signatures was made with a secret, computed here from the specification.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").expect("a secret"))
            .expect("base64");
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).expect("a key");
        let (id, timestamp) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{timestamp}.{}", self.body).as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature")
            .split(' ')
            .any(|one| one == expected)
    }
}

struct Shared {
    answer: String,
    got: Vec<Message>,
}

/// The program; it listens until the test process ends.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl Receiver {
    /// Starts one that takes everything.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Mutex::new(Shared {
            answer: "204 No Content".to_owned(),
            got: Vec::new(),
        }));
        let receiver = Self {
            address,
            shared: shared.clone(),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || {
                    // A client that goes away ends its own request only.
                    let _ = take(stream, &shared);
                });
            }
        });
        receiver
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Tells it what to answer from now on: a status, and headers behind line breaks.
    pub fn answer(&self, answer: &str) {
        self.lock().answer = answer.to_owned();
    }

    /// What it got so far.
    pub fn got(&self) -> Vec<Message> {
        self.lock().got.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(stream: TcpStream, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let Inbound {
        request,
        headers,
        body,
    } = read_request(&stream)?;
    let answer = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.got.push(Message {
            request,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        });
        shared.answer.clone()
    };
    (&stream)
        .write_all(format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes())
}
