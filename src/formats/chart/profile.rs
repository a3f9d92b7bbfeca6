//! One agency's domains against the mean and the best of all.

use super::{
    canvas::{
        Area, BAR, Drawn, GREY, Heading, INK, MARGIN, NUMBER, PAPER, Page, ROW, SMALL, Side, Value, bar,
        fill, ring, write,
    },
    rows::{Column, Columns, Frame, Rows, SCALE, Scale},
};

/// A domain: percent of the maximum.
#[derive(Clone, Debug)]
pub struct ProfileBar {
    /// The name.
    pub name: String,
    /// The agency's; none where the domain does not apply to it.
    pub value: Option<Value>,
    /// The mean of all.
    pub mean: Option<Value>,
    /// The best of all.
    pub best: Option<Value>,
}

/// A profile.
#[derive(Clone, Debug)]
pub struct ProfileChart {
    /// Title and notes.
    pub heading: Heading,
    /// What the agency's values, the means and the best ones are called.
    pub heads: [String; 3],
    /// The domains, in the order of the set.
    pub rows: Vec<ProfileBar>,
}

const HEAD: i32 = 26;
const LEGEND: i32 = 32;
const ROW_LEAST: i32 = 42;
const BAR_THICK: i32 = 20;
const GAP: i32 = 10;

/// Draws a profile: the agency as a bar, the mean as a stroke, the best as a ring.
pub fn draw_profile(chart: &ProfileChart) -> Drawn<String> {
    let lang = chart.heading.lang;
    let label = |value: &Option<Value>| value.as_ref().map_or("–".to_owned(), |value| value.label(lang));
    let [own, mean, best] = &chart.heads;
    let columns = Columns::of(vec![
        Column::new(
            own,
            chart.rows.iter().map(|row| label(&row.value)).collect(),
            NUMBER,
        ),
        Column::new(mean, chart.rows.iter().map(|row| label(&row.mean)).collect(), ROW),
        Column::new(best, chart.rows.iter().map(|row| label(&row.best)).collect(), ROW),
    ]);
    let rows = Rows::of(chart.rows.iter().map(|row| row.name.as_str()), ROW_LEAST);
    let page = Page::of(&chart.heading, LEGEND + HEAD + rows.height + SCALE);
    let top = page.top + LEGEND + HEAD;
    let rows = rows.down(top);
    let frame = Frame {
        left: MARGIN + rows.names + GAP,
        right: columns.left() - 6,
        top,
        bottom: top + rows.height,
    };
    page.draw(|area| {
        draw_legend(area, chart, page.top + 12)?;
        let scale = Scale::draw(area, frame, range(chart), lang)?;
        rows.write_names(area, MARGIN)?;
        columns.write(area, &rows, top - HEAD / 2)?;
        for (drawn, row) in chart.rows.iter().zip(&rows.rows) {
            let (above, below) = row.bar(BAR_THICK);
            if let Some(value) = &drawn.value {
                let (from, to) = super::ranking::ordered(scale.x(0.0), scale.x(value.at()));
                bar(area, (from, above), (to, below), BAR)?;
            }
            if let Some(mean) = &drawn.mean {
                stroke(area, scale.x(mean.at()), (above - 5, below + 5))?;
            }
            if let Some(best) = &drawn.best {
                ring(area, (scale.x(best.at()), row.middle()), 6)?;
            }
        }
        Ok(())
    })
}

/// A black stroke with a white rim, which is seen on a bar and beside it.
fn stroke(area: &Area<'_>, x: i32, (top, bottom): (i32, i32)) -> Drawn {
    fill(area, (x - 3, top - 1), (x + 3, bottom + 1), PAPER)?;
    fill(area, (x - 2, top), (x + 2, bottom), INK)
}

fn draw_legend(area: &Area<'_>, chart: &ProfileChart, y: i32) -> Drawn {
    let mut x = MARGIN;
    for (position, head) in chart.heads.iter().enumerate() {
        match position {
            0 => bar(area, (x, y - 7), (x + 18, y + 7), BAR)?,
            1 => stroke(area, x + 9, (y - 9, y + 9))?,
            _ => ring(area, (x + 9, y), 6)?,
        }
        let head = SMALL.shorten(&super::font::clean(head), 280.0);
        write(area, &head, (x + 26, y), SMALL, Side::Start, GREY)?;
        x += 26 + SMALL.width(&head).ceil() as i32 + 24;
    }
    Ok(())
}

/// From zero to a hundred, or as far as there is something.
fn range(chart: &ProfileChart) -> std::ops::Range<f64> {
    let values = chart
        .rows
        .iter()
        .flat_map(|row| [&row.value, &row.mean, &row.best]);
    let (least, most) = values
        .flatten()
        .map(Value::at)
        .fold((0.0_f64, 100.0_f64), |(least, most), at| {
            (least.min(at), most.max(at))
        });
    (least / 10.0).floor() * 10.0..(most / 10.0).ceil() * 10.0
}
