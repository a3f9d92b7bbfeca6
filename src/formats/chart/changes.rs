//! What each agency gained or lost since an earlier result.

use super::{
    canvas::{BAR, Drawn, Heading, INK, MARGIN, NUMBER, Page, ROW, Value, bar, hatched_bar, line},
    ranking::ordered,
    rows::{Column, Columns, Frame, Rows, SCALE, Scale},
};

/// An agency's change.
#[derive(Clone, Debug)]
pub struct ChangeBar {
    /// The name.
    pub name: String,
    /// What was gained, with its sign; none where it is not known.
    pub value: Option<Value>,
    /// Places gained; negative if lost.
    pub places: Option<i64>,
}

/// Changes.
#[derive(Clone, Debug)]
pub struct ChangesChart {
    /// Title and notes.
    pub heading: Heading,
    /// What the values are called.
    pub value_head: String,
    /// What places are called.
    pub place_head: String,
    /// The agencies, in order.
    pub rows: Vec<ChangeBar>,
}

const HEAD: i32 = 24;
const BAR_THICK: i32 = 16;
const GAP: i32 = 10;

/// Draws changes: gains filled to the right, losses hatched to the left.
pub fn draw_changes(chart: &ChangesChart) -> Drawn<String> {
    let lang = chart.heading.lang;
    let values = chart.rows.iter().map(|row| {
        row.value
            .as_ref()
            .map_or("–".to_owned(), |value| value.label(lang))
    });
    let places = chart.rows.iter().map(|row| match row.places {
        None => "–".to_owned(),
        Some(0) => "=".to_owned(),
        Some(gained) if gained > 0 => format!("▲ {gained}"),
        Some(lost) => format!("▼ {}", lost.unsigned_abs()),
    });
    let columns = Columns::of(vec![
        Column::new(&chart.value_head, values.collect(), NUMBER),
        Column::new(&chart.place_head, places.collect(), ROW),
    ]);
    let rows = Rows::of(chart.rows.iter().map(|row| row.name.as_str()), 0);
    let page = Page::of(&chart.heading, HEAD + rows.height + SCALE);
    let rows = rows.down(page.top + HEAD);
    let frame = Frame {
        left: MARGIN + rows.names + GAP,
        right: columns.left(),
        top: page.top + HEAD,
        bottom: page.top + HEAD + rows.height,
    };
    page.draw(|area| {
        let scale = Scale::draw(area, frame, range(chart), lang)?;
        rows.write_names(area, MARGIN)?;
        columns.write(area, &rows, frame.top - HEAD / 2)?;
        let zero = scale.x(0.0);
        for (drawn, row) in chart.rows.iter().zip(&rows.rows) {
            let at = drawn.value.as_ref().map_or(0.0, Value::at);
            let ((above, below), (from, to)) = (row.bar(BAR_THICK), ordered(zero, scale.x(at)));
            if at > 0.0 {
                bar(area, (from, above), (to, below), BAR)?;
            } else if at < 0.0 {
                hatched_bar(area, (from, above), (to, below))?;
            }
        }
        line(area, (zero, frame.top), (zero, frame.bottom), INK, 2)
    })
}

/// Zero and all values, with a little room.
fn range(chart: &ChangesChart) -> std::ops::Range<f64> {
    let values = chart
        .rows
        .iter()
        .filter_map(|row| row.value.as_ref())
        .map(Value::at);
    let (least, most) = values.fold((0.0_f64, 0.0_f64), |(least, most), at| {
        (least.min(at), most.max(at))
    });
    let room = ((most - least) * 0.04).max(0.05);
    least - room..most + room
}
