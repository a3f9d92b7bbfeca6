//! Bringing a backup back, into an empty place alone.

use std::{fs, path::Path};

use super::{
    manifest::{Engine, Manifest, evidence_in},
    postgres, verify,
};
use crate::{
    cli::commands::{open, say},
    config::Config,
    db::{self, DatabaseUrl},
    features::evidence::{self, Vault},
    ids::FileDigest,
};

/// Checks the backup, fills the configured database and store of evidence files from it, and compares.
pub(in crate::cli) fn restore(folder: &Path) -> Result<(), String> {
    let config = Config::from_env()?;
    let manifest = verify::check(folder)?;
    let engine = Engine::of(&config.database_url);
    if engine != manifest.engine {
        return Err(format!(
            "the backup is of {:?}, PARINDEX_DATABASE_URL names {engine:?}: it goes back into the kind that it came from",
            manifest.engine
        ));
    }
    // Evidence first: a row never names bytes that are not there.
    let vault = Vault::open(&config)?;
    refuse_full(&config.database_url)?;
    let contents: Vec<FileDigest> = manifest.evidence.keys().cloned().collect();
    actix_web::rt::System::new()
        .block_on(evidence::copy_in(&vault, &evidence_in(folder), &contents))
        .map_err(|error| format!("evidence files can't be brought back: {error}"))?;
    let copy = manifest.database_in(folder);
    match &config.database_url {
        DatabaseUrl::Sqlite(path) => put_file(&copy, Path::new(path))?,
        url @ DatabaseUrl::Postgres(_) => postgres::fill(url, &copy)?,
    }
    compare(&config.database_url, &manifest)?;
    // A backup of an earlier version is brought to this one.
    drop(open(&config)?);
    let rows: u64 = manifest.tables.values().sum();
    say(&format!(
        "restored: {rows} rows of {} tables and {} evidence files, as of {}. Put the keys back before you serve, secret-keys too.",
        manifest.tables.len(),
        contents.len(),
        manifest.made_at
    ))
}

/// Nothing is ever written over.
fn refuse_full(url: &DatabaseUrl) -> Result<(), String> {
    let is_full = match url {
        DatabaseUrl::Sqlite(path) => fs::metadata(path).is_ok_and(|file| file.len() > 0),
        DatabaseUrl::Postgres(_) => !db::table_rows(&mut db::open_for_reading(url)?)?.is_empty(),
    };
    if is_full {
        return Err(format!(
            "{url:?} holds something already; a backup is brought back into an empty database alone. Name another one"
        ));
    }
    Ok(())
}

/// Under another name until it is whole.
fn put_file(copy: &Path, path: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} can't be written: {error}", path.display());
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).map_err(failed)?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    fs::copy(copy, &partial).map_err(failed)?;
    fs::File::open(&partial)
        .and_then(|file| file.sync_all())
        .map_err(failed)?;
    fs::rename(&partial, path).map_err(failed)
}

fn compare(url: &DatabaseUrl, manifest: &Manifest) -> Result<(), String> {
    let found = db::table_rows(&mut db::open_for_reading(url)?)?;
    let differences = verify::differences(&manifest.tables, &found);
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!(
        "what was restored is not what the backup holds:\n{}",
        differences.join("\n")
    ))
}
