//! What reads bytes from outside, as functions that must neither panic nor contradict themselves, whatever they are given.
//!
//! `tests/api/fuzz.rs` runs each on seeds that are changed at random, with every run of the tests; `tests/fuzz/run` hands them to
//! libFuzzer, which looks for inputs that reach new branches.

use std::sync::OnceLock;

use ed25519_dalek::SigningKey;
use parindex::{
    access::TokenKeys,
    audit_log::{Checkpoint, Hash, LogSigner, Receipt, TrustedKeys, read_receipt},
    clock::Moment,
    features::responses::read_csv_batch,
    formats::xlsx::{decimal_of_text, read_workbook},
    ids::{SessionId, UserId},
    scoring::{
        Answers, Applied, CompiledSet, CriteriaSet, Decision, Declared, Points, decided_points, explain,
        rule_points, score,
    },
    survey::{CompiledInstrument, Instrument},
    web::{Cursor, Page},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A function to try, its name, and inputs to begin with.
pub struct Target {
    pub name: &'static str,
    /// Tells whether the input was good to the end: only then was everything tried.
    pub run: fn(&[u8]) -> bool,
    /// Good ones.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

pub const TARGETS: [Target; 6] = [
    Target {
        name: "criteria",
        run: criteria,
        seeds: criteria_seeds,
    },
    Target {
        name: "rules",
        run: rules,
        seeds: rule_seeds,
    },
    Target {
        name: "workbooks",
        run: workbooks,
        seeds: workbook_seeds,
    },
    Target {
        name: "csv",
        run: csv,
        seeds: csv_seeds,
    },
    Target {
        name: "cursors",
        run: cursors,
        seeds: cursor_seeds,
    },
    Target {
        name: "tokens",
        run: tokens,
        seeds: token_seeds,
    },
];

/// A criteria set is read, checked and compiled; what compiles can be written and read again, and scores a blank form with no
/// more than its maximum.
fn criteria(bytes: &[u8]) -> bool {
    let Ok(set) = serde_json::from_slice::<CriteriaSet>(bytes) else {
        return false;
    };
    let faults = set.validate();
    let text = serde_json::to_string(&set).expect("what was read can be written");
    match set.compile() {
        Ok(compiled) => {
            assert!(faults.is_empty(), "what compiles has no faults");
            let again: CriteriaSet = serde_json::from_str(&text).expect("what was written can be read");
            assert_eq!(&again, compiled.document());
            check_scores(&compiled, &compiled.blank_answers());
            true
        }
        Err(named) => {
            assert!(
                !named.is_empty() && !faults.is_empty(),
                "what does not compile says why"
            );
            false
        }
    }
}

fn check_scores(set: &CompiledSet, answers: &Answers) {
    let card = score(set, answers);
    let explanation = explain(set, answers, &card);
    assert_eq!(
        explanation,
        explain(set, answers, &score(set, answers)),
        "the same again"
    );
    for index in 0..set.nodes().len() {
        let node = card.node(index).expect("a node's numbers");
        assert!(node.final_points >= Points::ZERO && node.final_points <= set.nodes()[index].maximum);
    }
}

#[derive(Deserialize)]
struct RuleCase {
    maximum: Value,
    rule: Value,
    #[serde(default)]
    declared: Option<Declared>,
    decision: Decision,
}

/// A rule is applied to a value and a decision: points are from 0 to the maximum, and the check agrees with the computation.
fn rules(bytes: &[u8]) -> bool {
    let Ok(case) = serde_json::from_slice::<RuleCase>(bytes) else {
        return false;
    };
    let set = json!({"code": "s", "version": 1, "title_vi": "S", "level": "ministry", "maximum": case.maximum,
        "rounding": {"decimals": 2, "mode": "half_up"}, "ranking": {"basis": "exact", "ties": "competition"},
        "children": [{"code": "1", "name_vi": "N", "maximum": case.maximum, "children": [
            {"code": "1.1", "name_vi": "N", "maximum": case.maximum, "source": "assessment", "rule": case.rule}]}]});
    let Ok(set) = serde_json::from_value::<CriteriaSet>(set) else {
        return false;
    };
    let Ok(set) = set.compile() else {
        return false;
    };
    let leaf = set.leaf(0).expect("the one leaf").clone();
    let declared = case.declared.filter(|value| rule_points(&leaf, value).is_ok());
    let Ok(applied) = decided_points(&leaf, declared.as_ref(), &case.decision) else {
        return false;
    };
    if let Applied::Points(points) = applied {
        assert!(points >= Points::ZERO && points <= leaf.maximum, "{points:?}");
    }
    let mut answers = set.blank_answers();
    let slot = answers.leaf_mut(0).expect("the one leaf");
    (slot.declared, slot.decision) = (declared, Some(case.decision));
    check_scores(&set, &answers);
    true
}

/// A workbook is read, and every cell in every way.
fn workbooks(bytes: &[u8]) -> bool {
    let Ok(workbook) = read_workbook(bytes) else {
        return false;
    };
    for sheet in &workbook.sheets {
        for (row, column) in sheet.cells.keys() {
            let _ = (sheet.text_at(*row, *column), sheet.day_at(*row, *column));
            if let Ok(Some(decimal)) = sheet.decimal_at(*row, *column) {
                decimal_of_text(&decimal).expect("a decimal of ours can be read by hand, too");
            }
        }
    }
    !workbook.sheets.is_empty()
}

fn instrument() -> &'static CompiledInstrument {
    static INSTRUMENT: OnceLock<CompiledInstrument> = OnceLock::new();
    INSTRUMENT.get_or_init(|| {
        let text = include_str!("../../data/instruments/officials-short.json");
        let instrument: Instrument = serde_json::from_str(text).expect("our own instrument");
        instrument.compile().expect("our own instrument")
    })
}

/// A batch of survey responses is read as CSV; what can be packed can be unpacked.
fn csv(bytes: &[u8]) -> bool {
    let Ok((read, faults, count)) = read_csv_batch(bytes, instrument()) else {
        return false;
    };
    assert!(
        read.len() <= count && (read.len() == count || !faults.is_empty()),
        "every line is taken or named"
    );
    let packed = read
        .iter()
        .filter_map(|(_, response)| instrument().pack(&response.answers).ok());
    let unpacked = packed.map(|packed| {
        let answers = instrument().unpack(&packed.answers);
        answers.expect("what is packed can be unpacked")
    });
    unpacked.count() > 0
}

/// A cursor is read; what is read leads to a cursor that is read to the same.
fn cursors(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let Ok(cursor) = Cursor::parse(Some(1), Some(text)) else {
        return false;
    };
    let key = cursor.after.clone().expect("a cursor");
    let page = Page::cut(vec![(), ()], &cursor, |()| key.clone());
    let again = Cursor::parse(Some(1), page.page.next.as_deref()).expect("a cursor of ours");
    assert_eq!(again.after, cursor.after);
    true
}

fn now() -> Moment {
    Moment::from_unix_seconds(1_750_000_000).expect("a moment")
}

/// What was really signed, one of each kind.
struct Signed {
    keys: TokenKeys,
    log: LogSigner,
    token: String,
    stamp: String,
    receipt: Receipt<'static>,
    receipt_text: String,
    head: Checkpoint,
    note: String,
}

fn signed() -> &'static Signed {
    static SIGNED: OnceLock<Signed> = OnceLock::new();
    SIGNED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = TokenKeys::load(folder.path(), true, now()).expect("new keys");
        let log = LogSigner::new(SigningKey::from_bytes(&[7; 32]), "parindex/audit/a".to_owned());
        let log = log.expect("a signer");
        let receipt = Receipt {
            format: Receipt::format(),
            origin: "parindex/audit/a".into(),
            entry: "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10".into(),
            leaf_hash: "00".repeat(32).into(),
            content: None,
            action: "move_submission".into(),
            object_kind: "submission".into(),
            object_id: "par-2023-ministries/moj".into(),
            recorded_at: now().to_string().into(),
        };
        let head = Checkpoint {
            origin: "parindex/audit/a".to_owned(),
            size: 2,
            root: Hash([7; 32]),
            sealed_at: now(),
        };
        Signed {
            token: keys
                .sign(&UserId::new(), &SessionId::new(), now())
                .expect("a token"),
            stamp: keys.sign_stamp("about", now()).expect("a stamp"),
            receipt_text: log.sign_receipt(&receipt).expect("a receipt"),
            note: log.sign_head(&head).expect("a head"),
            keys,
            log,
            receipt,
            head,
        }
    })
}

