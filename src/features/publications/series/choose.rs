//! Which publications make a series, and how their years compare. Pure.

use std::collections::BTreeMap;

use super::{super::model::Publication, model::Comparability};
use crate::{
    ids::{PublicationId, SetCode, sha256_hex},
    scoring::Node,
};

/// The publications of a series, a year each, the first year first: the newest of the first family that has the year.
pub fn choose(all: Vec<Publication>, families: &[SetCode]) -> Vec<Publication> {
    let mut years: BTreeMap<i32, (usize, Publication)> = BTreeMap::new();
    // Oldest first, so that of one family the newest stays.
    for about in all.into_iter().filter(|about| about.agencies > 0) {
        let Some(rank) = families.iter().position(|set| *set == about.criteria_set.code) else {
            continue;
        };
        let is_better = years.get(&about.year).is_none_or(|(held, _)| rank <= *held);
        if is_better {
            years.insert(about.year, (rank, about));
        }
    }
    years.into_values().map(|(_, about)| about).collect()
}

/// The name of what comes of these publications: the same ones give the same bytes.
pub fn digest<'a>(ids: impl Iterator<Item = &'a PublicationId>, asked: &str) -> String {
    let mut text = String::from(asked);
    for id in ids {
        text.push('\n');
        text.push_str(id.as_str());
    }
    sha256_hex(text.as_bytes())
}

/// What is measured in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The family of the criteria set.
    pub family: SetCode,
    /// The digest of the set; none of an external table.
    pub digest: Option<String>,
    /// The node as the set defines it, if a node was asked for and the set has it.
    pub node: Option<Node>,
}

impl Measured {
    /// How this year compares with the one before it.
    pub fn against(&self, before: Option<&Self>) -> Comparability {
        let Some(before) = before else {
            return Comparability::First;
        };
        if self.family != before.family {
            return Comparability::OtherFamily;
        }
        let (Some(now), Some(then)) = (&self.digest, &before.digest) else {
            return Comparability::NotKnown;
        };
        if now == then {
            return Comparability::SameSet;
        }
        match (&self.node, &before.node) {
            (Some(now), Some(then)) if bare(now) == bare(then) => Comparability::SameNode,
            _ => Comparability::OtherVersion,
        }
    }
}

/// A node without what only explains it.
fn bare(node: &Node) -> Node {
    Node {
        name_vi: String::new(),
        name_en: None,
        guidance_vi: None,
        guidance_en: None,
        // Where the numbers of a ratio come from is not what is measured.
        feed: None,
        children: node
            .children
            .as_ref()
            .map(|children| children.iter().map(bare).collect()),
        ..node.clone()
    }
}

/// A node of a set, by its code.
pub fn find<'a>(nodes: &'a [Node], code: &str) -> Option<&'a Node> {
    nodes.iter().find_map(|node| {
        if node.code == code {
            return Some(node);
        }
        find(node.children.as_deref().unwrap_or_default(), code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::Points;

    fn measured(family: &str, digest: Option<&str>, maximum: i64) -> Measured {
        Measured {
            family: family.parse().unwrap(),
            digest: digest.map(str::to_owned),
            node: Some(Node {
                code: "1.1".into(),
                name_vi: digest.unwrap_or("").into(),
                maximum: Points::from_micro(maximum),
                ..Node::default()
            }),
        }
    }

    #[test]
    fn another_measure_is_a_break_and_another_name_is_not() {
        let first = measured("a", Some("x"), 1);
        for (now, expected) in [
            (measured("a", Some("x"), 1), Comparability::SameSet),
            (measured("a", Some("y"), 1), Comparability::SameNode),
            (measured("a", Some("y"), 2), Comparability::OtherVersion),
            (measured("b", Some("x"), 1), Comparability::OtherFamily),
            (measured("a", None, 1), Comparability::NotKnown),
        ] {
            assert_eq!(now.against(Some(&first)), expected);
        }
        assert_eq!(first.against(None), Comparability::First);
        // Of the whole set, another version is always another measure.
        let whole = |digest: &str| Measured {
            node: None,
            ..measured("a", Some(digest), 1)
        };
        assert_eq!(whole("y").against(Some(&whole("x"))), Comparability::OtherVersion);
    }
}
