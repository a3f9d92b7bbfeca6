//! Corrections: what corrects what, what it changed, and how the published results stood at a moment.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        play::{line, ranking, rows, text},
        round::Round,
    },
};

stories![
    a_correction_tells_what_it_changed,
    only_what_is_corrected_can_be_compared,
    the_list_is_read_as_it_stood_and_since,
    the_catalogue_lists_every_file_with_its_digest with [
        ("PARINDEX_DATA_PUBLISHER", "Bộ Nội vụ"),
        ("PARINDEX_DATA_LICENCE", "https://example.vn/giay-phep"),
    ],
];

fn latest(app: &TestApp) -> String {
    let latest = app
        .anon()
        .get(200, "/api/v1/publications/latest?set=story")
        .json();
    text(&latest, "id").to_owned()
}

/// Corrects the survey points of an agency, an hour later.
pub fn correct(app: &TestApp, round: &Round<'_>, points: &str) -> String {
    app.advance(TimeDelta::hours(1));
    round.go(Phase::Correction);
    let point = json!({"agency": "mof", "indicator": "2.3", "points": points, "sample_size": 400, "source": "SIPAS 2025"});
    let path = round.path("/survey-points");
    round.evaluator().put(200, &path, &json!({"points": [point]}));
    round.go(Phase::Council);
    round.prepare(Phase::Published);
    round.go(Phase::Published);
    latest(app)
}

fn a_correction_tells_what_it_changed(app: &TestApp) {
    let round = app.round_in(Phase::Published);
    let first = latest(app);
    let second = correct(app, &round, "29.5");
    assert_ne!(first, second);
    let path = format!("/api/v1/publications/{second}/changes");
    let sent = app.anon().get(200, &path);
    assert!(sent.header("cache-control").contains("immutable"));
    app.anon().header("if-none-match", sent.etag()).get(304, &path);
    let changes = sent.json();
    assert_eq!(
        (&changes["against"], &changes["publication"]),
        (&json!(first), &json!(second))
    );
    assert_eq!(changes["criteria_set_changed"], false);
    let (before, after) = (ranking(app, &first), ranking(app, &second));
    let found = |node: &str, measure: &str| -> Value {
        let all = rows(&changes, "data");
        let one = all.iter().find(|change| {
            change["node"] == node && change["measure"] == measure && change["agency"]["code"] == "mof"
        });
        one.unwrap_or_else(|| panic!("no change of {measure} of {node}: {changes:#}"))
            .clone()
    };
    let indicator = found("2.3", "points");
    assert_eq!(
        (&indicator["before"], &indicator["after"]),
        (&json!("24.00"), &json!("29.50"))
    );
    let total = found("total", "points");
    assert_eq!(total["before"], line(&before, "mof")["total"]);
    assert_eq!(total["after"], line(&after, "mof")["total"]);
    // Whatever is told differs between the two rankings, and nothing else of the whole set does.
    for change in rows(&changes, "data")
        .iter()
        .filter(|change| change["node"] == "total")
    {
        assert_ne!(change["before"], change["after"]);
    }
    for agency in ["moj", "mof", "moet"] {
        let (then, now) = (line(&before, agency), line(&after, agency));
        let told = rows(&changes, "data").iter().any(|change| {
            change["agency"]["code"] == agency && change["node"] == "total" && change["measure"] == "place"
        });
        assert_eq!(told, then["place"] != now["place"], "{agency}");
    }
    let csv = app.anon().get(200, &format!("{path}.csv?labels=code")).text();
    assert!(
        csv.starts_with("agency,level,region,node,measure,before,after\r\n"),
        "{csv}"
    );
    assert!(csv.contains("mof,ministry,,2.3,points,24.00,29.50\r\n"), "{csv}");
    app.anon().get(200, &format!("{path}.xlsx"));
    app.anon().get(200, &format!("{path}.csv-metadata.json"));
}

fn only_what_is_corrected_can_be_compared(app: &TestApp) {
    let round = app.round_in(Phase::Published);
    let first = latest(app);
    // It corrects nothing: nothing has changed.
    let none = app
        .anon()
        .get(200, &format!("/api/v1/publications/{first}/changes"))
        .json();
    assert_eq!((&none["against"], &none["data"]), (&Value::Null, &json!([])));
    let second = correct(app, &round, "29.5");
    let third = correct(app, &round, "24");
    let chain = |id: &str| -> Value {
        app.anon()
            .get(200, &format!("/api/v1/publications/{id}/corrections"))
            .json()
    };
    for id in [&first, &second, &third] {
        let chain = chain(id);
        assert_eq!(
            (&chain["publication"], &chain["current"]),
            (&json!(id), &json!(third))
        );
        let ids: Vec<&str> = rows(&chain, "data").iter().map(|one| text(one, "id")).collect();
        assert_eq!(ids, [&first, &second, &third]);
    }
    // What was corrected back is as it was.
    let back = app
        .anon()
        .get(
            200,
            &format!("/api/v1/publications/{third}/changes?against={first}"),
        )
        .json();
    assert_eq!(back["data"], json!([]), "{back:#}");
    for (id, against) in [(&first, &second), (&second, &second), (&second, &third)] {
        let refused = app.anon().get(
            400,
            &format!("/api/v1/publications/{id}/changes?against={against}"),
        );
        assert!(refused.text().contains("not_corrected"), "{}", refused.text());
    }
}

