//! What people say about an indicator: declared values, decisions, and why a value can be refused.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::code_enum;
use super::points::Points;
use super::quantity::Quantity;

/// A declared value (số liệu kê khai). In JSON the field `kind` tells which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Declared {
    /// An option of a choice.
    Option {
        /// Its code.
        option: String,
    },
    /// Yes or no.
    YesNo {
        /// True for yes.
        yes: bool,
    },
    /// Numerator and denominator of a percentage, in the unit of the indicator.
    Ratio {
        /// a, at most the denominator.
        numerator: Quantity,
        /// b.
        denominator: Quantity,
    },
    /// A whole count.
    Count {
        /// How many.
        count: u32,
    },
    /// Points proposed for an indicator whose points the appraiser sets.
    Points {
        /// How many.
        points: Points,
    },
    /// The indicator does not apply to the agency. Counts once appraised (design §8.6).
    NotApplicable {},
}

impl Declared {
    /// The indicator does not apply.
    pub const NOT_APPLICABLE: Self = Self::NotApplicable {};

    /// The code of the kind, as in the JSON field `kind`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Option { .. } => "option",
            Self::YesNo { .. } => "yes_no",
            Self::Ratio { .. } => "ratio",
            Self::Count { .. } => "count",
            Self::Points { .. } => "points",
            Self::NotApplicable {} => "not_applicable",
        }
    }
}

/// The appraiser's decision on one indicator (thẩm định). In JSON the field `verdict` tells which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "verdict", rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    /// The declared value stands.
    Recognised {},
    /// Another value replaces the declared one; the engine computes its points.
    Corrected {
        /// The replacement.
        value: Declared,
    },
    /// The appraiser sets the points.
    PointsSet {
        /// How many.
        points: Points,
    },
}

impl Decision {
    /// The declared value stands.
    pub const RECOGNISED: Self = Self::Recognised {};

    /// The code of the verdict, as in the JSON field `verdict`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Recognised {} => "recognised",
            Self::Corrected { .. } => "corrected",
            Self::PointsSet { .. } => "points_set",
        }
    }
}

/// What a rule makes of a declared value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// Points between 0 and the maximum.
    Points(Points),
    /// The indicator does not apply.
    NotApplicable,
}

impl Applied {
    /// The points; 0 where the indicator does not apply.
    #[must_use]
    pub const fn points(self) -> Points {
        match self {
            Self::Points(points) => points,
            Self::NotApplicable => Points::ZERO,
        }
    }
}

/// Why a value, decision, entered points or an adjustment is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ValueFault {
    /// JSON pointer into the value that was checked; empty for the whole of it.
    #[schema(value_type = String, example = "/numerator")]
    pub pointer: &'static str,
    /// Stable code.
    pub code: ValueFaultCode,
    /// What is wrong, in Vietnamese.
    pub message_vi: String,
    /// What is wrong, in English.
    pub message_en: String,
}

impl ValueFault {
    /// A fault with its texts.
    pub(super) fn new(
        pointer: &'static str,
        code: ValueFaultCode,
        message_vi: impl Into<String>,
        message_en: impl Into<String>,
    ) -> Self {
        Self {
            pointer,
            code,
            message_vi: message_vi.into(),
            message_en: message_en.into(),
        }
    }
}

code_enum! {
    /// Stable codes of refused values.
    pub enum ValueFaultCode {
        /// The kind of value does not fit the rule of the indicator.
        WrongKind = "wrong_kind",
        /// The rule has no such option.
        UnknownOption = "unknown_option",
        /// The numerator is above the denominator.
        NumeratorAboveDenominator = "numerator_above_denominator",
        /// The denominator is zero and the rule does not say what that means.
        ZeroDenominator = "zero_denominator",
        /// Points below 0 or above the maximum.
        PointsOutOfRange = "points_out_of_range",
        /// Points between two steps, or with too many decimals.
        NotAStep = "not_a_step",
        /// The indicator applies to every agency.
        NotApplicableNotAllowed = "not_applicable_not_allowed",
        /// Points of a survey or another source are entered, not declared.
        NotDeclarable = "not_declarable",
        /// There is no declared value to recognise.
        NothingDeclared = "nothing_declared",
        /// Points of a survey or another source are entered, not set by an appraiser.
        NotAppraisable = "not_appraisable",
        /// The indicator is assessed: no points can be entered.
        NotEntered = "not_entered",
        /// No band of the rule covers the value. Can't happen with a compiled set.
        NoBand = "no_band",
    }
}
