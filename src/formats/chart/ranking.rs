//! The ranking as bars, from the first place down.

use plotters::prelude::RGBColor;

use super::{
    canvas::{
        Area, BAR, Drawn, GREY, Heading, INK, MARGIN, Marker, NUMBER, Page, ROW, SMALL, SMALL_BOLD, Side,
        Value, WIDTH, bar, dashes, line, write, write_on_white,
    },
    font::clean,
    rows::{Column, Columns, Frame, Rows, SCALE, Scale},
};

/// A ranked agency.
#[derive(Clone, Debug)]
pub struct RankedBar {
    /// The place as printed: `=2` where it is shared.
    pub place: String,
    /// The name.
    pub name: String,
    /// What the place is made from; none where it is not known.
    pub value: Option<Value>,
    /// The code of the band.
    pub band: Option<String>,
}

/// A band, from a value on.
#[derive(Clone, Debug)]
pub struct Band {
    /// Its code.
    pub code: String,
    /// Its name, for the legend.
    pub name: String,
    /// The lowest value that belongs to it.
    pub from: Value,
}

/// A ranking.
#[derive(Clone, Debug)]
pub struct RankingChart {
    /// Title and notes.
    pub heading: Heading,
    /// What the values are called.
    pub value_head: String,
    /// What bands are called.
    pub band_head: String,
    /// The agencies, in order.
    pub rows: Vec<RankedBar>,
    /// The bands, from the highest down.
    pub bands: Vec<Band>,
    /// The mean.
    pub mean: Option<Marker>,
}

const HEAD: i32 = 24;
const BAR_THICK: i32 = 16;
const LEGEND_LINE: i32 = 24;
const GAP: i32 = 10;

/// Draws a ranking.
pub fn draw_ranking(chart: &RankingChart) -> Drawn<String> {
    let lang = chart.heading.lang;
    let places: Vec<String> = chart.rows.iter().map(|row| clean(&row.place)).collect();
    let place_width = places
        .iter()
        .map(|place| ROW.width(place))
        .fold(0.0, f64::max)
        .ceil() as i32;
    let values = chart.rows.iter().map(|row| {
        row.value
            .as_ref()
            .map_or("–".to_owned(), |value| value.label(lang))
    });
    let bands = chart.rows.iter().map(|row| row.band.clone().unwrap_or_default());
    let columns = Columns::of(vec![
        Column::new(&chart.value_head, values.collect(), NUMBER),
        Column::new(&chart.band_head, bands.collect(), ROW),
    ]);
    let legend = Legend::of(&chart.bands);
    let rows = Rows::of(chart.rows.iter().map(|row| row.name.as_str()), 0);
    let mean_room = if chart.mean.is_some() { 28 } else { 0 };
    let page = Page::of(
        &chart.heading,
        legend.height + HEAD + rows.height + SCALE + mean_room,
    );
    let rows = rows.down(page.top + legend.height + HEAD);
    let names_at = MARGIN + place_width + GAP;
    let top = page.top + legend.height + HEAD;
    let frame = Frame {
        left: names_at + rows.names + GAP,
        right: columns.left(),
        top,
        bottom: top + rows.height,
    };
    page.draw(|area| {
        legend.draw(area, page.top)?;
        let scale = Scale::draw(area, frame, range(chart), lang)?;
        for (place, row) in places.iter().zip(&rows.rows) {
            write(
                area,
                place,
                (MARGIN + place_width, row.middle()),
                ROW,
                Side::End,
                GREY,
            )?;
        }
        rows.write_names(area, names_at)?;
        columns.write(area, &rows, frame.top - HEAD / 2)?;
        // Behind the bars: which side of a border one ends at must be seen.
        draw_borders(area, chart, &scale, frame)?;
        draw_bars(area, chart, (&scale, &legend), &rows)?;
        match &chart.mean {
            Some(mean) => draw_mean(area, (scale.x(mean.value.at()), &mean.text(lang)), frame),
            None => Ok(()),
        }
    })
}

