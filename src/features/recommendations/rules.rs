//! What a recommendation, a type and the words of a step may be. Pure.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::{
    body_model::{NewRecommendation, RecommendationTypeBody, SatisfactionBody, SubmissionRecommendation},
    model::{RecommendationRow, RecommendationState, TypeRow},
};
use crate::{
    clock::Moment,
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::AgencyCode,
    web::EvidenceLink,
};

const SUBJECT_LENGTH_MAX: usize = 300;
const TEXT_LENGTH_MAX: usize = 10_000;
/// An answer may be longer than the question.
pub const ANSWER_LENGTH_MAX: usize = 20_000;
const REASON_LENGTH_MAX: usize = 2000;
const NAME_LENGTH_MAX: usize = 200;
const PROCEDURE_LENGTH_MAX: usize = 500;
const ADDRESSED_MAX: usize = 2;
const JOINT_MAX: usize = 10;
const WORKING_DAYS_MAX: i32 = 250;
/// So long after its publication an answer is rated.
const RATING_DAYS: i64 = 30;
/// Drafts that a submission may hold.
pub const DRAFTS_MAX: usize = 50;

/// A fault of an item of what was sent.
pub fn wrong(pointer: &str, code: &str, vi: impl Into<String>, en: impl Into<String>) -> FieldError {
    FieldError::new(pointer, code, Message::new(vi, en))
}

/// The fault of a text, if it has one.
pub fn check_text(pointer: &str, text: &str, longest: usize) -> Option<FieldError> {
    let good = !text.trim().is_empty() && text.chars().count() <= longest;
    (!good).then(|| {
        wrong(
            pointer,
            "bad_text",
            format!("Gồm 1 đến {longest} ký tự."),
            format!("It has 1 to {longest} characters."),
        )
    })
}

/// The fault of a reason, if it has one.
pub fn check_reason(pointer: &str, text: &str) -> Option<FieldError> {
    check_text(pointer, text, REASON_LENGTH_MAX)
}

/// Refuses what has faults.
pub fn refuse(faults: Vec<FieldError>) -> AppResult<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

/// The faults of what is asked.
fn check_asked(subject: &str, text: &str, evidence: &[EvidenceLink]) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> = check_text("/subject", subject, SUBJECT_LENGTH_MAX)
        .into_iter()
        .chain(check_text("/text", text, TEXT_LENGTH_MAX))
        .collect();
    faults.extend(EvidenceLink::check_all("/evidence", evidence));
    faults
}

/// Every fault of a new recommendation that shows without the database.
pub fn check_new(new: &NewRecommendation) -> Vec<FieldError> {
    let mut faults = check_asked(&new.subject, &new.text, &new.evidence);
    let distinct: BTreeSet<&AgencyCode> = new.addressed_to.iter().collect();
    if new.addressed_to.is_empty()
        || new.addressed_to.len() > ADDRESSED_MAX
        || distinct.len() < new.addressed_to.len()
    {
        faults.push(wrong(
            "/addressed_to",
            "bad_addressees",
            "Nêu một cơ quan, hoặc hai cơ quan khác nhau.",
            "Name one body, or two different ones.",
        ));
    }
    if let Some(at) = new.addressed_to.iter().position(|body| *body == new.asker) {
        faults.push(wrong(
            &format!("/addressed_to/{at}"),
            "own_agency",
            "Không gửi kiến nghị cho chính cơ quan mình.",
            "An agency sends no recommendation to itself.",
        ));
    }
    faults
}

/// Every fault of a submission's recommendation.
pub fn check_draft(new: &SubmissionRecommendation) -> Vec<FieldError> {
    check_asked(&new.subject, &new.text, &new.evidence)
}

/// The faults of the bodies that are to answer.
pub fn check_bodies(lead: &AgencyCode, joint: &[AgencyCode], asker: &AgencyCode) -> Vec<FieldError> {
    if joint.len() > JOINT_MAX {
        return vec![wrong(
            "/joint",
            "too_many_bodies",
            format!("Tối đa {JOINT_MAX} cơ quan phối hợp."),
            format!("There are {JOINT_MAX} joint bodies at most."),
        )];
    }
    let mut faults = Vec::new();
    let mut seen = BTreeSet::from([lead]);
    let all = std::iter::once(("/lead".to_owned(), lead)).chain(
        joint
            .iter()
            .enumerate()
            .map(|(at, body)| (format!("/joint/{at}"), body)),
    );
    for (pointer, body) in all {
        if body == asker {
            faults.push(wrong(
                &pointer,
                "own_agency",
                "Cơ quan kiến nghị không tự trả lời.",
                "The agency that asks does not answer itself.",
            ));
        } else if pointer != "/lead" && !seen.insert(body) {
            faults.push(wrong(
                &pointer,
                "body_twice",
                "Cơ quan này đã được giao.",
                "This body is named already.",
            ));
        }
    }
    faults
}

