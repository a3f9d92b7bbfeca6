//! Applying rules, and checking what people send before it is stored.
//!
//! [`rule_points`] is both: a value is acceptable exactly when its rule gives points for it, so the check at
//! the door and the computation can't disagree.

use std::cmp::Ordering;

use super::compile::CompiledLeaf;
use super::declared::{Applied, Decision, Declared, ValueFault, ValueFaultCode};
use super::number::MILLION;
use super::points::Points;
use super::quantity::Quantity;
use super::rounding::{RoundingMode, round_ratio};
use super::rule::{ChoiceOption, PercentFloor, Rule, RuleBand};
use super::set::{AdjustmentItem, Source};

/// What a decision makes of an indicator.
///
/// # Errors
/// Nothing declared to recognise, a replacement that [`rule_points`] refuses, or points outside 0 to the
/// maximum or between steps.
pub fn decided_points(
    leaf: &CompiledLeaf,
    declared: Option<&Declared>,
    decision: &Decision,
) -> Result<Applied, ValueFault> {
    match (decision, declared) {
        (Decision::Recognised {}, Some(declared)) => rule_points(leaf, declared),
        (Decision::Recognised {}, None) => Err(ValueFault::new(
            "",
            ValueFaultCode::NothingDeclared,
            "Đơn vị chưa kê khai nên không có gì để công nhận.",
            "Nothing is declared, so there is nothing to recognise.",
        )),
        (Decision::Corrected { value }, _) => rule_points(leaf, value),
        (Decision::PointsSet { points }, _) => {
            if leaf.source != Source::Assessment {
                return Err(ValueFault::new(
                    "",
                    ValueFaultCode::NotAppraisable,
                    "Điểm điều tra hoặc điểm từ nguồn khác được nhập, không do người thẩm định cho.",
                    "Points of a survey or another source are entered, not set by an appraiser.",
                ));
            }
            let step = match leaf.rule {
                Rule::AppraiserPoints { step } => step,
                _ => Points::unit(leaf.decimals),
            };
            stepped_points(*points, leaf.maximum, step).map(Applied::Points)
        }
    }
}

/// Checks survey or external points for an indicator.
///
/// # Errors
/// The indicator is assessed, or the points lie outside 0 to the maximum.
pub fn check_entered(leaf: &CompiledLeaf, points: Points) -> Result<(), ValueFault> {
    if leaf.source == Source::Assessment {
        return Err(ValueFault::new(
            "",
            ValueFaultCode::NotEntered,
            "Tiêu chí này được tự chấm và thẩm định, không nhập điểm trực tiếp.",
            "This indicator is assessed; points are not entered for it.",
        ));
    }
    in_range("", points, leaf.maximum)
}

/// Checks an amount of bonus or penalty points: positive for a penalty too.
///
/// # Errors
/// The amount lies outside 0 to the cap, or between steps.
pub fn check_adjustment(item: &AdjustmentItem, amount: Points) -> Result<(), ValueFault> {
    in_range("", amount, item.cap)?;
    in_steps("", amount, item.step)
}

/// Applies the rule of an indicator to a value.
///
/// # Errors
/// The first fault: wrong kind, unknown option, numerator above denominator, zero denominator, points out of
/// range or between steps, not applicable where it is not allowed.
pub fn rule_points(leaf: &CompiledLeaf, declared: &Declared) -> Result<Applied, ValueFault> {
    let maximum = leaf.maximum;
    let points = match (&leaf.rule, declared) {
        (_, Declared::NotApplicable {}) if leaf.not_applicable_allowed => return Ok(Applied::NotApplicable),
        (_, Declared::NotApplicable {}) => return Err(not_applicable_refused()),
        (Rule::Choice { options }, Declared::Option { option }) => choice(options, option)?,
        (Rule::YesNo { yes: points, .. }, Declared::YesNo { yes: true })
        | (Rule::YesNo { no: points, .. }, Declared::YesNo { yes: false }) => *points,
        (
            Rule::PercentageBands {
                bands,
                zero_denominator,
            },
            Declared::Ratio {
                numerator,
                denominator,
            },
        ) => match ratio(*numerator, *denominator, *zero_denominator)? {
            Ratio::Zero(points) => points,
            Ratio::Of(a, b) => band_points(bands, |border| compare_percent(a, b, border))?,
        },
        (Rule::CountBands { bands }, Declared::Count { count }) => {
            let count = i64::from(*count) * MILLION;
            band_points(bands, |border| count.cmp(&border.micro()))?
        }
        (
            Rule::Proportional {
                floor,
                zero_denominator,
            },
            Declared::Ratio {
                numerator,
                denominator,
            },
        ) => match ratio(*numerator, *denominator, *zero_denominator)? {
            Ratio::Zero(points) => points,
            Ratio::Of(a, b) if reaches_floor(a, b, floor.as_ref()) => proportional(a, b, maximum),
            Ratio::Of(..) => Points::ZERO,
        },
        (Rule::Deduction { per_item, floor }, Declared::Count { count }) => {
            deduction(maximum, *per_item, *floor, *count)
        }
        (Rule::AppraiserPoints { step }, Declared::Points { points }) => {
            stepped_points(*points, maximum, *step)?
        }
        (Rule::Survey { .. } | Rule::External {}, _) => return Err(not_declarable()),
        (rule, declared) => return Err(wrong_kind(rule, declared)),
    };
    Ok(Applied::Points(points))
}

