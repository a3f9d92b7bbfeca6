//! Checks of the rule of one leaf against its maximum.

use super::super::fault::{FaultCode, Faults};
use super::super::points::Points;
use super::super::rule::{ChoiceOption, Rule, RuleBand};
use super::super::set::Source;
use super::super::survey::{SurveyConversion, SurveyMeasure};
use super::borders::{self, Scale};
use super::limits::{BANDS_MAX, OPTIONS_MAX};
use super::settings::{check_codes, check_step};
use super::text::{self, CodeKind};

/// Checks one rule; `pointer` names it.
pub(super) fn check(rule: &Rule, maximum: Points, pointer: &str, faults: &mut Faults) {
    match rule {
        Rule::Choice { options } => check_options(options, maximum, pointer, faults),
        Rule::YesNo { yes, no } => {
            check_points(faults, format!("{pointer}/yes"), *yes, maximum);
            check_points(faults, format!("{pointer}/no"), *no, maximum);
            check_best(faults, pointer, [*yes, *no], maximum);
        }
        Rule::PercentageBands {
            bands,
            zero_denominator,
        } => {
            check_bands(bands, Scale::Percent, maximum, pointer, faults);
            check_zero_denominator(faults, pointer, *zero_denominator, maximum);
        }
        Rule::CountBands { bands } => check_bands(bands, Scale::Count, maximum, pointer, faults),
        Rule::Proportional {
            floor,
            zero_denominator,
        } => {
            if let Some(floor) = floor {
                borders::check_floor(floor, &format!("{pointer}/floor"), faults);
            }
            check_zero_denominator(faults, pointer, *zero_denominator, maximum);
        }
        Rule::Deduction { per_item, floor } => check_deduction(*per_item, *floor, maximum, pointer, faults),
        Rule::AppraiserPoints { step } => check_step(faults, format!("{pointer}/step"), *step, maximum),
        Rule::Survey { measure } => {
            if let Some(measure) = measure {
                check_measure(measure, maximum, &format!("{pointer}/measure"), faults);
            }
        }
        Rule::External {} => {}
    }
}

/// What an indicator takes from a survey. Whether the instrument is there and has such a node is known where instruments are.
fn check_measure(measure: &SurveyMeasure, maximum: Points, pointer: &str, faults: &mut Faults) {
    text::required(faults, format!("{pointer}/instrument"), &measure.instrument);
    text::required(faults, format!("{pointer}/of"), &measure.of);
    let pointer = format!("{pointer}/conversion");
    match &measure.conversion {
        SurveyConversion::Proportional { floor: Some(floor) } => {
            borders::check_floor(floor, &format!("{pointer}/floor"), faults);
        }
        SurveyConversion::Proportional { floor: None } => {}
        SurveyConversion::PercentageBands { bands } => {
            check_bands(bands, Scale::Percent, maximum, &pointer, faults);
        }
    }
}

/// The source that a rule belongs to.
pub(super) const fn source_of(rule: &Rule) -> Source {
    match rule {
        Rule::Survey { .. } => Source::Survey,
        Rule::External {} => Source::External,
        _ => Source::Assessment,
    }
}

/// Whether a numerator and a denominator are declared for a rule.
pub(super) const fn takes_ratio(rule: &Rule) -> bool {
    matches!(rule, Rule::Proportional { .. } | Rule::PercentageBands { .. })
}

fn check_options(options: &[ChoiceOption], maximum: Points, pointer: &str, faults: &mut Faults) {
    let list = format!("{pointer}/options");
    text::list_length(faults, list.clone(), options.len(), OPTIONS_MAX);
    check_codes(
        faults,
        &list,
        "/code",
        options.iter().map(|option| option.code.as_str()),
        CodeKind::Snake,
    );
    for (position, option) in options.iter().enumerate() {
        text::required(faults, format!("{list}/{position}/label_vi"), &option.label_vi);
        text::optional(
            faults,
            format!("{list}/{position}/label_en"),
            option.label_en.as_deref(),
        );
        check_points(
            faults,
            format!("{list}/{position}/points"),
            option.points,
            maximum,
        );
    }
    check_list_best(faults, &list, options.iter().map(|option| option.points), maximum);
}

fn check_bands(bands: &[RuleBand], scale: Scale, maximum: Points, pointer: &str, faults: &mut Faults) {
    let list = format!("{pointer}/bands");
    text::list_length(faults, list.clone(), bands.len(), BANDS_MAX);
    for (position, band) in bands.iter().enumerate() {
        check_points(faults, format!("{list}/{position}/points"), band.points, maximum);
    }
    borders::check(bands, scale, &list, faults);
    check_list_best(faults, &list, bands.iter().map(|band| band.points), maximum);
}

fn check_list_best(
    faults: &mut Faults,
    list: &str,
    points: impl Iterator<Item = Points> + Clone,
    maximum: Points,
) {
    if points.clone().next().is_none() {
        faults.add(
            list,
            FaultCode::EmptyList,
            "Danh sách không được trống.",
            "The list must not be empty.",
        );
    } else {
        check_best(faults, list, points, maximum);
    }
}

/// The best result equals the maximum: a maximum that nobody can reach lowers everyone's index in silence.
/// Results above it have their own fault.
fn check_best(faults: &mut Faults, pointer: &str, points: impl IntoIterator<Item = Points>, maximum: Points) {
    if let Some(best) = points.into_iter().max()
        && best < maximum
    {
        faults.add(
            pointer,
            FaultCode::MaximumNotReached,
            format!("Kết quả tốt nhất chỉ được {best} điểm, không đạt điểm tối đa {maximum}."),
            format!("The best result is worth {best}, less than the maximum of {maximum}."),
        );
    }
}

fn check_zero_denominator(faults: &mut Faults, pointer: &str, points: Option<Points>, maximum: Points) {
    if let Some(points) = points {
        check_points(faults, format!("{pointer}/zero_denominator"), points, maximum);
    }
}

/// Refuses points of a rule below 0 or above the maximum.
fn check_points(faults: &mut Faults, pointer: String, points: Points, maximum: Points) {
    if points < Points::ZERO {
        faults.add(
            pointer,
            FaultCode::PointsNegative,
            format!("Điểm không được âm ({points})."),
            format!("Points are not negative ({points})."),
        );
    } else if points > maximum {
        faults.add(
            pointer,
            FaultCode::PointsAboveMaximum,
            format!("{points} điểm vượt điểm tối đa {maximum}."),
            format!("{points} points are above the maximum of {maximum}."),
        );
    }
}

fn check_deduction(per_item: Points, floor: Points, maximum: Points, pointer: &str, faults: &mut Faults) {
    if per_item <= Points::ZERO || per_item > maximum {
        faults.add(
            format!("{pointer}/per_item"),
            FaultCode::PerItemOutOfRange,
            format!("Điểm trừ cho mỗi mục phải lớn hơn 0 và không quá {maximum}."),
            format!("Points off per item are above 0 and at most {maximum}."),
        );
    }
    if floor < Points::ZERO || floor >= maximum {
        faults.add(
            format!("{pointer}/floor"),
            FaultCode::FloorOutOfRange,
            format!("Mức sàn phải từ 0 đến dưới {maximum}."),
            format!("The floor is from 0 to below {maximum}."),
        );
    }
}
