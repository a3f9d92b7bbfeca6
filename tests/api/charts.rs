//! Pictures of published results: what stands in them, and how they are served.

use parindex::features::rounds::Phase;
use quick_xml::{Reader, events::Event};
use serde_json::{Value, json};

use crate::{
    open_data,
    published::{play_2023, shuffled},
    stories,
    support::{
        TestApp,
        play::{Play, data, import_results, ranking, rows, text},
    },
};

stories![
    every_ministry_stands_in_its_place_with_its_printed_index,
    pictures_are_served_as_the_other_parts_are,
    an_svg_is_packed_and_has_no_width,
    a_png_is_as_wide_as_it_was_asked_for,
    what_is_not_drawn_is_told,
    changes_are_drawn_against_the_baseline,
    all_provinces_are_in_the_picture,
    a_round_of_the_story_has_all_its_charts,
    a_publication_that_was_let_go_of_is_drawn_all_the_same with [("PARINDEX_PUBLICATIONS_BYTES_MAX", "0")],
];

/// The texts of an SVG as they follow each other, the title and the description first.
fn texts(svg: &str) -> Vec<String> {
    let (mut reader, mut texts, mut said) = (Reader::from_str(svg), Vec::new(), String::new());
    let mut deep = 0;
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => break,
            Event::Start(_) => {
                deep += 1;
                said.clear();
            }
            Event::Text(part) => said.push_str(&part),
            Event::GeneralRef(letter) => said.push_str(match &*letter {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                "quot" => "\"",
                "apos" => "'",
                other => panic!("{other}"),
            }),
            Event::End(_) => {
                deep -= 1;
                texts.push(std::mem::take(&mut said));
            }
            _ => {}
        }
    }
    assert_eq!(deep, 0, "every element is closed");
    texts
}

/// Where each is found, one behind the other.
fn assert_in_order<'a>(whole: &str, wanted: impl IntoIterator<Item = &'a str>) {
    let mut rest = whole;
    for one in wanted {
        let (_, behind) = rest
            .split_once(one)
            .unwrap_or_else(|| panic!("{one} is missing or too early: {rest}"));
        rest = behind;
    }
}

/// Width, height and pixels per metre, with all pixels decoded.
fn measured(bytes: &[u8]) -> (u32, u32, u32) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
        .read_info()
        .expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("whole");
    assert!(pixels.iter().any(|byte| *byte < 64), "something is drawn");
    assert_eq!(&pixels[..3], [255, 255, 255], "on white");
    let info = reader.info();
    (
        info.width,
        info.height,
        info.pixel_dims.expect("a size on paper").xppu,
    )
}

/// For looking at: into the folder that `CHARTS_TO` names.
fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("CHARTS_TO") {
        std::fs::write(format!("{folder}/{name}"), bytes).expect("a file");
    }
}

fn every_ministry_stands_in_its_place_with_its_printed_index(app: &TestApp) {
    let (_, id) = play_2023(app, &shuffled(17));
    let shown = ranking(app, &id);
    let entries = rows(&shown, "entries");
    let address = format!("/api/v1/publications/{id}/charts");
    for (query, name, comma) in [("", "name_vi", ","), ("?lang=en", "name_en", ".")] {
        let picture = app.anon().get(200, &format!("{address}/ranking.svg{query}"));
        assert_eq!(picture.header("content-type"), "image/svg+xml");
        let all = texts(&picture.text());
        let (description, drawn) = (&all[1], all[2..].join(" "));
        let names: Vec<&str> = entries.iter().map(|entry| text(&entry["agency"], name)).collect();
        let indices: Vec<String> = entries
            .iter()
            .map(|entry| text(entry, "index").replace('.', comma))
            .collect();
        let places: Vec<&str> = entries.iter().map(|entry| text(entry, "place_label")).collect();
        assert_in_order(&drawn, names.iter().copied());
        assert_in_order(&drawn, indices.iter().map(String::as_str));
        assert_in_order(&drawn, places);
        let lines = names
            .iter()
            .zip(&indices)
            .map(|(name, index)| format!("{name}: {index}"));
        assert_in_order(description, lines.collect::<Vec<_>>().iter().map(String::as_str));
        let mean = text(&shown, "mean").replace('.', comma);
        assert!(drawn.contains(&mean) && description.contains(&mean), "{drawn}");
        for other in ["distribution", "../agencies/moj/charts/profile"] {
            let other = format!("/api/v1/publications/{id}/charts/{other}.svg{query}");
            let other = other.replace("charts/../", "");
            let all = texts(&app.anon().get(200, &other).text());
            assert!(all.len() > 5, "{other}: {all:?}");
        }
    }
    for name in ["ranking", "distribution"] {
        keep(
            &format!("ministries-{name}.png"),
            &app.anon().get(200, &format!("{address}/{name}.png")).bytes,
        );
    }
    let profile = format!("/api/v1/publications/{id}/agencies/moj/charts/profile.png?lang=en");
    keep("ministries-profile.png", &app.anon().get(200, &profile).bytes);
}

