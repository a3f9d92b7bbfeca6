//! A mail server on loopback that speaks the few commands there are, and does what it is told to.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use diesel::connection::SimpleConnection;
use parindex::db::{Answer, Entry, Outcome};

use super::TestApp;

/// What the server does with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes it.
    Takes,
    /// Ends the line before a word is said.
    HangsUp,
    /// Answers this to the recipient.
    Recipient(&'static str),
    /// Answers this to the whole letter.
    Letter(&'static str),
    /// Ends the line when it has the whole letter, without an answer.
    SaysNothing,
    /// Wants a login and refuses every one.
    Refuses,
}

/// A letter that the server got, whatever it answered.
#[derive(Clone, Debug)]
pub struct Got {
    /// MAIL FROM.
    pub from: String,
    /// RCPT TO.
    pub to: String,
    /// Headers and body, as sent.
    pub content: String,
    /// What came with AUTH.
    pub login: String,
}

impl Got {
    /// A header's value, unfolded.
    pub fn header(&self, name: &str) -> String {
        let head = self.content.split("\r\n\r\n").next().unwrap_or("");
        let head = head.replace("\r\n ", " ");
        let start = format!("{name}: ");
        let line = head.lines().find(|line| line.starts_with(&start));
        line.map(|line| line[start.len()..].to_owned())
            .unwrap_or_else(|| panic!("no {name} in {head}"))
    }
}

struct Shared {
    mood: Mood,
    got: Vec<Got>,
    dialogues: usize,
}

/// The server; it listens until the test process ends.
pub struct MailServer {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl MailServer {
    /// Starts one that takes everything.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Mutex::new(Shared {
            mood: Mood::Takes,
            got: Vec::new(),
            dialogues: 0,
        }));
        let server = Self {
            address,
            shared: shared.clone(),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || {
                    // A client that goes away ends its own dialogue only.
                    let _ = talk(stream, &shared);
                });
            }
        });
        server
    }

    /// Its address, for settings.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Tells it what to do from now on.
    pub fn set(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// What it got so far.
    pub fn got(&self) -> Vec<Got> {
        self.lock().got.clone()
    }

    /// How often somebody connected.
    pub fn dialogues(&self) -> usize {
        self.lock().dialogues
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn talk(stream: TcpStream, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let mood = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.dialogues += 1;
        shared.mood
    };
    if mood == Mood::HangsUp {
        return Ok(());
    }
    let mut reader = BufReader::new(stream.try_clone()?);
    let say = |line: &str| -> std::io::Result<()> { (&stream).write_all(format!("{line}\r\n").as_bytes()) };
    let mut got = Got {
        from: String::new(),
        to: String::new(),
        content: String::new(),
        login: String::new(),
    };
    say("220 mail.example.vn ready")?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let address = || line.split(['<', '>']).nth(1).unwrap_or("").to_owned();
        match line.split([' ', ':']).next().unwrap_or("") {
            "EHLO" => say("250-mail.example.vn\r\n250 AUTH PLAIN")?,
            "AUTH" if mood == Mood::Refuses => say("535 no")?,
            "AUTH" => {
                got.login = line.to_owned();
                say("235 welcome")?;
            }
            "MAIL" => {
                got.from = address();
                say("250 ok")?;
            }
            "RCPT" => {
                got.to = address();
                match mood {
                    Mood::Recipient(answer) => say(answer)?,
                    _ => say("250 ok")?,
                }
            }
            "DATA" => {
                say("354 go on")?;
                read_letter(&mut reader, &mut got)?;
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                shared.got.push(got.clone());
                drop(shared);
                match mood {
                    Mood::SaysNothing => return Ok(()),
                    Mood::Letter(answer) => say(answer)?,
                    _ => say("250 taken")?,
                }
            }
            "QUIT" => return say("221 bye"),
            _ => say("500 what?")?,
        }
    }
}

fn read_letter(reader: &mut impl BufRead, got: &mut Got) -> std::io::Result<()> {
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(());
        }
        got.content.push_str(&line);
    }
}

/// An entry of the outbox in a state, put there past the API; its id.
pub fn outbox_entry(app: &TestApp, state: &'static str) -> String {
    const ID: &str = "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a11";
    let now = app.now().as_datetime().format("%F %T").to_string();
    let put = app.db().write(app.change("put", Vec::new()), move |tx| {
        tx.conn().batch_execute(&format!(
            "INSERT INTO outbox (id, kind, target, payload, state, attempts, next_attempt_at, created_at, give_up_at, \
             updated_at) VALUES ('{ID}', 'email', 'a@moj.gov.vn', '{{}}', '{state}', 1, '{now}', '{now}', '{now}', '{now}')"
        ))?;
        let entry = Entry {
            object_kind: "test",
            object_id: ID.to_owned(),
            before_digest: None,
            after_digest: None,
            detail: serde_json::json!({}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    });
    app.wait(put).expect("an entry");
    ID.to_owned()
}
