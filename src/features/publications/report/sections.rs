//! The sections of the report: what each is called, what it says, which tables it has.

use super::{
    super::{
        document::{Document, RankedRecord},
        nodes::heads,
        views::{DomainsView, EntryView, RankingView},
    },
    lost::{lost, most},
    tables::{self, Shown},
    words::Words,
};
use crate::{
    formats::docx::Block,
    ids::PublicationId,
    scoring::{Points, Tier},
};

/// How many agencies are told to have gained or lost most.
const MOVERS: usize = 5;
/// How many indicators are told to have lost most.
const INDICATORS: usize = 15;
/// How many domains stand side by side on a page.
const DOMAINS_MAX: usize = 8;

fn heading(words: Words, vi: &str, en: &str) -> Block {
    Block::Heading(words.say(vi, en).to_owned())
}

fn text(words: Words, vi: &str, en: &str) -> Block {
    Block::Text(words.say(vi, en).to_owned())
}

/// What the report is, and what a reader must know.
pub fn about(words: Words, document: &Document) -> Vec<Block> {
    let notice = document.notice_vi.as_deref();
    let notice = notice.map(|notice| words.name(notice, document.notice_en.as_deref()));
    let note = document
        .external
        .as_ref()
        .and_then(|source| source.note.as_deref());
    let mut blocks = vec![text(
        words,
        "Báo cáo được lập từ công bố nêu ở Bảng 1. Các số liệu là số liệu đã công bố; dấu chấm ngăn phần thập phân. Công bố không \
         thay đổi: nếu có đính chính thì đó là một công bố mới.",
        "This report is made of the publication that Table 1 names. Its numbers are the published ones. A publication never \
         changes: a correction is a new publication.",
    )];
    blocks.extend(
        notice
            .into_iter()
            .chain(note)
            .map(|said| Block::Text(said.to_owned())),
    );
    blocks
}

/// What was published, when, and what it stands on.
pub fn facts(words: Words, id: &PublicationId, document: &Document, ranking: &RankingView) -> Vec<Block> {
    let set = &document.criteria_set;
    let version = set
        .version
        .map(|version| words.say(format!(", phiên bản {version}"), format!(", version {version}")));
    let set = format!("{}{}", set.code, version.unwrap_or_default());
    let named = |id: &Option<PublicationId>| id.as_ref().map(ToString::to_string);
    let agencies = document.agencies.len().to_string();
    let mut facts = vec![
        (
            ("Năm đánh giá", "Year assessed"),
            Some(document.round.year.to_string()),
        ),
        (("Đợt đánh giá", "Round"), Some(document.round.code.clone())),
        (("Bộ tiêu chí", "Criteria set"), Some(set)),
        (("Cơ quan có trong công bố", "Agencies in it"), Some(agencies)),
    ];
    facts.extend(figures(document, ranking));
    facts.extend([
        (
            ("Ngày công bố", "Published on"),
            Some(words.day(document.published_at)),
        ),
        (
            ("Đính chính cho công bố", "Corrects the publication"),
            named(&document.supersedes),
        ),
        (
            ("So sánh với công bố", "Compared with the publication"),
            named(&document.baseline),
        ),
        (
            ("Mã công bố (SHA-256)", "Publication (SHA-256)"),
            Some(id.to_string()),
        ),
    ]);
    let row = |((vi, en), value): Fact| Some(vec![words.say(vi, en).to_owned(), value?]);
    vec![
        heading(words, "1. Thông tin chung", "1. General facts"),
        Block::Table(tables::facts(words, facts.into_iter().filter_map(row).collect())),
    ]
}

/// A fact's name in both languages, and what is known.
type Fact = ((&'static str, &'static str), Option<String>);

/// How many have a place, the mean and the ends. The table of somebody else may be partial: then only what it says itself
/// is true of the whole.
fn figures(document: &Document, ranking: &RankingView) -> [Fact; 4] {
    let placed = || ranking.entries.iter().filter(|entry| entry.place.is_some());
    let score =
        |entry: Option<&EntryView>| entry.and_then(|entry| entry.score.clone().or(entry.index.clone()));
    let (_, decimals) = document.decimals();
    let print = |number: Option<Points>| number.map(|number| number.format(decimals));
    let summary = document.external.as_ref().map(|source| &source.summary);
    let (ranked, highest, lowest) = match summary {
        Some(said) => (
            said.ranked_units.map(|units| units.to_string()),
            print(said.maximum),
            print(said.minimum),
        ),
        None => (
            Some(placed().count().to_string()),
            score(placed().next()),
            score(placed().next_back()),
        ),
    };
    [
        (("Cơ quan được xếp hạng", "Agencies ranked"), ranked),
        (("Bình quân", "Mean"), ranking.mean.clone()),
        (("Cao nhất", "Highest"), highest),
        (("Thấp nhất", "Lowest"), lowest),
    ]
}

/// The places, and who has none.
pub fn ranking(words: Words, document: &Document, ranking: &RankingView) -> Vec<Block> {
    let shown = Shown::of(document, ranking);
    let mut blocks = vec![heading(words, "2. Xếp hạng", "2. Ranking")];
    if document.external.as_ref().is_some_and(|source| !source.complete) {
        blocks.push(text(
            words,
            "Bảng này không đủ mọi cơ quan được xếp hạng.",
            "Not every ranked agency is in this table.",
        ));
    }
    let caption = words.say(
        "Kết quả và xếp hạng các cơ quan",
        "Results and places of the agencies",
    );
    blocks.push(Block::Table(tables::ranking(
        words,
        caption,
        &ranking.entries,
        shown,
    )));
    if !ranking.not_ranked.is_empty() {
        let caption = words.say(
            "Cơ quan được đánh giá, không xếp hạng",
            "Agencies assessed but not ranked",
        );
        blocks.push(Block::Table(tables::ranking(
            words,
            caption,
            &ranking.not_ranked,
            shown,
        )));
    }
    blocks
}

