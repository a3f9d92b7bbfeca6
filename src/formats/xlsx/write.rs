//! Writing workbooks: pages of plain cells with a few styles of the house, protected where nothing is to be filled in.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, Formula, IgnoreError, ProtectionOptions, Workbook,
    Worksheet, XlsxError,
};

use super::looks::formats;

/// The most characters that a cell can hold.
const TEXT_MAX: usize = 32_767;
/// The most characters of the texts of a drop-down and its messages.
const TITLE_MAX: usize = 32;
const MESSAGE_MAX: usize = 255;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// A text; never a formula, whatever it begins with.
    Text(String),
    /// A plain whole number.
    Whole(i32),
    /// A plain decimal, as a number that a spreadsheet can add up: of our own points, whose digits a cell holds exactly.
    Decimal(String),
}

/// How a cell looks, and whether it can be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// The title of the page.
    Title,
    /// A line below the title.
    Note,
    /// The head of a column.
    Header,
    /// A node of the first tier.
    Domain,
    /// A number in its row.
    DomainNumber,
    /// A node below it.
    Criterion,
    /// A number in its row.
    CriterionNumber,
    /// A text that is only read.
    Locked,
    /// A number that is only read.
    LockedNumber,
    /// A cell of an indicator in which nothing can be filled in.
    Closed,
    /// A text to fill in, kept as it is typed.
    Input,
    /// A number to fill in, kept as it is typed: so a spreadsheet set to English does not take 61,86 for 6186.
    InputNumber,
    /// A text of a list or of instructions.
    Plain,
    /// A text in a table of results.
    Result,
    /// A number in it, shown with so many decimals.
    Figure(u8),
    /// The same in the row of a node of the first tier.
    DomainFigure(u8),
    /// The same in the row of a node below it.
    CriterionFigure(u8),
}

/// A cell as it is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What stands in it.
    pub content: Content,
    /// How it looks.
    pub style: Style,
}

impl Written {
    /// A text.
    pub fn text(text: impl Into<String>, style: Style) -> Self {
        Self {
            content: Content::Text(text.into()),
            style,
        }
    }

    /// Nothing, in a style.
    pub fn empty(style: Style) -> Self {
        Self {
            content: Content::Empty,
            style,
        }
    }
}

/// A row: its cells from the first column on, and its height in lines of text; 0 is as high as its texts need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The cells.
    pub cells: Vec<Written>,
    /// Lines of text; 0 is as many as there are.
    pub lines: u16,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its width in characters.
    pub width: u16,
    /// Whether it is shown.
    pub hidden: bool,
}

/// What cells of a column offer to choose from, or say when one is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The first row.
    pub row: u32,
    /// The last row.
    pub last_row: u32,
    /// The column.
    pub column: u16,
    /// Where the texts to choose from stand: `'Danh mục'!$A$1:$A$3`, or the texts themselves: see [`list_of_words`].
    /// None for a message alone.
    pub list: Option<String>,
    /// The head of the messages.
    pub title: String,
    /// What is said when the cell is selected.
    pub message: String,
    /// What is said when something else is typed.
    pub refusal: String,
}

/// A list of closed words, in the place of a reference; together they have at most 255 characters.
pub fn list_of_words(words: &[&str]) -> String {
    format!("\"{}\"", words.join(","))
}

/// A sheet to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows from the top.
    pub rows: Vec<Row>,
    /// The row of the column heads: it stays in view and is printed on each page.
    pub header: Option<u32>,
    /// Drop-downs and messages.
    pub choices: Vec<Choice>,
    /// Whether cells that are not for input are protected (without a password: against slips, not against people).
    pub protected: bool,
    /// Whether it is out of sight.
    pub hidden: bool,
}

/// A workbook to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// Its title, in the file's properties.
    pub title: String,
    /// When it was made, in seconds since 1970.
    pub made_at: i64,
    /// Its pages.
    pub pages: Vec<Page>,
}

/// Writes a workbook.
///
/// # Errors
/// Never with pages of ours; what the writing library would say.
pub fn write_workbook(book: &Book) -> Result<Vec<u8>, String> {
    write(book).map_err(|error| error.to_string())
}

fn write(book: &Book) -> Result<Vec<u8>, XlsxError> {
    let formats = formats();
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(book.made_at)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&book.title)
            .set_author("PAR Index API")
            .set_creation_datetime(&made_at),
    );
    for page in &book.pages {
        write_page(workbook.add_worksheet(), page, &formats)?;
    }
    workbook.save_to_buffer()
}

