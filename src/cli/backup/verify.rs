//! Holding a backup against what it says of itself.

use std::{collections::BTreeSet, path::Path};

use super::{
    manifest::{Engine, FileFacts, Manifest, evidence_in},
    postgres,
};
use crate::{
    cli::commands::say,
    db::{self, DatabaseUrl, TableRows},
    features::evidence,
};

/// Faults that are named; of more only the number is told.
const NAMED_MAX: usize = 20;

/// Checks everything, and says what was checked.
pub(super) fn run(folder: &Path) -> Result<(), String> {
    let manifest = check(folder)?;
    let rows: u64 = manifest.tables.values().sum();
    let looked_into = match manifest.engine {
        Engine::Sqlite => "its rows, references and pages were looked at",
        Engine::Postgres => "its archive was read to the end; only a restore shows its rows",
    };
    say(&format!(
        "good: the database of {} ({rows} rows of {} tables; {looked_into}) and {} evidence files have the SHA-256 that they must have",
        manifest.made_at,
        manifest.tables.len(),
        manifest.evidence.len()
    ))
}

/// The manifest of a good backup; an error that names what is wrong with another.
pub(super) fn check(folder: &Path) -> Result<Manifest, String> {
    let manifest = Manifest::read(folder)?;
    let mut faults = Vec::new();
    let copy = manifest.database_in(folder);
    match FileFacts::of(&copy) {
        Err(error) => faults.push(format!("{} can't be read: {error}", copy.display())),
        Ok(found) if found != manifest.database => faults.push(format!(
            "{} is not what was written: {} bytes with SHA-256 {}, instead of {} bytes with {}",
            copy.display(),
            found.bytes,
            found.sha256,
            manifest.database.bytes,
            manifest.database.sha256
        )),
        Ok(_) => faults.extend(look_into(&manifest, folder)?),
    }
    let evidence = evidence_in(folder);
    for (digest, bytes) in &manifest.evidence {
        match FileFacts::of(&evidence::copy_path(&evidence, digest)) {
            Err(error) => faults.push(format!("evidence {digest} can't be read: {error}")),
            Ok(found) if found.sha256 != digest.as_str() || found.bytes != *bytes => faults.push(format!(
                "evidence {digest} is not what was written: {} bytes with SHA-256 {}",
                found.bytes, found.sha256
            )),
            Ok(_) => {}
        }
    }
    if faults.is_empty() {
        return Ok(manifest);
    }
    let told: Vec<&str> = faults.iter().take(NAMED_MAX).map(String::as_str).collect();
    Err(format!(
        "{} is no good backup, {} faults:\n{}",
        folder.display(),
        faults.len(),
        told.join("\n")
    ))
}

fn look_into(manifest: &Manifest, folder: &Path) -> Result<Vec<String>, String> {
    let copy = manifest.database_in(folder);
    if manifest.engine == Engine::Postgres {
        return Ok(postgres::read_through(&copy).err().into_iter().collect());
    }
    // A copy of the copy: looking into a database writes files beside it, and the backup may lie where nothing can be written.
    let place = tempfile::tempdir().map_err(|error| format!("no folder for temporary files: {error}"))?;
    let looked_at = place.path().join(manifest.engine.file());
    std::fs::copy(&copy, &looked_at)
        .map_err(|error| format!("{} can't be copied: {error}", copy.display()))?;
    let path = looked_at
        .to_str()
        .ok_or("the folder for temporary files has a name that is no text")?;
    let mut conn = db::open_for_reading(&DatabaseUrl::Sqlite(path.to_owned()))?;
    let mut faults = db::faults_of_embedded(&mut conn)?;
    faults.extend(differences(&manifest.tables, &db::table_rows(&mut conn)?));
    let named = evidence::named_contents(&mut conn).map_err(|error| error.to_string())?;
    let lost = named
        .iter()
        .filter(|named| !manifest.evidence.contains_key(*named));
    faults.extend(lost.map(|lost| format!("a row names evidence {lost}, which the backup lacks")));
    Ok(faults)
}

/// Where two counts of rows differ.
pub(super) fn differences(said: &TableRows, found: &TableRows) -> Vec<String> {
    let tables: BTreeSet<&String> = said.keys().chain(found.keys()).collect();
    tables
        .into_iter()
        .filter(|table| said.get(*table) != found.get(*table))
        .map(|table| {
            let told =
                |rows: Option<&u64>| rows.map_or("no such table".to_owned(), |rows| format!("{rows} rows"));
            format!(
                "{table}: {} instead of {}",
                told(found.get(table)),
                told(said.get(table))
            )
        })
        .collect()
}
