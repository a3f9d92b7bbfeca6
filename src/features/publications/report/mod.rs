//! The report of a publication: what an office edits and hands on. Pure, from the document alone.
//!
//! Every number is as the publication prints it; means of lost points, which it does not print, are made of its numbers.

mod lost;
mod pictures;
mod sections;
mod tables;
mod words;

use super::{document::Document, views};
use crate::{
    error::AppResult,
    formats::{
        Lang,
        docx::{Block, Paper},
    },
    ids::PublicationId,
};
use words::Words;

/// The report of a document.
pub fn report(id: &PublicationId, document: &Document, lang: Lang) -> AppResult<Paper> {
    let words = Words(lang);
    let ranking = views::ranking(id, document)?;
    let domains = views::domains(document, &ranking);
    let title = words.name(&document.title_vi, document.title_en.as_deref());
    let day = words.day(document.published_at);
    let mut blocks = vec![
        Block::Title(title.to_owned()),
        Block::Subtitle(words.say(
            format!("Báo cáo kết quả, công bố ngày {day}"),
            format!("Report on the results published on {day}"),
        )),
    ];
    blocks.extend(sections::about(words, document));
    blocks.extend(sections::facts(words, id, document, &ranking));
    blocks.extend(sections::ranking(words, document, &ranking));
    blocks.extend(pictures::of(words, id, document)?);
    blocks.extend(sections::groups(words, document, &ranking));
    blocks.extend(sections::movers(words, document, &ranking));
    blocks.extend(sections::lost_points(words, document));
    blocks.extend(sections::domains(words, &domains));
    blocks.extend(sections::sources(words, document));
    Ok(Paper {
        title: title.to_owned(),
        language: words.say("vi-VN", "en-GB"),
        made_at: document.published_at.to_string(),
        page: words.say("Trang", "Page"),
        table: words.say("Bảng", "Table"),
        figure: words.say("Hình", "Figure"),
        blocks,
    })
}
