//! Handing an e-mail over to a mail server, in two steps, so that what was handed over is known to the second.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, Message,
    message::{Mailbox, header},
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};

use super::{
    courier::{Courier, Refusal, blocking},
    model::{Letter, OutboxKind, OutboxRow},
    rules::Fate,
};
use crate::{
    config::{MailSettings, SmtpServer, Tls},
    error::AppResult,
};

/// The longest wait for one answer of the server.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The way to the mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    server: SmtpServer,
    from: Mailbox,
}

/// A dialogue that has come to the letter itself: the server waits for it.
pub struct Ready {
    connection: SmtpConnection,
    bytes: Vec<u8>,
}

impl Smtp {
    /// The way that the settings name.
    pub fn new(settings: &MailSettings) -> Self {
        Self {
            server: settings.server.clone(),
            from: settings.from.clone(),
        }
    }

    /// Begins to hand a letter over, up to the point from which on it may arrive.
    fn dial(&self, row: &OutboxRow) -> Result<Ready, Refusal> {
        let never = |error: String| Refusal::This(Fate::Never(error));
        let to: Address = row.target.parse().map_err(|error| never(format!("{error}")))?;
        let bytes = self.message(row, &to).map_err(never)?;
        let mut connection = self.connect().map_err(|error| Refusal::Way(error.to_string()))?;
        let mail = Mail::new(Some(self.from.email.clone()), Vec::new());
        connection
            .command(mail)
            .map_err(|error| Refusal::Way(error.to_string()))?;
        let steps = connection
            .command(Rcpt::new(to, Vec::new()))
            .and_then(|_| connection.command(Data));
        match steps {
            Ok(_) => Ok(Ready { connection, bytes }),
            Err(error) => {
                connection.abort();
                Err(Refusal::This(refused(&error)))
            }
        }
    }

    fn connect(&self) -> Result<SmtpConnection, Error> {
        let server = &self.server;
        let hello = ClientId::default();
        let wrapped = match server.tls {
            Tls::Wrapped => Some(TlsParameters::new_rustls(server.host.clone())?),
            _ => None,
        };
        let address = (server.host.as_str(), server.port);
        let mut connection = SmtpConnection::connect(address, Some(TIMEOUT), &hello, wrapped.as_ref(), None)?;
        let upgrades = match server.tls {
            Tls::Required => true,
            Tls::Offered => connection.can_starttls(),
            Tls::Nothing | Tls::Wrapped => false,
        };
        if upgrades {
            // Fails where the server does not offer it: nothing goes in plain text that must not.
            connection.starttls(&TlsParameters::new_rustls(server.host.clone())?, &hello)?;
        }
        if let Some((user, password)) = &server.login {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials)?;
        }
        Ok(connection)
    }

    /// The letter as bytes, the same ones at every attempt.
    fn message(&self, row: &OutboxRow, to: &Address) -> Result<Vec<u8>, String> {
        let letter: Letter = serde_json::from_str(&row.payload).map_err(|error| error.to_string())?;
        let seconds = u64::try_from(row.created_at.unix_seconds()).unwrap_or(0);
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(letter.subject)
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            // Servers and people tell by it that a letter came before.
            .message_id(Some(format!("<{}@{}>", row.id, self.from.email.domain())))
            // No out-of-office answers, please (RFC 3834 §5).
            .raw_header(header::HeaderValue::new(
                header::HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(header::ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map(|message| message.formatted())
            .map_err(|error| error.to_string())
    }
}

impl Courier for Smtp {
    const KIND: OutboxKind = OutboxKind::Email;
    // One server takes them all.
    const SIDE_BY_SIDE: usize = 1;
    const LEASE_MINUTES: i64 = 30;
    type Ready = Ready;

    async fn begin(&self, row: &OutboxRow) -> AppResult<Result<Ready, Refusal>> {
        let (way, row) = (self.clone(), row.clone());
        blocking(move || way.dial(&row)).await
    }

    async fn finish(&self, ready: Ready) -> AppResult<Fate> {
        blocking(move || ready.hand_over()).await
    }
}

impl Ready {
    /// Hands the letter over. Without an answer nobody knows whether it was taken.
    fn hand_over(mut self) -> Fate {
        match self.connection.message(&self.bytes) {
            Ok(_) => {
                // The letter is taken, whatever becomes of the good-bye.
                let _ = self.connection.quit();
                Fate::Sent
            }
            Err(error) if error.is_permanent() || error.is_transient() => {
                self.connection.abort();
                refused(&error)
            }
            Err(error) => Fate::Unknown(error.to_string()),
        }
    }
}

/// What it means that the server answered so, or that the line broke, before the letter was handed over.
fn refused(error: &Error) -> Fate {
    if error.is_permanent() {
        Fate::Never(error.to_string())
    } else {
        Fate::Later(error.to_string())
    }
}
