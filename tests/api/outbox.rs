//! Stories about e-mail: written with the notice, sent once, never lost.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use parindex::{
    db::{Answer, Entry, Outcome},
    features::{outbox::Worked, rounds::Phase},
};
use serde_json::{Value, json};

use crate::{
    on_both_engines, stories,
    support::{
        Engine, Person, TestApp, grant,
        smtp::{Got, MailServer, Mood},
    },
};

on_both_engines![
    a_notice_is_sent_in_the_persons_language,
    who_wants_no_letters_gets_none,
    what_the_server_does_not_take_now_is_tried_again,
    what_is_refused_for_good_is_put_before_the_administrator,
    what_may_have_arrived_is_not_sent_again_by_itself,
    two_workers_send_a_letter_once,
    a_worker_that_ends_loses_nothing,
    nothing_goes_in_plain_text_that_must_not,
    an_outage_is_waited_out_and_then_given_up,
];
stories![without_a_server_nothing_is_written, a_contact_is_the_persons_own];

/// An app that sends through a server, with people who have addresses.
fn start(engine: Engine, server: &MailServer, more: &str) -> TestApp {
    let url = format!("smtp://{}{}{}", login(more), server.address(), query(more));
    let app = TestApp::start_with(
        engine,
        &[
            ("PARINDEX_SMTP_URL", url.as_str()),
            ("PARINDEX_SMTP_FROM", "PAR Index <cchc@example.vn>"),
            ("PARINDEX_PUBLIC_URL", "https://cchc.example.vn/"),
        ],
    );
    app.import_reference();
    app
}

fn login(more: &str) -> &str {
    if more.contains('@') { more } else { "" }
}

fn query(more: &str) -> &str {
    if more.starts_with('?') { more } else { "" }
}

fn reach(who: &Person, email: &str, language: &str) {
    let contact = json!({"email": email, "language": language, "notify_by_email": true});
    who.put(200, "/api/v1/auth/contact", &contact);
}

fn work(app: &TestApp) -> Worked {
    app.wait(app.state().work()).unwrap()
}

fn worked(sent: usize, later: usize, failed: usize, unknown: usize) -> Worked {
    Worked {
        sent,
        later,
        failed,
        unknown,
    }
}

/// The outbox as the administrator sees it: states, oldest first.
fn states(app: &TestApp) -> Vec<String> {
    let list = app.admin().get(200, "/api/v1/outbox").json();
    let rows = list["data"].as_array().unwrap().iter().rev();
    rows.map(|row| row["state"].as_str().unwrap().to_owned())
        .collect()
}

fn only_entry(app: &TestApp) -> Value {
    let list = app.admin().get(200, "/api/v1/outbox").json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list:#}");
    list["data"][0].clone()
}

/// One letter is due: `moj`'s submitter is told that a round opened.
fn one_letter(app: &TestApp) {
    reach(&app.submitter("moj"), "tccb@moj.gov.vn", "vi");
    app.round_in(Phase::SelfAssessment);
}

/// The text of a letter.
fn body(got: &Got) -> String {
    let (head, body) = got.content.split_once("\r\n\r\n").unwrap();
    let text = if head.contains("base64") {
        STANDARD.decode(body.replace("\r\n", "")).unwrap()
    } else {
        assert!(
            head.contains("Content-Transfer-Encoding: quoted-printable"),
            "{head}"
        );
        unquote(body)
    };
    String::from_utf8(text).unwrap()
}

