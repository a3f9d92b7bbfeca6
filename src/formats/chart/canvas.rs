//! What all pictures are drawn with: a page with its title, notes and marks, over `plotters`.
//!
//! Floats are here and in the other files of this folder, and decide about pixels only: every number that is shown comes
//! as the text that was printed.

use plotters::{
    coord::Shift,
    prelude::{
        Circle, Color, DrawingArea, FontFamily, FontStyle, IntoDrawingArea, IntoFont, PathElement, RGBColor,
        Rectangle, Text,
    },
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{
    font::{FAMILY, Face, clean},
    svg::Svg,
};
use crate::formats::Lang;

/// The width of every picture, in units of its own; a word processor makes 16 cm of them, so 16 units are 7 points.
pub const WIDTH: i32 = 1000;
/// The margin on all sides.
pub const MARGIN: i32 = 24;
/// Text.
pub const INK: RGBColor = RGBColor(0x1A, 0x1A, 0x1A);
/// Text of less weight, dark enough to be read (7:1 on white).
pub const GREY: RGBColor = RGBColor(0x4D, 0x4D, 0x4D);
/// Lines of a scale.
pub const FAINT: RGBColor = RGBColor(0xD0, 0xD0, 0xD0);
/// A bar where there is nothing to tell apart.
pub const BAR: RGBColor = RGBColor(0x4F, 0x7F, 0xB0);
/// The outline of bars: the lightest one can be seen by it.
pub const EDGE: RGBColor = RGBColor(0x1F, 0x3A, 0x5A);
/// White.
pub const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);

/// The face of rows.
pub const ROW: Face = Face::regular(16.0);
/// The face of numbers in rows.
pub const NUMBER: Face = Face::bold(16.0);
/// The face of scales, heads and marks.
pub const SMALL: Face = Face::regular(14.0);
/// The face of a head or a mark that counts.
pub const SMALL_BOLD: Face = Face::bold(14.0);
const TITLE: Face = Face::bold(23.0);
const SUBTITLE: Face = Face::regular(16.0);
const NOTE: Face = Face::regular(13.0);

/// Where drawing went wrong, for the log.
pub type Drawn<T = ()> = Result<T, String>;

/// What stands around a chart.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The language of all texts.
    pub lang: Lang,
    /// What the picture shows.
    pub title: String,
    /// Lines below the title.
    pub subtitle: Vec<String>,
    /// Lines below the chart.
    pub notes: Vec<String>,
    /// The same in words, for those who don't see it.
    pub description: String,
}

/// A number as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

impl Value {
    /// A printed number: digits, with a point before decimals and perhaps a sign.
    pub fn new(printed: impl Into<String>) -> Self {
        Self(printed.into())
    }

    /// Where it stands, for a position of pixels.
    pub fn at(&self) -> f64 {
        self.0.parse().unwrap_or(0.0)
    }

    /// As people of the language write it: `89,95` in Vietnamese.
    pub fn label(&self, lang: Lang) -> String {
        let label = self.0.replace('-', "−");
        match lang {
            Lang::Vi => label.replace('.', ","),
            Lang::En => label,
        }
    }
}

/// A value that is marked across the chart.
#[derive(Clone, Debug)]
pub struct Marker {
    /// What it is.
    pub label: String,
    /// Where it is.
    pub value: Value,
}

impl Marker {
    /// The label with the number.
    pub fn text(&self, lang: Lang) -> String {
        format!("{} {}", self.label, self.value.label(lang))
    }
}

/// Where a text stands by its point.
#[derive(Clone, Copy)]
pub enum Side {
    /// It begins there.
    Start,
    /// It has its middle there.
    Middle,
    /// It ends there.
    End,
}

/// A part of a picture that is drawn on.
pub type Area<'a> = DrawingArea<Svg<'a>, Shift>;

/// A picture's page.
pub struct Page<'a> {
    heading: &'a Heading,
    title: Vec<String>,
    subtitle: Vec<String>,
    notes: Vec<String>,
    /// The first line of the chart itself.
    pub top: i32,
    height: i32,
}

impl<'a> Page<'a> {
    /// Room for a chart of this height.
    pub fn of(heading: &'a Heading, chart_height: i32) -> Self {
        let width = f64::from(WIDTH - 2 * MARGIN);
        let lines = |texts: &[String], face: Face, lines_max: usize| {
            let lines = texts
                .iter()
                .flat_map(|text| face.wrap(&clean(text), width, lines_max));
            lines.collect::<Vec<String>>()
        };
        let title = lines(std::slice::from_ref(&heading.title), TITLE, 3);
        let subtitle = lines(&heading.subtitle, SUBTITLE, 2);
        let notes = lines(&heading.notes, NOTE, 4);
        let top = MARGIN + height_of(&title, 30) + height_of(&subtitle, 22) + 14;
        let height = top + chart_height + 12 + height_of(&notes, 18) + MARGIN;
        Self {
            heading,
            title,
            subtitle,
            notes,
            top,
            height,
        }
    }

