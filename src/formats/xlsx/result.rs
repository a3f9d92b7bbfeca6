//! A table of results as evaluators expect it: title and notes above, Vietnamese heads, numbers with all their decimals,
//! to be printed, sorted and copied.

use super::write::{Column as Width, Content, Page, Row, Style, Written};
use crate::formats::{
    Cell,
    cube::Lang,
    frame::{Column, Frame, Kind},
};

/// Columns are as wide as their longest text, within these bounds.
const WIDTH_MIN: usize = 9;
const WIDTH_MAX: usize = 48;

/// How a row of results looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// As most.
    #[default]
    Plain,
    /// A domain.
    Domain,
    /// A criterion.
    Criterion,
}

impl Look {
    fn text(self) -> Style {
        match self {
            Self::Plain => Style::Result,
            Self::Domain => Style::Domain,
            Self::Criterion => Style::Criterion,
        }
    }

    fn figure(self, decimals: u8) -> Style {
        match self {
            Self::Plain => Style::Figure(decimals),
            Self::Domain => Style::DomainFigure(decimals),
            Self::Criterion => Style::CriterionFigure(decimals),
        }
    }
}

/// A frame as a page, without the English names and without columns in which nothing stands. `looks` tells how the rows look, the first ones if it is shorter.
pub fn result_page(name: &str, frame: &Frame, notes: &[String], looks: &[Look]) -> Page {
    let shown: Vec<(usize, &Column)> = frame
        .columns
        .iter()
        .enumerate()
        .filter(|(at, column)| column.kind != Kind::Name(Lang::En) && is_filled(frame, *at))
        .collect();
    let line = |text: &str, style| Row {
        cells: vec![Written::text(text, style)],
        lines: 1,
    };
    let mut rows = vec![line(&frame.title.vi, Style::Title)];
    // What is a title already need not be said again.
    let said = format!("{}. ", frame.title.vi);
    rows.extend(
        notes
            .iter()
            .map(|note| line(note.strip_prefix(&said).unwrap_or(note), Style::Note)),
    );
    rows.push(Row::default());
    let header = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    rows.push(Row {
        cells: shown
            .iter()
            .map(|(_, column)| Written::text(&column.title.vi, Style::Header))
            .collect(),
        lines: shown
            .iter()
            .map(|(at, column)| lines_of_head(&column.title.vi, width(frame, *at, column)))
            .max()
            .unwrap_or(1),
    });
    rows.extend(frame.rows.iter().enumerate().map(|(position, row)| {
        let look = looks.get(position).copied().unwrap_or_default();
        Row {
            cells: shown
                .iter()
                .map(|(at, column)| written(row.get(*at).unwrap_or(&Cell::Empty), column.kind, look))
                .collect(),
            lines: 0,
        }
    }));
    Page {
        name: name.to_owned(),
        columns: shown
            .iter()
            .map(|(at, column)| Width {
                width: width(frame, *at, column),
                hidden: false,
            })
            .collect(),
        rows,
        header: Some(header),
        ..Page::default()
    }
}

/// Whether something stands in a column; in a table without rows, in all of them.
fn is_filled(frame: &Frame, at: usize) -> bool {
    let mut cells = frame.rows.iter().map(|row| row.get(at));
    frame.rows.is_empty() || cells.any(|cell| cell.is_some_and(|cell| *cell != Cell::Empty))
}

/// How many lines a head takes when it breaks between words; it is bold, and so a little wider than its letters.
fn lines_of_head(head: &str, width: u16) -> u16 {
    let (mut lines, mut length) = (1, 0);
    for word in head.split(' ') {
        let word = word.chars().count() + 1;
        if length > 0 && length + word > usize::from(width.saturating_sub(1)) {
            lines += 1;
            length = 0;
        }
        length += word;
    }
    lines
}

fn written(cell: &Cell, kind: Kind, look: Look) -> Written {
    let style = match kind {
        Kind::Whole => look.figure(0),
        Kind::Decimal(decimals) => look.figure(decimals.min(6)),
        Kind::Code | Kind::Name(_) | Kind::Text => look.text(),
    };
    let content = match cell {
        Cell::Empty => Content::Empty,
        Cell::Text(text) => Content::Text(text.clone()),
        Cell::Number(number) => Content::Decimal(number.clone()),
    };
    Written { content, style }
}

fn width(frame: &Frame, at: usize, column: &Column) -> u16 {
    let length = |cell: &Cell| match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Number(text) => text.chars().count() + 1,
    };
    let longest = frame.rows.iter().filter_map(|row| row.get(at)).map(length).max();
    // A head breaks at its spaces: its longest word must fit.
    let word = column
        .title
        .vi
        .split(' ')
        .map(|word| word.chars().count() + 2)
        .max();
    let needed = longest.unwrap_or(0).max(word.unwrap_or(0));
    u16::try_from(needed.clamp(WIDTH_MIN, WIDTH_MAX)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::frame::tests::small;

    #[test]
    fn a_page_shows_what_there_is_and_says_nothing_twice() {
        let mut frame = small();
        frame.rows.iter_mut().for_each(|row| row[0] = Cell::Empty);
        let notes = ["Bảng. Công bố ngày 1".to_owned(), "Bảng khác".to_owned()];
        let page = result_page("Trang", &frame, &notes, &[Look::Domain]);
        let texts = |row: usize| -> Vec<String> {
            let cells = page.rows[row].cells.iter();
            cells
                .map(|cell| match &cell.content {
                    Content::Text(text) | Content::Decimal(text) => text.clone(),
                    _ => String::new(),
                })
                .collect()
        };
        assert_eq!(
            (texts(1), texts(2)),
            (vec!["Công bố ngày 1".to_owned()], vec!["Bảng khác".to_owned()])
        );
        assert_eq!(page.header, Some(4));
        assert_eq!(texts(4), ["Mã cơ quan", "Cơ quan", "Chỉ số"]);
        assert_eq!(texts(5), ["moj", "Bộ Tư pháp", "84.40"]);
        assert_eq!(page.rows[5].cells[2].style, Style::DomainFigure(2));
        assert_eq!(page.rows[6].cells[2].style, Style::Figure(2));
    }

    #[test]
    fn a_head_is_as_high_as_its_words_need() {
        assert_eq!(lines_of_head("Hạng", 9), 1);
        assert_eq!(lines_of_head("Hạng trong vùng", 9), 3);
        assert_eq!(lines_of_head("Hạng trong vùng", 20), 1);
    }
}
