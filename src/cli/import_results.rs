//! Importing earlier published tables at the command line.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    commands::{open, say, system_change},
    import::{explain, read},
    printed_tables::PrintedTables,
};
use crate::{
    clock::Clock,
    config::Config,
    db::Database,
    features::{
        agencies,
        publications::{self, ExternalTable, IfThere, Signer},
    },
};

/// Takes in earlier results: JSON files hold one table each, printed tables (CSV) are put together.
pub(super) fn import_results(files: &[PathBuf]) -> Result<(), String> {
    // All are read before the first is saved: a file that is no table stops the command while nothing is done.
    let mut printed = PrintedTables::default();
    let mut tables = Vec::new();
    for file in files {
        let shown = file.display().to_string();
        if is_printed(file) {
            let text = std::fs::read_to_string(file)
                .map_err(|error| format!("{shown} can't be read as UTF-8 text: {error}"))?;
            printed.read(&shown, &text)?;
        } else {
            let table: ExternalTable = read(file).map_err(|error| format!("{shown}: {error}"))?;
            tables.push((shown, table));
        }
    }
    if printed.passed_over > 0 {
        say(&format!(
            "{} printed lines hold neither an index nor a place and are passed over",
            printed.passed_over
        ))?;
    }
    let config = Config::from_env()?;
    let signer = Signer::load(&config.keys, Clock::System.now())?;
    actix_web::rt::System::new().block_on(async {
        let db = open(&config)?;
        let named = with_codes(&db, printed).await?;
        tables.extend(named.into_iter().map(|table| (table.code.to_string(), table)));
        import_all(&db, &signer, tables).await
    })
}

fn is_printed(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

/// The printed tables with the codes of the agencies that were called so at the end of the assessed year.
async fn with_codes(db: &Database, printed: PrintedTables) -> Result<Vec<ExternalTable>, String> {
    db.read(move |conn| {
        Ok(printed.into_tables(|level, year, name| {
            let last_day = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(format!("{year} is no year"))?;
            agencies::called(conn, level, name, last_day).map_err(explain)
        }))
    })
    .await
    .map_err(explain)?
}

async fn import_all(
    db: &Database,
    signer: &Signer,
    tables: Vec<(String, ExternalTable)>,
) -> Result<(), String> {
    let progress = progress_of(tables.len());
    let (mut created, mut unchanged) = (0, 0);
    for (from, table) in tables {
        let line = format!("{}: {} entries", table.code, table.entries.len());
        let is_new = import(db, signer.clone(), table)
            .await
            .map_err(|error| format!("{from}: {error}"))?;
        *(if is_new { &mut created } else { &mut unchanged }) += 1;
        match &progress {
            Some(bar) => bar.inc(1),
            None => say(&format!(
                "{line}, {}",
                if is_new { "created" } else { "there already" }
            ))?,
        }
    }
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
