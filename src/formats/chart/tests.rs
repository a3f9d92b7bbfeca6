//! What holds for every picture: it is well-formed, nothing in it overlaps or leaves the page, and it is always the same.

use quick_xml::{Reader, events::Event};

use super::{
    Band, Bin, ChangeBar, ChangesChart, Heading, HistogramChart, Marker, ProfileBar, ProfileChart, RankedBar,
    RankingChart, Value, canvas::WIDTH, draw_changes, draw_histogram, draw_profile, draw_ranking, write_png,
};
use crate::formats::Lang;

fn heading(title: &str) -> Heading {
    Heading {
        lang: Lang::Vi,
        title: title.to_owned(),
        subtitle: vec!["Chỉ số (%)".to_owned()],
        notes: vec!["Mã công bố (SHA-256): 9f86d081884c7d65".to_owned()],
        description: "Một đoạn mô tả <dài> & \"đủ\".".to_owned(),
    }
}

fn mark(label: &str, value: &str) -> Option<Marker> {
    Some(Marker {
        label: label.to_owned(),
        value: Value::new(value),
    })
}

const NAMES: [&str; 4] = [
    "Bộ Tư pháp",
    "Bộ <Nông nghiệp> & \"Phát triển\" nông thôn, Lâm nghiệp, Thủy lợi và Thủy sản của cả nước ta từ xưa đến nay",
    "'Ngân' hàng Nhà nước",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
];

fn ranking(count: usize) -> RankingChart {
    let rows = (0..count).map(|position| RankedBar {
        place: if position < 2 {
            "=1".to_owned()
        } else {
            (position + 1).to_string()
        },
        name: NAMES[position % NAMES.len()].to_owned(),
        value: (position % 9 != 8)
            .then(|| Value::new(format!("{}.{:02}", 98 - position % 70, position % 100))),
        band: Some(["A", "B", "C", "D"][position % 4].to_owned()),
    });
    let band = |code: &str, from: &str| Band {
        code: code.to_owned(),
        name: format!("Nhóm {code}: từ {from}"),
        from: Value::new(from),
    };
    RankingChart {
        heading: heading("Xếp hạng"),
        value_head: "Chỉ số (%)".to_owned(),
        band_head: "Nhóm".to_owned(),
        rows: rows.collect(),
        bands: vec![
            band("A", "90"),
            band("B", "80"),
            band("C", "79.5"),
            band("D", "0"),
        ],
        mean: mark("Bình quân", "84.38"),
    }
}

fn changes() -> ChangesChart {
    let rows = NAMES
        .iter()
        .zip([Some("+1.20"), Some("-0.35"), Some("0.00"), None]);
    ChangesChart {
        heading: heading("Thay đổi"),
        value_head: "Chỉ số".to_owned(),
        place_head: "Hạng".to_owned(),
        rows: rows
            .zip([Some(2), Some(-3), Some(0), None])
            .map(|((name, value), places)| ChangeBar {
                name: (*name).to_owned(),
                value: value.map(Value::new),
                places,
            })
            .collect(),
    }
}

fn histogram(counts: &[u32]) -> HistogramChart {
    let bins = counts.iter().enumerate().map(|(position, count)| Bin {
        from: Value::new((78 + 2 * position).to_string()),
        to: Value::new((80 + 2 * position).to_string()),
        count: *count,
    });
    HistogramChart {
        heading: heading("Phân bố"),
        value_head: "Chỉ số (%)".to_owned(),
        count_head: "Số cơ quan".to_owned(),
        bins: bins.collect(),
        mean: mark("Bình quân", "78.03"),
        median: mark("Trung vị", "78.10"),
    }
}

/// A partial table whose mean and median lie beyond its bins.
fn beyond() -> HistogramChart {
    HistogramChart {
        mean: mark("Bình quân", "12.50"),
        median: mark("Trung vị", "99.00"),
        ..histogram(&[1, 2])
    }
}

fn profile(count: usize) -> ProfileChart {
    let rows = (0..count).map(|position| ProfileBar {
        name: NAMES[position % NAMES.len()].to_owned(),
        value: (position != 2).then(|| Value::new("61.86")),
        mean: Some(Value::new("84.38")),
        best: Some(Value::new("100.00")),
    });
    ProfileChart {
        heading: heading("Kết quả theo lĩnh vực"),
        heads: ["Bộ Tư pháp", "Bình quân", "Cao nhất"].map(str::to_owned),
        rows: rows.collect(),
    }
}

fn pictures() -> Vec<(&'static str, String)> {
    vec![
        ("ranking", draw_ranking(&ranking(17)).unwrap()),
        ("ranking-empty", draw_ranking(&ranking(0)).unwrap()),
        ("ranking-one", draw_ranking(&ranking(1)).unwrap()),
        ("ranking-many", draw_ranking(&ranking(100)).unwrap()),
        ("changes", draw_changes(&changes()).unwrap()),
        (
            "histogram",
            draw_histogram(&histogram(&[1, 0, 4, 6, 3, 3])).unwrap(),
        ),
        ("histogram-beyond", draw_histogram(&beyond()).unwrap()),
        ("histogram-one", draw_histogram(&histogram(&[1])).unwrap()),
        ("histogram-empty", draw_histogram(&histogram(&[])).unwrap()),
        (
            "histogram-wide",
            draw_histogram(&histogram(&[12_345; 22])).unwrap(),
        ),
        ("profile", draw_profile(&profile(4)).unwrap()),
        ("profile-none", draw_profile(&profile(0)).unwrap()),
    ]
}

