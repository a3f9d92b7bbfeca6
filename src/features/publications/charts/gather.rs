//! From a document to what a chart shows. Pure: printed numbers and names, in one language.

use super::{
    AgencyChartName, Chart, ChartName, changes,
    figures::{histogram, median},
    profile,
    texts::Words,
};
use crate::{
    clock::Zone,
    error::{AppError, AppResult, ErrorCode},
    features::publications::{
        document::{Document, RankedRecord},
        views::{self, EntryView, Print, RankingView},
    },
    formats::{
        Lang,
        chart::{
            Band, Bin, Heading, HistogramChart, Marker, RankedBar, RankingChart, Value, draw_changes,
            draw_histogram, draw_profile, draw_ranking,
        },
    },
    ids::PublicationId,
    scoring::Points,
};

/// Agencies in one picture: all provinces and more, and a page that can still be looked at.
const ROWS_MAX: usize = 100;

/// What changes are against.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Its year.
    pub year: i32,
    /// Its title in Vietnamese.
    pub title_vi: String,
    /// Its title in English.
    pub title_en: Option<String>,
}

/// What a chart is drawn from.
pub struct Sketch<'a> {
    /// The publication's id.
    pub id: &'a PublicationId,
    /// Its document.
    pub document: &'a Document,
    /// What its changes are against.
    pub baseline: Option<&'a Baseline>,
    /// The language of all texts.
    pub lang: Lang,
}

/// 404: the publication has nothing that the chart could show.
pub fn nothing_to_draw(vi: &str, en: &str) -> AppError {
    AppError::with(ErrorCode::NotFound, vi, en)
}

/// Changes of a publication without a baseline.
pub fn no_baseline() -> AppError {
    nothing_to_draw(
        "Công bố này không so với công bố nào trước đó nên không có hình thay đổi.",
        "This publication is not compared with an earlier one, so there is no chart of changes.",
    )
}

