//! What each step makes of a recommendation. Pure.

use chrono::NaiveDate;

use super::{
    body_model::RecommendationPartBody,
    deadline,
    model::{
        BodyRow, RecommendationPart, RecommendationRow, RecommendationState, RecommendationStep, TypeRow,
    },
    rules::{self, ANSWER_LENGTH_MAX},
    state::resumed,
};
use crate::{
    clock::Moment,
    error::{AppError, AppResult, ErrorCode},
    features::holidays::WorkCalendar,
    ids::{AgencyCode, RecordId},
};

/// When a step is made, and the calendar that it is counted by.
pub struct Today {
    /// The moment.
    pub now: Moment,
    /// The day in Vietnam.
    pub day: NaiveDate,
    /// The calendar.
    pub calendar: WorkCalendar,
}

/// A recommendation, and what a step makes of it.
#[derive(Clone, Debug)]
pub struct Stepped {
    /// The recommendation.
    pub row: RecommendationRow,
    /// Its bodies.
    pub bodies: Vec<BodyRow>,
    /// What happened.
    pub step: RecommendationStep,
    /// The body it concerns.
    pub body: Option<AgencyCode>,
    /// The words that came with it.
    pub text: Option<String>,
}

impl Stepped {
    /// Begins a step; refused where the state does not know it.
    pub fn begin(row: &RecommendationRow, bodies: &[BodyRow], step: RecommendationStep) -> AppResult<Self> {
        row.state.check(step)?;
        Ok(Self {
            row: row.clone(),
            bodies: bodies.to_vec(),
            step,
            body: None,
            text: None,
        })
    }

    fn to(mut self, state: RecommendationState) -> Self {
        self.row.state = state;
        self
    }

    fn saying(mut self, text: &str) -> Self {
        self.text = Some(text.trim().to_owned());
        self
    }

    /// A recommendation comes into the register, or is taken by the body to which it was handed.
    pub fn received(mut self, today: &Today) -> Self {
        deadline::start(&mut self.row, today.day);
        self.body = Some(self.row.receiver_code.clone());
        self.to(RecommendationState::Received)
    }

    /// It gets its type; one of another procedure refuses it.
    pub fn classified(mut self, of: &TypeRow) -> Self {
        self.row.type_code = Some(of.code.clone());
        if of.another_procedure {
            deadline::end(&mut self.row);
            let why = rules::another_procedure(of);
            return self.saying(&why).to(RecommendationState::Refused);
        }
        self.row.days_granted = Some(of.working_days);
        self.text = Some(of.code.to_string());
        self.to(RecommendationState::Classified)
    }

    /// Bodies are told to answer.
    pub fn assigned(mut self, lead: &AgencyCode, joint: &[AgencyCode]) -> Self {
        self.take_bodies_off();
        self.put_on(lead, RecommendationPart::Lead);
        for body in joint {
            self.put_on(body, RecommendationPart::Joint);
        }
        self.row.lead_code = Some(lead.clone());
        self.body = Some(lead.clone());
        let joint: Vec<&str> = joint.iter().map(AgencyCode::as_str).collect();
        self.text = (!joint.is_empty()).then(|| joint.join(", "));
        self.to(RecommendationState::Assigned)
    }

    /// Nobody has to answer any more; what was written stays in the history alone.
    fn take_bodies_off(&mut self) {
        for body in &mut self.bodies {
            body.part = RecommendationPart::Reading;
            body.answer_part = None;
            body.agreed_revision = None;
        }
        self.row.lead_code = None;
        self.row.answer = None;
    }

    fn put_on(&mut self, code: &AgencyCode, part: RecommendationPart) {
        if let Some(body) = self.bodies.iter_mut().find(|body| body.body_code == *code) {
            body.part = part;
            return;
        }
        let position = i32::try_from(self.bodies.len()).unwrap_or(i32::MAX);
        self.bodies
            .push(reading(&self.row.id, code, position, false, part));
    }

    /// It goes back to the asker, or is taken back.
    pub fn ended(mut self, state: RecommendationState, reason: Option<&str>) -> Self {
        deadline::end(&mut self.row);
        self.text = reason.map(|reason| reason.trim().to_owned());
        self.to(state)
    }

    /// It is handed to another body, which has to accept it.
    pub fn transferred(mut self, to: &AgencyCode, reason: &str) -> Self {
        self.take_bodies_off();
        self.put_on(to, RecommendationPart::Reading);
        deadline::end(&mut self.row);
        self.row.type_code = None;
        self.row.receiver_code = to.clone();
        self.body = Some(to.clone());
        self.saying(reason).to(RecommendationState::Transferred)
    }

