//! [`Fault`]: one thing that is wrong with a criteria set, with its place in the document.

use serde::Serialize;
use utoipa::ToSchema;

use super::codes::code_enum;

/// One fault of a criteria set. All faults are reported at once, so that an office mends its table in one go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// JSON pointer into the document (RFC 6901).
    #[schema(example = "/children/0/children/2/rule/bands/1/from")]
    pub pointer: String,
    /// Stable code.
    pub code: FaultCode,
    /// What is wrong, in Vietnamese.
    pub message_vi: String,
    /// What is wrong, in English.
    pub message_en: String,
}

/// Collects faults while a document is walked.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Found so far, in document order.
    pub found: Vec<Fault>,
}

impl Faults {
    /// Adds one fault.
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        code: FaultCode,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.found.push(Fault {
            pointer: pointer.into(),
            code,
            message_vi: vi.into(),
            message_en: en.into(),
        });
    }
}

code_enum! {
    /// Stable codes of faults in a criteria set.
    pub enum FaultCode {
        /// A code has other characters than allowed, or is too long.
        BadCode = "bad_code",
        /// A code stands twice where it must be unique.
        DuplicateCode = "duplicate_code",
        /// A required text is empty.
        EmptyText = "empty_text",
        /// A text is longer than 4,000 characters.
        TextTooLong = "text_too_long",
        /// A date is not a calendar day `YYYY-MM-DD`.
        BadDate = "bad_date",
        /// An address does not start with http:// or https://.
        BadUrl = "bad_url",
        /// The version is 0.
        BadVersion = "bad_version",
        /// A maximum is zero, negative, or above a million.
        MaximumOutOfRange = "maximum_out_of_range",
        /// Under a sum, the children's maxima don't add up to the parent's.
        MaximaDoNotAddUp = "maxima_do_not_add_up",
        /// Under a mean, a child's maximum differs from the parent's.
        MeanMaximumDiffers = "mean_maximum_differs",
        /// Under a weighted mean, a weight is missing.
        MissingWeight = "missing_weight",
        /// A weight stands where no weighted mean is.
        SurplusWeight = "surplus_weight",
        /// A weight is zero, negative, or above a million.
        WeightOutOfRange = "weight_out_of_range",
        /// A node has children and a rule.
        ChildrenAndRule = "children_and_rule",
        /// A node has neither children nor a rule.
        NeitherChildrenNorRule = "neither_children_nor_rule",
        /// A field of a leaf stands on a container, or the other way round.
        MisplacedField = "misplaced_field",
        /// A leaf does not say where its points come from.
        MissingSource = "missing_source",
        /// The source and the rule of a leaf don't fit.
        SourceRuleMismatch = "source_rule_mismatch",
        /// A feed stands on a rule that takes no ratio.
        FeedRuleMismatch = "feed_rule_mismatch",
        /// A rule gives more points than the maximum.
        PointsAboveMaximum = "points_above_maximum",
        /// A rule gives negative points.
        PointsNegative = "points_negative",
        /// The best result of a rule is not the maximum.
        MaximumNotReached = "maximum_not_reached",
        /// A rule has no options or no bands.
        EmptyList = "empty_list",
        /// A band or floor has no border.
        BorderMissing = "border_missing",
        /// A band or floor has two borders on one side.
        BorderContradictory = "border_contradictory",
        /// A border lies outside what can be declared.
        BorderOutOfRange = "border_out_of_range",
        /// A border of a count is not a whole number.
        BorderNotWhole = "border_not_whole",
        /// No value can fall into the band.
        BandEmpty = "band_empty",
        /// Values between two bands fall into none.
        BandGap = "band_gap",
        /// Values fall into two bands.
        BandOverlap = "band_overlap",
        /// A floor lies outside its range.
        FloorOutOfRange = "floor_out_of_range",
        /// A step is zero or negative.
        StepNotPositive = "step_not_positive",
        /// A step does not divide the maximum or the cap.
        StepDoesNotDivide = "step_does_not_divide",
        /// A deduction per item is zero, negative, or above the maximum.
        PerItemOutOfRange = "per_item_out_of_range",
        /// The bands of the set don't descend strictly.
        BandsNotDescending = "bands_not_descending",
        /// The lowest band of the set does not begin at the lowest possible score.
        BandsNotReachingZero = "bands_not_reaching_zero",
        /// A band of the set begins above the highest possible score.
        BandUnreachable = "band_unreachable",
        /// More than six decimals are asked for.
        DecimalsOutOfRange = "decimals_out_of_range",
        /// A tier is listed twice.
        DuplicateTier = "duplicate_tier",
        /// Rounding at a tier could lift points above the applicable maximum.
        RoundingTooCoarse = "rounding_too_coarse",
        /// The exact fraction of a mean could leave 128 bits.
        MeanTooFine = "mean_too_fine",
        /// A cap is zero, negative, or above a million.
        CapOutOfRange = "cap_out_of_range",
        /// The floor of the adjusted score is not below its ceiling, or either is out of range.
        AdjustmentRange = "adjustment_range",
        /// The tree is deeper than allowed.
        TooDeep = "too_deep",
        /// There are too many nodes.
        TooManyNodes = "too_many_nodes",
        /// There are too many leaves.
        TooManyLeaves = "too_many_leaves",
        /// There are too many options, bands, adjustments or exempt agencies.
        TooManyItems = "too_many_items",
    }
}