/// Access tokens, stamps, receipts and heads of the audit log: what is taken says what was signed, and nothing else.
fn tokens(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let signed = signed();
    let is_token = signed.keys.verify(text, now()).is_ok();
    assert_eq!(is_token, text == signed.token, "a token that nobody signed");
    let is_stamp = signed.keys.read_stamp(text, "about").is_some();
    assert_eq!(is_stamp, text == signed.stamp, "a stamp that nobody signed");
    // White space around a receipt, and signatures of others below a head, change nothing of what they say.
    let receipt = read_receipt(text).ok();
    let receipt = receipt.filter(|receipt| receipt.is_by(signed.log.public()));
    let is_receipt = receipt.is_some_and(|receipt| {
        assert_eq!(receipt.statement, signed.receipt, "a receipt that nobody signed");
        true
    });
    let keys = TrustedKeys::new([signed.log.public().clone()]);
    let is_head = Checkpoint::read(text, &keys).is_ok_and(|(head, _)| {
        assert_eq!(head.text(), signed.head.text(), "a head that nobody signed");
        true
    });
    is_token || is_stamp || is_receipt || is_head
}

fn texts(seeds: &[&str]) -> Vec<Vec<u8>> {
    seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect()
}

fn criteria_seeds() -> Vec<Vec<u8>> {
    texts(&[
        include_str!("../../data/criteria/ca-mau-2013.json"),
        include_str!("../../data/criteria/ict-index-provinces.json"),
        include_str!("../../data/criteria/par-2023-ministries.json"),
    ])
}

