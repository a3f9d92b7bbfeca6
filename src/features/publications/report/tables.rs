//! The tables of the report.

use super::{
    super::{
        document::{Document, SourceRecord},
        nodes::heads,
        views::{DomainsView, EntryView, GroupView, GroupsView, RankingView},
    },
    lost::Lost,
    words::{Words, or_dash},
};
use crate::{
    features::agencies::AgencyCard,
    formats::docx::{Align, Column, Grid},
};

fn column(words: Words, (vi, en): (&str, &str), width: usize, align: Align) -> Column {
    Column::new(words.say(vi, en), width, align)
}

fn place(words: Words) -> Column {
    column(words, ("Hạng", "Place"), 8, Align::Centre)
}

fn agency(words: Words, width: usize) -> Column {
    column(words, ("Cơ quan", "Agency"), width, Align::Left)
}

fn named(words: Words, agency: &AgencyCard) -> String {
    words.name(&agency.name_vi, agency.name_en.as_deref()).to_owned()
}

/// What is known, and what of it.
pub fn facts(words: Words, rows: Vec<Vec<String>>) -> Grid {
    Grid {
        caption: words.say("Thông tin chung", "General facts").to_owned(),
        columns: vec![
            column(words, ("Nội dung", "What"), 36, Align::Left),
            column(words, ("Giá trị", "Value"), 64, Align::Left),
        ],
        rows,
    }
}

/// Which columns of a ranking say something.
#[derive(Clone, Copy)]
pub struct Shown {
    points: bool,
    adjustments: bool,
    bands: bool,
    changes: bool,
}

impl Shown {
    /// Those of a ranking.
    pub fn of(document: &Document, ranking: &RankingView) -> Self {
        let any = |has: fn(&EntryView) -> bool| ranking.entries.iter().any(has);
        Self {
            points: any(|entry| entry.total.is_some()),
            adjustments: document
                .agencies
                .iter()
                .any(|agency| !agency.adjustments.is_empty()),
            bands: any(|entry| entry.band.is_some()),
            changes: any(|entry| entry.change.is_some()),
        }
    }
}

/// Agencies with their results.
pub fn ranking(words: Words, caption: &str, entries: &[EntryView], shown: Shown) -> Grid {
    let right = Align::Right;
    let mut columns = vec![place(words), agency(words, 36)];
    if shown.points {
        columns.push(column(words, ("Điểm", "Points"), 11, right));
        columns.push(column(words, ("Tối đa", "Maximum"), 13, right));
    }
    columns.push(column(words, ("Chỉ số (%)", "Index (%)"), 11, right));
    if shown.adjustments {
        columns.push(column(words, ("Thưởng, trừ", "Bonus, penalty"), 11, right));
        columns.push(column(words, ("Kết quả", "Score"), 11, right));
    }
    if shown.bands {
        columns.push(column(words, ("Xếp loại", "Band"), 9, Align::Centre));
    }
    if shown.changes {
        columns.push(column(words, ("Thay đổi chỉ số", "Index change"), 11, right));
        columns.push(column(words, ("Thay đổi hạng", "Place change"), 10, right));
    }
    let row = |entry: &EntryView| {
        let mut row = vec![or_dash(entry.place_label.as_deref()), named(words, &entry.agency)];
        if shown.points {
            row.push(or_dash(entry.total.as_deref()));
            row.push(or_dash(entry.maximum.as_deref()));
        }
        row.push(or_dash(entry.index.as_deref()));
        if shown.adjustments {
            row.push(or_dash(entry.adjustment.as_deref()));
            row.push(or_dash(entry.score.as_deref()));
        }
        if shown.bands {
            row.push(or_dash(entry.band.as_deref()));
        }
        if shown.changes {
            row.extend(changed(words, entry));
        }
        row
    };
    Grid {
        caption: caption.to_owned(),
        columns,
        rows: entries.iter().map(row).collect(),
    }
}

/// What an agency gained: index and places.
fn changed(words: Words, entry: &EntryView) -> [String; 2] {
    let change = entry.change.as_ref();
    let index = change.and_then(|change| change.index.as_deref());
    let places = change
        .and_then(|change| change.place)
        .map(|places| places.to_string());
    [index, places.as_deref()].map(|number| or_dash(number.map(|number| words.signed(number)).as_deref()))
}

/// Means of groups, domains by their names; the document has no names of levels and regions.
pub fn groups(words: Words, document: &Document, groups: &GroupsView) -> Grid {
    let heads = heads(document);
    let name = |code: &str| {
        let head = heads
            .iter()
            .find(|head| head.parent.is_none() && head.code == code);
        head.map(|head| format!("{code}. {}", words.name(&head.name_vi, head.name_en.as_deref())))
    };
    let kinds = [
        (words.say("Cấp", "Level"), &groups.levels, false),
        (words.say("Vùng", "Region"), &groups.regions, false),
        (words.say("Lĩnh vực", "Domain"), &groups.domains, true),
    ];
    let row = |kind: &str, group: &GroupView, of_domains: bool| {
        let called = if of_domains { name(&group.code) } else { None };
        vec![
            kind.to_owned(),
            called.unwrap_or_else(|| group.code.clone()),
            group.n.to_string(),
            group.mean.clone(),
            group.max.clone(),
            group.min.clone(),
        ]
    };
    let rows = kinds
        .into_iter()
        .flat_map(|(kind, groups, of_domains)| groups.iter().map(move |group| (kind, group, of_domains)));
    Grid {
        caption: words
            .say("Bình quân theo nhóm (%)", "Means of groups (%)")
            .to_owned(),
        columns: vec![
            column(words, ("Phân theo", "By"), 13, Align::Left),
            column(words, ("Nhóm", "Group"), 40, Align::Left),
            column(words, ("Số cơ quan", "Agencies"), 13, Align::Right),
            column(words, ("Bình quân", "Mean"), 12, Align::Right),
            column(words, ("Cao nhất", "Highest"), 12, Align::Right),
            column(words, ("Thấp nhất", "Lowest"), 12, Align::Right),
        ],
        rows: rows
            .map(|(kind, group, of_domains)| row(kind, group, of_domains))
            .collect(),
    }
}

