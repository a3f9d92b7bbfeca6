//! A second reading of the rules: scores in exact fractions from a criteria set's JSON and the values that a test
//! sent. It shares no line with the engine and reads nothing that the engine wrote.

use std::collections::BTreeMap;

use num_traits::Zero;
use serde_json::Value;

use super::{
    exact::{Exact, Mode, exact, millionths, rounded, whole},
    play::{rows, text},
};

/// What was sent about one indicator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    /// The declared value.
    pub declared: Option<Value>,
    /// The decision: `{"verdict": …}`.
    pub decision: Option<Value>,
    /// Survey or external points.
    pub entered: Option<String>,
}

/// What was sent about one agency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// By indicator.
    pub indicators: BTreeMap<String, Sent>,
    /// Bonus and penalty amounts, by item.
    pub adjustments: BTreeMap<String, String>,
}

/// The numbers of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What the declared value alone gives.
    pub self_points: Exact,
    /// What counts.
    pub points: Exact,
    /// The maximum that applies.
    pub maximum: Exact,
}

impl Node {
    /// In percent; none where nothing applies.
    pub fn index(&self) -> Option<Exact> {
        let applies = !self.maximum.is_zero();
        applies.then(|| millionths(&(&self.points / &self.maximum * whole(100))))
    }
}

/// The result of one agency.
#[derive(Clone, Debug)]
pub struct Reckoned {
    /// By code, leaves and containers; the root under `""`.
    pub nodes: BTreeMap<String, Node>,
    /// Points of the whole.
    pub total: Exact,
    /// The maximum that applies.
    pub maximum: Exact,
    /// In percent.
    pub index: Exact,
    /// Bonus less penalty.
    pub adjustment: Exact,
    /// What ranks are made from.
    pub score: Exact,
}

/// A criteria set, read once more.
pub struct Reference<'a> {
    set: &'a Value,
    mode: Mode,
    decimals: u32,
    index_decimals: u32,
}

impl<'a> Reference<'a> {
    /// Reads how the set rounds.
    pub fn new(set: &'a Value) -> Self {
        let rounding = &set["rounding"];
        let number = |field: &str| rounding[field].as_u64().and_then(|n| u32::try_from(n).ok());
        let decimals = number("decimals").expect("decimals");
        Self {
            set,
            mode: Mode::parse(text(rounding, "mode")),
            decimals,
            index_decimals: number("index_decimals").unwrap_or(decimals),
        }
    }

    /// Points as printed.
    pub fn print_points(&self, points: &Exact) -> String {
        super::exact::printed(&rounded(points, self.decimals, self.mode), self.decimals)
    }

    /// A percentage as printed.
    pub fn print_index(&self, index: &Exact) -> String {
        super::exact::printed(
            &rounded(index, self.index_decimals, self.mode),
            self.index_decimals,
        )
    }

