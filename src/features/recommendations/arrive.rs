//! How a recommendation comes into the register: by itself, or with a submission that is sent.

use chrono::Datelike;

use super::{
    body_model::{NewRecommendation, RecommendationAbout},
    keep::write_down,
    model::{BodyRow, RecommendationPart, RecommendationRow, RecommendationState, RecommendationStep},
    notices, rules, shown,
    steps::{Stepped, Today, reading},
    store, type_store,
};
use crate::{
    db::{Conn, Tx},
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::{
        agencies,
        criteria::Sets,
        notifications::Notifier,
        rounds::{self, RoundRow},
    },
    ids::{AgencyCode, IndicatorCode, RecommendationTypeCode, RecordId, RoundCode},
    web::EvidenceLink,
};

/// What is asked, of whom.
pub struct Asked {
    /// The agency that asks.
    pub asker: AgencyCode,
    /// What it is about.
    pub subject: String,
    /// What is asked.
    pub text: String,
    /// What the asker takes it for.
    pub kind: Option<RecommendationTypeCode>,
    /// The bodies; the first receives it.
    pub addressed_to: Vec<AgencyCode>,
    /// Documents.
    pub evidence: Vec<EvidenceLink>,
    /// What it is about.
    pub about: Option<RecommendationAbout>,
    /// Whether it comes with a submission.
    pub from_submission: bool,
}

impl From<NewRecommendation> for Asked {
    fn from(new: NewRecommendation) -> Self {
        Self {
            asker: new.asker,
            subject: new.subject,
            text: new.text,
            kind: new.kind,
            addressed_to: new.addressed_to,
            evidence: new.evidence,
            about: new.about,
            from_submission: false,
        }
    }
}

/// Refuses what names things that are not there, every one of them.
pub fn check_references(conn: &mut Conn, sets: &Sets, new: &NewRecommendation) -> AppResult<()> {
    let mut faults = missing_agencies(conn, &new.addressed_to, |at| format!("/addressed_to/{at}"))?;
    if let Some(kind) = &new.kind
        && type_store::find(conn, kind)?.is_none()
    {
        faults.push(no_type("/type"));
    }
    if let Some(about) = &new.about {
        match found(rounds::find_round(conn, &about.round))? {
            None => faults.push(rules::wrong(
                "/about/round",
                "no_such_round",
                "Không có kỳ đánh giá này.",
                "There is no such round.",
            )),
            Some(round) => faults.extend(check_indicator(
                conn,
                sets,
                &round,
                about.indicator.as_ref(),
                "/about/indicator",
            )?),
        }
    }
    rules::refuse(faults)
}

/// What was found, or nothing; other failures stay.
fn found<T>(result: AppResult<T>) -> AppResult<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Names the agencies that are not there.
pub fn missing_agencies(
    conn: &mut Conn,
    codes: &[AgencyCode],
    pointer: impl Fn(usize) -> String,
) -> AppResult<Vec<FieldError>> {
    let missing = agencies::missing(conn, codes)?;
    let faults = codes
        .iter()
        .enumerate()
        .filter(|(_, code)| missing.contains(code));
    Ok(faults
        .map(|(at, code)| {
            rules::wrong(
                &pointer(at),
                "no_such_agency",
                format!("Không có cơ quan {code}."),
                format!("There is no agency {code}."),
            )
        })
        .collect())
}

/// The fault of naming a type that is not there.
pub fn no_type(pointer: &str) -> FieldError {
    rules::wrong(
        pointer,
        "no_such_type",
        "Không có loại kiến nghị này; xem /api/v1/recommendation-types.",
        "There is no such type; see /api/v1/recommendation-types.",
    )
}

/// The fault of an indicator that the round's criteria set does not have.
pub fn check_indicator(
    conn: &mut Conn,
    sets: &Sets,
    round: &RoundRow,
    indicator: Option<&IndicatorCode>,
    pointer: &str,
) -> AppResult<Option<FieldError>> {
    let Some(indicator) = indicator else {
        return Ok(None);
    };
    let set = sets.load(conn, &round.criteria_set_code, round.criteria_set_version)?;
    let is_there = set.node_index(indicator.as_str()).is_some();
    Ok((!is_there).then(|| {
        rules::wrong(
            pointer,
            "no_such_indicator",
            format!("Bộ tiêu chí của kỳ không có {indicator}."),
            format!("The round's criteria set has no {indicator}."),
        )
    }))
}

/// Adds a recommendation that is in no register yet.
pub fn draft(tx: &mut Tx<'_>, asked: Asked) -> AppResult<(RecommendationRow, Vec<BodyRow>)> {
    let (id, now) = (RecordId::new(), tx.now());
    let receiver = asked.addressed_to.first().cloned();
    let receiver = receiver.ok_or_else(|| AppError::internal("a recommendation to nobody"))?;
    let bodies: Vec<BodyRow> = (0_i32..)
        .zip(&asked.addressed_to)
        .map(|(position, body)| reading(&id, body, position, true, RecommendationPart::Reading))
        .collect();
    let (round_code, indicator_code) = asked
        .about
        .map_or((None, None), |about| (Some(about.round), about.indicator));
    let row = RecommendationRow {
        id,
        register_code: receiver.clone(),
        register_year: None,
        register_number: None,
        asker_code: asked.asker,
        subject: asked.subject.trim().to_owned(),
        content: asked.text.trim().to_owned(),
        evidence: serde_json::to_string(&asked.evidence).map_err(AppError::internal)?,
        type_code: asked.kind,
        round_code,
        indicator_code,
        from_submission: asked.from_submission,
        state: RecommendationState::Draft,
        receiver_code: receiver,
        lead_code: None,
        received_on: None,
        clock_from: None,
        days_used: 0,
        days_granted: None,
        answered_on: None,
        due_on: None,
        answer: None,
        answer_revision: 0,
        public_answer: None,
        published_at: None,
        satisfaction: None,
        satisfaction_comment: None,
        asked_by: tx.actor().to_owned(),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &row, &bodies)?;
    Ok((row, bodies))
}

/// Puts a draft into the register of its first body. One that was never shown as a draft keeps its first version.
pub fn receive(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    row: &RecommendationRow,
    bodies: &[BodyRow],
    today: &Today,
    is_first_version: bool,
) -> AppResult<Stepped> {
    let year = today.day.year();
    let number = store::next_number(tx, &row.register_code, year)?;
    let mut stepped = Stepped::begin(row, bodies, RecommendationStep::Arrive)?.received(today);
    stepped.row.register_year = Some(year);
    stepped.row.register_number = Some(number);
    stepped.row.updated_at = today.now;
    if !is_first_version {
        stepped.row.revision += 1;
    }
    store::replace(tx, row, &stepped.row, bodies)?;
    let from = (!is_first_version).then_some(row.state);
    write_down(tx, from, &stepped)?;
    notices::tell(tx, notifier, row, &stepped)?;
    Ok(stepped)
}

/// What was written into a submission arrives with it, in the change that sends it. What arrived before stays.
pub fn arrive_with_submission(
    tx: &mut Tx<'_>,
    notifier: &Notifier,
    round: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<()> {
    let drafts = store::drafts(tx.conn(), round, agency)?;
    if drafts.is_empty() {
        return Ok(());
    }
    let today = shown::now(tx)?;
    for row in drafts {
        let bodies = store::bodies(tx.conn(), &row.id)?;
        receive(tx, notifier, &row, &bodies, &today, false)?;
    }
    Ok(())
}
