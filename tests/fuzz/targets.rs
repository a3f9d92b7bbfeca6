//! What reads bytes from outside, as functions that must neither panic nor contradict themselves, whatever they are given.
//!
//! `tests/api/fuzz.rs` runs each on seeds that are changed at random, with every run of the tests; `tests/fuzz/run` hands them to
//! libFuzzer, which looks for inputs that reach new branches.

use std::sync::OnceLock;

use parindex::{
    access::TokenKeys,
    audit_log::{Checkpoint, TrustedKeys, read_receipt},
    clock::Moment,
    features::responses::read_csv_batch,
    formats::xlsx::{decimal_of_text, read_workbook},
    ids::{SessionId, UserId},
    scoring::{
        Answers, Applied, CompiledSet, CriteriaSet, Decision, Declared, Points, check_declared,
        decided_points, explain, score,
    },
    survey::{CompiledInstrument, Instrument},
    web::{Cursor, Page},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A function to try, its name, and inputs to begin with.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
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
fn criteria(bytes: &[u8]) {
    let Ok(set) = serde_json::from_slice::<CriteriaSet>(bytes) else {
        return;
    };
    let faults = set.validate();
    let text = serde_json::to_string(&set).expect("what was read can be written");
    match set.compile() {
        Ok(compiled) => {
            assert!(faults.is_empty(), "what compiles has no faults");
            let again: CriteriaSet = serde_json::from_str(&text).expect("what was written can be read");
            assert_eq!(&again, compiled.document());
            check_scores(&compiled, &compiled.blank_answers());
        }
        Err(named) => assert!(
            !named.is_empty() && !faults.is_empty(),
            "what does not compile says why"
        ),
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
    #[serde(default)]
    decision: Option<Decision>,
}

/// A rule is applied to a value and a decision: points are from 0 to the maximum, and the check agrees with the computation.
fn rules(bytes: &[u8]) {
    let Ok(case) = serde_json::from_slice::<RuleCase>(bytes) else {
        return;
    };
    let set = json!({"code": "s", "version": 1, "title_vi": "S", "level": "ministry", "maximum": case.maximum,
        "rounding": {"decimals": 2, "mode": "half_up"}, "ranking": {"basis": "exact", "ties": "competition"},
        "nodes": [{"code": "1", "name_vi": "N", "maximum": case.maximum, "children": [
            {"code": "1.1", "name_vi": "N", "maximum": case.maximum, "source": "assessment", "rule": case.rule}]}]});
    let Ok(set) = serde_json::from_value::<CriteriaSet>(set) else {
        return;
    };
    let Ok(set) = set.compile() else { return };
    let leaf = set.leaf(0).expect("the one leaf").clone();
    let mut answers = set.blank_answers();
    let slot = answers.leaf_mut(0).expect("the one leaf");
    if let Some(declared) = case
        .declared
        .filter(|declared| check_declared(&leaf, declared).is_ok())
    {
        slot.declared = Some(declared);
    }
    if let Some(decision) = &case.decision
        && let Ok(applied) = decided_points(&leaf, slot.declared.as_ref(), decision)
    {
        if let Applied::Points(points) = applied {
            assert!(points >= Points::ZERO && points <= leaf.maximum, "{points:?}");
        }
        slot.decision = Some(decision.clone());
    }
    check_scores(&set, &answers);
}

/// A workbook is read, and every cell in every way.
fn workbooks(bytes: &[u8]) {
    let Ok(workbook) = read_workbook(bytes) else {
        return;
    };
    for sheet in &workbook.sheets {
        for (row, column) in sheet.cells.keys() {
            let _ = (sheet.text_at(*row, *column), sheet.day_at(*row, *column));
            if let Ok(Some(decimal)) = sheet.decimal_at(*row, *column) {
                decimal_of_text(&decimal).expect("a decimal of ours can be read by hand, too");
            }
        }
    }
}

fn instrument() -> &'static CompiledInstrument {
    static INSTRUMENT: OnceLock<CompiledInstrument> = OnceLock::new();
    INSTRUMENT.get_or_init(|| {
        let text = include_str!("../../data/instruments/officials-short.json");
        let instrument: Instrument = serde_json::from_str(text).expect("our own instrument");
        instrument.compile().expect("our own instrument")
    })
}

/// A batch of survey responses and a table of published results are read as CSV.
fn csv(bytes: &[u8]) {
    if let Ok((read, faults, count)) = read_csv_batch(bytes, instrument()) {
        assert!(
            read.len() <= count && (read.len() == count || !faults.is_empty()),
            "every line is taken or named"
        );
        for (_, response) in &read {
            if let Ok(packed) = instrument().pack(&response.answers) {
                assert!(
                    instrument().unpack(&packed.answers).is_some(),
                    "what is packed can be unpacked"
                );
            }
        }
    }
}

/// A cursor is read; what is read leads to a cursor that is read to the same.
fn cursors(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(cursor) = Cursor::parse(Some(1), Some(text)) else {
        return;
    };
    let key = cursor.after.clone().expect("a cursor");
    let page = Page::cut(vec![(), ()], &cursor, |()| key.clone());
    let again = Cursor::parse(Some(1), page.page.next.as_deref()).expect("a cursor of ours");
    assert_eq!(again.after, cursor.after);
}

fn keys() -> &'static TokenKeys {
    static KEYS: OnceLock<TokenKeys> = OnceLock::new();
    KEYS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        TokenKeys::load(folder.path(), true, now()).expect("new keys")
    })
}

