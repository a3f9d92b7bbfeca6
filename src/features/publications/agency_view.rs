//! One agency in a publication, node by node, with the calculation of each. Pure: from the document alone.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    again::answers_of,
    document::{AgencyRecord, Document, Verdict},
    signature::SignatureRecord,
    views::{self, EntryView, PublishedSet, RankingView},
};
use crate::{
    error::{AppError, AppResult},
    features::agencies::AgencyCard,
    ids::{AgencyCode, PublicationId},
    scoring::{
        CompiledSet, Declared, ExplainedAdjustment, ExplainedNode, Points, Rule, Tier, explain, score,
    },
};

/// One agency's published result.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"publication": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "criteria_set": {"code": "par-2023-ministries", "version": 1}, "round": "par-2023-ministries", "year": 2023, "agency": {"code": "moj", "name_vi": "Bộ Tư pháp", "name_en": "Ministry of Justice", "level": "ministry", "region": null}, "ranked": true, "result": null, "adjustments": [], "calculation_vi": "Chỉ số 89.95", "calculation_en": "Index 89.95", "nodes": []}))]
pub struct AgencyResultView {
    /// The publication's id.
    pub publication: PublicationId,
    /// The criteria set.
    pub criteria_set: PublishedSet,
    /// The round; an external table's own code.
    pub round: String,
    /// The year that is assessed.
    pub year: i32,
    /// The agency, by its name and region in the assessed year.
    pub agency: AgencyCard,
    /// Whether it gets a place.
    pub ranked: bool,
    /// Its line of the ranking.
    pub result: Option<EntryView>,
    /// Bonus and penalty items.
    pub adjustments: Vec<ExplainedAdjustment>,
    /// How the score follows from the index, in Vietnamese.
    pub calculation_vi: String,
    /// The same in English.
    pub calculation_en: String,
    /// Every node below the whole set, each before those below it; none for an external table.
    pub nodes: Vec<NodeView>,
    /// Who signed the submission; left out where nobody did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignatureRecord>,
}

/// One node of an agency's published result.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "1.1.1", "parent": "1.1", "tier": "indicator", "name_vi": "Ban hành kế hoạch CCHC năm", "name_en": "Plan issued", "maximum": "1", "applicable_maximum": "1", "points": "1", "index": "100", "rule": {"kind": "yes_no", "yes": "1", "no": "0"}, "value": {"kind": "yes_no", "yes": true}, "verdict": "recognised", "deciding_body": "moha", "sample_size": null, "source": null, "calculation_vi": "Kê khai: có → 1 điểm", "calculation_en": "Declared: yes → 1 point"}))]
pub struct NodeView {
    /// The code.
    pub code: String,
    /// The node above; null for a domain.
    pub parent: Option<String>,
    /// Domain, criterion or indicator.
    pub tier: Tier,
    /// Name in Vietnamese.
    pub name_vi: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// The most points it can have.
    pub maximum: Points,
    /// What of it applies.
    pub applicable_maximum: Points,
    /// Final points.
    pub points: Points,
    /// points / applicable maximum × 100; null where it does not apply.
    pub index: Option<Points>,
    /// Indicator: its rule.
    pub rule: Option<Rule>,
    /// Indicator: the value as decided.
    pub value: Option<Declared>,
    /// Indicator: what was decided.
    pub verdict: Option<Verdict>,
    /// Indicator: the body that decided.
    pub deciding_body: Option<AgencyCode>,
    /// Indicator: how many answered the survey.
    pub sample_size: Option<i32>,
    /// Indicator: where entered points come from.
    pub source: Option<String>,
    /// The calculation with its numbers, in Vietnamese.
    pub calculation_vi: String,
    /// The same in English.
    pub calculation_en: String,
}

/// One agency of a document; 404 where the document lacks it.
pub fn agency_result(
    document: &Document,
    set: Option<&CompiledSet>,
    ranking: RankingView,
    code: &str,
) -> AppResult<AgencyResultView> {
    let agency = document.agency(code).ok_or_else(AppError::not_found)?;
    let result = ranking
        .entries
        .into_iter()
        .chain(ranking.not_ranked)
        .find(|entry| entry.agency.code == agency.code);
    let mut view = AgencyResultView {
        publication: ranking.publication,
        criteria_set: ranking.criteria_set,
        round: ranking.round,
        year: ranking.year,
        agency: views::card(agency),
        ranked: agency.ranked,
        result,
        adjustments: Vec::new(),
        calculation_vi: String::new(),
        calculation_en: String::new(),
        nodes: Vec::new(),
        signatures: agency.signatures.clone(),
    };
    if let Some(set) = set {
        let answers = answers_of(set, agency);
        let explained = explain(set, &answers, &score(set, &answers));
        view.adjustments = explained.adjustments;
        view.calculation_vi = explained.calculation_vi;
        view.calculation_en = explained.calculation_en;
        for domain in explained.root.children {
            push_node(&mut view.nodes, domain, None, agency);
        }
    }
    Ok(view)
}

/// The node and all below it, in the order of the set. The set's validator bounds the depth.
fn push_node(nodes: &mut Vec<NodeView>, node: ExplainedNode, parent: Option<&str>, agency: &AgencyRecord) {
    let record = agency.indicators.iter().find(|record| record.code == node.code);
    let verdict = record.and_then(|record| record.verdict);
    let (calculation_vi, calculation_en) = if verdict == Some(Verdict::Corrected) {
        // The value that was corrected is not published: the sentence begins with the decision.
        (
            from_word(node.calculation_vi, "Thẩm định: "),
            from_word(node.calculation_en, "Decided: "),
        )
    } else {
        (node.calculation_vi, node.calculation_en)
    };
    nodes.push(NodeView {
        code: node.code.clone(),
        parent: parent.map(str::to_owned),
        tier: node.tier,
        name_vi: node.name_vi,
        name_en: node.name_en,
        maximum: node.maximum,
        applicable_maximum: node.applicable_maximum,
        points: node.final_points,
        index: node.index,
        rule: node.rule,
        value: record.and_then(|record| record.value.clone()),
        verdict,
        deciding_body: record.and_then(|record| record.deciding_body.clone()),
        sample_size: record.and_then(|record| record.sample_size),
        source: record.and_then(|record| record.source.clone()),
        calculation_vi,
        calculation_en,
    });
    for child in node.children {
        push_node(nodes, child, Some(&node.code), agency);
    }
}

fn from_word(sentence: String, word: &str) -> String {
    match sentence.find(word).and_then(|start| sentence.get(start..)) {
        Some(rest) => rest.to_owned(),
        None => sentence,
    }
}
