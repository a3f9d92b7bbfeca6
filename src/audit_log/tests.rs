//! The tree against published values, proofs, heads and receipts.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tlog_tiles::tlog;

use super::*;
use crate::{
    clock::Moment,
    signing::{Mark, Report},
};

/// The leaves and roots that tests of Certificate Transparency logs are known by.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// RFC 6962 §2.1, word for word.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash(Sha256::digest(b"").into()),
        [leaf] => *leaf,
        _ => {
            let mut split = 1;
            while split * 2 < leaves.len() {
                split *= 2;
            }
            let (left, right) = leaves.split_at(split);
            let mut hasher = Sha256::new();
            hasher.update([1]);
            hasher.update(root_by_definition(left).0);
            hasher.update(root_by_definition(right).0);
            Hash(hasher.finalize().into())
        }
    }
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let mut tree = Tree::default();
    assert_eq!(
        hex(tree.root().unwrap()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    for (leaf, root) in LEAVES.iter().zip(ROOTS) {
        tree.append(tlog::record_hash(leaf)).unwrap();
        assert_eq!(hex(tree.root().unwrap()), root, "{} leaves", tree.size());
    }
}

#[test]
fn hashes_are_written_and_read() {
    let hash = parse_hex(ROOTS[0]).unwrap();
    assert_eq!(hex(hash), ROOTS[0]);
    for wrong in [
        "",
        "6e",
        &ROOTS[0].to_uppercase(),
        &format!("{}0", ROOTS[0]),
        &"ă".repeat(32),
    ] {
        assert_eq!(parse_hex(wrong), None, "{wrong}");
    }
}

fn leaf_of(number: u64) -> Hash {
    tlog::record_hash(&number.to_be_bytes())
}

/// A log that is stored and taken up again after each batch.
fn in_batches(batches: &[u8]) -> (StoredHashes, Hash, u64) {
    let mut stored = StoredHashes::default();
    let mut size = 0;
    for batch in batches {
        let edge: BTreeMap<u64, Hash> = Tree::edge_positions(size)
            .into_iter()
            .map(|position| (position, stored.0[&position]))
            .collect();
        let mut tree = Tree::resume(size, edge);
        for number in size..size + u64::from(*batch) {
            stored.0.extend(tree.append(leaf_of(number)).unwrap());
        }
        size = tree.size();
        assert_eq!(stored.0.len() as u64, stored_count(size));
    }
    let edge = Tree::edge_positions(size)
        .into_iter()
        .map(|position| (position, stored.0[&position]))
        .collect();
    let root = Tree::resume(size, edge).root().unwrap();
    (stored, root, size)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn batches_of_any_size_give_one_root_and_proofs(batches in prop::collection::vec(0_u8..40, 1..8), pick in any::<u64>()) {
        let (stored, root, size) = in_batches(&batches);
        let leaves: Vec<Hash> = (0..size).map(leaf_of).collect();
        prop_assert_eq!(root, root_by_definition(&leaves));
        if size > 0 {
            let index = pick % size;
            let path = tlog::prove_record(size, index, &stored).unwrap();
            prop_assert!(tlog::check_record(&path, size, root, index, leaf_of(index)).is_ok());
            prop_assert!(tlog::check_record(&path, size, root, index, leaf_of(size)).is_err());
            let first = index + 1;
            let earlier = root_by_definition(&leaves[..first as usize]);
            let path = tlog::prove_tree(size, first, &stored).unwrap();
            prop_assert!(tlog::check_tree(&path, size, root, first, earlier).is_ok());
        }
    }
}

fn entry() -> Leaf<'static> {
    Leaf {
        id: "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10",
        recorded_at: "2026-11-24T03:00:00Z",
        actor_kind: "user",
        actor_id: Some("01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a11"),
        action: "save_items",
        object_kind: "submission",
        object_id: "par-2023/moj",
        outcome: "done",
        before_digest: None,
        after_digest: Some("9f86"),
        detail: r#"{"items":2}"#,
        request_id: "0b7e",
    }
}

