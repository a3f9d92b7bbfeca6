//! Stories about the signed minutes as a file: who adds it, who reads it, and that its bytes stay.

use chrono::TimeDelta;
use parindex::features::{
    evidence::{self, Swept},
    rounds::Phase,
};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, Response, TestApp,
        files::{self, SIGNATURE, SIGNED_FILE, upload_as},
        round::Round,
    },
};

stories![
    the_signed_minutes_are_kept_in_versions,
    minutes_are_a_document,
    whoever_reads_the_minutes_reads_their_file,
    the_sweep_leaves_them_alone,
    a_file_of_minutes_is_signed,
];

/// A round before the council, and the address of the files of its minutes.
fn sitting(app: &TestApp) -> (Round<'_>, String) {
    let round = app.round_in(Phase::Council);
    let minutes = round.record_minutes(201).json();
    let path = round.path(&format!("/minutes/{}/files", minutes["id"].as_str().unwrap()));
    (round, path)
}

fn send(status: u16, who: &Person, path: &str, name: &str, bytes: &[u8]) -> Response {
    upload_as(status, who, path, &[("file_name", name)], bytes)
}

fn listed(round: &Round<'_>) -> Value {
    let minutes = round.evaluator().get(200, &round.path("/minutes")).json();
    minutes["data"][0]["files"].clone()
}

fn the_signed_minutes_are_kept_in_versions(app: &TestApp) {
    let (round, path) = sitting(app);
    let evaluator = round.evaluator();
    assert_eq!(listed(&round), json!([]));
    let first = send(201, &evaluator, &path, "Biên bản 12.pdf", &files::pdf("1"));
    let file = first.json();
    assert_eq!(file["name"], "Biên bản 12.pdf");
    assert_eq!(file["sha256"], files::sha256(&files::pdf("1")));
    assert_eq!(file["uploaded_by"], "moha.evaluator");
    assert_eq!(first.header("location"), file["href"]);
    assert_eq!(listed(&round), json!([file]));
    // The seal comes later: published meanwhile, the minutes still take their newer version.
    round.approve(201);
    round.try_to_go(200, &json!({"to": "published"}));
    let second = send(
        201,
        &evaluator,
        &path,
        "Biên bản 12 (đóng dấu).docx",
        &files::docx(),
    );
    assert_eq!(listed(&round), json!([second.json(), file]));
    let got = evaluator.get(200, first.header("location"));
    assert_eq!(
        (&got.bytes, got.header("content-type")),
        (&files::pdf("1"), "application/pdf")
    );
    assert!(
        got.header("content-disposition")
            .starts_with("attachment; filename=\"Bien ban 12.pdf\"")
    );
    assert_eq!(got.etag(), format!("\"{}\"", files::sha256(&files::pdf("1"))));
    let part = evaluator
        .header("range", "bytes=5-")
        .get(206, first.header("location"));
    assert_eq!(part.bytes, &files::pdf("1")[5..]);
}

fn minutes_are_a_document(app: &TestApp) {
    let (round, path) = sitting(app);
    let evaluator = round.evaluator();
    let fault = |name: &str, bytes: &[u8]| send(422, &evaluator, &path, name, bytes).faults().join("; ");
    for (name, bytes) in [
        ("a.xlsx", files::xlsx()),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a.pdf", b"<!DOCTYPE html>".to_vec()),
    ] {
        assert_eq!(fault(name, &bytes), " unsupported_file_type", "{name}");
    }
    assert_eq!(fault("a.exe", &files::pdf("x")), "?file_name bad_file_name");
    assert_eq!(fault("a.pdf", b""), " empty_file");
    let announcing = evaluator.header(
        "content-digest",
        "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:",
    );
    let refused = send(422, &announcing, &path, "a.pdf", &files::pdf("x"));
    assert_eq!(refused.faults(), ["header:Content-Digest digest_mismatch"]);
    assert_eq!(listed(&round), json!([]));
    let nowhere = round.path("/minutes/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10/files");
    send(404, &evaluator, &nowhere, "a.pdf", &files::pdf("x"));
    for n in 0..20 {
        send(201, &evaluator, &path, "a.pdf", &files::pdf(&n.to_string()));
    }
    assert_eq!(fault("a.pdf", &files::pdf("x")), " too_many_files");
}

fn whoever_reads_the_minutes_reads_their_file(app: &TestApp) {
    let (round, path) = sitting(app);
    let added = send(201, &round.evaluator(), &path, "a.pdf", &files::pdf("1"));
    let href = added.header("location");
    app.admin().get(200, href);
    send(403, &app.admin(), &path, "a.pdf", &files::pdf("2"));
    for other in [app.leader("moj"), app.appraiser("mic"), app.evaluator("mot")] {
        other.get(403, href);
        send(403, &other, &path, "a.pdf", &files::pdf("2"));
    }
    app.anon().get(401, href);
    // A file is found at its own minutes only.
    let other = round.record_minutes(201).json();
    let own = path.split('/').nth_back(1).unwrap();
    round
        .evaluator()
        .get(404, &href.replace(own, other["id"].as_str().unwrap()));
}

fn the_sweep_leaves_them_alone(app: &TestApp) {
    let (round, path) = sitting(app);
    let added = send(201, &round.evaluator(), &path, "a.pdf", &files::pdf("1"));
    let swept = app.wait(evidence::sweep(app.db(), &app.state().vault, TimeDelta::zero()));
    assert_eq!(swept.unwrap(), Swept::default());
    assert_eq!(
        round.evaluator().get(200, added.header("location")).bytes,
        files::pdf("1")
    );
}

fn a_file_of_minutes_is_signed(app: &TestApp) {
    let (round, path) = sitting(app);
    let evaluator = round.evaluator();
    let added = send(201, &evaluator, &path, "a.pdf", SIGNED_FILE);
    let signature = format!("{}/signature", added.header("location"));
    evaluator.get(404, &signature);
    let sign = |status: u16, who: &Person, bytes: &[u8]| {
        who.send_bytes(status, "PUT", &signature, "application/pkcs7-signature", bytes)
    };
    let signed = sign(200, &evaluator, SIGNATURE).json();
    assert_eq!(signed["signature"]["verdict"], "unverified");
    assert_eq!(signed["signature"]["revision"], 1);
    assert_eq!(signed["signature"]["added_by"], "moha.evaluator");
    assert_eq!(sign(200, &evaluator, SIGNATURE).json(), signed);
    assert_eq!(listed(&round), json!([signed]));
    let got = evaluator.get(200, &signature);
    assert_eq!(got.bytes, SIGNATURE);
    assert!(got.header("content-disposition").contains("a.pdf.p7s"));
    let other = include_bytes!("fixtures/signature/other.p7s");
    assert_eq!(sign(422, &evaluator, other).faults(), [" wrong_signature"]);
    sign(403, &app.admin(), SIGNATURE);
}
