//! The command line.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    give_memory_back_sooner();
    parindex::cli::run()
}

/// The allocator keeps what is freed for a second before the system gets it back: a quarter of the server's memory under load.
/// It reads its settings before `main` begins and takes none later but by unsafe code, so the program begins once more with the
/// setting, as the same process. Where that fails, or somebody chose otherwise, all goes on as it is.
#[cfg(unix)]
fn give_memory_back_sooner() {
    use std::{env, os::unix::process::CommandExt, process::Command};

    const SETTING: &str = "MIMALLOC_PURGE_DELAY";
    const MILLISECONDS: &str = "10";

    if env::var_os(SETTING).is_some() {
        return;
    }
    if let Ok(program) = env::current_exe() {
        let mut arguments = env::args_os();
        let name = arguments.next().unwrap_or_else(|| program.clone().into());
        // Returns only if it could not begin again.
        let _ = Command::new(program)
            .arg0(name)
            .args(arguments)
            .env(SETTING, MILLISECONDS)
            .exec();
    }
}

#[cfg(not(unix))]
fn give_memory_back_sooner() {}
