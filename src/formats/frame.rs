//! Tables whose columns know what they hold: from one of them come the CSV with its labels, its CSVW description and
//! the page of a workbook.

use super::{
    csv::{Cell, Table},
    cube::{Lang, Names},
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A code that the columns of names right behind it explain.
    Code,
    /// A name, in a language, of the code before it.
    Name(Lang),
    /// A text, or a code that has no name here.
    Text,
    /// A whole number.
    Whole,
    /// A decimal with so many decimals.
    Decimal(u8),
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs.
    pub name: String,
    /// Its name for people.
    pub title: Names,
    /// What it holds.
    pub kind: Kind,
}

impl Column {
    /// A column.
    pub fn new(name: impl Into<String>, kind: Kind, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: Names::new(vi, en),
            kind,
        }
    }
}

/// Whether codes, names or both are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Labels {
    /// Codes alone.
    Code,
    /// Names in place of the codes that have names, in the columns' heads too.
    Name,
    /// Codes, and behind each its name.
    CodeAndName,
}

impl Labels {
    /// The word in a query.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::CodeAndName => "both",
        }
    }
}

/// A table with what its columns hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub title: Names,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each as wide as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// The columns whose cells together tell rows apart.
    pub key: Vec<&'static str>,
}

/// A column that is written: where its cells stand, and where else if there is nothing.
struct Chosen<'a> {
    column: &'a Column,
    at: usize,
    otherwise: Option<usize>,
}

impl Frame {
    /// The frame of a language and a choice of labels; all columns where nothing was chosen.
    fn chosen(&self, labels: Option<Labels>, lang: Lang) -> Vec<Chosen<'_>> {
        let mut last_vi = None;
        let mut chosen = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            if column.kind == Kind::Name(Lang::Vi) {
                last_vi = Some(at);
            }
            let is_kept = match (labels, column.kind) {
                (None, _) | (Some(_), Kind::Text | Kind::Whole | Kind::Decimal(_)) => true,
                (Some(labels), Kind::Code) => labels != Labels::Name,
                (Some(labels), Kind::Name(of)) => labels != Labels::Code && of == lang,
            };
            if is_kept {
                // Who asks for English names gets the Vietnamese one where there is no other.
                let otherwise = labels
                    .and(last_vi)
                    .filter(|_| column.kind == Kind::Name(Lang::En));
                chosen.push(Chosen {
                    column,
                    at,
                    otherwise,
                });
            }
        }
        chosen
    }

    /// The columns that are written, with their heads.
    pub fn heads(&self, labels: Option<Labels>, lang: Lang) -> Vec<(&Column, String)> {
        self.chosen(labels, lang)
            .into_iter()
            .map(|chosen| (chosen.column, head(chosen.column, labels, lang)))
            .collect()
    }

    /// The table to write.
    pub fn table(&self, labels: Option<Labels>, lang: Lang) -> Table {
        let chosen = self.chosen(labels, lang);
        let cell = |row: &[Cell], chosen: &Chosen<'_>| {
            let own = row.get(chosen.at).filter(|cell| **cell != Cell::Empty);
            own.or_else(|| row.get(chosen.otherwise?))
                .cloned()
                .unwrap_or(Cell::Empty)
        };
        Table {
            header: chosen
                .iter()
                .map(|chosen| head(chosen.column, labels, lang))
                .collect(),
            rows: self
                .rows
                .iter()
                .map(|row| chosen.iter().map(|chosen| cell(row, chosen)).collect())
                .collect(),
        }
    }

    /// The same table with all columns.
    pub fn into_table(self) -> Table {
        Table {
            header: self.columns.into_iter().map(|column| column.name).collect(),
            rows: self.rows,
        }
    }
}

fn head(column: &Column, labels: Option<Labels>, lang: Lang) -> String {
    if labels == Some(Labels::Name) {
        column.title.get(lang).to_owned()
    } else {
        column.name.clone()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::formats::write_csv;

    pub fn small() -> Frame {
        Frame {
            title: Names::new("Bảng", "Table"),
            columns: vec![
                Column::new("place", Kind::Whole, "Thứ hạng", "Place"),
                Column::new("agency", Kind::Code, "Mã cơ quan", "Agency"),
                Column::new("name_vi", Kind::Name(Lang::Vi), "Cơ quan", "Agency (Vietnamese)"),
                Column::new("name_en", Kind::Name(Lang::En), "Cơ quan (tiếng Anh)", "Agency"),
                Column::new("1-a_index", Kind::Decimal(2), "Chỉ số", "Index"),
            ],
            rows: vec![
                vec![
                    Cell::number(Some(1)),
                    Cell::text("moj"),
                    Cell::text("Bộ Tư pháp"),
                    Cell::text("Ministry of Justice"),
                    Cell::number(Some("84.40")),
                ],
                vec![
                    Cell::Empty,
                    Cell::text("sbv"),
                    Cell::text("Ngân hàng Nhà nước"),
                    Cell::Empty,
                    Cell::Empty,
                ],
            ],
            key: vec!["agency"],
        }
    }

    #[test]
    fn labels_choose_between_codes_and_names() {
        let frame = small();
        let csv = |labels, lang| write_csv(&frame.table(labels, lang));
        assert_eq!(
            csv(None, Lang::Vi),
            "place,agency,name_vi,name_en,1-a_index\r\n1,moj,Bộ Tư pháp,Ministry of Justice,84.40\r\n\
             ,sbv,Ngân hàng Nhà nước,,\r\n"
        );
        assert_eq!(csv(None, Lang::En), write_csv(&frame.clone().into_table()));
        assert_eq!(
            csv(Some(Labels::Code), Lang::En),
            "place,agency,1-a_index\r\n1,moj,84.40\r\n,sbv,\r\n"
        );
        assert_eq!(
            csv(Some(Labels::Name), Lang::En),
            "Place,Agency,Index\r\n1,Ministry of Justice,84.40\r\n,Ngân hàng Nhà nước,\r\n"
        );
        assert_eq!(
            csv(Some(Labels::CodeAndName), Lang::Vi),
            "place,agency,name_vi,1-a_index\r\n1,moj,Bộ Tư pháp,84.40\r\n,sbv,Ngân hàng Nhà nước,\r\n"
        );
    }
}
