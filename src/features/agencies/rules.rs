//! What a good level, region and agency is, taken each by itself. Pure.

use std::{collections::BTreeSet, fmt::Display};

use super::{
    model::{AgencyDocument, AgencyImport, Level, Region},
    span::{Dated, Span, is_storable, overlaps},
};
use crate::error::{FieldError, Message};

const LEVELS_MAX: usize = 100;
const REGIONS_MAX: usize = 1000;
const AGENCIES_MAX: usize = 20_000;
const ROWS_MAX: usize = 50;
const NAME_LENGTH_MAX: usize = 300;
const SCHEME_LENGTH_MAX: usize = 64;
const VALUE_LENGTH_MAX: usize = 64;
const SOURCE_LENGTH_MAX: usize = 1000;

/// Collects faults, each with its place.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<FieldError>);

impl Faults {
    /// Adds one.
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        code: &str,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.0.push(FieldError::new(pointer, code, Message::new(vi, en)));
    }

    fn text(&mut self, pointer: String, text: &str, length_max: usize) {
        let length = text.chars().count();
        if text.trim().is_empty() || length > length_max {
            self.add(
                pointer,
                "bad_text",
                format!("Cần từ 1 đến {length_max} ký tự."),
                format!("This needs 1 to {length_max} characters."),
            );
        }
    }

    fn optional_text(&mut self, pointer: String, text: Option<&str>, length_max: usize) {
        if let Some(text) = text {
            self.text(pointer, text, length_max);
        }
    }

    fn count(&mut self, pointer: String, count: usize, count_max: usize) {
        if count > count_max {
            self.add(
                pointer,
                "too_many_items",
                format!("Có {count} mục, tối đa {count_max}."),
                format!("There are {count} items; at most {count_max}."),
            );
        }
    }

    fn days(&mut self, base: &str, span: Span) {
        for (name, day) in [("valid_from", span.from), ("valid_to", span.to)] {
            if day.is_some_and(|day| !is_storable(day)) {
                self.add(
                    format!("{base}/{name}"),
                    "bad_date",
                    "Năm phải có bốn chữ số.",
                    "The year must have four digits.",
                );
            }
        }
        if span.is_backward() {
            self.add(
                format!("{base}/valid_to"),
                "backward_dates",
                "valid_to phải bằng hoặc sau valid_from.",
                "valid_to must not lie before valid_from.",
            );
        }
    }

    fn twice<T: Ord + Display>(&mut self, base: &str, field: &str, codes: impl Iterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for (index, code) in codes.enumerate() {
            if seen.contains(&code) {
                self.add(
                    format!("{base}/{index}{field}"),
                    "duplicate_code",
                    format!("Mã {code} đã có ở trên."),
                    format!("The code {code} stands above already."),
                );
            }
            seen.insert(code);
        }
    }
}

/// The faults of a document that show without looking at anything else.
pub fn check_document(document: &AgencyImport) -> Faults {
    let mut faults = Faults::default();
    faults.count("/levels".into(), document.levels.len(), LEVELS_MAX);
    faults.count("/regions".into(), document.regions.len(), REGIONS_MAX);
    faults.count("/agencies".into(), document.agencies.len(), AGENCIES_MAX);
    for (index, level) in document.levels.iter().enumerate() {
        check_level(&mut faults, &format!("/levels/{index}"), level);
    }
    for (index, region) in document.regions.iter().enumerate() {
        check_region(&mut faults, &format!("/regions/{index}"), region);
    }
    faults.twice(
        "/levels",
        "/code",
        document.levels.iter().map(|level| &level.code),
    );
    faults.twice(
        "/regions",
        "/code",
        document.regions.iter().map(|region| &region.code),
    );
    faults.twice(
        "/agencies",
        "/code",
        document.agencies.iter().map(|agency| &agency.code),
    );
    for (index, agency) in document.agencies.iter().enumerate() {
        check_agency(&mut faults, &format!("/agencies/{index}"), agency);
    }
    faults
}

