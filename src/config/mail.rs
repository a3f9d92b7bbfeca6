//! How e-mail is sent. Passwords stay out of every text that is made here.

use std::net::IpAddr;

use lettre::message::Mailbox;
use url::{Host, Url};

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    Nothing,
    /// By STARTTLS, if the server offers it.
    Offered,
    /// By STARTTLS, or nothing is sent.
    Required,
    /// From the first byte on.
    Wrapped,
}

/// A mail server.
#[derive(Clone)]
pub struct SmtpServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is protected.
    pub tls: Tls,
    /// Name and password, where it wants them.
    pub login: Option<(String, String)>,
}

impl std::fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.tls)
    }
}

/// How e-mail is sent.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Through which server.
    pub server: SmtpServer,
    /// From whom.
    pub from: Mailbox,
    /// Where its links lead, without a slash at the end.
    pub public_url: String,
}

const HOW: &str =
    "write smtps://user:password@host:465 or smtp://host:25; %-encode special characters of the password";

impl MailSettings {
    /// Reads the settings; none where no server is named.
    pub(super) fn read(
        server: Option<&str>,
        from: Option<&str>,
        public_url: Option<String>,
    ) -> Result<Option<Self>, String> {
        let Some(server) = server else {
            return match from {
                Some(_) => {
                    Err("PARINDEX_SMTP_FROM is set, but no server: set PARINDEX_SMTP_URL, too".to_owned())
                }
                None => Ok(None),
            };
        };
        let from = from.ok_or(
            "PARINDEX_SMTP_URL is set, but no sender: set PARINDEX_SMTP_FROM, for example PAR Index <cchc@example.vn>",
        )?;
        let from: Mailbox = from.parse().map_err(|_| {
            format!(
                "PARINDEX_SMTP_FROM is {from:?}; write an address, for example PAR Index <cchc@example.vn>"
            )
        })?;
        let public_url = public_url.ok_or(
            "PARINDEX_SMTP_URL is set, but e-mail needs links: set PARINDEX_PUBLIC_URL, for example https://cchc.example.vn",
        )?;
        Ok(Some(Self {
            server: SmtpServer::parse(server)?,
            from,
            public_url,
        }))
    }
}

/// The address at which people reach the service, without a slash at the end.
pub(super) fn public_url(text: Option<&str>) -> Result<Option<String>, String> {
    let Some(text) = text else { return Ok(None) };
    let good = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if good {
        Ok(Some(text.trim_end_matches('/').to_owned()))
    } else {
        Err(format!(
            "PARINDEX_PUBLIC_URL is {text:?}; write the address that people open, for example https://cchc.example.vn"
        ))
    }
}

impl SmtpServer {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| format!("PARINDEX_SMTP_URL {what}; {HOW}");
        let url = Url::parse(text).map_err(|error| wrong(&format!("can't be read ({error})")))?;
        let wrapped = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(wrong("begins with neither smtps:// nor smtp://")),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| wrong("names no host"))?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(wrong("goes on after the host"));
        }
        let tls = match (wrapped, url.query()) {
            (true, None) => Tls::Wrapped,
            (false, None) if is_here(&url) => Tls::Nothing,
            (false, None) => Tls::Offered,
            (false, Some("tls=required")) => Tls::Required,
            (false, Some("tls=none")) => Tls::Nothing,
            (true, Some(_)) => {
                return Err(wrong(
                    "takes no ?tls= with smtps://, which is encrypted throughout",
                ));
            }
            (false, Some(_)) => return Err(wrong("takes ?tls=required or ?tls=none only")),
        };
        let login = login_of(&url).map_err(|what: String| wrong(&what))?;
        if login.is_some() && !is_here(&url) && matches!(tls, Tls::Nothing | Tls::Offered) {
            return Err(wrong(
                "would send the password in plain text: use smtps:// or add ?tls=required",
            ));
        }
        let port = url.port().unwrap_or(match tls {
            Tls::Wrapped => 465,
            Tls::Required => 587,
            Tls::Nothing | Tls::Offered => 25,
        });
        Ok(Self {
            // An IPv6 address stands in brackets in a URL, and nowhere else.
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            tls,
            login,
        })
    }
}

