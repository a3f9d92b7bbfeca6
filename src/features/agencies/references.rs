//! What agencies say of each other: levels, regions, parents, successors. Pure; what the database knows is handed in.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    model::{AgencyDocument, AgencyParent},
    rules::Faults,
    span::{Dated, Span, overlaps},
};
use crate::ids::{AgencyCode, LevelCode, RegionCode};

/// How deep the tree may be: as deep as grants «and those below» are followed (`access`).
pub const DEPTH_MAX: usize = 10;

const ENDED_BEFORE: &str = "successor_ended_before";

/// What is known besides the agencies that are checked.
#[derive(Debug, Default)]
pub struct Known {
    /// Every level there will be.
    pub levels: BTreeSet<LevelCode>,
    /// Every region there will be.
    pub regions: BTreeSet<RegionCode>,
    /// The days of other agencies that are named.
    pub agencies: BTreeMap<AgencyCode, Span>,
    /// The parents of other agencies, as far as they lie above the checked ones.
    pub parents: BTreeMap<AgencyCode, Vec<AgencyParent>>,
    /// Other agencies that name a checked one as their successor.
    pub predecessors: Vec<(AgencyCode, AgencyCode)>,
}

/// The agencies to check, each with its place in the document, and what is known besides.
pub struct References<'a> {
    places: Vec<(String, &'a AgencyDocument)>,
    checked: BTreeMap<&'a AgencyCode, usize>,
    known: &'a Known,
}

