//! Taking a batch in: exactly once, with its counts in the same transaction.

use std::{collections::HashMap, sync::Arc};

use super::{
    body_model::{BatchMode, BatchResult},
    counts_store::{self, Cells},
    desk::RoundDesk,
    judge::{GoodResponse, Judged, counts_of},
    model::{BatchRow, KeptResponse, TextRow},
    prepared_store::ResponseColumns,
    store,
};
use crate::{
    db::{Answer, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::survey_rounds::{find_survey_round, not_now},
    ids::SurveyRoundCode,
    survey::CountPlan,
    web::{ItemProblem, Language},
};

/// A batch that was judged, on its way in.
pub struct Batch {
    /// The desk by which it was judged.
    pub desk: Arc<RoundDesk>,
    /// The sender's key.
    pub key: String,
    /// SHA-256 of what was sent.
    pub digest: String,
    /// What becomes of bad responses.
    pub mode: BatchMode,
    /// What was judged.
    pub judged: Judged,
    /// The language of the sender.
    pub language: Language,
}

/// The answer that a batch got when it came first; 409 if it was another one.
pub fn answer_again(known: &BatchRow, digest: &str) -> AppResult<Answer> {
    if known.digest == digest {
        return Ok(Answer {
            body: known.answer.clone(),
            status: 200,
            replayed: true,
            ..Answer::empty()
        });
    }
    let key = &known.batch_key;
    Err(AppError {
        errors: vec![FieldError::new(
            "",
            "batch_differs",
            Message::new(
                format!("Lô {key} đã nhận với nội dung khác; gửi nội dung mới với khóa khác."),
                format!("The batch {key} came with other content; send new content under another key."),
            ),
        )],
        ..AppError::new(ErrorCode::AlreadyExists)
    })
}

impl Batch {
    /// Takes it in.
    pub fn run(mut self, tx: &mut Tx<'_>) -> AppResult<Outcome> {
        let code = self.desk.round.code.clone();
        if let Some(known) = store::find_batch(tx.conn(), &code, &self.key)? {
            return Ok(Outcome::Unchanged(answer_again(&known, &self.digest)?));
        }
        let round = find_survey_round(tx.conn(), &code)?;
        if !round.state.takes_responses() {
            return Err(not_now(
                &round,
                "Chưa nhận hoặc không còn nhận phiếu",
                "No responses are taken now",
            ));
        }
        if self.mode == BatchMode::All && !self.judged.faults.is_empty() {
            return Err(AppError::invalid(self.judged.faults));
        }
        let good = std::mem::take(&mut self.judged.good);
        let inserted = insert(tx, &code, &self.key, &good)?;
        let known = if inserted == good.len() {
            HashMap::new()
        } else {
            self.known(tx, &good)?
        };
        let new: Vec<&GoodResponse> = good.iter().filter(|one| !known.contains_key(&one.id)).collect();
        let repeated = good
            .iter()
            .filter(|one| known.get(&one.id).is_some_and(|kept| is_same(one, kept)))
            .count();
        for one in good
            .iter()
            .filter(|one| known.get(&one.id).is_some_and(|kept| !is_same(one, kept)))
        {
            self.judged.faults.push(differs(one));
            self.judged.refused += 1;
        }
        if self.mode == BatchMode::All && !self.judged.faults.is_empty() {
            return Err(AppError::invalid(self.judged.faults));
        }
        let counts = if known.is_empty() {
            std::mem::take(&mut self.judged.counts)
        } else {
            counts_of(&self.desk.plan, new.iter().copied())
        };
        add_counts(tx, &code, &self.desk.plan, counts)?;
        keep_texts(tx, &code, &new)?;
        self.keep(tx, new.len(), repeated)
    }

    /// Responses of the batch that were there before, by id.
    fn known(&self, tx: &mut Tx<'_>, good: &[GoodResponse]) -> AppResult<HashMap<String, KeptResponse>> {
        let ids: Vec<&str> = good.iter().map(|one| one.id.as_str()).collect();
        let kept = store::of_other_batches(tx.conn(), &self.desk.round.code, &ids, &self.key)?;
        Ok(kept
            .into_iter()
            .map(|kept| (kept.response_id.clone(), kept))
            .collect())
    }

    fn keep(self, tx: &mut Tx<'_>, accepted: usize, repeated: usize) -> AppResult<Outcome> {
        let code = &self.desk.round.code;
        let faults = self.judged.faults.iter();
        let result = BatchResult {
            survey_round: code.clone(),
            batch_key: self.key.clone(),
            responses: self.judged.sent,
            accepted,
            repeated,
            refused: self.judged.refused,
            problems: faults
                .map(|fault| ItemProblem::of(fault, self.language))
                .collect(),
        };
        let answer = json_answer(201, &result)?;
        let row = BatchRow {
            survey_round_code: code.clone(),
            batch_key: self.key,
            digest: self.digest,
            accepted: number(accepted),
            repeated: number(repeated),
            refused: number(result.refused),
            answer: answer.body.clone(),
            received_at: tx.now(),
            received_by: tx.actor().to_owned(),
        };
        store::insert_batch(tx, &row)?;
        let facts = serde_json::json!({
            "batch_digest": row.digest, "accepted": accepted, "repeated": repeated, "refused": row.refused,
        });
        let entry = Entry {
            object_kind: "survey_batch",
            object_id: format!("{code}/{}", row.batch_key),
            before_digest: None,
            after_digest: Some(digest_of(&facts)?),
            detail: facts,
        };
        Ok(Outcome::Done(answer, entry))
    }
}

/// Adds responses whose ids are not there; how many they were.
pub fn insert(tx: &mut Tx<'_>, code: &SurveyRoundCode, key: &str, good: &[GoodResponse]) -> AppResult<usize> {
    store::insert_responses(tx, code, key, &columns_of(good)?)
}

/// Keeps the free answers of new responses.
pub fn keep_texts(tx: &mut Tx<'_>, code: &SurveyRoundCode, new: &[&GoodResponse]) -> AppResult<()> {
    store::insert_texts(tx, texts_of(code, new))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Adds counts to those of their cells, as one revision more.
pub fn add_counts(tx: &mut Tx<'_>, code: &SurveyRoundCode, plan: &CountPlan, counts: Cells) -> AppResult<()> {
    if counts.is_empty() {
        return Ok(());
    }
    let strata = counts.keys().map(|(stratum, _)| *stratum).collect();
    let mut kept = counts_store::of_strata(tx.conn(), code, &strata, plan)?;
    let mut changed = Cells::new();
    for (key, more) in counts {
        let mut cell = kept.remove(&key).unwrap_or_else(|| plan.empty());
        cell.merge(&more);
        changed.insert(key, cell);
    }
    let revision = counts_store::raise_head(tx, code)?;
    counts_store::put(tx, code, revision, &changed)
}

fn is_same(sent: &GoodResponse, kept: &KeptResponse) -> bool {
    sent.stratum == kept.stratum && sent.channel == kept.channel && sent.answers == kept.answers
}

fn differs(one: &GoodResponse) -> FieldError {
    let id = &one.id;
    FieldError::new(
        format!("/responses/{}/id", one.index),
        "response_differs",
        Message::new(
            format!("{id}: đã nhận phiếu này với nội dung khác."),
            format!("{id}: this response came already, with other content."),
        ),
    )
}

fn texts_of(code: &SurveyRoundCode, new: &[&GoodResponse]) -> Vec<TextRow> {
    let texts = new
        .iter()
        .flat_map(|one| one.texts.iter().map(|text| (one.stratum, text)));
    let rows = texts.map(|(stratum, (item, text))| TextRow {
        id: uuid::Uuid::new_v4().to_string(),
        survey_round_code: code.clone(),
        stratum,
        item_code: item.clone(),
        text: text.clone(),
    });
    rows.collect()
}

fn columns_of(good: &[GoodResponse]) -> AppResult<ResponseColumns<'_>> {
    let rows: Vec<_> = good
        .iter()
        .map(|one| {
            let (day, mark) = (one.collected_on, one.interviewer.as_deref());
            let flags = one.flags.bits();
            (
                &one.id,
                one.stratum,
                one.channel.as_str(),
                &one.answers,
                day,
                one.seconds,
                mark,
                flags,
            )
        })
        .collect();
    Ok(ResponseColumns {
        ids: good.iter().map(|one| one.id.as_str()).collect(),
        strata: good.iter().map(|one| one.stratum).collect(),
        channels: good.iter().map(|one| one.channel.as_str()).collect(),
        answers: good.iter().map(|one| one.answers.as_str()).collect(),
        collected_on: good.iter().map(|one| one.collected_on).collect(),
        seconds: good.iter().map(|one| one.seconds).collect(),
        interviewers: good.iter().map(|one| one.interviewer.as_deref()).collect(),
        flags: good.iter().map(|one| one.flags.bits()).collect(),
        text: serde_json::to_string(&rows).map_err(AppError::internal)?,
    })
}
