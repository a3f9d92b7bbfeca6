//! Stories about signatures of a submission as a whole: what is signed, what counts, and where it is told.

use chrono::TimeDelta;
use parindex::{features::rounds::Phase, ids::sha256_hex};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, Response, TestApp,
        files::{self, SIGNATURE},
        offline,
        round::{Round, good_items, new_round},
    },
};

/// The canonical document of `moj` as it declares in the stories. Its bytes are the format, and never change.
const DOCUMENT: &[u8] = include_bytes!("fixtures/signature/submission.json");
/// Its signature: see `README` beside it.
const SIGNED: &[u8] = files::SIGNED_FORM;
/// A signature of the same by somebody whom no root knows.
const SELF_SIGNED: &[u8] = include_bytes!("fixtures/signature/submission-self.p7s");
const VERIFIES: bool = cfg!(feature = "signatures");
/// Without the feature, roots that are set are refused at the start.
const ROOTS: &str = if VERIFIES {
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/api/fixtures/signature/submission-root.pem"
    )
} else {
    ""
};

stories![
    the_canonical_document_is_the_same_for_everybody,
    files_stand_in_it_by_their_content,
    a_submission_is_signed,
    a_change_makes_a_signature_stale,
    what_is_no_signature_of_it_is_refused,
    signing_has_its_rights_and_its_time,
    a_round_may_ask_for_a_signature,
    a_round_may_ask_for_a_valid_one with [("PARINDEX_SIGNATURE_ROOTS", super::ROOTS)],
    what_nobody_can_vouch_for_can_not_be_asked_for,
    the_result_says_who_signed with [("PARINDEX_SIGNATURE_ROOTS", super::ROOTS)],
];

fn declared(app: &TestApp) -> Round<'_> {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    round
}

fn canonical(round: &Round<'_>) -> String {
    format!("{}/canonical", round.submission("moj"))
}

fn signatures(round: &Round<'_>) -> String {
    format!("{}/signatures", round.submission("moj"))
}

fn sign(status: u16, who: &Person, round: &Round<'_>, bytes: &[u8]) -> Response {
    who.send_bytes(
        status,
        "POST",
        &signatures(round),
        "application/pkcs7-signature",
        bytes,
    )
}

/// Asks for a signature; the status that is expected comes first.
fn ask_for(status: u16, round: &Round<'_>, required: &str) -> Response {
    let mut change = new_round("x");
    let body = json!({"title_vi": "Kỳ 2025", "deadlines": change["deadlines"].take(), "signature_required": required});
    round
        .evaluator()
        .if_match(&round.etag())
        .put(status, &round.path(""), &body)
}

fn the_canonical_document_is_the_same_for_everybody(app: &TestApp) {
    let round = declared(app);
    let got = app.leader("moj").get(200, &canonical(&round));
    assert_eq!(
        String::from_utf8_lossy(&got.bytes),
        String::from_utf8_lossy(DOCUMENT)
    );
    assert_eq!(got.etag(), format!("\"{}\"", sha256_hex(DOCUMENT)));
    assert!(got.header("content-digest").starts_with("sha-256=:"));
    assert_eq!(
        got.header("content-disposition"),
        "attachment; filename=\"story-2025-moj.json\"; filename*=UTF-8''story-2025-moj.json"
    );
    // Approving and sending change nothing in it, nor does the round's title.
    round.submit("moj");
    ask_for(200, &round, "none");
    for person in [
        app.submitter("moj"),
        app.reader("moj"),
        round.evaluator(),
        app.admin(),
    ] {
        let again = person
            .header("accept-language", "vi")
            .get(200, &canonical(&round));
        assert_eq!((&again.bytes, again.etag()), (&got.bytes, got.etag()));
    }
    let held = app.leader("moj").header("if-none-match", got.etag());
    assert!(held.get(304, &canonical(&round)).bytes.is_empty());
    // Whoever sees a part of the form only does not see the whole.
    let rows = json!({"contributors": [{"indicator": "1.3", "contributor": "moj-it"}]});
    round.move_submission(200, &app.submitter("moj"), "moj", "withdrawn");
    let path = format!("{}/contributors", round.submission("moj"));
    app.submitter("moj").if_match("*").put(200, &path, &rows);
    app.submitter("moj-it").get(403, &canonical(&round));
    app.submitter("mof").get(404, &canonical(&round));
}

fn files_stand_in_it_by_their_content(app: &TestApp) {
    let round = declared(app);
    let bytes = files::pdf("Kế hoạch");
    files::upload(201, &app.submitter("moj"), &round, "moj", "1.2", &bytes);
    let document = app.leader("moj").get(200, &canonical(&round)).json();
    let item = &document["items"][1];
    assert_eq!(
        (&item["indicator"], &item["revision"]),
        (&json!("1.2"), &json!(2))
    );
    let file = json!({"name": "a.pdf", "media_type": "application/pdf", "bytes": bytes.len(),
                      "sha256": files::sha256(&bytes)});
    assert_eq!(item["evidence"][0]["file"], file);
}