#[test]
fn a_leaf_is_canonical_and_holds_every_column() {
    let text = String::from_utf8(entry().bytes().unwrap()).unwrap();
    assert_eq!(
        text,
        "{\"action\":\"save_items\",\"actor_id\":\"01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a11\",\"actor_kind\":\"user\",\
         \"after_digest\":\"9f86\",\"before_digest\":null,\"detail\":\"{\\\"items\\\":2}\",\
         \"id\":\"01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10\",\"object_id\":\"par-2023/moj\",\"object_kind\":\"submission\",\
         \"outcome\":\"done\",\"recorded_at\":\"2026-11-24T03:00:00Z\",\"request_id\":\"0b7e\"}"
    );
    let mut spaced = entry();
    spaced.detail = r#"{"items": 2}"#;
    assert_ne!(spaced.hash().unwrap(), entry().hash().unwrap());
}

#[test]
fn a_part_of_a_second_does_not_go_unnoticed() {
    let time = chrono::DateTime::from_timestamp(1_800_000_000, 0)
        .unwrap()
        .naive_utc();
    assert_eq!(time_text(time), Moment::new(time.and_utc()).to_string());
    let later = time + chrono::TimeDelta::microseconds(1);
    assert_ne!(time_text(later), time_text(time));
}

fn signer(seed: u8) -> LogSigner {
    LogSigner::new(SigningKey::from_bytes(&[seed; 32]), origin_of("first")).unwrap()
}

fn keys_of(signer: &LogSigner) -> TrustedKeys {
    TrustedKeys::new([signer.public().clone(), signer.public().clone()])
}

fn head(size: u64, root: Hash) -> Checkpoint {
    Checkpoint {
        origin: origin_of("first"),
        size,
        root,
        sealed_at: Moment::from_unix_seconds(1_800_000_000).unwrap(),
    }
}

#[test]
fn a_head_is_a_note_that_other_tools_read() {
    let note = signer(7)
        .sign_head(&head(8, parse_hex(ROOTS[7]).unwrap()))
        .unwrap();
    let key = signed_note::new_ed25519_verifier_key(signer(7).origin(), signer(7).public().verifying_key());
    let verifier = signed_note::StandardVerifier::new(&key).unwrap();
    let list = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    let read = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
    assert_eq!(read.verify(&list).unwrap().0.len(), 1);
    assert!(
        note.starts_with("parindex/audit/first\n8\nXcnaeacGWamtVZy3Ad7Zoqudgjqt"),
        "{note}"
    );
    let (found, kid) = Checkpoint::read(&note, &keys_of(&signer(7))).unwrap();
    assert_eq!(found, head(8, parse_hex(ROOTS[7]).unwrap()));
    assert_eq!(kid, signer(7).public().kid());
}

#[test]
fn a_head_that_was_changed_or_signed_by_another_is_refused() {
    let note = signer(7)
        .sign_head(&head(8, parse_hex(ROOTS[7]).unwrap()))
        .unwrap();
    assert!(Checkpoint::read(&note, &keys_of(&signer(8))).is_err());
    for (from, to) in [
        ("\n8\n", "\n9\n"),
        ("first\n8", "other\n8"),
        ("sealed 2027", "sealed 2026"),
        ("Xcna", "Ycna"),
    ] {
        let changed = note.replacen(from, to, 1);
        assert_ne!(changed, note, "{from}");
        assert!(
            Checkpoint::read(&changed, &keys_of(&signer(7))).is_err(),
            "{changed}"
        );
    }
    for garbage in ["", "\n\n", "a\nb\nc\n\n— x y\n"] {
        assert!(Checkpoint::read(garbage, &keys_of(&signer(7))).is_err());
    }
}

struct Held {
    receipt: String,
    proof: String,
    keys: String,
}

