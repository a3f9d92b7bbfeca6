//! Importing files at the command line, as the operator.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::commands::{open, say, system_change};
use crate::{
    config::Config,
    error::AppError,
    features::{
        agencies::{self, AgencyImport, AgencyImportResult},
        criteria::{self, IfPresent},
        holidays::{self, HolidayImport, HolidayImportResult},
        instruments,
        programmes::{self, NewProgramme},
        recommendations::{self, TypeImport},
    },
    formats::xlsx::read_workbook,
    scoring::CriteriaSet,
    survey::Instrument,
    web::parse_json,
};

pub(super) fn import_agencies(path: &Path, dry_run: bool) -> Result<(), String> {
    let document: AgencyImport = read(path)?;
    let config = Config::from_env()?;
    say(&format!(
        "{}: {} levels, {} regions, {} agencies",
        path.display(),
        document.levels.len(),
        document.regions.len(),
        document.agencies.len()
    ))?;
    let change = system_change("import_agencies", vec![agencies::tree_lock()]);
    let answer = actix_web::rt::System::new().block_on(async {
        agencies::import(&open(&config)?, change, document, dry_run)
            .await
            .map_err(explain)
    })?;
    let result: AgencyImportResult =
        serde_json::from_str(&answer.body).map_err(|error| format!("the result can't be read: {error}"))?;
    say(&format!(
        "{}: {} created, {} updated, {} unchanged",
        if result.dry_run { "checked" } else { "imported" },
        result.created,
        result.updated,
        result.unchanged
    ))
}

pub(super) fn import_criteria_set(path: &Path) -> Result<(), String> {
    let set = if is_workbook(path) {
        let bytes =
            std::fs::read(path).map_err(|error| format!("{} can't be read: {error}", path.display()))?;
        let workbook = read_workbook(&bytes).map_err(|fault| explain(fault.into()))?;
        criteria::check_workbook(&workbook).map_err(explain)?
    } else {
        let document: CriteriaSet = read(path)?;
        criteria::check(document).map_err(explain)?
    };
    let config = Config::from_env()?;
    say(&format!(
        "{}: {} version {}, {} indicators, maximum {}",
        path.display(),
        set.code,
        set.version,
        set.leaves,
        set.maximum
    ))?;
    let change = system_change("create_criteria_set", vec![criteria::family_lock(&set.code)]);
    let answer = actix_web::rt::System::new().block_on(async {
        criteria::import(&open(&config)?, change, set, IfPresent::KeepSame)
            .await
            .map_err(explain)
    })?;
    say(if answer.status == 201 {
        "imported: 1 created, 0 unchanged"
    } else {
        "imported: 0 created, 1 unchanged"
    })
}

pub(super) fn import_holidays(path: &Path) -> Result<(), String> {
    let file: HolidayImport = read(path)?;
    let config = Config::from_env()?;
    say(&format!("{}: {} years", path.display(), file.years.len()))?;
    let change = system_change("import_holidays", vec![holidays::calendar_lock()]);
    let answer = actix_web::rt::System::new().block_on(async {
        holidays::import(&open(&config)?, change, file)
            .await
            .map_err(explain)
    })?;
    let result: HolidayImportResult =
        serde_json::from_str(&answer.body).map_err(|error| format!("the result can't be read: {error}"))?;
    say(&format!(
        "imported: {} created, {} kept as they are",
        result.created, result.kept
    ))
}

pub(super) fn import_recommendation_types(path: &Path) -> Result<(), String> {
    let file: TypeImport = read(path)?;
    let config = Config::from_env()?;
    let all = file.types.len();
    say(&format!("{}: {all} types", path.display()))?;
    let change = system_change("import_recommendation_types", vec![recommendations::type_lock()]);
    let answer = actix_web::rt::System::new().block_on(async {
        recommendations::import_types(&open(&config)?, change, file)
            .await
            .map_err(explain)
    })?;
    let created: usize = answer.body.parse().unwrap_or(0);
    say(&format!(
        "imported: {created} created, {} kept as they are",
        all.saturating_sub(created)
    ))
}

pub(super) fn import_instrument(path: &Path) -> Result<(), String> {
    let document: Instrument = read(path)?;
    let new = instruments::check(document).map_err(explain)?;
    let config = Config::from_env()?;
    say(&format!(
        "{}: {} version {}, {} items",
        path.display(),
        new.code,
        new.version,
        new.items
    ))?;
    let change = system_change("create_instrument", vec![instruments::family_lock(&new.code)]);
    let answer = actix_web::rt::System::new().block_on(async {
        instruments::import(&open(&config)?, change, new, true)
            .await
            .map_err(explain)
    })?;
    say(if answer.status == 201 {
        "imported: 1 created, 0 unchanged"
    } else {
        "imported: 0 created, 1 unchanged"
    })
}

pub(super) fn import_programme(path: &Path) -> Result<(), String> {
    let new: NewProgramme = read(path)?;
    let config = Config::from_env()?;
    say(&format!(
        "{}: {}, {} contents",
        path.display(),
        new.code,
        new.contents.len()
    ))?;
    let change = system_change("create_programme", programmes::lock_programme(&new.code));
    let answer = actix_web::rt::System::new().block_on(async {
        open(&config)?
            .write(change, move |tx| programmes::file(tx, new, true))
            .await
            .map_err(explain)
    })?;
    say(if answer.status == 201 {
        "imported: 1 created, 0 unchanged"
    } else {
        "imported: 0 created, 1 unchanged"
    })
}

fn is_workbook(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}

/// Reads a JSON file.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    parse_json(&bytes).map_err(explain)
}

/// A failure as lines: what it is, then every fault with its place.
pub(super) fn explain(error: AppError) -> String {
    let said = error
        .detail
        .as_ref()
        .map_or_else(|| error.code.title().en, |detail| detail.en.clone());
    let cause = error
        .cause
        .as_ref()
        .map(|cause| format!(" ({cause})"))
        .unwrap_or_default();
    let mut text = format!("nothing was imported: {said}{cause}");
    for fault in &error.errors {
        let place = if fault.pointer.is_empty() {
            "/"
        } else {
            &fault.pointer
        };
        text.push_str(&format!("\n{place}: {} ({})", fault.message.en, fault.code));
    }
    text
}
