//! Stories about evidence files: what is taken, how it is told, and how its versions are kept.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use parindex::features::rounds::Phase;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    stories,
    support::{
        TestApp,
        files::{self, id, item, upload, upload_as},
        round::Round,
    },
};

stories![
    a_file_is_uploaded_and_downloaded,
    the_same_bytes_lie_there_once,
    an_announced_digest_is_checked,
    only_documents_and_images_are_taken,
    a_file_that_is_too_large_is_refused with [("PARINDEX_EVIDENCE_BYTES_MAX", "2048")],
    a_file_may_be_larger_than_any_other_body with [("PARINDEX_BODY_BYTES_MAX", "65536")],
    versions_are_kept,
    evidence_may_come_before_the_value,
    what_is_said_of_a_document_is_checked,
];

fn path(round: &Round<'_>) -> String {
    files::path(round, "moj", "1.1")
}

fn a_file_is_uploaded_and_downloaded(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let bytes = files::pdf("Kế hoạch");
    let facts = [
        ("file_name", "Kế hoạch CCHC & số hóa 2025.pdf"),
        ("number", "1250/QĐ-BTP"),
        ("date", "2025-01-05"),
        ("issuer", "Bộ Tư pháp"),
        ("signer", "Nguyễn Văn Ánh"),
    ];
    let added = upload_as(201, &submitter, &path(&round), &facts, &bytes);
    let result = added.json();
    assert_eq!(
        (&result["revision"], &result["state"]),
        (&json!(1), &json!("draft"))
    );
    assert_eq!(result["submission_revision"], 2);
    let file = result["file"].clone();
    assert_eq!(file["name"], "Kế hoạch CCHC & số hóa 2025.pdf");
    assert_eq!(
        (&file["media_type"], &file["bytes"]),
        (&json!("application/pdf"), &json!(bytes.len()))
    );
    assert_eq!(file["sha256"], files::sha256(&bytes));
    assert_eq!(file["uploaded_by"], "moj.submitter");
    let evidence = json!({"number": "1250/QĐ-BTP", "date": "2025-01-05", "issuer": "Bộ Tư pháp",
        "signer": "Nguyễn Văn Ánh", "title": null, "link": null, "file": file["id"]});
    assert_eq!(result["evidence"], evidence);
    let shown = item(&app.reader("moj"), &round, "moj", "1.1");
    assert_eq!(shown["evidence"], json!([evidence]));
    assert_eq!(shown["files"], json!([file]));

    let href = added.header("location");
    assert_eq!(href, file["href"]);
    let got = submitter.get(200, href);
    assert_eq!(got.bytes, bytes);
    assert_eq!(
        got.header("content-disposition"),
        "attachment; filename=\"Ke hoach CCHC _ so hoa 2025.pdf\"; filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch\
         %20CCHC%20&%20s%E1%BB%91%20h%C3%B3a%202025.pdf"
    );
    assert_eq!(got.header("content-type"), "application/pdf");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(
        got.header("content-security-policy"),
        "sandbox; default-src 'none'; frame-ancestors 'none'"
    );
    assert_eq!(got.header("cache-control"), "private, no-cache");
    assert_eq!(got.header("content-length"), bytes.len().to_string());
    assert_eq!(got.etag(), format!("\"{}\"", files::sha256(&bytes)));
    let held = submitter.header("if-none-match", got.etag()).get(304, href);
    assert!(held.bytes.is_empty());
    let head = submitter.attempt_head(href);
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), bytes.len().to_string());
}

fn the_same_bytes_lie_there_once(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let bytes = files::pdf("the same");
    let (moj, mof) = (app.submitter("moj"), app.submitter("mof"));
    let first = upload(201, &moj, &round, "moj", "1.1", &bytes);
    let second = upload(201, &moj, &round, "moj", "1.2", &bytes);
    let third = upload(201, &mof, &round, "mof", "1.1", &bytes);
    assert_eq!(app.stored_files(), [files::sha256(&bytes)]);
    // One content, three files: each with its own rights.
    assert!(id(&first) != id(&second) && id(&second) != id(&third));
    mof.get(200, third.header("location"));
    mof.get(404, first.header("location"));
    mof.get(
        404,
        &format!("{}/{}", files::path(&round, "mof", "1.1"), id(&first)),
    );
}

