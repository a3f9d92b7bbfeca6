//! The made-up population: the same for ever, and estimates that are as good as they say.

use super::*;

#[test]
fn a_population_follows_from_its_seed() {
    let spec = PopulationSpec {
        seed: 7,
        provinces: 3,
        communes: 10,
        responses: 500,
    };
    let communes = synthetic_communes(&spec);
    assert_eq!(communes.len(), 10);
    assert_eq!(communes.iter().map(|commune| commune.sample).sum::<u64>(), 500);
    assert!(communes.iter().all(|commune| commune.sample < commune.population));
    let instrument = compiled(small());
    let all = |communes: &[SyntheticCommune]| -> Vec<SyntheticResponse> {
        communes
            .iter()
            .flat_map(|commune| commune.responses(&instrument))
            .collect()
    };
    let responses = all(&communes);
    assert_eq!(responses, all(&synthetic_communes(&spec)));
    for response in &responses {
        assert_eq!(
            instrument.pack_text(&response.answers).unwrap().answers,
            response.answers
        );
    }
    let other = synthetic_communes(&PopulationSpec { seed: 8, ..spec });
    assert_ne!(all(&other), responses);
}

/// Of all intervals of all communes, those that hold the true value, in hundredths of a percent.
fn coverage(spec: &PopulationSpec, instrument: &CompiledInstrument) -> (u64, u64) {
    let plan = CountPlan::new(instrument);
    let (mut held, mut cells) = (0, 0);
    for commune in synthetic_communes(spec) {
        let mut counts = plan.empty();
        for response in commune.responses(instrument) {
            plan.add(&mut counts, &response.answers, FlagSet::default());
        }
        let figures = |population: u64, valid: u64, cell: &Cell| {
            let design = SampleDesign::new(
                &[StratumFacts {
                    agency: 0,
                    population,
                    valid,
                }],
                false,
            );
            let row = Estimator {
                instrument,
                plan: &plan,
                design: &design,
            }
            .row(&[(0, cell)]);
            let items = row.items.into_iter().map(|item| item.figure);
            row.nodes.into_iter().chain(items).collect::<Vec<_>>()
        };
        let truth = figures(
            commune.population,
            commune.population,
            &commune.truth(instrument, &plan),
        );
        let drawn = figures(commune.population, commune.sample, &counts);
        for (truth, figure) in truth.iter().zip(&drawn) {
            if let (Some(index), Some(low), Some(high)) = (truth.index, figure.low, figure.high) {
                cells += 1;
                held += u64::from(low <= index && index <= high);
            }
        }
    }
    (held, cells)
}

#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let spec = PopulationSpec {
        seed: 2024,
        provinces: 5,
        communes: 300,
        responses: 30_000,
    };
    let (held, cells) = coverage(&spec, &compiled(small()));
    let percent = held * 10_000 / cells;
    assert!((9_300..9_700).contains(&percent), "{percent} of {cells}");
    let mut document = small();
    document["rule"]["measure"] = json!("scaled_mean");
    let (held, cells) = coverage(&spec, &compiled(document));
    let percent = held * 10_000 / cells;
    assert!((9_300..9_700).contains(&percent), "{percent} of {cells}");
}
