//! How many agencies have which index.

use plotters::prelude::{ChartBuilder, FontFamily, IntoFont};

use super::{
    canvas::{
        Area, BAR, Drawn, FAINT, GREY, Heading, MARGIN, Marker, Page, SMALL, SMALL_BOLD, Side, Value, WIDTH,
        bar, dashes, write, write_on_white,
    },
    font::{FAMILY, Face},
};
use crate::formats::Lang;

/// Values from one border to below the next. Which value is in which bin is none of the picture's business.
#[derive(Clone, Debug)]
pub struct Bin {
    /// The least value that belongs to it.
    pub from: Value,
    /// The least value that no longer does.
    pub to: Value,
    /// How many there are.
    pub count: u32,
}

/// A histogram.
#[derive(Clone, Debug)]
pub struct HistogramChart {
    /// Title and notes.
    pub heading: Heading,
    /// What the values are called.
    pub value_head: String,
    /// What is counted.
    pub count_head: String,
    /// The bins, side by side.
    pub bins: Vec<Bin>,
    /// The mean, dashed, and the median, dotted.
    pub mean: Option<Marker>,
    /// The median.
    pub median: Option<Marker>,
}

const PLOT: i32 = 360;
/// Two lines above the plot, for the marks.
const MARKS: i32 = 52;
const HEAD: i32 = 22;
/// Borders and their name below the plot.
const BORDERS: i32 = 50;
const LEFT: i32 = 70;
const RIGHT: i32 = WIDTH - MARGIN - 20;

/// Draws a histogram.
pub fn draw_histogram(chart: &HistogramChart) -> Drawn<String> {
    let page = Page::of(&chart.heading, HEAD + MARKS + PLOT + BORDERS);
    page.draw(|area| {
        let head_at = (MARGIN, page.top + 10);
        write(area, &chart.count_head, head_at, SMALL, Side::Start, GREY)?;
        match (chart.bins.first(), chart.bins.last()) {
            (Some(first), Some(last)) => draw_bins(area, chart, (first, last), page.top + HEAD + MARKS),
            _ => Ok(()),
        }
    })
}

/// Where a value and a count stand.
type At<'a> = &'a dyn Fn(&Value, u32) -> (i32, i32);

fn draw_bins(area: &Area<'_>, chart: &HistogramChart, (first, last): (&Bin, &Bin), top: i32) -> Drawn {
    let (bottom, lang) = (top + PLOT, chart.heading.lang);
    let most = chart.bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    let (_, height) = area.dim_in_pixel();
    let mut plot = ChartBuilder::on(area)
        .margin_left(LEFT - 40)
        .margin_right(WIDTH - RIGHT)
        .margin_top(top)
        .margin_bottom(i32::try_from(height).unwrap_or(i32::MAX) - bottom)
        .y_label_area_size(40)
        .build_cartesian_2d(first.from.at()..last.to.at(), 0..most + most.div_ceil(8))
        .map_err(|error| error.to_string())?;
    plot.configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .y_labels(6)
        .y_max_light_lines(1)
        .bold_line_style(FAINT)
        .light_line_style(FAINT)
        .axis_style(GREY)
        .label_style((FontFamily::Name(FAMILY), SMALL.size).into_font().color(&GREY))
        .draw()
        .map_err(|error| error.to_string())?;
    let at = |value: &Value, count: u32| plot.plotting_area().map_coordinate(&(value.at(), count));
    let mut border_end = 0;
    for bin in &chart.bins {
        let (from, to) = (at(&bin.from, bin.count), at(&bin.to, 0));
        if bin.count > 0 {
            bar(area, from, to, BAR)?;
        }
        border_end = write_border(area, &bin.from, (from.0, bottom), border_end, lang)?;
    }
    write_border(area, &last.to, (at(&last.to, 0).0, bottom), border_end, lang)?;
    let head_at = ((LEFT + RIGHT) / 2, bottom + 40);
    write(area, &chart.value_head, head_at, SMALL, Side::Middle, GREY)?;
    draw_marks(area, chart, &at, (top, bottom))?;
    let step = f64::from(at(&first.to, 0).0 - at(&first.from, 0).0);
    let fits = SMALL_BOLD.width(&most.to_string()) + 6.0 < step;
    let face = if fits { SMALL_BOLD } else { Face::bold(11.0) };
    for bin in chart.bins.iter().filter(|bin| bin.count > 0) {
        let ((left, above), (right, _)) = (at(&bin.from, bin.count), at(&bin.to, 0));
        write_on_white(
            area,
            &bin.count.to_string(),
            ((left + right) / 2, above - 11),
            face,
        )?;
    }
    Ok(())
}

/// Mean and median across the bars. A partial table may have a mean that lies beyond them: an arrow says where.
fn draw_marks(area: &Area<'_>, chart: &HistogramChart, at: At<'_>, (top, bottom): (i32, i32)) -> Drawn {
    let marks = [(&chart.mean, 9, 1), (&chart.median, 2, 2)];
    let placed = marks.iter().filter_map(|(mark, dash, line)| {
        let mark = mark.as_ref()?;
        Some((mark, at(&mark.value, 0).0, *dash, top - MARKS + 24 * line))
    });
    let placed: Vec<_> = placed.collect();
    for (_, x, dash, start) in &placed {
        if (LEFT..=RIGHT).contains(x) {
            dashes(area, *x, (*start, bottom), *dash, 2)?;
        }
    }
    for (mark, x, _, start) in placed {
        let text = mark.text(chart.heading.lang);
        let text = match x {
            _ if x < LEFT => format!("← {text}"),
            _ if x > RIGHT => format!("{text} →"),
            _ => text,
        };
        write_on_white(area, &text, (x, start - 10), SMALL_BOLD)?;
    }
    Ok(())
}

/// A border's number below the plot, unless the one before reaches here; where it ends.
fn write_border(
    area: &Area<'_>,
    border: &Value,
    (x, bottom): (i32, i32),
    before: i32,
    lang: Lang,
) -> Drawn<i32> {
    let label = border.label(lang);
    let half = (SMALL.width(&label) / 2.0).ceil() as i32;
    if x - half < before + 6 {
        return Ok(before);
    }
    write(area, &label, (x, bottom + 16), SMALL, Side::Middle, GREY)?;
    Ok(x + half)
}
