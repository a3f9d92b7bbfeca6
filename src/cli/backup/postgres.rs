//! PostgreSQL's own programs, which read and write what no other program should: `pg_dump`, `pg_restore`.

use std::{path::Path, process::Command};

use url::Url;

use crate::db::DatabaseUrl;

/// Calls a program with the database's address. The password goes through the environment: a command line is for all to see.
fn program(name: &str, url: &DatabaseUrl) -> Result<Command, String> {
    let DatabaseUrl::Postgres(url) = url else {
        return Err("this is no PostgreSQL database".to_owned());
    };
    let mut command = Command::new(name);
    let address = match Url::parse(url) {
        Ok(mut parsed) => {
            if let Some(password) = parsed.password() {
                command.env("PGPASSWORD", percent_decoded(password));
                // It can be taken out of every address that can have one.
                parsed
                    .set_password(None)
                    .map_err(|()| "the password can't be taken out of PARINDEX_DATABASE_URL")?;
            }
            parsed.to_string()
        }
        Err(error) => return Err(format!("PARINDEX_DATABASE_URL can't be read: {error}")),
    };
    command.arg("--dbname").arg(address).arg("--no-password");
    Ok(command)
}

fn percent_decoded(text: &str) -> String {
    // A form's value is decoded in the same way, but for the plus sign.
    let pair = format!("p={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

fn run(name: &str, mut command: Command) -> Result<(), String> {
    let done = command.output().map_err(|error| {
        format!("{name} can't be started: {error}; it belongs to PostgreSQL's client programs, which must be on the PATH")
    })?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("{name} failed: {}", said.trim()))
}

/// Writes the database as a snapshot shows it into an archive.
pub fn dump(url: &DatabaseUrl, snapshot: &str, to: &Path) -> Result<(), String> {
    let mut command = program("pg_dump", url)?;
    command
        .args(["--format=custom", "--no-owner", "--no-privileges", "--snapshot"])
        .arg(snapshot)
        .arg("--file")
        .arg(to);
    run("pg_dump", command)
}

/// Fills an empty database from an archive, all or nothing.
pub fn fill(url: &DatabaseUrl, from: &Path) -> Result<(), String> {
    let mut command = program("pg_restore", url)?;
    command
        .args([
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
        ])
        .arg(from);
    run("pg_restore", command)
}

/// Reads an archive from end to end.
pub fn read_through(archive: &Path) -> Result<(), String> {
    let mut command = Command::new("pg_restore");
    command.arg("--file=/dev/null").arg(archive);
    run("pg_restore", command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_through_the_environment() {
        let url = DatabaseUrl::parse("postgres://u:p%40s+s@db.example.vn:5433/par").unwrap();
        let command = program("pg_dump", &url).unwrap();
        let said: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        assert_eq!(
            said,
            ["--dbname", "postgres://u@db.example.vn:5433/par", "--no-password"]
        );
        let password = command
            .get_envs()
            .find(|(name, _)| *name == "PGPASSWORD")
            .unwrap()
            .1;
        assert_eq!(password.unwrap(), "p@s+s");
    }
}
