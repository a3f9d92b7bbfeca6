//! Proof of the document: its bytes and its id. That the result can be computed again from it: `offline/tests.rs`.

use std::sync::Arc;

use super::{
    agency_view::agency_result,
    build::Content,
    document::{Document, DocumentRound, DocumentSet, FORMAT, PublicationKind, Verdict},
    external::ExternalTable,
    tables, views,
};
use crate::{
    clock::Moment,
    features::{
        agencies::AgencyCard,
        rounds::{Phase, RoundRow},
        scores::{AgencyResult, RoundResult},
    },
    formats::write_csv,
    ids::{AgencyCode, PublicationId},
    scoring::{
        Answers, CompiledLeaf, CompiledSet, CriteriaSet, Decision, Declared, LeafAnswer, Points, Quantity,
        Rule, Source, score,
    },
};

fn at(seconds: i64) -> Moment {
    Moment::from_unix_seconds(seconds).unwrap()
}

fn set() -> CompiledSet {
    let set: CriteriaSet = serde_json::from_str(include_str!("../../scoring/tests/full_set.json")).unwrap();
    set.compile().unwrap()
}

fn declared(rule: &Rule, better: bool) -> Declared {
    match rule {
        Rule::Choice { options } => Declared::Option {
            option: options[usize::from(!better)].code.clone(),
        },
        Rule::YesNo { .. } => Declared::YesNo { yes: better },
        Rule::PercentageBands { .. } | Rule::Proportional { .. } => Declared::Ratio {
            numerator: Quantity::from(if better { 97 } else { 85 }),
            denominator: Quantity::from(101),
        },
        Rule::CountBands { .. } | Rule::Deduction { .. } => Declared::Count {
            count: u32::from(!better),
        },
        _ => Declared::Points {
            points: Points::from_micro(if better { 1_000_000 } else { 500_000 }),
        },
    }
}

/// Every verdict in turn.
fn answer(leaf: &CompiledLeaf, position: usize, better: bool) -> LeafAnswer {
    if leaf.source != Source::Assessment {
        return LeafAnswer {
            entered: Some(Points::from_micro(
                leaf.maximum.micro() / if better { 1 } else { 3 },
            )),
            ..LeafAnswer::default()
        };
    }
    let value = declared(&leaf.rule, better);
    let decision = match position % 4 {
        0 => Decision::Corrected { value: value.clone() },
        1 => Decision::PointsSet {
            points: Points::unit(2),
        },
        2 if leaf.not_applicable_allowed => Decision::Corrected {
            value: Declared::NOT_APPLICABLE,
        },
        _ => Decision::RECOGNISED,
    };
    let value = if position.is_multiple_of(4) {
        declared(&leaf.rule, !better)
    } else {
        value
    };
    LeafAnswer {
        declared: Some(value),
        decision: Some(decision),
        entered: None,
    }
}

fn agency(set: &CompiledSet, code: &str, better: bool) -> AgencyResult {
    agency_with(set, code, answers(set, better))
}

fn answers(set: &CompiledSet, better: bool) -> Answers {
    Answers {
        leaves: set
            .leaves()
            .iter()
            .enumerate()
            .map(|(position, leaf)| answer(leaf, position, better))
            .collect(),
        adjustments: vec![Points::from_micro(1_500_000), Points::from_micro(250_000)],
    }
}

fn agency_with(set: &CompiledSet, code: &str, answers: Answers) -> AgencyResult {
    AgencyResult {
        card: AgencyCard {
            code: AgencyCode::parse(code).unwrap(),
            name_vi: format!("Cơ quan {code}"),
            name_en: None,
            level: "ministry".parse().unwrap(),
            region: None,
        },
        ranked: true,
        scorecard: score(set, &answers),
        answers,
        records: Vec::new(),
        signatures: Vec::new(),
    }
}

pub(super) fn result(codes: &[(&str, bool)]) -> RoundResult {
    let set = set();
    let agencies = codes
        .iter()
        .map(|(code, better)| agency(&set, code, *better))
        .collect();
    result_of(set, agencies)
}

