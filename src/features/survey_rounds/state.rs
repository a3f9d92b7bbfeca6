//! Where a survey round stands, and which way it goes. Pure.

use super::model::{SurveyMoveKind, SurveyState};

impl SurveyState {
    /// Where a move leads; none where it is not possible.
    pub fn next(self, kind: SurveyMoveKind) -> Option<Self> {
        match (self, kind) {
            (Self::Planning, SurveyMoveKind::Start) | (Self::Closed, SurveyMoveKind::Reopen) => {
                Some(Self::Fielding)
            }
            (Self::Fielding, SurveyMoveKind::Close) => Some(Self::Closed),
            (Self::Closed, SurveyMoveKind::Finalise) => Some(Self::Final),
            _ => None,
        }
    }

    /// The moves that are possible.
    pub fn moves(self) -> Vec<SurveyMoveKind> {
        SurveyMoveKind::ALL
            .iter()
            .copied()
            .filter(|kind| self.next(*kind).is_some())
            .collect()
    }

    /// Whether the sample plan may change: once people are asked, it is what they were drawn by.
    pub fn takes_plans(self) -> bool {
        self == Self::Planning
    }

    /// Whether responses are taken in.
    pub fn takes_responses(self) -> bool {
        self == Self::Fielding
    }

    /// Whether responses may be excluded and excluded ones taken back.
    pub fn takes_exclusions(self) -> bool {
        matches!(self, Self::Fielding | Self::Closed)
    }

    /// Whether the field work may be reported: what was planned from the start, and late corrections until the end.
    pub fn takes_field_work(self) -> bool {
        self != Self::Final
    }

    /// Its name for people, in Vietnamese and English.
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Planning => ("lập kế hoạch", "planning"),
            Self::Fielding => ("đang thu thập", "fielding"),
            Self::Closed => ("đã đóng", "closed"),
            Self::Final => ("đã chốt", "final"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_goes_one_way_but_for_reopening() {
        let way = |state: SurveyState| -> Vec<&str> {
            state.moves().into_iter().map(SurveyMoveKind::as_str).collect()
        };
        assert_eq!(way(SurveyState::Planning), ["start"]);
        assert_eq!(way(SurveyState::Fielding), ["close"]);
        assert_eq!(way(SurveyState::Closed), ["reopen", "finalise"]);
        assert!(way(SurveyState::Final).is_empty());
    }

    #[test]
    fn each_state_takes_its_own() {
        let takes = |takes: fn(SurveyState) -> bool| -> Vec<&str> {
            SurveyState::ALL
                .iter()
                .filter(|state| takes(**state))
                .map(|state| state.as_str())
                .collect()
        };
        assert_eq!(takes(SurveyState::takes_plans), ["planning"]);
        assert_eq!(takes(SurveyState::takes_responses), ["fielding"]);
        assert_eq!(takes(SurveyState::takes_exclusions), ["fielding", "closed"]);
        assert_eq!(
            takes(SurveyState::takes_field_work),
            ["planning", "fielding", "closed"]
        );
    }
}
