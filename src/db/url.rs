//! The address of the database, checked before anything is opened.

/// Where the data are.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A path of an embedded SQLite file.
    Sqlite(String),
    /// A PostgreSQL URL; it may hold a password and is never shown.
    Postgres(String),
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{path}"),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

impl DatabaseUrl {
    /// Takes `sqlite:PATH` or `postgres://…`; anything else is a mistake and says so. A mistyped URL must never
    /// become an empty SQLite file.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path == ":memory:" || path.contains('?') {
                return Err(
                    "PARINDEX_DATABASE_URL: write sqlite:PATH with the path of a file, \
                            for example sqlite:parindex-data/parindex.sqlite"
                        .to_owned(),
                );
            }
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::check_tls(text)?;
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(
            "PARINDEX_DATABASE_URL starts with neither sqlite: nor postgres://; write for example \
             sqlite:parindex-data/parindex.sqlite or postgres://user:password@host:5432/parindex"
                .to_owned(),
        )
    }

    /// libpq without TLS ignores some settings and misreads others: refuse what it can't keep.
    fn check_tls(url: &str) -> Result<(), String> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let mode = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("sslmode="))
            .unwrap_or("");
        let wants_tls = mode == "require" || mode.starts_with("verify-");
        if wants_tls && !cfg!(feature = "postgres-tls") {
            return Err(format!(
                "PARINDEX_DATABASE_URL asks for sslmode={mode}, but TLS is not compiled in; \
                 build with --features postgres-tls, or use sslmode=disable on a trusted network"
            ));
        }
        Ok(())
    }

    /// Whether a password or data would cross a network in plain text.
    pub fn is_plain_over_network(&self) -> bool {
        let Self::Postgres(url) = self else { return false };
        let authority = url.split_once("://").map_or("", |(_, rest)| rest);
        let authority = authority.split(['/', '?']).next().unwrap_or("");
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = if host.starts_with('[') {
            host
        } else {
            host.split(':').next().unwrap_or("")
        };
        let local =
            host.is_empty() || host == "localhost" || host.starts_with("127.") || host.starts_with("[::1]");
        !local && !cfg!(feature = "postgres-tls")
    }

    /// Whether it is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_url_is_refused() {
        for bad in [
            "postgre://x/y",
            "parindex.sqlite",
            "sqlite:",
            "sqlite::memory:",
            "mysql://x",
            "",
            "sqlite:a?b=c",
        ] {
            assert!(DatabaseUrl::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(
            DatabaseUrl::parse("sqlite:a/b.sqlite"),
            Ok(DatabaseUrl::Sqlite("a/b.sqlite".into()))
        );
        assert!(DatabaseUrl::parse("postgresql://u@h/d").is_ok());
    }

    #[cfg(not(feature = "postgres-tls"))]
    #[test]
    fn tls_that_is_not_there_is_not_pretended() {
        assert!(DatabaseUrl::parse("postgres://u@h/d?sslmode=require").is_err());
        assert!(DatabaseUrl::parse("postgres://u@h/d?a=b&sslmode=verify-full").is_err());
        assert!(DatabaseUrl::parse("postgres://u@h/d?sslmode=disable").is_ok());
    }

    #[test]
    fn only_a_local_server_is_reached_in_plain_text_without_a_warning() {
        let plain = |url: &str| DatabaseUrl::Postgres(url.into()).is_plain_over_network();
        assert!(!plain("postgres://u:p@localhost:5432/d"));
        assert!(!plain("postgres://u:p@127.0.0.1/d"));
        assert!(!plain("postgres:///d?host=/run/postgresql"));
        assert_eq!(
            plain("postgres://u:p@db.example:5432/d"),
            !cfg!(feature = "postgres-tls")
        );
    }

    #[test]
    fn a_password_is_not_shown() {
        let url = DatabaseUrl::parse("postgres://u:secret@h/d").unwrap();
        assert!(!format!("{url:?}").contains("secret"));
    }
}
