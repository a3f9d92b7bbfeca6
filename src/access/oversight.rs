//! Who may do what with recommendations and inspections: the part of the permission function that is about them.

use super::{
    permission::Action,
    principal::{Principal, Role},
};
use crate::ids::AgencyCode;

/// What is known of a recommendation when a permission is decided.
#[derive(Clone, Debug)]
pub struct RecommendationFacts {
    /// The agency that asks.
    pub asker: AgencyCode,
    /// Whether it has not been sent yet.
    pub is_draft: bool,
    /// The body that has to deal with it now.
    pub receiver: AgencyCode,
    /// The body that leads the answer.
    pub lead: Option<AgencyCode>,
    /// Every body that it was ever brought to.
    pub involved: Vec<AgencyCode>,
}

/// What is known of an inspection when a permission is decided.
#[derive(Clone, Debug)]
pub struct InspectionFacts {
    /// The agency that inspects.
    pub owner: AgencyCode,
    /// The agency that is inspected.
    pub target: AgencyCode,
    /// Bodies that take part.
    pub bodies: Vec<AgencyCode>,
    /// Whether the agency that is inspected knows of it; before, it is not there for it.
    pub is_shown: bool,
}

/// What is done in an agency's own name.
pub(super) fn may_for_agency(principal: &Principal, action: Action, agency: &AgencyCode) -> bool {
    let is = |role| principal.has_for(role, agency);
    match action {
        Action::Recommend | Action::WriteReviewPart => is(Role::Submitter) || is(Role::Leader),
        Action::AnswerRecommendation => is(Role::Evaluator) || is(Role::Appraiser),
        Action::ManageInspections | Action::ManageRatingChannel => is(Role::Evaluator),
        Action::SendRatings => is(Role::Collector) || is(Role::Submitter),
        Action::ManageCalendarFeeds => {
            is(Role::Submitter) || is(Role::Leader) || is(Role::Evaluator) || is(Role::Appraiser)
        }
        Action::ReadInspectionRates => {
            is(Role::Evaluator) || is(Role::Appraiser) || principal.has(Role::Administrator)
        }
        _ => false,
    }
}

pub(super) fn may_in_recommendation(
    principal: &Principal,
    action: Action,
    facts: &RecommendationFacts,
) -> bool {
    let asks = || may_for_agency(principal, Action::Recommend, &facts.asker);
    let is_brought_to = || {
        let bodies = || facts.involved.iter();
        bodies().any(|body| may_for_agency(principal, Action::AnswerRecommendation, body))
    };
    let routes = || principal.has_for(Role::Evaluator, &facts.receiver);
    let leads = || {
        facts
            .lead
            .as_ref()
            .is_some_and(|lead| principal.has_for(Role::Evaluator, lead))
    };
    match action {
        Action::ReadRecommendation => {
            asks()
                || principal.has_for(Role::Reader, &facts.asker)
                || (!facts.is_draft && (is_brought_to() || principal.has(Role::Administrator)))
        }
        Action::Recommend => asks(),
        Action::RouteRecommendation => !facts.is_draft && routes(),
        Action::AskForInformation => !facts.is_draft && (routes() || leads()),
        Action::PublishAnswer => leads(),
        _ => false,
    }
}

