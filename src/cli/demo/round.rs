//! The rounds of the demo.

use serde_json::{Value, json};

use super::{
    accounts::SampleAccounts,
    client::{Client, Person, Reply, text},
    progress::Progress,
};
use crate::clock::{Clock, Moment};

/// Steps that the progress counts.
pub(super) const STEPS: u64 = 9;
/// The round that is left open.
pub(super) const OPEN_ROUND: &str = "try-provinces";
const MINISTRIES_ROUND: &str = "par-2023-ministries";

const AGENCIES: &str = include_str!("../../../data/agencies.json");
const RESULTS_2023: &str = include_str!("../../../data/results/par-index-2023-ministries.json");
const EXTERNAL_2022: &str = include_str!("../../../data/results/external/par-index-2022-ministries.json");
const EXTERNAL_2023: &str = include_str!("../../../data/results/external/par-index-2023-provinces.json");
const PROGRAMME: &str = include_str!("../../../data/programmes/programme_2017_2020.json");
const CRITERIA_SETS: &[&str] = &[
    include_str!("../../../data/criteria/par-2023-ministries.json"),
    include_str!("../../../data/criteria/par-illustrative-provinces.json"),
    include_str!("../../../data/criteria/ca-mau-2013.json"),
    include_str!("../../../data/criteria/ict-index-provinces.json"),
    include_str!("../../../data/criteria/dti-provinces-2020.json"),
];

/// One row of the published table.
struct Published {
    agency: String,
    appraised: String,
    survey: String,
}

fn document(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("a sample document can't be read: {error}"))
}

fn published() -> Result<Vec<Published>, String> {
    let table = document(RESULTS_2023)?;
    let rows = table
        .get("rows")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    rows.iter()
        .map(|row| {
            Ok(Published {
                agency: text(row, "agency")?,
                appraised: text(row, "appraised")?,
                survey: text(row, "survey")?,
            })
        })
        .collect()
}

/// Sends a document that may be there already.
fn send(person: &Person, path: &str, body: &Value) -> Result<Reply, String> {
    let reply = person.try_write("POST", path, None, body)?;
    if reply.status < 300 || reply.status == 409 {
        return Ok(reply);
    }
    Err(format!("POST {path} answered {}: {}", reply.status, reply.body))
}

/// Agencies, criteria sets, earlier results.
pub(super) fn import_reference(admin: &Person, progress: &Progress) -> Result<(), String> {
    admin.write("POST", "/api/v1/agency-imports", None, &document(AGENCIES)?)?;
    progress.step("criteria sets");
    for set in CRITERIA_SETS {
        send(admin, "/api/v1/criteria-sets", &document(set)?)?;
    }
    progress.step("earlier published results");
    for results in [EXTERNAL_2022, EXTERNAL_2023] {
        send(admin, "/api/v1/publications", &document(results)?)?;
    }
    Ok(())
}

fn in_days(days: i64) -> Moment {
    // Cut to the day, so that a demo that goes on asks for the same again.
    let now = Clock::System.now();
    let seconds = now.unix_seconds() - now.unix_seconds().rem_euclid(86_400) + days * 86_400;
    Moment::from_unix_seconds(seconds).unwrap_or(now)
}

/// Makes a round with its agencies and assignments, unless it is there, and opens it.
fn open_round(
    evaluator: &Person,
    round: &Value,
    agencies: &[String],
    assignments: &[(&str, &str)],
) -> Result<(), String> {
    let code = text(round, "code")?;
    let path = format!("/api/v1/rounds/{code}");
    send(evaluator, "/api/v1/rounds", round)?;
    let standing = evaluator.get(&path)?;
    if text(&standing.body, "phase")? != "preparation" {
        return Ok(());
    }
    let agencies: Vec<Value> = agencies.iter().map(|agency| json!({"agency": agency})).collect();
    let set = evaluator.write(
        "PUT",
        &format!("{path}/agencies"),
        Some(&standing.etag),
        &json!({"agencies": agencies}),
    )?;
    let rows: Vec<Value> = assignments
        .iter()
        .map(|(node, body)| json!({"node": node, "body": body}))
        .collect();
    let assigned = evaluator.write(
        "PUT",
        &format!("{path}/assignments"),
        Some(&set.etag),
        &json!({"assignments": rows}),
    )?;
    evaluator.write(
        "POST",
        &format!("{path}/transitions"),
        Some(&assigned.etag),
        &json!({"to": "self_assessment"}),
    )?;
    Ok(())
}

