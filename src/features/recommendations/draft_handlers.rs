//! Recommendations that go out with a submission.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    arrive::{self, Asked},
    body_model::{RecommendationAbout, SubmissionRecommendation},
    keep::{answer, entry, write_down},
    model::RecommendationStep,
    rules, shown,
    steps::Stepped,
    store,
    view_model::{Recommendation, RecommendationLine},
};
use crate::{
    access::{Action, Object},
    db::{Database, Outcome},
    error::{AppError, AppResult, ErrorCode},
    features::{
        criteria::Sets,
        submissions::{self, Approached, SubmissionState},
    },
    ids::{AgencyCode, RoundCode},
    web::{Caller, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list},
};

/// List a submission's recommendations
///
/// What came with it, and, for the agency itself, what is to come with it when it is sent.
#[utoipa::path(tag = "recommendations", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The recommendations.", body = Page<RecommendationLine>), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/recommendations")]
pub async fn list_submission_recommendations(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let now = db.clock().now();
    let lines = db
        .read(move |conn| {
            submissions::approach(conn, &caller, &code, &agency, Action::ReadWholeSubmission)?;
            let today = shown::today(conn, now)?;
            let own = caller.check(Action::Recommend, Object::Agency(&agency)).is_ok();
            let rows = store::of_submission(conn, &code, &agency)?.into_iter();
            Ok(rows
                .filter(|row| own || row.received_on.is_some())
                .map(|row| shown::line(row, &today))
                .collect::<Vec<_>>())
        })
        .await?;
    json_list(&Page::whole(lines))
}

/// Add a recommendation to a submission
///
/// To the agency that runs the round. It is a draft, which only the agency sees, until the submission is sent; then it is
/// received by itself. A draft is taken out by withdrawing it.
#[utoipa::path(tag = "recommendations", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    request_body = SubmissionRecommendation, security(("bearer" = [])),
    responses((status = 201, description = "Added.", body = Recommendation), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/recommendations")]
pub async fn add_submission_recommendation(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
    body: ValidJson<SubmissionRecommendation>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let locks = submissions::locks(&code, &agency);
    let change = caller.change("add_submission_recommendation", &body.digest, locks);
    let new = body.value;
    let answer = db
        .write(change, move |tx| {
            let Approached {
                round, submission, ..
            } = submissions::approach(tx.conn(), &caller, &code, &agency, Action::SubmitSubmission)?;
            let drafts = store::drafts(tx.conn(), &code, &agency)?.len();
            check_open(submission.state, drafts, round.owner_code == agency)?;
            let mut faults = rules::check_draft(&new);
            let indicator = new.indicator.as_ref();
            faults.extend(arrive::check_indicator(
                tx.conn(),
                &sets,
                &round,
                indicator,
                "/indicator",
            )?);
            rules::refuse(faults)?;
            let asked = Asked {
                asker: agency,
                subject: new.subject,
                text: new.text,
                kind: None,
                addressed_to: vec![round.owner_code],
                evidence: new.evidence,
                about: Some(RecommendationAbout {
                    round: code,
                    indicator: new.indicator,
                }),
                from_submission: true,
            };
            let (row, bodies) = arrive::draft(tx, asked)?;
            let made = Stepped {
                row,
                bodies,
                step: RecommendationStep::Draft,
                body: None,
                text: None,
            };
            write_down(tx, None, &made)?;
            let entry = entry(None, &made.row, RecommendationStep::Draft)?;
            let today = shown::now(tx)?;
            let answer = answer(tx.conn(), &caller.principal, 201, made.row, &made.bodies, &today)?;
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

/// Refuses where nothing can be added.
fn check_open(state: SubmissionState, drafts: usize, is_owner: bool) -> AppResult<()> {
    let most = rules::DRAFTS_MAX;
    let (vi, en) = if state == SubmissionState::Submitted {
        (
            "Phiếu đã gửi: gửi kiến nghị riêng tại /api/v1/recommendations.".to_owned(),
            "The submission was sent: make the recommendation by itself at /api/v1/recommendations."
                .to_owned(),
        )
    } else if is_owner {
        (
            "Cơ quan tổ chức kỳ không kiến nghị với chính mình.".to_owned(),
            "The agency that runs the round recommends nothing to itself.".to_owned(),
        )
    } else if drafts >= most {
        (
            format!("Phiếu đã có {most} kiến nghị."),
            format!("The submission has {most} recommendations already."),
        )
    } else {
        return Ok(());
    };
    Err(AppError::with(ErrorCode::IllegalTransition, vi, en))
}
