//! One target, by the name in `PARINDEX_FUZZ_TARGET`, under libFuzzer; see `tests/fuzz/run`.
#![no_main]

#[path = "../targets.rs"]
mod targets;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use targets::{TARGETS, Target};

fn target() -> &'static Target {
    static CHOSEN: OnceLock<&'static Target> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let name = std::env::var("PARINDEX_FUZZ_TARGET").unwrap_or_default();
        let chosen = TARGETS
            .iter()
            .find(|target| target.name == name)
            .expect("a target's name");
        let corpus = std::env::var("PARINDEX_FUZZ_CORPUS").expect("the corpus's folder");
        for (number, seed) in (chosen.seeds)().iter().enumerate() {
            std::fs::write(format!("{corpus}/seed-{number}"), seed).expect("a seed");
        }
        chosen
    })
}

fuzz_target!(|bytes: &[u8]| {
    (target().run)(bytes);
});
