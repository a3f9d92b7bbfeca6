//! Items of a bulk save from either source, a JSON list or the rows of a workbook: judged and saved the same way, and
//! an error of a row names its cell too.

use std::borrow::Cow;

use super::each::{AboutIndicator, Each, Sent, read_items};
use crate::{
    error::{AppError, AppResult, FieldError, Message},
    formats::xlsx::{CellFault, Workbook, column_name, reference},
};

const ITEMS_MAX: usize = 1000;

/// Items of a bulk save, as they came.
#[derive(Debug)]
pub enum Bulk<T> {
    /// The items of a JSON list, or why the list as a whole is refused.
    List(Result<Gathered<T>, Vec<FieldError>>),
    /// A workbook that was filled in.
    Workbook(Workbook),
}

/// The items of a bulk save, each named, with the places where they stand if they stand in a sheet.
#[derive(Clone, Debug)]
pub struct Gathered<T> {
    /// The items, in the order sent.
    pub sent: Vec<Sent<T>>,
    /// Where they stand.
    pub places: Places,
}

impl<T: AboutIndicator + Clone> Bulk<T> {
    /// The items of a JSON list.
    pub fn of_list(items: Vec<Each<T>>) -> Self {
        let read = check_count(items.len()).and_then(|()| read_items(items));
        let gathered = read.map(|sent| Gathered {
            sent,
            places: Places::default(),
        });
        Self::List(gathered.map_err(|error| error.errors))
    }

    /// Every item, named. How the rows of a workbook become items, its feature knows.
    pub fn gather(
        &self,
        read: impl FnOnce(&Workbook) -> AppResult<Gathered<T>>,
    ) -> AppResult<Cow<'_, Gathered<T>>> {
        match self {
            Self::List(Ok(gathered)) => Ok(Cow::Borrowed(gathered)),
            Self::List(Err(errors)) => Err(AppError::invalid(errors.clone())),
            Self::Workbook(workbook) => {
                let gathered = read(workbook)?;
                check_count(gathered.sent.len())?;
                Ok(Cow::Owned(gathered))
            }
        }
    }
}

fn check_count(count: usize) -> AppResult<()> {
    if (1..=ITEMS_MAX).contains(&count) {
        return Ok(());
    }
    Err(AppError::invalid_item(
        "/items",
        "bad_count",
        "Gửi từ 1 đến 1000 mục.",
        "Send 1 to 1000 items.",
    ))
}

/// Where the parts of an item stand: pointers below the item, and their columns.
pub type PartColumns = Vec<(&'static str, u16)>;

/// Where the items of a bulk save stand in a sheet; empty for those that came as JSON.
#[derive(Clone, Debug, Default)]
pub struct Places {
    sheet: String,
    rows: Vec<(u32, PartColumns)>,
}

impl Places {
    /// No rows yet.
    pub fn of_sheet(sheet: &str) -> Self {
        Self {
            sheet: sheet.to_owned(),
            rows: Vec::new(),
        }
    }

    /// The next item's row.
    pub fn push(&mut self, row: u32, parts: PartColumns) {
        self.rows.push((row, parts));
    }

    /// Adds to errors of items where in the sheet they are.
    pub fn name(&self, errors: &mut [FieldError]) {
        for error in errors {
            if error.place.is_none()
                && let Some((row, column)) = self.find(&error.pointer)
            {
                place(error, &self.sheet, row, column);
            }
        }
    }

    /// The cell of a pointer such as `/items/3/value/numerator`: that of the longest part that is known.
    fn find(&self, pointer: &str) -> Option<(u32, u16)> {
        let rest = pointer.strip_prefix("/items/")?;
        let end = rest.find('/').unwrap_or(rest.len());
        let (index, part) = rest.split_at(end);
        let (row, parts) = self.rows.get(index.parse::<usize>().ok()?)?;
        let known = parts.iter().filter(|(known, _)| part.starts_with(known));
        let (_, column) = known.max_by_key(|(known, _)| known.len())?;
        Some((*row, *column))
    }
}

/// Says of an error in which cell it is: for programs in `place`, for people in the message.
pub fn place(error: &mut FieldError, sheet: &str, row: u32, column: u16) {
    let (line, letters) = (row + 1, column_name(column));
    error.message = Message::new(
        format!(
            "Trang “{sheet}”, dòng {line}, cột {letters}: {}",
            error.message.vi
        ),
        format!(
            "Sheet “{sheet}”, row {line}, column {letters}: {}",
            error.message.en
        ),
    );
    error.place = Some(reference(sheet, row, column));
}

/// The error of a cell that can't be taken, as that of the part of an item that it holds.
pub fn cell_error(pointer: impl Into<String>, what: &str, fault: CellFault) -> FieldError {
    let message = Message::new(
        format!("{what}: {}", fault.message_vi),
        format!("{what}: {}", fault.message_en),
    );
    FieldError::new(pointer, fault.code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_in_the_cell_of_the_longest_part_that_is_known() {
        let mut places = Places::of_sheet("Phiếu");
        places.push(4, vec![("", 0)]);
        places.push(11, vec![("", 0), ("/value", 4), ("/value/numerator", 5)]);
        let mut errors: Vec<FieldError> = [
            "/items/1/value/numerator",
            "/items/1/value",
            "/items/1/indicator",
            "/items/9/value",
            "",
        ]
        .map(|pointer| FieldError::new(pointer, "x", Message::new("sai", "wrong")))
        .into();
        places.name(&mut errors);
        let found: Vec<_> = errors.iter().map(|error| error.place.as_deref()).collect();
        assert_eq!(
            found,
            [
                Some("'Phiếu'!F12"),
                Some("'Phiếu'!E12"),
                Some("'Phiếu'!A12"),
                None,
                None
            ]
        );
        assert_eq!(errors[0].message.en, "Sheet “Phiếu”, row 12, column F: wrong");
    }
}
