//! Stories about programs that are told of publications.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        play::{Play, import_results, rows, text},
        receiver::Receiver,
    },
};

stories![
    a_publication_is_told_once_and_signed with [super::HERE],
    a_receiver_that_is_away_is_told_later with [super::HERE],
    a_redirect_is_not_followed with [super::HERE],
    who_wants_no_more_is_told_no_more with [super::HERE],
    two_secrets_sign_for_a_day with [super::HERE],
    what_was_sent_or_given_up_is_sent_again with [super::HERE],
    what_is_not_published_is_not_told with [super::HERE],
    only_addresses_outside_are_reached,
    what_a_webhook_may_be_is_said,
];

const WEBHOOKS: &str = "/api/v1/webhooks";
/// What a receiver on this machine needs.
const HERE: (&str, &str) = ("PARINDEX_WEBHOOK_NETWORKS", "127.0.0.0/8");

fn table(code: &str, set: &str, supersedes: Option<&str>) -> Value {
    json!({
        "code": code, "set": set, "level": "ministry", "year": 2021, "title_vi": code,
        "sources": [{"code": "S1", "address": null}], "complete": false, "supersedes": supersedes,
        "entries": [{"agency": "moj", "index": "80.10", "place": 1, "basis": "published"}],
    })
}

/// Registers a receiver; the address of the webhook and its secret.
fn register(app: &TestApp, receiver: &Receiver, more: Value) -> (String, String) {
    let mut body = json!({"url": receiver.url(), "description": "Bảng theo dõi của tỉnh",
        "events": ["publication.published", "publication.corrected"]});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let made = app.admin().post(201, WEBHOOKS, &body);
    let path = made.header("location").to_owned();
    (path, text(&made.json(), "secret").to_owned())
}

fn work(app: &TestApp) {
    app.wait(app.state().work()).unwrap();
}

/// Deliveries, newest first.
fn deliveries(app: &TestApp, webhook: &str) -> Vec<Value> {
    let list = app.admin().get(200, &format!("{webhook}/deliveries")).json();
    rows(&list, "data").to_vec()
}

fn states(app: &TestApp, webhook: &str) -> Vec<String> {
    let all = deliveries(app, webhook);
    all.iter().map(|one| text(one, "state").to_owned()).collect()
}

