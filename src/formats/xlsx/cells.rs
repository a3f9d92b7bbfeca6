//! Taking from a cell what a form asks for, or telling why it can't be taken: nothing is guessed, and nothing that
//! can't be read becomes empty or zero.

use super::{
    number::{NumberFault, decimal_of_cell, decimal_of_text},
    sheet::{Sheet, Value},
};

/// Rows from the top among which the heads of the columns are looked for.
const HEADER_ROWS_MAX: u32 = 40;

/// Why a cell can't be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// A stable code.
    pub code: &'static str,
    /// In Vietnamese.
    pub message_vi: String,
    /// In English.
    pub message_en: String,
}

impl CellFault {
    /// A fault with its texts.
    pub fn new(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code,
            message_vi: vi.into(),
            message_en: en.into(),
        }
    }

    fn number(fault: NumberFault, text: &str) -> Self {
        Self::new(fault.code(), fault.message_vi(text), fault.message_en(text))
    }

    fn date() -> Self {
        Self::new(
            "date_for_a_number",
            "ô đang là ngày tháng (bảng tính đã tự đổi kiểu); nhập lại số vào ô định dạng văn bản.",
            "the cell holds a date (the spreadsheet made it one); enter the number again in a cell formatted as text.",
        )
    }
}

impl Sheet {
    /// What stands in a cell: of a formula what was computed.
    ///
    /// # Errors
    /// The cell is part of a merged area, shows an error, or holds a formula that was never computed.
    pub fn value_at(&self, row: u32, column: u16) -> Result<Option<&Value>, CellFault> {
        if self.is_merged(row, column) {
            return Err(CellFault::new(
                "merged_cell",
                "ô bị gộp với ô khác; bỏ gộp rồi nhập lại.",
                "the cell is merged with others; unmerge it and fill it in again.",
            ));
        }
        let Some(cell) = self.cell(row, column) else {
            return Ok(None);
        };
        match &cell.value {
            None => Err(CellFault::new(
                "formula_without_value",
                "công thức chưa được tính; mở tệp bằng Excel hoặc LibreOffice rồi lưu lại, hoặc nhập thẳng giá trị.",
                "the formula was never computed; open the file in Excel or LibreOffice and save it, or enter the value itself.",
            )),
            Some(Value::Error(error)) => Err(CellFault::new(
                "error_cell",
                format!("ô báo lỗi {error}; sửa công thức hoặc nhập thẳng giá trị."),
                format!("the cell shows the error {error}; mend the formula or enter the value itself."),
            )),
            Some(value) => Ok(Some(value)),
        }
    }

    /// A cell as text; none where it is empty or blank. Numbers are written plainly, dates as dd/mm/yyyy.
    ///
    /// # Errors
    /// As [`Sheet::value_at`], or a number with too many decimals.
    pub fn text_at(&self, row: u32, column: u16) -> Result<Option<String>, CellFault> {
        Ok(match self.value_at(row, column)? {
            None => None,
            Some(Value::Text(text)) => Some(text.clone()),
            Some(Value::Number(raw)) => {
                Some(decimal_of_cell(raw).map_err(|fault| CellFault::number(fault, raw))?)
            }
            Some(Value::Bool(true)) => Some("TRUE".to_owned()),
            Some(Value::Bool(false)) => Some("FALSE".to_owned()),
            Some(Value::Date(Some(day))) => Some(day_by_hand(day)),
            Some(Value::Date(None) | Value::Error(_)) => return Err(CellFault::date()),
        }
        .filter(|text| !text.trim().is_empty()))
    }

    /// A cell as an exact decimal; none where it is empty or blank.
    ///
    /// # Errors
    /// As [`Sheet::value_at`], or no number, one that could be two, or a date.
    pub fn decimal_at(&self, row: u32, column: u16) -> Result<Option<String>, CellFault> {
        match self.value_at(row, column)? {
            None => Ok(None),
            Some(Value::Number(raw)) => decimal_of_cell(raw)
                .map(Some)
                .map_err(|fault| CellFault::number(fault, raw)),
            Some(Value::Text(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::Text(text)) => decimal_of_text(text)
                .map(Some)
                .map_err(|fault| CellFault::number(fault, text)),
            Some(Value::Bool(value)) => {
                let text = value.to_string().to_uppercase();
                Err(CellFault::number(NumberFault::NotANumber, &text))
            }
            Some(Value::Date(_) | Value::Error(_)) => Err(CellFault::date()),
        }
    }

    /// A cell as a day `YYYY-MM-DD`: a real date, or a text that [`day_of_text`] reads.
    ///
    /// # Errors
    /// As [`Sheet::value_at`], or no day.
    pub fn day_at(&self, row: u32, column: u16) -> Result<Option<String>, CellFault> {
        let refused = |text: &str| {
            CellFault::new(
                "bad_date",
                format!("“{text}” không phải là ngày; viết dạng 05/01/2025."),
                format!("“{text}” is no day; write it like 05/01/2025."),
            )
        };
        match self.value_at(row, column)? {
            None => Ok(None),
            Some(Value::Date(Some(day))) => Ok(Some(day.clone())),
            Some(Value::Text(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::Text(text)) => day_of_text(text).map(Some).ok_or_else(|| refused(text.trim())),
            Some(Value::Number(raw)) => Err(refused(raw)),
            Some(_) => Err(refused("?")),
        }
    }

    /// The row whose first cells are these heads of columns.
    pub fn header_row(&self, heads: &[&str]) -> Option<u32> {
        (0..HEADER_ROWS_MAX).find(|row| {
            (0_u16..)
                .zip(heads)
                .all(|(column, head)| self.text(*row, column).is_some_and(|text| same_words(text, head)))
        })
    }
}

fn same_words(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// A day written by hand, `5/1/2025`, `05-01-2025`, `05.01.2025` or `2025-01-05`, as `YYYY-MM-DD`.
pub fn day_of_text(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.']).map(str::trim).collect();
    let [first, month, last] = parts[..] else {
        return None;
    };
    let (year, day) = if first.len() == 4 {
        (first, last)
    } else {
        (last, first)
    };
    if year.len() != 4 || day.len() > 2 || month.len() > 2 {
        return None;
    }
    let day = chrono::NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    Some(day.to_string())
}

/// A day `YYYY-MM-DD` as it is written by hand: `05/01/2025`.
pub fn day_by_hand(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').collect();
    match parts[..] {
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => day.to_owned(),
    }
}
