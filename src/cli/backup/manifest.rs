//! What a backup says of itself: `manifest.json`, written last, so that a folder without it is no backup.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    clock::Moment,
    db::{DatabaseUrl, TableRows},
    ids::{FileDigest, hex},
};

const FORMAT: &str = "parindex-backup/1";
const MANIFEST: &str = "manifest.json";
const EVIDENCE: &str = "evidence";

/// Which database a backup is of; it goes back into one of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// A file of SQLite.
    Sqlite,
    /// An archive of `pg_dump`.
    Postgres,
}

impl Engine {
    /// The engine of a database.
    pub fn of(url: &DatabaseUrl) -> Self {
        if url.is_sqlite() {
            Self::Sqlite
        } else {
            Self::Postgres
        }
    }

    /// The name of the copy of the database in a backup.
    pub fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "database.sqlite",
            Self::Postgres => "database.pgdump",
        }
    }
}

/// A file's size and SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFacts {
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

impl FileFacts {
    /// Those of a file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let (mut file, mut hasher, mut bytes) = (File::open(path)?, Sha256::new(), 0_u64);
        let mut piece = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut piece)?;
            let Some(read_now) = piece.get(..read).filter(|read| !read.is_empty()) else {
                break;
            };
            hasher.update(read_now);
            bytes += read as u64;
        }
        Ok(Self {
            bytes,
            sha256: hex(&hasher.finalize()),
        })
    }
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this shape: `parindex-backup/1`.
    pub format: String,
    /// The version of the program that made it.
    pub program: String,
    /// When it was begun.
    pub made_at: Moment,
    /// The database it is of.
    pub engine: Engine,
    /// The newest migration that the database had seen.
    pub migration: String,
    /// The copy of the database.
    pub database: FileFacts,
    /// The rows of each table at that moment.
    pub tables: TableRows,
    /// The evidence files with their sizes, by SHA-256.
    pub evidence: BTreeMap<FileDigest, u64>,
}

impl Manifest {
    /// Of a backup that is being made.
    pub fn new(engine: Engine, made_at: Moment) -> Self {
        Self {
            format: FORMAT.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            engine,
            migration: String::new(),
            database: FileFacts {
                bytes: 0,
                sha256: String::new(),
            },
            tables: TableRows::new(),
            evidence: BTreeMap::new(),
        }
    }

    /// Reads that of a backup.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join(MANIFEST);
        let text = std::fs::read(&path).map_err(|error| {
            format!(
                "{} can't be read: {error}; a folder without it is no backup, or one that was never finished",
                path.display()
            )
        })?;
        let read: Self = serde_json::from_slice(&text)
            .map_err(|error| format!("{} can't be read: {error}", path.display()))?;
        if read.format == FORMAT {
            Ok(read)
        } else {
            Err(format!(
                "{} is of the format {}; this program reads {FORMAT}",
                path.display(),
                read.format
            ))
        }
    }

    /// Writes it, durable when this returns.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let path = folder.join(MANIFEST);
        let text = serde_json::to_vec_pretty(self).map_err(|error| error.to_string())?;
        File::create_new(&path)
            .and_then(|mut file| {
                file.write_all(&text)?;
                file.sync_all()
            })
            .map_err(|error| format!("{} can't be written: {error}", path.display()))
    }

    /// The copy of the database in a backup.
    pub fn database_in(&self, folder: &Path) -> PathBuf {
        folder.join(self.engine.file())
    }
}

/// The folder of evidence files in a backup.
pub fn evidence_in(folder: &Path) -> PathBuf {
    folder.join(EVIDENCE)
}
