//! Documents in one cell, one on a line: `số, ký hiệu | ngày | cơ quan ban hành | tên | liên kết`.
//!
//! A line without `|` is a document's title, or its link. A line that was not touched stays the document that it was,
//! with whatever a line can't show of it.

use crate::{
    features::submissions::Evidence,
    formats::xlsx::{CellFault, day_by_hand, day_of_text},
};

/// A cell holds 32,767 characters; what does not fit is named on a last line.
const CELL_CHARACTERS_MAX: usize = 30_000;
const PARTS: usize = 5;
/// More lines than an item has documents: the save names the limit, up to here.
const LINES_MAX: usize = 100;

/// The cell of some documents.
pub fn cell_of(documents: &[Evidence]) -> String {
    let lines: Vec<String> = documents.iter().map(line_of).collect();
    let shown = shown(&lines);
    let mut text = lines.get(..shown).unwrap_or_default().join("\n");
    if shown < lines.len() {
        text.push_str(&format!("\n{}", rest_of(lines.len() - shown)));
    }
    text
}

/// How many lines fit into the cell.
fn shown(lines: &[String]) -> usize {
    let mut characters = 0;
    lines
        .iter()
        .take_while(|line| {
            characters += line.chars().count() + 1;
            characters <= CELL_CHARACTERS_MAX
        })
        .count()
}

fn rest_of(count: usize) -> String {
    format!("[còn {count} tài liệu khác trong hệ thống]")
}

fn line_of(document: &Evidence) -> String {
    let clean = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or("").replace('|', "¦");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let parts = [
        clean(&document.number),
        document
            .date
            .map_or_else(String::new, |date| day_by_hand(&date.to_string())),
        clean(&document.issuer),
        clean(&document.title),
        clean(&document.link),
    ];
    let [number, date, issuer, title, link] = &parts;
    let alone = number.is_empty() && date.is_empty() && issuer.is_empty();
    if alone && link.is_empty() && !is_link(title) {
        return title.clone();
    }
    if alone && title.is_empty() && is_link(link) {
        return link.clone();
    }
    let line = parts.join(" | ");
    let line = line.trim_end_matches(['|', ' ']);
    // A line without a mark is a title.
    let mark = if line.contains('|') { "" } else { " |" };
    format!("{}{mark}", line.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

/// The documents of a cell; none where it was not touched.
pub fn documents_of(text: &str, standing: &[Evidence]) -> Result<Option<Vec<Evidence>>, CellFault> {
    let known: Vec<String> = standing.iter().map(line_of).collect();
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    if lines.len() > LINES_MAX {
        return Err(CellFault::new(
            "too_much_evidence",
            "quá nhiều dòng; tối đa 50 tài liệu kiểm chứng.",
            "too many lines; at most 50 documents.",
        ));
    }
    let untouched: Vec<String> = cell_of(standing).lines().map(str::to_owned).collect();
    if lines == untouched {
        return Ok(None);
    }
    let shown = shown(&known);
    let mut free: Vec<Option<&Evidence>> = standing.iter().map(Some).collect();
    let mut documents = Vec::with_capacity(lines.len());
    for line in &lines {
        if shown < known.len() && *line == rest_of(known.len() - shown) {
            documents.extend(standing.get(shown..).unwrap_or_default().iter().cloned());
            continue;
        }
        let same = known
            .iter()
            .zip(&mut free)
            .find(|(known, free)| *known == line && free.is_some())
            .and_then(|(_, free)| free.take());
        documents.push(match same {
            Some(document) => document.clone(),
            None => parse_line(line)?,
        });
    }
    Ok(Some(documents))
}

fn parse_line(line: &str) -> Result<Evidence, CellFault> {
    let mut document = Evidence::default();
    if !line.contains('|') {
        let text = Some(line.to_owned());
        if is_link(line) {
            document.link = text;
        } else {
            document.title = text;
        }
        return Ok(document);
    }
    let parts: Vec<Option<String>> = line
        .split('|')
        .map(|part| Some(part.trim().to_owned()).filter(|part| !part.is_empty()))
        .collect();
    if parts.len() > PARTS {
        return Err(CellFault::new(
            "bad_evidence_line",
            format!(
                "“{line}” có quá nhiều phần; mỗi dòng: số, ký hiệu | ngày | cơ quan ban hành | tên | liên kết."
            ),
            format!("“{line}” has too many parts; a line is: number | date | issuer | title | link."),
        ));
    }
    for (position, part) in parts.into_iter().enumerate() {
        match position {
            0 => document.number = part,
            1 => document.date = part.as_deref().map(parse_day).transpose()?,
            2 => document.issuer = part,
            3 => document.title = part,
            _ => document.link = part,
        }
    }
    Ok(document)
}

fn parse_day(text: &str) -> Result<chrono::NaiveDate, CellFault> {
    day_of_text(text).and_then(|day| day.parse().ok()).ok_or_else(|| {
        CellFault::new(
            "bad_date",
            format!("“{text}” không phải là ngày; phần thứ hai của dòng là ngày, viết dạng 05/01/2025."),
            format!("“{text}” is no day; the second part of a line is the date, written like 05/01/2025."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(number: &str, title: &str) -> Evidence {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Evidence {
            number: text(number),
            title: text(title),
            ..Evidence::default()
        }
    }

    #[test]
    fn a_line_that_was_not_touched_stays_what_it_was() {
        let odd = document("1|2", "hai\ndòng");
        let standing = [odd.clone(), document("3", "")];
        let cell = cell_of(&standing);
        assert_eq!(cell, "1¦2 | | | hai dòng\n3 |");
        assert_eq!(documents_of(&cell, &standing), Ok(None));
        let more = format!("{cell}\n4 | 5/1/2025 | Bộ Nội vụ");
        let documents = documents_of(&more, &standing).unwrap().unwrap();
        assert_eq!(documents.first(), Some(&odd));
        assert_eq!(documents.len(), 3);
        assert_eq!(documents_of("", &standing), Ok(Some(Vec::new())));
    }

    #[test]
    fn a_line_is_read_by_its_parts() {
        let read = |line: &str| documents_of(line, &[]).map(|documents| documents.unwrap().remove(0));
        let whole =
            read("1250/QĐ-BTP | 05/01/2025 | Bộ Tư pháp | Kế hoạch | https://example.vn/1250").unwrap();
        assert_eq!(whole.date.unwrap().to_string(), "2025-01-05");
        assert_eq!(whole.link.as_deref(), Some("https://example.vn/1250"));
        assert_eq!(read("Báo cáo số 5").unwrap(), document("", "Báo cáo số 5"));
        assert_eq!(
            read("https://example.vn").unwrap().link.as_deref(),
            Some("https://example.vn")
        );
        assert_eq!(read("1 | 31/02/2025").unwrap_err().code, "bad_date");
        assert_eq!(read("1 | | | | | |").unwrap_err().code, "bad_evidence_line");
    }

    #[test]
    fn what_does_not_fit_into_the_cell_stays() {
        let standing: Vec<Evidence> = (0..50)
            .map(|number| document(&number.to_string(), &"x".repeat(990)))
            .collect();
        let cell = cell_of(&standing);
        assert!(cell.chars().count() < 32_000);
        assert_eq!(documents_of(&cell, &standing), Ok(None));
        let more = format!("Thêm\n{cell}");
        assert_eq!(documents_of(&more, &standing).unwrap().unwrap().len(), 51);
    }
}
