//! Filled-in forms, from dice: every rule kind, borders on purpose, what does not apply, what was left out, and every
//! kind of decision.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    dice::Dice,
    exact::{exact, printed, whole},
    play::{rows, text},
    reference::{Reference, Sent, Sheet},
};

/// How an agency fills in its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// The best of everything, all recognised.
    Best,
    /// Nothing declared; the bodies set 0 everywhere.
    Empty,
    /// Good so often in a hundred, else as the dice fall.
    Mixed(u64),
}

/// How often something came up, by name: the proof that a test met what it claims to.
pub type Tally = BTreeMap<String, usize>;

/// Fills in forms of one criteria set.
pub struct Forms<'a> {
    set: &'a Value,
    dice: Dice,
    /// What came up so far.
    pub tally: Tally,
}

impl<'a> Forms<'a> {
    /// Forms of a set, from dice with this seed.
    pub fn new(set: &'a Value, seed: u64) -> Self {
        Self {
            set,
            dice: Dice::new(seed),
            tally: Tally::new(),
        }
    }

    fn count(&mut self, what: &str) {
        *self.tally.entry(what.to_owned()).or_default() += 1;
    }

    /// One agency's form, what the bodies decide on it, survey points, bonus and penalty.
    pub fn fill(&mut self, habit: Habit) -> Sheet {
        let leaves = Reference::new(self.set).leaves();
        let indicators = leaves
            .into_iter()
            .map(|leaf| {
                let sent = if leaf["source"] == "assessment" {
                    self.assessed(leaf, habit)
                } else {
                    self.entered(leaf, habit)
                };
                (text(leaf, "code").to_owned(), sent)
            })
            .collect();
        Sheet {
            indicators,
            adjustments: self.adjustments(habit),
        }
    }

    fn entered(&mut self, leaf: &Value, habit: Habit) -> Sent {
        let maximum = exact(text(leaf, "maximum"));
        let points = match habit {
            Habit::Best => maximum,
            Habit::Empty => whole(0),
            Habit::Mixed(_) => {
                // Six decimals: survey points are means of answers, not round numbers.
                let millionth = i64::try_from(self.dice.below(1_000_001)).expect("a share");
                maximum * whole(millionth) / whole(1_000_000)
            }
        };
        self.count("entered");
        let points = super::exact::millionths(&points);
        Sent {
            entered: Some(printed(&points, 6)),
            ..Sent::default()
        }
    }

    fn assessed(&mut self, leaf: &Value, habit: Habit) -> Sent {
        let Habit::Mixed(good) = habit else {
            return Self::plain(leaf, habit);
        };
        let may_not_apply = leaf["not_applicable_allowed"] == true;
        let declared = if self.dice.percent(4) {
            None
        } else if may_not_apply && self.dice.percent(35) {
            Some(json!({"kind": "not_applicable"}))
        } else if self.dice.percent(good) {
            Some(best(leaf))
        } else {
            Some(self.value(leaf))
        };
        let roll = self.dice.below(100);
        let decision = if declared.is_some() && roll < 60 {
            json!({"verdict": "recognised"})
        } else if roll < 80 {
            let value = if may_not_apply && self.dice.percent(40) {
                json!({"kind": "not_applicable"})
            } else {
                self.value(leaf)
            };
            json!({"verdict": "corrected", "value": value})
        } else {
            json!({"verdict": "points_set", "points": self.some_points(leaf)})
        };
        self.note(leaf, declared.as_ref(), &decision);
        Sent {
            declared,
            decision: Some(decision),
            entered: None,
        }
    }

    fn plain(leaf: &Value, habit: Habit) -> Sent {
        let (declared, decision) = match habit {
            Habit::Best => (Some(best(leaf)), json!({"verdict": "recognised"})),
            _ => (None, json!({"verdict": "points_set", "points": "0"})),
        };
        Sent {
            declared,
            decision: Some(decision),
            entered: None,
        }
    }

    fn note(&mut self, leaf: &Value, declared: Option<&Value>, decision: &Value) {
        let verdict = text(decision, "verdict");
        let declared = declared.map_or("nothing", |value| text(value, "kind"));
        self.count(&format!("{} {verdict}", text(&leaf["rule"], "kind")));
        self.count(&format!("{declared} declared, {verdict}"));
        if decision["value"]["kind"] == "not_applicable" {
            self.count("corrected to not applicable");
        }
    }