fn choice(options: &[ChoiceOption], code: &str) -> Result<Points, ValueFault> {
    options
        .iter()
        .find(|option| option.code == code)
        .map(|option| option.points)
        .ok_or_else(|| {
            let known: Vec<String> = options
                .iter()
                .map(|option| format!("\"{}\"", option.code))
                .collect();
            let known = known.join(", ");
            ValueFault::new(
                "/option",
                ValueFaultCode::UnknownOption,
                format!("Không có lựa chọn \"{code}\"; chỉ có {known}."),
                format!("There is no option \"{code}\", only {known}."),
            )
        })
}

/// A ratio that can be compared, or the points that the rule gives for a zero denominator.
enum Ratio {
    Of(Quantity, Quantity),
    Zero(Points),
}

fn ratio(
    numerator: Quantity,
    denominator: Quantity,
    zero_denominator: Option<Points>,
) -> Result<Ratio, ValueFault> {
    if numerator > denominator {
        return Err(ValueFault::new(
            "/numerator",
            ValueFaultCode::NumeratorAboveDenominator,
            format!("Tử số {numerator} lớn hơn mẫu số {denominator}."),
            format!("The numerator {numerator} is above the denominator {denominator}."),
        ));
    }
    if denominator > Quantity::ZERO {
        return Ok(Ratio::Of(numerator, denominator));
    }
    zero_denominator.map(Ratio::Zero).ok_or_else(|| {
        ValueFault::new(
            "/denominator",
            ValueFaultCode::ZeroDenominator,
            "Mẫu số bằng 0: cách tính điểm không quy định trường hợp này.",
            "The denominator is 0 and the rule does not say what that means.",
        )
    })
}

/// Compares a/b × 100 with a border, as a·100 with border·b: exact, no division (design §8.8).
///
/// In millionths: at most 10¹⁸ · 10² · 10⁶ = 10²⁶ on either side, far inside `i128`.
pub(super) fn compare_percent(a: Quantity, b: Quantity, border: Points) -> Ordering {
    let left = i128::from(a.micro()) * i128::from(Points::HUNDRED.micro());
    let right = i128::from(border.micro()) * i128::from(b.micro());
    left.cmp(&right)
}

/// The band that a value falls into; `compare` orders the value against a border.
pub(super) fn find_band(bands: &[RuleBand], compare: impl Fn(Points) -> Ordering) -> Option<&RuleBand> {
    bands.iter().find(|band| {
        band.from.is_none_or(|border| compare(border).is_ge())
            && band.above.is_none_or(|border| compare(border).is_gt())
            && band.to.is_none_or(|border| compare(border).is_le())
            && band.below.is_none_or(|border| compare(border).is_lt())
    })
}

fn band_points(bands: &[RuleBand], compare: impl Fn(Points) -> Ordering) -> Result<Points, ValueFault> {
    find_band(bands, compare).map(|band| band.points).ok_or_else(|| {
        ValueFault::new(
            "",
            ValueFaultCode::NoBand,
            "Giá trị không thuộc khoảng nào.",
            "No band covers the value.",
        )
    })
}

/// Whether a/b is on the right side of the floor; without a floor it always is.
pub(super) fn reaches_floor(a: Quantity, b: Quantity, floor: Option<&PercentFloor>) -> bool {
    floor.is_none_or(|floor| {
        floor
            .from
            .is_none_or(|border| compare_percent(a, b, border).is_ge())
            && floor
                .above
                .is_none_or(|border| compare_percent(a, b, border).is_gt())
    })
}

