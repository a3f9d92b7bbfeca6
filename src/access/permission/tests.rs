use super::*;
use crate::access::tests::{code, person, who};
use crate::clock::Moment;
use crate::ids::ApiKeyId;

fn facts(appraisal_begun: bool) -> SubmissionFacts {
    SubmissionFacts {
        owner: code("moha"),
        agency: code("moj"),
        contributors: vec![code("moj-it")],
        bodies: vec![code("mic")],
        appraisal_begun,
    }
}

#[test]
fn a_key_opens_what_its_scopes_name() {
    let key = |scopes: &[Scope]| ApiKey {
        id: ApiKeyId::new(),
        scopes: scopes.to_vec(),
        per_minute: std::num::NonZeroU32::MIN,
        expires_at: Moment::from_unix_seconds(0).unwrap(),
        revoked_at: None,
        last_used_on: None,
        networks: Vec::new(),
    };
    let reading = key(&[Scope::ReadPublications]);
    assert!(check_key(&reading, Action::ReadPublished).is_ok());
    for action in [Action::ReadReference, Action::ManageApiKeys, Action::ReadScore] {
        assert_eq!(
            check_key(&reading, action).unwrap_err().code,
            ErrorCode::Forbidden
        );
    }
    assert!(check_key(&key(&[]), Action::ReadPublished).is_err());
}

#[test]
fn another_agencys_submission_is_not_there() {
    let stranger = person(Role::Submitter, "mof");
    let error = check(&stranger, Action::SaveItems, Object::Submission(&facts(true))).unwrap_err();
    assert_eq!(error.code.as_str(), "not_found");
}

#[test]
fn a_reader_of_the_agency_sees_and_may_not_touch() {
    let reader = person(Role::Reader, "moj");
    assert!(may(
        &reader,
        Action::ReadSubmission,
        Object::Submission(&facts(false))
    ));
    let error = check(&reader, Action::SaveItems, Object::Submission(&facts(false))).unwrap_err();
    assert_eq!(error.code.as_str(), "forbidden");
}

#[test]
fn an_appraiser_sees_nothing_before_the_appraisal() {
    let appraiser = person(Role::Appraiser, "mic");
    assert!(!may(
        &appraiser,
        Action::ReadSubmission,
        Object::Submission(&facts(false))
    ));
    assert!(may(
        &appraiser,
        Action::Appraise,
        Object::Submission(&facts(true))
    ));
}

#[test]
fn a_submitter_does_not_approve_and_an_administrator_does_not_score() {
    assert!(!may(
        &person(Role::Submitter, "moj"),
        Action::ApproveSubmission,
        Object::Submission(&facts(false))
    ));
    assert!(may(
        &person(Role::Leader, "moj"),
        Action::ApproveSubmission,
        Object::Submission(&facts(false))
    ));
    let administrator = person(Role::Administrator, "moha");
    for action in [
        Action::SaveItems,
        Action::Appraise,
        Action::EnterPoints,
        Action::PublishResult,
    ] {
        assert!(
            !may(&administrator, action, Object::Submission(&facts(true))),
            "{action:?}"
        );
    }
}

#[test]
fn an_evaluator_runs_the_rounds_of_the_own_agency_only() {
    let evaluator = person(Role::Evaluator, "moha");
    assert!(may(&evaluator, Action::ManageRound, Object::Round(&code("moha"))));
    assert!(!may(
        &evaluator,
        Action::ManageRound,
        Object::Round(&code("ha-noi"))
    ));
}

fn line() -> LineFacts {
    LineFacts {
        owner: code("moha"),
        signatories: vec![code("moha"), code("mic")],
        lead: code("moj"),
        coordinators: vec![code("mof")],
    }
}

#[test]
fn a_plan_line_is_reported_by_its_lead_and_confirmed_by_others() {
    use Action::{ConfirmProgress, ManageProgramme, ReadProgress, ReportProgress};
    for (role, agency, allowed) in [
        (Role::Submitter, "moj", &[ReportProgress, ReadProgress][..]),
        (Role::Leader, "moj", &[ReportProgress, ReadProgress]),
        (Role::Reader, "moj", &[ReadProgress]),
        (Role::Submitter, "mof", &[ConfirmProgress, ReadProgress]),
        (Role::Reader, "mof", &[ReadProgress]),
        (Role::Submitter, "moet", &[]),
        (Role::Evaluator, "moha", &[ManageProgramme, ReadProgress]),
        (Role::Evaluator, "mic", &[ReadProgress]),
        (Role::Evaluator, "mot", &[]),
        (Role::Administrator, "moha", &[ReadProgress]),
    ] {
        let who = person(role, agency);
        for action in [ReportProgress, ConfirmProgress, ManageProgramme, ReadProgress] {
            assert_eq!(
                may(&who, action, Object::PlanLine(&line())),
                allowed.contains(&action),
                "{role:?} of {agency}: {action:?}"
            );
        }
        // Everybody may read the plan: what is refused is forbidden, and not unknown.
        assert!(may(&who, Action::ReadReference, Object::Programme(&code("moha"))));
        if let Err(error) = check(&who, ManageProgramme, Object::PlanLine(&line())) {
            assert_eq!(error.code, ErrorCode::Forbidden);
        }
    }
}

const EVERYWHERE: [&str; 5] = ["moha", "moj", "moj-it", "mic", "mof"];