    /// It is handed to somebody who is not in this system.
    pub fn handed_out(self, outside: &str, reason: &str) -> Self {
        let text = format!("{}: {}", outside.trim(), reason.trim());
        self.ended(RecommendationState::LeftTheHouse, Some(&text))
    }

    /// The asker is asked for more.
    pub fn stopped(mut self, question: &str, today: &Today) -> Self {
        deadline::stop(&mut self.row, &today.calendar, today.day);
        self.saying(question)
            .to(RecommendationState::InformationRequested)
    }

    /// The asker gave it.
    pub fn resumed(mut self, text: &str, today: &Today) -> Self {
        self.row.clock_from = Some(today.day);
        let state = resumed(self.row.lead_code.is_some(), self.row.is_classified());
        self.saying(text).to(state)
    }

    /// Everybody may read the answer.
    pub fn published(mut self, public_answer: Option<&str>, today: &Today) -> Self {
        let answer = public_answer.map(|text| text.trim().to_owned());
        self.row.public_answer = answer.or_else(|| self.row.answer.clone());
        self.row.published_at = Some(today.now);
        self.to(RecommendationState::Published)
    }

    /// A body writes its part of the answer, or agrees; when all have agreed, it is given.
    pub fn with_part(
        mut self,
        code: &AgencyCode,
        sent: &RecommendationPartBody,
        today: &Today,
    ) -> AppResult<Self> {
        let Some(at) = self
            .bodies
            .iter()
            .position(|body| body.body_code == *code && body.answers())
        else {
            return Err(AppError::with(
                ErrorCode::IllegalTransition,
                format!("{code} không được giao trả lời kiến nghị này."),
                format!("{code} was not told to answer this recommendation."),
            ));
        };
        let is_lead = self.row.lead_code.as_ref() == Some(code);
        check_part(&self.row, sent, is_lead)?;
        let text = sent.text.as_ref().map(|text| text.trim().to_owned());
        if is_lead && text.is_some() && text != self.row.answer {
            self.row.answer.clone_from(&text);
            self.row.answer_revision += 1;
            // Nobody is taken to agree to what they have not read.
            self.bodies
                .iter_mut()
                .for_each(|body| body.agreed_revision = None);
        }
        if let Some(body) = self.bodies.get_mut(at) {
            if !is_lead && text.is_some() {
                body.answer_part.clone_from(&text);
            }
            body.agreed_revision = sent.agrees.then_some(self.row.answer_revision);
        }
        self.body = Some(code.clone());
        self.text = text;
        Ok(self.answered_if_agreed(today))
    }

    fn answered_if_agreed(mut self, today: &Today) -> Self {
        let agreed = Some(self.row.answer_revision);
        let all = self
            .bodies
            .iter()
            .filter(|body| body.answers())
            .all(|body| body.agreed_revision == agreed);
        if !all {
            return self;
        }
        self.row.due_on = deadline::due(&self.row.standing(), &today.calendar).map(|due| due.day);
        self.row.answered_on = Some(today.day);
        self.row.clock_from = None;
        self.to(RecommendationState::Answered)
    }
}

/// A body that reads, or has another part.
pub fn reading(
    id: &RecordId,
    code: &AgencyCode,
    position: i32,
    addressed: bool,
    part: RecommendationPart,
) -> BodyRow {
    BodyRow {
        recommendation_id: id.clone(),
        body_code: code.clone(),
        position,
        addressed,
        part,
        answer_part: None,
        agreed_revision: None,
    }
}

