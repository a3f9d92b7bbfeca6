//! Stories about what an agency's files may come to, and about downloads that are resumed.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        files::{self, upload},
        round::Round,
    },
};

stories![
    the_files_of_an_agency_have_a_limit with [("PARINDEX_EVIDENCE_AGENCY_BYTES_MAX", "5000")],
    without_a_limit_the_space_is_told with [("PARINDEX_EVIDENCE_AGENCY_BYTES_MAX", "0")],
    a_download_is_resumed,
    a_part_of_another_file_is_not_resumed,
];

fn usage(app: &TestApp, round: &Round<'_>) -> Value {
    let path = files::path(round, "moj", "1.1");
    app.reader("moj").get(200, &path).json()["usage"].clone()
}

fn the_files_of_an_agency_have_a_limit(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let path = files::path(&round, "moj", "1.1");
    upload(201, &submitter, &round, "moj", "1.1", &files::large_pdf(3000));
    assert_eq!(usage(app, &round), json!({"bytes_used": 3000, "bytes_max": 5000}));
    let refused = upload(413, &submitter, &round, "moj", "1.2", &files::large_pdf(2001));
    assert_eq!(refused.code(), "evidence_quota_exceeded");
    assert_eq!(
        refused.json()["detail"],
        "The agency's files of this round take 3000 byte of 5000 byte; this one would take 2001 byte more."
    );
    // Whatever is said of its size beforehand.
    let chunked = submitter.send_chunked("POST", &format!("{path}?file_name=a.pdf"), files::large_pdf(2001));
    assert_eq!(chunked.code(), "evidence_quota_exceeded");
    // The same bytes lie there once, and count once, for whichever item; other bytes of the same size are others.
    upload(201, &submitter, &round, "moj", "1.2", &files::large_pdf(3000));
    let mut other = files::large_pdf(3000);
    *other.last_mut().unwrap() ^= 1;
    let refused = upload(413, &submitter, &round, "moj", "1.2", &other);
    assert_eq!(refused.code(), "evidence_quota_exceeded");
    assert_eq!(usage(app, &round)["bytes_used"], 3000);
    upload(201, &submitter, &round, "moj", "1.3", &files::large_pdf(2000));
    assert_eq!(usage(app, &round)["bytes_used"], 5000);
    // What one agency uses up is nobody else's, nor that of another round.
    upload(201, &app.submitter("mof"), &round, "mof", "1.1", &other);
    let later = app.round_named("later-2025", Phase::SelfAssessment);
    upload(201, &submitter, &later, "moj", "1.1", &other);
}

fn without_a_limit_the_space_is_told(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    upload(
        201,
        &app.submitter("moj"),
        &round,
        "moj",
        "1.1",
        &files::large_pdf(3000),
    );
    assert_eq!(usage(app, &round), json!({"bytes_used": 3000, "bytes_max": null}));
}

fn a_download_is_resumed(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let bytes = files::large_pdf(300_001);
    let href = upload(201, &submitter, &round, "moj", "1.1", &bytes)
        .header("location")
        .to_owned();
    assert_eq!(submitter.get(200, &href).header("accept-ranges"), "bytes");
    for (range, told, part) in [
        ("bytes=100000-", "bytes 100000-300000/300001", &bytes[100_000..]),
        ("bytes=0-0", "bytes 0-0/300001", &bytes[..1]),
        ("bytes=5-70000", "bytes 5-70000/300001", &bytes[5..=70_000]),
        ("bytes=-1", "bytes 300000-300000/300001", &bytes[300_000..]),
    ] {
        let got = submitter.header("range", range).get(206, &href);
        assert_eq!(got.bytes, part, "{range}");
        assert_eq!(got.header("content-range"), told);
        assert_eq!(got.header("content-length"), part.len().to_string());
        assert_eq!(got.header("content-type"), "application/pdf");
    }
    let beyond = submitter.header("range", "bytes=300001-").get(416, &href);
    assert_eq!(beyond.code(), "range_not_satisfiable");
    assert_eq!(beyond.header("content-range"), "bytes */300001");
    for all in ["bytes=0-1,5-6", "lines=0-1", "bytes=9-1"] {
        assert_eq!(
            submitter.header("range", all).get(200, &href).bytes,
            bytes,
            "{all}"
        );
    }
    // A range is of what GET would send.
    let head = submitter.header("range", "bytes=5-9").attempt_head(&href);
    assert_eq!((head.status, head.header("content-length")), (200, "300001"));
    app.submitter("mof").header("range", "bytes=0-5").get(404, &href);
}

fn a_part_of_another_file_is_not_resumed(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj").header("range", "bytes=5-9");
    let bytes = files::pdf("resumed");
    let added = upload(201, &submitter, &round, "moj", "1.1", &bytes);
    let href = added.header("location");
    let etag = format!("\"{}\"", files::sha256(&bytes));
    assert_eq!(
        submitter.header("if-range", &etag).get(206, href).bytes,
        &bytes[5..10]
    );
    for other in ["\"0\"", "Tue, 24 Nov 2026 10:00:00 GMT"] {
        assert_eq!(submitter.header("if-range", other).get(200, href).bytes, bytes);
    }
    // Who holds all of it is told so, whatever part is asked for.
    submitter.header("if-none-match", &etag).get(304, href);
}