fn result_of(set: CompiledSet, agencies: Vec<AgencyResult>) -> RoundResult {
    RoundResult {
        round: RoundRow {
            code: "demo-2023".parse().unwrap(),
            title_vi: "Kỳ thử".into(),
            title_en: None,
            year: 2023,
            owner_code: "moha".parse().unwrap(),
            criteria_set_code: "demo".parse().unwrap(),
            criteria_set_version: 1,
            phase: Phase::Council,
            self_assessment_deadline: None,
            explanation_deadline: None,
            appraisal_deadline: None,
            revision: 1,
            created_at: at(0),
            updated_at: at(0),
            signature_required: None,
            time_zone: Default::default(),
        },
        agencies,
        set: Arc::new(set),
    }
}

fn document(result: &RoundResult, content: Content) -> Document {
    Document {
        format: FORMAT.into(),
        kind: PublicationKind::Computed,
        title_vi: "Công bố".into(),
        title_en: None,
        notice_vi: None,
        notice_en: None,
        round: DocumentRound {
            code: "demo-2023".into(),
            year: 2023,
            owner: Some("moha".parse().unwrap()),
        },
        criteria_set: DocumentSet {
            code: "demo".parse().unwrap(),
            version: Some(1),
            digest: Some(content.set_digest),
            document: Some(result.set.document().clone()),
        },
        published_at: at(1_700_000_000),
        baseline: None,
        supersedes: None,
        external: None,
        agencies: content.agencies,
        ranking: content.ranking,
        not_ranked: content.not_ranked,
        means: content.means,
    }
}

/// The document of a result in which every verdict occurs.
pub fn published(codes: &[(&str, bool)]) -> Document {
    let result = result(codes);
    document(&result, Content::of(&result).unwrap())
}

/// The document of one agency with these answers.
pub fn published_with(set: CompiledSet, answers: Answers) -> Document {
    let agency = agency_with(&set, "moj", answers);
    let result = result_of(set, vec![agency]);
    document(&result, Content::of(&result).unwrap())
}

/// Two that are ranked and one that the set does not rank.
pub const CODES: [(&str, bool); 3] = [("moj", true), ("mof", false), ("government-inspectorate", true)];

#[test]
fn the_id_is_the_digest_of_canonical_bytes_and_does_not_depend_on_input_order() {
    let (text, id) = published(&CODES).canonical().unwrap();
    let mut shuffled = CODES;
    shuffled.reverse();
    assert_eq!(
        published(&shuffled).canonical().unwrap(),
        (text.clone(), id.clone())
    );
    assert_eq!(id, PublicationId::of_document(&text));
    assert!(!text.contains(id.as_str()));
    // Keys in order, no spaces, nulls written: RFC 8785 of the same value is the same text.
    assert!(
        text.starts_with(r#"{"agencies":[{"adjustment":"1.25","adjustments":["#),
        "{}",
        &text[..80]
    );
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), text);
    let read = Document::parse(&text).unwrap();
    assert_eq!(read.canonical().unwrap().1, id);
    // Raised by whoever changes the shape: FORMAT then changes too, for ids can't (design §8.12).
    let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys.join(" "),
        "agencies baseline criteria_set external format kind means not_ranked notice_en notice_vi published_at \
         ranking round supersedes title_en title_vi"
    );
}

#[test]
fn a_corrected_value_replaces_the_declared_one_and_no_person_stands_in_it() {
    let document = published(&CODES);
    let moj = document.agency("moj").unwrap();
    assert_eq!(moj.indicators[0].verdict, Some(Verdict::Corrected));
    let text = serde_json::to_string(&document).unwrap();
    for word in ["explanation", "evidence", "recorded_by", "saved_by"] {
        assert!(!text.contains(word), "{word}");
    }
    let set = document.criteria_set.document.clone().unwrap().compile().unwrap();
    let (_, id) = document.canonical().unwrap();
    let ranking = views::ranking(&id, &document).unwrap();
    let view = agency_result(&document, Some(&set), ranking, "moj").unwrap();
    let node = view
        .nodes
        .iter()
        .find(|node| node.verdict == Some(Verdict::Corrected))
        .unwrap();
    assert!(
        node.calculation_en.starts_with("Decided: corrected to"),
        "{}",
        node.calculation_en
    );
    assert!(
        node.calculation_vi.starts_with("Thẩm định: "),
        "{}",
        node.calculation_vi
    );
    assert_eq!(view.nodes.len(), set.nodes().len() - 1);
}

