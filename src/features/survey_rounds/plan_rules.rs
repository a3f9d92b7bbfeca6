//! What a good sample plan is, and how many are asked. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    body_model::{NewStratum, SamplePlanBody},
    model::{SampleAllocation, Sizing},
    rules::{check_text, fault},
};
use crate::{
    error::FieldError,
    ids::AgencyCode,
    scoring::Quantity,
    survey::{Allocation, allocate, sample_size},
};

/// Strata of one plan.
const STRATA_MAX: usize = 20_000;
/// The error of 5 %, in millionths.
pub const ERROR_MICRO_DEFAULT: i64 = 50_000;
const ERROR_MICRO_MAX: i64 = 500_000;
const POPULATION_MAX: i64 = 1_000_000_000;
/// More of a stratum are not drawn: a list of them is one answer.
const SIZE_MAX: i64 = 100_000;
const NAME_LENGTH_MAX: usize = 300;

/// The head of a sample plan, with what was left out filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanHead {
    /// Whether results are weighted.
    pub weighted: bool,
    /// The error, in millionths.
    pub error_micro: i64,
    /// For what n is made large enough.
    pub sizing: Sizing,
    /// How it is spread.
    pub allocation: SampleAllocation,
    /// The size that is given for the whole.
    pub total_size: Option<i64>,
}

/// The head of a plan, with its faults.
pub fn read_head(body: &SamplePlanBody) -> (PlanHead, Vec<FieldError>) {
    let head = PlanHead {
        weighted: body.weighted,
        error_micro: body.error.map_or(ERROR_MICRO_DEFAULT, Quantity::micro),
        sizing: body.sizing.unwrap_or(Sizing::Agency),
        allocation: body.allocation.unwrap_or(SampleAllocation::Proportional),
        total_size: body.total_size,
    };
    let mut faults = Vec::new();
    if !(1..=ERROR_MICRO_MAX).contains(&head.error_micro) {
        faults.push(fault(
            "/error",
            "error_out_of_range",
            "Sai số lớn hơn 0 và không quá 0.5 (50 %).",
            "The error is above 0 and at most 0.5 (50 %).",
        ));
    }
    if let Some(total) = head.total_size {
        if head.sizing != Sizing::Given {
            faults.push(fault(
                "/total_size",
                "size_not_given",
                "Chỉ nêu total_size khi sizing là given; nếu không, cỡ mẫu được tính.",
                "total_size stands only where sizing is given; otherwise the size is worked out.",
            ));
        }
        if total < 1 {
            faults.push(fault(
                "/total_size",
                "size_out_of_range",
                "Cỡ mẫu từ 1.",
                "A sample has at least 1.",
            ));
        }
    }
    if body.strata.is_empty() || body.strata.len() > STRATA_MAX {
        faults.push(fault(
            "/strata",
            "bad_count",
            "Kế hoạch có từ 1 đến 20.000 tầng.",
            "A plan has 1 to 20,000 strata.",
        ));
    }
    (head, faults)
}

/// The faults of strata, each with its place in the list, every one.
pub fn check_strata(
    head: &PlanHead,
    strata: &[(usize, NewStratum)],
    agencies: &BTreeSet<AgencyCode>,
) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let names_sizes = head.sizing == Sizing::Given && head.total_size.is_none();
    for (index, stratum) in strata {
        let at = |part: &str| format!("/strata/{index}/{part}");
        let code = &stratum.code;
        if !seen.insert(code) {
            faults.push(fault(
                at("code"),
                "duplicate_item",
                format!("{code} đã có ở trên."),
                format!("{code} stands above already."),
            ));
        }
        for (part, text) in [
            ("name_vi", Some(stratum.name_vi.as_str())),
            ("name_en", stratum.name_en.as_deref()),
            ("service_field", stratum.service_field.as_deref()),
        ] {
            faults.extend(check_text(&at(part), text, NAME_LENGTH_MAX));
        }
        if !agencies.contains(&stratum.agency) {
            faults.push(fault(
                at("agency"),
                "unknown_agency",
                format!("{code}: không có cơ quan {}.", stratum.agency),
                format!("{code}: there is no agency {}.", stratum.agency),
            ));
        }
        if !(1..=POPULATION_MAX).contains(&stratum.population) {
            faults.push(fault(
                at("population"),
                "population_out_of_range",
                format!("{code}: số người từ 1 đến 1.000.000.000."),
                format!("{code}: a population is from 1 to 1,000,000,000."),
            ));
        }
        faults.extend(check_size(&at("sample_size"), stratum, names_sizes));
    }
    faults
}

