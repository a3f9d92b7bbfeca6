//! Taking a backup while the service runs.

use std::{fs, path::Path};

use super::{
    manifest::{Engine, FileFacts, Manifest, evidence_in},
    postgres,
};
use crate::{
    cli::commands::say,
    clock::Clock,
    config::Config,
    db::{self, Conn, DatabaseUrl, ExportedSnapshot},
    features::evidence::{self, Vault},
    ids::FileDigest,
};

/// Makes the folder. Until it is whole it has another name, so that a half backup is never taken for one.
pub(super) fn run(folder: &Path) -> Result<(), String> {
    let config = Config::from_env()?;
    if folder.exists() {
        return Err(format!(
            "{} is there already; name a new folder",
            folder.display()
        ));
    }
    let mut partial = folder.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    make_private(partial)?;
    match fill(&config, partial) {
        Ok(manifest) => {
            fs::rename(partial, folder)
                .and_then(|()| {
                    fs::File::open(
                        folder
                            .parent()
                            .filter(|dir| !dir.as_os_str().is_empty())
                            .unwrap_or(Path::new(".")),
                    )?
                    .sync_all()
                })
                .map_err(|error| format!("{} can't be named: {error}", folder.display()))?;
            let rows: u64 = manifest.tables.values().sum();
            say(&format!(
                "{} holds {rows} rows of {} tables and {} evidence files, as of {}; `parindex backup verify {}` checks it. \
                 Keys are not in it (those that sign, and secret-keys, without which no second factor is good): keep them elsewhere.",
                folder.display(),
                manifest.tables.len(),
                manifest.evidence.len(),
                manifest.made_at,
                folder.display()
            ))
        }
        Err(error) => {
            // What is left would never be used.
            let _ = fs::remove_dir_all(partial);
            Err(error)
        }
    }
}

fn make_private(folder: &Path) -> Result<(), String> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| format!("{} can't be made: {error}", folder.display()))
}

fn fill(config: &Config, folder: &Path) -> Result<Manifest, String> {
    let url = &config.database_url;
    let mut manifest = Manifest::new(Engine::of(url), Clock::System.now());
    let copy = manifest.database_in(folder);
    let named = match manifest.engine {
        Engine::Sqlite => {
            db::copy_embedded(url, &copy)?;
            let path = copy.to_str().ok_or("the folder's name is no text")?;
            let mut conn = db::open_for_reading(&DatabaseUrl::Sqlite(path.to_owned()))?;
            describe(&mut conn, &mut manifest)?
        }
        Engine::Postgres => {
            let mut snapshot = ExportedSnapshot::take(url)?;
            postgres::dump(url, &snapshot.id, &copy)?;
            describe(snapshot.conn(), &mut manifest)?
        }
    };
    settle(&copy)?;
    manifest.database = FileFacts::of(&copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    let vault = Vault::open(config)?;
    let into = evidence_in(folder);
    make_private(&into)?;
    manifest.evidence = actix_web::rt::System::new()
        .block_on(evidence::copy_out(&vault, &into))
        .map_err(|error| format!("evidence files can't be copied: {error}"))?;
    let lost: Vec<&FileDigest> = named
        .iter()
        .filter(|named| !manifest.evidence.contains_key(*named))
        .collect();
    if let Some(first) = lost.first() {
        return Err(format!(
            "the bytes of {} evidence files are not in the store, the first is {first}: nothing was kept",
            lost.len()
        ));
    }
    manifest.write(folder)?;
    Ok(manifest)
}

/// Rows and migration go into the manifest; the contents that rows name are returned.
fn describe(conn: &mut Conn, manifest: &mut Manifest) -> Result<Vec<FileDigest>, String> {
    manifest.tables = db::table_rows(conn)?;
    manifest.migration = db::newest_migration(conn)?;
    evidence::named_contents(conn).map_err(|error| error.to_string())
}

/// Makes the copy durable, and leaves nothing beside it: reading a copy in WAL mode makes two files more.
fn settle(copy: &Path) -> Result<(), String> {
    for beside in ["-wal", "-shm"] {
        let mut name = copy.as_os_str().to_owned();
        name.push(beside);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!(
                    "{} can't be removed: {error}",
                    Path::new(&name).display()
                ));
            }
            _ => {}
        }
    }
    fs::File::open(copy)
        .and_then(|file| file.sync_all())
        .map_err(|error| format!("{} can't be written: {error}", copy.display()))
}