#[test]
fn the_digest_of_a_result_follows_every_point_and_no_time() {
    let digest = |codes: &[(&str, bool)]| Content::of(&result(codes)).unwrap().digest().unwrap();
    assert_eq!(digest(&CODES), digest(&CODES));
    assert_ne!(
        digest(&CODES),
        digest(&[("moj", true), ("mof", true), ("government-inspectorate", true)])
    );
    let mut later = result(&CODES);
    later.round.updated_at = at(5);
    assert_eq!(Content::of(&later).unwrap().digest().unwrap(), digest(&CODES));
}

#[test]
fn change_subtracts_printed_values_and_says_where_nothing_is_known() {
    let table = serde_json::json!({
        "code": "earlier", "set": "earlier", "level": "ministry", "year": 2022, "title_vi": "Bảng trước",
        "sources": [{"code": "S1", "address": "https://example.vn"}], "complete": false,
        "entries": [
            {"agency": "moj", "index": "70.5", "place": 3, "basis": "published"},
            {"agency": "mof", "index": null, "place": 1, "basis": "derived"}
        ]
    });
    let table: ExternalTable = serde_json::from_value(table).unwrap();
    assert!(table.faults().is_empty());
    let cards = ["moj", "mof"].map(|code| agency(&set(), code, true).card);
    let cards = cards.into_iter().map(|card| (card.code.clone(), card)).collect();
    let baseline = table.document(&cards, at(0)).unwrap();
    assert_eq!(baseline.ranking[0].agency.as_str(), "mof");
    let result = result(&CODES);
    let mut content = Content::of(&result).unwrap();
    content.compare(&baseline);
    let document = document(&result, content);
    let change = |code: &str| document.line(code).unwrap().change;
    let moj = change("moj").unwrap();
    let printed = document.agency("moj").unwrap().index_printed.unwrap();
    assert_eq!(moj.place, Some(2));
    assert_eq!(moj.points, None);
    assert_eq!(moj.index, Some(printed - Points::parse("70.5").unwrap()));
    let mof = change("mof").unwrap();
    assert_eq!((mof.place, mof.index), (Some(-1), None));
    assert_eq!(change("government-inspectorate"), None);
}

#[test]
fn an_external_table_names_every_fault() {
    let table = serde_json::json!({
        "code": "t", "set": "t", "level": "ministry", "year": 1900, "title_vi": " ",
        "sources": [{"code": "S1", "address": "ftp://x"}], "complete": true,
        "summary": {"ranked_units": 2, "mean": "90", "maximum": "80", "minimum": null},
        "entries": [
            {"agency": "moj", "place": 0, "basis": "published"},
            {"agency": "moj", "basis": "inferred"}
        ]
    });
    let table: ExternalTable = serde_json::from_value(table).unwrap();
    let pointers: Vec<_> = table.faults().into_iter().map(|fault| fault.pointer).collect();
    assert_eq!(
        pointers,
        [
            "/title_vi",
            "/year",
            "/sources/0/address",
            "/summary",
            "/complete",
            "/entries/0/place",
            "/entries/1/agency",
            "/entries/1"
        ]
    );
}

#[test]
fn a_ranking_is_printed_with_all_decimals_in_json_and_csv() {
    let document = published(&CODES);
    let (_, id) = document.canonical().unwrap();
    let view = views::ranking(&id, &document).unwrap();
    let first = &view.entries[0];
    assert_eq!(first.agency.code.as_str(), "moj");
    assert_eq!(first.adjustment.as_deref(), Some("1.25"));
    assert!(first.total.as_ref().unwrap().split_once('.').unwrap().1.len() == 2);
    let csv = write_csv(&tables::ranking(&view, (2, 2)).into_table());
    assert_eq!(csv.lines().count(), 4);
    assert!(
        csv.lines()
            .nth(1)
            .unwrap()
            .starts_with("1,1,,1,moj,Cơ quan moj,,ministry,,"),
        "{csv}"
    );
    let domains = views::domains(&document, &view);
    let csv = write_csv(&tables::domains(&domains, crate::formats::Names::default(), (2, 2)).into_table());
    assert_eq!(
        csv.lines().next().unwrap().split(',').count(),
        6 + 3 * domains.domains.len()
    );
}
