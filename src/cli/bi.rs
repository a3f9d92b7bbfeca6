//! Rows and rights for tools that read published results by SQL.

use clap::Subcommand;

use super::commands::{open, say, system_change};
use crate::{
    config::Config,
    db::Database,
    features::publications::{
        self,
        bi::{self, RoleName},
    },
};

#[derive(Subcommand)]
pub(super) enum BiCommand {
    /// Let a role of PostgreSQL read the views, and take everything else in the schema from it
    Grant {
        /// The role; it must be there: CREATE ROLE bi LOGIN PASSWORD '…'
        role: String,
    },
    /// Add the rows of what was published before there were views; a server does so by itself when it starts
    Fill,
    /// Compare the rows of every publication with its document; ends with 1 if some are not alike
    Check,
}

pub(super) fn run(command: BiCommand) -> Result<(), String> {
    // A name that can't be one is refused before anything is opened.
    let role = match &command {
        BiCommand::Grant { role } => Some(RoleName::parse(role)?),
        BiCommand::Fill | BiCommand::Check => None,
    };
    let config = Config::from_env()?;
    actix_web::rt::System::new().block_on(async {
        let db = open(&config)?;
        match (command, role) {
            (BiCommand::Grant { .. }, Some(role)) => grant(&db, role).await,
            (BiCommand::Check, _) => check(&db).await,
            (BiCommand::Fill | BiCommand::Grant { .. }, _) => {
                say(&format!("{} publications got their rows", fill(&db).await?))
            }
        }
    })
}

/// Adds what is missing; tells how many publications it was missing of.
pub(super) async fn fill(db: &Database) -> Result<usize, String> {
    let change = || system_change("fill_publication_rows", vec![publications::lock_publications()]);
    let filled = bi::fill_missing(db, change).await;
    let filled = filled.map_err(|error| format!("the publications can't be read: {error}"))?;
    Ok(filled.len())
}

async fn grant(db: &Database, role: RoleName) -> Result<(), String> {
    let name = role.as_str().to_owned();
    let change = system_change("grant_bi_views", Vec::new());
    bi::grant(db, change, role).await.map_err(|error| {
        let cause = error.cause.clone().unwrap_or_else(|| error.to_string());
        format!("nothing was granted: {cause}")
    })?;
    say(&format!(
        "{name} may read {} and nothing else here",
        bi::VIEWS.join(", ")
    ))
}

async fn check(db: &Database) -> Result<(), String> {
    let (looked_at, unlike) = bi::check(db)
        .await
        .map_err(|error| format!("the publications can't be read: {error}"))?;
    for id in &unlike {
        say(&format!("{id}: its rows are not those of its document"))?;
    }
    if unlike.is_empty() {
        return say(&format!(
            "{looked_at} publications, all rows are those of the documents"
        ));
    }
    Err(format!(
        "{} of {looked_at} publications have other rows, or none",
        unlike.len()
    ))
}
