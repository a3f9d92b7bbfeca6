//! Where the private keys lie.

use std::path::{Path, PathBuf};

/// The folders of the signing keys.
#[derive(Clone, Debug)]
pub struct KeyDirs {
    tokens: Option<PathBuf>,
    publications: Option<PathBuf>,
    /// Whether missing keys may be made on start.
    pub may_generate: bool,
}

impl KeyDirs {
    /// `data_dir` is given where it belongs to this instance alone: several instances of PostgreSQL must share their keys,
    /// and for them there is no default that could be right.
    pub(super) fn read(
        tokens: Option<&str>,
        publications: Option<&str>,
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
            may_generate: data_dir.is_some(),
        };
        if dirs.tokens.is_some() && dirs.tokens == dirs.publications {
            return Err(
                "PARINDEX_TOKEN_KEY_DIR and PARINDEX_PUBLICATION_KEY_DIR name the same folder: the key of a publication \
                 is never the key of a token, so give each its own"
                    .to_owned(),
            );
        }
        Ok(dirs)
    }

    /// The folder of the keys that sign access tokens.
    pub fn tokens(&self) -> Result<&Path, String> {
        self.tokens.as_deref().ok_or_else(|| {
            "PARINDEX_TOKEN_KEY_DIR is missing: with PostgreSQL all instances sign tokens with the same key, so name \
             the folder that holds it; `parindex keys create` makes a key there"
                .to_owned()
        })
    }

    /// The folder of the keys that sign publications.
    pub fn publications(&self) -> Result<&Path, String> {
        self.publications.as_deref().ok_or_else(|| {
            "PARINDEX_PUBLICATION_KEY_DIR is missing: with PostgreSQL all instances sign publications with the same \
             key, so name the folder that holds it; `parindex keys create` makes a key there"
                .to_owned()
        })
    }
}
