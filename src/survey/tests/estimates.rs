//! Counts and figures against a reference that works with fractions, response by response.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::*;
use crate::scoring::Points;

/// A symbol for each of the nine places of the small instrument, so that skip rules hold.
fn response() -> impl Strategy<Value = String> {
    let choice = |symbols: &'static str| {
        let symbols: Vec<char> = symbols.chars().collect();
        prop::sample::select(symbols)
    };
    let head = prop::sample::select(vec!["0100", "0111", "0---", "1..."]);
    let tail = prop::collection::vec(choice("012344344-5"), 4);
    (head, tail, choice("01-"))
        .prop_map(|(head, tail, last)| format!("{head}{}{last}", tail.into_iter().collect::<String>()))
}

fn cell_of(plan: &CountPlan, responses: &[String]) -> Cell {
    let mut cell = plan.empty();
    for response in responses {
        assert!(plan.add(&mut cell, response, FlagSet::default()));
    }
    cell
}

fn big(number: u64) -> BigRational {
    BigRational::from_integer(BigInt::from(number))
}

/// Of each response of a node: t and m.
fn terms(
    instrument: &CompiledInstrument,
    items: &[(usize, u32)],
    response: &str,
) -> (BigRational, BigRational) {
    let (mut t, mut m) = (BigRational::zero(), BigRational::zero());
    for (item, weight) in items {
        let item = &instrument.items()[*item];
        let worth =
            position_of(response.as_bytes()[item.start]).and_then(|option| item.options[option].scaled);
        if let Some(worth) = worth {
            t += big(u64::from(*weight) * u64::from(worth));
            m += big(u64::from(*weight));
        }
    }
    (t, m)
}

/// The square of half the interval, in percent, by the formula; none where it can't be had.
fn reference(
    strata: &[(u64, Vec<(BigRational, BigRational)>)],
    weighted: bool,
    full: u64,
) -> Option<BigRational> {
    let weight = |population: u64, n: usize| {
        if weighted {
            big(population) / big(n as u64)
        } else {
            BigRational::one()
        }
    };
    let (mut t_all, mut m_all) = (BigRational::zero(), BigRational::zero());
    for (population, responses) in strata {
        for (t, m) in responses {
            t_all += weight(*population, responses.len()) * t;
            m_all += weight(*population, responses.len()) * m;
        }
    }
    if m_all.is_zero() {
        return None;
    }
    let ratio = &t_all / &m_all;
    let mut variance = BigRational::zero();
    for (population, responses) in strata {
        let n = big(responses.len() as u64);
        let e = || responses.iter().map(|(t, m)| t - &ratio * m);
        let (sum, squares) = e().fold((BigRational::zero(), BigRational::zero()), |(sum, squares), e| {
            (sum + &e, squares + &e * &e)
        });
        let w = weight(*population, responses.len());
        let fpc = BigRational::one() - &n / big(*population);
        variance += &w * &w * fpc * &n / (&n - BigRational::one()) * (squares - &sum * &sum / &n);
    }
    let z = BigRational::new(BigInt::from(1_959_964), BigInt::from(1_000_000));
    Some(variance * &z * &z * big(10_000) / (&m_all * &m_all * big(full) * big(full)))
}

/// Whether a half width, in millionths, is the root of the exact square but for what weights and ratios lose at six decimals.
fn is_root(half_micro: i64, square: &BigRational) -> bool {
    let million = big(1_000_000);
    let near = |by: i64| BigRational::from_integer(BigInt::from((half_micro + by).max(0))) / &million;
    let (low, high) = (near(-200), near(200));
    &low * &low <= *square && *square <= &high * &high
}