/// Whether the server runs on this machine.
fn is_here(url: &Url) -> bool {
    // To the URL parser the host of an unknown scheme is a name, whatever it looks like.
    let host = url.host_str().unwrap_or("").trim_matches(['[', ']']);
    host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || matches!(url.host(), Some(Host::Ipv4(address)) if address.is_loopback())
}

fn login_of(url: &Url) -> Result<Option<(String, String)>, String> {
    let decode = |text: &str| {
        let bytes = text.as_bytes();
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some((first, tail)) = rest.split_first() {
            rest = tail;
            if *first != b'%' {
                out.push(*first);
                continue;
            }
            let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
            let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
            out.push(byte.ok_or("has a % that begins no %-encoded character")?);
            rest = tail.get(2..).unwrap_or_default();
        }
        String::from_utf8(out).map_err(|_| "is not UTF-8 after %-decoding")
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err("has a password, but no user".to_owned()),
        (_, None) => Err("has a user, but no password".to_owned()),
        (user, Some(password)) => Ok(Some((decode(user)?, decode(password)?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Result<SmtpServer, String> {
        SmtpServer::parse(url)
    }

    #[test]
    fn a_server_is_named_by_its_url() {
        let safe = server("smtps://c%C3%A1n:p%40ss%25@mail.example.vn").unwrap();
        assert_eq!((safe.port, safe.tls), (465, Tls::Wrapped));
        assert_eq!(safe.login, Some(("cán".into(), "p@ss%".into())));
        // Whoever logs the settings logs no password.
        assert_eq!(format!("{safe:?}"), "mail.example.vn:465 (Wrapped)");
        for (url, port, tls) in [
            ("smtp://mail.example.vn", 25, Tls::Offered),
            ("smtp://mail.example.vn?tls=required", 587, Tls::Required),
            ("smtp://127.0.0.1:2525", 2525, Tls::Nothing),
            ("smtp://[::1]:2525", 2525, Tls::Nothing),
            ("smtp://u:p@localhost", 25, Tls::Nothing),
        ] {
            let read = server(url).unwrap();
            assert_eq!((read.port, read.tls), (port, tls), "{url}");
        }
        assert_eq!(server("smtp://[::1]:2525").unwrap().host, "::1");
    }

    #[test]
    fn a_mistake_is_told_without_the_password() {
        for (url, part) in [
            ("mail.example.vn:25", "neither"),
            ("http://mail.example.vn", "neither"),
            ("smtp://", "host"),
            ("smtp://u:geheim@mail.example.vn", "plain text"),
            ("smtp://u:geheim@mail.example.vn?tls=none", "plain text"),
            ("smtps://u@mail.example.vn", "no password"),
            ("smtps://:geheim@mail.example.vn", "no user"),
            ("smtps://u:geheim%zz@mail.example.vn", "%-encoded"),
            ("smtps://mail.example.vn?tls=required", "throughout"),
            ("smtp://mail.example.vn?tls=maybe", "tls=required"),
            ("smtp://mail.example.vn/inbox", "goes on"),
        ] {
            let error = server(url).unwrap_err();
            assert!(
                error.contains(part) && error.starts_with("PARINDEX_SMTP_URL"),
                "{url}: {error}"
            );
            assert!(!error.contains("geheim"), "{error}");
        }
    }

    #[test]
    fn the_three_settings_belong_together() {
        let read = |server, from, url| {
            let read = MailSettings::read(server, from, public_url(url)?);
            read.map(|read| read.is_some())
        };
        let (server, from, url) = (
            Some("smtp://localhost"),
            Some("A <a@b.vn>"),
            Some("https://b.vn/"),
        );
        assert_eq!(read(server, from, url), Ok(true));
        assert_eq!(read(None, None, url), Ok(false));
        assert!(
            read(server, None, url)
                .unwrap_err()
                .contains("PARINDEX_SMTP_FROM")
        );
        assert!(
            read(server, from, None)
                .unwrap_err()
                .contains("PARINDEX_PUBLIC_URL")
        );
        assert!(read(None, from, url).unwrap_err().contains("PARINDEX_SMTP_URL"));
        assert!(
            read(server, Some("nobody"), url)
                .unwrap_err()
                .contains("cchc@example.vn")
        );
        for bad in ["b.vn", "ftp://b.vn", "https://b.vn/?x", "https://u:p@b.vn"] {
            assert!(read(server, from, Some(bad)).is_err(), "{bad}");
        }
    }
}
