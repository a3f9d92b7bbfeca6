use object_store::memory::InMemory;
use sha2::{Digest, Sha256};

use super::*;
use crate::features::evidence::{FileKind, spool};

fn folder_vault(dir: &FilePath) -> Vault {
    let values = [("PARINDEX_DATA_DIR".to_owned(), dir.display().to_string())];
    Vault::open(&Config::from_values(values).unwrap()).unwrap()
}

/// The way of a bucket, without one.
fn bucket_vault(dir: &FilePath) -> Vault {
    Vault {
        store: Arc::new(InMemory::new()),
        place: Place::Bucket(Path::from("par/evidence")),
        ..folder_vault(dir)
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

fn pdf(bytes: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend((pdf.len()..bytes).map(|at| (at % 251) as u8));
    pdf
}

fn in_pieces(bytes: &[u8], size: usize) -> impl futures_util::Stream<Item = io::Result<Bytes>> + use<> {
    let pieces: Vec<_> = bytes
        .chunks(size)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces)
}

fn names(dir: &FilePath) -> usize {
    std::fs::read_dir(dir).unwrap().count()
}

#[test]
fn what_is_kept_is_read_again_and_nothing_else_stays() {
    let dir = tempfile::tempdir().unwrap();
    // Larger than a part of a bucket, and no multiple of anything.
    let file = pdf(PART_BYTES + 77_777);
    for vault in [folder_vault(dir.path()), bucket_vault(dir.path())] {
        run(async {
            let received = spool::receive(&vault, in_pieces(&file, 10_007)).await.unwrap();
            assert_eq!(
                (received.kind, received.bytes),
                (FileKind::Pdf, file.len() as u64)
            );
            let hex: String = Sha256::digest(&file).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(received.digest.as_str(), hex);
            vault.keep(&received).await.unwrap();
            vault.keep(&received).await.unwrap();
            vault.assure(&received).await.unwrap();
            vault.delete(&received.digest).await.unwrap();
            vault.assure(&received).await.unwrap();
            let listed: Vec<_> = vault.list().try_collect().await.unwrap();
            assert_eq!(listed.len(), 1);
            assert_eq!(listed[0].0, received.digest);
            let read: Vec<Bytes> = vault
                .read(&received.digest, None)
                .await
                .unwrap()
                .try_collect()
                .await
                .unwrap();
            assert_eq!(read.concat(), file);
            drop(received);
            assert_eq!(names(vault.incoming()), 0);
        });
    }
}

#[test]
fn what_is_refused_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = folder_vault(dir.path());
    vault.bytes_max = 3000;
    let receive = |bytes: Vec<u8>| {
        let error = run(spool::receive(&vault, in_pieces(&bytes, 700))).err().unwrap();
        assert_eq!(names(vault.incoming()), 0);
        (error.code, error.errors.first().map(|error| error.code.clone()))
    };
    assert_eq!(receive(pdf(3001)), (ErrorCode::PayloadTooLarge, None));
    for (bytes, code) in [
        (Vec::new(), "empty_file"),
        (b"<html>".to_vec(), "unsupported_file_type"),
        (b"MZ".repeat(1000), "unsupported_file_type"),
        (b"PK\x03\x04".repeat(100), "unsupported_file_type"),
    ] {
        assert_eq!(
            receive(bytes),
            (ErrorCode::ValidationFailed, Some(code.to_owned()))
        );
    }
    let broken = stream::iter([Ok(Bytes::from(pdf(1000))), Err(io::Error::other("cut off"))]);
    let error = run(spool::receive(&vault, broken)).err().unwrap();
    assert_eq!(error.code, ErrorCode::InvalidRequest);
    assert_eq!(names(vault.incoming()), 0);
}

#[test]
fn who_sends_nothing_for_too_long_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = folder_vault(dir.path());
    vault.idle_max = Duration::from_millis(20);
    let stalled = in_pieces(&pdf(1000), 100).chain(stream::pending());
    let error = run(spool::receive(&vault, stalled)).err().unwrap();
    assert_eq!(error.code, ErrorCode::RequestTimeout);
    assert_eq!(names(vault.incoming()), 0);
}

#[test]
fn uploads_beyond_the_limit_wait_outside() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = folder_vault(dir.path());
    vault.places = Arc::new(Semaphore::new(1));
    let first = run(spool::receive(&vault, in_pieces(&pdf(10), 10))).unwrap();
    let error = run(spool::receive(&vault, in_pieces(&pdf(10), 10)))
        .err()
        .unwrap();
    assert_eq!(error.code, ErrorCode::Overloaded);
    drop(first);
    assert!(run(spool::receive(&vault, in_pieces(&pdf(10), 10))).is_ok());
}

#[cfg(not(feature = "s3"))]
#[test]
fn a_bucket_needs_the_feature() {
    let values = [("PARINDEX_EVIDENCE_URL".to_owned(), "s3://bucket/x".to_owned())];
    let error = Vault::open(&Config::from_values(values).unwrap()).err().unwrap();
    assert!(error.contains("--features s3"), "{error}");
}