fn the_list_is_read_as_it_stood_and_since(app: &TestApp) {
    let round = app.round_in(Phase::Published);
    let (first, published_at) = (latest(app), app.now());
    let second = correct(app, &round, "29.5");
    let list = |query: &str| -> Vec<Value> {
        let listed = app
            .anon()
            .get(200, &format!("/api/v1/publications?set=story&{query}"))
            .json();
        rows(&listed, "data").to_vec()
    };
    let ids = |rows: &[Value]| -> Vec<String> { rows.iter().map(|one| text(one, "id").to_owned()).collect() };
    let then = list(&format!("as_of={published_at}"));
    assert_eq!(ids(&then), std::slice::from_ref(&first));
    // Nobody knew of the correction then.
    assert_eq!(then[0]["superseded_by"], Value::Null);
    let now = list(&format!("as_of={}", app.now()));
    assert_eq!(ids(&now), [second.clone(), first.clone()]);
    assert_eq!(now[1]["superseded_by"], json!(second));
    assert_eq!(
        ids(&list(&format!("updated_after={published_at}"))),
        std::slice::from_ref(&second)
    );
    assert_eq!(
        ids(&list(&format!("updated_after={}", app.now()))),
        Vec::<String>::new()
    );
    let sequence = then[0]["sequence"].as_i64().expect("a number");
    assert_eq!(
        ids(&list(&format!("after={sequence}"))),
        std::slice::from_ref(&second)
    );
    let at = |query: &str| -> Value {
        app.anon()
            .get(200, &format!("/api/v1/publications/latest?set=story{query}"))
            .json()
    };
    assert_eq!(at("")["id"], json!(second));
    let old = at(&format!("&as_of={published_at}"));
    assert_eq!((&old["id"], &old["superseded_by"]), (&json!(first), &Value::Null));
    app.anon().get(
        404,
        "/api/v1/publications/latest?set=story&as_of=2020-01-01T00:00:00Z",
    );
    let refused = app.anon().get(400, "/api/v1/publications?as_of=yesterday");
    assert!(refused.text().contains("RFC 3339"), "{}", refused.text());
    // A series as it stood, too.
    let series = |query: &str| -> Value {
        app.anon()
            .get(200, &format!("/api/v1/series/story{query}"))
            .json()
    };
    assert_eq!(series("")["publications"][0]["publication"], json!(second));
    let then = series(&format!("?as_of={published_at}"));
    assert_eq!(then["publications"][0]["publication"], json!(first));
}

fn the_catalogue_lists_every_file_with_its_digest(app: &TestApp) {
    let round = app.round_in(Phase::Published);
    let first = latest(app);
    let second = correct(app, &round, "29.5");
    let sent = app.anon().get(200, "/api/v1/catalogue");
    assert_eq!(sent.header("content-type"), "application/ld+json");
    app.anon()
        .header("if-none-match", sent.etag())
        .get(304, "/api/v1/catalogue");
    let catalogue = sent.json();
    assert_eq!(catalogue["dct:publisher"]["foaf:name"], "Bộ Nội vụ");
    let datasets = rows(&catalogue, "dcat:dataset");
    let kinds: Vec<&str> = datasets.iter().map(|one| text(one, "@type")).collect();
    assert_eq!(kinds, ["dcat:DatasetSeries", "dcat:Dataset", "dcat:Dataset"]);
    let address = |id: &str| json!(format!("/api/v1/publications/{id}"));
    assert_eq!(datasets[1]["dct:isReplacedBy"]["@id"], address(&second));
    assert_eq!(datasets[2]["dct:replaces"]["@id"], address(&first));
    assert_eq!(datasets[2]["dcat:inSeries"]["@id"], datasets[0]["@id"]);
    let mut with_digest = 0;
    for dataset in datasets {
        assert_eq!(dataset["dct:license"]["@id"], "https://example.vn/giay-phep");
        for file in rows(dataset, "dcat:distribution") {
            let address = text(&file["dcat:downloadURL"], "@id");
            let body = app.anon().get(200, address);
            let kind = text(&file["dcat:mediaType"], "@id")
                .rsplit("media-types/")
                .next()
                .expect("a type");
            assert!(body.header("content-type").starts_with(kind), "{address}");
            if let Some(digest) = file["spdx:checksum"]["spdx:checksumValue"]["@value"].as_str() {
                assert_eq!(parindex::ids::sha256_hex(&body.bytes), digest, "{address}");
                assert_eq!(
                    file["dcat:byteSize"]["@value"],
                    body.bytes.len().to_string(),
                    "{address}"
                );
                with_digest += 1;
            }
            if let Some(description) = file["wdrs:describedby"]["@id"].as_str() {
                let described = app.anon().get(200, description).json();
                let name = address.rsplit('/').next().expect("a name");
                assert_eq!(described["url"], name, "{description}");
            }
        }
    }
    // The document, and ranking and domains in five forms, of two publications.
    assert_eq!(with_digest, 2 * (1 + 2 * 5));
    let other = app.anon().get(200, "/api/v1/catalogue?set=nobody").json();
    assert_eq!(other["dcat:dataset"], json!([]));
}
