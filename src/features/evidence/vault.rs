//! Where the bytes of evidence files are kept: a folder, or a bucket of an S3-compatible store.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Take},
    ops::Range,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{
    GetOptions, GetResultPayload, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload,
    local::LocalFileSystem, path::Path,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    place::{self, INCOMING},
    spool::Received,
};
use crate::{
    config::{Config, EvidencePlace},
    error::{AppError, AppResult, ErrorCode},
    ids::FileDigest,
};

/// What is read of a file at once.
const PIECE_BYTES: usize = 64 << 10;
/// A part of an upload to a bucket; one is held at a time. S3 takes no smaller ones.
const PART_BYTES: usize = 5 << 20;

/// The place of the bytes.
#[derive(Clone)]
pub struct Vault {
    store: Arc<dyn ObjectStore>,
    place: Place,
    incoming: Arc<FilePath>,
    places: Arc<Semaphore>,
    bytes_max: u64,
    agency_bytes_max: Option<u64>,
    idle_max: Duration,
}

/// What the two places don't have in common.
#[derive(Clone)]
enum Place {
    /// Files of this machine: moved, and taken away, in one step.
    Folder(Arc<FilePath>),
    /// Objects under this prefix.
    Bucket(Path),
}

/// Bytes on their way out.
pub type Pieces = BoxStream<'static, io::Result<Bytes>>;

/// A failure of the place, which may pass.
pub(super) fn unavailable(cause: impl std::fmt::Display) -> AppError {
    AppError {
        cause: Some(format!("evidence files: {cause}")),
        ..AppError::with(
            ErrorCode::Unavailable,
            "Kho tệp tài liệu kiểm chứng tạm thời không sẵn sàng.",
            "The store of evidence files can't be reached for the moment.",
        )
    }
}

/// Runs work on files on a thread that may wait for the disk.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> AppResult<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(AppError::internal)?
        .map_err(unavailable)
}

impl Vault {
    /// Opens the configured place; refuses if it can't be used.
    pub fn open(config: &Config) -> Result<Self, String> {
        let (store, place, incoming): (Arc<dyn ObjectStore>, _, _) = match &config.evidence {
            EvidencePlace::Folder(folder) => {
                let incoming = folder.join(INCOMING);
                make_dir(&incoming)?;
                let store = LocalFileSystem::new_with_prefix(folder)
                    .map_err(|error| format!("{}: {error}", folder.display()))?;
                (Arc::new(store), Place::Folder(folder.as_path().into()), incoming)
            }
            EvidencePlace::S3 { bucket, prefix } => {
                let store = open_bucket(bucket)?;
                let prefix = Path::parse(prefix).map_err(|error| error.to_string())?;
                // A file is told by its whole content, so it rests on this machine first.
                let incoming = config.data_dir.join("incoming-evidence");
                make_dir(&incoming)?;
                (store, Place::Bucket(prefix), incoming)
            }
        };
        let limits = &config.limits;
        Ok(Self {
            store,
            place,
            incoming: incoming.into(),
            places: Arc::new(Semaphore::new(limits.uploads_max)),
            bytes_max: limits.evidence_bytes_max,
            agency_bytes_max: Some(limits.evidence_agency_bytes_max).filter(|bytes| *bytes > 0),
            idle_max: Duration::from_secs(limits.upload_idle_seconds_max),
        })
    }

    /// The size that no file may pass.
    pub fn bytes_max(&self) -> u64 {
        self.bytes_max
    }

    /// What the files of one agency in one round may come to, if that is limited.
    pub fn agency_bytes_max(&self) -> Option<u64> {
        self.agency_bytes_max
    }

    pub(super) fn idle_max(&self) -> Duration {
        self.idle_max
    }

    pub(super) fn incoming(&self) -> &FilePath {
        &self.incoming
    }

    /// The folder, if it is one.
    pub(super) fn folder(&self) -> Option<&Arc<FilePath>> {
        match &self.place {
            Place::Folder(folder) => Some(folder),
            Place::Bucket(_) => None,
        }
    }

    /// A place among the uploads that are handled at once.
    pub(super) fn admit(&self) -> AppResult<OwnedSemaphorePermit> {
        self.places
            .clone()
            .try_acquire_owned()
            .map_err(|_| AppError::new(ErrorCode::Overloaded))
    }

    /// Keeps what was received, durable when this returns. No row names it yet.
    pub async fn keep(&self, received: &Received) -> AppResult<()> {
        let (digest, path) = (received.digest.clone(), received.path().to_owned());
        match &self.place {
            Place::Folder(folder) => {
                let folder = folder.clone();
                blocking(move || place::put(&folder, &path, &digest)).await
            }
            Place::Bucket(_) => self.put_object(&self.address(&digest), path).await,
        }
    }