/// A box of the page: left, top, right, bottom.
type Place = [f64; 4];

/// The texts of a picture with their boxes, and the bars.
fn read(svg: &str) -> (Vec<(String, Place)>, Vec<Place>) {
    let (mut texts, mut bars) = (Vec::new(), Vec::new());
    let mut reader = Reader::from_str(svg);
    let mut open: Option<(String, Place)> = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return (texts, bars),
            Event::Start(element) | Event::Empty(element) => {
                let value = |name: &str| {
                    let found = element.try_get_attribute(name).unwrap();
                    found.map(|found| found.value.into_owned())
                };
                let number = |name: &str| value(name).unwrap().parse::<f64>().unwrap();
                match element.name().as_ref() {
                    "text" => {
                        let (x, base, wide) = (number("x"), number("y"), number("textLength"));
                        let left = match value("text-anchor").unwrap().as_str() {
                            "start" => x,
                            "middle" => x - wide / 2.0,
                            _ => x - wide,
                        };
                        let high = number("font-size") * 0.729;
                        open = Some((String::new(), [left, base - high, left + wide, base]));
                    }
                    "rect" if value("fill").is_some_and(|fill| fill != "#FFFFFF" && fill != "none") => {
                        let (x, y) = (number("x"), number("y"));
                        bars.push([x, y, x + number("width"), y + number("height")]);
                    }
                    _ => {}
                }
            }
            Event::Text(text) => {
                if let Some((said, _)) = &mut open {
                    said.push_str(&text);
                }
            }
            Event::GeneralRef(letter) => {
                if let Some((said, _)) = &mut open {
                    said.push_str(&format!("&{};", &*letter));
                }
            }
            Event::End(_) => texts.extend(open.take()),
            _ => {}
        }
    }
}

fn meet(one: &Place, other: &Place) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

#[test]
fn texts_overlap_neither_each_other_nor_a_bar_and_stay_on_the_page() {
    for (name, svg) in pictures() {
        let (texts, bars) = read(&svg);
        for (position, (text, place)) in texts.iter().enumerate() {
            assert!(
                place[0] >= 0.0 && place[2] <= f64::from(WIDTH),
                "{name}: {text} {place:?}"
            );
            for (other, there) in texts.iter().skip(position + 1) {
                assert!(
                    !meet(place, there),
                    "{name}: {text} {place:?} and {other} {there:?}"
                );
            }
            for there in &bars {
                assert!(
                    !meet(place, there),
                    "{name}: {text} {place:?} and a bar {there:?}"
                );
            }
        }
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    for ((name, one), (_, other)) in pictures().into_iter().zip(pictures()) {
        assert!(one == other, "{name}");
        let (first, second) = (write_png(&one, 600).unwrap(), write_png(&one, 600).unwrap());
        assert!(first == second, "{name}");
        if let Ok(folder) = std::env::var("CHARTS_TO") {
            std::fs::write(format!("{folder}/{name}.svg"), &one).unwrap();
            std::fs::write(format!("{folder}/{name}.png"), write_png(&one, 1200).unwrap()).unwrap();
        }
    }
}

#[test]
fn a_png_has_the_width_that_was_asked_for_and_fits_a_page() {
    let (short, tall) = (
        draw_changes(&changes()).unwrap(),
        draw_ranking(&ranking(100)).unwrap(),
    );
    for (svg, width) in [(&short, 600), (&short, 2400), (&tall, 600), (&tall, 2400)] {
        let made = write_png(svg, width).unwrap();
        let info = png::Decoder::new(std::io::Cursor::new(made)).read_info().unwrap();
        let info = info.info();
        let dims = info.pixel_dims.unwrap();
        assert_eq!((info.width, dims.xppu), (width, dims.yppu));
        let millimetres = |pixels: u32| f64::from(pixels) * 1000.0 / f64::from(dims.xppu);
        assert!(millimetres(info.width) <= 160.0 && millimetres(info.height) <= 240.0);
    }
    assert!(write_png(&tall, 60_000).is_err());
    assert!(write_png("<svg", 600).is_err());
}

#[test]
fn names_are_escaped_and_a_short_one_ends_in_an_ellipsis() {
    let svg = draw_ranking(&ranking(17)).unwrap();
    assert!(
        svg.contains(">Bộ &lt;Nông nghiệp&gt; &amp; &quot;Phát triển&quot; nông"),
        "{svg}"
    );
    assert!(svg.contains("…</text>"));
    assert!(svg.contains("<desc id=\"desc\">Một đoạn mô tả &lt;dài&gt; &amp; &quot;đủ&quot;.</desc>"));
    assert!(svg.contains("role=\"img\"") && svg.contains("xml:lang=\"vi\""));
}

#[test]
fn a_number_is_written_as_people_of_the_language_do() {
    assert_eq!(Value::new("89.95").label(Lang::Vi), "89,95");
    assert_eq!(Value::new("-0.35").label(Lang::En), "−0.35");
    assert_eq!(Value::new("+1.20").label(Lang::Vi), "+1,20");
}