impl Sketch<'_> {
    /// The SVG of a chart.
    pub fn draw(&self, chart: &Chart) -> AppResult<String> {
        let ranking = views::ranking(self.id, self.document)?;
        let drawn = match chart {
            Chart::Of(ChartName::Ranking) if ranking.entries.is_empty() => {
                return Err(nothing_to_draw(
                    "Công bố này không xếp hạng cơ quan nào.",
                    "This publication ranks no agency.",
                ));
            }
            Chart::Of(ChartName::Ranking) => draw_ranking(&self.ranking(&ranking)),
            Chart::Of(ChartName::Distribution) => draw_histogram(&self.distribution(&ranking)?),
            Chart::Of(ChartName::Changes) => draw_changes(&changes::changes(self, &ranking)?),
            Chart::OfAgency(AgencyChartName::Profile, code) => {
                draw_profile(&profile::profile(self, &ranking, code)?)
            }
        };
        drawn.map_err(AppError::internal)
    }

    /// The words of the language.
    pub fn words(&self) -> Words {
        Words(self.lang)
    }

    /// The publication's title, and behind it what is shown.
    pub fn titled(&self, vi: &str, en: &str) -> String {
        format!("{}: {}", self.title(), self.words().say(vi, en))
    }

    /// The publication's title.
    pub fn title(&self) -> String {
        let document = self.document;
        self.words()
            .name(&document.title_vi, document.title_en.as_deref())
    }

    /// What stands below every chart: what a reader must know, and by which the publication is known.
    pub fn notes(&self, own: Vec<String>) -> Vec<String> {
        let (words, document) = (self.words(), self.document);
        let mut notes = own;
        let notice = document.notice_vi.as_deref();
        notes.extend(notice.map(|notice| words.name(notice, document.notice_en.as_deref())));
        if document.external.as_ref().is_some_and(|source| !source.complete) {
            let partial = words.say(
                "Bảng không đầy đủ: chỉ gồm các cơ quan có trong nguồn.",
                "A partial table: only the agencies that the sources name.",
            );
            notes.push(partial.to_owned());
        }
        let day = Zone::default().day_of(document.published_at);
        notes.push(match self.lang {
            Lang::Vi => format!(
                "Công bố ngày {}. Mã công bố (SHA-256): {}",
                day.format("%d/%m/%Y"),
                self.id
            ),
            Lang::En => format!(
                "Published on {}. Publication (SHA-256): {}",
                day.format("%Y-%m-%d"),
                self.id
            ),
        });
        notes
    }

    /// What places are made from: the index, and what was added to it where anything was.
    fn value_head(&self) -> &'static str {
        let has_adjustments = |agency: &crate::features::publications::document::AgencyRecord| {
            agency
                .adjustment
                .is_some_and(|adjustment| adjustment != Points::ZERO)
        };
        match (self.lang, self.document.agencies.iter().any(has_adjustments)) {
            (Lang::Vi, false) => "Chỉ số (%)",
            (Lang::Vi, true) => "Chỉ số cộng, trừ điểm",
            (Lang::En, false) => "Index (%)",
            (Lang::En, true) => "Adjusted index",
        }
    }

    fn mean(&self, ranking: &RankingView) -> Option<Marker> {
        ranking.mean.as_ref().map(|mean| Marker {
            label: self.words().say("Bình quân", "Mean").to_owned(),
            value: Value::new(mean),
        })
    }

    fn agency_name(&self, entry: &EntryView) -> String {
        self.words()
            .name(&entry.agency.name_vi, entry.agency.name_en.as_deref())
    }

    fn ranking(&self, ranking: &RankingView) -> RankingChart {
        let (words, entries) = (self.words(), &ranking.entries);
        let rows: Vec<RankedBar> = entries
            .iter()
            .take(ROWS_MAX)
            .map(|entry| RankedBar {
                place: place_of(entry, entries),
                name: self.agency_name(entry),
                value: value_of(entry).map(Value::new),
                band: entry.band.clone(),
            })
            .collect();
        let mut subtitle = vec![self.ranked(entries)];
        if entries.len() > rows.len() {
            subtitle.push(self.cut(rows.len(), entries.len()));
        }
        let mut own = Vec::new();
        let lacking: Vec<String> = entries
            .iter()
            .filter(|entry| value_of(entry).is_none())
            .map(|entry| self.agency_name(entry))
            .collect();
        if !lacking.is_empty() {
            let head = words.say(
                "Không có chỉ số trong nguồn: ",
                "Without an index in the sources: ",
            );
            own.push(format!("{head}{}.", words.list(&lacking)));
        }
        own.extend(self.not_ranked(ranking));
        let description = self.described(&rows, ranking, &own);
        RankingChart {
            heading: Heading {
                lang: self.lang,
                title: self.titled("xếp hạng", "ranking"),
                subtitle,
                notes: self.notes(own),
                description,
            },
            value_head: self.value_head().to_owned(),
            band_head: words.say("Nhóm", "Band").to_owned(),
            rows,
            bands: self.bands(),
            mean: self.mean(ranking),
        }
    }

    fn described(&self, rows: &[RankedBar], ranking: &RankingView, own: &[String]) -> String {
        let words = self.words();
        let lines = rows.iter().map(|row| {
            let value = row
                .value
                .as_ref()
                .map_or("–".to_owned(), |value| value.label(self.lang));
            let band = row.band.as_ref().map(|band| match self.lang {
                Lang::Vi => format!(", nhóm {band}"),
                Lang::En => format!(", band {band}"),
            });
            format!("{}. {}: {value}{}", row.place, row.name, band.unwrap_or_default())
        });
        let mut said = vec![format!("{}.", self.ranked(&ranking.entries))];
        if let Some(mean) = self.mean(ranking) {
            said.push(format!("{}.", mean.text(self.lang)));
        }
        if ranking.entries.len() > rows.len() {
            said.push(format!("{}.", self.cut(rows.len(), ranking.entries.len())));
        }
        let lines: Vec<String> = lines.collect();
        said.push(format!(
            "{}: {}.",
            words.say("Theo thứ hạng", "By place"),
            lines.join("; ")
        ));
        said.extend(own.iter().cloned());
        said.join(" ")
    }

    /// How many have a place; of a partial table, how many are in it.
    fn ranked(&self, entries: &[EntryView]) -> String {
        if entries.iter().all(|entry| entry.place.is_some()) {
            self.counted(entries.len(), "được xếp hạng", "ranked")
        } else {
            self.counted(entries.len(), "có trong bảng", "in the table")
        }
    }

    /// What is measured, of which year, and of how many.
    fn counted(&self, count: usize, vi: &str, en: &str) -> String {
        let (head, year) = (self.value_head(), self.document.round.year);
        let (words, of) = (self.words(), self.words().agencies(count));
        format!(
            "{head}, {} {year}. {of} {}",
            words.say("năm", "year"),
            words.say(vi, en)
        )
    }

    fn cut(&self, shown: usize, all: usize) -> String {
        match self.lang {
            Lang::Vi => {
                format!("Hình chỉ gồm {shown} cơ quan đầu trong {all} cơ quan; tải bảng xếp hạng để xem đủ")
            }
            Lang::En => {
                format!("Only the first {shown} of {all} agencies are drawn; the ranking holds them all")
            }
        }
    }

    /// Those that were assessed and got no place, with their numbers.
    fn not_ranked(&self, ranking: &RankingView) -> Option<String> {
        let words = self.words();
        let line = |entry: &EntryView| {
            let name = self.agency_name(entry);
            let value = value_of(entry).map(|value| format!(" ({})", words.number(value)));
            format!("{name}{}", value.unwrap_or_default())
        };
        let lines: Vec<String> = ranking.not_ranked.iter().map(line).collect();
        let head = words.say("Được đánh giá, không xếp hạng: ", "Assessed, not ranked: ");
        (!lines.is_empty()).then(|| format!("{head}{}.", words.list(&lines)))
    }

    fn bands(&self) -> Vec<Band> {
        let (words, set) = (self.words(), self.document.criteria_set.document.as_ref());
        let bands = set.iter().flat_map(|set| &set.bands);
        let band = |band: &crate::scoring::SetBand| {
            let name = words.name(&band.name_vi, band.name_en.as_deref());
            let from = words.number(&band.from.to_string());
            Band {
                code: band.code.clone(),
                name: format!("{name} ({} {from})", words.say("từ", "from")),
                from: Value::new(band.from.to_string()),
            }
        };
        bands.map(band).collect()
    }

    fn distribution(&self, ranking: &RankingView) -> AppResult<HistogramChart> {
        let (words, print) = (self.words(), Print::of(self.document));
        let values: Vec<Points> = self
            .document
            .ranking
            .iter()
            .filter_map(|line| self.printed(line))
            .collect();
        if values.is_empty() {
            return Err(nothing_to_draw(
                "Công bố này không có chỉ số của cơ quan nào.",
                "This publication holds no agency's index.",
            ));
        }
        let whole = |points: Points| Value::new(points.format(0));
        let bins: Vec<Bin> = histogram(&values)
            .into_iter()
            .map(|bin| Bin {
                from: whole(bin.from),
                to: whole(bin.to),
                count: bin.count,
            })
            .collect();
        let median = median(&values).map(|median| Marker {
            label: words.say("Trung vị", "Median").to_owned(),
            value: Value::new(print.index(median)),
        });
        let mean = self.mean(ranking);
        let marks = [&mean, &median]
            .into_iter()
            .flatten()
            .map(|mark| format!("{}.", mark.text(self.lang)));
        let lines = bins.iter().filter(|bin| bin.count > 0).map(|bin| {
            let (from, to) = (bin.from.label(self.lang), bin.to.label(self.lang));
            let of = words.agencies(usize::try_from(bin.count).unwrap_or(usize::MAX));
            match self.lang {
                Lang::Vi => format!("Từ {from} đến dưới {to}: {of}."),
                Lang::En => format!("From {from} to below {to}: {of}."),
            }
        });
        let counted = self.counted(values.len(), "có chỉ số", "with an index");
        let description = std::iter::once(format!("{counted}.")).chain(marks).chain(lines);
        let description = description.collect::<Vec<_>>().join(" ");
        let borders = words.say(
            "Mỗi cột gồm các giá trị từ mức bên trái đến dưới mức bên phải.",
            "Each bar counts values from the border at its left to below the one at its right.",
        );
        Ok(HistogramChart {
            heading: Heading {
                lang: self.lang,
                title: self.titled("phân bố", "distribution"),
                subtitle: vec![counted],
                notes: self.notes(vec![borders.to_owned()]),
                description,
            },
            value_head: self.value_head().to_owned(),
            count_head: words.say("Số cơ quan", "Agencies").to_owned(),
            bins,
            mean,
            median,
        })
    }

    /// What the place of a line is made from, as printed.
    fn printed(&self, line: &RankedRecord) -> Option<Points> {
        let agency = self.document.agency(line.agency.as_str())?;
        agency.score_printed.or(agency.index_printed)
    }
}

/// What a place is made from, as printed.
pub fn value_of(entry: &EntryView) -> Option<&str> {
    entry.score.as_deref().or(entry.index.as_deref())
}

/// The place as printed, with the sign of a shared one: a printed table that was taken in has none.
fn place_of(entry: &EntryView, all: &[EntryView]) -> String {
    let label = entry.place_label.clone().unwrap_or_else(|| "–".to_owned());
    let shared = all
        .iter()
        .filter(|other| entry.place.is_some() && other.place == entry.place);
    if shared.take(2).count() == 2 && !label.starts_with('=') {
        format!("={label}")
    } else {
        label
    }
}
