//! Checks of what is declared for the whole instrument: titles, languages, scales, the rule of indices.

use std::collections::BTreeSet;

use super::{
    super::{
        fault::{Faults, InstrumentFaultCode as Code},
        instrument::{IndexRule, Instrument, InstrumentScale, ItemKind, Language},
    },
    limits::{MINIMUM_N_MAX, OPTIONS_MAX, SCALES_MAX, VALUE_MAX},
    text,
};

/// Checks everything but the items.
pub(super) fn check(instrument: &Instrument, faults: &mut Faults) {
    let languages = &instrument.languages;
    text::code(faults, "/code", &instrument.code, false);
    if instrument.version == 0 {
        faults.add(
            "/version",
            Code::BadVersion,
            "Phiên bản bắt đầu từ 1.",
            "Versions start at 1.",
        );
    }
    text::words(faults, "/title", &instrument.title, languages);
    if let Some(description) = &instrument.description {
        text::words(faults, "/description", description, languages);
    }
    text::code(faults, "/audience", &instrument.audience, true);
    let distinct: BTreeSet<_> = languages.iter().collect();
    if distinct.len() != languages.len() || !languages.contains(&Language::Vi) {
        faults.add(
            "/languages",
            Code::BadLanguages,
            "Phải có \"vi\" và không lặp lại ngôn ngữ nào.",
            "\"vi\" must be there, and no language twice.",
        );
    }
    check_scales(instrument, faults);
    check_rule(&instrument.rule, faults);
    if let Some(quality) = &instrument.quality
        && quality.straight_line_items_min < 2
    {
        faults.add(
            "/quality/straight_line_items_min",
            Code::BadValue,
            "Ít nhất 2 câu hỏi.",
            "At least 2 items.",
        );
    }
}

fn check_scales(instrument: &Instrument, faults: &mut Faults) {
    if instrument.scales.len() > SCALES_MAX {
        text::length(faults, "/scales", instrument.scales.len(), SCALES_MAX);
    }
    let mut seen = BTreeSet::new();
    for (place, scale) in instrument.scales.iter().enumerate() {
        let pointer = format!("/scales/{place}");
        text::unique(faults, &format!("{pointer}/code"), &scale.code, true, &mut seen);
        check_options(scale, &pointer, &instrument.languages, faults);
    }
}

fn check_options(scale: &InstrumentScale, pointer: &str, languages: &[Language], faults: &mut Faults) {
    text::length(
        faults,
        &format!("{pointer}/options"),
        scale.options.len(),
        OPTIONS_MAX,
    );
    let mut seen = BTreeSet::new();
    for (place, option) in scale.options.iter().enumerate() {
        let pointer = format!("{pointer}/options/{place}");
        text::unique(faults, &format!("{pointer}/code"), &option.code, true, &mut seen);
        text::words(faults, &format!("{pointer}/label"), &option.label, languages);
        if option
            .value
            .is_some_and(|value| value.unsigned_abs() > VALUE_MAX.unsigned_abs())
        {
            faults.add(
                format!("{pointer}/value"),
                Code::BadValue,
                format!("Giá trị từ -{VALUE_MAX} đến {VALUE_MAX}."),
                format!("A value is from -{VALUE_MAX} to {VALUE_MAX}."),
            );
        }
        if option.satisfied && option.value.is_none() {
            faults.add(
                format!("{pointer}/satisfied"),
                Code::SatisfiedWithoutValue,
                "Lựa chọn được tính hài lòng phải có giá trị.",
                "An option that counts as satisfied needs a value.",
            );
        }
    }
}

fn check_rule(rule: &IndexRule, faults: &mut Faults) {
    if rule.counted_kinds.is_empty() {
        text::length(faults, "/rule/counted_kinds", 0, 3);
    }
    let mut seen = BTreeSet::new();
    for (place, kind) in rule.counted_kinds.iter().enumerate() {
        if matches!(kind, ItemKind::Profile | ItemKind::Text) || !seen.insert(kind) {
            faults.add(
                format!("/rule/counted_kinds/{place}"),
                Code::BadCountedKind,
                "Chỉ tính được opinion, satisfaction, expectation, mỗi loại một lần.",
                "Only opinion, satisfaction and expectation can count, each named once.",
            );
        }
    }
    if rule.minimum_n == 0 || rule.minimum_n > MINIMUM_N_MAX {
        faults.add(
            "/rule/minimum_n",
            Code::BadValue,
            format!("Từ 1 đến {MINIMUM_N_MAX}."),
            format!("From 1 to {MINIMUM_N_MAX}."),
        );
    }
    if rule.decimals > 6 {
        faults.add(
            "/rule/decimals",
            Code::DecimalsOutOfRange,
            "Số chữ số thập phân từ 0 đến 6.",
            "Decimals are from 0 to 6.",
        );
    }
}
