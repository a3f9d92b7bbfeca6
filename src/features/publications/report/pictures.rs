//! The charts of the report: those that stand at addresses of their own, too.

use super::{
    super::{
        charts::{Chart, ChartName, Sketch},
        document::Document,
    },
    words::Words,
};
use crate::{
    error::{AppError, AppResult, ErrorCode},
    formats::{
        chart::write_png,
        docx::{Block, Picture},
    },
    ids::PublicationId,
};

/// Pixels from left to right: sharp on paper.
const WIDTH: u32 = 1600;

/// The ranking and the distribution, as far as there is something to draw.
pub fn of(words: Words, id: &PublicationId, document: &Document) -> AppResult<Vec<Block>> {
    let sketch = Sketch {
        id,
        document,
        baseline: None,
        lang: words.0,
    };
    let charts = [
        (
            ChartName::Ranking,
            words.say("Xếp hạng các cơ quan", "Places of the agencies"),
        ),
        (
            ChartName::Distribution,
            words.say("Phân bố kết quả", "Distribution of the results"),
        ),
    ];
    let mut blocks = Vec::new();
    for (name, caption) in charts {
        match sketch.draw(&Chart::Of(name)) {
            Ok(svg) => blocks.push(Block::Picture(Picture {
                png: write_png(&svg, WIDTH).map_err(AppError::internal)?,
                caption: caption.to_owned(),
            })),
            Err(error) if error.code == ErrorCode::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(blocks)
}