fn unquote(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let hex: String = [bytes.next().unwrap(), bytes.next().unwrap()]
                .map(char::from)
                .iter()
                .collect();
            out.push(u8::from_str_radix(&hex, 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    out
}

/// The text of an encoded header (RFC 2047).
fn decoded(header: &str) -> String {
    let words = header.split(' ').map(|word| {
        let Some(word) = word
            .strip_prefix("=?utf-8?b?")
            .and_then(|word| word.strip_suffix("?="))
        else {
            return (false, word.as_bytes().to_vec());
        };
        (true, STANDARD.decode(word).unwrap())
    });
    let mut out = Vec::new();
    let mut last = true;
    for (encoded, bytes) in words {
        // Blanks between two encoded words are none.
        if !(out.is_empty() || encoded && last) {
            out.push(b' ');
        }
        out.extend(bytes);
        last = encoded;
    }
    String::from_utf8(out).unwrap()
}

fn a_notice_is_sent_in_the_persons_language(engine: Engine) {
    let server = MailServer::start();
    let app = start(engine, &server, "");
    one_letter(&app);
    reach(&app.leader("moj"), "minister@moj.gov.vn", "en");
    // Written with the change, sent by the worker.
    assert_eq!(states(&app), ["waiting"]);
    assert_eq!(server.got().len(), 0);
    assert_eq!(work(&app), worked(1, 0, 0, 0));
    assert_eq!(work(&app), worked(0, 0, 0, 0));
    let got = server.got();
    assert_eq!(got.len(), 1);
    assert_eq!(
        (got[0].from.as_str(), got[0].to.as_str()),
        ("cchc@example.vn", "tccb@moj.gov.vn")
    );
    assert_eq!(
        decoded(&got[0].header("Subject")),
        "[Chỉ số CCHC năm 2025] Kỳ đánh giá chuyển sang giai đoạn tự đánh giá"
    );
    let text = body(&got[0]);
    assert!(text.contains("Hạn: 17:00 ngày 10/03/2026."), "{text}");
    assert!(
        text.contains("https://cchc.example.vn/api/v1/rounds/story-2025\r\n"),
        "{text}"
    );
    assert_eq!(got[0].header("Auto-Submitted"), "auto-generated");
    let entry = only_entry(&app);
    assert_eq!(
        got[0].header("Message-ID"),
        format!("<{}@example.vn>", entry["id"].as_str().unwrap())
    );
    assert_eq!((&entry["state"], &entry["attempts"]), (&json!("sent"), &json!(1)));
    // The next one goes to both, each in the own language; a title can't add a header.
    let change = json!({"title_vi": "Kỳ\r\nBcc: x@y.vn", "title_en": "Round", "deadlines": {"self_assessment": "2026-03-12"}});
    let round = "/api/v1/rounds/story-2025";
    app.evaluator("moha").if_match("*").put(200, round, &change);
    assert_eq!(work(&app), worked(2, 0, 0, 0));
    let mut subjects: Vec<String> = server.got()[1..]
        .iter()
        .map(|got| {
            assert!(!got.content.contains("\nBcc"), "{}", got.content);
            decoded(&got.header("Subject"))
        })
        .collect();
    subjects.sort();
    assert_eq!(
        subjects,
        [
            "[Kỳ  Bcc: x@y.vn] Thời hạn thay đổi",
            "[Round] Deadlines have changed"
        ]
    );
}

fn who_wants_no_letters_gets_none(engine: Engine) {
    let server = MailServer::start();
    let app = start(engine, &server, "");
    let (submitter, leader) = (app.submitter("moj"), app.leader("moj"));
    let silent = json!({"email": "tccb@moj.gov.vn", "language": "vi", "notify_by_email": false});
    submitter.put(200, "/api/v1/auth/contact", &silent);
    reach(&leader, "minister@moj.gov.vn", "vi");
    let id = leader.get(200, "/api/v1/auth/me").json()["id"].clone();
    let user = format!("/api/v1/users/{}", id.as_str().unwrap());
    app.admin()
        .if_match("*")
        .patch(200, &user, &json!({"email": null}));
    app.round_in(Phase::SelfAssessment);
    assert_eq!(states(&app), [""; 0]);
    assert_eq!(work(&app), worked(0, 0, 0, 0));
    assert_eq!(server.dialogues(), 0);
    // The feed has it all the same.
    let feed = submitter.get(200, "/api/v1/notifications").json();
    assert_eq!(feed["unread"], 1);
}

fn what_the_server_does_not_take_now_is_tried_again(engine: Engine) {
    let server = MailServer::start();
    let app = start(engine, &server, "");
    one_letter(&app);
    let moods = [
        Mood::HangsUp,
        Mood::Recipient("450 try later"),
        Mood::Letter("451 try later"),
    ];
    for (tries, mood) in (1..).zip(moods) {
        server.set(mood);
        assert_eq!(work(&app), worked(0, 1, 0, 0), "{mood:?}");
        // Not before its time.
        app.advance(TimeDelta::seconds((60 << (tries - 1)) - 1));
        assert_eq!(work(&app), worked(0, 0, 0, 0), "{mood:?}");
        let entry = only_entry(&app);
        assert_eq!(
            (&entry["state"], &entry["attempts"]),
            (&json!("waiting"), &json!(tries))
        );
        assert_ne!(entry["last_error"], json!(null));
        app.advance(TimeDelta::seconds(1));
    }
    server.set(Mood::Takes);
    assert_eq!(work(&app), worked(1, 0, 0, 0));
    let got = server.got();
    // The one that was answered 451 is byte for byte the one that was taken.
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].content, got[1].content);
    assert_eq!(only_entry(&app)["last_error"], json!(null));
}

