//! The verifiable log at the command line: looking for what was altered, exporting a checkpoint, checking a receipt.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{
    commands::{open, say},
    files::{read, tell},
};
use crate::{
    audit_log::{Checkpoint, Given, TrustedKeys, check, hex},
    clock::Clock,
    config::Config,
    features::audit::{self, Kept, Verified},
    signing::read_keys,
};

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Look for the first entry that was altered, is missing, or was inserted or reordered. Ends with 0 if there is none
    Verify {
        /// A checkpoint that was kept elsewhere: finds that the log was cut or made anew. May be given many times
        #[arg(long = "checkpoint", value_name = "FILE")]
        checkpoints: Vec<PathBuf>,
        /// The log's keys, kept from /.well-known/audit-keys.json; without it those of PARINDEX_AUDIT_KEY_DIR
        #[arg(long)]
        keys: Option<PathBuf>,
    },
    /// Print the newest signed checkpoint, to be kept elsewhere
    Checkpoint,
    /// Check a receipt with files alone. Ends with 0 if a given key made it and nothing contradicts it
    Check {
        /// The receipt: the value of the header Parindex-Receipt; `-` reads standard input
        receipt: PathBuf,
        /// Its proof, as /api/v1/audit/log/inclusion-proof sends it
        #[arg(long)]
        proof: Option<PathBuf>,
        /// The log's keys, kept from /.well-known/audit-keys.json, or a single JWK
        #[arg(long)]
        keys: Option<PathBuf>,
    },
}

pub(super) fn run(command: AuditCommand) -> Result<(), String> {
    match command {
        AuditCommand::Verify { checkpoints, keys } => verify(&checkpoints, keys.as_deref()),
        AuditCommand::Checkpoint => print_checkpoint(),
        AuditCommand::Check { receipt, proof, keys } => {
            let receipt = read(&receipt)?;
            let proof = proof.as_deref().map(read).transpose()?;
            let keys = keys.as_deref().map(read).transpose()?;
            tell(&check(&Given {
                receipt: &receipt,
                proof: proof.as_deref(),
                keys: keys.as_deref(),
            }))
        }
    }
}

fn verify(checkpoints: &[PathBuf], keys: Option<&Path>) -> Result<(), String> {
    let config = Config::from_env()?;
    let keys = match keys {
        Some(file) => given_keys(file)?,
        None => audit::folder_keys(&config.keys, Clock::System.now())?,
    };
    let kept = checkpoints
        .iter()
        .map(|file| kept(file, &keys))
        .collect::<Result<Vec<_>, _>>()?;
    let names: Vec<String> = kept.iter().map(|kept| kept.name.clone()).collect();
    let found = actix_web::rt::System::new().block_on(async {
        audit::verify(&open(&config)?, keys, kept)
            .await
            .map_err(|error| format!("the log can't be read: {error}"))
    })?;
    match found {
        Ok(verified) => tell_verified(&verified, &names),
        Err(sentence) => Err(format!("the audit log is not as it was sealed. {sentence}")),
    }
}

fn given_keys(file: &Path) -> Result<TrustedKeys, String> {
    let (keys, faults) = read_keys(&read(file)?).map_err(|fault| format!("{} {fault}", file.display()))?;
    if keys.is_empty() {
        return Err(format!("{} holds no key: {}", file.display(), faults.join("; ")));
    }
    Ok(TrustedKeys::new(keys))
}

fn kept(file: &Path, keys: &TrustedKeys) -> Result<Kept, String> {
    let name = file.display().to_string();
    let note = String::from_utf8(read(file)?).map_err(|_| format!("{name} is no text"))?;
    let (head, _) = Checkpoint::read(&note, keys).map_err(|fault| format!("{name} {fault}"))?;
    Ok(Kept { name, head })
}

fn tell_verified(verified: &Verified, checkpoints: &[String]) -> Result<(), String> {
    say(&format!(
        "{} entries are as they were sealed, in their places; {} signed heads agree with them",
        verified.entries, verified.heads
    ))?;
    match &verified.newest {
        Some((head, kid)) => say(&format!(
            "newest head: {} entries at {}, root {}, signed by the key {kid}",
            head.size,
            head.sealed_at,
            hex(head.root)
        ))?,
        None => say("nothing is sealed yet")?,
    }
    say(&format!("{} entries wait to be sealed", verified.waiting))?;
    for kid in &verified.strange_keys {
        say(&format!(
            "note: older heads are signed by the key {kid}, which is known from the database alone"
        ))?;
    }
    for name in checkpoints {
        say(&format!("checkpoint {name}: the log goes on from it"))?;
    }
    if checkpoints.is_empty() {
        say(
            "not checked: whether the end of the log was cut, which only a checkpoint kept elsewhere shows (--checkpoint)",
        )?;
    }
    say("verified")
}

fn print_checkpoint() -> Result<(), String> {
    let config = Config::from_env()?;
    let note = actix_web::rt::System::new().block_on(async {
        open(&config)?
            .read(audit::newest_note)
            .await
            .map_err(|error| format!("the log can't be read: {error}"))
    })?;
    let note = note.ok_or("nothing is sealed yet: a running server seals within a second")?;
    say(note.trim_end_matches('\n'))
}
