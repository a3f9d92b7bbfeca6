//! An external provider of logins (OpenID Connect).

use url::Url;

use super::secrets::given_or_in_file;

/// The provider, and what it knows us by.
#[derive(Clone)]
pub struct OidcSettings {
    /// `PARINDEX_OIDC_ISSUER`.
    pub issuer: String,
    /// `PARINDEX_OIDC_CLIENT_ID`.
    pub client_id: String,
    /// `PARINDEX_OIDC_CLIENT_SECRET` or what the file of `…_FILE` holds; none: a public client, which PKCE alone protects.
    pub client_secret: Option<String>,
    /// `PARINDEX_OIDC_REDIRECT_URL`.
    pub redirect_url: String,
}

impl std::fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OidcSettings({})", self.issuer)
    }
}

impl OidcSettings {
    pub(super) fn read(of: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        let others = ["CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE", "REDIRECT_URL"];
        let Some(issuer) = of("ISSUER") else {
            return match others.iter().find(|name| of(name).is_some()) {
                Some(name) => Err(format!(
                    "PARINDEX_OIDC_{name} is set, but no provider: set PARINDEX_OIDC_ISSUER, too"
                )),
                None => Ok(None),
            };
        };
        let needed = |name: &str, example: &str| {
            of(name).ok_or_else(|| {
                format!("PARINDEX_OIDC_ISSUER is set, but PARINDEX_OIDC_{name} is not; for example {example}")
            })
        };
        let client_secret = given_or_in_file(
            "PARINDEX_OIDC_CLIENT_SECRET",
            of("CLIENT_SECRET").as_deref(),
            of("CLIENT_SECRET_FILE").as_deref(),
        )?;
        Ok(Some(Self {
            issuer: address("ISSUER", issuer)?,
            client_id: needed("CLIENT_ID", "parindex")?,
            client_secret,
            redirect_url: address(
                "REDIRECT_URL",
                needed("REDIRECT_URL", "https://cchc.example.vn/login")?,
            )?,
        }))
    }
}

/// Tokens travel there: in plain text on this machine only.
pub fn is_protected(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

fn address(name: &str, text: String) -> Result<String, String> {
    let good = Url::parse(&text).is_ok_and(|url| is_protected(&url) && url.fragment().is_none());
    if good {
        Ok(text)
    } else {
        Err(format!(
            "PARINDEX_OIDC_{name} is {text:?}; write an address that begins with https://"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<OidcSettings>, String> {
        OidcSettings::read(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn all_of_it_or_nothing() {
        assert!(read(&[]).unwrap().is_none());
        let all = [
            ("ISSUER", "https://id.example.vn/realm"),
            ("CLIENT_ID", "parindex"),
            ("REDIRECT_URL", "http://localhost:8080/login"),
        ];
        let settings = read(&all).unwrap().unwrap();
        assert_eq!(settings.client_secret, None);
        assert!(read(&all[..2]).unwrap_err().contains("REDIRECT_URL"));
        assert!(read(&all[1..]).unwrap_err().contains("ISSUER"));
        let plain = [("ISSUER", "http://id.example.vn"), all[1], all[2]];
        assert!(read(&plain).unwrap_err().contains("https://"));
        let both = [
            all[0],
            all[1],
            all[2],
            ("CLIENT_SECRET", "geheim"),
            ("CLIENT_SECRET_FILE", "x"),
        ];
        assert!(read(&both).unwrap_err().contains("not both"));
    }

    #[test]
    fn the_secret_may_stand_in_a_file_and_is_not_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "geheim\n").unwrap();
        let settings = read(&[
            ("ISSUER", "https://id.example.vn"),
            ("CLIENT_ID", "parindex"),
            ("CLIENT_SECRET_FILE", file.path().to_str().unwrap()),
            ("REDIRECT_URL", "https://cchc.example.vn/login"),
        ]);
        let settings = settings.unwrap().unwrap();
        assert_eq!(settings.client_secret.as_deref(), Some("geheim"));
        assert!(!format!("{settings:?}").contains("geheim"));
    }
}
