//! The steps of a recommendation over HTTP.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};

use super::{
    arrive,
    body_model::RecommendationMove,
    keep::{approach, keep, lock_of},
    model::{BodyRow, RecommendationRow, RecommendationState, RecommendationStep},
    rules, shown,
    steps::{Stepped, Today},
    type_store,
    view_model::Recommendation,
};
use crate::{
    access::Action,
    db::{Database, Tx},
    error::{AppError, AppResult, ErrorCode},
    features::notifications::Notifier,
    ids::{AgencyCode, RecommendationTypeCode, RecordId},
    web::{Caller, IfMatch, ValidJson, WriteProblems, answered},
};

impl RecommendationMove {
    /// What a caller must be allowed to do for it.
    fn needs(&self) -> Action {
        match self {
            Self::Classify { .. }
            | Self::Assign { .. }
            | Self::Return { .. }
            | Self::Transfer { .. }
            | Self::Accept {} => Action::RouteRecommendation,
            Self::RequestInformation { .. } => Action::AskForInformation,
            Self::SupplyInformation { .. } | Self::Withdraw { .. } => Action::Recommend,
            Self::Publish { .. } => Action::PublishAnswer,
        }
    }

    fn step(&self) -> RecommendationStep {
        match self {
            Self::Classify { .. } => RecommendationStep::Classify,
            Self::Assign { .. } => RecommendationStep::Assign,
            Self::Return { .. } => RecommendationStep::Return,
            Self::Transfer { .. } => RecommendationStep::Transfer,
            Self::Accept {} => RecommendationStep::Accept,
            Self::RequestInformation { .. } => RecommendationStep::RequestInformation,
            Self::SupplyInformation { .. } => RecommendationStep::SupplyInformation,
            Self::Publish { .. } => RecommendationStep::Publish,
            Self::Withdraw { .. } => RecommendationStep::Withdraw,
        }
    }

    /// Refuses words that are none or too many.
    fn check_words(&self) -> AppResult<()> {
        let fault = match self {
            Self::Return { reason } => rules::check_reason("/reason", reason),
            Self::Withdraw { reason: Some(reason) } => rules::check_reason("/reason", reason),
            Self::RequestInformation { question } => rules::check_reason("/question", question),
            Self::SupplyInformation { text } => rules::check_text("/text", text, 10_000),
            Self::Publish {
                public_answer: Some(text),
            } => rules::check_text("/public_answer", text, rules::ANSWER_LENGTH_MAX),
            Self::Transfer { to, outside, reason } => {
                return check_transfer(to.as_ref(), outside.as_deref(), reason);
            }
            _ => None,
        };
        rules::refuse(fault.into_iter().collect())
    }
}

fn check_transfer(to: Option<&AgencyCode>, outside: Option<&str>, reason: &str) -> AppResult<()> {
    let mut faults: Vec<_> = rules::check_reason("/reason", reason).into_iter().collect();
    faults.extend(outside.and_then(|name| rules::check_text("/outside", name, 300)));
    if to.is_some() == outside.is_some() {
        faults.push(rules::wrong(
            "/to",
            "one_of_two",
            "Nêu hoặc cơ quan nhận (to), hoặc nơi nhận ngoài hệ thống (outside).",
            "Name either the agency (to), or who takes it outside of the system (outside).",
        ));
    }
    rules::refuse(faults)
}

/// Take a step with a recommendation
///
/// `classify`, `assign`, `return`, `transfer`, `accept` by an evaluator of the body that deals with it;
/// `request_information` by that one or one of the body that leads; `supply_information` and `withdraw` by the agency
/// that asks; `publish` by an evaluator of the body that leads. `actions` of the recommendation tells what is possible.
/// Needs `If-Match`.
#[utoipa::path(tag = "recommendations",
    params(("recommendation" = RecordId, Path, description = "The recommendation's id."), ("If-Match" = String, Header)),
    request_body = RecommendationMove, security(("bearer" = [])),
    responses((status = 200, description = "Done.", body = Recommendation), WriteProblems))]