fn pictures_are_served_as_the_other_parts_are(app: &TestApp) {
    let address = open_data::published(app);
    let about = app.anon().get(200, &address).json();
    let template = text(&about["links"], "charts").replace("{chart}", "ranking");
    assert_eq!(
        template.replace("{format}", "svg"),
        format!("{address}/charts/ranking.svg")
    );
    let paths = [
        "charts/ranking.svg",
        "charts/ranking.svg?lang=en",
        "charts/ranking.png",
        "charts/ranking.png?width=800",
        "charts/ranking.png?lang=en",
        "charts/distribution.svg",
        "agencies/moj/charts/profile.svg",
        "agencies/moj/charts/profile.png",
        "agencies/mof/charts/profile.svg",
    ];
    let mut etags = Vec::new();
    for path in paths {
        let path = format!("{address}/{path}");
        let sent = app.anon().header("accept-encoding", "identity").get(200, &path);
        assert!(sent.header("cache-control").contains("immutable"), "{path}");
        assert_eq!(sent.header("access-control-allow-origin"), "*", "{path}");
        let held = app.anon().header("if-none-match", sent.etag()).get(304, &path);
        assert!(held.bytes.is_empty(), "{path}");
        let head = app
            .anon()
            .header("accept-encoding", "identity")
            .attempt_head(&path);
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{path}");
        for name in ["etag", "content-type", "content-length", "cache-control", "link"] {
            assert_eq!(head.header(name), sent.header(name), "{path}: {name}");
        }
        let part = app.anon().header("range", "bytes=0-99").get(206, &path);
        assert_eq!(part.bytes, sent.bytes[..100], "{path}");
        let other = if path.contains(".svg") {
            "image/png"
        } else {
            "image/svg+xml"
        };
        assert!(
            sent.header("link").contains(other),
            "{path}: {}",
            sent.header("link")
        );
        assert!(
            sent.header("link").contains("lang=en") == path.contains("lang=en"),
            "{path}"
        );
        etags.push(sent.etag().to_owned());
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), paths.len(), "each picture has an ETag of its own");
}

fn an_svg_is_packed_and_has_no_width(app: &TestApp) {
    let address = open_data::published(app);
    // A width means nothing to an SVG, so it is the same one.
    let plain = app.anon().get(200, &format!("{address}/charts/ranking.svg"));
    let wide = app
        .anon()
        .get(200, &format!("{address}/charts/ranking.svg?width=900"));
    assert_eq!(plain.etag(), wide.etag());
    let packed = app.anon().header("accept-encoding", "gzip");
    let (svg, png) = ("/charts/ranking.svg", "/charts/ranking.png");
    assert_eq!(
        packed
            .get(200, &format!("{address}{svg}"))
            .header("content-encoding"),
        "gzip"
    );
    assert_eq!(
        packed
            .get(200, &format!("{address}{png}"))
            .header("content-encoding"),
        ""
    );
}