fn a_submission_is_signed(app: &TestApp) {
    let round = declared(app);
    let leader = app.leader("moj");
    assert_eq!(leader.get(200, &signatures(&round)).json()["data"], json!([]));
    let added = sign(201, &leader, &round, SIGNED);
    let signature = added.json();
    assert_eq!(signature["digest"], sha256_hex(DOCUMENT));
    let told = ["current", "verdict", "submission_revision", "added_by"].map(|part| &signature[part]);
    assert_eq!(
        told,
        [
            &json!(true),
            &json!("unverified"),
            &json!(2),
            &json!("moj.leader")
        ]
    );
    let signer = &signature["signers"][0];
    assert!(
        signer["name"].as_str().unwrap().contains("Trần Thị B"),
        "{signer}"
    );
    assert!(signer["serial"].is_string() && signer["signed_at"].is_string());
    assert_eq!(added.header("location"), signature["href"]);
    let got = leader.get(200, added.header("location"));
    assert_eq!(got.bytes, SIGNED);
    assert_eq!(
        got.header("content-disposition"),
        "attachment; filename=\"story-2025-moj.json.p7s\"; filename*=UTF-8''story-2025-moj.json.p7s"
    );
    // The same again is nothing new; another signer's stands beside it.
    assert_eq!(sign(200, &leader, &round, SIGNED).json(), signature);
    sign(201, &app.submitter("moj"), &round, SELF_SIGNED);
    let listed = leader.get(200, &signatures(&round)).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert_eq!(listed["data"][0], signature);
    let form = leader.get(200, &round.submission("moj"));
    assert_eq!(form.json()["signatures"], listed["data"]);
    // It is no change of the submission: who approves has seen the right version.
    assert_eq!(form.etag(), "\"r2\"");
    let score = app.reader("moj").get(200, &round.path("/scores/moj")).json();
    assert_eq!(score["signatures"], listed["data"]);
}

fn a_change_makes_a_signature_stale(app: &TestApp) {
    let round = declared(app);
    let leader = app.leader("moj");
    sign(201, &leader, &round, SIGNED);
    round.submit("moj");
    let is_current = || leader.get(200, &signatures(&round)).json()["data"][0]["current"].clone();
    assert_eq!(is_current(), true);
    round.move_submission(200, &app.submitter("moj"), "moj", "withdrawn");
    assert_eq!(is_current(), true);
    let item = |count: u32| json!({"indicator": "1.4", "value": {"kind": "count", "count": count}});
    round.save(200, "moj", &[item(1)]);
    assert_eq!(is_current(), false);
    let score = leader.get(200, &round.path("/scores/moj")).json();
    assert_eq!(score["signatures"][0]["current"], false);
    // What is changed back has been changed: somebody must look at it again.
    round.save(200, "moj", &[item(2)]);
    assert_eq!(is_current(), false);
    let refused = sign(422, &leader, &round, SIGNED);
    assert_eq!(refused.faults(), [" wrong_signature"]);
}

fn what_is_no_signature_of_it_is_refused(app: &TestApp) {
    let round = declared(app);
    let leader = app.leader("moj");
    for (bytes, code) in [
        (b"".as_slice(), "bad_signature_format"),
        (DOCUMENT, "bad_signature_format"),
        // Of a file, by the way it names what it signs: refused by every build.
        (SIGNATURE, "wrong_signature"),
    ] {
        let refused = sign(422, &leader, &round, bytes);
        assert_eq!(refused.faults(), [format!(" {code}")]);
    }
    sign(413, &leader, &round, &vec![0; 300_000]);
    let mut broken = SIGNED.to_vec();
    *broken.last_mut().unwrap() ^= 1;
    let answer = sign(if VERIFIES { 422 } else { 201 }, &leader, &round, &broken);
    assert!(!VERIFIES || answer.faults() == [" wrong_signature"]);
    let path = format!("{}/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", signatures(&round));
    leader.get(404, &path);
}

fn signing_has_its_rights_and_its_time(app: &TestApp) {
    let round = declared(app);
    sign(403, &app.reader("moj"), &round, SIGNED);
    sign(403, &round.evaluator(), &round, SIGNED);
    sign(404, &app.submitter("mof"), &round, SIGNED);
    sign(401, &app.anon(), &round, SIGNED);
    let actions = |person: &Person| person.get(200, &round.submission("moj")).json()["actions"].clone();
    let may = |person: &Person| actions(person).as_array().unwrap().contains(&json!("sign"));
    assert!(may(&app.leader("moj")) && !may(&app.reader("moj")));
    // A second signer may come after it was sent, but not after the deadline.
    round.submit("moj");
    let signed = sign(201, &app.submitter("moj"), &round, SIGNED).json();
    app.reader("moj").get(200, signed["href"].as_str().unwrap());
    app.submitter("mof").get(404, signed["href"].as_str().unwrap());
    app.advance(TimeDelta::days(9));
    let late = sign(409, &app.leader("moj"), &round, SELF_SIGNED);
    assert_eq!(late.code(), "illegal_transition");
    assert!(!may(&app.leader("moj")));
}