    /// The picture, with what is drawn on it.
    pub fn draw(&self, chart: impl FnOnce(&Area<'_>) -> Drawn) -> Drawn<String> {
        let mut text = String::new();
        let size = (WIDTH.unsigned_abs(), self.height.unsigned_abs());
        let (title, description) = (clean(&self.heading.title), clean(&self.heading.description));
        let svg = Svg::begin(&mut text, size, (&title, &description), self.heading.lang);
        let area = svg.map_err(|error| error.to_string())?.into_drawing_area();
        let mut y = MARGIN;
        for line in &self.title {
            write(&area, line, (MARGIN, y + 12), TITLE, Side::Start, INK)?;
            y += 30;
        }
        for line in &self.subtitle {
            write(&area, line, (MARGIN, y + 10), SUBTITLE, Side::Start, GREY)?;
            y += 22;
        }
        chart(&area)?;
        let mut y = self.height - MARGIN - height_of(&self.notes, 18);
        for line in &self.notes {
            write(&area, line, (MARGIN, y + 9), NOTE, Side::Start, GREY)?;
            y += 18;
        }
        drop(area);
        text.push_str("</svg>\n");
        Ok(text)
    }
}

fn height_of(lines: &[String], line: i32) -> i32 {
    i32::try_from(lines.len()).unwrap_or(0) * line
}

fn failed(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Writes a text, the middle of its capitals at the point.
pub fn write(
    area: &Area<'_>,
    text: &str,
    point: (i32, i32),
    face: Face,
    side: Side,
    color: RGBColor,
) -> Drawn {
    let style = if face.bold {
        FontStyle::Bold
    } else {
        FontStyle::Normal
    };
    let side = match side {
        Side::Start => HPos::Left,
        Side::Middle => HPos::Center,
        Side::End => HPos::Right,
    };
    let style = (FontFamily::Name(FAMILY), face.size, style)
        .into_font()
        .color(&color);
    let style = style.pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(text.to_owned(), point, style))
        .map_err(failed)
}

/// Writes a text on white, so that lines behind it don't cross it, and inside of the page.
pub fn write_on_white(area: &Area<'_>, text: &str, (x, y): (i32, i32), face: Face) -> Drawn {
    let half = (face.width(text) / 2.0).ceil() as i32 + 3;
    let x = x.clamp(half + 2, (WIDTH - half - 2).max(half + 2));
    let high = (face.size * 0.6).ceil() as i32;
    fill(area, (x - half, y - high), (x + half, y + high), PAPER)?;
    write(area, text, (x, y), face, Side::Middle, INK)
}

/// A filled rectangle.
pub fn fill(area: &Area<'_>, from: (i32, i32), to: (i32, i32), color: RGBColor) -> Drawn {
    area.draw(&Rectangle::new([from, to], color.filled()))
        .map_err(failed)
}

/// A bar with an outline.
pub fn bar(area: &Area<'_>, from: (i32, i32), to: (i32, i32), color: RGBColor) -> Drawn {
    fill(area, from, to, color)?;
    area.draw(&Rectangle::new([from, to], EDGE.stroke_width(1)))
        .map_err(failed)
}

/// A bar that is hatched: told from a filled one without its colour.
pub fn hatched_bar(area: &Area<'_>, from: (i32, i32), to: (i32, i32)) -> Drawn {
    const STEP: i32 = 6;
    fill(area, from, to, PAPER)?;
    let (width, height) = (to.0 - from.0, to.1 - from.1);
    let mut start = 0;
    while start < width + height {
        // From the left or lower edge, up to the right, to the upper or right edge.
        let (left, low) = (start - height, 0);
        let begin = if left < 0 {
            (0, start)
        } else {
            (left, height - low)
        };
        let end = if start > width {
            (width, start - width)
        } else {
            (start, 0)
        };
        line(
            area,
            (from.0 + begin.0, from.1 + begin.1),
            (from.0 + end.0, from.1 + end.1),
            EDGE,
            1,
        )?;
        start += STEP;
    }
    area.draw(&Rectangle::new([from, to], EDGE.stroke_width(1)))
        .map_err(failed)
}

/// A line.
pub fn line(area: &Area<'_>, from: (i32, i32), to: (i32, i32), color: RGBColor, width: u32) -> Drawn {
    area.draw(&PathElement::new(vec![from, to], color.stroke_width(width)))
        .map_err(failed)
}

/// An upright line of dashes with white between them, so that it is seen on a dark bar, and hides none of its end.
pub fn dashes(area: &Area<'_>, x: i32, (top, bottom): (i32, i32), dash: i32, width: u32) -> Drawn {
    line(area, (x, top), (x, bottom), PAPER, width)?;
    let mut y = top;
    while y < bottom {
        line(area, (x, y), (x, (y + dash).min(bottom)), INK, width)?;
        y += dash + 5;
    }
    Ok(())
}

/// A white circle with a dark edge.
pub fn ring(area: &Area<'_>, at: (i32, i32), radius: i32) -> Drawn {
    area.draw(&Circle::new(at, radius, PAPER.filled()))
        .map_err(failed)?;
    area.draw(&Circle::new(at, radius, INK.stroke_width(2)))
        .map_err(failed)
}
