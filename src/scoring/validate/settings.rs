//! Checks of what is declared for the whole set: titles, source, rounding, bands, adjustments.

use std::collections::BTreeSet;

use super::super::fault::{FaultCode, Faults};
use super::super::number::DECIMALS_MAX;
use super::super::points::Points;
use super::super::set::{AdjustmentItem, Adjustments, CriteriaSet, Rounding};
use super::limits::{ADJUSTMENTS_MAX, BANDS_MAX, NOT_RANKED_MAX};
use super::text::{self, CodeKind};

/// Checks everything but the tree.
pub(super) fn check(set: &CriteriaSet, faults: &mut Faults) {
    check_head(set, faults);
    check_rounding(&set.rounding, faults);
    check_bands(set, faults);
    let agencies = set.not_ranked.iter().map(String::as_str);
    check_codes(faults, "/not_ranked", "", agencies, CodeKind::Strict);
    text::list_length(faults, "/not_ranked".into(), set.not_ranked.len(), NOT_RANKED_MAX);
    if let Some(adjustments) = &set.adjustments {
        check_adjustments(adjustments, faults);
    }
}

fn check_head(set: &CriteriaSet, faults: &mut Faults) {
    text::code(faults, "/code".into(), &set.code, CodeKind::Strict);
    if set.version == 0 {
        faults.add(
            "/version",
            FaultCode::BadVersion,
            "Phiên bản bắt đầu từ 1.",
            "Versions start at 1.",
        );
    }
    text::required(faults, "/title_vi".into(), &set.title_vi);
    text::optional(faults, "/title_en".into(), set.title_en.as_deref());
    text::optional(faults, "/description_vi".into(), set.description_vi.as_deref());
    text::optional(faults, "/description_en".into(), set.description_en.as_deref());
    text::code(faults, "/level".into(), &set.level, CodeKind::Snake);
    if let Some(source) = &set.source {
        text::required(faults, "/source/decision".into(), &source.decision);
        text::date(faults, "/source/date".into(), &source.date);
        text::required(faults, "/source/issuer".into(), &source.issuer);
        if let Some(url) = &source.url {
            text::url(faults, "/source/url".into(), url);
        }
    }
}

fn check_rounding(rounding: &Rounding, faults: &mut Faults) {
    let given = [
        ("/rounding/decimals", Some(rounding.decimals)),
        ("/rounding/index_decimals", rounding.index_decimals),
    ];
    for (pointer, decimals) in given {
        if decimals.is_some_and(|decimals| decimals > DECIMALS_MAX) {
            faults.add(
                pointer,
                FaultCode::DecimalsOutOfRange,
                format!("Số chữ số thập phân từ 0 đến {DECIMALS_MAX}."),
                format!("Decimals are from 0 to {DECIMALS_MAX}."),
            );
        }
    }
    let mut seen = BTreeSet::new();
    for (position, tier) in rounding.tiers.iter().enumerate() {
        if !seen.insert(tier) {
            faults.add(
                format!("/rounding/tiers/{position}"),
                FaultCode::DuplicateTier,
                format!("Cấp \"{tier}\" được khai hai lần."),
                format!("The tier \"{tier}\" is listed twice."),
            );
        }
    }
}

