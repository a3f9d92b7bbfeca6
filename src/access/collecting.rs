//! Who may do what with what is collected for others: counts of the public post, and survey rounds.

use super::{
    permission::Action,
    principal::{Principal, Role},
};
use crate::ids::AgencyCode;

/// What is known of an agency's counts when a permission is decided.
#[derive(Clone, Debug)]
pub struct PublicPostFacts {
    /// The agency whose dossiers are counted.
    pub agency: AgencyCode,
    /// The bodies that may send in its counts.
    pub collectors: Vec<AgencyCode>,
}

impl PublicPostFacts {
    /// The body in whose name a person sends the counts in; none for the agency's own people, or for nobody of either.
    pub fn sending_body(&self, principal: &Principal) -> Option<&AgencyCode> {
        if works_for(principal, &self.agency) {
            return None;
        }
        self.collectors
            .iter()
            .find(|body| principal.has_for(Role::Collector, body))
    }
}

fn works_for(principal: &Principal, agency: &AgencyCode) -> bool {
    principal.has_for(Role::Submitter, agency) || principal.has_for(Role::Leader, agency)
}

pub(super) fn may_with_counts(principal: &Principal, action: Action, facts: &PublicPostFacts) -> bool {
    let sends = || works_for(principal, &facts.agency) || facts.sending_body(principal).is_some();
    match action {
        Action::ReadReference => true,
        Action::RecordPublicPost => sends(),
        Action::ReadPublicPostHistory => {
            sends()
                || principal.has_for(Role::Reader, &facts.agency)
                || principal.has(Role::Evaluator)
                || principal.has(Role::Administrator)
        }
        _ => false,
    }
}

/// What is known of a survey round when a permission is decided.
#[derive(Clone, Debug)]
pub struct SurveyRoundFacts {
    /// The agency that runs it.
    pub owner: AgencyCode,
    /// The bodies that collect for it.
    pub collectors: Vec<AgencyCode>,
    /// Whether its result is frozen, and thus open to whoever logs in.
    pub is_final: bool,
}

pub(super) fn may_in_survey(principal: &Principal, action: Action, facts: &SurveyRoundFacts) -> bool {
    let runs = || principal.has_for(Role::Evaluator, &facts.owner);
    let collects = || {
        facts
            .collectors
            .iter()
            .any(|body| principal.has_for(Role::Collector, body))
    };
    match action {
        Action::ReadReference => true,
        Action::ManageSurveyRound => runs(),
        Action::CollectResponses => runs() || collects(),
        Action::ReadSurveyWork => runs() || collects() || principal.has(Role::Administrator),
        Action::ReadSurveyResults => facts.is_final || runs() || principal.has(Role::Administrator),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::tests::{code, person};

    #[test]
    fn counts_are_sent_by_the_agency_or_by_a_body_that_it_was_entrusted_to() {
        let facts = PublicPostFacts {
            agency: code("moj"),
            collectors: vec![code("vnpost")],
        };
        let mut sending = Vec::new();
        for agency in ["moj", "vnpost", "mof"] {
            for role in Role::ALL {
                let person = person(*role, agency);
                if may_with_counts(&person, Action::RecordPublicPost, &facts) {
                    let body = facts.sending_body(&person).map_or("-", AgencyCode::as_str);
                    sending.push(format!("{} {agency} {body}", role.as_str()));
                    assert!(may_with_counts(&person, Action::ReadPublicPostHistory, &facts));
                }
                assert!(!may_with_counts(&person, Action::SaveItems, &facts));
                assert!(may_with_counts(&person, Action::ReadReference, &facts));
            }
        }
        assert_eq!(
            sending,
            ["submitter moj -", "leader moj -", "collector vnpost vnpost"]
        );
        let reads =
            |role, agency| may_with_counts(&person(role, agency), Action::ReadPublicPostHistory, &facts);
        assert!(reads(Role::Reader, "moj") && !reads(Role::Reader, "mof"));
        assert!(reads(Role::Evaluator, "moha") && !reads(Role::Collector, "mof"));
    }

    #[test]
    fn a_survey_round_is_run_by_its_owner_and_collected_by_those_it_names() {
        let facts = |is_final| SurveyRoundFacts {
            owner: code("moha"),
            collectors: vec![code("vnpost")],
            is_final,
        };
        let allowed = |action, is_final| {
            let mut found = Vec::new();
            for agency in ["moha", "vnpost", "mof"] {
                for role in Role::ALL {
                    if may_in_survey(&person(*role, agency), action, &facts(is_final)) {
                        found.push(format!("{} {agency}", role.as_str()));
                    }
                }
            }
            found.retain(|name| !name.starts_with("administrator") || name.ends_with("moha"));
            found
        };
        let everybody = 2 * (Role::ALL.len() - 1) + Role::ALL.len();
        assert_eq!(allowed(Action::ReadReference, false).len(), everybody);
        assert_eq!(allowed(Action::ManageSurveyRound, false), ["evaluator moha"]);
        assert_eq!(
            allowed(Action::CollectResponses, false),
            ["evaluator moha", "collector vnpost"]
        );
        assert_eq!(
            allowed(Action::ReadSurveyWork, true),
            ["administrator moha", "evaluator moha", "collector vnpost"]
        );
        assert_eq!(
            allowed(Action::ReadSurveyResults, false),
            ["administrator moha", "evaluator moha"]
        );
        let everybody = Role::ALL.len() * 3 - 2;
        assert_eq!(allowed(Action::ReadSurveyResults, true).len(), everybody);
        assert!(allowed(Action::SaveItems, true).is_empty());
    }
}
