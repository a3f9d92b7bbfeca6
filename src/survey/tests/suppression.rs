//! Nothing that is hidden can be worked out from what is shown.

use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::*;

fn row(parent: Option<usize>, table: u8, n: &[u64]) -> SuppressedRow {
    SuppressedRow {
        parent,
        table,
        n: n.to_vec(),
        hidden: Vec::new(),
    }
}

fn hidden_of(rows: &mut [SuppressedRow], minimum: u64) -> Vec<bool> {
    suppress(rows, &[vec![]], minimum);
    rows.iter().map(|row| row.hidden[0]).collect()
}

#[test]
fn the_next_smallest_sibling_goes_too() {
    let mut rows = [
        row(None, 0, &[100]),
        row(Some(0), 0, &[3]),
        row(Some(0), 0, &[60]),
        row(Some(0), 0, &[37]),
    ];
    assert_eq!(hidden_of(&mut rows, 5), [false, true, false, true]);
    let mut none = [
        row(None, 0, &[97]),
        row(Some(0), 0, &[0]),
        row(Some(0), 0, &[60]),
        row(Some(0), 0, &[37]),
    ];
    assert_eq!(hidden_of(&mut none, 5), [false; 4]);
    let mut few = [
        row(None, 0, &[52]),
        row(Some(0), 0, &[1]),
        row(Some(0), 0, &[1]),
        row(Some(0), 0, &[20]),
        row(Some(0), 0, &[30]),
    ];
    assert_eq!(
        hidden_of(&mut few, 5),
        [false, true, true, true, false],
        "two of one response each are two responses"
    );
}

#[test]
fn what_is_below_a_hidden_row_is_hidden() {
    let mut rows = [
        row(None, 0, &[100]),
        row(Some(0), 0, &[3]),
        row(Some(0), 0, &[97]),
        row(Some(2), 1, &[50]),
        row(Some(2), 1, &[47]),
    ];
    assert_eq!(hidden_of(&mut rows, 5), [false, true, true, true, true]);
}

#[test]
fn an_item_is_not_told_by_its_factor() {
    // Node 0 is made of 1 and 2; node 2 has two answers only.
    let mut rows = [row(None, 0, &[50, 50, 2])];
    suppress(&mut rows, &[vec![1, 2], vec![], vec![]], 5);
    assert_eq!(rows[0].hidden, [false, true, true]);
    let mut single = [row(None, 0, &[50, 2])];
    suppress(&mut single, &[vec![1], vec![]], 5);
    assert_eq!(single[0].hidden, [true, true]);
}

/// Which unknowns of linear equations (the coefficients of each) have one solution only.
fn determined(mut equations: Vec<Vec<BigRational>>, unknowns: usize) -> Vec<usize> {
    let mut done = 0;
    for column in 0..unknowns {
        let Some(pivot) = (done..equations.len()).find(|row| !equations[*row][column].is_zero()) else {
            continue;
        };
        equations.swap(done, pivot);
        let head = equations[done][column].clone();
        equations[done].iter_mut().for_each(|x| *x = &*x / &head);
        let pivot = equations[done].clone();
        let others = equations.iter_mut().enumerate().filter(|(row, _)| *row != done);
        for (_, other) in others {
            let factor = other[column].clone();
            for (x, of_pivot) in other.iter_mut().zip(&pivot) {
                *x -= of_pivot * &factor;
            }
        }
        done += 1;
    }
    let alone = |row: &Vec<BigRational>| {
        let mut set = (0..unknowns).filter(|at| !row[*at].is_zero());
        set.next().filter(|_| set.next().is_none())
    };
    equations.iter().filter_map(alone).collect()
}

/// A tree of two tiers below the whole, and channels across, with two items that make the whole.
fn tables() -> impl Strategy<Value = Vec<SuppressedRow>> {
    let leaf = (0_u64..25, 0_u64..25);
    let tree = prop::collection::vec(prop::collection::vec(leaf, 1..5), 1..5);
    let cuts = (0_u64..=100, 0_u64..=100);
    (tree, cuts).prop_map(|(tree, cuts)| {
        let of = |(a, b): (u64, u64)| vec![a.max(b), a, b];
        let add = |sum: Vec<u64>, n: &Vec<u64>| sum.iter().zip(n).map(|(a, b)| a + b).collect::<Vec<u64>>();
        let mut rows = vec![row(None, 0, &[0, 0, 0])];
        for leaves in tree {
            let at = rows.len();
            rows.push(row(Some(0), 0, &[0, 0, 0]));
            for leaf in leaves {
                rows.push(row(Some(at), 1, &of(leaf)));
                let n = rows.last().unwrap().n.clone();
                rows[at].n = add(rows[at].n.clone(), &n);
                rows[0].n = add(rows[0].n.clone(), &n);
            }
        }
        // Two channels share out the whole.
        let whole = rows[0].n.clone();
        let post: Vec<u64> = whole
            .iter()
            .zip([0, cuts.0, cuts.1])
            .map(|(n, cut)| n * cut / 100)
            .collect();
        let rest: Vec<u64> = whole.iter().zip(&post).map(|(n, post)| n - post).collect();
        let (post, rest) = (of((post[1], post[2])), of((rest[1], rest[2])));
        rows.extend([row(Some(0), 2, &post), row(Some(0), 2, &rest)]);
        rows
    })
}

proptest! {
    #[test]
    fn nothing_hidden_follows_from_what_is_shown(mut rows in tables(), minimum in 2_u64..15) {
        let tree = [vec![1, 2], vec![], vec![]];
        suppress(&mut rows, &tree, minimum);
        let mut unknown = std::collections::BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            for node in 0..3 {
                prop_assert!(row.n[node] == 0 || row.n[node] >= minimum || row.hidden[node]);
                prop_assert!(row.n[node] > 0 || !row.hidden[node]);
                if row.hidden[node] {
                    let number = unknown.len();
                    unknown.insert((place, node), number);
                }
            }
        }
        let mut equations = Vec::new();
        let mut add = |sum: (usize, usize), parts: Vec<(usize, usize)>| {
            let mut equation = vec![BigRational::zero(); unknown.len()];
            if let Some(number) = unknown.get(&sum) { equation[*number] = -BigRational::one(); }
            for part in parts {
                if let Some(number) = unknown.get(&part) { equation[*number] = BigRational::one(); }
            }
            equations.push(equation);
        };
        for place in 0..rows.len() {
            for node in 0..3 {
                for table in 0..3 {
                    let below = (0..rows.len()).filter(|at| rows[*at].parent == Some(place) && rows[*at].table == table);
                    let below: Vec<(usize, usize)> = below.map(|at| (at, node)).collect();
                    if !below.is_empty() { add((place, node), below); }
                }
            }
            add((place, 0), vec![(place, 1), (place, 2)]);
        }
        let told = determined(equations, unknown.len());
        let alone: Vec<_> = unknown.iter().filter(|(_, number)| told.contains(number)).collect();
        prop_assert!(alone.is_empty(), "{alone:?} of {rows:?}");
    }
}
