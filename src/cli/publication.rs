//! Checking publications at the command line, without a server; and signing those from before there were signatures.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use clap::Subcommand;

use super::commands::{open, say, system_change};
use crate::{
    clock::Clock,
    config::Config,
    features::publications::{
        self, Signer,
        offline::{self, Given, Report},
    },
};

/// The largest file that is read: far above a document of 10,000 agencies.
const FILE_BYTES_MAX: u64 = 1 << 30;

#[derive(Subcommand)]
pub(super) enum PublicationCommand {
    /// Check a publication's document offline: its form, its id, its signature. Ends with 0 if it is verified
    Verify {
        /// The document, as …/document sends it; `-` reads standard input
        file: PathBuf,
        /// Its signature: what …/signature sends, or the compact JWS alone
        #[arg(long)]
        signature: Option<PathBuf>,
        /// The publisher's keys: what /.well-known/publication-keys.json sends, or a single JWK
        #[arg(long)]
        keys: Option<PathBuf>,
        /// The id that the document must have
        #[arg(long)]
        id: Option<String>,
    },
    /// Compute a publication's document again from what it stands on, offline, and compare to the byte
    Recompute {
        /// The document, as …/document sends it; `-` reads standard input
        file: PathBuf,
        /// The document of the publication that its changes are against
        #[arg(long)]
        baseline: Option<PathBuf>,
    },
    /// Sign what was published before publications were signed; what has a signature keeps it
    Sign,
}

pub(super) fn run(command: PublicationCommand) -> Result<(), String> {
    match command {
        PublicationCommand::Verify {
            file,
            signature,
            keys,
            id,
        } => {
            let document = read(&file)?;
            let signature = signature.as_deref().map(read).transpose()?;
            let keys = keys.as_deref().map(read).transpose()?;
            tell(&offline::verify(&Given {
                document: &document,
                id: id.as_deref(),
                signature: signature.as_deref(),
                keys: keys.as_deref(),
            }))
        }
        PublicationCommand::Recompute { file, baseline } => {
            let document = read(&file)?;
            let baseline = baseline.as_deref().map(read).transpose()?;
            tell(&offline::recompute(&document, baseline.as_deref()))
        }
        PublicationCommand::Sign => sign_unsigned(),
    }
}

/// Prints the checks; what does not hold ends the command with 1.
fn tell(report: &Report) -> Result<(), String> {
    for check in &report.checks {
        say(&format!("{:<12} {}", check.mark.as_str(), check.sentence))?;
    }
    if report.holds {
        say(&report.conclusion)
    } else {
        Err(report.conclusion.clone())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    let read = read.map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    if read as u64 > FILE_BYTES_MAX {
        return Err(format!(
            "{} is larger than {FILE_BYTES_MAX} bytes",
            path.display()
        ));
    }
    Ok(bytes)
}

fn sign_unsigned() -> Result<(), String> {
    let config = Config::from_env()?;
    let signer = Signer::load(&config.keys, Clock::System.now())?;
    actix_web::rt::System::new().block_on(async {
        let db = open(&config)?;
        let unsigned = publications::unsigned(&db)
            .await
            .map_err(|error| format!("the publications can't be read: {error}"))?;
        for id in &unsigned {
            let change = system_change("sign_publication", vec![publications::lock_publications()]);
            publications::sign_publication(&db, change, signer.clone(), id.clone())
                .await
                .map_err(|error| format!("{id} was not signed: {error}"))?;
            say(&format!("signed {id}"))?;
        }
        say(&format!("{} publications signed", unsigned.len()))
    })
}