fn what_is_refused_for_good_is_put_before_the_administrator(engine: Engine) {
    let server = MailServer::start();
    let app = start(engine, &server, "");
    one_letter(&app);
    server.set(Mood::Recipient("550 no such user"));
    assert_eq!(work(&app), worked(0, 0, 1, 0));
    app.advance(TimeDelta::days(1));
    assert_eq!(work(&app), worked(0, 0, 0, 0));
    assert_eq!(server.got().len(), 0);
    let failed = app.admin().get(200, "/api/v1/outbox?state=failed").json();
    let entry = &failed["data"][0];
    assert_eq!(entry["target"], "tccb@moj.gov.vn");
    assert!(
        entry["last_error"].as_str().unwrap().contains("no such user"),
        "{entry:#}"
    );
    assert!(entry.get("payload").is_none());
    let metrics = app.anon().get(200, "/metrics").text();
    assert!(
        metrics.contains("parindex_outbox_entries{state=\"failed\"} 1"),
        "{metrics}"
    );
    assert!(
        metrics.contains("parindex_outbox_entries{state=\"unknown\"} 0"),
        "{metrics}"
    );
    let resend = format!("/api/v1/outbox/{}/resend", entry["id"].as_str().unwrap());
    assert_eq!(
        app.admin().post(200, &resend, &json!(null)).json()["state"],
        "waiting"
    );
    app.admin().post(409, &resend, &json!(null));
    server.set(Mood::Takes);
    assert_eq!(work(&app), worked(1, 0, 0, 0));
    app.admin().post(409, &resend, &json!(null));
    assert_eq!(work(&app), worked(0, 0, 0, 0));
    assert_eq!(server.got().len(), 1);
}

fn what_may_have_arrived_is_not_sent_again_by_itself(engine: Engine) {
    let server = MailServer::start();
    let app = start(engine, &server, "");
    one_letter(&app);
    server.set(Mood::SaysNothing);
    assert_eq!(work(&app), worked(0, 0, 0, 1));
    server.set(Mood::Takes);
    app.advance(TimeDelta::days(3));
    assert_eq!(work(&app), worked(0, 0, 0, 0));
    let entry = only_entry(&app);
    assert_eq!(entry["state"], "unknown");
    // Somebody decides that it is sent again: as the same letter.
    let resend = format!("/api/v1/outbox/{}/resend", entry["id"].as_str().unwrap());
    app.admin().post(200, &resend, &json!(null));
    assert_eq!(work(&app), worked(1, 0, 0, 0));
    let got = server.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].content, got[1].content);
}