/// Moves the ministries' round on, unless it is there already.
fn move_on(evaluator: &Person, from: &str, body: &Value) -> Result<Reply, String> {
    let path = format!("/api/v1/rounds/{MINISTRIES_ROUND}");
    let standing = evaluator.get(&path)?;
    if text(&standing.body, "phase")? != from {
        return Ok(standing);
    }
    evaluator.write("POST", &format!("{path}/transitions"), Some(&standing.etag), body)
}

/// Plays the round of 2023 with the published figures; returns the publication's id.
pub(super) fn play_ministries(
    client: &Client,
    accounts: &SampleAccounts,
    progress: &Progress,
) -> Result<String, String> {
    let log_in = |name: &str| client.log_in(name, accounts.get(name)?);
    let rows = published()?;
    let evaluator = log_in("moha.evaluator")?;
    send(&evaluator, "/api/v1/programmes", &document(PROGRAMME)?)?;
    progress.step("the round of 2023: 17 ministries, one appraising body");
    let round = json!({
        "code": MINISTRIES_ROUND, "year": 2023, "owner": "moha",
        "title_vi": "Chỉ số cải cách hành chính năm 2023 của các bộ, cơ quan ngang bộ (dựng lại từ số liệu công bố)",
        "title_en": "PAR INDEX 2023, ministries (reconstructed from published figures)",
        "criteria_set": {"code": "par-2023-ministries", "version": 1},
        "deadlines": {"self_assessment": in_days(30)},
    });
    let agencies: Vec<String> = rows.iter().map(|row| row.agency.clone()).collect();
    open_round(&evaluator, &round, &agencies, &[("appraised", "moha")])?;
    progress.step("17 self-assessments: saved, approved, submitted");
    submit_all(
        &log_in("ministries.submitter")?,
        &log_in("ministries.leader")?,
        &rows,
    )?;
    move_on(&evaluator, "self_assessment", &json!({"to": "appraisal"}))?;
    progress.step("17 appraisals");
    appraise_all(&log_in("moha.appraiser")?, &rows)?;
    progress.step("survey points, approval, publication");
    let points: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({"agency": row.agency, "indicator": "survey", "points": row.survey,
                   "source": "PAR INDEX 2023, published table; the sample by ministry was not published"})
        })
        .collect();
    if text(
        &evaluator.get(&format!("/api/v1/rounds/{MINISTRIES_ROUND}"))?.body,
        "phase",
    )? == "appraisal"
    {
        evaluator.write(
            "PUT",
            &format!("/api/v1/rounds/{MINISTRIES_ROUND}/survey-points"),
            None,
            &json!({"points": points}),
        )?;
    }
    move_on(&evaluator, "appraisal", &json!({"to": "council"}))?;
    publish(client, &evaluator)
}