fn now() -> Moment {
    Moment::from_unix_seconds(1_750_000_000).expect("a moment")
}

/// Access tokens, stamps, receipts and checkpoints of the audit log: nothing passes that was not signed.
fn tokens(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let known = token_seeds().iter().any(|seed| seed == bytes);
    assert!(
        known || keys().verify(text, now()).is_err(),
        "a token that nobody signed"
    );
    assert!(
        known || keys().read_stamp(text, "about").is_none(),
        "a stamp that nobody signed"
    );
    assert!(
        Checkpoint::read(text, &TrustedKeys::default()).is_err(),
        "a checkpoint that nobody signed"
    );
    if let Ok(receipt) = read_receipt(text) {
        assert_eq!(receipt.statement.format, parindex::audit_log::Receipt::format());
    }
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
    let ratio = json!({"kind": "ratio", "numerator": "61.86", "denominator": "68.5"});
    let corrected = json!({"kind": "corrected", "value": {"kind": "count", "count": "3"}});
    let cases = [
        json!({"maximum": "1", "declared": {"kind": "option", "option": "a"}, "decision": {"kind": "recognised"}, "rule": {"kind": "choice",
            "options": [{"code": "a", "label_vi": "A", "points": "1"}, {"code": "b", "label_vi": "B", "points": "0"}]}}),
        json!({"maximum": "1", "declared": {"kind": "yes_no", "yes": true}, "rule": {"kind": "yes_no", "yes": "1", "no": "0"}}),
        json!({"maximum": "2", "declared": ratio, "rule": {"kind": "percentage_bands", "bands": [
            {"from": "0", "from_included": true, "points": "0"}, {"from": "80", "from_included": false, "points": "2"}]}}),
        json!({"maximum": "2", "decision": corrected, "rule": {"kind": "count_bands", "bands": [
            {"from": "0", "from_included": true, "points": "0"}, {"from": "3", "from_included": true, "points": "2"}]}}),
        json!({"maximum": "3", "declared": ratio, "rule": {"kind": "proportional", "floor": {"percent": "50", "included": true}}}),
        json!({"maximum": "3", "declared": {"kind": "count", "count": "2"}, "rule": {"kind": "deduction", "per_unit": "0.5", "floor": "0"}}),
        json!({"maximum": "3", "decision": {"kind": "points_set", "points": "1.25"}, "rule": {"kind": "appraiser_points", "step": "0.25"}}),
    ];
    cases.iter().map(|case| case.to_string().into_bytes()).collect()
}

fn workbook_seeds() -> Vec<Vec<u8>> {
    vec![include_bytes!("../api/fixtures/workbooks/openpyxl.xlsx").to_vec()]
}

fn csv_seeds() -> Vec<Vec<u8>> {
    texts(&[
        "id,stratum,channel,answers\nhn-000001,hoan-kiem,post,0430\n",
        "id,stratum,channel,collected_on,seconds,interviewer\r\n\"a\",b,online,2025-07-02,310,i1\r\n",
    ])
}

fn cursor_seeds() -> Vec<Vec<u8>> {
    texts(&["bW9q", "MjAyNS0wNy0wMlQwODowMDowMFp8MDE5MzBiMmU", "", "_-8"])
}

fn token_seeds() -> Vec<Vec<u8>> {
    static SEEDS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let made = || {
        let token = keys().sign(&UserId::new(), &SessionId::new(), now());
        let stamp = keys().sign_stamp("about", now());
        let mut seeds = texts(&[
            "eyJhbGciOiJFZERTQSIsImtpZCI6ImEiLCJ0eXAiOiJwYXJpbmRleC1yZWNlaXB0K2p3cyJ9.e30.AAAA",
            "localhost/parindex\n2\nAAAA\nsealed 2025-07-02T08:00:00Z\n\n\u{2014} localhost/parindex AAAA\n",
        ]);
        seeds.extend([token, stamp].map(|text| text.expect("our own").into_bytes()));
        seeds
    };
    SEEDS.get_or_init(made).clone()
}
