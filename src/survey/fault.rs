//! [`InstrumentFault`]: one thing that is wrong with an instrument, with its place in the document.

use serde::Serialize;

use crate::scoring::code_enum;

/// One fault of an instrument. All faults are reported at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstrumentFault {
    /// JSON pointer into the document (RFC 6901).
    pub pointer: String,
    /// Stable code.
    pub code: InstrumentFaultCode,
    /// What is wrong and how to mend it, in Vietnamese.
    pub message_vi: String,
    /// What is wrong and how to mend it, in English.
    pub message_en: String,
}

/// Collects faults while a document is walked.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Found so far, in document order.
    pub found: Vec<InstrumentFault>,
}

impl Faults {
    /// Adds one fault.
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        code: InstrumentFaultCode,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.found.push(InstrumentFault {
            pointer: pointer.into(),
            code,
            message_vi: vi.into(),
            message_en: en.into(),
        });
    }
}

code_enum! {
    /// Stable codes of faults in an instrument.
    pub enum InstrumentFaultCode {
        /// A code has other characters than allowed, or is too long.
        BadCode = "bad_code",
        /// A code stands twice where it must be unique, or is reserved.
        DuplicateCode = "duplicate_code",
        /// A required text is empty, or is missing in a language of the instrument.
        EmptyText = "empty_text",
        /// A text is too long.
        TextTooLong = "text_too_long",
        /// The version is 0.
        BadVersion = "bad_version",
        /// A list is empty, or has more items than allowed.
        BadLength = "bad_length",
        /// A language or a kind is listed twice, or Vietnamese is missing.
        BadLanguages = "bad_languages",
        /// An item names no scale, an unknown one, or one where it needs none.
        BadScale = "bad_scale",
        /// A value lies outside what is allowed.
        BadValue = "bad_value",
        /// An option counts as satisfied without a value.
        SatisfiedWithoutValue = "satisfied_without_value",
        /// An item that counts answers on a scale that the measure can't use.
        ScaleNotMeasurable = "scale_not_measurable",
        /// An item that counts allows several answers.
        CountedMultiple = "counted_multiple",
        /// A weight is missing beside others that have one.
        MissingWeight = "missing_weight",
        /// A weight stands where nothing counts.
        SurplusWeight = "surplus_weight",
        /// A weight is zero, negative, or above a million.
        WeightOutOfRange = "weight_out_of_range",
        /// A skip rule names an unknown item, a later one, or an option that the item has not.
        BadSkipRule = "bad_skip_rule",
        /// A kind can't count.
        BadCountedKind = "bad_counted_kind",
        /// No item of the instrument counts.
        NothingCounted = "nothing_counted",
        /// More than six decimals are asked for.
        DecimalsOutOfRange = "decimals_out_of_range",
    }
}