fn publish(client: &Client, evaluator: &Person) -> Result<String, String> {
    let path = format!("/api/v1/rounds/{MINISTRIES_ROUND}");
    if text(&evaluator.get(&path)?.body, "phase")? == "council" {
        evaluator.write(
            "POST",
            &format!("{path}/minutes"),
            None,
            &json!({
                "held_on": "2024-04-09", "number": "01/BB-HĐTĐ (minh họa)",
                "members": [{"name": "Chủ tịch Hội đồng", "position": "Chủ tịch"},
                            {"name": "Thư ký Hội đồng", "position": "Thư ký"}],
                "conclusion": "Hội đồng thông qua kết quả dựng lại từ số liệu đã công bố.",
            }),
        )?;
        evaluator.write(
            "POST",
            &format!("{path}/approvals"),
            None,
            &json!({"note": "Demo"}),
        )?;
        let baseline = client.find("/api/v1/publications?round=par-index-2022-ministries")?;
        let baseline = baseline
            .and_then(|list| Some(list.get("data")?.get(0)?.get("id")?.clone()))
            .unwrap_or(Value::Null);
        let body = json!({
            "to": "published", "baseline": baseline,
            "notice_vi": "Dựng lại từ các điểm thành phần đã làm tròn khi công bố, sai số ± 0,01.",
            "notice_en": "Reconstructed from rounded parts, ± 0.01.",
        });
        move_on(evaluator, "council", &body)?;
    }
    let latest = client.find("/api/v1/publications/latest?set=par-2023-ministries")?;
    text(&latest.ok_or("the publication is not there")?, "id")
}

fn submit_all(submitter: &Person, leader: &Person, rows: &[Published]) -> Result<(), String> {
    for row in rows {
        let path = format!("/api/v1/rounds/{MINISTRIES_ROUND}/submissions/{}", row.agency);
        if text(&submitter.get(&path)?.body, "state")? == "submitted" {
            continue;
        }
        let item = json!({"indicator": "appraised", "value": {"kind": "points", "points": row.appraised},
            "explanation": "Điểm thẩm định đã công bố, dùng làm điểm tự chấm trong bản dựng lại này."});
        submitter.write("PUT", &format!("{path}/items"), None, &json!({"items": [item]}))?;
        let standing = submitter.get(&path)?;
        let approved = if text(&standing.body, "state")? == "approved" {
            standing
        } else {
            leader.write(
                "POST",
                &format!("{path}/transitions"),
                Some(&standing.etag),
                &json!({"to": "approved"}),
            )?
        };
        submitter.write(
            "POST",
            &format!("{path}/transitions"),
            Some(&approved.etag),
            &json!({"to": "submitted"}),
        )?;
    }
    Ok(())
}

fn appraise_all(appraiser: &Person, rows: &[Published]) -> Result<(), String> {
    for row in rows {
        let path = format!("/api/v1/rounds/{MINISTRIES_ROUND}/appraisals/{}", row.agency);
        let standing = appraiser.get(&path)?.body;
        let line = standing
            .get("items")
            .and_then(|items| items.get(0))
            .cloned()
            .unwrap_or(Value::Null);
        if line.get("open") != Some(&Value::Bool(true)) {
            continue;
        }
        let revision = line
            .get("item")
            .and_then(|item| item.get("revision"))
            .cloned()
            .unwrap_or(json!(0));
        let decision =
            json!({"indicator": "appraised", "revision": revision, "decision": {"verdict": "recognised"}});
        appraiser.write(
            "PUT",
            &format!("{path}/items"),
            None,
            &json!({"items": [decision]}),
        )?;
    }
    Ok(())
}

/// A round of the illustrative set, left open so that everything can be tried.
pub(super) fn open_provinces(client: &Client, accounts: &SampleAccounts) -> Result<(), String> {
    let evaluator = client.log_in("moha.evaluator", accounts.get("moha.evaluator")?)?;
    let round = json!({
        "code": OPEN_ROUND, "year": 2025, "owner": "moha",
        "title_vi": "Kỳ dùng thử với bộ tiêu chí minh họa", "title_en": "A round to try, with the illustrative set",
        "criteria_set": {"code": "par-illustrative-provinces", "version": 1},
        "deadlines": {"self_assessment": in_days(365)},
    });
    let agencies = ["quang-ninh", "ha-noi", "lang-son"].map(str::to_owned);
    let assignments: Vec<(&str, &str)> = [
        ("1", "moha"),
        ("2", "moha"),
        ("3", "moha"),
        ("4", "moha"),
        ("5", "moha"),
        ("6", "moha"),
        ("7", "mic"),
        ("8", "moha"),
    ]
    .into();
    open_round(&evaluator, &round, &agencies, &assignments)
}
