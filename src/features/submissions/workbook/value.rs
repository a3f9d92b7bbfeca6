//! A declared value in the three cells of a row: a choice, a first number, a second number.

use super::choices::{NO, NOT_APPLICABLE, YES, find_option, is_same, option_text};
use crate::{
    formats::xlsx::{CellFault, Sheet, text_of_decimal},
    scoring::{CompiledLeaf, Declared, Points, Quantity, Rule},
    web::PartColumns,
};

/// What the cells of a value hold, as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueCells {
    /// Option, yes or no, or not applicable.
    pub choice: String,
    /// Count, numerator, or points.
    pub first: String,
    /// Denominator.
    pub second: String,
}

impl ValueCells {
    /// Shows a value.
    pub fn of(leaf: &CompiledLeaf, value: Option<&Declared>) -> Self {
        let mut cells = Self::default();
        match value {
            None => {}
            Some(Declared::NotApplicable {}) => cells.choice = NOT_APPLICABLE.to_owned(),
            Some(Declared::Option { option }) => {
                cells.choice = match &leaf.rule {
                    Rule::Choice { options } => options.iter().find(|known| known.code == *option),
                    _ => None,
                }
                .map_or_else(|| option.clone(), option_text);
            }
            Some(Declared::YesNo { yes }) => cells.choice = if *yes { YES } else { NO }.to_owned(),
            Some(Declared::Ratio {
                numerator,
                denominator,
            }) => {
                cells.first = text_of_decimal(&numerator.to_string());
                cells.second = text_of_decimal(&denominator.to_string());
            }
            Some(Declared::Count { count }) => cells.first = count.to_string(),
            Some(Declared::Points { points }) => cells.first = text_of_decimal(&points.to_string()),
        }
        cells
    }

    /// The same on one line, for reading only.
    pub fn on_one_line(&self) -> String {
        match (self.choice.is_empty(), self.second.is_empty()) {
            (false, _) => self.choice.clone(),
            (true, false) => format!("{} / {}", self.first, self.second),
            (true, true) => self.first.clone(),
        }
    }
}

/// The columns of the three cells.
#[derive(Clone, Copy, Debug)]
pub struct ValueColumns {
    /// Of the choice.
    pub choice: u16,
    /// Of the first number.
    pub first: u16,
    /// Of the second number.
    pub second: u16,
}

