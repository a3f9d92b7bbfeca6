//! A scorecard as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::result::Record;
use crate::{
    clock::Moment,
    features::{
        agencies::AgencyCard,
        appraisals::DecisionRecord,
        evidence::EvidenceFile,
        rounds::Phase,
        submissions::{Evidence, SubmissionSignature},
        surveys::PulledFrom,
    },
    ids::{IndicatorCode, RoundCode},
    scoring::Explanation,
};

/// Who said what of an indicator: both reasons, the evidence, the people and the times.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"indicator": "1.1.1", "explanation": null, "evidence": [], "files": [], "saved_at": "2024-01-10T02:00:00Z", "saved_by": "Vụ Tổ chức cán bộ", "decision": null, "entered": null}))]
pub struct Provenance {
    /// The indicator.
    pub indicator: IndicatorCode,
    /// The agency's explanation.
    pub explanation: Option<String>,
    /// The agency's documents.
    pub evidence: Vec<Evidence>,
    /// What is known of the files that the documents name.
    pub files: Vec<EvidenceFile>,
    /// When the declared value was saved.
    pub saved_at: Option<Moment>,
    /// Who saved it.
    pub saved_by: Option<String>,
    /// The decision that holds, with the body, the reason, the person and the time.
    pub decision: Option<DecisionRecord>,
    /// Where entered points come from.
    pub entered: Option<EnteredProvenance>,
}

/// Where entered points come from.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"sample_size": 1200, "source": "SIPAS 2023", "recorded_at": "2024-03-01T02:00:00Z", "recorded_by": "Vụ CCHC", "pulled_from": null}))]
pub struct EnteredProvenance {
    /// How many answered.
    pub sample_size: Option<i32>,
    /// Where the points come from.
    pub source: Option<String>,
    /// When they were entered.
    pub recorded_at: Moment,
    /// Who entered them.
    pub recorded_by: String,
    /// The survey result that they were pulled from, and how its index became points; null where they were entered by hand.
    pub pulled_from: Option<PulledFrom>,
}

/// An agency's working score: every point explained down to the rule and the evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Score {
    /// The round.
    pub round: RoundCode,
    /// Where the round stands.
    pub phase: Phase,
    /// The agency.
    pub agency: AgencyCard,
    /// Whether it gets a place.
    pub ranked: bool,
    /// Whether appraised and entered points are kept from the caller until the explanation.
    pub appraised_points_hidden: bool,
    /// Every node with its declared value, rule, self, appraised and final points, and rounding.
    pub scorecard: Explanation,
    /// Who said what, by indicator.
    pub provenance: Vec<Provenance>,
    /// Who signed the submission as a whole, oldest first; each counts while the submission is what was signed.
    pub signatures: Vec<SubmissionSignature>,
}

impl Provenance {
    /// What stands behind an indicator, if anything does.
    pub fn of(indicator: IndicatorCode, record: Record) -> Option<Self> {
        if record.item.is_none() && record.decision.is_none() && record.entered.is_none() {
            return None;
        }
        let (explanation, evidence, files, saved_at, saved_by) = match record.item {
            Some(item) => (
                item.explanation,
                item.evidence,
                item.files,
                Some(item.saved_at),
                Some(item.saved_by),
            ),
            None => (None, Vec::new(), Vec::new(), None, None),
        };
        Some(Self {
            indicator,
            explanation,
            evidence,
            files,
            saved_at,
            saved_by,
            decision: record.decision.map(|decision| *decision),
            entered: record.entered.map(|entered| EnteredProvenance {
                sample_size: entered.sample_size,
                source: entered.source,
                recorded_at: entered.recorded_at,
                recorded_by: entered.recorded_by,
                pulled_from: entered.pulled_from.map(|from| *from),
            }),
        })
    }

    /// The places where a person is named.
    pub fn people(&mut self) -> impl Iterator<Item = &mut String> {
        self.saved_by
            .iter_mut()
            .chain(self.decision.iter_mut().map(|decision| &mut decision.decided_by))
            .chain(self.entered.iter_mut().map(|entered| &mut entered.recorded_by))
    }
}
