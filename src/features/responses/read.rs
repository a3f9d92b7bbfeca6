//! Reading a batch that comes as CSV. Pure.

use std::collections::BTreeMap;

use super::body_model::ResponseBody;
use crate::{
    error::{AppError, AppResult, FieldError, Message},
    features::survey_rounds::Channel,
    survey::{AnswerInput, CompiledInstrument, GivenAnswers},
};

/// Columns that are no items.
const COLUMNS: [&str; 7] = [
    "id",
    "stratum",
    "channel",
    "answers",
    "collected_on",
    "seconds",
    "interviewer",
];

/// What was read: responses with their places, and what could not be read.
pub type Sent = (Vec<(usize, ResponseBody)>, Vec<FieldError>, usize);

fn fault(pointer: String, code: &str, vi: &str, en: &str) -> FieldError {
    FieldError::new(pointer, code, Message::new(vi, en))
}

/// Reads CSV (RFC 4180, UTF-8) with a head: `id`, `stratum`, `channel`, then packed `answers` or a column an item (several
/// options separated by a blank), `collected_on`, `seconds`, `interviewer`.
pub fn csv(bytes: &[u8], instrument: &CompiledInstrument) -> AppResult<Sent> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let head = reader.headers().map_err(|_| no_csv())?.clone();
    let mut errors = Vec::new();
    for column in &head {
        if !COLUMNS.contains(&column) && instrument.place(column).is_none() {
            errors.push(fault(
                format!("/{column}"),
                "unknown_column",
                "Không có cột hoặc câu hỏi này.",
                "There is no such column or item.",
            ));
        }
    }
    for column in ["id", "stratum", "channel"] {
        if !head.iter().any(|known| known == column) {
            errors.push(fault(
                format!("/{column}"),
                "missing_column",
                "Thiếu cột này ở dòng đầu.",
                "This column is missing in the first line.",
            ));
        }
    }
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let (mut read, mut count) = (Vec::new(), 0);
    for (index, record) in reader.records().enumerate() {
        count += 1;
        let record = record.map_err(|_| no_csv())?;
        if record.len() != head.len() {
            errors.push(fault(
                format!("/responses/{index}"),
                "wrong_shape",
                "Số ô của dòng khác số cột.",
                "The line has another number of cells than there are columns.",
            ));
            continue;
        }
        match line(&head, &record, instrument) {
            Ok(response) => read.push((index, response)),
            Err(column) => errors.push(fault(
                format!("/responses/{index}/{column}"),
                "wrong_shape",
                "Ô này không đọc được.",
                "This cell can't be read.",
            )),
        }
    }
    Ok((read, errors, count))
}

fn no_csv() -> AppError {
    AppError::invalid(vec![fault(
        String::new(),
        "no_csv",
        "Nội dung không phải CSV mã UTF-8.",
        "The body is no CSV in UTF-8.",
    )])
}

/// A line as a response; the column that can't be read where it is none.
fn line(
    head: &csv::StringRecord,
    record: &csv::StringRecord,
    instrument: &CompiledInstrument,
) -> Result<ResponseBody, &'static str> {
    let cells = || {
        head.iter()
            .zip(record.iter())
            .filter(|(_, cell)| !cell.is_empty())
    };
    let cell = |name: &str| cells().find(|(column, _)| *column == name).map(|(_, cell)| cell);
    let answers = match cell("answers") {
        Some(packed) => GivenAnswers::Packed(packed.to_owned()),
        None => {
            let given = cells().filter(|(column, _)| !COLUMNS.contains(column));
            let items: BTreeMap<String, AnswerInput> = given
                .map(|(column, cell)| (column.to_owned(), answer(column, cell, instrument)))
                .collect();
            GivenAnswers::Items(items)
        }
    };
    Ok(ResponseBody {
        id: cell("id").unwrap_or_default().to_owned(),
        stratum: cell("stratum").unwrap_or_default().to_owned(),
        channel: cell("channel").and_then(Channel::parse).ok_or("channel")?,
        answers,
        collected_on: cell("collected_on")
            .map(str::parse)
            .transpose()
            .map_err(|_| "collected_on")?,
        seconds: cell("seconds")
            .map(str::parse)
            .transpose()
            .map_err(|_| "seconds")?,
        interviewer: cell("interviewer").map(str::to_owned),
    })
}

fn answer(column: &str, cell: &str, instrument: &CompiledInstrument) -> AnswerInput {
    let item = instrument.items().iter().find(|item| item.code == column);
    if item.is_some_and(|item| item.multiple) {
        AnswerInput::Many(cell.split_whitespace().map(str::to_owned).collect())
    } else {
        AnswerInput::One(cell.to_owned())
    }
}