/// A cell of a value that can't be taken: the pointer of its part below the value, and why.
pub type PartFault = (&'static str, CellFault);

/// Where the parts of a value stand; `""` is the value as a whole.
pub fn value_parts(rule: &Rule, columns: ValueColumns) -> PartColumns {
    let main = match rule {
        Rule::Choice { .. } | Rule::YesNo { .. } => columns.choice,
        _ => columns.first,
    };
    vec![
        ("", main),
        ("/option", columns.choice),
        ("/yes", columns.choice),
        ("/numerator", columns.first),
        ("/count", columns.first),
        ("/points", columns.first),
        ("/denominator", columns.second),
    ]
}

/// Reads the value of a row; none where all three cells are empty.
pub fn parse_value(
    leaf: &CompiledLeaf,
    sheet: &Sheet,
    row: u32,
    columns: ValueColumns,
) -> Result<Option<Declared>, Vec<PartFault>> {
    let mut faults = Vec::new();
    let choice = keep(&mut faults, "/option", sheet.text_at(row, columns.choice));
    let (first_part, second_part) = match &leaf.rule {
        Rule::PercentageBands { .. } | Rule::Proportional { .. } => ("/numerator", "/denominator"),
        Rule::AppraiserPoints { .. } => ("/points", "/denominator"),
        _ => ("/count", "/denominator"),
    };
    let first = keep(&mut faults, first_part, sheet.decimal_at(row, columns.first));
    let second = keep(&mut faults, second_part, sheet.decimal_at(row, columns.second));
    if !faults.is_empty() {
        return Err(faults);
    }
    if choice.is_none() && first.is_none() && second.is_none() {
        return Ok(None);
    }
    value_of(leaf, choice.as_deref(), first.as_deref(), second.as_deref())
        .map(Some)
        .map_err(|fault| vec![fault])
}

fn keep<T>(faults: &mut Vec<PartFault>, part: &'static str, read: Result<Option<T>, CellFault>) -> Option<T> {
    read.unwrap_or_else(|fault| {
        faults.push((part, fault));
        None
    })
}

fn value_of(
    leaf: &CompiledLeaf,
    choice: Option<&str>,
    first: Option<&str>,
    second: Option<&str>,
) -> Result<Declared, PartFault> {
    if let Some(choice) = choice
        && is_same(choice, NOT_APPLICABLE)
    {
        return match first.or(second) {
            None => Ok(Declared::NOT_APPLICABLE),
            Some(_) => Err(surplus(if first.is_some() { "/count" } else { "/denominator" })),
        };
    }
    match &leaf.rule {
        Rule::Choice { .. } | Rule::YesNo { .. } => match (choice, first, second) {
            (_, Some(_), _) => Err(surplus("/count")),
            (_, _, Some(_)) => Err(surplus("/denominator")),
            (choice, None, None) => chosen(&leaf.rule, choice.unwrap_or_default()),
        },
        rule => match (choice, first, second) {
            (Some(_), _, _) => Err(surplus("/option")),
            (None, first, second) => numbers(rule, first, second),
        },
    }
}

fn chosen(rule: &Rule, text: &str) -> Result<Declared, PartFault> {
    let offered: Vec<String> = match rule {
        Rule::Choice { options } => {
            if let Some(option) = find_option(options, text) {
                let option = option.code.clone();
                return Ok(Declared::Option { option });
            }
            options.iter().map(option_text).collect()
        }
        _ => {
            if is_same(text, YES) || text.eq_ignore_ascii_case("true") {
                return Ok(Declared::YesNo { yes: true });
            }
            if is_same(text, NO) || text.eq_ignore_ascii_case("false") {
                return Ok(Declared::YesNo { yes: false });
            }
            vec![YES.to_owned(), NO.to_owned()]
        }
    };
    let list = offered.join("; ");
    let fault = CellFault::new(
        "unknown_option",
        format!("“{text}” không có trong danh sách; chọn một trong: {list}."),
        format!("“{text}” is not in the list; choose one of: {list}."),
    );
    Err(("/option", fault))
}

fn numbers(rule: &Rule, first: Option<&str>, second: Option<&str>) -> Result<Declared, PartFault> {
    match rule {
        Rule::PercentageBands { .. } | Rule::Proportional { .. } => match (first, second) {
            (Some(first), Some(second)) => Ok(Declared::Ratio {
                numerator: quantity("/numerator", first)?,
                denominator: quantity("/denominator", second)?,
            }),
            (None, _) => Err(missing("/numerator", "tử số", "numerator")),
            (_, None) => Err(missing("/denominator", "mẫu số", "denominator")),
        },
        _ if second.is_some() => Err(surplus("/denominator")),
        Rule::AppraiserPoints { .. } => {
            let points = Points::parse(first.unwrap_or_default()).map_err(|fault| {
                let fault = CellFault::new(fault.as_str(), fault.message_vi(), fault.message_en());
                ("/points", fault)
            })?;
            Ok(Declared::Points { points })
        }
        _ => {
            let text = first.unwrap_or_default();
            let count = text.parse().map_err(|_| {
                let fault = CellFault::new(
                    "not_whole",
                    format!("“{text}” phải là số nguyên từ 0 trở lên."),
                    format!("“{text}” must be a whole number of 0 or more."),
                );
                ("/count", fault)
            })?;
            Ok(Declared::Count { count })
        }
    }
}

fn quantity(part: &'static str, text: &str) -> Result<Quantity, PartFault> {
    Quantity::parse(text).map_err(|fault| {
        let fault = CellFault::new(fault.as_str(), fault.message_vi(), fault.message_en());
        (part, fault)
    })
}

fn missing(part: &'static str, vi: &str, en: &str) -> PartFault {
    let fault = CellFault::new(
        "number_missing",
        format!("thiếu {vi}; nhập cả tử số và mẫu số, hoặc xóa cả hai."),
        format!("the {en} is missing; enter both numerator and denominator, or neither."),
    );
    (part, fault)
}

fn surplus(part: &'static str) -> PartFault {
    let fault = CellFault::new(
        "surplus_cell",
        "ô này không dùng cho tiêu chí này; xóa nội dung của ô.",
        "this cell is not used for this indicator; empty it.",
    );
    (part, fault)
}
