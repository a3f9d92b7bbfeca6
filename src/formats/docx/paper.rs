//! What a document holds, and how it is laid out.

use docx_rs::{
    AlignmentType, Docx, FieldCharType, Footer, Header, InstrText, NumPages, PageMargin, PageNum, Paragraph,
    Pic, Run, Shading, ShdType, Table, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType,
    WidthType,
};

use super::styles;

/// A4, in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);
/// The margins of Decree 30/2020/NĐ-CP: 3 cm at the left, 2 cm elsewhere.
const MARGIN: PageMargin = PageMargin {
    top: 1134,
    left: 1701,
    bottom: 1134,
    right: 1134,
    header: 567,
    footer: 567,
    gutter: 0,
};
/// English Metric Units, in which pictures are measured, of a twentieth of a point.
const UNITS_OF_TWIP: u64 = 635;
/// The height of a picture that leaves room for its caption: 21 cm.
const PICTURE_HEIGHT_MAX: u64 = 21 * 360_000;
/// The two sequences that Word counts.
const TABLES: &str = "Table";
const FIGURES: &str = "Figure";
/// What is left between them.
const TEXT_WIDTH: usize = 11_906 - 1701 - 1134;

/// A document.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Its title, in its properties and at the head of every page.
    pub title: String,
    /// The language that its words are checked in: `vi-VN`.
    pub language: &'static str,
    /// When what it tells was said, as RFC 3339.
    pub made_at: String,
    /// What stands in front of a page's number.
    pub page: &'static str,
    /// What stands in front of a table's number.
    pub table: &'static str,
    /// What stands in front of a picture's number.
    pub figure: &'static str,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Clone, Debug)]
pub enum Block {
    /// The title.
    Title(String),
    /// A line below the title.
    Subtitle(String),
    /// The heading of a section.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A table with its number and caption.
    Table(Grid),
    /// A picture with its number and caption.
    Picture(Picture),
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// A PNG.
    pub png: Vec<u8>,
    /// What it shows.
    pub caption: String,
}

impl Picture {
    /// Pixels from left to right and from top to bottom, as the first piece of a PNG says.
    fn pixels(&self) -> Option<(u64, u64)> {
        let number = |at: usize| {
            let bytes = self.png.get(at..at + 4)?;
            Some(u64::from(u32::from_be_bytes(bytes.try_into().ok()?)))
        };
        Some((number(16)?, number(20)?)).filter(|(width, height)| *width > 0 && *height > 0)
    }

    /// Its size on paper: as wide as the text, but never higher than a page.
    fn size(&self) -> Option<(u32, u32)> {
        let (width, height) = self.pixels()?;
        let (widest, highest) = (TEXT_WIDTH as u64 * UNITS_OF_TWIP, PICTURE_HEIGHT_MAX);
        let (wide, high) = (widest, widest * height / width);
        let (wide, high) = if high > highest {
            (highest * width / height, highest)
        } else {
            (wide, high)
        };
        Some((u32::try_from(wide).ok()?, u32::try_from(high).ok()?))
    }
}

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left: words.
    Left,
    /// In the middle: places and codes.
    Centre,
    /// At the right: numbers.
    Right,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its share of the width.
    pub width: usize,
    /// Where its text stands.
    pub align: Align,
}

impl Column {
    /// A column.
    pub fn new(head: impl Into<String>, width: usize, align: Align) -> Self {
        Self {
            head: head.into(),
            width,
            align,
        }
    }
}

/// A table.
#[derive(Clone, Debug)]
pub struct Grid {
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, one text a column.
    pub rows: Vec<Vec<String>>,
}

