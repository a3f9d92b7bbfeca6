//! Published national figures, as far as they can be computed again (data: `domain.md` §5, SIPAS of 2019, 2023 and 2024).

use super::*;
use crate::scoring::Points;

/// An instrument of parts with one item for each factor, and the shares of satisfied people that were published of them.
fn whole_of(parts: &[(Option<&str>, &[i64])]) -> (Vec<Points>, Points) {
    let mut document = small();
    let mut number = 0;
    let all: Vec<Value> = parts
        .iter()
        .enumerate()
        .map(|(place, (weight, shares))| {
            let factors: Vec<Value> = shares
                .iter()
                .map(|_| {
                    number += 1;
                    let item = json!({"code": format!("i{number}"), "kind": "satisfaction", "text": {"vi": "Câu hỏi"},
                                      "scale": "satisfaction-5"});
                    json!({"code": format!("f{number}"), "title": {"vi": "Nhân tố"}, "items": [item]})
                })
                .collect();
            let mut part = json!({"code": format!("p{place}"), "title": {"vi": "Phần"}, "factors": factors});
            if let Some(weight) = weight {
                part["weight"] = json!(weight);
            }
            part
        })
        .collect();
    document["parts"] = json!(all);
    let instrument = compiled(document);
    let plan = CountPlan::new(&instrument);
    let mut cell = plan.empty();
    let shares: Vec<i64> = parts
        .iter()
        .flat_map(|(_, shares)| shares.iter().copied())
        .collect();
    for person in 0..10_000 {
        let answers: String = shares
            .iter()
            .map(|share| if person < *share { '3' } else { '0' })
            .collect();
        assert!(plan.add(&mut cell, &answers, FlagSet::default()));
    }
    let facts = [StratumFacts {
        agency: 0,
        population: 1_000_000,
        valid: 10_000,
    }];
    let design = SampleDesign::new(&facts, false);
    let estimator = Estimator {
        instrument: &instrument,
        plan: &plan,
        design: &design,
    };
    let row = estimator.row(&[(0, &cell)]);
    let of = |kind: NodeKind| -> Vec<Points> {
        let nodes = instrument.nodes().iter().zip(&row.nodes);
        nodes
            .filter(|(node, _)| node.kind == kind)
            .filter_map(|(_, figure)| figure.index)
            .collect()
    };
    (of(NodeKind::Factor), of(NodeKind::Whole)[0])
}

fn points(text: &str) -> Points {
    text.parse().unwrap()
}

#[test]
fn the_factors_of_2023_do_not_make_the_whole_by_their_mean() {
    let (factors, whole) = whole_of(&[(None, &[8300, 8302, 8312, 8303, 8227])]);
    let published: Vec<Points> = ["83.00", "83.02", "83.12", "83.03", "82.27"].map(points).to_vec();
    assert_eq!(factors, published);
    // 82.66 was published: the whole of that year had another part, which is why weights belong to the instrument.
    assert_eq!(whole, points("82.888"));
}

#[test]
fn the_parts_of_2024_make_the_whole_with_a_weight_of_policy() {
    let (_, whole) = whole_of(&[(Some("0.6"), &[8384]), (Some("0.4"), &[8409])]);
    assert_eq!(whole, points("83.94"));
    let (_, mean) = whole_of(&[(None, &[8384]), (None, &[8409])]);
    assert_eq!(
        mean,
        points("83.965"),
        "the mean of the two parts is not what was published"
    );
}
