//! What results of surveys look like in the API.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    rows::{ResultTableName, TableRow},
    tally::Tally,
};
use crate::{
    clock::Moment,
    features::survey_rounds::SurveyState,
    ids::{InstrumentCode, SurveyRoundCode},
    scoring::Points,
    survey::{Figure, IndexRule, Measure, NodeKind},
    web::PageInfo,
};

/// Which rows of a table, and how much of each.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResultQuery {
    /// Rows on a page: 1 to 500, 50 by default.
    #[param(minimum = 1, maximum = 500, example = 50)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 1000)]
    pub cursor: Option<String>,
    /// Whether each row has its items too: how often each option was chosen, and their indices.
    #[serde(default)]
    pub items: bool,
}

/// A table of results.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"survey_round": "sipas-2025", "table": "overall", "state": "closed", "instrument": "sipas-2024", "instrument_version": 1,
    "measure": "top_two_share", "weighted": true, "minimum_n": 30, "counts_revision": 812,
    "data": [{"code": "all", "name_vi": "Toàn bộ", "name_en": "All", "parent": null, "n": 36525, "suppressed": false,
        "nodes": [{"code": "whole", "kind": "whole", "index": "83.94", "low": "83.61", "high": "84.27", "suppressed": false}], "items": []}], "page": {"next": null}}))]
pub struct SurveyResultTable {
    /// The survey round.
    pub survey_round: SurveyRoundCode,
    /// The table.
    pub table: ResultTableName,
    /// Where the round stands; only a final one no longer moves.
    pub state: SurveyState,
    /// The instrument: figures compare within one version only.
    pub instrument: InstrumentCode,
    /// Its version.
    pub instrument_version: i32,
    /// What an index is.
    pub measure: Measure,
    /// Whether responses are weighted by population over valid responses of their stratum.
    pub weighted: bool,
    /// What has fewer responses is not shown.
    pub minimum_n: u32,
    /// How often the counts were changed by then.
    pub counts_revision: i64,
    /// The rows.
    pub data: Vec<SurveyResultRow>,
    /// Where the next page begins.
    pub page: PageInfo,
}

/// A row of results.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "ha-noi", "name_vi": "Thành phố Hà Nội", "name_en": "Hà Nội", "parent": null, "n": 1204, "suppressed": false,
    "nodes": [{"code": "whole", "kind": "whole", "index": "83.94", "low": "82.61", "high": "85.27", "suppressed": false}], "items": []}))]
pub struct SurveyResultRow {
    /// The code of agency, stratum or channel.
    pub code: String,
    /// Its name.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// The code of the row above.
    pub parent: Option<String>,
    /// Responses that count; null where the row is suppressed.
    pub n: Option<u64>,
    /// Whether it is not shown, for its few responses or so that a difference does not give another row away.
    pub suppressed: bool,
    /// The whole, parts and factors; empty where the row is suppressed.
    pub nodes: Vec<SurveyNodeResult>,
    /// The items, if they were asked for.
    pub items: Vec<SurveyItemResult>,
}

/// An index with its 95 % interval, in percent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "b1", "kind": "factor", "index": "83.94", "low": "82.61", "high": "85.27", "suppressed": false}))]
pub struct SurveyNodeResult {
    /// The code of part or factor; `whole` for the whole.
    pub code: String,
    /// What it is.
    pub kind: NodeKind,
    /// The index; null where nobody answered or it is suppressed.
    pub index: Option<String>,
    /// Lower end of the interval.
    pub low: Option<String>,
    /// Upper end of the interval.
    pub high: Option<String>,
    /// Whether it is not shown.
    pub suppressed: bool,
}

/// The figures of an item.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "b1.1", "n": 1198, "shares": [{"option": "4", "share": "61.02"}, {"option": "5", "share": "22.92"}],
    "index": "83.94", "low": "82.61", "high": "85.27", "suppressed": false}))]
pub struct SurveyItemResult {
    /// Its code.
    pub code: String,
    /// Persons who answered it; null where it is suppressed.
    pub n: Option<u64>,
    /// The share of each option among them, in percent.
    pub shares: Vec<OptionShare>,
    /// Its index, where it counts.
    pub index: Option<String>,
    /// Lower end of the interval.
    pub low: Option<String>,
    /// Upper end of the interval.
    pub high: Option<String>,
    /// Whether it is not shown.
    pub suppressed: bool,
}

/// How often an option was chosen.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"option": "4", "share": "61.02"}))]
pub struct OptionShare {
    /// The option's code.
    pub option: String,
    /// Its share, in percent.
    pub share: String,
}

/// What rebuilding the counts came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"survey_round": "sipas-2025", "responses": 36525, "excluded": 12, "cells": 4684, "equal": true, "mended": 0, "counts_revision": 812}))]
pub struct RebuildResult {
    /// The survey round.
    pub survey_round: SurveyRoundCode,
    /// Responses that were read.
    pub responses: u64,
    /// Those of them that are excluded and don't count.
    pub excluded: u64,
    /// Cells of stratum and channel.
    pub cells: usize,
    /// Whether the kept counts were the same to the last digit.
    pub equal: bool,
    /// Cells that were put right.
    pub mended: usize,
    /// How often the counts were changed by then.
    pub counts_revision: i64,
}

