//! What is found by checking a document, and what garbage comes to.

use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    clock::Moment,
    features::publications::{
        build::Content,
        document::Document,
        external::ExternalTable,
        signing::sign,
        tests::{CODES, published, published_with},
    },
    ids::PublicationId,
    scoring::{CriteriaSet, Decision, Points},
    signing::{Mark, PublicKey, Report},
};

/// A document with its signature and the key that made it.
struct Signed {
    document: String,
    id: String,
    signature: String,
    keys: String,
}

impl Signed {
    fn new() -> Self {
        let (document, id) = published(&CODES).canonical().unwrap();
        let key = SigningKey::from_bytes(&[3; 32]);
        let public = PublicKey::of(key.verifying_key()).unwrap();
        let now = Moment::from_unix_seconds(1_800_000_000).unwrap();
        Self {
            signature: sign(&key, &public, &id, now).unwrap(),
            keys: format!(r#"{{"keys":[{}]}}"#, public.jwk()),
            id: id.to_string(),
            document,
        }
    }

    fn check(&self, document: &[u8]) -> Report {
        verify(&Given {
            document,
            id: None,
            signature: Some(self.signature.as_bytes()),
            keys: Some(self.keys.as_bytes()),
        })
    }
}

fn marks(report: &Report) -> Vec<Mark> {
    report.checks.iter().map(|check| check.mark).collect()
}

#[test]
fn a_document_is_verified_by_its_id_or_by_its_signature() {
    let signed = Signed::new();
    let report = signed.check(signed.document.as_bytes());
    assert!(report.holds, "{report:#?}");
    assert_eq!(
        marks(&report),
        [Mark::Passed, Mark::NotChecked, Mark::Passed, Mark::Passed]
    );
    let by_id = |id: &str| {
        verify(&Given {
            document: signed.document.as_bytes(),
            id: Some(id),
            ..Given::default()
        })
    };
    assert!(by_id(&signed.id).holds);
    assert!(!by_id(&"0".repeat(64)).holds);
    assert!(!by_id("").holds);
}

#[test]
fn what_nobody_vouches_for_is_not_verified() {
    let signed = Signed::new();
    let document = signed.document.as_bytes();
    let bare = verify(&Given {
        document,
        ..Given::default()
    });
    assert!(!bare.holds && !bare.has_failed(), "{bare:#?}");
    // Whoever changes the document can put a signature of an own key beside it.
    let without_keys = verify(&Given {
        document,
        signature: Some(signed.signature.as_bytes()),
        ..Given::default()
    });
    assert!(!without_keys.holds, "{without_keys:#?}");
    let other = SigningKey::from_bytes(&[4; 32]);
    let other = PublicKey::of(other.verifying_key()).unwrap();
    let strange = verify(&Given {
        document,
        signature: Some(signed.signature.as_bytes()),
        keys: Some(other.jwk().as_bytes()),
        ..Given::default()
    });
    assert!(strange.has_failed(), "{strange:#?}");
}

#[test]
fn another_spelling_is_told_and_its_canonical_form_is_checked() {
    let signed = Signed::new();
    let value: Value = serde_json::from_str(&signed.document).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    let report = signed.check(pretty.as_bytes());
    assert!(report.holds && report.checks[0].mark == Mark::Note, "{report:#?}");
    assert!(recompute(pretty.as_bytes(), None).holds);
    let twice = signed.document.replacen('{', r#"{"agencies":[],"#, 1);
    let report = signed.check(twice.as_bytes());
    assert!(report.checks[0].sentence.contains("stands twice"), "{report:#?}");
}

#[test]
fn every_number_follows_from_what_the_document_stands_on() {
    let (text, _) = published(&CODES).canonical().unwrap();
    let report = recompute(text.as_bytes(), None);
    assert!(report.holds, "{report:#?}");
    for (pointer, other) in [
        ("/agencies/0/indicators/0/points", json!("0.9")),
        ("/agencies/0/indicators/0/maximum", json!("0.9")),
        ("/agencies/1/nodes/1/points", json!("1.1")),
        ("/agencies/1/nodes/1/index", json!("1.1")),
        ("/agencies/1/total", json!("50.1")),
        ("/agencies/1/total_printed", json!("50.1")),
        ("/agencies/2/maximum", json!("99")),
        ("/agencies/2/index_printed", json!("77.7")),
        ("/agencies/2/score", json!("77.7")),
        ("/agencies/2/adjustment", json!("0.5")),
        ("/ranking/0/place", json!(2)),
        ("/ranking/0/place_label", json!("2")),
        ("/ranking/1/place_in_level", json!(1)),
        ("/ranking/1/band", json!("A")),
        ("/ranking/1/domains/0/points", json!("1")),
        (
            "/ranking/0/change",
            json!({"place": 1, "points": null, "index": null}),
        ),
        ("/not_ranked/0/place", json!(1)),
        ("/means/overall/mean", json!("80")),
        ("/means/by_level/0/n", json!(3)),
        ("/means/by_domain/0/max", json!("80")),
        ("/criteria_set/digest", json!("0".repeat(64))),
        ("/criteria_set/version", json!(2)),
    ] {
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let place = value.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"));
        assert_ne!(*place, other, "{pointer}");
        *place = other.clone();
        let report = recompute(
            serde_json_canonicalizer::to_string(&value).unwrap().as_bytes(),
            None,
        );
        let said = &report.checks.last().unwrap().sentence;
        assert!(
            !report.holds && said.starts_with(&format!("{pointer}: published is")),
            "{pointer}: {said}"
        );
    }
}

#[test]
fn what_a_result_stands_on_moves_the_result() {
    let (text, _) = published(&CODES).canonical().unwrap();
    for (pointer, other) in [
        ("/agencies/0/adjustments/0/points", json!("1")),
        ("/agencies/1/indicators/1/points", json!("0.02")),
        ("/agencies/0/ranked", json!(true)),
        ("/criteria_set/document/bands/0/from", json!("80.1")),
        ("/criteria_set/document/ranking/basis", json!("printed")),
    ] {
        let mut value: Value = serde_json::from_str(&text).unwrap();
        *value.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = other;
        let report = recompute(value.to_string().as_bytes(), None);
        assert!(!report.holds, "{pointer}");
    }
}

/// A set whose indicators are rounded to something between the steps of an appraiser.
#[test]
fn points_that_were_rounded_between_two_steps_are_found_again() {
    let set = |mode: &str| -> CriteriaSet {
        let leaf = json!({"code": "1.1", "name_vi": "Tiêu chí", "source": "assessment", "maximum": "1",
            "rule": {"kind": "appraiser_points", "step": "0.125"}});
        let set = json!({"code": "demo", "version": 1, "title_vi": "Bộ", "level": "ministry", "maximum": "1",
            "rounding": {"decimals": 2, "mode": mode, "tiers": ["indicator"]},
            "ranking": {"basis": "exact", "ties": "competition"},
            "children": [{"code": "1", "name_vi": "Lĩnh vực", "maximum": "1", "children": [leaf]}]});
        serde_json::from_value(set).unwrap()
    };
    for mode in ["half_up", "half_even"] {
        for eighths in 0..=8 {
            let set = set(mode).compile().unwrap();
            let mut answers = set.blank_answers();
            answers.leaf_mut(0).unwrap().decision = Some(Decision::PointsSet {
                points: Points::from_micro(eighths * 125_000),
            });
            let document = published_with(set, answers);
            let (text, _) = document.canonical().unwrap();
            let report = recompute(text.as_bytes(), None);
            assert!(report.holds, "{mode} {eighths}: {report:#?}");
        }
    }
}

fn external() -> Document {
    let table: ExternalTable = serde_json::from_value(json!({
        "code": "earlier", "set": "earlier", "level": "ministry", "year": 2022, "title_vi": "Bảng trước",
        "sources": [{"code": "S1", "address": "https://example.vn"}], "complete": false,
        "entries": [{"agency": "moj", "index": "70.5", "place": 3, "basis": "published"}]
    }))
    .unwrap();
    let moj = published(&CODES).agency("moj").unwrap().clone();
    let card = crate::features::publications::views::card(&moj);
    let cards = [(moj.code, card)].into();
    table
        .document(&cards, Moment::from_unix_seconds(0).unwrap())
        .unwrap()
}

#[test]
fn changes_are_computed_where_the_earlier_publication_is_given() {
    let (earlier, earlier_id) = external().canonical().unwrap();
    assert!(recompute(earlier.as_bytes(), None).holds, "nothing to compute");
    let mut document = published(&CODES);
    let set = document.criteria_set.document.clone().unwrap().compile().unwrap();
    let mut content: Content =
        crate::features::publications::again::content_again(&set, &document.agencies).unwrap();
    content.compare(&external());
    document.baseline = Some(earlier_id);
    document.ranking = content.ranking;
    document.not_ranked = content.not_ranked;
    let text = document.canonical().unwrap().0;
    let with = recompute(text.as_bytes(), Some(earlier.as_bytes()));
    assert!(with.holds, "{with:#?}");
    let without = recompute(text.as_bytes(), None);
    assert!(
        without.holds && without.checks[0].mark == Mark::NotChecked,
        "{without:#?}"
    );
    let forged = text.replacen(r#""change":{"index":""#, r#""change":{"index":"1"#, 1);
    assert_ne!(forged, text);
    assert!(recompute(forged.as_bytes(), None).holds, "taken as it stands");
    let found = recompute(forged.as_bytes(), Some(earlier.as_bytes()));
    assert!(
        found.checks.last().unwrap().sentence.contains("/change/index"),
        "{found:#?}"
    );
    let wrong = recompute(text.as_bytes(), Some(text.as_bytes()));
    assert!(
        wrong.checks.last().unwrap().sentence.contains("SHA-256"),
        "{wrong:#?}"
    );
    let unasked = recompute(
        published(&CODES).canonical().unwrap().0.as_bytes(),
        Some(earlier.as_bytes()),
    );
    assert!(!unasked.holds);
}

#[test]
fn garbage_gets_a_sentence() {
    let deep = "[".repeat(100_000);
    let (text, id) = published(&CODES).canonical().unwrap();
    let (half, _) = text.split_at(text.len() / 2);
    let later = text.replace("parindex-publication/1", "parindex-publication/2");
    for garbage in [
        "",
        "null",
        "[]",
        "{}",
        "\u{feff}{}",
        "{\"a\":1,\"a\":1}",
        "1e400",
        &deep,
        half,
        "\0",
        &later,
    ] {
        for bytes in [garbage.as_bytes(), &[0xff, 0xfe], &[0x80; 10]] {
            let given = Given {
                document: bytes,
                id: Some(id.as_str()),
                signature: Some(bytes),
                keys: Some(bytes),
            };
            let report = verify(&given);
            assert!(!report.holds && !report.conclusion.is_empty(), "{garbage:.20}");
            let sound = verify(&Given {
                document: text.as_bytes(),
                ..given
            });
            assert!(!sound.holds, "{garbage:.20}");
            assert!(!recompute(bytes, None).holds, "{garbage:.20}");
            assert!(!recompute(text.as_bytes(), Some(bytes)).holds, "{garbage:.20}");
        }
    }
    assert_eq!(PublicationId::of_document(&text), id);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_other_byte_is_found(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let signed = Signed::new();
        let mut bytes = signed.document.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(!signed.check(&bytes).holds);
        // Not every change moves a number; none ends in a panic.
        recompute(&bytes, None);
    }

    #[test]
    fn any_bytes_get_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!recompute(&bytes, Some(&bytes)).holds);
        let given = Given { document: &bytes, id: None, signature: Some(&bytes), keys: Some(&bytes) };
        let report = verify(&given);
        prop_assert!(!report.holds);
    }
}