/// Whether a list is longer than its limit.
pub fn is_oversized(document: &AgencyImport) -> bool {
    document.levels.len() > LEVELS_MAX
        || document.regions.len() > REGIONS_MAX
        || document.agencies.len() > AGENCIES_MAX
        || document.agencies.iter().any(|agency| {
            [
                agency.names.len(),
                agency.parents.len(),
                agency.regions.len(),
                agency.identifiers.len(),
                agency.successors.len(),
            ]
            .into_iter()
            .any(|rows| rows > ROWS_MAX)
        })
}

fn check_level(faults: &mut Faults, base: &str, level: &Level) {
    faults.text(format!("{base}/name_vi"), &level.name_vi, NAME_LENGTH_MAX);
    faults.optional_text(
        format!("{base}/name_en"),
        level.name_en.as_deref(),
        NAME_LENGTH_MAX,
    );
}

fn check_region(faults: &mut Faults, base: &str, region: &Region) {
    faults.text(format!("{base}/scheme"), &region.scheme, SCHEME_LENGTH_MAX);
    faults.text(format!("{base}/name_vi"), &region.name_vi, NAME_LENGTH_MAX);
    faults.optional_text(
        format!("{base}/name_en"),
        region.name_en.as_deref(),
        NAME_LENGTH_MAX,
    );
}

/// The faults of one agency that show without looking at another.
pub fn check_agency(faults: &mut Faults, base: &str, agency: &AgencyDocument) {
    faults.days(base, agency.span());
    if agency.names.is_empty() {
        faults.add(
            format!("{base}/names"),
            "no_name",
            "Cần ít nhất một tên.",
            "At least one name is needed.",
        );
    }
    for (index, name) in agency.names.iter().enumerate() {
        let at = format!("{base}/names/{index}");
        faults.text(format!("{at}/name_vi"), &name.name_vi, NAME_LENGTH_MAX);
        faults.optional_text(format!("{at}/name_en"), name.name_en.as_deref(), NAME_LENGTH_MAX);
    }
    for (index, identifier) in agency.identifiers.iter().enumerate() {
        let at = format!("{base}/identifiers/{index}");
        faults.text(format!("{at}/scheme"), &identifier.scheme, SCHEME_LENGTH_MAX);
        faults.text(format!("{at}/value"), &identifier.value, VALUE_LENGTH_MAX);
        faults.optional_text(
            format!("{at}/source"),
            identifier.source.as_deref(),
            SOURCE_LENGTH_MAX,
        );
    }
    let whole = agency.span();
    check_rows(faults, &format!("{base}/names"), &agency.names, whole, |_, _| {
        true
    });
    check_rows(
        faults,
        &format!("{base}/parents"),
        &agency.parents,
        whole,
        |_, _| true,
    );
    check_rows(
        faults,
        &format!("{base}/regions"),
        &agency.regions,
        whole,
        |_, _| true,
    );
    check_rows(
        faults,
        &format!("{base}/identifiers"),
        &agency.identifiers,
        whole,
        |a, b| a.scheme == b.scheme,
    );
    let successors = format!("{base}/successors");
    faults.count(successors.clone(), agency.successors.len(), ROWS_MAX);
    faults.twice(&successors, "", agency.successors.iter());
    if !agency.successors.is_empty() && agency.valid_to.is_none() {
        faults.add(
            format!("{base}/valid_to"),
            "successors_without_end",
            "Cơ quan có cơ quan kế thừa thì phải có ngày kết thúc valid_to.",
            "An agency with successors has a last day: give valid_to.",
        );
    }
}