fn a_round_may_ask_for_a_signature(app: &TestApp) {
    let round = declared(app);
    let (leader, submitter) = (app.leader("moj"), app.submitter("moj"));
    let shown = ask_for(200, &round, "any").json();
    assert_eq!(shown["signature_required"], "any");
    // Who changes a title says nothing of signatures, and leaves them as they are.
    let title = json!({"title_vi": "Kỳ năm 2025", "deadlines": shown["deadlines"]});
    let evaluator = round.evaluator().if_match(&round.etag());
    let shown = evaluator.put(200, &round.path(""), &title).json();
    assert_eq!(shown["signature_required"], "any");
    let missing = || {
        let path = format!("{}/completeness", round.submission("moj"));
        submitter.get(200, &path).json()["signature_missing"].clone()
    };
    assert_eq!(missing(), true);
    round.move_submission(200, &leader, "moj", "approved");
    let send = |status: u16| round.move_submission(status, &submitter, "moj", "submitted");
    let refused = send(409);
    assert_eq!(refused.faults(), ["/to signature_missing"]);
    let told = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        told.contains("is not signed") && told.contains(&canonical(&round)),
        "{told}"
    );
    sign(201, &leader, &round, SIGNED);
    round.save(200, "moj", &good_items(2));
    round.move_submission(200, &leader, "moj", "approved");
    let told = send(409).json()["detail"].as_str().unwrap().to_owned();
    assert!(told.contains("changed after it was signed"), "{told}");
    ask_for(200, &round, "none");
    send(200);
}

fn a_round_may_ask_for_a_valid_one(app: &TestApp) {
    let round = declared(app);
    if !VERIFIES {
        return assert_eq!(
            ask_for(422, &round, "valid").faults(),
            ["/signature_required no_trusted_roots"]
        );
    }
    ask_for(200, &round, "valid");
    round.move_submission(200, &app.leader("moj"), "moj", "approved");
    let submitter = app.submitter("moj");
    assert_eq!(
        sign(201, &submitter, &round, SELF_SIGNED).json()["verdict"],
        "unverified"
    );
    let refused = round.move_submission(409, &submitter, "moj", "submitted");
    let told = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(told.contains("asks for a valid signature"), "{told}");
    assert_eq!(sign(201, &submitter, &round, SIGNED).json()["verdict"], "valid");
    round.move_submission(200, &submitter, "moj", "submitted");
}

fn what_nobody_can_vouch_for_can_not_be_asked_for(app: &TestApp) {
    app.import_reference();
    let mut round = new_round("signed-2025");
    round["signature_required"] = json!("valid");
    let evaluator = app.evaluator("moha");
    let refused = evaluator.post(422, "/api/v1/rounds", &round);
    assert_eq!(refused.faults(), ["/signature_required no_trusted_roots"]);
    round["signature_required"] = json!("any");
    let made = evaluator.post(201, "/api/v1/rounds", &round).json();
    assert_eq!(made["signature_required"], "any");
}

fn the_result_says_who_signed(app: &TestApp) {
    let round = declared(app);
    sign(201, &app.leader("moj"), &round, SIGNED);
    for phase in [Phase::Appraisal, Phase::Council, Phase::Published] {
        round.prepare(phase);
        round.go(phase);
    }
    let listed = app.anon().get(200, "/api/v1/publications").json();
    let path = format!(
        "/api/v1/publications/{}",
        listed["data"][0]["id"].as_str().unwrap()
    );
    offline::check(app, listed["data"][0]["id"].as_str().unwrap());
    let document = app.anon().get(200, &format!("{path}/document"));
    assert_eq!(
        sha256_hex(&document.bytes),
        listed["data"][0]["id"].as_str().unwrap()
    );
    let agencies = document.json()["agencies"].as_array().unwrap().clone();
    let of = |code: &str| agencies.iter().find(|agency| agency["code"] == code).unwrap();
    let told = &of("moj")["signatures"];
    assert_eq!(told[0]["digest"], sha256_hex(DOCUMENT));
    assert_eq!(told[0]["verdict"], if VERIFIES { "valid" } else { "unverified" });
    assert!(
        told[0]["signers"][0]["name"]
            .as_str()
            .unwrap()
            .contains("Trần Thị B")
    );
    // Where nobody signed, the document says nothing, as before there were signatures.
    assert_eq!(of("mof").get("signatures"), None);
    let page = |code: &str| app.anon().get(200, &format!("{path}/agencies/{code}")).json();
    assert_eq!(&page("moj")["signatures"], told);
    assert_eq!(page("mof")["signatures"], Value::Null);
}