/// An exclusion on record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"response": "hn-000001", "excluded": true, "reason": "Cùng một người điền cả tập phiếu", "made_at": "2025-08-01T02:00:00Z", "made_by": "Vụ Cải cách hành chính"}))]
pub struct Exclusion {
    /// The response.
    pub response: String,
    /// Excluded, or taken back.
    pub excluded: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub made_at: Moment,
    /// By whom.
    pub made_by: String,
}

/// What became of exclusions.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"survey_round": "sipas-2025", "changed": 1, "unchanged": 0}))]
pub struct ExclusionResult {
    /// The survey round.
    pub survey_round: SurveyRoundCode,
    /// Responses that were excluded or taken back.
    pub changed: usize,
    /// Responses that stood so already.
    pub unchanged: usize,
}

/// The quality of a row's responses.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "ha-noi", "name_vi": "Thành phố Hà Nội", "n": 1204, "straight_line": 31, "speeder": 4, "duplicate": 0}))]
pub struct QualityRow {
    /// The code of agency, stratum or channel.
    pub code: String,
    /// Its name.
    pub name_vi: String,
    /// Responses that count.
    pub n: u64,
    /// Those with the same option everywhere.
    pub straight_line: u64,
    /// Those that were filled in faster than can be.
    pub speeder: u64,
    /// Those that are the same as another one of their batch and stratum.
    pub duplicate: u64,
}

/// An interviewer's responses beside those of others in the same strata.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"interviewer": "nv-17", "n": 120, "index": "99.17", "others": "82.40", "doubted": true}))]
pub struct InterviewerRow {
    /// The mark of who asked.
    pub interviewer: String,
    /// Responses that count.
    pub n: u64,
    /// The index of the whole, in percent; null where nothing can be compared.
    pub index: Option<String>,
    /// The same of all others who asked in the same strata.
    pub others: Option<String>,
    /// Whether the two are more than three standard errors apart, with at least 20 responses.
    pub doubted: bool,
}

/// One row as it is shown.
pub fn shown(tally: &Tally, place: usize, row: &TableRow, items: bool) -> SurveyResultRow {
    let instrument = &tally.desk.instrument;
    let rule = &instrument.document().rule;
    let hidden = tally
        .hidden()
        .get(place)
        .map_or(&[][..], |row| row.hidden.as_slice());
    let is_hidden = |at: usize| hidden.get(at).copied().unwrap_or(true);
    let suppressed = tally.is_suppressed(place);
    let figures = if suppressed { None } else { tally.figures(place) };
    let (mut nodes, mut shown_items) = (Vec::new(), Vec::new());
    if let Some(figures) = figures {
        for (at, (node, figure)) in instrument.nodes().iter().zip(&figures.nodes).enumerate() {
            nodes.push(node_result(
                node.code.clone(),
                node.kind,
                *figure,
                is_hidden(at),
                rule,
            ));
        }
        for (at, (item, figure)) in instrument
            .items()
            .iter()
            .zip(&figures.items)
            .enumerate()
            .filter(|_| items)
        {
            let suppressed = is_hidden(instrument.nodes().len() + at);
            let ends = node_result(item.code.clone(), NodeKind::Item, figure.figure, suppressed, rule);
            let shares = item.options.iter().zip(&figure.shares).filter(|_| !suppressed);
            shown_items.push(SurveyItemResult {
                code: ends.code,
                n: (!suppressed).then_some(figure.n),
                shares: shares
                    .map(|(option, share)| OptionShare {
                        option: option.code.clone(),
                        share: printed(*share, rule),
                    })
                    .collect(),
                index: ends.index,
                low: ends.low,
                high: ends.high,
                suppressed,
            });
        }
    }
    let above = row.parent.and_then(|above| tally.desk.rows.get(above));
    SurveyResultRow {
        code: row.code.clone(),
        name_vi: row.name_vi.clone(),
        name_en: row.name_en.clone(),
        parent: above.map(|above| above.code.clone()),
        n: (!suppressed).then(|| tally.n(place)),
        suppressed,
        nodes,
        items: shown_items,
    }
}

pub(super) fn printed(points: Points, rule: &IndexRule) -> String {
    points.round(rule.decimals, rule.rounding).format(rule.decimals)
}

fn node_result(
    code: String,
    kind: NodeKind,
    figure: Figure,
    suppressed: bool,
    rule: &IndexRule,
) -> SurveyNodeResult {
    let text = |points: Option<Points>| points.filter(|_| !suppressed).map(|points| printed(points, rule));
    SurveyNodeResult {
        code,
        kind,
        index: text(figure.index),
        low: text(figure.low),
        high: text(figure.high),
        suppressed,
    }
}
