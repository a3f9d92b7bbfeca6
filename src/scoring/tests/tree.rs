//! The layout of a compiled set.

use super::*;

#[test]
fn nodes_lie_in_pre_order_with_their_tiers() {
    let set = compiled(full_set());
    let codes: Vec<&str> = set.nodes().iter().map(|node| node.code.as_str()).collect();
    let expected = [
        "demo", "1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2", "2.1", "2.2", "3", "3.1", "3.2",
        "3.2.1", "3.2.2", "3.3",
    ];
    assert_eq!(codes, expected);
    let tier = |code| set.node(code).unwrap().tier;
    assert_eq!(
        [tier("1"), tier("3.2"), tier("3.2.1"), tier("3.1")],
        [Tier::Domain, Tier::Criterion, Tier::Indicator, Tier::Indicator]
    );
    assert_eq!(set.nodes()[0].tier, Tier::Total);
    assert_eq!(set.domains(), [1, 9, 12]);
    for (index, node) in set.nodes().iter().enumerate() {
        assert!(
            node.children()
                .iter()
                .all(|child| *child > index && set.nodes()[*child].parent == Some(index))
        );
    }
}

#[test]
fn lookups_go_by_code() {
    let set = compiled(full_set());
    assert_eq!(set.leaf_index("1.1"), Some(0));
    assert_eq!(set.leaf_index("3.3"), Some(12));
    assert_eq!(set.leaf_index("1"), None);
    assert_eq!(set.leaf_index("demo"), None);
    assert_eq!(set.leaf(12).unwrap().code, "3.3");
    assert_eq!(set.nodes()[set.leaf(9).unwrap().node].code, "3.1");
    assert!(set.is_not_ranked("government-inspectorate") && !set.is_not_ranked("moj"));
    let blank = set.blank_answers();
    assert_eq!((blank.leaves.len(), blank.adjustments.len()), (13, 2));
}

#[test]
fn weights_are_kept_in_lowest_terms() {
    let set = compiled(full_set());
    let Shape::Container { weights, .. } = &set.node("3").unwrap().shape else {
        panic!("a container")
    };
    assert_eq!(weights, &[4, 3, 3]);
}