fn an_announced_digest_is_checked(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let bytes = files::pdf("digest");
    let submitter = app.submitter("moj");
    let announcing = |digest: &str| submitter.header("content-digest", digest);
    let of = |bytes: &[u8]| format!("sha-256=:{}:", BASE64_STANDARD.encode(Sha256::digest(bytes)));
    let refused = upload(422, &announcing(&of(b"other")), &round, "moj", "1.1", &bytes);
    assert_eq!(refused.faults(), ["header:Content-Digest digest_mismatch"]);
    let refused = upload(400, &announcing("sha-256=abc"), &round, "moj", "1.1", &bytes);
    assert_eq!(refused.faults(), ["header:Content-Digest bad_digest"]);
    assert_eq!(submitter.get(200, &path(&round)).json()["data"], json!([]));
    assert_eq!(app.stored_files(), Vec::<String>::new());
    upload(201, &announcing(&of(&bytes)), &round, "moj", "1.1", &bytes);
    let others = format!("sha-512=:AA==:, {}", of(&bytes));
    upload(201, &announcing(&others), &round, "moj", "1.1", &bytes);
}

fn only_documents_and_images_are_taken(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let send = |status: u16, name: &str, bytes: &[u8]| {
        upload_as(status, &submitter, &path(&round), &[("file_name", name)], bytes)
    };
    let fault = |name: &str, bytes: &[u8]| send(422, name, bytes).faults().join("; ");
    let executable = [b"MZ\x90\0".as_slice(), &[0; 4000]].concat();
    let archive = files::zip(&[("a.pdf", "%PDF-1.7")]);
    for (name, bytes) in [
        ("report.pdf", executable.as_slice()),
        ("a.docx", &archive),
        ("a.pdf", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.png", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("a.pdf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old .doc"),
        ("a.pdf", b"x"),
    ] {
        assert_eq!(fault(name, bytes), " unsupported_file_type", "{name}");
    }
    assert_eq!(fault("a.xlsx", &files::xlsm()), " macros");
    assert_eq!(fault("a.pdf", b""), " empty_file");
    // What is opened by its name must be opened as what it is.
    for name in ["a.html", "a.pdf.exe", "a.docx", "pdf", "../a.pdf", ""] {
        assert_eq!(
            fault(name, &files::pdf("x")),
            "?file_name bad_file_name",
            "{name}"
        );
    }
    assert_eq!(submitter.get(200, &path(&round)).json()["data"], json!([]));
    assert_eq!(app.stored_files(), Vec::<String>::new());
    for (name, bytes) in [
        ("a.pdf", files::pdf("x")),
        ("a.docx", files::docx()),
        ("a.XLSX", files::xlsx()),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec()),
        ("a.tif", b"II*\0\x08\0\0\0".to_vec()),
        ("a.webp", b"RIFF\x24\0\0\0WEBPVP8 ".to_vec()),
    ] {
        let added = send(201, name, &bytes);
        assert_eq!(submitter.get(200, added.header("location")).bytes, bytes);
    }
    assert_eq!(app.stored_files().len(), 7);
}

fn a_file_that_is_too_large_is_refused(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let refused = upload(413, &submitter, &round, "moj", "1.1", &files::large_pdf(2049));
    assert_eq!(refused.json()["detail"], "A file has at most 2048 bytes.");
    // Without a length that could be read beforehand.
    let refused = submitter.send_chunked(
        "POST",
        &format!("{}?file_name=a.pdf", path(&round)),
        files::large_pdf(9000),
    );
    assert_eq!(
        (refused.status, refused.code()),
        (413, "payload_too_large".to_owned())
    );
    upload(201, &submitter, &round, "moj", "1.1", &files::large_pdf(2048));
    assert_eq!(app.stored_files().len(), 1);
}

fn a_file_may_be_larger_than_any_other_body(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let bytes = files::large_pdf(3_000_001);
    let added = upload(201, &app.submitter("moj"), &round, "moj", "1.1", &bytes);
    assert_eq!(
        app.submitter("moj").get(200, added.header("location")).bytes,
        bytes
    );
}