fn check_part(row: &RecommendationRow, sent: &RecommendationPartBody, is_lead: bool) -> AppResult<()> {
    let mut faults = Vec::new();
    if let Some(text) = &sent.text {
        faults.extend(rules::check_text("/text", text, ANSWER_LENGTH_MAX));
    }
    if is_lead && sent.text.is_none() && row.answer.is_none() {
        faults.push(rules::wrong(
            "/text",
            "answer_missing",
            "Cơ quan chủ trì phải soạn nội dung trả lời.",
            "The body that leads has to write the answer.",
        ));
    }
    if !is_lead && sent.agrees && sent.answer_revision.is_none() {
        faults.push(rules::wrong(
            "/answer_revision",
            "revision_missing",
            "Nêu phiên bản dự thảo trả lời (answer_revision) đã đọc.",
            "Name the version of the answer (answer_revision) that was read.",
        ));
    }
    rules::refuse(faults)?;
    let read = sent.answer_revision.filter(|_| !is_lead && sent.agrees);
    if read.is_some_and(|read| row.answer.is_none() || read != row.answer_revision) {
        return Err(AppError::with(
            ErrorCode::Conflict,
            format!(
                "Dự thảo trả lời nay là phiên bản {}: đọc lại rồi đồng ý.",
                row.answer_revision
            ),
            format!(
                "The answer is at version {} now: read it again before agreeing.",
                row.answer_revision
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{
        super::deadline::tests::{day, row},
        *,
    };

    fn code(text: &str) -> AgencyCode {
        AgencyCode::parse(text).unwrap()
    }

    fn today(on: &str) -> Today {
        Today {
            now: Moment::from_unix_seconds(1_772_416_800).unwrap(),
            day: day(on),
            calendar: WorkCalendar::default(),
        }
    }

    fn assigned() -> Stepped {
        let mut row = row(RecommendationState::Classified);
        row.clock_from = Some(day("2026-03-02"));
        row.days_granted = Some(5);
        let bodies = [reading(
            &row.id,
            &code("moha"),
            0,
            true,
            RecommendationPart::Reading,
        )];
        let step = Stepped::begin(&row, &bodies, RecommendationStep::Assign).unwrap();
        step.assigned(&code("mic"), &[code("moha")])
    }

    fn part(text: Option<&str>, agrees: bool, answer_revision: Option<i64>) -> RecommendationPartBody {
        RecommendationPartBody {
            text: text.map(str::to_owned),
            agrees,
            answer_revision,
        }
    }

    fn save(of: &Stepped, body: &str, sent: &RecommendationPartBody) -> AppResult<Stepped> {
        let step = Stepped::begin(&of.row, &of.bodies, RecommendationStep::SavePart)?;
        step.with_part(&code(body), sent, &today("2026-03-09"))
    }

    #[test]
    fn it_is_answered_when_all_have_agreed_to_the_same_words() {
        let begun = assigned();
        let led = save(&begun, "mic", &part(Some("A"), true, None)).unwrap();
        assert_eq!(led.row.state, RecommendationState::Assigned);
        let joined = save(&led, "moha", &part(Some("B"), true, Some(1))).unwrap();
        assert_eq!(joined.row.state, RecommendationState::Answered);
        assert_eq!(joined.row.answered_on, Some(day("2026-03-09")));
        assert_eq!(joined.row.due_on, Some(day("2026-03-09")));
        // Other words are agreed to anew.
        let other = save(&led, "mic", &part(Some("C"), true, None)).unwrap();
        let error = save(&other, "moha", &part(None, true, Some(1))).unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        let joined = save(&other, "moha", &part(None, true, Some(2))).unwrap();
        assert_eq!(joined.row.answer.as_deref(), Some("C"));
        assert_eq!(joined.row.state, RecommendationState::Answered);
    }

    #[test]
    fn who_was_not_asked_does_not_answer() {
        let error = save(&assigned(), "mpi", &part(Some("A"), true, None)).unwrap_err();
        assert_eq!(error.code, ErrorCode::IllegalTransition);
        let error = save(&assigned(), "mic", &part(None, true, None)).unwrap_err();
        assert_eq!(error.errors[0].code, "answer_missing");
        let error = save(&assigned(), "moha", &part(None, true, None)).unwrap_err();
        assert_eq!(error.errors[0].code, "revision_missing");
        let error = save(&assigned(), "moha", &part(None, true, Some(1))).unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
    }

    #[test]
    fn a_transfer_begins_anew_elsewhere() {
        let begun = assigned();
        let led = save(&begun, "mic", &part(Some("A"), false, None)).unwrap();
        let step = Stepped::begin(&led.row, &led.bodies, RecommendationStep::Transfer).unwrap();
        let handed = step.transferred(&code("mpi"), "Thuộc thẩm quyền khác");
        assert_eq!(handed.row.receiver_code, code("mpi"));
        assert_eq!(handed.row.number(), led.row.number());
        assert!(handed.row.lead_code.is_none() && handed.row.answer.is_none());
        assert!(handed.bodies.iter().all(|body| !body.answers()));
        assert!(deadline::due(&handed.row.standing(), &WorkCalendar::default()).is_none());
        let step = Stepped::begin(&handed.row, &handed.bodies, RecommendationStep::Accept).unwrap();
        let taken = step.received(&today("2026-03-09"));
        assert_eq!(taken.row.received_on, Some(day("2026-03-09")));
        assert_eq!(taken.row.state, RecommendationState::Received);
    }
}
