//! Backups: the database as it stands at one moment and all evidence files, in a folder that says what it holds.
//!
//! The database comes first. A row never names bytes that are not there, and no sweep takes bytes that a row names, so what is
//! copied after it holds all that it names. Signing keys are not part of it: they are kept elsewhere, and apart.

mod manifest;
mod postgres;
mod restore;
mod take;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(super) use restore::restore;

/// What `parindex backup` is asked for.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct BackupArguments {
    /// The folder to make, which must not be there yet
    #[arg(required = true)]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<BackupCommand>,
}

#[derive(Subcommand)]
enum BackupCommand {
    /// Hold a backup against what it says of itself: every file's SHA-256, every table's rows, every evidence file
    Verify {
        /// The folder of the backup
        folder: PathBuf,
    },
}

/// Takes a backup, or verifies one.
pub(super) fn run(asked: BackupArguments) -> Result<(), String> {
    match (asked.command, asked.folder) {
        (Some(BackupCommand::Verify { folder }), _) => verify::run(&folder),
        (None, Some(folder)) => take::run(&folder),
        (None, None) => Err("name the folder to make".to_owned()),
    }
}