fn draw_bars(
    area: &Area<'_>,
    chart: &RankingChart,
    (scale, legend): (&Scale, &Legend<'_>),
    rows: &Rows,
) -> Drawn {
    for (drawn, row) in chart.rows.iter().zip(&rows.rows) {
        if let Some(value) = &drawn.value {
            let ((above, below), color) = (row.bar(BAR_THICK), legend.shade(drawn.band.as_deref()));
            let (from, to) = ordered(scale.x(0.0), scale.x(value.at()));
            bar(area, (from, above), (to, below), color)?;
        }
    }
    Ok(())
}

/// A line across the bars, but not through the numbers of the scale.
fn draw_mean(area: &Area<'_>, (x, text): (i32, &str), frame: Frame) -> Drawn {
    let below = frame.bottom + SCALE;
    dashes(area, x, (frame.top, frame.bottom), 9, 2)?;
    line(area, (x, below - 3), (x, below + 5), INK, 2)?;
    write_on_white(area, text, (x, below + 16), SMALL_BOLD)
}

/// Left before right.
pub fn ordered(one: i32, other: i32) -> (i32, i32) {
    (one.min(other), one.max(other))
}

/// From zero to a hundred, or as far as there is something.
fn range(chart: &RankingChart) -> std::ops::Range<f64> {
    let values = chart
        .rows
        .iter()
        .filter_map(|row| row.value.as_ref())
        .map(Value::at);
    let (least, most) = values.fold((0.0_f64, 100.0_f64), |(least, most), at| {
        (least.min(at), most.max(at))
    });
    (least / 10.0).floor() * 10.0..(most / 10.0).ceil() * 10.0
}

/// Dots where a band begins, with the letters of the bands between them, as far as there is room.
fn draw_borders(area: &Area<'_>, chart: &RankingChart, scale: &Scale, frame: Frame) -> Drawn {
    let mut right = frame.right;
    for band in &chart.bands {
        let left = scale.x(band.from.at()).max(frame.left);
        if left > frame.left && left < frame.right {
            dashes(area, left, (frame.top - HEAD + 4, frame.bottom), 2, 1)?;
        }
        let code = clean(&band.code);
        if SMALL_BOLD.width(&code) + 6.0 <= f64::from(right - left) {
            let middle = (left + right) / 2;
            write(
                area,
                &code,
                (middle, frame.top - HEAD / 2),
                SMALL_BOLD,
                Side::Middle,
                GREY,
            )?;
        }
        right = left.min(right);
    }
    Ok(())
}

/// Which shade is which band.
struct Legend<'a> {
    items: Vec<(&'a str, String, RGBColor, (i32, i32))>,
    height: i32,
}

impl<'a> Legend<'a> {
    fn of(bands: &'a [Band]) -> Self {
        const SWATCH: i32 = 26;
        let (mut x, mut y) = (MARGIN, 0);
        let mut items = Vec::new();
        for (position, band) in bands.iter().enumerate() {
            let name = SMALL.shorten(&clean(&band.name), 300.0);
            let wide = SWATCH + SMALL.width(&name).ceil() as i32 + 22;
            if x + wide > WIDTH - MARGIN && x > MARGIN {
                (x, y) = (MARGIN, y + LEGEND_LINE);
            }
            items.push((band.code.as_str(), name, shade_of(position, bands.len()), (x, y)));
            x += wide;
        }
        let height = if items.is_empty() { 0 } else { y + LEGEND_LINE + 6 };
        Self { items, height }
    }

    fn shade(&self, band: Option<&str>) -> RGBColor {
        let found = self.items.iter().find(|(code, ..)| Some(*code) == band);
        found.map_or(BAR, |(_, _, color, _)| *color)
    }

    fn draw(&self, area: &Area<'_>, top: i32) -> Drawn {
        for (_, name, color, (x, y)) in &self.items {
            let y = top + y + LEGEND_LINE / 2;
            bar(area, (*x, y - 7), (x + 18, y + 7), *color)?;
            write(area, name, (x + 26, y), SMALL, Side::Start, GREY)?;
        }
        Ok(())
    }
}

/// From dark to light in even steps: bands are told apart on a copy without colours, too.
fn shade_of(position: usize, count: usize) -> RGBColor {
    const DARK: [i32; 3] = [0x1F, 0x4E, 0x79];
    const LIGHT: [i32; 3] = [0xE8, 0xF0, 0xF8];
    let steps = i32::try_from(count.saturating_sub(1)).unwrap_or(1).max(1);
    let step = i32::try_from(position).unwrap_or(steps).min(steps);
    let [red, green, blue] = [0, 1, 2].map(|at| {
        let (dark, light) = (
            DARK.get(at).copied().unwrap_or(0),
            LIGHT.get(at).copied().unwrap_or(255),
        );
        u8::try_from(dark + (light - dark) * step / steps).unwrap_or(u8::MAX)
    });
    RGBColor(red, green, blue)
}