/// Means of groups.
pub fn groups(words: Words, document: &Document, ranking: &RankingView) -> Vec<Block> {
    let grid = tables::groups(words, document, &ranking.groups);
    let mut blocks = vec![heading(words, "3. Bình quân theo nhóm", "3. Means of groups")];
    if grid.rows.is_empty() {
        blocks.push(text(
            words,
            "Công bố không có bình quân theo nhóm.",
            "The publication has no means of groups.",
        ));
    } else {
        blocks.push(Block::Table(grid));
    }
    blocks
}

/// Who gained and who lost most against the baseline.
pub fn movers(words: Words, document: &Document, ranking: &RankingView) -> Vec<Block> {
    let mut blocks = vec![heading(
        words,
        "4. Biến động so với kỳ trước",
        "4. Changes against the earlier result",
    )];
    let lines = document.ranking.iter().zip(&ranking.entries);
    let moved = |(line, entry): (&RankedRecord, _)| Some((line.change?.index?, entry));
    let mut moved: Vec<(Points, &EntryView)> = lines.filter_map(moved).collect();
    if moved.is_empty() {
        let (vi, en) = match &document.baseline {
            None => (
                "Công bố không so sánh với kết quả trước.",
                "The publication is not compared with an earlier result.",
            ),
            Some(_) => (
                "Kết quả trước không có chỉ số của các cơ quan này.",
                "The earlier result has no index of these agencies.",
            ),
        };
        blocks.push(text(words, vi, en));
        return blocks;
    }
    moved.sort_by_key(|(change, _)| std::cmp::Reverse(*change));
    let gained = moved
        .iter()
        .filter(|(change, _)| *change > Points::ZERO)
        .take(MOVERS);
    let lost = moved
        .iter()
        .rev()
        .filter(|(change, _)| *change < Points::ZERO)
        .take(MOVERS);
    let ends = [
        (
            words.say("Cơ quan tăng chỉ số nhiều nhất", "Agencies whose index rose most"),
            gained.map(|(_, entry)| *entry).collect::<Vec<_>>(),
        ),
        (
            words.say("Cơ quan giảm chỉ số nhiều nhất", "Agencies whose index fell most"),
            lost.map(|(_, entry)| *entry).collect(),
        ),
    ];
    for (caption, entries) in ends {
        if !entries.is_empty() {
            blocks.push(Block::Table(tables::movers(words, caption, &entries)));
        }
    }
    blocks
}

/// Where points were lost: domains, then the indicators that cost most.
pub fn lost_points(words: Words, document: &Document) -> Vec<Block> {
    let mut blocks = vec![heading(words, "5. Điểm mất", "5. Points lost")];
    let (first_tier, below): (Vec<_>, Vec<_>) = heads(document)
        .into_iter()
        .partition(|head| head.parent.is_none());
    let of_domains = lost(document, first_tier.clone());
    if of_domains.is_empty() {
        blocks.push(text(
            words,
            "Công bố không có điểm theo lĩnh vực.",
            "The publication has no points by domain.",
        ));
        return blocks;
    }
    blocks.push(text(
        words,
        "Điểm mất là bình quân điểm tối đa áp dụng trừ bình quân điểm đạt, tính trên các cơ quan được xếp hạng mà tiêu chí áp dụng. \
         Mỗi số được tính từ điểm chính xác và làm tròn một lần.",
        "Points lost are the mean of the applicable maximum less the mean of the points, over the ranked agencies to which a \
         node applies. Each number is made of exact points and rounded once.",
    ));
    blocks.push(Block::Table(tables::lost_by_domain(words, &of_domains)));
    // A set of nothing but indicators was shown just now.
    if below.is_empty() {
        return blocks;
    }
    let indicators = first_tier
        .into_iter()
        .chain(below)
        .filter(|head| head.tier == Tier::Indicator);
    let of_indicators = most(lost(document, indicators.collect()), INDICATORS);
    if !of_indicators.is_empty() {
        blocks.push(Block::Table(tables::lost_by_indicator(words, &of_indicators)));
    }
    blocks
}

/// The index of every agency by domain.
pub fn domains(words: Words, domains: &DomainsView) -> Vec<Block> {
    let mut blocks = vec![heading(words, "6. Chỉ số theo lĩnh vực", "6. Indices by domain")];
    match domains.domains.len() {
        0 => blocks.push(text(
            words,
            "Công bố không có lĩnh vực.",
            "The publication has no domains.",
        )),
        1..=DOMAINS_MAX => {
            let named = domains.domains.iter().map(|head| {
                let name = words.name(&head.name_vi, head.name_en.as_deref());
                format!("{}: {name}", head.code)
            });
            blocks.push(Block::Text(format!("{}.", named.collect::<Vec<_>>().join("; "))));
            blocks.push(Block::Table(tables::domains(words, domains)));
        }
        _ => blocks.push(text(
            words,
            "Số lĩnh vực quá nhiều cho một trang; xem bảng tính của công bố.",
            "There are too many domains for a page; see the publication's workbook.",
        )),
    }
    blocks
}

/// Where the numbers of an external table come from.
pub fn sources(words: Words, document: &Document) -> Vec<Block> {
    let Some(external) = &document.external else {
        return Vec::new();
    };
    vec![
        heading(words, "7. Nguồn số liệu", "7. Sources"),
        Block::Table(tables::sources(words, &external.sources)),
    ]
}
