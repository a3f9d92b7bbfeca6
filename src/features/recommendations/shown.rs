//! How a recommendation is shown to a caller: the bodies see how the answer is made, the asker sees it once it is given.

use super::{
    body_model::RecommendationAbout,
    deadline,
    model::{BodyRow, MoveRow, RecommendationRow, RecommendationState, RecommendationStep},
    steps::Today,
    store,
    view_model::{
        PublishedAnswer, Recommendation, RecommendationBody, RecommendationEvent, RecommendationLine,
        RecommendationSatisfaction,
    },
};
use crate::{
    access::{Action, Object, Principal, Role, may},
    clock::Moment,
    db::{Conn, Tx},
    error::{AppError, AppResult},
    features::{
        accounts,
        holidays::{self, load_calendar},
    },
};

/// The day, with the calendar.
pub fn today(conn: &mut Conn, now: Moment) -> AppResult<Today> {
    Ok(Today {
        now,
        day: holidays::day_of(now),
        calendar: load_calendar(conn)?,
    })
}

/// The day of a change, with the calendar.
pub fn now(tx: &mut Tx<'_>) -> AppResult<Today> {
    let now = tx.now();
    today(tx.conn(), now)
}

/// Whether a caller answers for one of the bodies, or looks after all.
fn sees_inside(principal: &Principal, bodies: &[BodyRow]) -> bool {
    let answers = |body: &BodyRow| {
        may(
            principal,
            Action::AnswerRecommendation,
            Object::Agency(&body.body_code),
        )
    };
    principal.has(Role::Administrator) || bodies.iter().any(answers)
}

/// A recommendation with everything that a caller may see of it.
pub fn whole(
    conn: &mut Conn,
    principal: &Principal,
    row: RecommendationRow,
    bodies: &[BodyRow],
    today: &Today,
) -> AppResult<Recommendation> {
    let inside = sees_inside(principal, bodies);
    let mut moves = store::moves(conn, &row.id)?;
    moves.retain(|made| inside || made.step != RecommendationStep::SavePart);
    let mut asked_by = row.asked_by.clone();
    let people = moves.iter_mut().map(|made| &mut made.made_by);
    accounts::put_names(conn, people.chain(std::iter::once(&mut asked_by)))?;
    let is_given = matches!(
        row.state,
        RecommendationState::Answered | RecommendationState::Published
    );
    let view = |body: &BodyRow| RecommendationBody {
        body: body.body_code.clone(),
        part: body.part,
        addressed: body.addressed,
        text: body.answer_part.clone().filter(|_| inside),
        agreed: body.agreed_revision == Some(row.answer_revision) && row.answer.is_some(),
    };
    Ok(Recommendation {
        number: row.number(),
        timing: deadline::timing(&row.standing(), &today.calendar, today.day),
        addressed_to: bodies
            .iter()
            .filter(|body| body.addressed)
            .map(|body| body.body_code.clone())
            .collect(),
        bodies: bodies.iter().map(view).collect(),
        actions: row.state.steps().to_vec(),
        evidence: serde_json::from_str(&row.evidence).map_err(AppError::internal)?,
        about: row.round_code.map(|round| RecommendationAbout {
            round,
            indicator: row.indicator_code,
        }),
        answer: row.answer.filter(|_| inside || is_given),
        satisfaction: row.satisfaction.map(|score| RecommendationSatisfaction {
            score,
            comment: row.satisfaction_comment,
        }),
        history: moves.into_iter().map(RecommendationEvent::from).collect(),
        asked_by,
        id: row.id,
        register: row.register_code,
        asker: row.asker_code,
        subject: row.subject,
        text: row.content,
        from_submission: row.from_submission,
        kind: row.type_code,
        state: row.state,
        receiver: row.receiver_code,
        lead: row.lead_code,
        received_on: row.received_on,
        answer_revision: row.answer_revision,
        answered_on: row.answered_on,
        public_answer: row.public_answer,
        published_at: row.published_at,
        revision: row.revision,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl From<MoveRow> for RecommendationEvent {
    fn from(made: MoveRow) -> Self {
        Self {
            action: made.step,
            from: made.from_state,
            to: made.to_state,
            body: made.body_code,
            text: made.text,
            made_at: made.made_at,
            made_by: made.made_by,
        }
    }
}

/// A recommendation in a list.
pub fn line(row: RecommendationRow, today: &Today) -> RecommendationLine {
    RecommendationLine {
        number: row.number(),
        timing: deadline::timing(&row.standing(), &today.calendar, today.day),
        id: row.id,
        register: row.register_code,
        asker: row.asker_code,
        subject: row.subject,
        kind: row.type_code,
        receiver: row.receiver_code,
        lead: row.lead_code,
        state: row.state,
        from_submission: row.from_submission,
        received_on: row.received_on,
        updated_at: row.updated_at,
    }
}

/// An answer as everybody reads it: of no person a word but what stands in the answer itself.
pub fn published(row: RecommendationRow, bodies: &[BodyRow]) -> PublishedAnswer {
    let lead = row.lead_code.clone();
    let joint = bodies
        .iter()
        .filter(|body| body.answers() && Some(&body.body_code) != lead.as_ref())
        .map(|body| body.body_code.clone());
    PublishedAnswer {
        number: row.number(),
        answered_by: lead.iter().cloned().chain(joint).collect(),
        in_time: row
            .answered_on
            .zip(row.due_on)
            .map(|(answered, due)| answered <= due),
        id: row.id,
        register: row.register_code,
        asker: row.asker_code,
        subject: row.subject,
        kind: row.type_code,
        answer: row.public_answer.unwrap_or_default(),
        received_on: row.received_on,
        answered_on: row.answered_on,
        published_at: row.published_at,
    }
}