fn check_size(pointer: &str, stratum: &NewStratum, names_sizes: bool) -> Option<FieldError> {
    let code = &stratum.code;
    match (stratum.sample_size, names_sizes) {
        (None, true) => Some(fault(
            pointer,
            "size_missing",
            format!("{code}: thiếu cỡ mẫu (sizing là given mà không có total_size)."),
            format!("{code}: the size is missing (sizing is given, and there is no total_size)."),
        )),
        (Some(_), false) => Some(fault(
            pointer,
            "size_not_given",
            format!("{code}: cỡ mẫu được tính; bỏ sample_size, hoặc chọn sizing là given."),
            format!("{code}: the size is worked out; leave sample_size out, or choose given as sizing."),
        )),
        (Some(size), true) if size < 0 || size > stratum.population => Some(fault(
            pointer,
            "size_out_of_range",
            format!("{code}: cỡ mẫu từ 0 đến số người của tầng."),
            format!("{code}: a size is from 0 to the population of the stratum."),
        )),
        _ => None,
    }
}

/// How many are asked of each stratum, in their order.
pub fn sizes(head: &PlanHead, strata: &[(usize, NewStratum)]) -> Vec<i64> {
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let error = u32::try_from(head.error_micro).unwrap_or(u32::MAX);
    let how = match head.allocation {
        SampleAllocation::Proportional => Allocation::Proportional,
        SampleAllocation::Equal => Allocation::Equal,
    };
    let populations: Vec<u64> = strata.iter().map(|(_, one)| count(one.population)).collect();
    let all = populations.iter().sum();
    let sizes: Vec<u64> = match head.sizing {
        Sizing::Round => allocate(how, sample_size(all, error), &populations),
        Sizing::Stratum => populations.iter().map(|one| sample_size(*one, error)).collect(),
        Sizing::Agency => by_agency(strata, &populations, how, error),
        Sizing::Given => match head.total_size {
            Some(total) => allocate(how, count(total), &populations),
            None => strata
                .iter()
                .map(|(_, one)| count(one.sample_size.unwrap_or(0)))
                .collect(),
        },
    };
    sizes
        .into_iter()
        .map(|size| i64::try_from(size).unwrap_or(i64::MAX))
        .collect()
}

fn by_agency(strata: &[(usize, NewStratum)], populations: &[u64], how: Allocation, error: u32) -> Vec<u64> {
    let mut groups: BTreeMap<&AgencyCode, Vec<usize>> = BTreeMap::new();
    for (place, (_, stratum)) in strata.iter().enumerate() {
        groups.entry(&stratum.agency).or_default().push(place);
    }
    let mut sizes = vec![0; strata.len()];
    for places in groups.values() {
        let own: Vec<u64> = places
            .iter()
            .filter_map(|place| populations.get(*place).copied())
            .collect();
        let spread = allocate(how, sample_size(own.iter().sum(), error), &own);
        for (place, size) in places.iter().zip(spread) {
            if let Some(slot) = sizes.get_mut(*place) {
                *slot = size;
            }
        }
    }
    sizes
}

