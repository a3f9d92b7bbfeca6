//! Judging a batch: what each response comes to, or all that is wrong with it. Pure, and outside of the writer's thread.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::{body_model::ResponseBody, counts_store::Cells, desk::RoundDesk, read::Sent};
use crate::{
    error::{AppError, AppResult, FieldError, Message},
    features::survey_rounds::Channel,
    survey::{AnswerFault, CountPlan, FlagSet, PackedResponse, flag_duplicates, own_flags},
};

/// Responses of one batch.
pub const RESPONSES_MAX: usize = 10_000;
const ID_LENGTH_MAX: usize = 64;
const INTERVIEWER_LENGTH_MAX: usize = 40;
const SECONDS_MAX: i32 = 86_400;

/// A response that was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodResponse {
    /// Its place in the batch.
    pub index: usize,
    /// The sender's id.
    pub id: String,
    /// The stratum's place.
    pub stratum: i32,
    /// The way on which it came.
    pub channel: Channel,
    /// Packed answers.
    pub answers: String,
    /// Free answers.
    pub texts: Vec<(String, String)>,
    /// The day.
    pub collected_on: Option<NaiveDate>,
    /// How long it took.
    pub seconds: Option<i32>,
    /// Who asked.
    pub interviewer: Option<String>,
    /// Why it is doubted.
    pub flags: FlagSet,
}

/// What a batch comes to.
#[derive(Debug, Default)]
pub struct Judged {
    /// Good responses, in the order sent.
    pub good: Vec<GoodResponse>,
    /// All that is wrong, in the order sent.
    pub faults: Vec<FieldError>,
    /// Responses with a fault.
    pub refused: usize,
    /// Responses that were sent.
    pub sent: usize,
    /// What the good ones add to the counts.
    pub counts: Cells,
}

/// Judges a batch. `today` is the last day on which something can have been collected.
pub fn judge(desk: &RoundDesk, (responses, mut faults, sent): Sent, today: NaiveDate) -> AppResult<Judged> {
    check_count(sent)?;
    let mut good: Vec<GoodResponse> = Vec::with_capacity(responses.len());
    let mut seen = HashSet::with_capacity(responses.len());
    for (index, response) in responses {
        let mut own = check_head(desk, index, &response, today);
        if !seen.insert(response.id.clone()) {
            own.push(fault(
                index,
                "/id",
                "duplicate_item",
                format!("{}: có hai lần trong lô.", response.id),
                format!("{}: stands twice in the batch.", response.id),
            ));
        }
        match desk.instrument.pack(&response.answers) {
            Ok(packed) if own.is_empty() => good.extend(accept(desk, index, response, packed)),
            Ok(_) => {}
            Err(wrong) => own.extend(
                wrong
                    .into_iter()
                    .map(|wrong| answer_fault(index, &response.id, wrong)),
            ),
        }
        faults.append(&mut own);
    }
    flag_duplicates(
        good.iter_mut()
            .map(|one| (one.stratum, one.answers.as_str(), &mut one.flags)),
    );
    let refused = sent.saturating_sub(good.len());
    let counts = counts_of(&desk.plan, good.iter());
    Ok(Judged {
        good,
        faults,
        refused,
        sent,
        counts,
    })
}

/// What responses add to the counts.
pub fn counts_of<'a>(plan: &CountPlan, responses: impl Iterator<Item = &'a GoodResponse>) -> Cells {
    let mut counts = Cells::new();
    for response in responses {
        let cell = counts
            .entry((response.stratum, response.channel))
            .or_insert_with(|| plan.empty());
        plan.add(cell, &response.answers, response.flags);
    }
    counts
}

fn check_count(sent: usize) -> AppResult<()> {
    if (1..=RESPONSES_MAX).contains(&sent) {
        return Ok(());
    }
    Err(AppError::invalid(vec![FieldError::new(
        "/responses",
        "bad_count",
        Message::new(
            format!("Một lô có từ 1 đến {RESPONSES_MAX} phiếu; lô này có {sent}."),
            format!("A batch has 1 to {RESPONSES_MAX} responses; this one has {sent}."),
        ),
    )]))
}

fn fault(index: usize, part: &str, code: &str, vi: String, en: String) -> FieldError {
    FieldError::new(format!("/responses/{index}{part}"), code, Message::new(vi, en))
}

fn answer_fault(index: usize, id: &str, wrong: AnswerFault) -> FieldError {
    let part = match &wrong.item {
        Some(item) => format!("/answers/{}", item.replace('~', "~0").replace('/', "~1")),
        None => "/answers".to_owned(),
    };
    let named = wrong.item.map(|item| format!(", {item}")).unwrap_or_default();
    fault(
        index,
        &part,
        wrong.code.as_str(),
        format!("{id}{named}: {}", wrong.message_vi),
        format!("{id}{named}: {}", wrong.message_en),
    )
}

fn is_mark(text: &str, length_max: usize) -> bool {
    !text.is_empty() && text.len() <= length_max && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check_head(desk: &RoundDesk, index: usize, response: &ResponseBody, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let id = &response.id;
    let mut add = |part: &str, code: &str, vi: &str, en: &str| {
        faults.push(fault(
            index,
            part,
            code,
            format!("{id}: {vi}"),
            format!("{id}: {en}"),
        ));
    };
    if !is_mark(id, ID_LENGTH_MAX) {
        add(
            "/id",
            "bad_id",
            "Mã phiếu gồm 1 đến 64 ký tự ASCII không có dấu cách.",
            "An id has 1 to 64 ASCII characters and no blanks.",
        );
    }
    if desk.position(&response.stratum).is_none() {
        let stratum = &response.stratum;
        add(
            "/stratum",
            "unknown_stratum",
            &format!("kế hoạch không có tầng {stratum}."),
            &format!("the plan has no stratum {stratum}."),
        );
    }
    if response.collected_on.is_some_and(|day| day > today) {
        add(
            "/collected_on",
            "future_date",
            "ngày ở tương lai.",
            "the day lies in the future.",
        );
    }
    if response
        .seconds
        .is_some_and(|seconds| !(0..=SECONDS_MAX).contains(&seconds))
    {
        add(
            "/seconds",
            "seconds_out_of_range",
            "thời gian từ 0 đến 86400 giây.",
            "the time is from 0 to 86400 seconds.",
        );
    }
    let marked = response.interviewer.as_deref();
    if marked.is_some_and(|mark| !is_mark(mark, INTERVIEWER_LENGTH_MAX)) {
        add(
            "/interviewer",
            "bad_interviewer",
            "Mã điều tra viên gồm 1 đến 40 ký tự ASCII không có dấu cách.",
            "An interviewer's mark has 1 to 40 ASCII characters and no blanks.",
        );
    }
    faults
}

fn accept(
    desk: &RoundDesk,
    index: usize,
    response: ResponseBody,
    packed: PackedResponse,
) -> Option<GoodResponse> {
    let seconds = response.seconds.and_then(|seconds| u32::try_from(seconds).ok());
    Some(GoodResponse {
        index,
        stratum: desk.position(&response.stratum)?,
        flags: own_flags(&desk.instrument, &packed.answers, seconds),
        id: response.id,
        channel: response.channel,
        answers: packed.answers,
        texts: packed.texts,
        collected_on: response.collected_on,
        seconds: response.seconds,
        interviewer: response.interviewer,
    })
}
