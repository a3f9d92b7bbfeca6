//! The command line: serve | demo | migrate | openapi | admin | keys | import | publication | audit | bi | survey |
//! evidence | backup | restore | settings | health.

mod audit;
mod backup;
mod bi;
mod commands;
mod demo;
mod files;
mod import;
mod import_results;
mod keys;
mod printed_tables;
mod publication;
mod serve;
mod survey;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

pub use serve::{Running, start};

/// Measures administrative reform: criteria sets, rounds, appraisal, scores, publications.
#[derive(Parser)]
#[command(
    name = "parindex",
    version,
    about,
    after_help = "Settings come from PARINDEX_* variables or a .env file; \
    `parindex settings` lists them. Start with: parindex demo"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up a sample database, play one real round, publish it, and serve it
    Demo {
        /// The demo's own folder
        #[arg(long, default_value = "parindex-demo")]
        data_dir: PathBuf,
    },
    /// Serve the API until it is told to stop
    Serve,
    /// Bring the database to the newest version
    Migrate,
    /// Print the API's description (OpenAPI 3.1)
    Openapi,
    /// Manage administrators
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Manage the keys that sign access tokens, publications and the audit log, and those that encrypt secrets
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Import a file into the database
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// Check published results offline
    Publication {
        #[command(subcommand)]
        command: publication::PublicationCommand,
    },
    /// Look after the verifiable audit log, and check receipts
    Audit {
        #[command(subcommand)]
        command: audit::AuditCommand,
    },
    /// Let BI tools read published results by SQL
    Bi {
        #[command(subcommand)]
        command: bi::BiCommand,
    },
    /// Make up people who answer surveys, for trials and measurements
    Survey {
        #[command(subcommand)]
        command: survey::SurveyCommand,
    },
    /// Look after the evidence files
    Evidence {
        #[command(subcommand)]
        command: EvidenceCommand,
    },
    /// Copy database and evidence files into a folder, while the service runs
    Backup(backup::BackupArguments),
    /// Bring a backup back, into an empty database
    Restore {
        /// The folder of the backup
        folder: PathBuf,
    },
    /// List every setting with its default and meaning
    Settings,
    /// Ask a running server whether it is ready; for container health checks
    Health,
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Make an administrator; prints a first password unless one is given
    Create {
        /// The name to log in with
        username: String,
        /// A file that holds the password; `-` reads standard input
        #[arg(long)]
        password_file: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Make the keys that are missing in PARINDEX_TOKEN_KEY_DIR, …_PUBLICATION_KEY_DIR, …_AUDIT_KEY_DIR and …_SECRET_KEY_DIR
    Create {
        /// Only those of one kind
        #[arg(long = "for", value_name = "KIND")]
        of: Option<KeyKind>,
        /// Make one more key of the kind, which is used from the next start on
        #[arg(long, requires = "of")]
        rotate: bool,
    },
}

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum KeyKind {
    Tokens,
    Publications,
    Audit,
    Secrets,
}

#[derive(Subcommand)]
enum EvidenceCommand {
    /// Remove uploads that never ended and files that nothing names; a server does so by itself every hour
    Sweep {
        /// Spare what is younger than this many hours; below 1 no upload may be under way
        #[arg(long, value_name = "HOURS", default_value_t = 24)]
        older_than: u32,
    },
}

#[derive(Subcommand)]
enum ImportCommand {
    /// Levels, regions and agencies: what is new is added, what differs is replaced
    Agencies {
        /// A JSON file, such as data/agencies.json
        file: PathBuf,
        /// Check and count, but save nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// One version of a criteria set; one that is there already just so is left alone
    CriteriaSet {
        /// A JSON file, such as data/criteria/par-2023-ministries.json, or the .xlsx file of an exported set
        file: PathBuf,
    },
    /// The holiday calendar: years that are not there are added, others are left alone
    Holidays {
        /// A JSON file, such as data/holidays/vn.json
        file: PathBuf,
    },
    /// Types of recommendations: what is not there is added, others are left alone
    RecommendationTypes {
        /// A JSON file, such as data/recommendation_types.json
        file: PathBuf,
    },
    /// One version of an instrument (a survey's questionnaire); one that is there already just so is left alone
    Instrument {
        /// A JSON file, such as data/instruments/sipas-2024-structure.json
        file: PathBuf,
    },
    /// A coordination programme with its contents, as a draft; one that is there already just so is left alone
    Programme {
        /// A JSON file, such as data/programmes/programme_2017_2020.json
        file: PathBuf,
    },
    /// Earlier published tables, as external publications; a table that is there already is left alone
    Results {
        /// JSON files, such as data/results/external/*.json, or printed tables, such as
        /// data/sources/par_index_provinces.csv together with data/sources/par_index_yearly_summary.csv
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Runs the command line and tells the shell how it went.
pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Demo { data_dir } => demo::run(&data_dir),
        Command::Serve => commands::serve(),
        Command::Migrate => commands::migrate(),
        Command::Openapi => commands::openapi(),
        Command::Admin {
            command:
                AdminCommand::Create {
                    username,
                    password_file,
                },
        } => commands::create_administrator(&username, password_file.as_deref()),
        Command::Keys {
            command: KeysCommand::Create { of, rotate },
        } => keys::create_keys(of, rotate),
        Command::Import {
            command: ImportCommand::Agencies { file, dry_run },
        } => import::import_agencies(&file, dry_run),
        Command::Import {
            command: ImportCommand::CriteriaSet { file },
        } => import::import_criteria_set(&file),
        Command::Import {
            command: ImportCommand::Holidays { file },
        } => import::import_holidays(&file),
        Command::Import {
            command: ImportCommand::RecommendationTypes { file },
        } => import::import_recommendation_types(&file),
        Command::Import {
            command: ImportCommand::Instrument { file },
        } => import::import_instrument(&file),
        Command::Import {
            command: ImportCommand::Programme { file },
        } => import::import_programme(&file),
        Command::Import {
            command: ImportCommand::Results { files },
        } => import_results::import_results(&files),
        Command::Evidence {
            command: EvidenceCommand::Sweep { older_than },
        } => commands::sweep_evidence(older_than),
        Command::Publication { command } => publication::run(command),
        Command::Audit { command } => audit::run(command),
        Command::Bi { command } => bi::run(command),
        Command::Survey { command } => survey::run(command),
        Command::Backup(asked) => backup::run(asked),
        Command::Restore { folder } => backup::restore(&folder),
        Command::Settings => commands::settings(),
        Command::Health => commands::health(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("parindex: {sentence}");
            ExitCode::FAILURE
        }
    }
}
