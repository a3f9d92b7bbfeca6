//! The phases of a round and every move between them: the one place that decides.

use crate::{
    clock::Moment,
    error::{AppError, ErrorCode},
    features::notifications::Named,
    words,
};

words! {
    /// Where a round stands (domain: the yearly process).
    Phase {
        /// Agencies, bodies and deadlines are set.
        Preparation = "preparation",
        /// Agencies declare values, score themselves and submit.
        SelfAssessment = "self_assessment",
        /// Bodies appraise what was submitted.
        Appraisal = "appraisal",
        /// Agencies see the appraised points and explain; bodies may appraise again.
        Explanation = "explanation",
        /// The result stands still and is approved.
        Council = "council",
        /// The result is published.
        Published = "published",
        /// A published result is corrected; the next publication names the one that it replaces.
        Correction = "correction",
    }
}

/// A move that the process does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalMove {
    /// From where.
    pub from: Phase,
    /// To where.
    pub to: Phase,
}

impl Phase {
    /// Where a round may go from here.
    pub fn next(self) -> &'static [Phase] {
        match self {
            Phase::Preparation => &[Phase::SelfAssessment],
            Phase::SelfAssessment => &[Phase::Appraisal],
            Phase::Appraisal => &[Phase::Explanation, Phase::Council],
            Phase::Explanation => &[Phase::Appraisal, Phase::Council],
            // The council sends back, or approves.
            Phase::Council => &[Phase::Appraisal, Phase::Published],
            Phase::Published => &[Phase::Correction],
            Phase::Correction => &[Phase::Council],
        }
    }

    /// Goes to another phase, if the process knows that move.
    pub fn go(self, to: Phase) -> Result<Phase, IllegalMove> {
        if self.next().contains(&to) {
            Ok(to)
        } else {
            Err(IllegalMove { from: self, to })
        }
    }

    /// Whether a move must be explained: it takes back what others relied on.
    pub fn needs_reason(self, to: Phase) -> bool {
        matches!(
            (self, to),
            (Phase::Council, Phase::Appraisal) | (Phase::Published, Phase::Correction)
        )
    }

    /// Whether bodies may appraise.
    pub fn is_open_for_appraisal(self) -> bool {
        matches!(self, Phase::Appraisal | Phase::Explanation | Phase::Correction)
    }

    /// Whether the appraisal has begun, so that bodies see submissions.
    pub fn appraisal_has_begun(self) -> bool {
        !matches!(self, Phase::Preparation | Phase::SelfAssessment)
    }

    /// Whether survey points and adjustments may be entered.
    pub fn is_open_for_entered_points(self) -> bool {
        !matches!(self, Phase::Preparation | Phase::Council | Phase::Published)
    }

    /// Whether agencies see what the bodies made of their values (design §8.18).
    pub fn shows_appraised_points(self) -> bool {
        !matches!(
            self,
            Phase::Preparation | Phase::SelfAssessment | Phase::Appraisal
        )
    }

    /// The phase in both languages, for people.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Phase::Preparation => ("chuẩn bị", "preparation"),
            Phase::SelfAssessment => ("tự đánh giá", "self-assessment"),
            Phase::Appraisal => ("thẩm định", "appraisal"),
            Phase::Explanation => ("giải trình", "explanation"),
            Phase::Council => ("hội đồng", "council"),
            Phase::Published => ("đã công bố", "published"),
            Phase::Correction => ("đính chính", "correction"),
        }
    }

    /// Its name for notices.
    pub fn named(self) -> Named {
        let (vi, en) = self.name();
        Named::new(self.as_str(), vi, en)
    }
}

impl From<IllegalMove> for AppError {
    fn from(illegal: IllegalMove) -> Self {
        let (from_vi, from_en) = illegal.from.name();
        let (to_vi, to_en) = illegal.to.name();
        let next = illegal.from.next();
        let list = |pick: fn(&Phase) -> &'static str| next.iter().map(pick).collect::<Vec<_>>().join(", ");
        AppError::with(
            ErrorCode::IllegalTransition,
            format!(
                "Kỳ đang ở giai đoạn {from_vi}, không thể chuyển sang {to_vi}; chỉ có thể chuyển sang: {}.",
                list(|p| p.name().0)
            ),
            format!(
                "The round is in {from_en} and can't go to {to_en}; it can only go to: {}.",
                list(|p| p.name().1)
            ),
        )
    }
}

/// A deadline, closed from its own second on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(pub Option<Moment>);

impl Deadline {
    /// Whether it has passed. A deadline that was never set does not pass.
    pub fn has_passed(self, now: Moment) -> bool {
        self.0.is_some_and(|deadline| now >= deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_can_be_reached_and_none_is_a_dead_end() {
        for phase in Phase::ALL {
            assert!(!phase.next().is_empty(), "{phase:?} is a dead end");
            let reached =
                *phase == Phase::Preparation || Phase::ALL.iter().any(|from| from.next().contains(phase));
            assert!(reached, "{phase:?} can't be reached");
        }
    }

    #[test]
    fn nothing_is_published_but_out_of_the_council() {
        for phase in Phase::ALL {
            assert_eq!(
                phase.go(Phase::Published).is_ok(),
                *phase == Phase::Council,
                "{phase:?}"
            );
        }
        assert!(!Phase::Council.is_open_for_appraisal() && !Phase::Published.is_open_for_appraisal());
    }

    #[test]
    fn a_deadline_closes_at_its_second() {
        let at = |seconds| Moment::from_unix_seconds(seconds).unwrap();
        let deadline = Deadline(Some(at(100)));
        assert!(!deadline.has_passed(at(99)));
        assert!(deadline.has_passed(at(100)));
        assert!(!Deadline(None).has_passed(at(100)));
    }
}