/// Only what XML can hold: a stray control character would make the file unreadable.
pub fn clean(text: &str) -> String {
    let allowed =
        |letter: char| matches!(letter, '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars()
        .map(|letter| if allowed(letter) { letter } else { '\u{fffd}' })
        .collect()
}

fn run(text: &str) -> Run {
    Run::new().add_text(clean(text))
}

/// Makes paragraphs with ids of this document: the crate's own go on counting from document to document, and the same
/// content must be the same bytes.
#[derive(Default)]
struct Maker(u32);

impl Maker {
    fn paragraph(&mut self, style: &str) -> Paragraph {
        self.0 += 1;
        Paragraph::new().id(format!("{:08x}", self.0)).style(style)
    }

    fn styled(&mut self, style: &str, text: &str) -> Paragraph {
        self.paragraph(style).add_run(run(text))
    }

    fn page_number(&mut self, word: &str) -> Paragraph {
        self.paragraph("Footer")
            .add_run(run(&format!("{word} ")))
            .add_page_num(PageNum::new())
            .add_run(run("/"))
            .add_num_pages(NumPages::new())
    }

    fn picture(&mut self, picture: &Picture, number: usize) -> Paragraph {
        let paragraph = self.paragraph("Picture").keep_next(true);
        let (Some((wide, high)), Some((width, height))) = (picture.size(), picture.pixels()) else {
            return paragraph;
        };
        // Pixels matter to nothing once the size on paper is given.
        let pixels = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
        let shown = Pic::new_with_dimensions(picture.png.clone(), pixels(width), pixels(height))
            .id(format!("rIdImage{number}"))
            .size(wide, high);
        paragraph.add_run(Run::new().add_image(shown))
    }

    /// A caption that Word counts: who adds a table has the others renumbered.
    fn caption(&mut self, (word, sequence): (&str, &str), number: usize, text: &str) -> Paragraph {
        self.paragraph("Caption")
            .keep_next(sequence == TABLES)
            .add_run(run(&format!("{word} ")))
            .add_run(Run::new().add_field_char(FieldCharType::Begin, false))
            .add_run(
                Run::new().add_instr_text(InstrText::Unsupported(format!(" SEQ {sequence} \\* ARABIC "))),
            )
            .add_run(Run::new().add_field_char(FieldCharType::Separate, false))
            .add_run(run(&number.to_string()))
            .add_run(Run::new().add_field_char(FieldCharType::End, false))
            .add_run(run(&format!(". {text}")))
    }
}

/// The document as the crate lays it out.
pub fn lay_out(paper: &Paper) -> Docx {
    let mut maker = Maker::default();
    let mut docx = styles::add(Docx::new())
        .page_size(PAGE.0, PAGE.1)
        .page_margin(MARGIN)
        .header(Header::new().add_paragraph(maker.styled("Header", &paper.title)))
        .footer(Footer::new().add_paragraph(maker.page_number(paper.page)));
    let (mut number, mut figures) = (0, 0);
    for block in &paper.blocks {
        docx = match block {
            Block::Title(text) => docx.add_paragraph(maker.styled("Title", text)),
            Block::Subtitle(text) => docx.add_paragraph(maker.styled("Subtitle", text)),
            Block::Heading(text) => docx.add_paragraph(maker.styled("Heading1", text).keep_next(true)),
            Block::Text(text) => text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .fold(docx, |docx, line| {
                    docx.add_paragraph(maker.styled("BodyText", line))
                }),
            Block::Table(grid) => {
                number += 1;
                docx.add_paragraph(maker.caption((paper.table, TABLES), number, &grid.caption))
                    .add_table(table(&mut maker, grid))
                    .add_paragraph(maker.styled("TableEnd", ""))
            }
            Block::Picture(picture) => {
                figures += 1;
                let shown = maker.picture(picture, figures);
                docx.add_paragraph(shown).add_paragraph(maker.caption(
                    (paper.figure, FIGURES),
                    figures,
                    &picture.caption,
                ))
            }
        };
    }
    docx
}

fn table(maker: &mut Maker, grid: &Grid) -> Table {
    let whole: usize = grid.columns.iter().map(|column| column.width).sum();
    let widths: Vec<usize> = grid
        .columns
        .iter()
        .map(|column| column.width * TEXT_WIDTH / whole.max(1))
        .collect();
    let head = grid.columns.iter().zip(&widths).map(|(column, width)| {
        let head = maker.styled("TableHead", &column.head);
        cell(head, AlignmentType::Center, *width).shading(
            Shading::new()
                .shd_type(ShdType::Clear)
                .color("auto")
                .fill("E7E6E6"),
        )
    });
    // `pack` makes the first row of each table come again on every page.
    let mut rows = vec![TableRow::new(head.collect()).cant_split()];
    for row in &grid.rows {
        let cells = row.iter().zip(&grid.columns).zip(&widths);
        let cells = cells.map(|((text, column), width)| {
            let align = match column.align {
                Align::Left => AlignmentType::Left,
                Align::Centre => AlignmentType::Center,
                Align::Right => AlignmentType::Right,
            };
            cell(maker.styled("TableText", text), align, *width)
        });
        rows.push(TableRow::new(cells.collect()).cant_split());
    }
    Table::new(rows)
        .set_grid(widths)
        .width(TEXT_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(30, 80, 30, 80))
}

fn cell(text: Paragraph, align: AlignmentType, width: usize) -> TableCell {
    TableCell::new()
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Center)
        .add_paragraph(text.align(align))
}