fn rule_seeds() -> Vec<Vec<u8>> {
    let recognised = json!({"verdict": "recognised"});
    let ratio = json!({"kind": "ratio", "numerator": "61.86", "denominator": "68.5"});
    let corrected = json!({"verdict": "corrected", "value": {"kind": "count", "count": 3}});
    let cases = [
        json!({"maximum": "1", "declared": {"kind": "option", "option": "a"}, "decision": recognised, "rule": {"kind": "choice",
            "options": [{"code": "a", "label_vi": "A", "points": "1"}, {"code": "b", "label_vi": "B", "points": "0"}]}}),
        json!({"maximum": "1", "declared": {"kind": "yes_no", "yes": true}, "decision": recognised,
            "rule": {"kind": "yes_no", "yes": "1", "no": "0"}}),
        json!({"maximum": "2", "declared": ratio, "decision": recognised, "rule": {"kind": "percentage_bands", "bands": [
            {"above": "90", "points": "2"}, {"from": "70", "to": "90", "points": "1"}, {"below": "70", "points": "0"}]}}),
        json!({"maximum": "0.5", "decision": corrected, "rule": {"kind": "count_bands", "bands": [
            {"from": "4", "points": "0.5"}, {"from": "2", "to": "3", "points": "0.25"}, {"to": "1", "points": "0"}]}}),
        json!({"maximum": "2", "declared": ratio, "decision": recognised,
            "rule": {"kind": "proportional", "floor": {"from": "80"}}}),
        json!({"maximum": "1", "declared": {"kind": "count", "count": 2}, "decision": recognised,
            "rule": {"kind": "deduction", "per_item": "0.25", "floor": "0"}}),
        json!({"maximum": "3", "decision": {"verdict": "points_set", "points": "1.25"},
            "rule": {"kind": "appraiser_points", "step": "0.25"}}),
    ];
    cases.iter().map(|case| case.to_string().into_bytes()).collect()
}

fn workbook_seeds() -> Vec<Vec<u8>> {
    vec![include_bytes!("../api/fixtures/workbooks/openpyxl.xlsx").to_vec()]
}

fn csv_seeds() -> Vec<Vec<u8>> {
    // An item a column, and packed.
    let items = instrument().items();
    let head: Vec<&str> = items.iter().map(|item| item.code.as_str()).collect();
    let first: Vec<&str> = items.iter().map(|item| item.options[0].code.as_str()).collect();
    let given = format!(
        "id,stratum,channel,collected_on,seconds,{}\r\n\"a\",b,online,2025-07-02,310,{}\r\n",
        head.join(","),
        first.join(",")
    );
    let packed = "0".repeat(instrument().packed_chars());
    let packed = format!("id,stratum,channel,answers\nhn-000001,hoan-kiem,post,{packed}\n");
    texts(&[&given, &packed])
}

fn cursor_seeds() -> Vec<Vec<u8>> {
    texts(&["bW9q", "MjAyNS0wNy0wMlQwODowMDowMFp8MDE5MzBiMmU", ""])
}

fn token_seeds() -> Vec<Vec<u8>> {
    let signed = signed();
    texts(&[&signed.token, &signed.stamp, &signed.receipt_text, &signed.note])
}