/// The faults of sizes that can't be drawn.
pub fn check_sizes(strata: &[(usize, NewStratum)], sizes: &[i64]) -> Vec<FieldError> {
    strata
        .iter()
        .zip(sizes)
        .filter(|(_, size)| **size > SIZE_MAX)
        .map(|((index, stratum), size)| {
            fault(
                format!("/strata/{index}/population"),
                "size_too_large",
                format!("{}: cỡ mẫu {size} vượt {SIZE_MAX}; chia nhỏ tầng.", stratum.code),
                format!(
                    "{}: a size of {size} is above {SIZE_MAX}; divide the stratum.",
                    stratum.code
                ),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::StratumCode;

    fn stratum(code: &str, agency: &str, population: i64) -> NewStratum {
        NewStratum {
            code: StratumCode::parse(code).unwrap(),
            name_vi: code.into(),
            name_en: None,
            agency: AgencyCode::parse(agency).unwrap(),
            service_field: None,
            population,
            sample_size: None,
        }
    }

    fn head(sizing: Sizing, allocation: SampleAllocation, total_size: Option<i64>) -> PlanHead {
        PlanHead {
            weighted: true,
            error_micro: ERROR_MICRO_DEFAULT,
            sizing,
            allocation,
            total_size,
        }
    }

    #[test]
    fn each_whole_has_its_size() {
        use SampleAllocation::{Equal, Proportional};
        let strata: Vec<_> = [("a", "moj", 300), ("b", "moj", 100), ("c", "mof", 400)]
            .map(|(code, agency, population)| stratum(code, agency, population))
            .into_iter()
            .enumerate()
            .collect();
        let of = |sizing, allocation, total| sizes(&head(sizing, allocation, total), &strata);
        // 400 people and an error of 5 % give 200.
        assert_eq!(of(Sizing::Agency, Proportional, None), [150, 50, 200]);
        assert_eq!(of(Sizing::Agency, Equal, None), [100, 100, 200]);
        assert_eq!(of(Sizing::Stratum, Proportional, None), [172, 80, 200]);
        // 800 / (1 + 800 · 0.0025) = 266.67; of 267 the shares are 100.125, 33.375 and 133.5.
        assert_eq!(of(Sizing::Round, Proportional, None), [100, 33, 134]);
        assert_eq!(of(Sizing::Given, Equal, Some(30)), [10, 10, 10]);
        assert_eq!(of(Sizing::Given, Equal, Some(9_999)), [300, 100, 400]);
    }

    #[test]
    fn every_bad_stratum_is_named() {
        let mut sized = stratum("a", "moj", 0);
        sized.sample_size = Some(1);
        let mut nameless = stratum("b", "nobody", 5);
        nameless.name_vi = " ".into();
        let strata: Vec<_> = [sized, nameless, stratum("b", "moj", 5)]
            .into_iter()
            .enumerate()
            .collect();
        let agencies = [AgencyCode::parse("moj").unwrap()].into();
        let told = |head: &PlanHead| -> Vec<String> {
            check_strata(head, &strata, &agencies)
                .into_iter()
                .map(|fault| format!("{} {}", fault.pointer, fault.code))
                .collect()
        };
        let worked_out = head(Sizing::Agency, SampleAllocation::Equal, None);
        assert_eq!(
            told(&worked_out),
            [
                "/strata/0/population population_out_of_range",
                "/strata/0/sample_size size_not_given",
                "/strata/1/name_vi bad_text",
                "/strata/1/agency unknown_agency",
                "/strata/2/code duplicate_item",
            ]
        );
        let given = head(Sizing::Given, SampleAllocation::Equal, None);
        assert!(told(&given).contains(&"/strata/2/sample_size size_missing".to_owned()));
        assert!(told(&given).contains(&"/strata/0/sample_size size_out_of_range".to_owned()));
    }

    proptest! {
        #[test]
        fn nobody_is_asked_twice(populations in prop::collection::vec((1_i64..5000, 0_usize..3), 1..30), way in 0_usize..4) {
            let strata: Vec<_> = populations
                .iter()
                .enumerate()
                .map(|(index, (population, agency))| {
                    stratum(&format!("s{index}"), &format!("a{agency}"), *population)
                })
                .enumerate()
                .collect();
            let head = match way {
                0 => head(Sizing::Round, SampleAllocation::Proportional, None),
                1 => head(Sizing::Agency, SampleAllocation::Equal, None),
                2 => head(Sizing::Stratum, SampleAllocation::Proportional, None),
                _ => head(Sizing::Given, SampleAllocation::Equal, Some(100)),
            };
            let sizes = sizes(&head, &strata);
            prop_assert_eq!(sizes.len(), strata.len());
            for (size, (_, stratum)) in sizes.iter().zip(&strata) {
                prop_assert!(0 <= *size && *size <= stratum.population);
            }
        }
    }
}