impl Held {
    fn new() -> Self {
        let signer = signer(7);
        let leaf = entry().hash().unwrap();
        let mut stored = StoredHashes::default();
        let mut tree = Tree::default();
        for hash in [leaf_of(0), leaf_of(1), leaf, leaf_of(3), leaf_of(4)] {
            stored.0.extend(tree.append(hash).unwrap());
        }
        let entry = entry();
        let receipt = Receipt {
            format: Receipt::format(),
            origin: signer.origin().into(),
            entry: entry.id.into(),
            leaf_hash: hex(leaf).into(),
            content: entry.after_digest.map(Into::into),
            action: entry.action.into(),
            object_kind: entry.object_kind.into(),
            object_id: entry.object_id.into(),
            recorded_at: entry.recorded_at.into(),
        };
        let path = tlog::prove_record(5, 2, &stored).unwrap();
        let proof = InclusionProof {
            leaf_hash: hex(leaf),
            leaf_index: 2,
            tree_size: 5,
            path: path.into_iter().map(hex).collect(),
            checkpoint: signer.sign_head(&head(5, tree.root().unwrap())).unwrap(),
        };
        Self {
            receipt: signer.sign_receipt(&receipt).unwrap(),
            proof: serde_json::to_string(&proof).unwrap(),
            keys: signer.public().jwk().to_owned(),
        }
    }

    fn check(&self, proof: bool, keys: bool) -> Report {
        check(&Given {
            receipt: self.receipt.as_bytes(),
            proof: proof.then_some(self.proof.as_bytes()),
            keys: keys.then_some(self.keys.as_bytes()),
        })
    }
}

#[test]
fn a_receipt_holds_with_its_proof_and_says_what_was_not_checked() {
    let held = Held::new();
    assert_eq!(
        held.receipt,
        Held::new().receipt,
        "the same entry has one receipt"
    );
    let whole = held.check(true, true);
    assert!(
        whole.holds && whole.checks.iter().all(|check| check.mark != Mark::NotChecked),
        "{whole:?}"
    );
    let alone = held.check(false, true);
    assert!(
        alone.holds && alone.conclusion.contains("not checked"),
        "{alone:?}"
    );
    assert!(
        !held.check(true, false).holds,
        "without keys anybody could have written it"
    );
    let line = Held {
        receipt: format!("Parindex-Receipt: {}\n", held.receipt),
        ..Held::new()
    };
    assert!(line.check(true, true).holds);
}

#[test]
fn no_character_of_a_receipt_can_be_another_one() {
    let held = Held::new();
    for at in 0..held.receipt.len() {
        for character in ['A', 'b', '.', '0'] {
            let mut changed = held.receipt.clone();
            changed.replace_range(at..=at, &character.to_string());
            let same = changed == held.receipt;
            let report = Held {
                receipt: changed,
                ..Held::new()
            }
            .check(true, true);
            assert_eq!(report.holds, same, "{at}: {report:?}");
        }
    }
}

#[test]
fn nothing_of_a_proof_can_be_changed() {
    let held = Held::new();
    for (from, to) in [
        ("\"leaf_index\":2", "\"leaf_index\":3"),
        ("\"leaf_index\":2", "\"leaf_index\":9"),
        ("\"tree_size\":5", "\"tree_size\":6"),
        ("\"path\":[\"", "\"path\":[\"0"),
        ("\\n5\\n", "\\n4\\n"),
        ("sealed 2", "sealed 3"),
        ("\"leaf_hash\":\"", "\"leaf_hash\":\"f"),
        ("\"path\"", "\"paths\""),
    ] {
        let changed = held.proof.replacen(from, to, 1);
        assert_ne!(changed, held.proof, "{from}");
        let report = Held {
            proof: changed,
            ..Held::new()
        }
        .check(true, true);
        assert!(!report.holds && report.has_failed(), "{from}: {report:?}");
    }
    let other = Held {
        keys: signer(8).public().jwk().to_owned(),
        ..Held::new()
    };
    assert!(!other.check(true, true).holds);
}