impl<'a> References<'a> {
    /// References of agencies, each with the pointer to it.
    pub fn new(places: Vec<(String, &'a AgencyDocument)>, known: &'a Known) -> Self {
        Self {
            checked: (0..)
                .zip(&places)
                .map(|(index, (_, agency))| (&agency.code, index))
                .collect(),
            places,
            known,
        }
    }

    /// Adds every fault.
    pub fn check(&self, faults: &mut Faults) {
        for (base, agency) in &self.places {
            self.check_level_and_regions(faults, base, agency);
            self.check_parents(faults, base, agency);
            for (index, code) in agency.successors.iter().enumerate() {
                self.check_successor(faults, &format!("{base}/successors/{index}"), agency, code);
            }
        }
        self.check_known_predecessors(faults);
    }

    fn checked(&self, code: &AgencyCode) -> Option<&(String, &'a AgencyDocument)> {
        self.places.get(*self.checked.get(code)?)
    }

    fn span_of(&self, code: &AgencyCode) -> Option<Span> {
        self.checked(code)
            .map(|(_, agency)| agency.span())
            .or_else(|| self.known.agencies.get(code).copied())
    }

    fn parents_of(&self, code: &AgencyCode) -> &[AgencyParent] {
        match self.checked(code) {
            // With two parents at a time the walk could grow without end; the overlap is named anyway.
            Some((_, agency)) if overlaps(&agency.parents, |_, _| true).is_empty() => &agency.parents,
            Some(_) => &[],
            None => self.known.parents.get(code).map_or(&[], Vec::as_slice),
        }
    }

    fn check_level_and_regions(&self, faults: &mut Faults, base: &str, agency: &AgencyDocument) {
        if !self.known.levels.contains(&agency.level) {
            faults.add(
                format!("{base}/level"),
                "unknown_level",
                format!("Không có cấp {}.", agency.level),
                format!("There is no level {}.", agency.level),
            );
        }
        for (index, row) in agency.regions.iter().enumerate() {
            if !self.known.regions.contains(&row.region) {
                faults.add(
                    format!("{base}/regions/{index}/region"),
                    "unknown_region",
                    format!("Không có vùng {}.", row.region),
                    format!("There is no region {}.", row.region),
                );
            }
        }
    }

    fn check_parents(&self, faults: &mut Faults, base: &str, agency: &AgencyDocument) {
        for (index, row) in agency.parents.iter().enumerate() {
            let at = format!("{base}/parents/{index}/parent");
            if self.span_of(&row.parent).is_none() {
                unknown_agency(faults, at, &row.parent);
                continue;
            }
            let days = agency.span().intersection(row.span()).unwrap_or(row.span());
            match self.walk_up(&agency.code, &row.parent, days) {
                Walk::Ends => {}
                Walk::ComesBack => faults.add(
                    at,
                    "parent_cycle",
                    format!("{} sẽ là cấp trên của chính nó.", agency.code),
                    format!("{} would stand above itself.", agency.code),
                ),
                Walk::TooDeep => faults.add(
                    at,
                    "tree_too_deep",
                    format!("Tối đa {DEPTH_MAX} cấp trên."),
                    format!("At most {DEPTH_MAX} agencies stand above one another."),
                ),
            }
        }
    }

    /// Follows parents upwards through the days on which all links hold at once.
    fn walk_up(&self, start: &AgencyCode, parent: &AgencyCode, days: Span) -> Walk {
        let mut open = vec![(parent, days, 1_usize)];
        while let Some((code, days, depth)) = open.pop() {
            if code == start {
                return Walk::ComesBack;
            }
            if depth > DEPTH_MAX {
                return Walk::TooDeep;
            }
            open.extend(
                self.parents_of(code)
                    .iter()
                    .filter_map(|row| Some((&row.parent, days.intersection(row.span())?, depth + 1))),
            );
        }
        Walk::Ends
    }

    fn check_successor(&self, faults: &mut Faults, at: &str, agency: &AgencyDocument, code: &AgencyCode) {
        let Some(after) = self.span_of(code) else {
            unknown_agency(faults, at.to_owned(), code);
            return;
        };
        if let Some((fault, vi, en)) = succession_fault(&agency.code, agency.span(), code, after) {
            faults.add(at, fault, vi, en);
        }
    }

    fn check_known_predecessors(&self, faults: &mut Faults) {
        for (before, after) in &self.known.predecessors {
            let (Some((base, agency)), Some(span)) = (self.checked(after), self.known.agencies.get(before))
            else {
                continue;
            };
            if let Some((fault, vi, en)) = succession_fault(before, *span, after, agency.span()) {
                let end = if fault == ENDED_BEFORE {
                    "valid_to"
                } else {
                    "valid_from"
                };
                faults.add(format!("{base}/{end}"), fault, vi, en);
            }
        }
    }
}

enum Walk {
    Ends,
    ComesBack,
    TooDeep,
}

fn unknown_agency(faults: &mut Faults, at: String, code: &AgencyCode) {
    faults.add(
        at,
        "unknown_agency",
        format!("Không có cơ quan {code}."),
        format!("There is no agency {code}."),
    );
}

/// What is wrong with one agency taking another's place.
///
/// A dated successor begins after the predecessor's last day: a merged province is a new agency. One without a first
/// day was there all along and took the other in. Either way it outlives it, so successions never run in a circle.
fn succession_fault(
    before: &AgencyCode,
    ended: Span,
    after: &AgencyCode,
    follows: Span,
) -> Option<(&'static str, String, String)> {
    if before == after {
        return Some((
            "own_successor",
            format!("{before} không thể kế thừa chính nó."),
            format!("{before} can't succeed itself."),
        ));
    }
    // Without a last day of the predecessor that fault is named instead.
    let end = ended.to?;
    if follows.from.is_some_and(|from| from <= end) {
        return Some((
            "successor_too_early",
            format!("{after} bắt đầu trước khi {before} kết thúc ({end})."),
            format!("{after} begins before {before} ends ({end})."),
        ));
    }
    follows.to.is_some_and(|to| to <= end).then(|| {
        (
            ENDED_BEFORE,
            format!("{after} kết thúc không muộn hơn {before} ({end})."),
            format!("{after} ends no later than {before} ({end})."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agencies(json: serde_json::Value) -> Vec<AgencyDocument> {
        serde_json::from_value(json).unwrap()
    }

    fn faults(agencies: &[AgencyDocument], known: &Known) -> Vec<(String, String)> {
        let places = agencies
            .iter()
            .enumerate()
            .map(|(index, agency)| (format!("/{index}"), agency))
            .collect();
        let mut faults = Faults::default();
        References::new(places, known).check(&mut faults);
        faults
            .0
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect()
    }

    fn known() -> Known {
        Known {
            levels: [LevelCode::parse("province").unwrap()].into(),
            ..Known::default()
        }
    }

    fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn references_may_point_forward_but_not_nowhere() {
        let names = serde_json::json!([{"name_vi": "X"}]);
        let good = agencies(serde_json::json!([
            {"code": "a", "level": "province", "names": names, "parents": [{"parent": "b"}]},
            {"code": "b", "level": "province", "names": names}]));
        assert!(faults(&good, &known()).is_empty());
        let bad = agencies(serde_json::json!([
            {"code": "a", "level": "x", "names": names, "parents": [{"parent": "c"}], "regions": [{"region": "r"}]}]));
        let found: Vec<String> = faults(&bad, &known()).into_iter().map(|(at, _)| at).collect();
        assert_eq!(found, ["/0/level", "/0/regions/0/region", "/0/parents/0/parent"]);
    }

    #[test]
    fn two_may_change_places_but_not_stand_above_each_other() {
        let names = serde_json::json!([{"name_vi": "X"}]);
        let turn = |from: &str| {
            agencies(serde_json::json!([
                {"code": "a", "level": "province", "names": names, "parents": [{"parent": "b", "valid_to": "2020-12-31"}]},
                {"code": "b", "level": "province", "names": names, "parents": [{"parent": "a", "valid_from": from}]}]))
        };
        assert!(faults(&turn("2021-01-01"), &known()).is_empty());
        assert_eq!(
            faults(&turn("2020-12-31"), &known()),
            [
                ("/0/parents/0/parent".to_owned(), "parent_cycle".to_owned()),
                ("/1/parents/0/parent".to_owned(), "parent_cycle".to_owned())
            ]
        );
    }

    #[test]
    fn a_cycle_through_what_is_kept_already_is_found() {
        let code = |text| AgencyCode::parse(text).unwrap();
        let mut known = known();
        known.agencies.insert(code("b"), Span::default());
        let row = serde_json::from_value(serde_json::json!({"parent": "a"})).unwrap();
        known.parents.insert(code("b"), vec![row]);
        let bad = agencies(serde_json::json!([
            {"code": "a", "level": "province", "names": [], "parents": [{"parent": "b"}]}]));
        assert_eq!(faults(&bad, &known), one("/0/parents/0/parent", "parent_cycle"));
    }

    #[test]
    fn a_successor_begins_after_the_end() {
        let pair = |from: serde_json::Value| {
            agencies(serde_json::json!([
                {"code": "yen-bai", "level": "province", "names": [], "valid_to": "2025-06-30", "successors": ["lao-cai-2025"]},
                {"code": "lao-cai-2025", "level": "province", "names": [], "valid_from": from}]))
        };
        assert!(faults(&pair("2025-07-01".into()), &known()).is_empty());
        // It was there all along and took the other in.
        assert!(faults(&pair(serde_json::Value::Null), &known()).is_empty());
        assert_eq!(
            faults(&pair("2025-06-30".into()), &known()),
            one("/0/successors/0", "successor_too_early")
        );
    }
}