    /// Points that an appraiser may set, in steps.
    fn some_points(&mut self, leaf: &Value) -> String {
        let step = exact(leaf["rule"]["step"].as_str().unwrap_or("0.01"));
        let steps = (exact(text(leaf, "maximum")) / &step).to_integer();
        let steps: u64 = steps.try_into().expect("steps");
        let taken = i64::try_from(self.dice.below(steps + 1)).expect("steps");
        printed(&(step * whole(taken)), 2)
    }

    /// Any value that the rule takes.
    fn value(&mut self, leaf: &Value) -> Value {
        let rule = &leaf["rule"];
        match text(rule, "kind") {
            "choice" => {
                let chosen = self.dice.pick(rows(rule, "options"));
                json!({"kind": "option", "option": chosen["code"]})
            }
            "yes_no" => json!({"kind": "yes_no", "yes": self.dice.percent(50)}),
            "deduction" => json!({"kind": "count", "count": self.dice.below(8)}),
            "count_bands" => {
                let border = self.border(rows(rule, "bands"));
                let near = border.saturating_sub(1) + self.dice.below(3);
                self.count("count at a border");
                json!({"kind": "count", "count": near})
            }
            "appraiser_points" => json!({"kind": "points", "points": self.some_points(leaf)}),
            _ => self.ratio(rule),
        }
    }

    /// One of the borders of bands, or of a floor.
    fn border(&mut self, bands: &[Value]) -> u64 {
        let named: Vec<&str> = bands
            .iter()
            .flat_map(|band| ["from", "above", "to", "below"].map(|name| band[name].as_str()))
            .flatten()
            .collect();
        if named.is_empty() {
            return 50;
        }
        self.dice.pick(&named).parse().expect("a whole border")
    }

    /// On a border, a hair above it, a hair below it, of nothing at all, or anywhere.
    fn ratio(&mut self, rule: &Value) -> Value {
        let floor = [rule["floor"].clone()];
        let bands = rule["bands"].as_array().map_or(&floor[..], Vec::as_slice);
        let border = self.border(bands);
        let times = 1 + self.dice.below(40);
        let (a, b) = (border * times, 100 * times);
        let (what, a, b) = match self.dice.below(6) {
            0 if rule["zero_denominator"].is_string() => ("zero denominator", "0".to_owned(), 0),
            1 => ("on a border", a.to_string(), b),
            2 if a < b => ("a hair above a border", format!("{a}.000001"), b),
            3 if a > 0 => ("a hair below a border", format!("{}.999999", a - 1), b),
            _ => {
                let b = 1 + self.dice.below(997);
                ("anywhere", self.dice.below(b + 1).to_string(), b)
            }
        };
        self.count(what);
        json!({"kind": "ratio", "numerator": a, "denominator": b.to_string()})
    }

    fn adjustments(&mut self, habit: Habit) -> BTreeMap<String, String> {
        let mut given = BTreeMap::new();
        for item in rows(&self.set["adjustments"], "items") {
            let (step, cap) = (exact(text(item, "step")), exact(text(item, "cap")));
            let amount = match (habit, text(item, "kind")) {
                (Habit::Best, "bonus") | (Habit::Empty, "penalty") => cap,
                (Habit::Mixed(_), _) if self.dice.percent(35) => {
                    let steps: u64 = (cap / &step).to_integer().try_into().expect("steps");
                    step * whole(1 + i64::try_from(self.dice.below(steps)).expect("steps"))
                }
                _ => continue,
            };
            self.count(text(item, "kind"));
            given.insert(text(item, "code").to_owned(), printed(&amount, 1));
        }
        given
    }
}

/// A value that reaches the maximum.
fn best(leaf: &Value) -> Value {
    let rule = &leaf["rule"];
    match text(rule, "kind") {
        "choice" => {
            let maximum = exact(text(leaf, "maximum"));
            let full = |option: &&Value| exact(text(option, "points")) == maximum;
            let option = rows(rule, "options").iter().find(full).expect("a best option");
            json!({"kind": "option", "option": option["code"]})
        }
        "yes_no" => json!({"kind": "yes_no", "yes": true}),
        "deduction" => json!({"kind": "count", "count": 0}),
        "count_bands" => json!({"kind": "count", "count": 100}),
        "appraiser_points" => json!({"kind": "points", "points": leaf["maximum"]}),
        _ => json!({"kind": "ratio", "numerator": "365", "denominator": "365"}),
    }
}