    /// Every leaf with its node, in document order.
    pub fn leaves(&self) -> Vec<&'a Value> {
        let mut found = Vec::new();
        let mut open: Vec<&Value> = rows(self.set, "children").iter().rev().collect();
        while let Some(node) = open.pop() {
            match node["children"].as_array() {
                Some(children) => open.extend(children.iter().rev()),
                None => found.push(node),
            }
        }
        found
    }

    /// Scores one agency.
    pub fn reckon(&self, sheet: &Sheet) -> Reckoned {
        let mut nodes = BTreeMap::new();
        let root = self.node(self.set, 0, sheet, &mut nodes);
        let adjustment = self.adjustment(sheet);
        let index = root.index().unwrap_or_else(|| whole(0));
        let mut score = &index + &adjustment;
        if self.set["adjustments"].is_object() {
            let limits = &self.set["adjustments"];
            score = score
                .max(exact(text(limits, "floor")))
                .min(exact(text(limits, "ceiling")));
        }
        let reckoned = Reckoned {
            total: root.points.clone(),
            maximum: root.maximum.clone(),
            index,
            adjustment,
            score,
            nodes,
        };
        assert!(reckoned.total <= reckoned.maximum, "more points than apply");
        reckoned
    }

    fn node(&self, node: &Value, depth: usize, sheet: &Sheet, all: &mut BTreeMap<String, Node>) -> Node {
        let leaf = !node["children"].is_array();
        let mut found = if leaf {
            leaf_node(node, &sheet.indicators)
        } else {
            let children: Vec<(Exact, Exact, Node)> = rows(node, "children")
                .iter()
                .map(|child| {
                    let weight = child["weight"].as_str().map_or_else(|| whole(1), exact);
                    let maximum = exact(text(child, "maximum"));
                    (weight, maximum, self.node(child, depth + 1, sheet, all))
                })
                .collect();
            combined(node, &children)
        };
        let tier = match (leaf, depth) {
            (true, _) => "indicator",
            (false, 0) => "total",
            (false, 1) => "domain",
            (false, _) => "criterion",
        };
        let tiers = self.set["rounding"]["tiers"].as_array();
        if tiers.is_some_and(|tiers| tiers.iter().any(|named| named == tier)) {
            found.points = rounded(&found.points, self.decimals, self.mode);
            found.self_points = rounded(&found.self_points, self.decimals, self.mode);
        }
        let code = if depth == 0 { "" } else { text(node, "code") };
        let known = all.insert(code.to_owned(), found.clone());
        assert!(known.is_none(), "{code} stands twice");
        found
    }

    fn adjustment(&self, sheet: &Sheet) -> Exact {
        let mut net = whole(0);
        for item in self.set["adjustments"]["items"].as_array().into_iter().flatten() {
            if let Some(amount) = sheet.adjustments.get(text(item, "code")) {
                let counted = exact(amount).min(exact(text(item, "cap")));
                match text(item, "kind") {
                    "bonus" => net += counted,
                    _ => net -= counted,
                }
            }
        }
        net
    }

    /// The place and label of each, on the basis and by the tie rule of the set.
    pub fn places(&self, scores: &BTreeMap<String, Exact>) -> BTreeMap<String, (u64, String)> {
        let ranking = &self.set["ranking"];
        let basis = |score: &Exact| match text(ranking, "basis") {
            "printed" => rounded(score, self.index_decimals, self.mode),
            _ => score.clone(),
        };
        let scores: BTreeMap<&String, Exact> =
            scores.iter().map(|(code, score)| (code, basis(score))).collect();
        let place_of = |own: &Exact| {
            let better: Vec<&Exact> = scores.values().filter(|other| *other > own).collect();
            let mut different = better.clone();
            different.sort();
            different.dedup();
            let above = match text(ranking, "ties") {
                "dense" => different.len(),
                _ => better.len(),
            };
            let shared = scores.values().filter(|other| *other == own).count() > 1;
            let sign = if shared && ranking["ties"] == "shared" {
                "="
            } else {
                ""
            };
            let place = u64::try_from(above + 1).expect("a place");
            (place, format!("{sign}{place}"))
        };
        scores
            .iter()
            .map(|(code, own)| ((*code).clone(), place_of(own)))
            .collect()
    }

    /// The band of a score.
    pub fn band(&self, score: &Exact) -> Option<String> {
        let bands = self.set["bands"].as_array()?;
        let band = bands.iter().find(|band| *score >= exact(text(band, "from")))?;
        Some(text(band, "code").to_owned())
    }

    /// The plain mean of scores.
    pub fn mean<'b>(&self, scores: impl ExactSizeIterator<Item = &'b Exact>) -> Exact {
        let count = i64::try_from(scores.len()).expect("a count");
        millionths(&(scores.sum::<Exact>() / whole(count)))
    }
}

/// Sum: points and applicable maxima add up. Mean: what applies is brought to the same maximum and weighed.
fn combined(node: &Value, children: &[(Exact, Exact, Node)]) -> Node {
    let own = exact(text(node, "maximum"));
    if node["combine"].as_str().unwrap_or("sum") == "sum" {
        return Node {
            self_points: children.iter().map(|(_, _, child)| &child.self_points).sum(),
            points: children.iter().map(|(_, _, child)| &child.points).sum(),
            maximum: children.iter().map(|(_, _, child)| &child.maximum).sum(),
        };
    }
    let (mut points, mut weights) = (whole(0), whole(0));
    let (mut self_points, mut self_weights) = (whole(0), whole(0));
    for (weight, maximum, child) in children {
        self_points += weight * &child.self_points * &own / maximum;
        self_weights += weight;
        if !child.maximum.is_zero() {
            points += weight * &child.points * &own / &child.maximum;
            weights += weight;
        }
    }
    let applies = !weights.is_zero();
    Node {
        self_points: millionths(&(self_points / self_weights)),
        points: if applies {
            millionths(&(points / weights))
        } else {
            whole(0)
        },
        maximum: if applies { own } else { whole(0) },
    }
}