fn a_publication_is_told_once_and_signed(app: &TestApp) {
    Play::import_agencies(app);
    let (all, some, corrections) = (Receiver::start(), Receiver::start(), Receiver::start());
    let (path, secret) = register(app, &all, json!({}));
    register(app, &some, json!({"set": "family-b"}));
    register(app, &corrections, json!({"events": ["publication.corrected"]}));
    let first = import_results(app, &table("a-2021", "family-a", None));
    assert!(all.got().is_empty(), "it is the worker that sends");
    work(app);
    work(app);
    assert_eq!(all.got().len(), 1);
    let got = &all.got()[0];
    assert_eq!(got.request, "POST /hook HTTP/1.1");
    assert_eq!(got.header("content-type"), "application/json");
    assert!(got.is_signed_with(&secret));
    assert!(!got.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(
        got.header("webhook-timestamp"),
        app.now().unix_seconds().to_string()
    );
    let message = got.json();
    assert_eq!(message["type"], "publication.published");
    let told = &message["data"];
    assert_eq!(
        (&told["publication"], &told["set"]),
        (&json!(first), &json!("family-a"))
    );
    assert_eq!(told["kind"], "external");
    // Whoever is told reads it there.
    let read = app.anon().get(200, text(told, "path")).json();
    assert_eq!(
        (&read["id"], &read["sequence"]),
        (&told["publication"], &told["sequence"])
    );
    // The log says so; the secret is not shown again.
    let log = deliveries(app, &path);
    assert_eq!(log.len(), 1);
    assert_eq!((&log[0]["state"], &log[0]["message"]), (&json!("sent"), &message));
    assert_eq!(log[0]["id"], got.header("webhook-id"));
    assert_eq!(rows(&log[0], "attempts").len(), 1);
    assert!(!app.admin().get(200, &path).text().contains("whsec_"));
    assert!(!app.admin().get(200, "/api/v1/audit").text().contains("whsec_"));

    let second = import_results(app, &table("a-2021", "family-a", Some(&first)));
    import_results(app, &table("b-2021", "family-b", None));
    work(app);
    let types = |receiver: &Receiver| -> Vec<String> {
        let mut types: Vec<String> = receiver
            .got()
            .iter()
            .map(|got| text(&got.json(), "type").to_owned())
            .collect();
        types.sort();
        types
    };
    let (published, corrected) = ("publication.published", "publication.corrected");
    assert_eq!(types(&all), [corrected, published, published]);
    assert_eq!(types(&some), [published]);
    assert_eq!(types(&corrections), [corrected]);
    let correction = corrections.got()[0].json();
    assert_eq!(correction["data"]["publication"], second);
    assert_eq!(correction["data"]["supersedes"], first);
}

fn a_receiver_that_is_away_is_told_later(app: &TestApp) {
    Play::import_agencies(app);
    let receiver = Receiver::start();
    let (path, secret) = register(app, &receiver, json!({}));
    receiver.answer("503 Service Unavailable");
    import_results(app, &table("a-2021", "family-a", None));
    work(app);
    work(app);
    assert_eq!(
        (receiver.got().len(), states(app, &path)),
        (1, vec!["waiting".to_owned()])
    );
    app.advance(TimeDelta::seconds(59));
    work(app);
    assert_eq!(receiver.got().len(), 1);
    receiver.answer("200 OK");
    app.advance(TimeDelta::seconds(1));
    work(app);
    let got = receiver.got();
    assert_eq!(got.len(), 2);
    // The same message, signed for its time.
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
    assert_eq!(got[0].body, got[1].body);
    assert_ne!(
        got[0].header("webhook-timestamp"),
        got[1].header("webhook-timestamp")
    );
    assert!(got[1].is_signed_with(&secret));
    let log = deliveries(app, &path);
    let attempts = rows(&log[0], "attempts");
    let told: Vec<_> = attempts
        .iter()
        .map(|one| (&one["state"], &one["error"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("waiting"), &json!("HTTP 503")),
            (&json!("sent"), &Value::Null)
        ]
    );
}

fn a_redirect_is_not_followed(app: &TestApp) {
    Play::import_agencies(app);
    let (receiver, elsewhere) = (Receiver::start(), Receiver::start());
    let (path, _) = register(app, &receiver, json!({}));
    receiver.answer(&format!(
        "307 Temporary Redirect\r\nlocation: {}",
        elsewhere.url()
    ));
    import_results(app, &table("a-2021", "family-a", None));
    work(app);
    assert_eq!((receiver.got().len(), elsewhere.got().len()), (1, 0));
    assert_eq!(deliveries(app, &path)[0]["attempts"][0]["error"], "HTTP 307");
}

fn who_wants_no_more_is_told_no_more(app: &TestApp) {
    Play::import_agencies(app);
    let receiver = Receiver::start();
    let (path, _) = register(app, &receiver, json!({}));
    receiver.answer("410 Gone");
    import_results(app, &table("a-2021", "family-a", None));
    work(app);
    let webhook = app.admin().get(200, &path);
    assert_eq!(webhook.json()["active"], false);
    assert_eq!(states(app, &path), ["failed"]);
    import_results(app, &table("b-2021", "family-b", None));
    assert_eq!(states(app, &path), ["failed"]);
    assert_eq!(
        app.admin().call(409, "POST", &format!("{path}/test")).code(),
        "conflict"
    );
    // Back again, and then gone for good, with a message on its way.
    receiver.answer("200 OK");
    let back = json!({"active": true});
    app.admin().if_match(webhook.etag()).patch(200, &path, &back);
    app.admin().call(202, "POST", &format!("{path}/test"));
    app.admin().call(204, "DELETE", &path);
    work(app);
    assert_eq!(receiver.got().len(), 1);
    app.admin().get(404, &path);
    let entries = app.admin().get(200, "/api/v1/outbox?state=failed").json();
    assert_eq!(rows(&entries, "data")[0]["last_error"], "the webhook was deleted");
}

fn two_secrets_sign_for_a_day(app: &TestApp) {
    let receiver = Receiver::start();
    let (path, old) = register(app, &receiver, json!({}));
    let rotated = app.admin().call(200, "POST", &format!("{path}/secret")).json();
    let new = text(&rotated, "secret").to_owned();
    assert_ne!(old, new);
    let signed = || {
        app.admin().call(202, "POST", &format!("{path}/test"));
        work(app);
        let got = receiver.got();
        let last = got.last().expect("a message");
        assert_eq!(last.json()["type"], "webhook.test");
        [last.is_signed_with(&old), last.is_signed_with(&new)]
    };
    assert_eq!(signed(), [true, true]);
    app.advance(TimeDelta::hours(24));
    assert_eq!(signed(), [false, true]);
}

fn what_was_sent_or_given_up_is_sent_again(app: &TestApp) {
    Play::import_agencies(app);
    let receiver = Receiver::start();
    let (path, secret) = register(app, &receiver, json!({}));
    let before = app.now();
    import_results(app, &table("a-2021", "family-a", None));
    work(app);
    let sent = deliveries(app, &path)[0].clone();
    let replay = format!("{path}/deliveries/{}/replay", text(&sent, "id"));
    app.admin().call(200, "POST", &replay);
    assert_eq!(
        app.admin().call(409, "POST", &replay).code(),
        "illegal_transition"
    );
    work(app);
    let got = receiver.got();
    assert_eq!(
        (got.len(), got[0].header("webhook-id")),
        (2, got[1].header("webhook-id"))
    );
    assert!(got[1].is_signed_with(&secret));
    // Another webhook's delivery is none of this one.
    let (other, _) = register(app, &Receiver::start(), json!({}));
    let foreign = format!("{other}/deliveries/{}/replay", text(&sent, "id"));
    app.admin().call(404, "POST", &foreign);

    // Away for five days: given up, and fetched when it is back.
    receiver.answer("500 Internal Server Error");
    import_results(app, &table("b-2021", "family-b", None));
    for _ in 0..40 {
        work(app);
        app.advance(TimeDelta::hours(6));
    }
    assert_eq!(states(app, &path), ["failed", "sent"]);
    receiver.answer("200 OK");
    let since = |moment| json!({"since": moment});
    let again = |body: &Value| app.admin().post(200, &format!("{path}/replay"), body).json();
    assert_eq!(
        again(&since(json!(app.now()))),
        json!({"replayed": 0, "more": false})
    );
    assert_eq!(
        again(&since(json!(before))),
        json!({"replayed": 1, "more": false})
    );
    work(app);
    assert_eq!(states(app, &path), ["sent", "sent"]);
    // Half a year later nobody asks for it any more.
    app.advance(TimeDelta::days(181));
    work(app);
    assert!(states(app, &path).is_empty());
}

fn what_is_not_published_is_not_told(app: &TestApp) {
    Play::import_agencies(app);
    let receiver = Receiver::start();
    let (path, _) = register(app, &receiver, json!({}));
    let mut wrong = table("a-2021", "family-a", None);
    wrong["entries"][0]["agency"] = json!("nobody");
    app.admin().post(422, "/api/v1/publications", &wrong);
    let good = table("a-2021", "family-a", None);
    app.admin().post(201, "/api/v1/publications", &good);
    app.admin().post(409, "/api/v1/publications", &good);
    work(app);
    assert_eq!((receiver.got().len(), states(app, &path).len()), (1, 1));
}

fn only_addresses_outside_are_reached(app: &TestApp) {
    let receiver = Receiver::start();
    let new = |url: String| json!({"url": url, "description": "x", "events": ["publication.published"]});
    let admin = app.admin();
    for (url, code) in [
        (receiver.url(), "not_https"),
        (
            format!("https://127.0.0.1:{}/", receiver.port()),
            "internal_address",
        ),
        (
            format!("https://[::ffff:127.0.0.1]:{}/", receiver.port()),
            "internal_address",
        ),
        (
            "https://169.254.169.254/latest/meta-data/".to_owned(),
            "internal_address",
        ),
    ] {
        let refused = admin.post(422, WEBHOOKS, &new(url.clone())).json();
        assert_eq!(refused["errors"][0]["code"], code, "{url}");
        assert_eq!(refused["errors"][0]["pointer"], "/url");
    }
    // A name says nothing until it is looked up, and then the address is looked at.
    let made = admin.post(
        201,
        WEBHOOKS,
        &new(format!("https://localhost:{}/", receiver.port())),
    );
    let path = made.header("location").to_owned();
    admin.call(202, "POST", &format!("{path}/test"));
    work(app);
    let error = deliveries(app, &path)[0]["attempts"][0]["error"].clone();
    assert!(error.as_str().unwrap().contains("may not reach"), "{error}");
    assert!(receiver.got().is_empty());
}

fn what_a_webhook_may_be_is_said(app: &TestApp) {
    let admin = app.admin();
    let wrong = json!({"url": "nowhere", "description": " ", "events": []});
    let refused = admin.post(422, WEBHOOKS, &wrong).json();
    let pointers: Vec<&str> = rows(&refused, "errors")
        .iter()
        .map(|error| text(error, "pointer"))
        .collect();
    assert_eq!(pointers, ["/url", "/description", "/events"]);
    let good = json!({"url": "https://example.vn/x", "description": "x", "events": ["publication.published"], "set": "a"});
    let made = admin.post(201, WEBHOOKS, &good);
    let path = made.header("location").to_owned();
    admin.patch(428, &path, &json!({"active": false}));
    let shown = admin.if_match(made.etag()).patch(
        200,
        &path,
        &json!({"set": null, "events": ["publication.corrected"]}),
    );
    assert_eq!(shown.json()["set"], Value::Null);
    assert_eq!(shown.json()["events"], json!(["publication.corrected"]));
    assert_eq!(shown.json()["url"], "https://example.vn/x");
    admin
        .if_match(made.etag())
        .patch(412, &path, &json!({"active": false}));
    assert_eq!(rows(&admin.get(200, WEBHOOKS).json(), "data").len(), 1);
}
