//! A file on its way in: written to a folder of its own while it is hashed and counted, never held in memory.

use std::{
    fmt::Display,
    fs::File,
    io::{BufReader, Seek, Write},
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    kind::{self, FileKind, HEAD_BYTES, Head, Unfit},
    ooxml,
    vault::{Vault, blocking},
};
use crate::{
    error::{AppError, AppResult, ErrorCode},
    ids::{FileDigest, RecordId, hex},
};

/// What is gathered before it is written: one step to another thread for each piece, not for each packet.
const PIECE_BYTES: usize = 256 << 10;

/// A file that has arrived whole, is of a kind that is taken, and lies safe on the disk under no address yet.
///
/// When it is dropped, its place among the incoming files is cleared; an address that was given to it stays.
pub struct Received {
    /// The SHA-256 of its bytes.
    pub digest: FileDigest,
    /// Its size.
    pub bytes: u64,
    /// What it is.
    pub kind: FileKind,
    incoming: Incoming,
}

impl Received {
    pub(super) fn path(&self) -> &Path {
        &self.incoming.path
    }
}

/// The name of a file on its way. Whatever ends the upload - a refusal, a lost connection - takes the file along; only
/// the end of the whole process leaves it to the sweep.
struct Incoming {
    path: PathBuf,
    _place: OwnedSemaphorePermit,
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an incoming file could not be removed; the sweep will try again");
        }
    }
}

/// The open file and what is known of it so far; handed to the blocking threads and back.
struct Writing {
    file: File,
    hasher: Sha256,
}

impl Writing {
    fn append(mut self, piece: &[u8]) -> std::io::Result<Self> {
        self.hasher.update(piece);
        self.file.write_all(piece)?;
        Ok(self)
    }

    /// Makes it durable, and looks into it where the first bytes don't tell enough.
    fn finish(mut self, head: Head) -> std::io::Result<(FileDigest, Result<FileKind, Unfit>)> {
        self.file.sync_all()?;
        let kind = match head {
            Head::Kind(kind) => Ok(kind),
            Head::Zip => {
                self.file.rewind()?;
                ooxml::tell(&mut BufReader::new(&mut self.file))
            }
        };
        let digest = FileDigest::parse(&hex(&self.hasher.finalize())).map_err(std::io::Error::other)?;
        Ok((digest, kind))
    }
}

/// Receives a file. Refuses it as soon as it is clear that it can't be taken: by its first bytes, or past the limit.
pub async fn receive<E: Display>(
    vault: &Vault,
    body: impl Stream<Item = Result<Bytes, E>>,
) -> AppResult<Received> {
    let incoming = Incoming {
        _place: vault.admit()?,
        path: vault.incoming().join(RecordId::new().as_str()),
    };
    let mut body = pin!(body);
    let path = incoming.path.clone();
    let file = blocking(move || File::options().read(true).write(true).create_new(true).open(path)).await?;
    let mut writing = Writing {
        file,
        hasher: Sha256::new(),
    };
    let (mut bytes, mut head) = (0_u64, Vec::with_capacity(HEAD_BYTES));
    let mut gathered = Vec::new();
    while let Some(piece) = next(&mut body, vault.idle_max()).await? {
        bytes += piece.len() as u64;
        check_size(bytes, vault.bytes_max())?;
        if head.len() < HEAD_BYTES {
            head.extend(piece.iter().take(HEAD_BYTES - head.len()));
            if head.len() == HEAD_BYTES {
                tell(&head)?;
            }
        }
        gathered.extend_from_slice(&piece);
        if gathered.len() >= PIECE_BYTES {
            let full = std::mem::take(&mut gathered);
            writing = blocking(move || writing.append(&full)).await?;
        }
    }
    let head = tell(&head)?;
    let (digest, kind) = blocking(move || writing.append(&gathered)?.finish(head)).await?;
    Ok(Received {
        digest,
        bytes,
        kind: kind.map_err(refuse)?,
        incoming,
    })
}

/// Refuses what is, or says that it will be, too large.
pub fn check_size(bytes: u64, bytes_max: u64) -> AppResult<()> {
    if bytes <= bytes_max {
        return Ok(());
    }
    // Rounded down: who keeps to it is within the limit.
    let mebibytes = bytes_max / (1 << 20);
    let (size_vi, size_en) = if mebibytes > 0 {
        (format!("{mebibytes} MiB"), format!("{mebibytes} MiB"))
    } else {
        (format!("{bytes_max} byte"), format!("{bytes_max} bytes"))
    };
    Err(AppError::with(
        ErrorCode::PayloadTooLarge,
        format!("Mỗi tệp tối đa {size_vi}."),
        format!("A file has at most {size_en}."),
    ))
}

fn tell(head: &[u8]) -> AppResult<Head> {
    kind::tell(head).map_err(refuse)
}

fn refuse(unfit: Unfit) -> AppError {
    AppError::invalid(vec![unfit.fault()])
}

/// The next piece of the body, if it comes in time.
async fn next<E: Display>(
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    idle_max: Duration,
) -> AppResult<Option<Bytes>> {
    match tokio::time::timeout(idle_max, body.next()).await {
        Ok(piece) => piece.transpose().map_err(|error| AppError {
            cause: Some(error.to_string()),
            ..AppError::with(
                ErrorCode::InvalidRequest,
                "Tệp chưa được gửi hết.",
                "The file did not arrive whole.",
            )
        }),
        Err(_) => Err(AppError::new(ErrorCode::RequestTimeout)),
    }
}