/// Those who gained or lost most.
pub fn movers(words: Words, caption: &str, entries: &[&EntryView]) -> Grid {
    let row = |entry: &&EntryView| {
        let [index, places] = changed(words, entry);
        vec![
            or_dash(entry.place_label.as_deref()),
            named(words, &entry.agency),
            or_dash(entry.index.as_deref()),
            index,
            places,
        ]
    };
    Grid {
        caption: caption.to_owned(),
        columns: vec![
            place(words),
            agency(words, 50),
            column(words, ("Chỉ số (%)", "Index (%)"), 14, Align::Right),
            column(words, ("Thay đổi chỉ số", "Index change"), 14, Align::Right),
            column(words, ("Thay đổi hạng", "Place change"), 14, Align::Right),
        ],
        rows: entries.iter().map(row).collect(),
    }
}

/// Where the points went, domain by domain.
pub fn lost_by_domain(words: Words, lost: &[Lost]) -> Grid {
    Grid {
        caption: words
            .say("Điểm mất theo lĩnh vực", "Points lost by domain")
            .to_owned(),
        columns: lost_columns(words, lost, ("Lĩnh vực", "Domain"), ("Tỷ trọng (%)", "Share (%)")),
        rows: lost
            .iter()
            .map(|node| lost_row(words, node, node.share.clone()))
            .collect(),
    }
}

/// The indicators that cost most.
pub fn lost_by_indicator(words: Words, lost: &[Lost]) -> Grid {
    let losing = |node: &Lost| format!("{}/{}", node.losing, node.agencies);
    Grid {
        caption: words
            .say(
                "Tiêu chí thành phần mất nhiều điểm nhất",
                "Indicators at which most points were lost",
            )
            .to_owned(),
        columns: lost_columns(
            words,
            lost,
            ("Tiêu chí thành phần", "Indicator"),
            ("Cơ quan mất điểm", "Agencies that lost"),
        ),
        rows: lost
            .iter()
            .map(|node| lost_row(words, node, losing(node)))
            .collect(),
    }
}

fn lost_columns(words: Words, lost: &[Lost], name: (&str, &str), last: (&str, &str)) -> Vec<Column> {
    // A code is one word: a column that is too narrow would break it anywhere.
    let longest = lost.iter().map(|node| node.head.code.chars().count()).max();
    let code = (longest.unwrap_or(0) + 4).clamp(8, 24);
    vec![
        column(words, ("Mã", "Code"), code, Align::Left),
        column(words, name, 52 - code, Align::Left),
        column(words, ("Tối đa bình quân", "Mean maximum"), 13, Align::Right),
        column(words, ("Điểm bình quân", "Mean points"), 11, Align::Right),
        column(words, ("Điểm mất", "Lost"), 11, Align::Right),
        column(words, last, 13, Align::Right),
    ]
}

fn lost_row(words: Words, node: &Lost, last: String) -> Vec<String> {
    vec![
        node.head.code.clone(),
        words
            .name(&node.head.name_vi, node.head.name_en.as_deref())
            .to_owned(),
        node.maximum.clone(),
        node.points.clone(),
        node.lost.clone(),
        last,
    ]
}

/// Agencies by domains.
pub fn domains(words: Words, domains: &DomainsView) -> Grid {
    let mut columns = vec![place(words), agency(words, 36)];
    columns.extend(
        domains
            .domains
            .iter()
            .map(|head| Column::new(&head.code, 9, Align::Right)),
    );
    let rows = domains.agencies.iter().map(|line| {
        let place = line.place.map(|place| place.to_string());
        let mut row = vec![or_dash(place.as_deref()), named(words, &line.agency)];
        row.extend(domains.domains.iter().map(|head| {
            let held = line.domains.iter().find(|domain| domain.code == head.code);
            or_dash(held.and_then(|domain| domain.index.as_deref()))
        }));
        row
    });
    Grid {
        caption: words
            .say("Chỉ số theo lĩnh vực (%)", "Indices by domain (%)")
            .to_owned(),
        rows: rows.collect(),
        columns,
    }
}

/// The sources of an external table.
pub fn sources(words: Words, sources: &[SourceRecord]) -> Grid {
    Grid {
        caption: words.say("Nguồn số liệu", "Sources").to_owned(),
        columns: vec![
            column(words, ("Mã", "Code"), 15, Align::Left),
            column(words, ("Địa chỉ", "Address"), 85, Align::Left),
        ],
        rows: sources
            .iter()
            .map(|source| vec![source.code.clone(), or_dash(source.address.as_deref())])
            .collect(),
    }
}
