//! Stories about ratings: an agency's own channel, and what a month of it comes to.

use serde_json::{Value, json};

use crate::{
    stories,
    support::{Response, TestApp},
};

stories![
    a_channel_is_made_and_changed,
    a_rating_is_counted_once,
    bad_ratings_are_named_or_left_out,
    a_month_with_few_ratings_is_not_shown,
    who_may_send_and_who_may_change,
];

const CHANNEL: &str = "/api/v1/rating-channels/moj-counter";

fn channel(minimum_n: i32) -> Value {
    json!({"owner": "moj", "name_vi": "Đánh giá tại bộ phận một cửa", "minimum_n": minimum_n})
}

fn opened(app: &TestApp, minimum_n: i32) {
    app.import_reference();
    app.evaluator("moj").put(201, CHANNEL, &channel(minimum_n));
}

fn rating(id: &str, agency: &str, score: i32, day: &str) -> Value {
    json!({"id": id, "agency": agency, "score": score, "rated_on": day})
}

fn send(app: &TestApp, status: u16, ratings: &[Value]) -> Response {
    let path = format!("{CHANNEL}/ratings");
    app.collector("moj")
        .post(status, &path, &json!({"ratings": ratings}))
}

fn months(app: &TestApp, filter: &str) -> Value {
    let path = format!("{CHANNEL}/months{filter}");
    app.reader("mof").get(200, &path).json()["data"].clone()
}

fn a_channel_is_made_and_changed(app: &TestApp) {
    app.import_reference();
    let moj = app.evaluator("moj");
    let mut bad = channel(0);
    bad["name_vi"] = json!(" ");
    assert_eq!(
        moj.put(422, CHANNEL, &bad).faults(),
        ["/name_vi bad_text", "/minimum_n bad_minimum"]
    );
    let made = moj.put(201, CHANNEL, &channel(10));
    assert_eq!(made.header("location"), CHANNEL);
    assert_eq!(made.json()["minimum_n"], 10);
    moj.put(428, CHANNEL, &channel(5));
    let changed = moj.if_match(made.etag()).put(200, CHANNEL, &channel(5));
    assert_eq!(
        (&changed.json()["minimum_n"], &changed.json()["revision"]),
        (&json!(5), &json!(2))
    );
    moj.if_match(made.etag()).put(412, CHANNEL, &channel(6));
    let both = app.person(
        "both",
        &[
            crate::support::grant("evaluator", "moj"),
            crate::support::grant("evaluator", "mof"),
        ],
    );
    let mut others = channel(5);
    others["owner"] = json!("mof");
    let refused = both.if_match(changed.etag()).put(422, CHANNEL, &others);
    assert_eq!(refused.faults(), ["/owner owner_stays"]);
    assert_eq!(app.reader("mof").get(200, CHANNEL).json()["owner"], "moj");
    let listed = app.reader("mof").get(200, "/api/v1/rating-channels").json();
    assert_eq!(listed["data"][0]["code"], "moj-counter");
    app.reader("mof").get(404, "/api/v1/rating-channels/none");
}

