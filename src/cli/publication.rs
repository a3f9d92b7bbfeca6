//! Checking publications at the command line, without a server; and signing those from before there were signatures.

use std::path::PathBuf;

use clap::Subcommand;

use super::{
    commands::{open, say, system_change},
    files::{read, tell},
};
use crate::{
    clock::Clock,
    config::Config,
    features::publications::{
        self, Signer,
        offline::{self, Given},
    },
};

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
