//! The tables of a review, once for the report and the workbook. Pure, from the document alone.

use super::{
    document::{ReviewDocument, Settlement},
    words,
};
use crate::{
    features::{programmes::Counts, publications::PlacedAgency},
    formats::{
        Cell, Table,
        docx::{Align, Column, Grid},
        xlsx::{Book, table_page, write_workbook},
    },
};

/// A column: its head, its share of a page's width, and whether it holds numbers.
type Head = (&'static str, usize, bool);

/// A table of a review.
#[derive(Clone, Debug)]
pub struct Tabled {
    /// The name of its sheet.
    pub sheet: &'static str,
    /// What it shows.
    pub caption: &'static str,
    heads: Vec<Head>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Tabled {
    /// As a table of the report, at most so many rows of it.
    pub fn grid(&self, rows_max: usize) -> Grid {
        let text = |cell: &Cell| match cell {
            Cell::Empty => "–".to_owned(),
            Cell::Text(text) | Cell::Number(text) => text.clone(),
        };
        let column = |(head, width, is_number): &Head| {
            let align = if *is_number { Align::Right } else { Align::Left };
            Column::new(*head, *width, align)
        };
        let rows = self.rows.iter().take(rows_max);
        Grid {
            caption: self.caption.to_owned(),
            columns: self.heads.iter().map(column).collect(),
            rows: rows.map(|row| row.iter().map(text).collect()).collect(),
        }
    }
}

/// All tables as a workbook.
pub fn workbook(document: &ReviewDocument) -> Result<Vec<u8>, String> {
    let tables = [
        summary(document),
        by_content(document),
        by_lead(document),
        unfinished(document),
        recommendations(document),
        inspections(document),
        budget(document),
        results(document),
        parts(document),
    ];
    let pages = tables.into_iter().map(|table| {
        let heads: Vec<&str> = table.heads.iter().map(|(head, ..)| *head).collect();
        let rows = Table {
            header: heads.iter().map(|head| (*head).to_owned()).collect(),
            rows: table.rows,
        };
        table_page(table.sheet, &heads, &rows)
    });
    write_workbook(&Book {
        title: format!("{}: {}", words::title(document), document.programme.title),
        made_at: document.as_of.unix_seconds(),
        pages: pages.collect(),
    })
}

fn number(number: impl std::fmt::Display) -> Cell {
    Cell::number(Some(number))
}

/// What stands at the head of a report.
pub fn summary(document: &ReviewDocument) -> Tabled {
    let (plan, programme) = (&document.plan, &document.programme);
    let (all, more) = (&plan.overall, &plan.extensions);
    let rows = [
        ("Chương trình", Cell::text(&programme.title)),
        (
            "Số, ký hiệu của chương trình",
            Cell::optional(programme.number.as_ref()),
        ),
        ("Ngày ký", Cell::optional(programme.signed_on.map(words::day))),
        (
            "Cơ quan chủ trì chương trình",
            Cell::text(words::name(document, &programme.owner)),
        ),
        ("Báo cáo", Cell::text(words::title(document))),
        ("Số báo cáo", Cell::optional(document.number.as_ref())),
        (
            "Số liệu tính đến ngày",
            Cell::text(words::day_of(document, document.as_of)),
        ),
        ("Dòng kế hoạch", number(all.total)),
        ("Đã hoàn thành", number(all.done)),
        ("Chưa hoàn thành", number(all.unfinished)),
        ("Quá hạn", number(all.overdue)),
        (
            "Tỷ lệ quá hạn trên chưa hoàn thành (%)",
            Cell::number(all.overdue_rate.as_ref()),
        ),
        ("Dòng không gắn với năm nào", number(plan.without_year)),
        ("Chuyển sang năm sau", Cell::number(document.carried)),
        ("Đề nghị gia hạn", number(more.asked)),
        ("Được gia hạn", number(more.granted)),
        ("Không được gia hạn", number(more.refused)),
        ("Chưa quyết định về gia hạn", number(more.undecided)),
    ];
    Tabled {
        sheet: "Tổng hợp",
        caption: "Tổng hợp",
        heads: vec![("Nội dung", 50, false), ("Giá trị", 50, false)],
        rows: rows
            .into_iter()
            .map(|(what, value)| vec![Cell::text(what), value])
            .collect(),
    }
}

const COUNT_HEADS: [Head; 7] = [
    ("Tổng số", 9, true),
    ("Hoàn thành", 10, true),
    ("Đúng hạn", 9, true),
    ("Muộn", 9, true),
    ("Chưa hoàn thành", 11, true),
    ("Quá hạn", 9, true),
    ("Tỷ lệ quá hạn (%)", 11, true),
];

fn count_cells(counts: &Counts) -> [Cell; 7] {
    [
        number(counts.total),
        number(counts.done),
        number(counts.timeliness.done_in_time),
        number(counts.timeliness.done_late),
        number(counts.unfinished),
        number(counts.overdue),
        Cell::number(counts.overdue_rate.as_ref()),
    ]
}

fn counted(
    (sheet, caption): (&'static str, &'static str),
    heads: &[Head],
    rows: impl Iterator<Item = (Vec<Cell>, Counts)>,
) -> Tabled {
    Tabled {
        sheet,
        caption,
        heads: heads.iter().copied().chain(COUNT_HEADS).collect(),
        rows: rows
            .map(|(named, counts)| named.into_iter().chain(count_cells(&counts)).collect())
            .collect(),
    }
}

/// Lines by content.
pub fn by_content(document: &ReviewDocument) -> Tabled {
    let rows = document.plan.by_content.iter().map(|row| {
        let named = vec![Cell::text(&row.content), Cell::text(&row.title)];
        (named, row.counts.clone())
    });
    let heads = [("Mã", 7, false), ("Nội dung phối hợp", 30, false)];
    counted(("Theo nội dung", "Kết quả thực hiện theo nội dung"), &heads, rows)
}

/// Lines by the unit that leads.
pub fn by_lead(document: &ReviewDocument) -> Tabled {
    let rows = document.plan.by_lead.iter().map(|row| {
        let named = vec![Cell::text(words::name(document, &row.lead))];
        (named, row.counts.clone())
    });
    let heads = [("Đơn vị chủ trì", 33, false)];
    counted(
        ("Theo đơn vị", "Kết quả thực hiện theo đơn vị chủ trì"),
        &heads,
        rows,
    )
}

/// Lines that are not done.
pub fn unfinished(document: &ReviewDocument) -> Tabled {
    let rows = document.plan.unfinished.iter().map(|line| {
        vec![
            Cell::text(format!("{}/{}", line.task, line.line)),
            Cell::text(&line.title),
            Cell::text(words::name(document, &line.lead)),
            Cell::optional(line.to.map(words::day)),
            Cell::optional(line.original_to.map(words::day)),
            Cell::text(words::state(line.state)),
            Cell::text(words::timeliness(line.timeliness)),
            number(line.percent),
            Cell::optional(line.reason.as_ref()),
            Cell::number(line.carried_to),
        ]
    });
    Tabled {
        sheet: "Chưa hoàn thành",
        caption: "Nhiệm vụ chưa hoàn thành",
        heads: vec![
            ("Dòng", 11, false),
            ("Nhiệm vụ", 20, false),
            ("Đơn vị chủ trì", 13, false),
            ("Hạn", 14, false),
            ("Hạn ban đầu", 14, false),
            ("Trạng thái", 11, false),
            ("Thời hạn", 10, false),
            ("%", 8, true),
            ("Lý do", 14, false),
            ("Chuyển sang năm", 11, true),
        ],
        rows: rows.collect(),
    }
}

/// Recommendations by body, and all of them.
pub fn recommendations(document: &ReviewDocument) -> Tabled {
    let row = |name: String, settlement: &Settlement| {
        vec![
            Cell::text(name),
            number(settlement.received),
            number(settlement.answered),
            number(settlement.answered_in_time),
            Cell::number(settlement.in_time_share.as_ref()),
            number(settlement.overdue),
        ]
    };
    let figures = &document.recommendations;
    let bodies = figures
        .by_body
        .iter()
        .map(|body| row(words::name(document, &body.body), &body.settlement));
    let all = row("Tổng cộng".to_owned(), &figures.overall);
    Tabled {
        sheet: "Kiến nghị",
        caption: "Giải quyết kiến nghị",
        heads: vec![
            ("Cơ quan giải quyết", 35, false),
            ("Tiếp nhận", 12, true),
            ("Đã trả lời", 12, true),
            ("Trả lời đúng hạn", 14, true),
            ("Tỷ lệ đúng hạn (%)", 14, true),
            ("Quá hạn", 12, true),
        ],
        rows: bodies.chain(std::iter::once(all)).collect(),
    }
}

/// Inspections, findings and remedies.
pub fn inspections(document: &ReviewDocument) -> Tabled {
    let figures = &document.inspections;
    let rows = [
        ("Cuộc kiểm tra theo kế hoạch", number(figures.planned)),
        ("Cuộc kiểm tra đã thực hiện", number(figures.carried_out)),
        ("Cuộc kiểm tra đã hủy", number(figures.cancelled)),
        ("Cơ quan thuộc diện kiểm tra", number(figures.agencies)),
        ("Cơ quan đã được kiểm tra", number(figures.agencies_inspected)),
        (
            "Tỷ lệ cơ quan được kiểm tra (%)",
            Cell::number(figures.inspected_share.as_ref()),
        ),
        ("Phát hiện", number(figures.findings)),
        ("Phát hiện mức nhẹ", number(figures.minor)),
        ("Phát hiện mức nặng", number(figures.major)),
        ("Phát hiện mức nghiêm trọng", number(figures.critical)),
        ("Yêu cầu khắc phục", number(figures.remedies)),
        ("Đã khắc phục, đã kiểm chứng", number(figures.remedies_verified)),
        (
            "Tỷ lệ khắc phục (%)",
            Cell::number(figures.verified_share.as_ref()),
        ),
        ("Khắc phục đúng hạn", number(figures.verified_in_time)),
        (
            "Tỷ lệ khắc phục đúng hạn (%)",
            Cell::number(figures.in_time_share.as_ref()),
        ),
        ("Khắc phục quá hạn", number(figures.remedies_overdue)),
    ];
    Tabled {
        sheet: "Kiểm tra",
        caption: "Kiểm tra và khắc phục",
        heads: vec![("Nội dung", 70, false), ("Số liệu", 30, true)],
        rows: rows
            .into_iter()
            .map(|(what, value)| vec![Cell::text(what), value])
            .collect(),
    }
}

/// Money by year and source.
pub fn budget(document: &ReviewDocument) -> Tabled {
    let rows = document.budget.iter().map(|row| {
        vec![
            number(row.year),
            Cell::text(words::source(row.source)),
            number(&row.planned_vnd),
            number(&row.spent_vnd),
            number(row.lines),
            number(row.lines_without_spending),
        ]
    });
    Tabled {
        sheet: "Kinh phí",
        caption: "Kinh phí theo năm và nguồn (đồng)",
        heads: vec![
            ("Năm", 9, true),
            ("Nguồn", 26, false),
            ("Kế hoạch (đồng)", 20, true),
            ("Đã chi (đồng)", 20, true),
            ("Số dòng", 11, true),
            ("Dòng chưa có số chi", 14, true),
        ],
        rows: rows.collect(),
    }
}

/// Published results: of each its ends.
pub fn results(document: &ReviewDocument) -> Tabled {
    let ends = |agencies: &[PlacedAgency]| {
        let told = agencies.iter().map(|one| {
            let place = one.place.as_deref().unwrap_or("–");
            let index = one.index.as_deref().unwrap_or("–");
            format!("{place}. {} ({index})", one.name_vi)
        });
        Cell::text(told.collect::<Vec<_>>().join("; "))
    };
    let rows = document.results.iter().map(|result| {
        vec![
            number(result.year),
            Cell::text(&result.title_vi),
            number(result.agencies),
            Cell::number(result.mean.as_ref()),
            ends(&result.first),
            ends(&result.last),
            Cell::text(&result.publication),
        ]
    });
    Tabled {
        sheet: "Chỉ số CCHC",
        caption: "Kết quả Chỉ số cải cách hành chính đã công bố",
        heads: vec![
            ("Năm", 8, true),
            ("Công bố", 20, false),
            ("Số cơ quan", 9, true),
            ("Bình quân", 10, true),
            ("Đứng đầu", 20, false),
            ("Đứng cuối", 20, false),
            ("Mã công bố (SHA-256)", 20, false),
        ],
        rows: rows.collect(),
    }
}

/// What was written.
fn parts(document: &ReviewDocument) -> Tabled {
    let owner = words::name(document, &document.programme.owner);
    let common = document
        .assessment
        .iter()
        .map(|text| vec![Cell::text(&owner), Cell::text("Đánh giá chung"), Cell::text(text)]);
    let written = document.parts.iter().map(|part| {
        vec![
            Cell::text(words::name(document, &part.agency)),
            Cell::text(words::part(part.part)),
            Cell::text(&part.text),
        ]
    });
    Tabled {
        sheet: "Phần viết",
        caption: "Phần viết của các đơn vị",
        heads: vec![
            ("Đơn vị", 25, false),
            ("Phần", 20, false),
            ("Nội dung", 55, false),
        ],
        rows: common.chain(written).collect(),
    }
}