fn check_bands(set: &CriteriaSet, faults: &mut Faults) {
    let (lowest, highest) = match &set.adjustments {
        Some(adjustments) => (adjustments.floor.min(Points::ZERO), adjustments.ceiling),
        None => (Points::ZERO, Points::HUNDRED),
    };
    text::list_length(faults, "/bands".into(), set.bands.len(), BANDS_MAX);
    check_codes(
        faults,
        "/bands",
        "/code",
        set.bands.iter().map(|band| band.code.as_str()),
        CodeKind::Band,
    );
    let mut previous: Option<Points> = None;
    for (position, band) in set.bands.iter().enumerate() {
        text::required(faults, format!("/bands/{position}/name_vi"), &band.name_vi);
        text::optional(
            faults,
            format!("/bands/{position}/name_en"),
            band.name_en.as_deref(),
        );
        if previous.is_some_and(|previous| band.from >= previous) {
            faults.add(
                format!("/bands/{position}/from"),
                FaultCode::BandsNotDescending,
                "Các nhóm xếp loại phải có mức từ cao xuống thấp, không trùng nhau.",
                "The bands go from the highest down, without equals.",
            );
        }
        if band.from > highest {
            faults.add(
                format!("/bands/{position}/from"),
                FaultCode::BandUnreachable,
                format!("Không kết quả nào đạt {}; cao nhất là {highest}.", band.from),
                format!("No score can reach {}; the highest is {highest}.", band.from),
            );
        }
        previous = Some(band.from);
    }
    if let (Some(last), Some(from)) = (set.bands.len().checked_sub(1), previous)
        && from != lowest
    {
        faults.add(
            format!("/bands/{last}/from"),
            FaultCode::BandsNotReachingZero,
            format!("Nhóm thấp nhất phải bắt đầu từ {lowest}, hiện là {from}."),
            format!("The lowest band begins at {lowest}; here it is {from}."),
        );
    }
}

/// Checks a list of codes of one kind for form and uniqueness.
pub(super) fn check_codes<'a>(
    faults: &mut Faults,
    list: &str,
    field: &str,
    codes: impl Iterator<Item = &'a str>,
    kind: CodeKind,
) {
    let mut seen = BTreeSet::new();
    for (position, code) in codes.enumerate() {
        let pointer = format!("{list}/{position}{field}");
        if !seen.insert(code) {
            duplicate_code(faults, pointer.clone(), code);
        }
        text::code(faults, pointer, code, kind);
    }
}

/// Refuses a code that stands twice.
pub(super) fn duplicate_code(faults: &mut Faults, pointer: String, code: &str) {
    faults.add(
        pointer,
        FaultCode::DuplicateCode,
        format!("Mã \"{code}\" bị trùng."),
        format!("The code \"{code}\" stands twice."),
    );
}

fn check_adjustments(adjustments: &Adjustments, faults: &mut Faults) {
    let Adjustments {
        floor,
        ceiling,
        items,
    } = adjustments;
    let bound = Points::MAX;
    if floor >= ceiling || *floor < -bound || *ceiling > bound {
        faults.add(
            "/adjustments/floor",
            FaultCode::AdjustmentRange,
            format!("Mức sàn {floor} phải nhỏ hơn mức trần {ceiling}."),
            format!("The floor {floor} must be below the ceiling {ceiling}."),
        );
    }
    text::list_length(faults, "/adjustments/items".into(), items.len(), ADJUSTMENTS_MAX);
    let codes = items.iter().map(|item| item.code.as_str());
    check_codes(faults, "/adjustments/items", "/code", codes, CodeKind::Strict);
    for (position, item) in items.iter().enumerate() {
        check_adjustment_item(item, &format!("/adjustments/items/{position}"), faults);
    }
}

fn check_adjustment_item(item: &AdjustmentItem, pointer: &str, faults: &mut Faults) {
    text::required(faults, format!("{pointer}/name_vi"), &item.name_vi);
    text::optional(faults, format!("{pointer}/name_en"), item.name_en.as_deref());
    if item.cap <= Points::ZERO || item.cap > Points::MAX {
        faults.add(
            format!("{pointer}/cap"),
            FaultCode::CapOutOfRange,
            "Mức tối đa phải lớn hơn 0, kể cả với điểm trừ.",
            "A cap is above 0, for a penalty too.",
        );
    }
    check_step(faults, format!("{pointer}/step"), item.step, item.cap);
}

/// Refuses a step that is not positive or does not divide the whole.
pub(super) fn check_step(faults: &mut Faults, pointer: String, step: Points, whole: Points) {
    if step <= Points::ZERO {
        faults.add(
            pointer,
            FaultCode::StepNotPositive,
            "Bước điểm phải lớn hơn 0.",
            "A step is above 0.",
        );
    } else if !whole.is_multiple_of(step) {
        faults.add(
            pointer,
            FaultCode::StepDoesNotDivide,
            format!("Bước {step} không chia hết mức tối đa {whole}."),
            format!("The step {step} does not divide the maximum {whole}."),
        );
    }
}
