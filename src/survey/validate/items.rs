//! Checks of parts, factors and items: codes, scales, skip rules, weights.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        compile::{is_counted, measures},
        fault::{Faults, InstrumentFaultCode as Code},
        instrument::{
            Instrument, InstrumentFactor, InstrumentItem, InstrumentPart, InstrumentScale, ItemKind, ShowIf,
        },
    },
    limits::{FACTORS_MAX, ITEMS_MAX, PARTS_MAX},
    text,
};
use crate::scoring::Points;

/// The code of the whole among the nodes of an index; no part, factor or item has it.
pub(in crate::survey) const WHOLE: &str = "whole";

/// What is known while the document is walked.
struct Walk<'a> {
    instrument: &'a Instrument,
    scales: BTreeMap<&'a str, &'a InstrumentScale>,
    codes: BTreeSet<&'a str>,
    /// Items so far that a skip rule can look back to, with their scales.
    earlier: BTreeMap<&'a str, &'a InstrumentScale>,
}

/// Checks the tree of items.
pub(super) fn check(instrument: &Instrument, faults: &mut Faults) {
    let scales = instrument.scales.iter().map(|scale| (scale.code.as_str(), scale));
    let mut walk = Walk {
        instrument,
        scales: scales.collect(),
        codes: BTreeSet::from([WHOLE]),
        earlier: BTreeMap::new(),
    };
    text::length(faults, "/parts", instrument.parts.len(), PARTS_MAX);
    for (place, part) in instrument.parts.iter().enumerate() {
        walk.part(part, &format!("/parts/{place}"), faults);
    }
    let count: usize = instrument.items().count();
    if count > ITEMS_MAX {
        text::length(faults, "/parts", count, ITEMS_MAX);
    }
    if !instrument.items().any(|item| is_counted(instrument, item)) {
        faults.add(
            "/rule/counted_kinds",
            Code::NothingCounted,
            "Không có câu hỏi nào thuộc loại được tính.",
            "No item is of a kind that counts.",
        );
    }
    let weights = instrument.parts.iter().enumerate().map(|(place, part)| {
        let counts = part
            .factors
            .iter()
            .any(|factor| factor_counts(instrument, factor));
        (format!("/parts/{place}/weight"), part.weight, counts)
    });
    check_weights(weights.collect(), faults);
}

fn factor_counts(instrument: &Instrument, factor: &InstrumentFactor) -> bool {
    factor.items.iter().any(|item| is_counted(instrument, item))
}

impl<'a> Walk<'a> {
    fn part(&mut self, part: &'a InstrumentPart, pointer: &str, faults: &mut Faults) {
        text::unique(
            faults,
            &format!("{pointer}/code"),
            &part.code,
            false,
            &mut self.codes,
        );
        text::words(
            faults,
            &format!("{pointer}/title"),
            &part.title,
            &self.instrument.languages,
        );
        text::length(
            faults,
            &format!("{pointer}/factors"),
            part.factors.len(),
            FACTORS_MAX,
        );
        for (place, factor) in part.factors.iter().enumerate() {
            self.factor(factor, &format!("{pointer}/factors/{place}"), faults);
        }
        let weights = part.factors.iter().enumerate().map(|(place, factor)| {
            let pointer = format!("{pointer}/factors/{place}/weight");
            (pointer, factor.weight, factor_counts(self.instrument, factor))
        });
        check_weights(weights.collect(), faults);
    }

    fn factor(&mut self, factor: &'a InstrumentFactor, pointer: &str, faults: &mut Faults) {
        text::unique(
            faults,
            &format!("{pointer}/code"),
            &factor.code,
            false,
            &mut self.codes,
        );
        text::words(
            faults,
            &format!("{pointer}/title"),
            &factor.title,
            &self.instrument.languages,
        );
        text::length(faults, &format!("{pointer}/items"), factor.items.len(), ITEMS_MAX);
        for (place, item) in factor.items.iter().enumerate() {
            self.item(item, &format!("{pointer}/items/{place}"), faults);
        }
        let weights = factor.items.iter().enumerate().map(|(place, item)| {
            let pointer = format!("{pointer}/items/{place}/weight");
            (pointer, item.weight, is_counted(self.instrument, item))
        });
        check_weights(weights.collect(), faults);
    }

