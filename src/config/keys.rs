//! Where the private keys lie.

use std::path::{Path, PathBuf};

/// The folders of the keys.
#[derive(Clone, Debug)]
pub struct KeyDirs {
    tokens: Option<PathBuf>,
    publications: Option<PathBuf>,
    audit: Option<PathBuf>,
    secrets: Option<PathBuf>,
    /// Whether missing keys may be made on start.
    pub may_generate: bool,
}

impl KeyDirs {
    /// `data_dir` is given where it belongs to this instance alone: several instances of PostgreSQL must share their keys,
    /// and for them there is no default that could be right.
    pub(super) fn read(
        [tokens, publications, audit, secrets]: [Option<&str>; 4],
        data_dir: Option<&Path>,
    ) -> Result<Self, String> {
        let or_default = |named: Option<&str>, default: &str| {
            named
                .map(PathBuf::from)
                .or_else(|| data_dir.map(|dir| dir.join(default)))
        };
        let dirs = Self {
            tokens: or_default(tokens, "keys"),
            publications: or_default(publications, "publication-keys"),
            audit: or_default(audit, "audit-keys"),
            secrets: or_default(secrets, "secret-keys"),
            may_generate: data_dir.is_some(),
        };
        let named = [
            ("PARINDEX_TOKEN_KEY_DIR", &dirs.tokens),
            ("PARINDEX_PUBLICATION_KEY_DIR", &dirs.publications),
            ("PARINDEX_AUDIT_KEY_DIR", &dirs.audit),
            ("PARINDEX_SECRET_KEY_DIR", &dirs.secrets),
        ];
        for (at, (first, dir)) in named.iter().enumerate() {
            let same = named.iter().skip(at + 1).find(|(_, other)| other == dir);
            if let (Some((second, _)), true) = (same, dir.is_some()) {
                return Err(format!(
                    "{first} and {second} name the same folder: tokens, publications, the audit log and secrets \
                     never share a key, so give each its own"
                ));
            }
        }
        Ok(dirs)
    }

    /// The folder of the keys that sign access tokens.
    pub fn tokens(&self) -> Result<&Path, String> {
        shared(&self.tokens, "TOKEN", "sign tokens with the same key", "tokens")
    }

    /// The folder of the keys that sign publications.
    pub fn publications(&self) -> Result<&Path, String> {
        shared(
            &self.publications,
            "PUBLICATION",
            "sign publications with the same key",
            "publications",
        )
    }

    /// The folder of the keys that sign the audit log and receipts.
    pub fn audit(&self) -> Result<&Path, String> {
        shared(
            &self.audit,
            "AUDIT",
            "seal one audit log with the same key",
            "audit",
        )
    }

    /// The folder of the keys that seal the secrets of second factors and webhooks.
    pub fn secrets(&self) -> Result<&Path, String> {
        shared(
            &self.secrets,
            "SECRET",
            "read the secrets of second factors and webhooks with the same key",
            "secrets",
        )
    }
}

fn shared<'a>(dir: &'a Option<PathBuf>, name: &str, they: &str, kind: &str) -> Result<&'a Path, String> {
    dir.as_deref().ok_or_else(|| {
        format!(
            "PARINDEX_{name}_KEY_DIR is missing: with PostgreSQL all instances {they}, so name the folder that holds it; \
             `parindex keys create --for {kind}` makes a key there"
        )
    })
}
