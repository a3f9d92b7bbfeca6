use super::*;
use crate::ids::RecordId;

fn at(seconds: i64) -> Moment {
    Moment::from_unix_seconds(seconds).unwrap()
}

fn round(phase: Phase, deadline: Option<i64>) -> RoundRow {
    RoundRow {
        code: "demo".parse().unwrap(),
        title_vi: "Kỳ thử".into(),
        title_en: None,
        year: 2023,
        owner_code: "moha".parse().unwrap(),
        criteria_set_code: "demo".parse().unwrap(),
        criteria_set_version: 1,
        phase,
        self_assessment_deadline: deadline.map(at),
        explanation_deadline: deadline.map(at),
        appraisal_deadline: None,
        revision: 1,
        created_at: at(0),
        updated_at: at(0),
        signature_required: None,
        time_zone: Default::default(),
    }
}

fn codes(errors: &[FieldError]) -> Vec<&str> {
    errors.iter().map(|error| error.code.as_str()).collect()
}

fn indicator(code: &str) -> IndicatorCode {
    code.parse().unwrap()
}

#[test]
fn a_round_opens_with_agencies_bodies_and_time_ahead() {
    let assigned = AssignmentRow {
        round_code: "demo".parse().unwrap(),
        indicator_code: indicator("1.1"),
        body_code: "moha".parse().unwrap(),
        is_lead: true,
    };
    let appraised = [indicator("1.1"), indicator("1.2")];
    let errors = for_self_assessment(
        &round(Phase::Preparation, None),
        0,
        &appraised,
        std::slice::from_ref(&assigned),
        at(10),
    );
    assert_eq!(
        codes(&errors),
        ["no_agencies", "deadline_missing", "indicator_unassigned"]
    );
    assert!(errors[2].message.en.starts_with("1.2:"));
    let past = for_self_assessment(
        &round(Phase::Preparation, Some(10)),
        1,
        &appraised[..1],
        std::slice::from_ref(&assigned),
        at(10),
    );
    assert_eq!(codes(&past), ["deadline_past"]);
    assert!(
        for_self_assessment(
            &round(Phase::Preparation, Some(11)),
            1,
            &appraised[..1],
            &[assigned],
            at(10)
        )
        .is_empty()
    );
}

#[test]
fn the_appraisal_waits_for_the_deadline_or_for_everybody() {
    let of = |agency: &str, state| SubmissionRow {
        round_code: "demo".parse().unwrap(),
        agency_code: agency.parse().unwrap(),
        state,
        revision: 1,
        approved_at: None,
        approved_by: None,
        submitted_at: None,
        submitted_by: None,
        updated_at: at(0),
        self_assessment_until: None,
        explanation_until: None,
    };
    let mut states = [
        of("moj", SubmissionState::Submitted),
        of("mof", SubmissionState::Approved),
    ];
    let round = round(Phase::SelfAssessment, Some(100));
    let errors = for_appraisal(&round, &states, at(99));
    assert_eq!(codes(&errors), ["not_submitted"]);
    assert!(errors[0].message.en.starts_with("mof: not submitted (approved)"));
    assert!(for_appraisal(&round, &states, at(100)).is_empty());
    assert!(for_appraisal(&round, &states[..1], at(1)).is_empty());
    // Who was granted more time is waited for, to its own second.
    states[1].self_assessment_until = Some(at(200));
    assert_eq!(codes(&for_appraisal(&round, &states, at(199))), ["not_submitted"]);
    assert!(for_appraisal(&round, &states, at(200)).is_empty());
}

#[test]
fn what_is_missing_is_named_up_to_a_hundred() {
    let mut flags = Flags::NONE;
    flags.insert(Flag::MissingSurvey);
    let blocked: Vec<Blocked> = (0..150)
        .map(|number| Blocked {
            agency: "moj".parse().unwrap(),
            indicator: number.to_string(),
            flags,
        })
        .collect();
    let error = require(for_council(&blocked)).unwrap_err();
    assert_eq!(error.errors.len(), NAMED_MAX);
    assert_eq!(error.errors[0].code, "survey_points_missing");
    let detail = error.detail.unwrap().en;
    assert!(detail.contains("150 requirements are not met"), "{detail}");
    assert!(require(for_council(&blocked[..0])).is_ok());
}

#[test]
fn going_back_needs_a_reason_and_titles_belong_to_publishing() {
    let body = |value: serde_json::Value| serde_json::from_value::<RoundMoveBody>(value).unwrap();
    let back = body(serde_json::json!({"to": "appraisal"}));
    assert_eq!(codes(&faults(Phase::Council, &back)), ["reason_missing"]);
    assert!(faults(Phase::Explanation, &back).is_empty());
    let titled = body(serde_json::json!({"to": "appraisal", "reason": "x", "notice_en": "y"}));
    assert_eq!(codes(&faults(Phase::Council, &titled)), ["not_for_this_move"]);
    let blank = body(serde_json::json!({"to": "correction", "reason": "  "}));
    assert_eq!(codes(&faults(Phase::Published, &blank)), ["bad_text"]);
}

#[test]
fn an_approval_holds_for_its_result_its_sitting_and_a_person_who_appraised_nothing() {
    let appraisers: BTreeSet<String> = ["u2".to_owned()].into();
    let mut council = Council {
        digest: "d",
        since: Some(at(30)),
        has_minutes: true,
        appraisers: &appraisers,
    };
    let approval = |digest: &str, seconds, by: &str| ApprovalRow {
        id: RecordId::new(),
        round_code: "demo".parse().unwrap(),
        result_digest: digest.to_owned(),
        note: None,
        approved_at: at(seconds),
        approved_by: by.to_owned(),
    };
    let good = approval("d", 30, "u1");
    assert!(council.accepts(&good));
    for bad in [
        approval("e", 30, "u1"),
        approval("d", 15, "u1"),
        approval("d", 30, "u2"),
    ] {
        assert!(!council.accepts(&bad));
        assert_eq!(codes(&for_publication(&council, &[bad])), ["approval_missing"]);
    }
    assert!(for_publication(&council, std::slice::from_ref(&good)).is_empty());
    council.has_minutes = false;
    assert_eq!(codes(&for_publication(&council, &[good])), ["minutes_missing"]);
}