fn versions_are_kept(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let send = |status: u16, facts: &[(&str, &str)], text: &str| {
        upload_as(status, &submitter, &path(&round), facts, &files::pdf(text))
    };
    let plan = send(
        201,
        &[
            ("file_name", "plan.pdf"),
            ("number", "12/KH"),
            ("title", "Kế hoạch"),
        ],
        "1",
    );
    let report = send(201, &[("file_name", "report.pdf")], "2");
    app.advance(chrono::TimeDelta::seconds(60));
    let submitter = app.submitter("moj");
    let replacing = [
        ("file_name", "plan-2.pdf"),
        ("title", "Kế hoạch sửa đổi"),
        ("replaces", &id(&plan)),
    ];
    let newer = upload_as(201, &submitter, &path(&round), &replacing, &files::pdf("3"));
    assert_eq!(newer.json()["revision"], 3);
    // Facts that were left out stay as they are.
    let (entry, file) = (&newer.json()["evidence"], id(&newer));
    assert_eq!(
        (&entry["number"], &entry["title"]),
        (&json!("12/KH"), &json!("Kế hoạch sửa đổi"))
    );
    let shown = item(&submitter, &round, "moj", "1.1");
    let names: Vec<&Value> = shown["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["name"])
        .collect();
    assert_eq!(names, ["plan-2.pdf", "report.pdf"]);
    let listed = submitter.get(200, &path(&round)).json();
    let told: Vec<String> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| format!("{} {} {}", file["name"], file["current"], file["uploaded_at"]))
        .collect();
    assert_eq!(
        told,
        [
            r#""plan-2.pdf" true "2026-03-02T02:01:00Z""#,
            r#""report.pdf" true "2026-03-02T02:00:00Z""#,
            r#""plan.pdf" false "2026-03-02T02:00:00Z""#,
        ]
    );
    // The older file is still there for whoever looks at the older revision.
    assert_eq!(submitter.get(200, plan.header("location")).bytes, files::pdf("1"));
    let history = submitter
        .get(200, &format!("{}/items/1.1/revisions", round.submission("moj")))
        .json();
    assert_eq!(history["data"][2]["files"][0]["id"], id(&plan));
    assert_eq!(history["data"][0]["files"][0]["id"], file);
    // What was replaced, or never there, can't be replaced.
    for gone in [id(&plan), "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10".to_owned()] {
        let facts = [("file_name", "a.pdf"), ("replaces", gone.as_str())];
        let refused = upload_as(422, &submitter, &path(&round), &facts, &files::pdf("4"));
        assert_eq!(refused.faults(), ["?replaces not_current"]);
    }
    let other = files::path(&round, "moj", "1.2");
    let facts = [("file_name", "a.pdf"), ("replaces", &id(&report))];
    upload_as(422, &submitter, &other, &facts, &files::pdf("4"));
}

fn evidence_may_come_before_the_value(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let value = json!({"indicator": "1.1", "value": {"kind": "option", "option": "on_time"}});
    let refused = round.save(422, "moj", std::slice::from_ref(&value));
    assert_eq!(refused.faults(), ["/items/0/evidence evidence_missing"]);
    upload(201, &submitter, &round, "moj", "1.1", &files::pdf("first"));
    let before = item(&submitter, &round, "moj", "1.1");
    assert_eq!((&before["value"], &before["revision"]), (&Value::Null, &json!(1)));
    // A file proves the value, and stays when only the value is saved.
    round.save(200, "moj", &[value]);
    let after = item(&submitter, &round, "moj", "1.1");
    assert_eq!(
        (&after["self_points"], &after["revision"]),
        (&json!("10"), &json!(2))
    );
    assert_eq!(after["files"], before["files"]);
    let gaps = submitter
        .get(200, &format!("{}/completeness", round.submission("moj")))
        .json();
    assert!(!gaps["gaps"].to_string().contains("\"1.1\""), "{gaps:#}");
    // One more file leaves the value alone.
    upload(201, &submitter, &round, "moj", "1.1", &files::pdf("second"));
    let later = item(&submitter, &round, "moj", "1.1");
    assert_eq!(
        (&later["value"], &later["self_points"]),
        (&after["value"], &after["self_points"])
    );
}

fn what_is_said_of_a_document_is_checked(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let send = |status: u16, query: &str| {
        submitter.send_bytes(
            status,
            "POST",
            &format!("{}?{query}", path(&round)),
            "x/y",
            files::pdf("x"),
        )
    };
    let refused = send(422, "file_name=a.pdf&signer=%20&link=ftp://x&number=1");
    assert_eq!(refused.faults(), ["?signer bad_length", "?link bad_link"]);
    for (query, faults) in [
        ("", vec!["?file_name bad_query"]),
        ("date=yesterday", vec!["?date bad_query", "?file_name bad_query"]),
        ("file_name=a.pdf&color=red", vec!["?color bad_query"]),
        ("file_name=%FF.pdf", vec!["? bad_query"]),
    ] {
        assert_eq!(send(400, query).faults(), faults, "{query}");
    }
    // An indicator that there is not, and one that nobody declares.
    let at = |indicator: &str| files::path(&round, "moj", indicator);
    upload_as(
        404,
        &submitter,
        &at("9.9"),
        &[("file_name", "a.pdf")],
        &files::pdf("x"),
    );
    let refused = upload_as(
        422,
        &submitter,
        &at("2.3"),
        &[("file_name", "a.pdf")],
        &files::pdf("x"),
    );
    assert_eq!(refused.faults(), ["/indicator not_declared"]);
    // An item holds 50 documents.
    let links: Vec<Value> = (0..50)
        .map(|n| json!({"link": format!("https://x.vn/{n}")}))
        .collect();
    round.save(200, "moj", &[json!({"indicator": "1.1", "evidence": links})]);
    assert_eq!(
        send(422, "file_name=a.pdf").faults(),
        ["/evidence too_much_evidence"]
    );
    assert_eq!(app.stored_files(), Vec::<String>::new());
}
