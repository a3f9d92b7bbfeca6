//! Importing earlier published tables at the command line.

use std::{io::IsTerminal, path::PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::{
    commands::{open, say, system_change},
    import::{explain, read},
};
use crate::{
    clock::Clock,
    config::Config,
    db::Database,
    features::publications::{self, ExternalTable, IfThere, Signer},
};

pub(super) fn import_results(files: &[PathBuf]) -> Result<(), String> {
    // All are read before the first is saved: a file that is no table stops the command while nothing is done.
    let tables = files
        .iter()
        .map(|file| {
            read::<ExternalTable>(file)
                .map(|table| (file, table))
                .map_err(|error| format!("{}: {error}", file.display()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let config = Config::from_env()?;
    let signer = Signer::load(&config.keys, Clock::System.now())?;
    let progress = progress_of(tables.len());
    let (mut created, mut unchanged) = (0, 0);
    actix_web::rt::System::new().block_on(async {
        let db = open(&config)?;
        for (file, table) in tables {
            let line = format!("{}: {} entries", table.code, table.entries.len());
            let is_new = import(&db, signer.clone(), table)
                .await
                .map_err(|error| format!("{}: {error}", file.display()))?;
            *(if is_new { &mut created } else { &mut unchanged }) += 1;
            match &progress {
                Some(bar) => bar.inc(1),
                None => say(&format!(
                    "{line}, {}",
                    if is_new { "created" } else { "there already" }
                ))?,
            }
        }
        Ok::<(), String>(())
    })?;
    if let Some(bar) = progress {
        bar.finish_and_clear();
    }
    say(&format!("imported: {created} created, {unchanged} unchanged"))
}

/// Takes one table in; tells whether it was new.
async fn import(db: &Database, signer: Signer, table: ExternalTable) -> Result<bool, String> {
    let change = system_change("import_publication", vec![publications::lock_publications()]);
    let answer = db
        .write(change, move |tx| {
            publications::import_results(tx, &signer, table, IfThere::Skip)
        })
        .await
        .map_err(explain)?;
    Ok(answer.status == 201)
}

/// A bar on a terminal; elsewhere plain lines.
fn progress_of(files: usize) -> Option<ProgressBar> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} tables").ok()?;
    Some(ProgressBar::new(files as u64).with_style(style))
}
