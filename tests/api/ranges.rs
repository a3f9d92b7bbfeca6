//! Stories about downloads of published results that broke off and go on.

use parindex::ids::sha256_hex;

use crate::{
    open_data::published,
    stories,
    support::{Person, Response, TestApp},
};

stories![
    every_form_comes_in_parts,
    a_part_is_of_the_form_that_is_held,
    what_is_no_range_brings_all,
    a_document_that_was_let_go_of_comes_in_parts with [("PARINDEX_PUBLICATIONS_BYTES_MAX", "0")],
];

fn part(person: &Person, path: &str, range: &str) -> Response {
    person.header("range", range).get(206, path)
}

fn every_form_comes_in_parts(app: &TestApp) {
    let address = published(app);
    let anybody = app.anon().header("accept-encoding", "gzip, br");
    for form in [
        "document",
        "ranking.csv",
        "ranking.xlsx",
        "ranking.json",
        "agencies/moj.sdmx.csv",
        "data.jsonstat.json",
        "structure.xml",
    ] {
        let path = format!("{address}/{form}");
        let whole = app.anon().header("accept-encoding", "identity").get(200, &path);
        assert_eq!(whole.header("accept-ranges"), "bytes", "{form}");
        let (size, middle) = (whole.bytes.len(), whole.bytes.len() / 2);
        // Whatever may be packed is sent plain: a part of something packed is of no use.
        let first = part(&anybody, &path, &format!("bytes=0-{}", middle - 1));
        let rest = part(
            &anybody.header("if-range", first.etag()),
            &path,
            &format!("bytes={middle}-"),
        );
        assert_eq!(
            [first.bytes.clone(), rest.bytes.clone()].concat(),
            whole.bytes,
            "{form}"
        );
        for answer in [&first, &rest] {
            assert_eq!(answer.header("content-encoding"), "", "{form}");
            for name in ["etag", "cache-control", "vary", "content-type", "link"] {
                assert_eq!(answer.header(name), whole.header(name), "{form} {name}");
            }
        }
        assert_eq!(
            first.header("content-range"),
            format!("bytes 0-{}/{size}", middle - 1)
        );
        assert_eq!(
            rest.header("content-range"),
            format!("bytes {middle}-{}/{size}", size - 1)
        );
        assert_eq!(rest.header("content-length"), (size - middle).to_string());
        let last = part(&anybody, &path, "bytes=-1");
        assert_eq!(last.bytes, whole.bytes[size - 1..], "{form}");
        let beyond = anybody.header("range", &format!("bytes={size}-")).get(416, &path);
        assert_eq!(beyond.code(), "range_not_satisfiable");
        assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));
        let head = app.anon().header("range", "bytes=0-0").attempt_head(&path);
        assert_eq!(
            (head.status, head.header("accept-ranges")),
            (200, "bytes"),
            "{form}"
        );
        assert_eq!(head.header("content-length"), size.to_string(), "{form}");
    }
}

fn a_part_is_of_the_form_that_is_held(app: &TestApp) {
    let path = format!("{}/ranking.csv", published(app));
    let packed = app.anon().header("accept-encoding", "gzip").get(200, &path);
    assert_eq!(
        (packed.header("accept-ranges"), packed.header("content-encoding")),
        ("", "gzip")
    );
    let plain = app.anon().get(200, &path);
    let asking = app.anon().header("range", "bytes=10-");
    // Who holds a part of the packed form gets the plain one as a whole.
    for other in [
        packed.etag(),
        "\"another\"",
        &format!("W/{}", plain.etag()),
        "Mon, 02 Mar 2026 02:00:00 GMT",
    ] {
        let whole = asking.header("if-range", other).get(200, &path);
        assert!(whole.bytes == plain.bytes, "{other}");
    }
    asking.header("if-range", plain.etag()).get(206, &path);
    // Who holds all of it needs no part.
    asking.header("if-none-match", plain.etag()).get(304, &path);
    let list = app
        .anon()
        .header("range", "bytes=0-7")
        .get(206, "/api/v1/publications");
    assert_eq!(list.text(), "{\"data\":");
}

fn what_is_no_range_brings_all(app: &TestApp) {
    let path = format!("{}/ranking.xlsx", published(app));
    let size = app.anon().get(200, &path).bytes.len();
    for range in [
        "",
        "bytes=",
        "bytes=-",
        "bytes=9-5",
        "bytes=0-1,4-5",
        "rows=0-1",
        "bytes=0x1-",
        "=0-1",
    ] {
        let answer = app.anon().header("range", range).get(200, &path);
        assert_eq!(answer.bytes.len(), size, "{range}");
    }
    let endless = app
        .anon()
        .header("range", "bytes=5-99999999999999999999999")
        .get(206, &path);
    assert_eq!(endless.bytes.len(), size - 5);
}

fn a_document_that_was_let_go_of_comes_in_parts(app: &TestApp) {
    let path = format!("{}/document", published(app));
    let whole = app.anon().get(200, &path);
    let chunks: Vec<Vec<u8>> = (0..whole.bytes.len())
        .step_by(1000)
        .map(|start| part(&app.anon(), &path, &format!("bytes={start}-{}", start + 999)).bytes)
        .collect();
    assert!(chunks.len() > 3);
    assert!(chunks.concat() == whole.bytes);
    assert!(path.contains(&sha256_hex(&whole.bytes)));
}