/// Every fault of a type.
pub fn check_type(at: &str, body: &RecommendationTypeBody) -> Vec<FieldError> {
    let pointer = |field: &str| format!("{at}/{field}");
    let mut faults = Vec::new();
    faults.extend(check_text(&pointer("name_vi"), &body.name_vi, NAME_LENGTH_MAX));
    let texts = [
        ("name_en", &body.name_en, NAME_LENGTH_MAX),
        ("procedure_vi", &body.procedure_vi, PROCEDURE_LENGTH_MAX),
        ("procedure_en", &body.procedure_en, PROCEDURE_LENGTH_MAX),
    ];
    for (field, text, longest) in texts {
        faults.extend(
            text.as_ref()
                .and_then(|text| check_text(&pointer(field), text, longest)),
        );
    }
    if !(1..=WORKING_DAYS_MAX).contains(&body.working_days) {
        faults.push(wrong(
            &pointer("working_days"),
            "bad_working_days",
            format!("Từ 1 đến {WORKING_DAYS_MAX} ngày làm việc."),
            format!("It is 1 to {WORKING_DAYS_MAX} working days."),
        ));
    }
    if body.another_procedure && body.procedure_vi.is_none() {
        faults.push(wrong(
            &pointer("procedure_vi"),
            "procedure_missing",
            "Nêu thủ tục giải quyết, vì loại này không được thụ lý ở đây.",
            "Name the procedure that settles it, for this type is refused here.",
        ));
    }
    faults
}

/// Why something of a type is refused.
pub fn another_procedure(of: &TypeRow) -> String {
    let procedure = of.procedure_vi.as_deref().unwrap_or(&of.name_vi);
    format!("{}: giải quyết theo thủ tục khác. {procedure}", of.name_vi)
}

/// Refuses a rating that comes too early or too late, or is none.
pub fn check_rating(row: &RecommendationRow, sent: &SatisfactionBody, now: Moment) -> AppResult<()> {
    let late = row
        .published_at
        .is_some_and(|since| now > since.plus(TimeDelta::days(RATING_DAYS)));
    let answered = matches!(
        row.state,
        RecommendationState::Answered | RecommendationState::Published
    );
    if !answered || late {
        let (vi, en) = if late {
            (
                format!("Đã quá {RATING_DAYS} ngày từ khi công khai trả lời."),
                format!("The answer was published more than {RATING_DAYS} days ago."),
            )
        } else {
            (
                "Chỉ đánh giá khi đã có trả lời.".to_owned(),
                "There is no answer yet to be satisfied with.".to_owned(),
            )
        };
        return Err(AppError::with(ErrorCode::IllegalTransition, vi, en));
    }
    let mut faults = Vec::new();
    if !(1..=5).contains(&sent.score) {
        faults.push(wrong(
            "/score",
            "bad_score",
            "Điểm từ 1 đến 5.",
            "A score is from 1 to 5.",
        ));
    }
    faults.extend(
        sent.comment
            .as_ref()
            .and_then(|text| check_reason("/comment", text)),
    );
    refuse(faults)
}

#[cfg(test)]
mod tests {
    use super::{super::deadline::tests::row, *};

    fn code(text: &str) -> AgencyCode {
        AgencyCode::parse(text).unwrap()
    }

    #[test]
    fn every_fault_of_a_recommendation_is_named() {
        let new = NewRecommendation {
            asker: code("moj"),
            subject: " ".into(),
            text: "x".repeat(10_001),
            kind: None,
            addressed_to: vec![code("moj"), code("moj")],
            evidence: vec![EvidenceLink {
                title: String::new(),
                url: "ftp://x".into(),
            }],
            about: None,
        };
        let told: Vec<String> = check_new(&new).into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(
            told,
            [
                "/subject",
                "/text",
                "/evidence/0/title",
                "/evidence/0/url",
                "/addressed_to",
                "/addressed_to/0"
            ]
        );
    }

    #[test]
    fn bodies_stand_once_and_the_asker_never() {
        let joint = ["mic", "moj", "mpi", "mpi"].map(code);
        let told: Vec<String> = check_bodies(&code("mic"), &joint, &code("moj"))
            .into_iter()
            .map(|fault| format!("{} {}", fault.pointer, fault.code))
            .collect();
        assert_eq!(
            told,
            [
                "/joint/0 body_twice",
                "/joint/1 own_agency",
                "/joint/3 body_twice"
            ]
        );
        assert_eq!(
            check_bodies(&code("moj"), &[], &code("moj"))[0].code,
            "own_agency"
        );
    }

    #[test]
    fn an_answer_is_rated_for_a_month() {
        let now = Moment::from_unix_seconds(1_772_416_800).unwrap();
        let sent = |score| SatisfactionBody { score, comment: None };
        let published = RecommendationRow {
            published_at: Some(now),
            ..row(RecommendationState::Published)
        };
        let month = now.plus(TimeDelta::days(30));
        assert!(check_rating(&published, &sent(5), month).is_ok());
        assert!(check_rating(&published, &sent(6), month).is_err());
        let late = month.plus(TimeDelta::seconds(1));
        assert!(check_rating(&published, &sent(5), late).is_err());
        assert!(check_rating(&row(RecommendationState::Assigned), &sent(5), now).is_err());
        assert!(check_rating(&row(RecommendationState::Answered), &sent(1), now).is_ok());
    }
}