fn write_page(
    sheet: &mut Worksheet,
    page: &Page,
    formats: &BTreeMap<Style, Format>,
) -> Result<(), XlsxError> {
    sheet.set_name(&page.name)?;
    for (column, settings) in (0_u16..).zip(&page.columns) {
        sheet.set_column_width(column, f64::from(settings.width))?;
        if settings.hidden {
            sheet.set_column_hidden(column)?;
        }
    }
    for (row, written) in (0_u32..).zip(&page.rows) {
        const POINTS_PER_LINE: f64 = 15.0;
        // A row is never higher than this many lines: Excel stops at 409 points.
        const LINES_MAX: u16 = 24;
        let lines = if written.lines == 0 {
            lines_needed(written, &page.columns)
        } else {
            written.lines
        };
        if lines > 1 {
            sheet.set_row_height(row, f64::from(lines.min(LINES_MAX)) * POINTS_PER_LINE)?;
        }
        for (column, cell) in (0_u16..).zip(&written.cells) {
            write_cell(sheet, (row, column), cell, formats)?;
        }
    }
    for choice in &page.choices {
        sheet.add_data_validation(
            choice.row,
            choice.column,
            choice.last_row,
            choice.column,
            &validation(choice)?,
        )?;
    }
    // Numbers are kept as they are typed; a green corner in each of them would look like a fault.
    let last = u32::try_from(page.rows.len())
        .unwrap_or(u32::MAX)
        .saturating_sub(1);
    let columns = u16::try_from(page.columns.len())
        .unwrap_or(u16::MAX)
        .saturating_sub(1);
    sheet.ignore_error_range(0, 0, last, columns, IgnoreError::NumberStoredAsText)?;
    set_up_print(sheet, page)?;
    if page.protected {
        sheet.protect_with_options(&ProtectionOptions {
            format_columns: true,
            format_rows: true,
            ..ProtectionOptions::default()
        });
    }
    sheet.set_hidden(page.hidden);
    Ok(())
}

/// How many lines the texts of a row take, each in the width of its column; titles run over their column.
fn lines_needed(row: &Row, columns: &[Column]) -> u16 {
    let of_cell = |(cell, column): (&Written, &Column)| match (&cell.content, cell.style) {
        (_, Style::Title | Style::Note) => 1,
        (Content::Text(text), _) => lines_of(text, column.width),
        _ => 1,
    };
    row.cells.iter().zip(columns).map(of_cell).max().unwrap_or(1)
}

fn lines_of(text: &str, width: u16) -> u16 {
    let width = usize::from(width.max(4));
    let lines = text
        .split('\n')
        .map(|line| line.chars().count().div_ceil(width).max(1));
    u16::try_from(lines.sum::<usize>()).unwrap_or(u16::MAX)
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Written,
    formats: &BTreeMap<Style, Format>,
) -> Result<(), XlsxError> {
    let default = Format::default();
    let format = formats.get(&cell.style).unwrap_or(&default);
    match &cell.content {
        Content::Empty => sheet.write_blank(row, column, format)?,
        Content::Text(text) if text.chars().count() > TEXT_MAX => {
            let cut: String = text.chars().take(TEXT_MAX).collect();
            sheet.write_string_with_format(row, column, cut, format)?
        }
        Content::Text(text) => sheet.write_string_with_format(row, column, text, format)?,
        Content::Whole(number) => sheet.write_number_with_format(row, column, *number, format)?,
        Content::Decimal(text) => match text.parse::<f64>() {
            Ok(number) => sheet.write_number_with_format(row, column, number, format)?,
            Err(_) => sheet.write_string_with_format(row, column, text, format)?,
        },
    };
    Ok(())
}

fn validation(choice: &Choice) -> Result<DataValidation, XlsxError> {
    let cut = |text: &str, longest: usize| text.chars().take(longest).collect::<String>();
    let validation = match &choice.list {
        Some(list) => DataValidation::new()
            .allow_list_formula(Formula::new(format!("={list}")))
            .set_error_title(cut(&choice.title, TITLE_MAX))?
            .set_error_message(cut(&choice.refusal, MESSAGE_MAX))?,
        None => DataValidation::new().allow_any_value(),
    };
    validation
        .set_input_title(cut(&choice.title, TITLE_MAX))?
        .set_input_message(cut(&choice.message, MESSAGE_MAX))
}

fn set_up_print(sheet: &mut Worksheet, page: &Page) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    sheet.set_paper_size(A4);
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.5, 0.25, 0.25);
    sheet.set_footer("&L&A&RTrang &P/&N");
    if let Some(header) = page.header {
        sheet.set_freeze_panes(header + 1, 2)?;
        sheet.set_repeat_rows(header, header)?;
    }
    Ok(())
}
