//! Private keys on disk, one file a key, readable by their owner alone: Ed25519 in PKCS#8 PEM for what is signed, 32 bytes in
//! base64 for what is encrypted.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{
    SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding},
};

use crate::clock::Moment;

/// What a key is for. No two uses share a key: what signs publications and the audit log vouches for them for ever (design
/// §8.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// Access tokens.
    Tokens,
    /// Publications.
    Publications,
    /// Tree heads of the audit log, and receipts.
    Audit,
    /// Secrets that are read again. It signs nothing.
    Secrets,
}

impl KeyUse {
    /// What the files' names begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Tokens => "token",
            Self::Publications => "publication",
            Self::Audit => "audit",
            Self::Secrets => "secret",
        }
    }

    /// What the files' names end with.
    fn extension(self) -> &'static str {
        match self {
            Self::Tokens | Self::Publications | Self::Audit => "pem",
            Self::Secrets => "key",
        }
    }

    fn purpose(self) -> &'static str {
        match self {
            Self::Tokens => "sign access tokens",
            Self::Publications => "sign publications",
            Self::Audit => "sign the audit log",
            Self::Secrets => "seal secrets",
        }
    }
}

/// Makes a key in a folder and returns its file name. The names order the keys by age.
pub fn create_key_file(dir: &Path, of: KeyUse, now: Moment) -> Result<String, String> {
    std::fs::create_dir_all(dir).map_err(|error| format!("{} can't be made: {error}", dir.display()))?;
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|error| format!("no randomness: {error}"))?;
    let name = format!("{}-{:012}.{}", of.prefix(), now.unix_seconds(), of.extension());
    let path = dir.join(&name);
    if of == KeyUse::Secrets {
        write_private(&path, format!("{}\n", STANDARD.encode(seed)).as_bytes())?;
    } else {
        let pem = SigningKey::from_bytes(&seed)
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|error| format!("the key can't be written as PEM: {error}"))?;
        write_private(&path, pem.as_bytes())?;
    }
    Ok(name)
}

/// Writes a new file that only its owner can read.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), String> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .map_err(|error| format!("{} can't be made: {error}", path.display()))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|error| format!("{} can't be written: {error}", path.display()))
}

/// What the key files of a folder hold, the newest last; makes the first one if `may_generate`.
pub fn read_key_files(
    dir: &Path,
    of: KeyUse,
    may_generate: bool,
    now: Moment,
) -> Result<Vec<String>, String> {
    if key_files(dir, of)?.is_empty() {
        if !may_generate {
            return Err(format!(
                "{} holds no key (*.{}) to {} with; `parindex keys create` makes one",
                dir.display(),
                of.extension(),
                of.purpose()
            ));
        }
        create_key_file(dir, of, now)?;
    }
    key_texts(dir, of)
}

/// What the key files of a folder hold now, the newest last.
pub(super) fn key_texts(dir: &Path, of: KeyUse) -> Result<Vec<String>, String> {
    key_files(dir, of)?
        .iter()
        .map(|file| {
            std::fs::read_to_string(file)
                .map_err(|error| format!("{} can't be read: {error}", file.display()))
        })
        .collect()
}

/// All keys of a folder, the newest last; makes the first one if `may_generate`.
pub fn signing_keys(
    dir: &Path,
    of: KeyUse,
    may_generate: bool,
    now: Moment,
) -> Result<Vec<SigningKey>, String> {
    let pems = read_key_files(dir, of, may_generate, now)?;
    pems.iter().map(|pem| parse(dir, pem)).collect()
}

fn parse(dir: &Path, pem: &str) -> Result<SigningKey, String> {
    SigningKey::from_pkcs8_pem(pem).map_err(|error| {
        format!(
            "{} holds a *.pem file that is no Ed25519 key in PKCS#8 PEM: {error}",
            dir.display()
        )
    })
}

/// The newest key of a folder, the last one by name; makes the first one if `may_generate`.
pub fn newest_key(dir: &Path, of: KeyUse, may_generate: bool, now: Moment) -> Result<SigningKey, String> {
    let pems = read_key_files(dir, of, may_generate, now)?;
    let newest = pems
        .last()
        .ok_or_else(|| format!("{} holds no key to {} with", dir.display(), of.purpose()))?;
    parse(dir, newest)
}

/// The files of a folder that hold keys for a use, by name.
pub fn key_files(dir: &Path, of: KeyUse) -> Result<Vec<PathBuf>, String> {
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let entries =
        std::fs::read_dir(dir).map_err(|error| format!("{} can't be read: {error}", dir.display()))?;
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == of.extension())
        })
        .collect();
    files.sort();
    Ok(files)
}
