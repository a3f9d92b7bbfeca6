//! Stories about uploads that don't come to their end, that come twice, and about what is swept away.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use parindex::features::{
    evidence::{self, Swept},
    rounds::Phase,
};
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        Person, TestApp,
        files::{self, id, item, upload},
        round::Round,
    },
};

stories![
    an_upload_killed_half_way_leaves_nothing,
    a_sender_who_falls_silent_is_cut_off with [("PARINDEX_UPLOAD_IDLE_SECONDS_MAX", "1")],
    a_sender_who_drips_is_cut_off with [("PARINDEX_UPLOAD_SECONDS_MAX", "2")],
    a_slow_sender_may_take_longer_than_other_requests with [("PARINDEX_REQUEST_SECONDS_MAX", "1")],
    an_upload_sent_twice_is_done_once,
    the_sweep_takes_what_nothing_names,
];

/// Opens an upload past the client, and sends the first bytes of it.
fn begin(app: &TestApp, who: &Person, round: &Round<'_>, announced: usize, bytes: &[u8]) -> TcpStream {
    let mut connection = TcpStream::connect(app.address()).unwrap();
    let head = format!(
        "POST {}?file_name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: {announced}\r\n\r\n",
        files::path(round, "moj", "1.1"),
        who.access_token()
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(bytes).unwrap();
    connection
}

fn incoming(app: &TestApp) -> PathBuf {
    app.data_dir().join("evidence/incoming")
}

fn incoming_count(app: &TestApp) -> usize {
    std::fs::read_dir(incoming(app)).unwrap().count()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn sweep(app: &TestApp, older_than: TimeDelta) -> Swept {
    app.wait(evidence::sweep(app.db(), &app.state().vault, older_than))
        .unwrap()
}

fn assert_nothing_is_there(app: &TestApp, round: &Round<'_>) {
    let submitter = app.submitter("moj");
    assert_eq!(item(&submitter, round, "moj", "1.1"), Value::Null);
    assert_eq!(
        submitter.get(200, &files::path(round, "moj", "1.1")).json()["data"],
        json!([])
    );
    assert_eq!(app.stored_files(), Vec::<String>::new());
}

fn status_of(mut connection: TcpStream) -> String {
    let mut answer = Vec::new();
    connection
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let _ = connection.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

fn an_upload_killed_half_way_leaves_nothing(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let bytes = files::large_pdf(2_000_000);
    let connection = begin(app, &submitter, &round, bytes.len(), &bytes[..1_000_000]);
    wait_until("the upload is under way", || incoming_count(app) == 1);
    assert_nothing_is_there(app, &round);
    drop(connection);
    wait_until("the upload leaves nothing behind", || incoming_count(app) == 0);
    assert_nothing_is_there(app, &round);
    // A process that is killed can't tidy up: the sweep does it, once the remains are old enough.
    std::fs::write(
        incoming(app).join("01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10"),
        &bytes[..1_000_000],
    )
    .unwrap();
    assert_eq!(sweep(app, TimeDelta::hours(24)), Swept::default());
    let swept = sweep(app, TimeDelta::zero());
    assert_eq!((swept.uploads, swept.files, swept.bytes), (1, 0, 1_000_000));
    assert_eq!(incoming_count(app), 0);
    assert_nothing_is_there(app, &round);
    upload(201, &submitter, &round, "moj", "1.1", &bytes);
}

fn a_sender_who_falls_silent_is_cut_off(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let bytes = files::large_pdf(10_000);
    let connection = begin(app, &app.submitter("moj"), &round, bytes.len(), &bytes[..5000]);
    assert_eq!(status_of(connection), "408");
    wait_until("nothing is left", || incoming_count(app) == 0);
    assert_nothing_is_there(app, &round);
}

fn a_sender_who_drips_is_cut_off(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let mut connection = begin(
        app,
        &app.submitter("moj"),
        &round,
        10_000,
        &files::large_pdf(5000),
    );
    let started = Instant::now();
    // A byte now and then is not silence, and yet it must end.
    while connection.write_all(b"x").is_ok() && started.elapsed() < Duration::from_secs(4) {
        std::thread::sleep(Duration::from_millis(300));
    }
    wait_until("nothing is left", || incoming_count(app) == 0);
    assert_nothing_is_there(app, &round);
}

fn a_slow_sender_may_take_longer_than_other_requests(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let bytes = files::large_pdf(4000);
    let mut connection = begin(app, &app.submitter("moj"), &round, bytes.len(), &bytes[..1000]);
    for part in bytes[1000..].chunks(1000) {
        std::thread::sleep(Duration::from_millis(600));
        connection.write_all(part).unwrap();
    }
    connection.shutdown(std::net::Shutdown::Write).ok();
    assert_eq!(status_of(connection), "201");
    assert_eq!(app.stored_files(), [files::sha256(&bytes)]);
}

fn an_upload_sent_twice_is_done_once(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let sender = app.submitter("moj").idempotency_key("upload-1");
    let bytes = files::pdf("once");
    let first = upload(201, &sender, &round, "moj", "1.1", &bytes);
    // The line broke before the answer came; by now the deadline has passed.
    app.advance(TimeDelta::days(9));
    let sender = app.submitter("moj").idempotency_key("upload-1");
    let second = upload(201, &sender, &round, "moj", "1.1", &bytes);
    assert_eq!(
        (second.text(), second.header("location")),
        (first.text(), first.header("location"))
    );
    assert_eq!(second.header("idempotency-replayed"), "true");
    let listed = app
        .submitter("moj")
        .get(200, &files::path(&round, "moj", "1.1"))
        .json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let other = upload(422, &sender, &round, "moj", "1.1", &files::pdf("another"));
    assert_eq!(other.code(), "idempotency_key_reused");
    // The bytes of the refused one belong to nobody, until they are old.
    assert_eq!(app.stored_files().len(), 2);
    assert_eq!(sweep(app, TimeDelta::hours(24)), Swept::default());
    assert_eq!(sweep(app, TimeDelta::zero()).files, 1);
    assert_eq!(app.stored_files(), [files::sha256(&bytes)]);
}

fn the_sweep_takes_what_nothing_names(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    let submitter = app.submitter("moj");
    let added = upload(201, &submitter, &round, "moj", "1.1", &files::pdf("kept"));
    // Taken off the item, a file is history, and history stays.
    round.save(200, "moj", &[json!({"indicator": "1.1", "evidence": null})]);
    let orphan = "ab".repeat(32);
    let folder = app.data_dir().join("evidence");
    std::fs::create_dir_all(folder.join("ab/ab")).unwrap();
    std::fs::write(folder.join("ab/ab").join(&orphan), "nobody's").unwrap();
    // A sweep that was killed after it took a file that is somebody's.
    let (sha, taken) = (files::sha256(&files::pdf("kept")), |sha: &str| {
        incoming(app).join(format!("{sha}.taken"))
    });
    let place = folder.join(&sha[..2]).join(&sha[2..4]).join(&sha);
    std::fs::rename(&place, taken(&sha)).unwrap();
    // What does not lie as we lay things is not ours.
    std::fs::write(folder.join("README"), "x").unwrap();
    std::fs::write(folder.join(&orphan), "x").unwrap();
    let swept = sweep(app, TimeDelta::zero());
    assert_eq!((swept.uploads, swept.files, swept.bytes), (0, 1, 8));
    assert!(folder.join("README").exists() && folder.join(&orphan).exists());
    std::fs::remove_file(folder.join(&orphan)).unwrap();
    assert_eq!(app.stored_files(), [sha]);
    assert_eq!(
        submitter.get(200, added.header("location")).bytes,
        files::pdf("kept")
    );
    assert!(!id(&added).is_empty());
    assert_eq!(sweep(app, TimeDelta::zero()), Swept::default());
}