fn a_png_is_as_wide_as_it_was_asked_for(app: &TestApp) {
    let address = open_data::published(app);
    for part in [
        "charts/ranking",
        "charts/distribution",
        "agencies/moj/charts/profile",
    ] {
        let mut heights = Vec::new();
        for (query, width) in [("?width=600", 600), ("", 1200), ("?width=2400&lang=en", 2400)] {
            let sent = app.anon().get(200, &format!("{address}/{part}.png{query}"));
            assert_eq!(sent.header("content-type"), "image/png");
            let (wide, high, per_metre) = measured(&sent.bytes);
            assert_eq!(wide, width, "{part}");
            // As wide as the text of an A4 page, whatever the pixels.
            assert_eq!(per_metre, (width * 1000).div_ceil(160), "{part}");
            heights.push(high);
        }
        assert!(heights[1].abs_diff(2 * heights[0]) <= 1, "{part}: {heights:?}");
    }
}

fn what_is_not_drawn_is_told(app: &TestApp) {
    let address = open_data::published(app);
    let anybody = app.anon();
    for path in [
        "charts/pie.svg",
        "charts/ranking",
        "charts/.svg",
        "charts/ranking.",
        "charts/ranking.gif",
        "charts/profile.svg",
        "agencies/moj/charts/ranking.svg",
        "agencies/nobody/charts/profile.svg",
        "agencies/moj/charts/profile.jpg",
    ] {
        anybody.get(404, &format!("{address}/{path}"));
    }
    anybody.get(
        404,
        &format!("/api/v1/publications/{}/charts/ranking.svg", "0".repeat(64)),
    );
    let none = anybody
        .header("accept-language", "en")
        .get(404, &format!("{address}/charts/changes.svg"));
    assert_eq!(none.code(), "not_found");
    assert!(
        none.text().contains("not compared with an earlier one"),
        "{}",
        none.text()
    );
    for query in [
        "width=599",
        "width=2401",
        "width=0",
        "width=-1",
        "width=x",
        "lang=fr",
        "size=1",
        "width=",
    ] {
        anybody.get(400, &format!("{address}/charts/ranking.png?{query}"));
    }
}

/// A table of 2022 in which the first ministry of 2023 was the last one; nothing is known of mofa.
fn turned_round() -> Value {
    let mut table = data("results/external/par-index-2023-ministries.json");
    let indices: Vec<Value> = rows(&table, "entries")
        .iter()
        .map(|entry| entry["index"].clone())
        .collect();
    let entries = table["entries"].as_array_mut().expect("entries");
    for (entry, index) in entries.iter_mut().zip(indices.iter().rev()) {
        entry["index"] = index.clone();
        entry["place"] = json!(18 - entry["place"].as_u64().expect("a place"));
    }
    entries.retain(|entry| entry["agency"] != "mofa");
    for (field, value) in [
        ("complete", json!(false)),
        ("year", json!(2022)),
        ("code", json!("turned-round")),
    ] {
        table[field] = value;
    }
    table
}

/// A table of the 63 provinces as they were, with indices of our own making, two of them equal; of one it is not known.
fn provinces() -> Value {
    let agencies = data("agencies.json");
    let codes = rows(&agencies, "agencies")
        .iter()
        .filter(|agency| agency["level"] == "province" && agency["valid_from"].is_null())
        .map(|agency| agency["code"].clone());
    let entries: Vec<Value> = codes
        .enumerate()
        .map(|(position, code)| {
            let hundredths = 9_187 - 31 * if position == 1 { 0 } else { position };
            let index = (position != 40).then(|| format!("{}.{:02}", hundredths / 100, hundredths % 100));
            json!({"agency": code, "index": index, "place": if position == 1 { 1 } else { position + 1 }, "basis": "derived"})
        })
        .collect();
    json!({"code": "provinces", "set": "provinces", "level": "province", "year": 2022,
        "title_vi": "Chỉ số CCHC năm 2022 của các tỉnh, thành phố", "title_en": "PAR INDEX 2022, provinces",
        "sources": [{"code": "S1", "address": "https://example.vn"}], "complete": false,
        "summary": {"ranked_units": 63, "mean": "84.79", "maximum": null, "minimum": null}, "entries": entries})
}