fn two_workers_send_a_letter_once(engine: Engine) {
    let server = MailServer::start();
    let app = start(engine, &server, "");
    let addresses: Vec<String> = (0..8).map(|number| format!("p{number}@moj.gov.vn")).collect();
    for (number, address) in addresses.iter().enumerate() {
        let who = app.person(&format!("person.{number}"), &[grant("submitter", "moj")]);
        reach(&who, address, "vi");
    }
    app.round_in(Phase::SelfAssessment);
    let sent: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(|| work(&app).sent)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(sent, 8);
    let mut got: Vec<String> = server.got().into_iter().map(|got| got.to).collect();
    got.sort();
    assert_eq!(got, addresses);
}

/// Puts the one row into a state, as a worker that ended there leaves it.
fn leave(app: &TestApp, state: &'static str) {
    let until = app
        .now()
        .plus(TimeDelta::minutes(30))
        .as_datetime()
        .format("%F %T")
        .to_string();
    let change = app.change("leave", Vec::new());
    let left = app.db().write(change, move |tx| {
        tx.conn().batch_execute(&format!(
            "UPDATE outbox SET state = '{state}', lease = '01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10', \
             leased_until = '{until}'"
        ))?;
        let entry = Entry {
            object_kind: "test",
            object_id: state.to_owned(),
            before_digest: None,
            after_digest: None,
            detail: json!({}),
        };
        Ok(Outcome::Done(Answer::empty(), entry))
    });
    app.wait(left).unwrap();
}

fn a_worker_that_ends_loses_nothing(engine: Engine) {
    let server = MailServer::start();
    let app = start(engine, &server, "");
    one_letter(&app);
    // It ended before anything was handed over: another takes it when the lease has run out, and not before.
    leave(&app, "leased");
    app.advance(TimeDelta::seconds(30 * 60 - 1));
    assert_eq!(work(&app), worked(0, 0, 0, 0));
    app.advance(TimeDelta::seconds(1));
    assert_eq!(work(&app), worked(1, 0, 0, 0));
    // It ended while the letter was handed over: nobody knows, and nobody sends it twice.
    leave(&app, "sending");
    app.advance(TimeDelta::seconds(30 * 60 - 1));
    assert_eq!(work(&app), worked(0, 0, 0, 0));
    app.advance(TimeDelta::seconds(1));
    assert_eq!(work(&app), worked(0, 0, 0, 1));
    assert_eq!(states(&app), ["unknown"]);
    assert_eq!(work(&app), worked(0, 0, 0, 0));
    assert_eq!(server.got().len(), 1);
}

fn nothing_goes_in_plain_text_that_must_not(engine: Engine) {
    let server = MailServer::start();
    let app = start(engine, &server, "?tls=required");
    one_letter(&app);
    assert_eq!(work(&app), worked(0, 1, 0, 0));
    assert_eq!(server.got().len(), 0);
    let error = only_entry(&app)["last_error"].clone();
    assert!(error.as_str().unwrap().contains("STARTTLS"), "{error}");
    // A login that is refused is a fault of the settings, not of the letter.
    let server = MailServer::start();
    let app = start(engine, &server, "cchc:m%E1%BA%ADt@");
    one_letter(&app);
    server.set(Mood::Refuses);
    assert_eq!(work(&app), worked(0, 1, 0, 0));
    server.set(Mood::Takes);
    app.advance(TimeDelta::minutes(1));
    assert_eq!(work(&app), worked(1, 0, 0, 0));
    let login = server.got()[0].login.clone();
    assert_eq!(login, format!("AUTH PLAIN {}", STANDARD.encode("\0cchc\0mật")));
}