/// Dated rows of one kind: each forward, within the agency's own days, and no two alike on one day.
fn check_rows<T: Dated>(
    faults: &mut Faults,
    base: &str,
    rows: &[T],
    whole: Span,
    alike: impl Fn(&T, &T) -> bool,
) {
    faults.count(base.to_owned(), rows.len(), ROWS_MAX);
    if rows.len() > ROWS_MAX {
        return;
    }
    for (index, row) in rows.iter().enumerate() {
        let at = format!("{base}/{index}");
        faults.days(&at, row.span());
        if !whole.is_backward() && !whole.surrounds(row.span()) {
            faults.add(
                at,
                "outside_validity",
                "Thời gian hiệu lực phải nằm trong thời gian tồn tại của cơ quan.",
                "These days must lie within the days of the agency itself.",
            );
        }
    }
    for (earlier, later) in overlaps(rows, alike) {
        faults.add(
            format!("{base}/{later}"),
            "overlapping_dates",
            format!("Thời gian hiệu lực trùng với mục {earlier} cùng loại."),
            format!("These days overlap those of item {earlier} of the same kind."),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agency(json: serde_json::Value) -> AgencyDocument {
        serde_json::from_value(json).unwrap()
    }

    fn codes(agency: &AgencyDocument) -> Vec<(String, String)> {
        let mut faults = Faults::default();
        check_agency(&mut faults, "", agency);
        faults
            .0
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect()
    }

    fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn a_new_name_follows_the_old_one() {
        let mut hue = agency(
            serde_json::json!({"code": "thua-thien-hue", "level": "province", "names": [
            {"name_vi": "Thừa Thiên Huế", "valid_to": "2024-12-31"}, {"name_vi": "Thành phố Huế", "valid_from": "2025-01-01"}]}),
        );
        assert!(codes(&hue).is_empty());
        hue.names[0].valid_to = "2025-01-01".parse().ok();
        assert_eq!(codes(&hue), one("/names/1", "overlapping_dates"));
        hue.names.clear();
        assert_eq!(codes(&hue), one("/names", "no_name"));
    }

    #[test]
    fn one_identifier_of_each_scheme_at_a_time() {
        let base = serde_json::json!({"code": "a", "level": "province", "names": [{"name_vi": "A"}],
            "identifiers": [{"scheme": "gso", "value": "1"}, {"scheme": "qcvn-102", "value": "H01"}]});
        let mut agency = agency(base);
        assert!(codes(&agency).is_empty());
        agency.identifiers[1].scheme = "gso".into();
        assert_eq!(codes(&agency), one("/identifiers/1", "overlapping_dates"));
    }

    #[test]
    fn days_run_forward_within_the_agencys_own() {
        let bad = agency(
            serde_json::json!({"code": "a", "level": "province", "valid_to": "2025-06-30",
            "names": [{"name_vi": "A", "valid_from": "2025-07-01"}],
            "regions": [{"region": "rrd", "valid_from": "2020-01-02", "valid_to": "2020-01-01"}]}),
        );
        assert_eq!(
            codes(&bad),
            [
                ("/names/0".to_owned(), "outside_validity".to_owned()),
                ("/regions/0/valid_to".to_owned(), "backward_dates".to_owned()),
            ]
        );
    }

    #[test]
    fn who_is_succeeded_has_ended() {
        let bad = agency(
            serde_json::json!({"code": "a", "level": "province", "names": [{"name_vi": "A"}],
            "successors": ["b", "b"]}),
        );
        assert_eq!(
            codes(&bad),
            [
                ("/successors/1".to_owned(), "duplicate_code".to_owned()),
                ("/valid_to".to_owned(), "successors_without_end".to_owned()),
            ]
        );
    }

    #[test]
    fn a_code_stands_once_in_a_document() {
        let level = serde_json::json!({"code": "ministry", "name_vi": "Bộ", "order": 1});
        let document: AgencyImport =
            serde_json::from_value(serde_json::json!({"levels": [level, level]})).unwrap();
        let faults = check_document(&document).0;
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].pointer, "/levels/1/code");
    }
}