/// Whether a percentage is on the right side of the floor.
pub(super) fn percent_reaches(percent: Points, floor: Option<&PercentFloor>) -> bool {
    floor.is_none_or(|floor| {
        floor.from.is_none_or(|border| percent >= border) && floor.above.is_none_or(|border| percent > border)
    })
}

/// a × maximum / b, rounded once half-even to 10⁻⁶ (design §8.9). At most 10¹⁸ · 10¹² on the way.
fn proportional(a: Quantity, b: Quantity, maximum: Points) -> Points {
    let product = i128::from(a.micro()) * i128::from(maximum.micro());
    let points = round_ratio(product, b.micro().into(), RoundingMode::HalfEven);
    // b > 0 and a ≤ b, so the quotient exists and is at most the maximum.
    points
        .and_then(|points| i64::try_from(points).ok())
        .map_or(Points::ZERO, Points::from_micro)
}

/// maximum − count × per item, not below the floor. At most 4·10⁹ · 10¹² on the way, hence `i128`.
fn deduction(maximum: Points, per_item: Points, floor: Points, count: u32) -> Points {
    let left = i128::from(maximum.micro()) - i128::from(count) * i128::from(per_item.micro());
    // What is below i64 is below the floor.
    i64::try_from(left).map_or(floor, |left| Points::from_micro(left).max(floor))
}

fn stepped_points(points: Points, maximum: Points, step: Points) -> Result<Points, ValueFault> {
    in_range("/points", points, maximum)?;
    in_steps("/points", points, step)?;
    Ok(points)
}

fn in_range(pointer: &'static str, points: Points, maximum: Points) -> Result<(), ValueFault> {
    if points >= Points::ZERO && points <= maximum {
        return Ok(());
    }
    Err(ValueFault::new(
        pointer,
        ValueFaultCode::PointsOutOfRange,
        format!("Điểm phải từ 0 đến {maximum}, hiện là {points}."),
        format!("Points are from 0 to {maximum}; here they are {points}."),
    ))
}

fn in_steps(pointer: &'static str, points: Points, step: Points) -> Result<(), ValueFault> {
    if points.is_multiple_of(step) {
        return Ok(());
    }
    Err(ValueFault::new(
        pointer,
        ValueFaultCode::NotAStep,
        format!("Điểm phải là bội số của {step}, hiện là {points}."),
        format!("Points are a multiple of {step}; here they are {points}."),
    ))
}

fn not_applicable_refused() -> ValueFault {
    ValueFault::new(
        "",
        ValueFaultCode::NotApplicableNotAllowed,
        "Tiêu chí này áp dụng cho mọi đơn vị.",
        "This indicator applies to every agency.",
    )
}

fn not_declarable() -> ValueFault {
    ValueFault::new(
        "",
        ValueFaultCode::NotDeclarable,
        "Điểm điều tra hoặc điểm từ nguồn khác được nhập, không kê khai.",
        "Points of a survey or another source are entered, not declared.",
    )
}

/// The kind of value that a rule takes.
fn fitting(rule: &Rule) -> Option<&'static str> {
    match rule {
        Rule::Choice { .. } => Some("option"),
        Rule::YesNo { .. } => Some("yes_no"),
        Rule::PercentageBands { .. } | Rule::Proportional { .. } => Some("ratio"),
        Rule::CountBands { .. } | Rule::Deduction { .. } => Some("count"),
        Rule::AppraiserPoints { .. } => Some("points"),
        Rule::Survey { .. } | Rule::External {} => None,
    }
}

fn wrong_kind(rule: &Rule, declared: &Declared) -> ValueFault {
    ValueFault::new(
        "/kind",
        ValueFaultCode::WrongKind,
        format!(
            "Giá trị loại \"{}\" không hợp với cách tính \"{}\"{}.",
            declared.as_str(),
            rule.as_str(),
            fitting(rule).map_or(String::new(), |kind| format!("; gửi loại \"{kind}\""))
        ),
        format!(
            "A value of kind \"{}\" does not fit the rule \"{}\"{}.",
            declared.as_str(),
            rule.as_str(),
            fitting(rule).map_or(String::new(), |kind| format!("; send the kind \"{kind}\""))
        ),
    )
}
