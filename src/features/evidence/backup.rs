//! Evidence files into a folder that is kept elsewhere, and back.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use super::{
    place,
    spool::receive,
    store,
    vault::{Vault, blocking, pieces_of},
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    ids::{FileDigest, hex},
};

/// The contents that rows name, of which the bytes must be kept.
pub fn named_contents(conn: &mut Conn) -> AppResult<Vec<FileDigest>> {
    store::all_named(conn)
}

/// Copies every file that is kept into a folder, and tells their sizes. A file whose bytes are not those of its name is an
/// error: it was damaged where it lay.
pub async fn copy_out(vault: &Vault, folder: &Path) -> AppResult<BTreeMap<FileDigest, u64>> {
    let mut copied = BTreeMap::new();
    let mut kept = vault.list();
    while let Some((digest, _)) = kept.try_next().await? {
        let target = place::path_of(folder, &digest);
        let bytes = copy_one(vault, &digest, target).await?;
        copied.insert(digest, bytes);
    }
    Ok(copied)
}

async fn copy_one(vault: &Vault, digest: &FileDigest, target: PathBuf) -> AppResult<u64> {
    let mut pieces = vault.read(digest, None).await?;
    let mut file = blocking(move || {
        if let Some(parent) = target.parent() {
            place::make_private_dir(parent)?;
        }
        File::options().write(true).create_new(true).open(target)
    })
    .await?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0_u64);
    while let Some(piece) = pieces.try_next().await.map_err(AppError::internal)? {
        hasher.update(&piece);
        bytes += piece.len() as u64;
        file = blocking(move || file.write_all(&piece).map(|()| file)).await?;
    }
    blocking(move || file.sync_all()).await?;
    let found = hex(&hasher.finalize());
    if found != digest.as_str() {
        return Err(AppError::internal(format!(
            "the bytes of evidence {digest} are damaged: their SHA-256 is {found}"
        )));
    }
    Ok(bytes)
}

/// Takes files back from such a folder.
pub async fn copy_in(vault: &Vault, folder: &Path, contents: &[FileDigest]) -> AppResult<()> {
    for digest in contents {
        let path = place::path_of(folder, digest);
        let file = blocking(move || File::open(path)).await?;
        let received = receive(vault, pieces_of(file.take(u64::MAX))).await?;
        if received.digest != *digest {
            return Err(AppError::internal(format!(
                "the copy of evidence {digest} is damaged"
            )));
        }
        vault.keep(&received).await?;
    }
    Ok(())
}

/// Where the copy of a file lies in such a folder.
pub fn copy_path(folder: &Path, digest: &FileDigest) -> PathBuf {
    place::path_of(folder, digest)
}
