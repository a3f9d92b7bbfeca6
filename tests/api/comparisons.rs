//! Stories about self against appraised, and how far the agencies are.

use chrono::TimeDelta;
use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::{
    stories,
    support::{
        TestApp,
        exact::{Mode, exact, printed, rounded},
        round::Round,
        workbook::File,
    },
};

stories![
    lost_points_are_told_with_the_reason,
    an_agency_compares_itself_from_the_explanation_on,
    the_progress_of_every_agency_is_told,
];

fn lower(round: &Round<'_>, indicator: &str, points: &str) {
    let decision = json!({"indicator": indicator, "revision": 1, "reason": "Minh chứng chưa đủ, thiếu \"phụ lục\"",
                          "decision": {"verdict": "points_set", "points": points}});
    round.decide(200, "mic", "moj", &[decision]);
}

fn row<'a>(rows: &'a Value, field: &str, wanted: &str) -> &'a Value {
    let rows = rows.as_array().unwrap();
    let found = rows
        .iter()
        .find(|row| row[field] == wanted || row[field]["code"] == wanted);
    found.unwrap_or_else(|| panic!("no {wanted}"))
}

fn lost_points_are_told_with_the_reason(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    lower(&round, "1.1", "4");
    lower(&round, "1.2", "4.5");
    let view = round.evaluator().get(200, &round.path("/comparison/moj")).json();
    let item = row(&view["items"], "indicator", "1.1");
    assert_eq!((&item["difference"], &item["lost"]), (&json!("-6"), &json!("6")));
    assert_eq!(
        (&item["self_points"], &item["appraised_points"]),
        (&json!("10"), &json!("4"))
    );
    assert_eq!(
        (&item["body"], &item["evidence"], &item["domain"]),
        (&json!("mic"), &json!(1), &json!("1"))
    );
    assert_eq!(item["reason"], "Minh chứng chưa đủ, thiếu \"phụ lục\"");
    let open = row(&view["items"], "indicator", "1.3");
    assert_eq!(
        (&open["decided"], &open["difference"]),
        (&json!(false), &json!("0"))
    );
    let first = row(&view["domains"], "domain", "1");
    assert_eq!(
        (&first["difference"], &first["moved"], &first["undecided"]),
        (&json!("-6.5"), &json!(2), &json!(3))
    );
    assert_eq!(
        (&view["difference"], &view["undecided"]),
        (&json!("-6.5"), &json!(5))
    );
    // The same in the round's table, and as CSV that keeps quotes and commas whole.
    let all = round.evaluator().get(200, &round.path("/comparison")).json();
    assert_eq!(row(&all["agencies"], "agency", "moj")["domains"], view["domains"]);
    let csv = round.evaluator().get(200, &round.path("/comparison/moj.csv"));
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(
        csv.text()
            .contains("\"Minh chứng chưa đủ, thiếu \"\"phụ lục\"\"\"")
    );
    let csv = round.evaluator().get(200, &round.path("/comparison.csv")).text();
    // As a workbook, whose points are numbers.
    let book = round.evaluator().get(200, &round.path("/comparison/moj.xlsx"));
    let file = File::of(&book.bytes);
    assert_eq!(
        (file.read("A2"), file.read("G2")),
        ("1.1".to_owned(), "-6".to_owned())
    );
    round.evaluator().get(200, &round.path("/comparison.xlsx"));
    round.evaluator().get(200, &round.path("/progress.xlsx"));
    // A header, and for each of three agencies one row in all and one for each of two domains.
    assert_eq!(csv.lines().count(), 1 + 3 * 3);
}

fn an_agency_compares_itself_from_the_explanation_on(app: &TestApp) {
    let round = app.round_in(Phase::Appraisal);
    lower(&round, "1.1", "4");
    let (submitter, path) = (app.submitter("moj"), round.path("/comparison/moj"));
    submitter.get(403, &path);
    round.prepare(Phase::Explanation);
    round.go(Phase::Explanation);
    assert_eq!(submitter.get(200, &path).json()["difference"], "-6");
    submitter.get(404, &round.path("/comparison/mof"));
    submitter.get(403, &round.path("/comparison"));
    // The same as a picture, in percent of what is assessed.
    let view = submitter.get(200, &path).json();
    let svg = submitter
        .header("accept-language", "vi")
        .get(200, &round.path("/comparison/moj/chart.svg"));
    let text = svg.text();
    for label in ["Tự chấm", "Thẩm định"] {
        assert!(text.contains(label), "{label}");
    }
    for domain in view["domains"].as_array().unwrap() {
        assert!(text.contains(domain["name_vi"].as_str().unwrap()), "{domain}");
    }
    let share = |points: &Value| {
        let percent =
            exact(points.as_str().unwrap()) * exact("100") / exact(view["maximum"].as_str().unwrap());
        printed(&rounded(&percent, 2, Mode::HalfUp), 2).replace('.', ",")
    };
    for field in ["self_points", "appraised_points"] {
        assert!(
            text.contains(&share(&view[field])),
            "{field}: {}",
            share(&view[field])
        );
    }
    let png = submitter.get(200, &round.path("/comparison/moj/chart.png"));
    assert_eq!(png.header("content-type"), "image/png");
    assert!(png.bytes.starts_with(b"\x89PNG"));
}

fn the_progress_of_every_agency_is_told(app: &TestApp) {
    let round = app.round_in(Phase::SelfAssessment);
    round.declare("moj");
    round.submit("moj");
    round.save(
        200,
        "mof",
        &[json!({"indicator": "1.2", "value": {"kind": "yes_no", "yes": true}})],
    );
    let progress = || round.evaluator().get(200, &round.path("/progress")).json();
    let seen = progress();
    assert_eq!((&seen["submitted"], &seen["overdue"]), (&json!(1), &json!(0)));
    let mof = row(&seen["agencies"], "agency", "mof");
    assert_eq!(
        (&mof["state"], &mof["declared"], &mof["indicators"]),
        (&json!("draft"), &json!(1), &json!(7))
    );
    assert_eq!(
        (&mof["without_evidence"], &mof["deadline"]),
        (&json!(1), &json!("2026-03-10T10:00:00Z"))
    );
    app.advance(TimeDelta::days(10));
    let late = progress();
    assert_eq!(late["overdue"], 2);
    assert_eq!(row(&late["agencies"], "agency", "mof")["overdue"], true);
    round.try_to_go(200, &json!({"to": "appraisal"}));
    let question = format!("{}/items/1.1/questions", round.submission("moj"));
    app.appraiser("mic")
        .post(201, &question, &json!({"text": "Vì sao?"}));
    lower(&round, "1.1", "4");
    let seen = progress();
    let moj = row(&seen["agencies"], "agency", "moj");
    assert_eq!((&moj["questions_open"], &moj["decided"]), (&json!(1), &json!(1)));
    let csv = round.evaluator().get(200, &round.path("/progress.csv")).text();
    assert!(csv.contains("\r\nmoj,moj,submitted,7,7,"), "{csv}");
}