fn a_rating_is_counted_once(app: &TestApp) {
    opened(app, 1);
    let first = [
        rating("a", "moj", 5, "2026-01-31"),
        rating("b", "moj", 3, "2026-02-01"),
        rating("c", "moj-it", 4, "2026-02-02"),
    ];
    assert_eq!(
        send(app, 200, &first).json(),
        json!({"channel": "moj-counter", "accepted": 3, "repeated": 0, "refused": 0, "problems": []})
    );
    let mut again = first.to_vec();
    again.push(rating("d", "moj", 4, "2026-02-03"));
    let taken = send(app, 200, &again).json();
    assert_eq!((&taken["accepted"], &taken["repeated"]), (&json!(1), &json!(3)));
    assert_eq!(
        months(app, ""),
        json!([
            {"month": "2026-01", "agency": "moj", "suppressed": false, "n": 1, "scores": [0, 0, 0, 0, 1], "satisfied": 1,
             "satisfied_share": "100.00", "mean": "5.00"},
            {"month": "2026-02", "agency": "moj", "suppressed": false, "n": 2, "scores": [0, 0, 1, 1, 0], "satisfied": 1,
             "satisfied_share": "50.00", "mean": "3.50"},
            {"month": "2026-02", "agency": "moj-it", "suppressed": false, "n": 1, "scores": [0, 0, 0, 1, 0], "satisfied": 1,
             "satisfied_share": "100.00", "mean": "4.00"},
        ])
    );
    assert_eq!(months(app, "?agency=moj-it").as_array().unwrap().len(), 1);
    assert_eq!(months(app, "?to=2026-01").as_array().unwrap().len(), 1);
    let page = app
        .reader("mof")
        .get(200, &format!("{CHANNEL}/months?limit=2"))
        .json();
    let next = page["page"]["next"].as_str().unwrap();
    let rest = months(app, &format!("?limit=2&cursor={next}"));
    assert_eq!(rest[0]["agency"], "moj-it");
}

fn bad_ratings_are_named_or_left_out(app: &TestApp) {
    opened(app, 1);
    let mixed = [
        rating("a", "moj", 5, "2026-02-01"),
        rating("b", "mof", 5, "2026-02-01"),
        rating("c", "moj", 6, "2027-01-01"),
        json!({"id": "d", "agency": "moj", "score": "five", "rated_on": "2026-02-01"}),
    ];
    assert_eq!(
        send(app, 422, &mixed).faults(),
        [
            "/ratings/3/score wrong_shape",
            "/ratings/1/agency not_of_channel",
            "/ratings/2/score score_out_of_range",
            "/ratings/2/rated_on future_date",
        ]
    );
    assert_eq!(months(app, ""), json!([]));
    let path = format!("{CHANNEL}/ratings?mode=partial");
    let taken = app
        .collector("moj")
        .post(200, &path, &json!({"ratings": mixed}))
        .json();
    assert_eq!((&taken["accepted"], &taken["refused"]), (&json!(1), &json!(3)));
    assert_eq!(taken["problems"].as_array().unwrap().len(), 4);
    let other = [rating("a", "moj", 1, "2026-02-01")];
    assert_eq!(send(app, 422, &other).faults(), ["/ratings/0/id rating_differs"]);
    assert_eq!(send(app, 422, &[]).faults(), ["/ratings bad_count"]);
}

fn a_month_with_few_ratings_is_not_shown(app: &TestApp) {
    opened(app, 3);
    send(
        app,
        200,
        &[
            rating("a", "moj", 5, "2026-02-01"),
            rating("b", "moj", 1, "2026-02-02"),
        ],
    );
    assert_eq!(
        months(app, ""),
        json!([{"month": "2026-02", "agency": "moj", "suppressed": true, "n": null, "scores": [], "satisfied": null,
                "satisfied_share": null, "mean": null}])
    );
    send(app, 200, &[rating("c", "moj", 4, "2026-02-28")]);
    // 2 of 3, and (5 + 1 + 4) / 3.
    let shown = &months(app, "")[0];
    assert_eq!(
        (&shown["satisfied_share"], &shown["mean"]),
        (&json!("66.67"), &json!("3.33"))
    );
}

fn who_may_send_and_who_may_change(app: &TestApp) {
    opened(app, 1);
    let path = format!("{CHANNEL}/ratings");
    let one = |id: &str| json!({"ratings": [rating(id, "moj", 5, "2026-02-01")]});
    app.submitter("moj").post(200, &path, &one("a"));
    for stranger in [
        app.submitter("mof"),
        app.collector("sbv"),
        app.reader("moj"),
        app.evaluator("moj"),
    ] {
        stranger.post(403, &path, &one("b"));
    }
    app.anon().post(401, &path, &one("b"));
    app.evaluator("mof").put(403, CHANNEL, &channel(1));
    app.submitter("moj").put(403, CHANNEL, &channel(1));
    app.collector("moj")
        .post(404, "/api/v1/rating-channels/none/ratings", &one("b"));
}