    fn item(&mut self, item: &'a InstrumentItem, pointer: &str, faults: &mut Faults) {
        text::unique(
            faults,
            &format!("{pointer}/code"),
            &item.code,
            false,
            &mut self.codes,
        );
        text::words(
            faults,
            &format!("{pointer}/text"),
            &item.text,
            &self.instrument.languages,
        );
        if let Some(show_if) = &item.show_if {
            self.skip_rule(show_if, &format!("{pointer}/show_if"), faults);
        }
        let is_text = item.kind == ItemKind::Text;
        let scale = item
            .scale
            .as_deref()
            .and_then(|code| self.scales.get(code).copied());
        if is_text == item.scale.is_some() || (!is_text && scale.is_none()) {
            faults.add(
                format!("{pointer}/scale"),
                Code::BadScale,
                "Câu hỏi nêu mã một thang đo có trong /scales; câu hỏi tự luận (text) không có thang đo.",
                "An item names a scale of /scales; a text has none.",
            );
        }
        if item.multiple && (is_text || is_counted(self.instrument, item)) {
            faults.add(
                format!("{pointer}/multiple"),
                Code::CountedMultiple,
                "Câu hỏi được tính chỉ số hoặc tự luận không được chọn nhiều lựa chọn.",
                "An item that counts, or a text, can't have several answers.",
            );
        }
        let Some(scale) = scale.filter(|_| !is_text) else {
            return;
        };
        if is_counted(self.instrument, item) && !measures(self.instrument.rule.measure, scale) {
            faults.add(
                format!("{pointer}/scale"),
                Code::ScaleNotMeasurable,
                "Thang đo cần hai giá trị khác nhau; với top_two_share cần lựa chọn hài lòng và lựa chọn không.",
                "The scale needs two different values; for a top_two_share, options that satisfy and options that don't.",
            );
        }
        self.earlier.insert(&item.code, scale);
    }

    fn skip_rule(&self, show_if: &ShowIf, pointer: &str, faults: &mut Faults) {
        let Some(scale) = self.earlier.get(show_if.item.as_str()) else {
            faults.add(
                format!("{pointer}/item"),
                Code::BadSkipRule,
                "Phải là mã một câu hỏi đứng trước và có thang đo.",
                "This must be the code of an earlier item that has a scale.",
            );
            return;
        };
        text::length(
            faults,
            &format!("{pointer}/answered"),
            show_if.answered.len(),
            scale.options.len(),
        );
        for (place, code) in show_if.answered.iter().enumerate() {
            if !scale.options.iter().any(|option| option.code == *code) {
                faults.add(
                    format!("{pointer}/answered/{place}"),
                    Code::BadSkipRule,
                    format!("Câu hỏi \"{}\" không có lựa chọn \"{code}\".", show_if.item),
                    format!("The item \"{}\" has no option \"{code}\".", show_if.item),
                );
            }
        }
    }
}

/// Weights of siblings: all that count have one or none has; what doesn't count has none.
fn check_weights(siblings: Vec<(String, Option<Points>, bool)>, faults: &mut Faults) {
    let weighted = siblings
        .iter()
        .any(|(_, weight, counts)| *counts && weight.is_some());
    for (pointer, weight, counts) in siblings {
        match weight {
            None if counts && weighted => faults.add(
                pointer,
                Code::MissingWeight,
                "Các mục cùng cấp đã có trọng số; mục này cũng phải có.",
                "Its siblings have weights; this one needs one too.",
            ),
            Some(_) if !counts => faults.add(
                pointer,
                Code::SurplusWeight,
                "Không có gì ở đây được tính; bỏ trọng số.",
                "Nothing here counts; take the weight out.",
            ),
            Some(weight) if weight <= Points::ZERO || weight > Points::MAX => faults.add(
                pointer,
                Code::WeightOutOfRange,
                "Trọng số phải lớn hơn 0 và không quá 1000000.",
                "A weight is above 0 and at most 1000000.",
            ),
            _ => {}
        }
    }
}
