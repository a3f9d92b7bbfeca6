//! Making keys at the command line.

use std::path::Path;

use super::{KeyKind, commands::say};
use crate::{
    access::{KeyUse, create_key_file, key_files},
    clock::Clock,
    config::read_dotenv,
};

/// Makes keys of one kind, or of all. This runs before anything else is set up: only the folders matter.
pub(super) fn create_keys(of: Option<KeyKind>, rotate: bool) -> Result<(), String> {
    let kinds = [
        (KeyKind::Tokens, KeyUse::Tokens, "PARINDEX_TOKEN_KEY_DIR", "keys"),
        (
            KeyKind::Publications,
            KeyUse::Publications,
            "PARINDEX_PUBLICATION_KEY_DIR",
            "publication-keys",
        ),
        (
            KeyKind::Audit,
            KeyUse::Audit,
            "PARINDEX_AUDIT_KEY_DIR",
            "audit-keys",
        ),
        (
            KeyKind::Secrets,
            KeyUse::Secrets,
            "PARINDEX_SECRET_KEY_DIR",
            "secret-keys",
        ),
    ];
    read_dotenv()?;
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let data_dir = set("PARINDEX_DATA_DIR").unwrap_or_else(|| "parindex-data".to_owned());
    for (kind, key_use, variable, default) in kinds {
        if of.is_none_or(|of| of == kind) {
            let dir = set(variable).unwrap_or_else(|| format!("{data_dir}/{default}"));
            create_key(Path::new(&dir), key_use, rotate)?;
        }
    }
    Ok(())
}

fn create_key(dir: &Path, of: KeyUse, rotate: bool) -> Result<(), String> {
    if !rotate && !key_files(dir, of)?.is_empty() {
        return say(&format!(
            "{} holds a key already; --for with --rotate makes one more",
            dir.display()
        ));
    }
    let name = create_key_file(dir, of, Clock::System.now())?;
    say(&format!("made {}", dir.join(name).display()))
}