fn leaf_node(leaf: &Value, sent: &BTreeMap<String, Sent>) -> Node {
    let (code, maximum) = (text(leaf, "code"), exact(text(leaf, "maximum")));
    let sent = sent.get(code).cloned().unwrap_or_default();
    let nothing = || Some(whole(0));
    if leaf["source"] != "assessment" {
        let points = sent.entered.as_deref().map_or_else(|| whole(0), exact);
        return Node {
            self_points: whole(0),
            points,
            maximum,
        };
    }
    let declared = sent
        .declared
        .as_ref()
        .map_or_else(nothing, |value| by_rule(leaf, value));
    let decided = match &sent.decision {
        None => nothing(),
        Some(decision) => match text(decision, "verdict") {
            "recognised" => declared.clone(),
            "corrected" => by_rule(leaf, &decision["value"]),
            "points_set" => Some(exact(text(decision, "points"))),
            other => panic!("no verdict: {other}"),
        },
    };
    Node {
        self_points: declared.unwrap_or_else(|| whole(0)),
        maximum: if decided.is_some() { maximum } else { whole(0) },
        points: decided.unwrap_or_else(|| whole(0)),
    }
}

/// The points of a value; none where it says that the indicator does not apply.
fn by_rule(leaf: &Value, value: &Value) -> Option<Exact> {
    let (rule, maximum) = (&leaf["rule"], exact(text(leaf, "maximum")));
    let kind = text(value, "kind");
    if kind == "not_applicable" {
        return None;
    }
    let points = match text(rule, "kind") {
        "choice" => {
            let options = rows(rule, "options");
            let chosen = options.iter().find(|option| option["code"] == value["option"]);
            exact(text(chosen.expect("an option"), "points"))
        }
        "yes_no" => {
            let answer = if value["yes"] == true { "yes" } else { "no" };
            exact(text(rule, answer))
        }
        "appraiser_points" => exact(text(value, "points")),
        "deduction" => {
            let left = maximum - count(value) * exact(text(rule, "per_item"));
            left.max(exact(text(rule, "floor")))
        }
        "count_bands" => in_bands(rule, &count(value)),
        "percentage_bands" => match percent(value) {
            None => exact(text(rule, "zero_denominator")),
            Some(percent) => in_bands(rule, &percent),
        },
        "proportional" => match percent(value) {
            None => exact(text(rule, "zero_denominator")),
            Some(percent) if on_right_side(&rule["floor"], &percent) => {
                millionths(&(percent / whole(100) * maximum))
            }
            Some(_) => whole(0),
        },
        other => panic!("no rule that is declared: {other}"),
    };
    Some(points)
}

fn count(value: &Value) -> Exact {
    whole(value["count"].as_i64().expect("a count"))
}

/// a / b × 100; none where b is 0.
fn percent(value: &Value) -> Option<Exact> {
    let (a, b) = (exact(text(value, "numerator")), exact(text(value, "denominator")));
    (!b.is_zero()).then(|| a / b * whole(100))
}

fn in_bands(rule: &Value, value: &Exact) -> Exact {
    let fitting: Vec<&Value> = rows(rule, "bands")
        .iter()
        .filter(|band| on_right_side(band, value))
        .collect();
    assert_eq!(fitting.len(), 1, "{value} fits {fitting:?} of {rule:#}");
    exact(text(fitting[0], "points"))
}

/// Whether a value keeps every border that is named; `null` names none.
fn on_right_side(borders: &Value, value: &Exact) -> bool {
    let border = |name: &str| borders.get(name).and_then(Value::as_str).map(exact);
    border("from").is_none_or(|from| *value >= from)
        && border("above").is_none_or(|above| *value > above)
        && border("to").is_none_or(|to| *value <= to)
        && border("below").is_none_or(|below| *value < below)
}