fn an_outage_is_waited_out_and_then_given_up(engine: Engine) {
    // A port where nobody listens.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let app = TestApp::start_with(
        engine,
        &[
            ("PARINDEX_SMTP_URL", &format!("smtp://{closed}")),
            ("PARINDEX_SMTP_FROM", "cchc@example.vn"),
            ("PARINDEX_PUBLIC_URL", "https://cchc.example.vn"),
        ],
    );
    app.import_reference();
    one_letter(&app);
    reach(&app.appraiser("mic"), "mic@mic.gov.vn", "vi");
    let due = json!({"title_vi": "Kỳ", "deadlines": {"self_assessment": "2026-06-12"}});
    let round = "/api/v1/rounds/story-2025";
    app.evaluator("moha").if_match("*").put(200, round, &due);
    // All of them wait, after one look at the server.
    assert_eq!(work(&app), worked(0, 3, 0, 0));
    let mut tries = 1;
    loop {
        app.advance(TimeDelta::hours(6));
        let step = work(&app);
        tries += 1;
        if step.failed > 0 {
            assert_eq!(step, worked(0, 0, 3, 0));
            break;
        }
        assert_eq!(step, worked(0, 3, 0, 0));
        assert!(tries < 40, "it is tried for ever");
    }
    let days = (app.now().unix_seconds() - 1_772_416_800) / 86_400;
    assert!((4..=5).contains(&days), "given up after {days} days");
    assert_eq!(states(&app), ["failed"; 3]);
}

fn without_a_server_nothing_is_written(app: &TestApp) {
    app.import_reference();
    one_letter(app);
    assert_eq!(states(app), [""; 0]);
    assert_eq!(work(app), worked(0, 0, 0, 0));
}

fn a_contact_is_the_persons_own(app: &TestApp) {
    app.import_reference();
    let (path, submitter) = ("/api/v1/auth/contact", app.submitter("moj"));
    let first = submitter.get(200, path);
    assert_eq!(first.json()["email"], json!(null));
    let contact = |email: &str| json!({"email": email, "language": "en", "notify_by_email": true});
    for bad in ["moj", "a b@moj.vn", "a@moj.vn\r\nBcc: x@y.vn", "", "vụ@moj.vn"] {
        let refused = submitter.put(422, path, &contact(bad));
        assert_eq!(refused.faults(), ["/email bad_email"], "{bad}");
    }
    let mine = submitter.if_match(first.etag());
    let saved = mine.put(200, path, &contact("tccb@moj.gov.vn"));
    assert_eq!(submitter.get(200, path).json(), saved.json());
    mine.put(412, path, &contact("other@moj.gov.vn"));
    submitter.header("if-none-match", saved.etag()).get(304, path);
    // The administrator sees it and may change it, as one who helps; others don't see it.
    let id = submitter.get(200, "/api/v1/auth/me").json()["id"].clone();
    let user = format!("/api/v1/users/{}", id.as_str().unwrap());
    let shown = app.admin().get(200, &user);
    assert_eq!(shown.json()["email"], "tccb@moj.gov.vn");
    app.evaluator("moha").get(403, &user);
    let admin = app.admin().if_match(shown.etag());
    assert_eq!(
        admin.patch(422, &user, &json!({"email": "x"})).faults(),
        ["/email bad_email"]
    );
    let changed = admin.patch(200, &user, &json!({"email": "vp@moj.gov.vn"})).json();
    assert_eq!(changed["email"], "vp@moj.gov.vn");
    // What the person said besides stays.
    let kept = submitter.get(200, path).json();
    assert_eq!(
        (&kept["email"], &kept["language"]),
        (&json!("vp@moj.gov.vn"), &json!("en"))
    );
    let listed = app.admin().get(200, "/api/v1/users").json();
    let row = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["id"] == id)
        .unwrap();
    assert_eq!(row["email"], "vp@moj.gov.vn");
    // The trail tells that it changed, not to what.
    let trail = app.admin().get(200, "/api/v1/audit?limit=50").text();
    assert!(!trail.contains("moj.gov.vn"), "{trail}");
    let new = json!({"username": "with.mail", "display_name": "x", "email": "with@moj.gov.vn", "grants": []});
    let made = app.admin().post(201, "/api/v1/users", &new).json();
    assert_eq!(made["user"]["email"], "with@moj.gov.vn");
}
