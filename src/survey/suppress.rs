//! Suppression: which figures of the fixed tables are not shown, so that nobody's answers are given away.
//!
//! # The rules
//! 1. A figure of fewer than the minimum n responses is hidden, one of none is shown (there is nobody to give away).
//! 2. What stands below a hidden row is hidden, for it adds up to the row.
//! 3. Siblings add up to what stands above them. So where a figure is hidden, at least two siblings are, and together they
//!    hold the minimum n: the sibling with the next-smallest n is hidden too, until that is so; where none is left, what
//!    stands above is hidden.
//! 4. The items of a factor make its index, and so on upwards. Where one figure of a node and those below it is hidden in a
//!    row, another one is hidden too: the one below with the next-smallest n, or the node itself where there is none.
//!
//! What rule 4 hides in one row rule 3 may have to hide in another: the rules are repeated until nothing changes. They only
//! ever hide, so that they end.

/// A row of the tree of tables: the whole, then those below it, parents before children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressedRow {
    /// The row above; none for the whole.
    pub parent: Option<usize>,
    /// Which of the ways in which the row above is divided up it belongs to: agencies by parent, or channels.
    pub table: u8,
    /// How many responses each node has here.
    pub n: Vec<u64>,
    /// What is hidden; starts empty and is filled by [`suppress`].
    pub hidden: Vec<bool>,
}

/// Which nodes make which: for each node those below it. Nodes and items are numbered as the `n` of a row.
pub type NodeTree = [Vec<usize>];

/// Decides for all rows at once.
pub fn suppress(rows: &mut [SuppressedRow], tree: &NodeTree, minimum_n: u64) {
    for row in rows.iter_mut() {
        row.hidden = row.n.iter().map(|n| *n > 0 && *n < minimum_n).collect();
    }
    // As a rule nothing is: then nothing can be given away.
    if rows.iter().all(|row| !row.hidden.contains(&true)) {
        return;
    }
    let families = families(rows);
    loop {
        let mut changed = hide_below_hidden(rows);
        for family in &families {
            changed |= hide_siblings(rows, family, minimum_n);
        }
        for row in rows.iter_mut() {
            changed |= hide_in_row(row, tree);
        }
        if !changed {
            return;
        }
    }
}

/// Rows that add up to the row above them.
fn families(rows: &[SuppressedRow]) -> Vec<Vec<usize>> {
    let mut keyed: Vec<(usize, u8, usize)> = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| Some((row.parent?, row.table, place)))
        .collect();
    keyed.sort_unstable();
    let families = keyed.chunk_by(|(a, table_a, _), (b, table_b, _)| (a, table_a) == (b, table_b));
    families
        .map(|family| family.iter().map(|(.., place)| *place).collect())
        .collect()
}

fn is_hidden(rows: &[SuppressedRow], row: usize, node: usize) -> bool {
    rows.get(row)
        .and_then(|row| row.hidden.get(node))
        .copied()
        .unwrap_or(false)
}

fn n_of(rows: &[SuppressedRow], row: usize, node: usize) -> u64 {
    rows.get(row)
        .and_then(|row| row.n.get(node))
        .copied()
        .unwrap_or(0)
}

fn hide(rows: &mut [SuppressedRow], row: usize, node: usize) -> bool {
    let Some(hidden) = rows.get_mut(row).and_then(|row| row.hidden.get_mut(node)) else {
        return false;
    };
    !std::mem::replace(hidden, true)
}

fn hide_below_hidden(rows: &mut [SuppressedRow]) -> bool {
    let mut changed = false;
    for place in 0..rows.len() {
        let Some(row) = rows.get(place) else { continue };
        let Some(parent) = row.parent else { continue };
        for node in 0..row.n.len() {
            if is_hidden(rows, parent, node) && n_of(rows, place, node) > 0 {
                changed |= hide(rows, place, node);
            }
        }
    }
    changed
}

fn hide_siblings(rows: &mut [SuppressedRow], family: &[usize], minimum_n: u64) -> bool {
    let nodes = family
        .first()
        .and_then(|first| rows.get(*first))
        .map_or(0, |row| row.n.len());
    let mut changed = false;
    for node in 0..nodes {
        let hidden = || family.iter().filter(|row| is_hidden(rows, **row, node));
        let (mut count, mut held) = (
            hidden().count(),
            hidden().map(|row| n_of(rows, *row, node)).sum::<u64>(),
        );
        if count == 0 || (count > 1 && held >= minimum_n) {
            continue;
        }
        let shown = family
            .iter()
            .filter(|row| !is_hidden(rows, **row, node) && n_of(rows, **row, node) > 0);
        let mut next: Vec<(u64, usize)> = shown.map(|row| (n_of(rows, *row, node), *row)).collect();
        next.sort_unstable();
        for (n, row) in next {
            if count > 1 && held >= minimum_n {
                break;
            }
            changed |= hide(rows, row, node);
            count += 1;
            held += n;
        }
        // None is left to hide: then all that is hidden is what stands above.
        let above = family.first().and_then(|row| rows.get(*row)?.parent);
        if let Some(above) = above.filter(|_| count < 2 || held < minimum_n) {
            changed |= hide(rows, above, node);
        }
    }
    changed
}

/// A node and those below it are one equation: exactly one unknown in it would be told.
fn hide_in_row(row: &mut SuppressedRow, tree: &NodeTree) -> bool {
    let mut changed = false;
    // From below: what an item hides may go up to the whole.
    for (node, below) in tree
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, below)| !below.is_empty())
    {
        let state = |place: &usize| Some((*row.n.get(*place)?, *row.hidden.get(*place)?, *place));
        let mut children: Vec<(u64, bool, usize)> =
            below.iter().filter_map(state).filter(|(n, ..)| *n > 0).collect();
        children.sort_unstable();
        let itself = state(&node).filter(|(n, ..)| *n > 0);
        let hidden = children
            .iter()
            .chain(&itself)
            .filter(|(_, hidden, _)| *hidden)
            .count();
        if hidden != 1 {
            continue;
        }
        let other = children.iter().chain(&itself).find(|(_, hidden, _)| !hidden);
        if let Some(hidden) = other.and_then(|(.., place)| row.hidden.get_mut(*place)) {
            changed |= !std::mem::replace(hidden, true);
        }
    }
    changed
}
