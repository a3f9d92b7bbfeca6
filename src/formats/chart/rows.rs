//! Charts that go row by row: names at the left, a plot with a scale below it, and columns of numbers at the right.

use std::ops::Range;

use plotters::{
    coord::{CoordTranslate, types::RangedCoordf64},
    prelude::{Cartesian2d, ChartBuilder, FontFamily, IntoFont},
};

use super::{
    canvas::{Area, Drawn, FAINT, GREY, INK, MARGIN, ROW, SMALL, Side, Value, WIDTH, write},
    font::{FAMILY, Face, clean},
};
use crate::formats::Lang;

/// Names are at most this wide: the plot keeps more than a third of the page.
const NAMES_MAX: i32 = 370;
const NAME_LINES_MAX: usize = 2;
/// One line of a name.
const LINE: i32 = 19;
/// A row of one line.
const ROW_LEAST: i32 = 26;
/// Room below the plot for the numbers of the scale.
pub const SCALE: i32 = 26;

/// A name, broken into lines, with its place on the page.
pub struct Row {
    lines: Vec<String>,
    /// Its first unit of the page.
    pub top: i32,
    /// How high it is.
    pub height: i32,
}

impl Row {
    /// Its middle.
    pub fn middle(&self) -> i32 {
        self.top + self.height / 2
    }

    /// The upper and lower edge of a bar in it.
    pub fn bar(&self, thick: i32) -> (i32, i32) {
        (self.middle() - thick / 2, self.middle() - thick / 2 + thick)
    }
}

/// The rows of a chart.
pub struct Rows {
    /// All of them, from the top.
    pub rows: Vec<Row>,
    /// How wide the names are.
    pub names: i32,
    /// How high all of them are.
    pub height: i32,
}

impl Rows {
    /// Lays names out from the top of the chart on, each at least so high.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>, least: i32) -> Self {
        let (mut rows, mut top, mut widest) = (Vec::new(), 0, 0.0_f64);
        for name in names {
            let lines = ROW.wrap(&clean(name), f64::from(NAMES_MAX), NAME_LINES_MAX);
            widest = lines.iter().map(|line| ROW.width(line)).fold(widest, f64::max);
            let height = (i32::try_from(lines.len()).unwrap_or(1) * LINE + 7)
                .max(ROW_LEAST)
                .max(least);
            rows.push(Row { lines, top, height });
            top += height;
        }
        Self {
            rows,
            names: widest.ceil() as i32,
            // A scale without rows is still a scale.
            height: top.max(ROW_LEAST),
        }
    }

    /// Moves all of them down.
    pub fn down(mut self, by: i32) -> Self {
        for row in &mut self.rows {
            row.top += by;
        }
        self
    }

    /// Writes the names, beginning at a unit of the page.
    pub fn write_names(&self, area: &Area<'_>, left: i32) -> Drawn {
        for row in &self.rows {
            let count = i32::try_from(row.lines.len()).unwrap_or(1);
            let mut y = row.middle() - (count - 1) * LINE / 2;
            for line in &row.lines {
                write(area, line, (left, y), ROW, Side::Start, INK)?;
                y += LINE;
            }
        }
        Ok(())
    }
}

/// A column of short texts at the right.
pub struct Column {
    head: String,
    texts: Vec<String>,
    face: Face,
    width: i32,
}

impl Column {
    /// A column as wide as its widest text, but not wider than a sixth of the page.
    pub fn new(head: &str, texts: Vec<String>, face: Face) -> Self {
        let most = f64::from(WIDTH / 6);
        let texts: Vec<String> = texts
            .iter()
            .map(|text| face.shorten(&clean(text), most))
            .collect();
        let head = SMALL.shorten(&clean(head), most);
        let widest = texts
            .iter()
            .map(|text| face.width(text))
            .fold(SMALL.width(&head), f64::max);
        Self {
            head,
            texts,
            face,
            width: widest.ceil() as i32,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.texts.iter().all(String::is_empty)
    }
}

/// Columns side by side at the right margin.
pub struct Columns(Vec<(i32, Column)>);

const GAP: i32 = 16;

impl Columns {
    /// Places them; empty ones are left out.
    pub fn of(columns: Vec<Column>) -> Self {
        let (mut placed, mut right) = (Vec::new(), WIDTH - MARGIN);
        for column in columns.into_iter().rev().filter(|column| !column.is_empty()) {
            let width = column.width;
            placed.push((right, column));
            right -= width + GAP;
        }
        Self(placed)
    }

    /// Where the plot ends.
    pub fn left(&self) -> i32 {
        let left = self.0.last().map(|(right, column)| right - column.width);
        left.map_or(WIDTH - MARGIN, |left| left - GAP)
    }

    /// Writes heads and texts, ending at the right edges.
    pub fn write(&self, area: &Area<'_>, rows: &Rows, head_at: i32) -> Drawn {
        for (right, column) in &self.0 {
            write(area, &column.head, (*right, head_at), SMALL, Side::End, GREY)?;
            for (text, row) in column.texts.iter().zip(&rows.rows) {
                write(area, text, (*right, row.middle()), column.face, Side::End, INK)?;
            }
        }
        Ok(())
    }
}

/// Where a plot is on the page.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Left edge.
    pub left: i32,
    /// Right edge.
    pub right: i32,
    /// Upper edge.
    pub top: i32,
    /// Lower edge; the numbers of the scale stand below.
    pub bottom: i32,
}

/// A scale from left to right, drawn; tells where a value stands.
pub struct Scale(Cartesian2d<RangedCoordf64, RangedCoordf64>);

impl Scale {
    /// Draws the lines and numbers of a range.
    pub fn draw(area: &Area<'_>, frame: Frame, range: Range<f64>, lang: Lang) -> Drawn<Self> {
        let (width, height) = area.dim_in_pixel();
        let from_end = |whole: u32, at: i32| i32::try_from(whole).unwrap_or(i32::MAX) - at;
        let mut chart = ChartBuilder::on(area)
            .margin_left(frame.left)
            .margin_right(from_end(width, frame.right))
            .margin_top(frame.top)
            .margin_bottom(from_end(height, frame.bottom) - SCALE)
            .x_label_area_size(SCALE)
            .build_cartesian_2d(range, 0.0..1.0)
            .map_err(|error| error.to_string())?;
        // Steps of the scale are round numbers, and no results. Adding zero makes −0 zero.
        let number =
            |value: &f64| Value::new(((value * 100.0).round() / 100.0 + 0.0).to_string()).label(lang);
        chart
            .configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .x_labels(11)
            .x_max_light_lines(1)
            .bold_line_style(FAINT)
            .light_line_style(FAINT)
            .axis_style(GREY)
            .x_label_formatter(&number)
            .label_style((FontFamily::Name(FAMILY), SMALL.size).into_font().color(&GREY))
            .draw()
            .map_err(|error| error.to_string())?;
        Ok(Self(chart.as_coord_spec().clone()))
    }

    /// Where a value stands.
    pub fn x(&self, value: f64) -> i32 {
        self.0.translate(&(value, 0.0)).0
    }
}
