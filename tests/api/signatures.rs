//! Stories about signatures of evidence files.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, Response, TestApp,
        files::{self, SIGNATURE, SIGNED_FILE, item, upload},
    },
};

const OTHER: &[u8] = include_bytes!("fixtures/signature/other.p7s");
const ATTACHED: &[u8] = include_bytes!("fixtures/signature/attached.p7m");
const VERIFIES: bool = cfg!(feature = "signatures");
/// Without the feature, roots that are set are refused at the start.
const ROOTS: &str = if VERIFIES {
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/api/fixtures/signature/root.pem"
    )
} else {
    ""
};

stories![
    a_file_is_signed,
    what_is_no_signature_is_refused,
    a_signature_has_the_rights_of_its_file,
    a_known_root_makes_it_valid with [("PARINDEX_SIGNATURE_ROOTS", super::ROOTS)],
];

fn sign(status: u16, who: &Person, file: &Response, bytes: &[u8]) -> Response {
    let path = format!("{}/signature", file.header("location"));
    who.send_bytes(status, "PUT", &path, "application/pkcs7-signature", bytes)
}

fn a_file_is_signed(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let file = upload(201, &submitter, &round, "moj", "1.1", SIGNED_FILE);
    let path = format!("{}/signature", file.header("location"));
    assert_eq!(file.json()["file"]["signature"], Value::Null);
    submitter.get(404, &path);
    let signed = sign(200, &submitter, &file, SIGNATURE).json();
    let signature = signed["signature"].clone();
    assert_eq!(
        (&signature["verdict"], &signature["revision"]),
        (&json!("unverified"), &json!(1))
    );
    let name = signature["signers"][0]["name"].as_str().unwrap();
    assert!(name.contains("Nguyễn Văn A"), "{name}");
    assert_eq!(signature["added_by"], "moj.submitter");
    // It belongs to the file, so the item has no new revision.
    let shown = item(&submitter, &round, "moj", "1.1");
    assert_eq!((&shown["revision"], &shown["files"][0]), (&json!(1), &signed));
    let got = submitter.get(200, &path);
    assert_eq!(got.bytes, SIGNATURE);
    assert_eq!(
        got.header("content-disposition"),
        "attachment; filename=\"a.pdf.p7s\"; filename*=UTF-8''a.pdf.p7s"
    );
    // The same again is nothing new, whichever way it is wrapped.
    let pem = format!(
        "-----BEGIN PKCS7-----\n{}\n-----END PKCS7-----\n",
        BASE64_STANDARD.encode(SIGNATURE)
    );
    assert_eq!(sign(200, &submitter, &file, pem.as_bytes()).json(), signed);
    // A signature of another file is refused by every build: it names what it signs.
    let refused = sign(422, &submitter, &file, OTHER);
    assert_eq!(refused.faults(), [" wrong_signature"]);
    assert_eq!(submitter.get(200, &path).bytes, SIGNATURE);
}

fn what_is_no_signature_is_refused(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let file = upload(201, &submitter, &round, "moj", "1.1", SIGNED_FILE);
    for (bytes, code) in [
        (ATTACHED, "not_detached"),
        (b"", "bad_signature_format"),
        (SIGNED_FILE, "bad_signature_format"),
    ] {
        assert_eq!(sign(422, &submitter, &file, bytes).faults(), [format!(" {code}")]);
    }
    sign(413, &submitter, &file, &vec![0; 300_000]);
    let nowhere = file
        .header("location")
        .replace(&files::id(&file), "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10");
    let path = format!("{nowhere}/signature");
    submitter.send_bytes(404, "PUT", &path, "x/y", SIGNATURE);
}

fn a_signature_has_the_rights_of_its_file(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let file = upload(201, &submitter, &round, "moj", "1.1", SIGNED_FILE);
    sign(200, &submitter, &file, SIGNATURE);
    let path = format!("{}/signature", file.header("location"));
    app.reader("moj").get(200, &path);
    sign(403, &app.reader("moj"), &file, SIGNATURE);
    for stranger in [
        app.submitter("mof"),
        app.submitter("moj-it"),
        app.appraiser("mic"),
    ] {
        stranger.get(404, &path);
        sign(404, &stranger, &file, SIGNATURE);
    }
    app.anon().get(401, &path);
    app.advance(chrono::TimeDelta::days(9));
    let late = sign(409, &app.submitter("moj"), &file, OTHER);
    assert_eq!(late.code(), "illegal_transition");
}

fn a_known_root_makes_it_valid(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let file = upload(201, &submitter, &round, "moj", "1.1", SIGNED_FILE);
    let signed = sign(200, &submitter, &file, SIGNATURE).json();
    let verdict = if VERIFIES { "valid" } else { "unverified" };
    assert_eq!(signed["signature"]["verdict"], verdict);
}