proptest! {
    #[test]
    fn halves_add_up_to_the_whole_in_any_order(responses in prop::collection::vec(response(), 0..40), cut in 0_usize..40) {
        let instrument = compiled(small());
        let plan = CountPlan::new(&instrument);
        let whole = cell_of(&plan, &responses);
        let (left, right) = responses.split_at(cut.min(responses.len()));
        let mut halves = cell_of(&plan, right);
        halves.merge(&cell_of(&plan, left));
        prop_assert_eq!(&halves, &whole);
        let backwards: Vec<String> = responses.iter().rev().cloned().collect();
        prop_assert_eq!(&cell_of(&plan, &backwards), &whole);
        prop_assert_eq!(&plan.decode(&whole.encode()).unwrap(), &whole);
        let mut rest = whole;
        for response in left { prop_assert!(plan.take_out(&mut rest, response, FlagSet::default())); }
        prop_assert_eq!(rest, cell_of(&plan, right));
    }

    #[test]
    fn figures_are_those_of_the_formula(
        strata in prop::collection::vec(prop::collection::vec(response(), 2..25), 1..5),
        more in prop::collection::vec(0_u64..300, 5), weighted: bool, mean: bool
    ) {
        let mut document = small();
        if mean { document["rule"]["measure"] = json!("scaled_mean"); }
        let instrument = compiled(document);
        let plan = CountPlan::new(&instrument);
        let cells: Vec<Cell> = strata.iter().map(|responses| cell_of(&plan, responses)).collect();
        let population = |place: usize| strata[place].len() as u64 + more[place];
        let facts: Vec<StratumFacts> = (0..strata.len())
            .map(|place| StratumFacts { agency: 0, population: population(place), valid: strata[place].len() as u64 }).collect();
        let design = SampleDesign::new(&facts, weighted);
        let estimator = Estimator { instrument: &instrument, plan: &plan, design: &design };
        let row = estimator.row(&cells.iter().enumerate().collect::<Vec<_>>());
        let of = |items: &[(usize, u32)]| -> Vec<(u64, Vec<_>)> {
            let per = |responses: &Vec<String>| responses.iter().map(|response| terms(&instrument, items, response)).collect();
            strata.iter().enumerate().map(|(place, responses)| (population(place), per(responses))).collect()
        };
        let full = u64::from(instrument.value_scale());
        for (node, figure) in instrument.nodes().iter().zip(&row.nodes) {
            check(figure, reference(&of(&node.terms), weighted, full))?;
        }
        for (place, item) in row.items.iter().enumerate().filter(|(place, _)| instrument.items()[*place].counted) {
            check(&item.figure, reference(&of(&[(place, 1)]), weighted, full))?;
        }
    }

    #[test]
    fn rows_of_strata_and_channels_have_the_same_whole(
        cells in prop::collection::vec((0_usize..4, prop::collection::vec(response(), 1..10)), 1..12)
    ) {
        let instrument = compiled(small());
        let plan = CountPlan::new(&instrument);
        let facts: Vec<StratumFacts> = (0..4).map(|stratum| {
            let valid = cells.iter().filter(|(at, _)| *at == stratum).map(|(_, responses)| responses.len() as u64).sum();
            StratumFacts { agency: stratum / 2, population: 500, valid }
        }).collect();
        let design = SampleDesign::new(&facts, true);
        let estimator = Estimator { instrument: &instrument, plan: &plan, design: &design };
        let counted: Vec<(usize, Cell)> = cells.iter().map(|(stratum, responses)| (*stratum, cell_of(&plan, responses))).collect();
        let split: Vec<(usize, &Cell)> = counted.iter().map(|(stratum, cell)| (*stratum, cell)).collect();
        let mut joined: Vec<Cell> = vec![plan.empty(); 4];
        for (stratum, cell) in &counted { joined[*stratum].merge(cell); }
        let joined: Vec<(usize, &Cell)> = joined.iter().enumerate().collect();
        prop_assert_eq!(estimator.row(&split), estimator.row(&joined));
    }
}

fn check(figure: &Figure, square: Option<BigRational>) -> Result<(), TestCaseError> {
    let Some(square) = square else {
        prop_assert_eq!(*figure, Figure::default());
        return Ok(());
    };
    let (Some(index), Some(low), Some(high)) = (figure.index, figure.low, figure.high) else {
        return Err(TestCaseError::fail("no interval"));
    };
    prop_assert!(low <= index && index <= high && low >= Points::ZERO && high <= Points::HUNDRED);
    let half = (high - index).max(index - low);
    let cut = low == Points::ZERO || high == Points::HUNDRED;
    prop_assert!(cut || is_root(half.micro(), &square), "{figure:?} {square}");
    Ok(())
}

#[test]
fn a_share_by_hand() {
    let instrument = compiled(small());
    let plan = CountPlan::new(&instrument);
    // b1.1: 3 of 4 satisfied, one without an opinion, one open.
    let responses = [
        "1...-3---",
        "1...-4---",
        "1...-4---",
        "1...-0---",
        "1...-5---",
        "1...4----",
    ]
    .map(String::from);
    let cell = cell_of(&plan, &responses);
    let design = SampleDesign::new(
        &[StratumFacts {
            agency: 0,
            population: 1_000_000_000,
            valid: 6,
        }],
        false,
    );
    let row = Estimator {
        instrument: &instrument,
        plan: &plan,
        design: &design,
    }
    .row(&[(0, &cell)]);
    let item = &row.items[3];
    assert_eq!((row.n, item.n), (6, 5));
    assert_eq!(item.figure.index, Some(Points::from_micro(75_000_000)));
    assert_eq!(item.shares[4], Points::from_micro(40_000_000));
    // e = 0.25 three times, −0.75 once, 0 twice: Var = 6/5 · 0.75 / 16, and 1.959964·√0.05625 is 46.4846 %, cut off at 100.
    assert_eq!(item.figure.low, Some(Points::from_micro(75_000_000 - 46_484_628)));
    assert_eq!(item.figure.high, Some(Points::HUNDRED));
    // b1.2 was answered by nobody: the factor is its other item, the part has no second factor.
    assert_eq!(row.items[4].figure, Figure::default());
    let node = |code: &str| {
        row.nodes[instrument
            .nodes()
            .iter()
            .position(|node| node.code == code)
            .unwrap()]
        .index
    };
    assert_eq!(node("b"), Some(Points::from_micro(75_000_000)));
    // a: 100 with weight 0.4, b: 75 with 0.6.
    assert_eq!(node("whole"), Some(Points::from_micro(85_000_000)));
}
