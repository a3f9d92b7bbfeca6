//! What reads bytes from outside, on seeds that are changed at random: a short run of the targets of `tests/fuzz/`, which
//! `tests/fuzz/run` takes much further.

use proptest::{prelude::*, sample::Index, test_runner::TestRunner};

#[path = "../fuzz/targets.rs"]
mod targets;

use targets::TARGETS;

/// Changed seeds for each target.
const CASES: u32 = 3000;
/// What faults hide behind, in all of the forms.
const WORDS: [&str; 18] = [
    "0",
    "-1",
    "1e999",
    "9223372036854775808",
    "0.0000001",
    "null",
    "{}",
    "[]",
    "\"\"",
    "\\u0000",
    "\u{feff}",
    ",",
    "\n",
    "\"",
    "=1+1",
    ".",
    "ệ",
    "\u{202e}",
];

#[derive(Clone, Debug)]
enum Edit {
    Put(Index, u8),
    Cut(Index, usize),
    Double(Index, usize),
    Write(Index, &'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = || any::<Index>();
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Put(at, byte)),
        (at(), 1..40_usize).prop_map(|(at, length)| Edit::Cut(at, length)),
        (at(), 1..200_usize).prop_map(|(at, length)| Edit::Double(at, length)),
        (at(), prop::sample::select(&WORDS[..])).prop_map(|(at, word)| Edit::Write(at, word)),
    ]
}

fn apply(bytes: &mut Vec<u8>, edit: &Edit) {
    let part = |at: &Index, length: usize| {
        let start = at.index(bytes.len() + 1);
        start..(start + length).min(bytes.len())
    };
    match edit {
        Edit::Put(at, byte) => {
            let range = part(at, 1);
            bytes.splice(range, [*byte]);
        }
        Edit::Cut(at, length) => {
            bytes.drain(part(at, *length));
        }
        Edit::Double(at, length) => {
            let range = part(at, *length);
            let copy = bytes[range.clone()].to_vec();
            bytes.splice(range.end..range.end, copy);
        }
        Edit::Write(at, word) => {
            let range = part(at, word.len());
            bytes.splice(range, word.bytes());
        }
    }
}

#[test]
fn no_bytes_make_a_reader_panic_or_contradict_itself() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        for (number, seed) in seeds.iter().enumerate() {
            assert!(
                (target.run)(seed),
                "{}: seed {number} is refused, so nothing behind it is tried",
                target.name
            );
        }
        let changed = (any::<Index>(), prop::collection::vec(edit(), 1..6));
        let run = TestRunner::new(ProptestConfig::with_cases(CASES)).run(&changed, |(seed, edits)| {
            let mut bytes = seed.get(&seeds).clone();
            for edit in &edits {
                apply(&mut bytes, edit);
            }
            (target.run)(&bytes);
            Ok(())
        });
        assert!(run.is_ok(), "{}: {}", target.name, run.unwrap_err());
    }
}