pub(super) fn may_in_inspection(principal: &Principal, action: Action, facts: &InspectionFacts) -> bool {
    let inspects = || {
        std::iter::once(&facts.owner)
            .chain(&facts.bodies)
            .any(|body| principal.has_for(Role::Evaluator, body) || principal.has_for(Role::Appraiser, body))
    };
    let is_inspected =
        |roles: &[Role]| facts.is_shown && roles.iter().any(|role| principal.has_for(*role, &facts.target));
    match action {
        Action::SeeInsideInspection => inspects() || principal.has(Role::Administrator),
        Action::ReadInspection => {
            inspects()
                || principal.has(Role::Administrator)
                || is_inspected(&[Role::Submitter, Role::Leader, Role::Reader])
        }
        Action::RunInspection => principal.has_for(Role::Evaluator, &facts.owner),
        Action::WriteFinding => inspects(),
        Action::ReportRemedy => is_inspected(&[Role::Submitter, Role::Leader]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::tests::{code, person, who};

    fn facts(is_draft: bool) -> RecommendationFacts {
        RecommendationFacts {
            asker: code("moj"),
            is_draft,
            receiver: code("moha"),
            lead: Some(code("mic")),
            involved: ["moha", "mic", "mpi"].map(code).into(),
        }
    }

    /// Who may do what, of all who could be thought of.
    fn allowed(action: Action, is_draft: bool) -> Vec<String> {
        let mut found = Vec::new();
        for agency in ["moj", "moha", "mic", "mpi", "mof"] {
            for role in Role::ALL {
                if may_in_recommendation(&person(*role, agency), action, &facts(is_draft)) {
                    found.push(format!("{} {agency}", role.as_str()));
                }
            }
        }
        found.retain(|name| !name.starts_with("administrator") || name.ends_with("moj"));
        found
    }

    /// The roles at the agency, and the others, that may act in its name.
    fn in_its_name(action: Action) -> (Vec<&'static str>, Vec<&'static str>) {
        let [own, others] = ["moj", "mof"].map(|agency| {
            let may = |role: &&Role| may_for_agency(&person(**role, agency), action, &code("moj"));
            let mut roles: Vec<_> = Role::ALL.iter().filter(may).map(|role| role.as_str()).collect();
            roles.sort_unstable();
            roles
        });
        (own, others)
    }

    #[test]
    fn what_is_done_in_an_agencys_name_has_its_people() {
        for (action, own, others) in [
            (Action::Recommend, vec!["leader", "submitter"], vec![]),
            (Action::WriteReviewPart, vec!["leader", "submitter"], vec![]),
            (
                Action::AnswerRecommendation,
                vec!["appraiser", "evaluator"],
                vec![],
            ),
            (Action::ManageInspections, vec!["evaluator"], vec![]),
            (Action::ManageRatingChannel, vec!["evaluator"], vec![]),
            (Action::SendRatings, vec!["collector", "submitter"], vec![]),
            (
                Action::ManageCalendarFeeds,
                vec!["appraiser", "evaluator", "leader", "submitter"],
                vec![],
            ),
            (
                Action::ReadInspectionRates,
                vec!["administrator", "appraiser", "evaluator"],
                vec!["administrator"],
            ),
            (Action::SaveItems, vec![], vec![]),
        ] {
            assert_eq!(in_its_name(action), (own, others), "{action:?}");
        }
    }

    #[test]
    fn those_who_ask_and_those_who_are_asked_read() {
        assert_eq!(
            allowed(Action::ReadRecommendation, false),
            [
                "administrator moj",
                "submitter moj",
                "leader moj",
                "reader moj",
                "appraiser moha",
                "evaluator moha",
                "appraiser mic",
                "evaluator mic",
                "appraiser mpi",
                "evaluator mpi"
            ]
        );
        assert_eq!(
            allowed(Action::ReadRecommendation, true),
            ["submitter moj", "leader moj", "reader moj"]
        );
    }

    #[test]
    fn each_step_has_its_people() {
        assert_eq!(allowed(Action::Recommend, false), ["submitter moj", "leader moj"]);
        assert_eq!(allowed(Action::RouteRecommendation, false), ["evaluator moha"]);
        assert_eq!(
            allowed(Action::AskForInformation, false),
            ["evaluator moha", "evaluator mic"]
        );
        assert_eq!(allowed(Action::PublishAnswer, false), ["evaluator mic"]);
        assert!(allowed(Action::RouteRecommendation, true).is_empty());
        assert!(allowed(Action::SaveItems, false).is_empty());
    }

    #[test]
    fn an_inspection_is_not_there_before_it_is_shown() {
        let facts = |is_shown| InspectionFacts {
            owner: code("moha"),
            target: code("moj"),
            bodies: vec![code("mic")],
            is_shown,
        };
        let may = |role, agency: &str, action, is_shown| {
            may_in_inspection(&person(role, agency), action, &facts(is_shown))
        };
        for role in [Role::Submitter, Role::Leader, Role::Reader] {
            assert!(!may(role, "moj", Action::ReadInspection, false));
            assert!(may(role, "moj", Action::ReadInspection, true));
            assert!(!may(role, "moj", Action::SeeInsideInspection, true));
        }
        assert!(!may(Role::Submitter, "moj", Action::ReportRemedy, false));
        assert!(!may(Role::Evaluator, "moj", Action::ReadInspection, true));
        assert!(!may(Role::Reader, "moj", Action::ReportRemedy, true));
        for role in [Role::Evaluator, Role::Appraiser] {
            assert!(may(role, "mic", Action::WriteFinding, false));
            assert!(!may(role, "mic", Action::RunInspection, false));
            assert!(!may(role, "mpi", Action::ReadInspection, true));
        }
        assert!(may(Role::Evaluator, "moha", Action::RunInspection, false));
        assert!(!may(Role::Administrator, "moha", Action::RunInspection, true));
    }

    #[test]
    fn each_thing_done_with_an_inspection_has_its_people() {
        let allowed = |action, is_shown| {
            let facts = InspectionFacts {
                owner: code("moha"),
                target: code("moj"),
                bodies: vec![code("mic")],
                is_shown,
            };
            who(&["moha", "mic", "moj", "mof"], |person| {
                may_in_inspection(person, action, &facts)
            })
        };
        let inspects = [
            "appraiser mic",
            "appraiser moha",
            "evaluator mic",
            "evaluator moha",
        ];
        let sees: Vec<&str> = ["administrator"].into_iter().chain(inspects).collect();
        let reads = ["leader moj", "reader moj", "submitter moj"];
        for is_shown in [false, true] {
            assert_eq!(allowed(Action::SeeInsideInspection, is_shown), sees);
            assert_eq!(allowed(Action::WriteFinding, is_shown), inspects);
            assert_eq!(allowed(Action::RunInspection, is_shown), ["evaluator moha"]);
            assert!(allowed(Action::SaveItems, is_shown).is_empty());
        }
        assert_eq!(allowed(Action::ReadInspection, false), sees);
        let all: Vec<&str> = sees.iter().copied().chain(reads).collect();
        assert_eq!(allowed(Action::ReadInspection, true), all);
        assert!(allowed(Action::ReportRemedy, false).is_empty());
        assert_eq!(
            allowed(Action::ReportRemedy, true),
            ["leader moj", "submitter moj"]
        );
    }

    #[test]
    fn a_units_part_of_a_review_is_written_by_its_submitters_and_leaders() {
        let may =
            |role, agency: &str| may_for_agency(&person(role, agency), Action::WriteReviewPart, &code("mic"));
        for role in Role::ALL {
            let writes = matches!(role, Role::Submitter | Role::Leader);
            assert_eq!(may(*role, "mic"), writes, "{}", role.as_str());
            assert!(!may(*role, "moha"), "{}", role.as_str());
        }
    }

    #[test]
    fn a_calendar_belongs_to_those_who_work_for_the_agency() {
        let may = |role, agency: &str| {
            may_for_agency(&person(role, agency), Action::ManageCalendarFeeds, &code("mic"))
        };
        for role in [Role::Submitter, Role::Leader, Role::Evaluator, Role::Appraiser] {
            assert!(may(role, "mic") && !may(role, "mpi"));
        }
        assert!(!may(Role::Reader, "mic") && !may(Role::Administrator, "mic"));
    }

    #[test]
    fn a_part_is_written_by_the_bodys_own_people() {
        let may = |role| may_for_agency(&person(role, "mic"), Action::AnswerRecommendation, &code("mic"));
        assert!(may(Role::Evaluator) && may(Role::Appraiser));
        assert!(!may(Role::Leader) && !may(Role::Administrator));
        assert!(!may_for_agency(
            &person(Role::Evaluator, "mic"),
            Action::AnswerRecommendation,
            &code("mpi")
        ));
    }
}