fn changes_are_drawn_against_the_baseline(app: &TestApp) {
    Play::import_agencies(app);
    let earlier = turned_round();
    let baseline = import_results(app, &earlier);
    let (play, _) = play_2023(app, &shuffled(2023));
    play.go_with(&json!({"to": "correction", "reason": "So với năm 2022"}));
    let id = play.publish(&json!({"baseline": baseline}));
    let shown = ranking(app, &id);
    let path = format!("/api/v1/publications/{id}/charts/changes");
    let svg = app.anon().get(200, &format!("{path}.svg"));
    let all = texts(&svg.text());
    let (description, drawn) = (&all[1], all[2..].join(" "));
    assert!(drawn.contains("năm 2023 so với năm 2022"), "{drawn}");
    assert!(
        drawn.contains("Không có số liệu để so sánh: Bộ Ngoại giao"),
        "{drawn}"
    );
    let mut changes = 0;
    for entry in rows(&shown, "entries") {
        let (Some(index), name) = (
            entry["change"]["index"].as_str(),
            text(&entry["agency"], "name_vi"),
        ) else {
            continue;
        };
        let sign = if index.starts_with('-') || index == "0.00" {
            ""
        } else {
            "+"
        };
        let label = format!("{sign}{}", index.replace('.', ",").replace('-', "−"));
        assert!(
            description.contains(&format!("{name}: {label}")),
            "{name} {label}: {description}"
        );
        assert!(drawn.contains(&label), "{label}: {drawn}");
        changes += 1;
    }
    assert!(changes >= 10, "{changes}");
    keep(
        "ministries-changes.png",
        &app.anon().get(200, &format!("{path}.png")).bytes,
    );
}

fn all_provinces_are_in_the_picture(app: &TestApp) {
    Play::import_agencies(app);
    let id = import_results(app, &provinces());
    let address = format!("/api/v1/publications/{id}");
    let shown = ranking(app, &id);
    let entries = rows(&shown, "entries");
    assert_eq!(entries.len(), 63);
    let drawn = texts(
        &app.anon()
            .get(200, &format!("{address}/charts/ranking.svg"))
            .text(),
    )
    .join(" ");
    for entry in entries {
        assert!(drawn.contains(text(&entry["agency"], "name_vi")), "{entry}");
        let index = entry["index"].as_str().map(|index| index.replace('.', ","));
        assert!(index.is_none_or(|index| drawn.contains(&index)), "{entry}");
    }
    let png = app.anon().get(200, &format!("{address}/charts/ranking.png"));
    let (_, high, per_metre) = measured(&png.bytes);
    assert!(high * 1000 / per_metre <= 240, "it fits a page");
    keep("provinces-ranking.png", &png.bytes);
    keep(
        "provinces-distribution.png",
        &app.anon()
            .get(200, &format!("{address}/charts/distribution.png"))
            .bytes,
    );
    // A printed table knows no domains.
    let code = text(&entries[0]["agency"], "code");
    assert_in_order(&drawn, ["=1", "=1", "3", "4", "63"]);
    let none = app
        .anon()
        .get(404, &format!("{address}/agencies/{code}/charts/profile.svg"));
    assert!(
        none.text().contains("holds no points by domain"),
        "{}",
        none.text()
    );
}

fn a_round_of_the_story_has_all_its_charts(app: &TestApp) {
    let round = app.round_in(Phase::Published);
    let latest: Value = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    assert_eq!(latest["round"], round.code);
    let address = text(&latest["links"], "self");
    for entry in rows(&ranking(app, text(&latest, "id")), "entries") {
        let code = text(&entry["agency"], "code");
        let svg = app
            .anon()
            .get(200, &format!("{address}/agencies/{code}/charts/profile.svg"));
        assert!(texts(&svg.text())[0].contains(text(&entry["agency"], "name_vi")));
    }
    keep(
        "story-ranking.png",
        &app.anon()
            .get(200, &format!("{address}/charts/ranking.png"))
            .bytes,
    );
    keep(
        "story-profile.png",
        &app.anon()
            .get(200, &format!("{address}/agencies/moj/charts/profile.png"))
            .bytes,
    );
}

fn a_publication_that_was_let_go_of_is_drawn_all_the_same(app: &TestApp) {
    let address = open_data::published(app);
    let first = app.anon().get(200, &format!("{address}/charts/ranking.png"));
    let again = app.anon().get(200, &format!("{address}/charts/ranking.png"));
    assert!(first.bytes == again.bytes);
}
