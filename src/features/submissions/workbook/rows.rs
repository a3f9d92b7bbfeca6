//! The rows that every form of ours shares: its head, the nodes above its lines, a page of text.

use std::collections::BTreeSet;

use crate::{
    formats::xlsx::{Choice, Column, Page, Row, Style, Written, text_of_decimal},
    scoring::{CompiledNode, CompiledSet, Tier},
};

/// The rows of a form, while they are gathered.
#[derive(Debug)]
pub struct Rows {
    rows: Vec<Row>,
    width: usize,
    header: u32,
    /// What the cells offer and say.
    pub choices: Vec<Choice>,
}

impl Rows {
    /// A title, two lines below it, and the heads of the columns.
    pub fn new(title: &str, about: &str, hint: &str, heads: &[&str]) -> Self {
        let line = |text: &str, style: Style| Row {
            cells: vec![Written::text(text, style)],
            lines: 0,
        };
        let heads: Vec<Written> = heads
            .iter()
            .map(|head| Written::text(*head, Style::Header))
            .collect();
        Self {
            width: heads.len(),
            rows: vec![
                line(title, Style::Title),
                line(about, Style::Note),
                line(hint, Style::Note),
                Row {
                    cells: heads,
                    lines: 4,
                },
            ],
            header: 3,
            choices: Vec::new(),
        }
    }

    /// How many rows there are: the next one's number.
    pub fn len(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Adds a row.
    pub fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The nodes to show in the set's order: the lines, and whatever stands above them.
    pub fn nodes<'a>(
        &self,
        set: &'a CompiledSet,
        lines: impl Iterator<Item = &'a str>,
    ) -> Vec<&'a CompiledNode> {
        shown_nodes(set, lines)
    }

    /// Adds the row of a node that is no line.
    pub fn heading(&mut self, node: &CompiledNode) {
        let row = heading(node, self.width);
        self.push(row);
    }

    /// The page, whose columns are still to be set.
    pub fn page(self, name: &str) -> Page {
        Page {
            name: name.to_owned(),
            rows: self.rows,
            header: Some(self.header),
            choices: self.choices,
            protected: true,
            ..Page::default()
        }
    }
}

fn shown_nodes<'a>(set: &'a CompiledSet, lines: impl Iterator<Item = &'a str>) -> Vec<&'a CompiledNode> {
    let nodes = set.nodes();
    let mut shown = BTreeSet::new();
    for code in lines {
        let mut at = set.node_index(code);
        while let Some(index) = at {
            shown.insert(index);
            at = nodes.get(index).and_then(|node| node.parent);
        }
    }
    shown
        .into_iter()
        .filter_map(|index| nodes.get(index))
        .filter(|node| node.tier != Tier::Total)
        .collect()
}

fn heading(node: &CompiledNode, width: usize) -> Row {
    let (text, number) = match node.tier {
        Tier::Domain => (Style::Domain, Style::DomainNumber),
        _ => (Style::Criterion, Style::CriterionNumber),
    };
    let mut cells = vec![
        Written::text(&node.code, text),
        Written::text(&node.name_vi, text),
        Written::text(text_of_decimal(&node.maximum.to_string()), number),
    ];
    cells.resize(width, Written::empty(text));
    Row { cells, lines: 0 }
}

/// A page of text.
pub fn text_page(name: &str, lines: &[&str]) -> Page {
    const WIDTH: u16 = 110;
    let rows = lines.iter().enumerate().map(|(position, line)| Row {
        cells: vec![Written::text(
            *line,
            if position == 0 { Style::Title } else { Style::Plain },
        )],
        lines: 0,
    });
    Page {
        name: name.to_owned(),
        columns: vec![Column {
            width: WIDTH,
            hidden: false,
        }],
        rows: rows.collect(),
        protected: true,
        ..Page::default()
    }
}
