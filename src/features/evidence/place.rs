//! Where bytes lie in a folder: `ab/cd/abcd…`, by their SHA-256, so that no folder grows without bound.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::ids::{FileDigest, RecordId};

/// The folder of files on their way in.
pub const INCOMING: &str = "incoming";

/// The parts of an address.
pub fn address(digest: &FileDigest) -> [&str; 3] {
    let text = digest.as_str();
    [
        text.get(..2).unwrap_or_default(),
        text.get(2..4).unwrap_or_default(),
        text,
    ]
}

/// The address as a path.
pub fn path_of(folder: &Path, digest: &FileDigest) -> PathBuf {
    folder.join(address(digest).iter().collect::<PathBuf>())
}

/// Makes a folder that only its owner may enter: evidence is no public matter.
pub fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Gives an incoming file its address, in place of what lies there, which has the same bytes: then they are as young as
/// this upload, and no sweep takes them for left over. The incoming name stays.
pub fn put(folder: &Path, incoming: &Path, digest: &FileDigest) -> io::Result<()> {
    let target = path_of(folder, digest);
    let Some(parent) = target.parent() else {
        return Err(io::Error::other("an address without a folder"));
    };
    make_private_dir(parent)?;
    let second = folder.join(INCOMING).join(RecordId::new().as_str());
    // Not every file system has two names for one file.
    if fs::hard_link(incoming, &second).is_err() {
        fs::copy(incoming, &second)?;
        File::open(&second)?.sync_all()?;
    }
    move_over(&second, &target)?;
    // A name is durable once its folder is; the two above may be new.
    for dir in parent.ancestors().take(3) {
        sync_dir(dir)?;
    }
    Ok(())
}

/// Moves a file in place of what lies there. Of two names of one file, POSIX moves neither: then the old one goes.
pub fn move_over(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    match fs::remove_file(from) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The name of a file that the sweep took from its address, until it is known whether it may go.
pub fn taken(folder: &Path, digest: &FileDigest) -> PathBuf {
    folder.join(INCOMING).join(format!("{digest}.taken"))
}

/// Whose bytes a file with such a name holds.
pub fn digest_of_taken(path: &Path) -> Option<FileDigest> {
    let name = path.file_name()?.to_str()?;
    FileDigest::parse(name.strip_suffix(".taken")?).ok()
}

/// When a file was last written, in seconds since 1970, and its size.
pub fn age_and_size(path: &Path) -> io::Result<(i64, u64)> {
    let facts = fs::metadata(path)?;
    let modified: chrono::DateTime<chrono::Utc> = facts.modified()?.into();
    Ok((modified.timestamp(), facts.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_have_one_address_that_grows_young_again() {
        let dir = tempfile::tempdir().unwrap();
        make_private_dir(&dir.path().join(INCOMING)).unwrap();
        let digest = FileDigest::parse(&"ab".repeat(32)).unwrap();
        for name in ["first", "second"] {
            let incoming = dir.path().join(INCOMING).join(name);
            fs::write(&incoming, "bytes").unwrap();
            put(dir.path(), &incoming, &digest).unwrap();
            assert!(incoming.exists());
            fs::remove_file(&incoming).unwrap();
        }
        let target = path_of(dir.path(), &digest);
        assert!(target.ends_with(format!("ab/ab/{digest}")));
        assert_eq!(fs::read_to_string(&target).unwrap(), "bytes");
        assert_eq!(fs::read_dir(dir.path().join(INCOMING)).unwrap().count(), 0);
        let name = taken(dir.path(), &digest);
        assert_eq!(digest_of_taken(&name), Some(digest));
        assert_eq!(digest_of_taken(&target), None);
    }
}
