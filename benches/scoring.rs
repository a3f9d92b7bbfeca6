//! Speed of the scoring engine: one agency, and a round of ten thousand agencies × one hundred indicators.
//!
//! The aim (design §4): a round is scored and ranked in some tens of milliseconds on one core, so that working
//! results never need to be kept half-fresh.

// Benchmarks build their own input; a wrong one has to stop them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use parindex::scoring::{
    Answers, CompiledSet, Contender, CriteriaSet, Decision, Declared, LeafAnswer, Points, Quantity, Rule,
    Scorecard, explain, rank, score,
};
use serde_json::{Value, json};

const AGENCIES: usize = 10_000;

/// Ten domains of ten indicators with every kind of rule; one point each.
fn set() -> CompiledSet {
    let rules = [
        json!({"kind": "choice", "options": [{"code": "on_time", "label_vi": "Đúng hạn", "points": "1"},
            {"code": "late", "label_vi": "Muộn", "points": "0.5"}, {"code": "none", "label_vi": "Không", "points": "0"}]}),
        json!({"kind": "yes_no", "yes": "1", "no": "0"}),
        json!({"kind": "percentage_bands", "bands": [{"above": "90", "points": "1"}, {"from": "70", "to": "90", "points": "0.5"},
            {"below": "70", "points": "0"}]}),
        json!({"kind": "count_bands", "bands": [{"below": "2", "points": "0"}, {"from": "2", "points": "1"}]}),
        json!({"kind": "proportional", "floor": {"from": "50"}}),
        json!({"kind": "deduction", "per_item": "0.25", "floor": "0"}),
        json!({"kind": "appraiser_points", "step": "0.25"}),
        json!({"kind": "survey"}),
        json!({"kind": "external"}),
        json!({"kind": "proportional"}),
    ];
    let leaf = |domain: usize, position: usize, rule: &Value| {
        let source = match rule["kind"].as_str().unwrap() {
            kind @ ("survey" | "external") => kind,
            _ => "assessment",
        };
        json!({"code": format!("{domain}.{position}"), "name_vi": "Tiêu chí", "maximum": "1", "source": source, "rule": rule,
            "not_applicable_allowed": position == 2})
    };
    let domain = |domain: usize| {
        let leaves: Vec<Value> = rules
            .iter()
            .enumerate()
            .map(|(position, rule)| leaf(domain, position + 1, rule))
            .collect();
        json!({"code": domain.to_string(), "name_vi": "Lĩnh vực", "maximum": "10", "children": leaves})
    };
    let document = json!({
        "code": "bench", "version": 1, "title_vi": "Đo tốc độ", "level": "commune", "maximum": "100",
        "rounding": {"decimals": 2, "mode": "half_up"}, "ranking": {"basis": "exact", "ties": "competition"},
        "bands": [{"code": "A", "name_vi": "A", "from": "90"}, {"code": "B", "name_vi": "B", "from": "0"}],
        "children": (1..=10).map(domain).collect::<Vec<_>>()
    });
    serde_json::from_value::<CriteriaSet>(document)
        .unwrap()
        .compile()
        .unwrap()
}

/// A cheap, repeatable source of different answers.
fn answers(set: &CompiledSet, agency: usize) -> Answers {
    let mut seed = agency as u32;
    let mut next = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let mut answers = set.blank_answers();
    for (answer, leaf) in answers.leaves.iter_mut().zip(set.leaves()) {
        let declared = match leaf.rule {
            Rule::Choice { .. } => Declared::Option {
                option: ["on_time", "late", "none"][next(3) as usize].into(),
            },
            Rule::YesNo { .. } if next(10) == 0 => Declared::NOT_APPLICABLE,
            Rule::YesNo { .. } => Declared::YesNo { yes: next(3) > 0 },
            Rule::PercentageBands { .. } | Rule::Proportional { .. } => {
                let denominator = 1 + next(10_000);
                Declared::Ratio {
                    numerator: Quantity::from(next(denominator + 1)),
                    denominator: denominator.into(),
                }
            }
            Rule::CountBands { .. } | Rule::Deduction { .. } => Declared::Count { count: next(6) },
            Rule::AppraiserPoints { .. } => Declared::Points {
                points: Points::from_micro(250_000 * i64::from(next(5))),
            },
            Rule::Survey { .. } | Rule::External {} => {
                answer.entered = Some(Points::from_micro(i64::from(next(1_000_000))));
                continue;
            }
        };
        let decision = match next(4) {
            0 => Decision::PointsSet {
                points: Points::from_micro(250_000 * i64::from(next(5))),
            },
            _ => Decision::RECOGNISED,
        };
        *answer = LeafAnswer {
            declared: Some(declared),
            decision: Some(decision),
            entered: None,
        };
    }
    answers
}

fn contenders(cards: &[Scorecard]) -> Vec<Contender<'_>> {
    let contender = |(agency, card)| Contender {
        agency: format!("agency-{agency:05}"),
        region: Some(format!("region-{}", agency % 6)),
        level: "commune".into(),
        ranked: true,
        card,
    };
    cards.iter().enumerate().map(contender).collect()
}

fn bench(criterion: &mut Criterion) {
    let set = set();
    let all: Vec<Answers> = (0..AGENCIES).map(|agency| answers(&set, agency)).collect();
    let card = score(&set, &all[0]);
    criterion.bench_function("score one agency x 100", |bencher| {
        bencher.iter(|| score(&set, black_box(&all[0])))
    });
    criterion.bench_function("explain one agency x 100", |bencher| {
        bencher.iter(|| explain(&set, &all[0], black_box(&card)))
    });
    let mut round = criterion.benchmark_group("round of 10,000 x 100");
    round.sample_size(20);
    let score_all = || all.iter().map(|answers| score(&set, answers)).collect::<Vec<_>>();
    round.bench_function("score", |bencher| {
        bencher.iter_batched(|| (), |()| score_all(), BatchSize::PerIteration)
    });
    let cards = score_all();
    round.bench_function("rank", |bencher| {
        bencher.iter_with_large_drop(|| rank(&set, &contenders(black_box(&cards))))
    });
    round.bench_function("score and rank", |bencher| {
        bencher.iter(|| {
            let cards = score_all();
            rank(&set, &contenders(&cards)).entries.len()
        });
    });
    round.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
