//! What charts show of small, of large and of odd publications.

use serde_json::json;

use super::{
    AgencyChartName, Chart, ChartName, Sketch,
    figures::{Count, histogram, median},
};
use crate::{
    clock::Moment,
    features::{
        agencies::AgencyCard,
        publications::{document::Document, external::ExternalTable, tests::published},
    },
    formats::{Lang, chart::write_png},
    ids::{AgencyCode, PublicationId},
    scoring::Points,
};

fn points(texts: &[&str]) -> Vec<Points> {
    texts.iter().map(|text| Points::parse(text).unwrap()).collect()
}

fn id() -> PublicationId {
    PublicationId::of_document("a chart")
}

/// A table of so many agencies; of every tenth the index is not known.
fn table(count: usize) -> Document {
    let code = |position: usize| format!("a{position:05}");
    let entries: Vec<_> = (0..count)
        .map(|position| {
            let index = (position % 10 != 9).then(|| format!("{}.25", 95 - position % 40));
            json!({"agency": code(position), "index": index, "place": position + 1, "basis": "published"})
        })
        .collect();
    let table = json!({"code": "t", "set": "t", "level": "province", "year": 2022, "title_vi": "Bảng <thử> & nghiệm",
        "sources": [{"code": "S1", "address": "https://example.vn"}], "complete": false, "entries": entries});
    let table: ExternalTable = serde_json::from_value(table).unwrap();
    let card = |position: usize| AgencyCard {
        code: AgencyCode::parse(&code(position)).unwrap(),
        name_vi: format!("Tỉnh <{position}> & \"thành phố\""),
        name_en: None,
        level: "province".parse().unwrap(),
        region: None,
    };
    let cards = (0..count)
        .map(card)
        .map(|card| (card.code.clone(), card))
        .collect();
    table
        .document(&cards, Moment::from_unix_seconds(1_700_000_000).unwrap())
        .unwrap()
}

fn draw(document: &Document, chart: &Chart, lang: Lang) -> Result<String, String> {
    let sketch = Sketch {
        id: &id(),
        document,
        baseline: None,
        lang,
    };
    let said = |error: crate::error::AppError| format!("{error:?}");
    sketch.draw(chart).map_err(said)
}

#[test]
fn a_border_belongs_to_the_bin_above_it() {
    let counted = histogram(&points(&["78.03", "79.999999", "80", "84.38", "89.95"]));
    let count = |from: &str, to: &str, count: u32| Count {
        from: Points::parse(from).unwrap(),
        to: Points::parse(to).unwrap(),
        count,
    };
    assert_eq!(counted.first(), Some(&count("78", "80", 2)));
    assert_eq!(counted.get(1), Some(&count("80", "82", 1)));
    assert_eq!(counted.last(), Some(&count("88", "90", 1)));
    assert_eq!(counted.iter().map(|bin| bin.count).sum::<u32>(), 5);
    assert_eq!(histogram(&[]), []);
    assert_eq!(histogram(&points(&["100"])), [count("100", "101", 1)]);
    assert_eq!(
        histogram(&points(&["-0.5", "0.5"])),
        [count("-1", "0", 1), count("0", "1", 1)]
    );
    let far = points(&["0", "1000000"]);
    assert!(histogram(&far).len() <= 5, "{}", histogram(&far).len());
}

#[test]
fn the_median_is_exact() {
    let of = |texts: &[&str]| median(&points(texts)).map(|median| median.to_string());
    assert_eq!(of(&[]), None);
    assert_eq!(of(&["84.38"]).as_deref(), Some("84.38"));
    assert_eq!(of(&["90", "80.01", "84.38"]).as_deref(), Some("84.38"));
    assert_eq!(of(&["84.38", "84.37"]).as_deref(), Some("84.375"));
}

#[test]
fn ten_thousand_agencies_make_a_bounded_picture_that_says_so() {
    let document = table(10_000);
    let svg = draw(&document, &Chart::Of(ChartName::Ranking), Lang::Vi).unwrap();
    assert!(svg.contains("Hình chỉ gồm 100 cơ quan đầu trong 10000 cơ quan"));
    assert!(svg.len() < 200_000, "{}", svg.len());
    write_png(&svg, 2400).unwrap();
    let svg = draw(&document, &Chart::Of(ChartName::Distribution), Lang::En).unwrap();
    assert!(svg.contains("9000 agencies with an index"), "{svg}");
}

#[test]
fn names_are_escaped_and_what_is_not_known_is_told() {
    let document = table(63);
    let svg = draw(&document, &Chart::Of(ChartName::Ranking), Lang::Vi).unwrap();
    assert!(svg.contains("Tỉnh &lt;9&gt; &amp; &quot;thành phố&quot;"));
    assert!(svg.contains("Không có chỉ số trong nguồn: Tỉnh &lt;9&gt;"));
    assert!(svg.contains("Bảng không đầy đủ"));
    let nothing = draw(&document, &Chart::Of(ChartName::Changes), Lang::Vi).unwrap_err();
    assert!(nothing.contains("NotFound"), "{nothing}");
    let profile = Chart::OfAgency(AgencyChartName::Profile, "a00001".to_owned());
    assert!(
        draw(&document, &profile, Lang::Vi)
            .unwrap_err()
            .contains("NotFound")
    );
}

#[test]
fn one_agency_and_none_are_drawn() {
    let one = table(1);
    for name in [ChartName::Ranking, ChartName::Distribution] {
        for lang in [Lang::Vi, Lang::En] {
            let svg = draw(&one, &Chart::Of(name), lang).unwrap();
            write_png(&svg, 600).unwrap();
        }
    }
    let mut none = table(1);
    none.ranking.clear();
    for name in [ChartName::Ranking, ChartName::Distribution] {
        let said = draw(&none, &Chart::Of(name), Lang::Vi).unwrap_err();
        assert!(said.contains("NotFound"), "{said}");
    }
}

#[test]
fn a_computed_result_has_bands_a_profile_and_always_the_same_bytes() {
    let document = published(&[("moj", true), ("mof", false), ("government-inspectorate", true)]);
    let profile = Chart::OfAgency(AgencyChartName::Profile, "moj".to_owned());
    for chart in [
        Chart::Of(ChartName::Ranking),
        Chart::Of(ChartName::Distribution),
        profile,
    ] {
        let svg = draw(&document, &chart, Lang::En).unwrap();
        let again = Document::parse(&document.canonical().unwrap().0).unwrap();
        assert!(svg == draw(&again, &chart, Lang::En).unwrap(), "{chart:?}");
        assert!(svg.contains("xml:lang=\"en\""));
    }
}
