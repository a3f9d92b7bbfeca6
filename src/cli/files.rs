//! Files that are given to a command, and what a check of them came to.

use std::{io::Read, path::Path};

use super::commands::say;
use crate::signing::Report;

/// The largest file that is read: far above a document of 10,000 agencies.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// Reads a file; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
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

/// Prints the checks; what does not hold ends the command with 1.
pub(super) fn tell(report: &Report) -> Result<(), String> {
    for check in &report.checks {
        say(&format!("{:<12} {}", check.mark.as_str(), check.sentence))?;
    }
    if report.holds {
        say(&report.conclusion)
    } else {
        Err(report.conclusion.clone())
    }
}
