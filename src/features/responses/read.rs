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
    let columns = Columns::of(&head, instrument);
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
        match columns.read(&record) {
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

/// Where in a line everything stands: looked up once, for a batch has a million cells.
struct Columns {
    id: Option<usize>,
    stratum: Option<usize>,
    channel: Option<usize>,
    answers: Option<usize>,
    collected_on: Option<usize>,
    seconds: Option<usize>,
    interviewer: Option<usize>,
    /// Of each item's column: where it stands, the item, whether it takes several options.
    items: Vec<(usize, String, bool)>,
}

impl Columns {
    fn of(head: &csv::StringRecord, instrument: &CompiledInstrument) -> Self {
        let at = |name: &str| head.iter().position(|column| column == name);
        let items = head.iter().enumerate();
        let items = items.filter(|(_, column)| !COLUMNS.contains(column));
        let several = |code: &str| {
            let item = instrument.items().iter().find(|item| item.code == code);
            item.is_some_and(|item| item.multiple)
        };
        Self {
            id: at("id"),
            stratum: at("stratum"),
            channel: at("channel"),
            answers: at("answers"),
            collected_on: at("collected_on"),
            seconds: at("seconds"),
            interviewer: at("interviewer"),
            items: items
                .map(|(place, column)| (place, column.to_owned(), several(column)))
                .collect(),
        }
    }

    /// A line as a response; the column that can't be read where it is none.
    fn read(&self, record: &csv::StringRecord) -> Result<ResponseBody, &'static str> {
        let cell = |place: usize| record.get(place).filter(|cell| !cell.is_empty());
        let known = |place: Option<usize>| place.and_then(cell);
        let answers = match known(self.answers) {
            Some(packed) => GivenAnswers::Packed(packed.to_owned()),
            None => {
                let given = self.items.iter().filter_map(|(place, code, several)| {
                    Some((code.clone(), answer(cell(*place)?, *several)))
                });
                GivenAnswers::Items(given.collect::<BTreeMap<_, _>>())
            }
        };
        let text = |place| known(place).unwrap_or_default().to_owned();
        let day = known(self.collected_on).map(str::parse).transpose();
        let seconds = known(self.seconds).map(str::parse).transpose();
        Ok(ResponseBody {
            id: text(self.id),
            stratum: text(self.stratum),
            channel: known(self.channel).and_then(Channel::parse).ok_or("channel")?,
            answers,
            collected_on: day.map_err(|_| "collected_on")?,
            seconds: seconds.map_err(|_| "seconds")?,
            interviewer: known(self.interviewer).map(str::to_owned),
        })
    }
}

fn answer(cell: &str, several: bool) -> AnswerInput {
    if several {
        AnswerInput::Many(cell.split_whitespace().map(str::to_owned).collect())
    } else {
        AnswerInput::One(cell.to_owned())
    }
}