/// Who may do this with that, of five agencies.
fn allowed(action: Action, object: Object<'_>) -> Vec<String> {
    who(&EVERYWHERE, |person| may(person, action, object))
}

fn everybody() -> Vec<String> {
    who(&EVERYWHERE, |_| true)
}

fn with_roles(roles: &[&str]) -> Vec<String> {
    let mut all = everybody();
    all.retain(|name| roles.contains(&name.split(' ').next().unwrap()));
    all
}

#[test]
fn what_belongs_to_no_agency_goes_by_the_role_alone() {
    for action in [Action::ReadReference, Action::UseOwnFeed, Action::ReadPublished] {
        assert_eq!(allowed(action, Object::System), everybody(), "{action:?}");
    }
    for action in [
        Action::ManageUsers,
        Action::ManageAgencies,
        Action::ManageOutbox,
        Action::ManageWebhooks,
        Action::ManageHolidays,
        Action::ManageRecommendationTypes,
        Action::EntrustPublicPost,
        Action::ReadAudit,
        Action::ManageApiKeys,
    ] {
        assert_eq!(allowed(action, Object::System), ["administrator"], "{action:?}");
    }
    let sends = with_roles(&["submitter", "leader", "collector"]);
    assert_eq!(allowed(Action::RecordPublicPost, Object::System), sends);
    for action in [
        Action::WriteCriteriaSet,
        Action::WriteInstrument,
        Action::ImportResult,
    ] {
        let writes = with_roles(&["administrator", "evaluator"]);
        assert_eq!(allowed(action, Object::System), writes, "{action:?}");
    }
    assert!(allowed(Action::SaveItems, Object::System).is_empty());
}

#[test]
fn a_round_is_run_by_its_owners_evaluators() {
    let owner = code("moha");
    let allowed = |action| allowed(action, Object::Round(&owner));
    assert_eq!(allowed(Action::ReadReference), everybody());
    for action in [Action::ManageRound, Action::EnterPoints, Action::PublishResult] {
        assert_eq!(allowed(action), ["evaluator moha"], "{action:?}");
    }
    for action in [Action::ReadRanking, Action::ReadPoints] {
        assert_eq!(allowed(action), ["administrator", "evaluator moha"], "{action:?}");
    }
    assert_eq!(allowed(Action::ManageUsers), ["administrator"]);
    assert!(allowed(Action::SaveItems).is_empty());
}

#[test]
fn each_thing_done_with_a_submission_has_its_people() {
    let (before, during) = (facts(false), facts(true));
    let allowed = |action| allowed(action, Object::Submission(&during));
    let own = ["leader moj", "submitter moj"];
    assert_eq!(
        allowed(Action::ReadSubmission),
        [
            "administrator",
            "appraiser mic",
            "evaluator moha",
            "leader moj",
            "reader moj",
            "submitter moj",
            "submitter moj-it"
        ]
    );
    for action in [Action::ReadScore, Action::ReadWholeSubmission] {
        let reads = [
            "administrator",
            "evaluator moha",
            "leader moj",
            "reader moj",
            "submitter moj",
        ];
        assert_eq!(allowed(action), reads, "{action:?}");
    }
    assert_eq!(allowed(Action::SaveItems), [own[0], own[1], "submitter moj-it"]);
    for action in [
        Action::AssignContributors,
        Action::SubmitSubmission,
        Action::SignSubmission,
    ] {
        assert_eq!(allowed(action), own, "{action:?}");
    }
    assert_eq!(allowed(Action::ApproveSubmission), ["leader moj"]);
    assert_eq!(allowed(Action::Appraise), ["appraiser mic"]);
    assert_eq!(allowed(Action::AskQuestion), ["appraiser mic", "evaluator moha"]);
    let told = ["administrator", "appraiser mic", "evaluator moha"];
    assert_eq!(allowed(Action::ReadAppraisal), told);
    assert_eq!(allowed(Action::ManageRound), ["evaluator moha"]);

    let early = |action| {
        who(&EVERYWHERE, |person| {
            may(person, action, Object::Submission(&before))
        })
    };
    assert!(early(Action::Appraise).is_empty());
    assert_eq!(early(Action::AskQuestion), ["evaluator moha"]);
    assert_eq!(early(Action::ReadAppraisal), ["administrator", "evaluator moha"]);
}

#[test]
fn a_line_is_reported_by_its_lead_and_confirmed_by_who_coordinates() {
    let facts = LineFacts {
        owner: code("moha"),
        lead: code("moj"),
        coordinators: vec![code("moj-it")],
        signatories: vec![code("mic")],
    };
    let allowed = |action| allowed(action, Object::PlanLine(&facts));
    assert_eq!(allowed(Action::ManageProgramme), ["evaluator moha"]);
    assert_eq!(allowed(Action::ReportProgress), ["leader moj", "submitter moj"]);
    assert_eq!(
        allowed(Action::ConfirmProgress),
        ["leader moj-it", "submitter moj-it"]
    );
    assert_eq!(
        allowed(Action::ReadProgress),
        [
            "administrator",
            "evaluator mic",
            "evaluator moha",
            "leader moj",
            "leader moj-it",
            "reader moj",
            "reader moj-it",
            "submitter moj",
            "submitter moj-it"
        ]
    );
    assert_eq!(allowed(Action::ReadReference), everybody());
}
