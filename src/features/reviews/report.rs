//! The report of a review: what an office edits and hands on. Pure, from the document alone.

use super::{
    document::ReviewDocument,
    model::ReviewPart,
    tables::{self, Tabled},
    words,
};
use crate::{
    formats::docx::{Block, Paper},
    ids::AgencyCode,
};

/// Rows of a table on paper; a workbook has them all.
const ROWS_MAX: usize = 1000;

/// The report of a document.
pub fn paper(document: &ReviewDocument) -> Paper {
    let title = words::title(document);
    let day = words::day_of(document, document.as_of);
    let number = match &document.number {
        Some(number) => format!("Số {number}, ngày {day}"),
        None => format!("Dự thảo, số liệu đến ngày {day}"),
    };
    let mut blocks = vec![
        Block::Title(title.clone()),
        Block::Subtitle(document.programme.title.clone()),
        Block::Subtitle(number),
    ];
    let sections = [
        ("1. Tổng hợp", vec![tables::summary(document)]),
        (
            "2. Kết quả thực hiện nhiệm vụ",
            vec![tables::by_content(document), tables::by_lead(document)],
        ),
        ("3. Nhiệm vụ chưa hoàn thành", vec![tables::unfinished(document)]),
        ("4. Giải quyết kiến nghị", vec![tables::recommendations(document)]),
        ("5. Kiểm tra và khắc phục", vec![tables::inspections(document)]),
        ("6. Kinh phí", vec![tables::budget(document)]),
        ("7. Chỉ số cải cách hành chính", vec![tables::results(document)]),
    ];
    for (heading, tables) in sections {
        blocks.push(Block::Heading(heading.to_owned()));
        tables.iter().for_each(|table| add(&mut blocks, table));
    }
    blocks.push(Block::Heading("8. Đánh giá chung".to_owned()));
    let assessment = document.assessment.as_deref();
    blocks.push(Block::Text(assessment.unwrap_or("Chưa có.").to_owned()));
    blocks.push(Block::Heading("9. Phần viết của các đơn vị".to_owned()));
    blocks.extend(written(document));
    blocks.extend(missing(document));
    Paper {
        title: format!("{title}: {}", document.programme.title),
        language: "vi-VN",
        made_at: document.as_of.to_string(),
        page: "Trang",
        table: "Bảng",
        figure: "Hình",
        blocks,
    }
}

fn add(blocks: &mut Vec<Block>, table: &Tabled) {
    if table.rows.is_empty() {
        blocks.push(Block::Text(format!("{}: không có.", table.caption)));
        return;
    }
    blocks.push(Block::Table(table.grid(ROWS_MAX)));
    let more = table.rows.len().saturating_sub(ROWS_MAX);
    if more > 0 {
        blocks.push(Block::Text(format!("Còn {more} dòng, xem bản .xlsx.")));
    }
}

/// Unit after unit, each part under its name.
fn written(document: &ReviewDocument) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut last: Option<&AgencyCode> = None;
    for part in &document.parts {
        if last != Some(&part.agency) {
            blocks.push(Block::Subtitle(words::name(document, &part.agency)));
            last = Some(&part.agency);
        }
        blocks.push(Block::Text(format!("{}:", words::part(part.part))));
        blocks.push(Block::Text(part.text.clone()));
    }
    blocks
}

/// Who did not write what.
fn missing(document: &ReviewDocument) -> Vec<Block> {
    let mut units: Vec<(&AgencyCode, Vec<ReviewPart>)> = Vec::new();
    for missing in &document.missing_parts {
        match units.last_mut() {
            Some((agency, parts)) if *agency == &missing.agency => parts.push(missing.part),
            _ => units.push((&missing.agency, vec![missing.part])),
        }
    }
    let tell = |(agency, parts): (&AgencyCode, Vec<ReviewPart>)| {
        let parts: Vec<&str> = parts.into_iter().map(words::part).collect();
        let name = words::name(document, agency);
        Block::Text(format!("{name}: chưa viết {}.", parts.join("; ")))
    };
    units.into_iter().map(tell).collect()
}
