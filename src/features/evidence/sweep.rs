//! Clearing away what no upload will come back for: incoming files of a process that ended, and bytes that no row names.
//!
//! A change of the database comes after its bytes, so that a row never names what is not there. Between the two, bytes
//! are nobody's: the sweep leaves alone what is younger than a day, and looks once more after it has taken something
//! away. An upload in turn looks for its bytes after its commit ([`Vault::assure`]): whoever is later of the two sees
//! what the other did.

use std::{collections::BTreeSet, fs, path::PathBuf, time::Duration};

use chrono::TimeDelta;
use futures_util::TryStreamExt;

use super::{
    place, store,
    vault::{Vault, blocking},
};
use crate::{
    clock::{Clock, Moment},
    db::Database,
    error::AppResult,
    ids::FileDigest,
};

/// What is younger may belong to an upload that is under way.
const AGE_HOURS: i64 = 24;
const EVERY: Duration = Duration::from_secs(60 * 60);
/// Contents that one question to the database names.
const BATCH: usize = 500;

/// What a sweep cleared away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that never came to an end.
    pub uploads: usize,
    /// Files that no row names.
    pub files: usize,
    /// The space of both.
    pub bytes: u64,
}

/// Sweeps at the start and then every hour, for as long as the service runs.
pub async fn sweep_hourly(db: Database, vault: Vault) {
    let mut interval = tokio::time::interval(EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        match sweep(&db, &vault, TimeDelta::hours(AGE_HOURS)).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(swept) => {
                tracing::info!(
                    uploads = swept.uploads,
                    files = swept.files,
                    bytes = swept.bytes,
                    "swept evidence files"
                );
            }
            Err(error) => tracing::warn!(%error, "evidence files could not be swept"),
        }
    }
}

/// Clears away what is older than this.
pub async fn sweep(db: &Database, vault: &Vault, older_than: TimeDelta) -> AppResult<Swept> {
    // The age of a file is told by the machine's clock, whichever clock the service goes by.
    let before = Clock::System.now().plus(-older_than);
    let mut swept = Swept::default();
    sweep_incoming(db, vault, before, &mut swept).await?;
    let mut old = Vec::new();
    let mut kept = vault.list();
    while let Some((digest, meta)) = kept.try_next().await? {
        if meta.last_modified.timestamp() <= before.unix_seconds() {
            old.push((digest, meta.size));
        }
        if old.len() == BATCH {
            sweep_unnamed(db, vault, before, std::mem::take(&mut old), &mut swept).await?;
        }
    }
    sweep_unnamed(db, vault, before, old, &mut swept).await?;
    Ok(swept)
}

async fn sweep_incoming(db: &Database, vault: &Vault, before: Moment, swept: &mut Swept) -> AppResult<()> {
    let dir = vault.incoming().to_owned();
    let found: Vec<(PathBuf, i64, u64)> = blocking(move || {
        let entries = fs::read_dir(dir)?.map(|entry| Ok(entry?.path()));
        let paths = entries.collect::<std::io::Result<Vec<_>>>()?;
        // One that is gone meanwhile has come to its end.
        let known = paths.into_iter().filter_map(|path| {
            let (modified, bytes) = place::age_and_size(&path).ok()?;
            Some((path, modified, bytes))
        });
        Ok(known.collect())
    })
    .await?;
    for (path, modified, bytes) in found {
        if let Some(digest) = place::digest_of_taken(&path) {
            // A sweep ended before it had decided.
            if settle(db, vault, &digest, before).await? {
                swept.files += 1;
                swept.bytes += bytes;
            }
        } else if modified <= before.unix_seconds() {
            blocking(move || fs::remove_file(path)).await?;
            swept.uploads += 1;
            swept.bytes += bytes;
        }
    }
    Ok(())
}

async fn sweep_unnamed(
    db: &Database,
    vault: &Vault,
    before: Moment,
    old: Vec<(FileDigest, u64)>,
    swept: &mut Swept,
) -> AppResult<()> {
    if old.is_empty() {
        return Ok(());
    }
    let digests: Vec<FileDigest> = old.iter().map(|(digest, _)| digest.clone()).collect();
    let named = named(db, digests).await?;
    for (digest, bytes) in old {
        if !named.contains(&digest) && take(db, vault, &digest, before).await? {
            swept.files += 1;
            swept.bytes += bytes;
        }
    }
    Ok(())
}

async fn named(db: &Database, digests: Vec<FileDigest>) -> AppResult<BTreeSet<FileDigest>> {
    db.read(move |conn| store::referenced(conn, &digests)).await
}

/// Takes one away, if it is still old and nobody's; tells whether it is gone.
async fn take(db: &Database, vault: &Vault, digest: &FileDigest, before: Moment) -> AppResult<bool> {
    if let Some(folder) = vault.folder().cloned() {
        let (from, to) = (place::path_of(&folder, digest), place::taken(&folder, digest));
        blocking(move || fs::rename(from, to)).await?;
        return settle(db, vault, digest, before).await;
    }
    // A bucket has no way to take away and look: the moment between the two is shorter than any upload.
    let is_old = vault
        .modified_seconds(digest)
        .await?
        .is_some_and(|modified| modified <= before.unix_seconds());
    if is_old {
        vault.delete(digest).await?;
    }
    Ok(is_old)
}

/// Decides about a file that was taken from its address: it goes back if an upload gave it new life meanwhile.
async fn settle(db: &Database, vault: &Vault, digest: &FileDigest, before: Moment) -> AppResult<bool> {
    let Some(folder) = vault.folder().cloned() else {
        return Ok(false);
    };
    let is_named = named(db, vec![digest.clone()]).await?.contains(digest);
    let (address, taken) = (place::path_of(&folder, digest), place::taken(&folder, digest));
    blocking(move || {
        let (modified, _) = place::age_and_size(&taken)?;
        let goes = !is_named && modified <= before.unix_seconds();
        if goes {
            fs::remove_file(taken)?;
        } else {
            place::move_over(&taken, &address)?;
        }
        Ok(goes)
    })
    .await
}