    /// Keeps it once more if a sweep took it between [`Vault::keep`] and the commit of the row that names it.
    pub async fn assure(&self, received: &Received) -> AppResult<()> {
        match self.store.head(&self.address(&received.digest)).await {
            Ok(_) => Ok(()),
            Err(object_store::Error::NotFound { .. }) => self.keep(received).await,
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn put_object(&self, address: &Path, path: PathBuf) -> AppResult<()> {
        let mut file = blocking(move || File::open(path)).await?;
        let mut upload = self.store.put_multipart(address).await.map_err(unavailable)?;
        loop {
            let (rest, part) = blocking(move || read_part(file, PART_BYTES)).await?;
            if part.is_empty() {
                break;
            }
            file = rest;
            if let Err(error) = upload.put_part(PutPayload::from(part)).await {
                // What is not aborted stays in the bucket, unseen, until its own rules end it.
                let _ = upload.abort().await;
                return Err(unavailable(error));
            }
        }
        upload.complete().await.map_err(unavailable)?;
        Ok(())
    }

    /// The bytes of a file, or these of them, piece by piece.
    pub async fn read(&self, digest: &FileDigest, part: Option<Range<u64>>) -> AppResult<Pieces> {
        let options = GetOptions::default().with_range(part);
        let found = self
            .store
            .get_opts(&self.address(digest), options)
            .await
            .map_err(|error| match error {
                object_store::Error::NotFound { .. } => {
                    AppError::internal(format!("the bytes of evidence {digest} are lost"))
                }
                other => unavailable(other),
            })?;
        match found.payload {
            GetResultPayload::File(mut file, _) => {
                let start = found.range.start;
                let file = blocking(move || file.seek(SeekFrom::Start(start)).map(|_| file)).await?;
                Ok(pieces_of(file.take(found.range.end - start)))
            }
            GetResultPayload::Stream(stream) => Ok(stream.map_err(io::Error::other).boxed()),
        }
    }

    /// Every file that is kept, as it comes.
    pub(super) fn list(&self) -> BoxStream<'static, AppResult<(FileDigest, ObjectMeta)>> {
        let prefix = match &self.place {
            Place::Folder(_) => None,
            Place::Bucket(prefix) => Some(prefix.clone()),
        };
        self.store
            .list(prefix.as_ref())
            .map_err(unavailable)
            .try_filter_map(|meta| async move {
                let parts: Vec<_> = meta.location.parts().collect();
                let digest = parts
                    .last()
                    .and_then(|name| FileDigest::parse(name.as_ref()).ok());
                // Nothing is touched that does not lie as we lay things.
                let digest = digest.filter(|digest| {
                    let address = place::address(digest);
                    parts.len() >= 3
                        && parts
                            .iter()
                            .rev()
                            .zip(address.iter().rev())
                            .all(|(a, b)| a.as_ref() == *b)
                });
                Ok(digest.map(|digest| (digest, meta)))
            })
            .boxed()
    }

    pub(super) async fn modified_seconds(&self, digest: &FileDigest) -> AppResult<Option<i64>> {
        match self.store.head(&self.address(digest)).await {
            Ok(meta) => Ok(Some(meta.last_modified.timestamp())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    pub(super) async fn delete(&self, digest: &FileDigest) -> AppResult<()> {
        self.store
            .delete(&self.address(digest))
            .await
            .map_err(unavailable)
    }

    fn address(&self, digest: &FileDigest) -> Path {
        let prefix = match &self.place {
            Place::Folder(_) => Path::default(),
            Place::Bucket(prefix) => prefix.clone(),
        };
        prefix
            .parts()
            .chain(place::address(digest).map(Into::into))
            .collect()
    }
}

fn make_dir(dir: &FilePath) -> Result<(), String> {
    place::make_private_dir(dir).map_err(|error| {
        format!(
            "the folder {} can't be made: {error}; set PARINDEX_EVIDENCE_URL to a writable folder",
            dir.display()
        )
    })
}

/// Opens a bucket; keys, region and endpoint come from the usual `AWS_*` variables.
#[cfg(feature = "s3")]
fn open_bucket(bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let store = object_store::aws::AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .build()
        .map_err(|error| format!("the bucket {bucket} can't be used: {error}; set the AWS_* variables"))?;
    Ok(Arc::new(store))
}

#[cfg(not(feature = "s3"))]
fn open_bucket(bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
    Err(format!(
        "PARINDEX_EVIDENCE_URL names the S3 bucket {bucket}, and this program was built without S3: build it with \
         `cargo build --release --features s3`, or name a folder"
    ))
}

/// The next part of a file: shorter only at its end.
fn read_part<R: Read>(mut file: R, bytes: usize) -> io::Result<(R, Vec<u8>)> {
    let mut part = Vec::with_capacity(bytes);
    file.by_ref().take(bytes as u64).read_to_end(&mut part)?;
    Ok((file, part))
}

pub(super) fn pieces_of(file: Take<File>) -> Pieces {
    stream::try_unfold(file, |file| async move {
        let read = tokio::task::spawn_blocking(move || read_part(file, PIECE_BYTES));
        let (file, piece) = read.await.map_err(io::Error::other)??;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
    .boxed()
}

#[cfg(test)]
mod tests;
