//! CSV as RFC 4180 has it: UTF-8, a header row, CRLF. Numbers are plain decimals with a point.
//!
//! A cell that a spreadsheet would run as a formula is defused with an apostrophe: the names in a table come from
//! people, and the table is opened with a double click.

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text, from whoever wrote it.
    Text(String),
    /// A plain decimal, written by us.
    Number(String),
}

impl Cell {
    /// A text.
    pub fn text(text: impl std::fmt::Display) -> Self {
        Self::Text(text.to_string())
    }

    /// A number; nothing where there is none.
    pub fn number(number: Option<impl std::fmt::Display>) -> Self {
        number.map_or(Self::Empty, |number| Self::Number(number.to_string()))
    }

    /// A text; nothing where there is none.
    pub fn optional(text: Option<impl std::fmt::Display>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_string()))
    }
}

/// A table: the header and the rows, all of the same width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// Writes a table.
pub fn write_csv(table: &Table) -> String {
    let mut out = String::new();
    write_row(&mut out, table.header.iter().map(|name| quoted(name)));
    for row in &table.rows {
        write_row(&mut out, row.iter().map(cell));
    }
    out
}

fn write_row(out: &mut String, cells: impl Iterator<Item = String>) {
    for (position, cell) in cells.enumerate() {
        if position > 0 {
            out.push(',');
        }
        out.push_str(&cell);
    }
    out.push_str("\r\n");
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) => number.clone(),
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => quoted(&format!("'{text}")),
        Cell::Text(text) => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let table = Table {
            header: vec!["code".into(), "name, long".into()],
            rows: vec![
                vec![Cell::text("moj"), Cell::text("Bộ \"Tư pháp\"")],
                vec![Cell::Empty, Cell::text("two\nlines")],
            ],
        };
        assert_eq!(
            write_csv(&table),
            "code,\"name, long\"\r\nmoj,\"Bộ \"\"Tư pháp\"\"\"\r\n,\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn a_formula_is_defused_and_a_negative_number_is_not() {
        let table = Table {
            header: vec!["a".into()],
            rows: ["=1+1", "+1", "-1", "@x", "'x", "a=b"]
                .into_iter()
                .map(|text| vec![Cell::text(text)])
                .chain([
                    vec![Cell::number(Some("-0.33"))],
                    vec![Cell::number(None::<&str>)],
                ])
                .collect(),
        };
        assert_eq!(
            write_csv(&table),
            "a\r\n'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n'x\r\na=b\r\n-0.33\r\n\r\n"
        );
    }
}