#[post("/recommendations/{recommendation}/transitions")]
pub async fn move_recommendation(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<RecordId>,
    if_match: IfMatch,
    body: ValidJson<RecommendationMove>,
) -> AppResult<HttpResponse> {
    let id = path.into_inner();
    let change = caller.change("move_recommendation", &body.digest, lock_of(&id));
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let (row, bodies) = approach(tx.conn(), &caller, &id, wanted.needs())?;
            if_match.require(row.revision)?;
            let today = shown::now(tx)?;
            let stepped = take(tx, &wanted, &row, &bodies, &today)?;
            keep(tx, &notifier, &caller.principal, &row, stepped, &today)
        })
        .await?;
    answered(answer)
}

/// Takes a step, if it can be taken.
fn take(
    tx: &mut Tx<'_>,
    wanted: &RecommendationMove,
    row: &RecommendationRow,
    bodies: &[BodyRow],
    today: &Today,
) -> AppResult<Stepped> {
    let stepped = Stepped::begin(row, bodies, wanted.step())?;
    wanted.check_words()?;
    match wanted {
        RecommendationMove::Classify { kind } => classify(tx, stepped, kind),
        RecommendationMove::Assign { lead, joint } => {
            let mut faults = rules::check_bodies(lead, joint, &row.asker_code);
            faults.extend(arrive::missing_agencies(
                tx.conn(),
                std::slice::from_ref(lead),
                |_| "/lead".to_owned(),
            )?);
            faults.extend(arrive::missing_agencies(tx.conn(), joint, |at| {
                format!("/joint/{at}")
            })?);
            rules::refuse(faults)?;
            Ok(stepped.assigned(lead, joint))
        }
        RecommendationMove::Return { reason } => {
            Ok(stepped.ended(RecommendationState::Returned, Some(reason)))
        }
        RecommendationMove::Withdraw { reason } => {
            Ok(stepped.ended(RecommendationState::Withdrawn, reason.as_deref()))
        }
        RecommendationMove::Transfer { to, outside, reason } => {
            transfer(tx, stepped, to.as_ref(), outside.as_deref(), reason)
        }
        RecommendationMove::Accept {} => Ok(stepped.received(today)),
        RecommendationMove::RequestInformation { question } => Ok(stepped.stopped(question, today)),
        RecommendationMove::SupplyInformation { text } => Ok(stepped.resumed(text, today)),
        RecommendationMove::Publish { public_answer } => {
            Ok(stepped.published(public_answer.as_deref(), today))
        }
    }
}

fn classify(tx: &mut Tx<'_>, stepped: Stepped, kind: &RecommendationTypeCode) -> AppResult<Stepped> {
    match type_store::find(tx.conn(), kind)? {
        Some(of) => Ok(stepped.classified(&of)),
        None => Err(AppError::invalid(vec![arrive::no_type("/type")])),
    }
}

fn transfer(
    tx: &mut Tx<'_>,
    stepped: Stepped,
    to: Option<&AgencyCode>,
    outside: Option<&str>,
    reason: &str,
) -> AppResult<Stepped> {
    if let Some(code) = stepped
        .row
        .type_code
        .as_ref()
        .filter(|_| stepped.row.is_classified())
    {
        let of = type_store::find(tx.conn(), code)?;
        if of.is_some_and(|of| !of.transferable) {
            return Err(AppError::with(
                ErrorCode::IllegalTransition,
                format!("Kiến nghị thuộc loại {code} không được chuyển cơ quan khác."),
                format!("A recommendation of the type {code} is not handed to another body."),
            ));
        }
    }
    let Some(to) = to else {
        return Ok(stepped.handed_out(outside.unwrap_or_default(), reason));
    };
    let mut faults = arrive::missing_agencies(tx.conn(), std::slice::from_ref(to), |_| "/to".to_owned())?;
    if *to == stepped.row.receiver_code || *to == stepped.row.asker_code {
        faults.push(rules::wrong(
            "/to",
            "same_agency",
            "Chọn cơ quan khác cơ quan đang xử lý và cơ quan kiến nghị.",
            "Choose another one than the body that has it and the agency that asks.",
        ));
    }
    rules::refuse(faults)?;
    Ok(stepped.transferred(to, reason))
}
