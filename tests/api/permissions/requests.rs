//! A request for each operation of the table, which whoever may send it can send again and again.

use serde_json::{Value, json};

use super::{Line, Request, World, external};
use crate::support::{
    play::minutes,
    programme::{CODE, new_programme},
    recommend::asked,
    round::{Round, new_round, story_set},
};

pub fn request(world: &World<'_>, line: &Line) -> Request {
    let round = if line.name.contains("@open") {
        &world.open
    } else {
        &world.explained
    };
    let (method, path, body) = of_system(world, line)
        .or_else(|| of_audit(world, line))
        .or_else(|| super::accounts::requests(world, line))
        .or_else(|| of_round(round, line))
        .or_else(|| of_submission(round, line))
        .or_else(|| of_explanation(world, round, line))
        .or_else(|| of_programme(world, line))
        .or_else(|| of_oversight(world, line))
        .or_else(|| super::collecting::requests(round, line))
        .or_else(|| super::responses::requests(line))
        .unwrap_or_else(|| panic!("no request for {}", line.name));
    let under_api = !path.starts_with("/api/") && !is_beside_the_api(line.operation());
    Request {
        method,
        path: if under_api { format!("/api/v1{path}") } else { path },
        body: (!body.is_null()).then_some(body),
        is_file: line.operation().ends_with("_workbook") && method == "PUT",
    }
}

fn is_beside_the_api(operation: &str) -> bool {
    [
        "get_jwks",
        "get_publication_keys",
        "get_audit_keys",
        "get_live",
        "get_ready",
        "get_metrics",
        "list_problems",
        "get_problem",
    ]
    .contains(&operation)
}

pub type Parts = (&'static str, String, Value);

pub fn get(path: impl Into<String>) -> Option<Parts> {
    Some(("GET", path.into(), Value::Null))
}

pub fn send(method: &'static str, path: impl Into<String>, body: Value) -> Option<Parts> {
    Some((method, path.into(), body))
}

fn of_audit(world: &World<'_>, line: &Line) -> Option<Parts> {
    match line.operation() {
        "list_audit_entries" => get("/audit"),
        "get_audit_keys" => get("/.well-known/audit-keys.json"),
        "get_audit_log" => get("/audit/log"),
        "get_audit_checkpoint" => get("/audit/log/checkpoint"),
        "get_audit_inclusion_proof" => {
            let leaf = &world.leaf_hash;
            get(format!("/audit/log/inclusion-proof?leaf_hash={leaf}"))
        }
        "get_audit_consistency_proof" => get("/audit/log/consistency-proof?first=1&second=1"),
        "list_audit_leaves" => get("/audit/log/leaves"),
        _ => None,
    }
}

fn of_system(world: &World<'_>, line: &Line) -> Option<Parts> {
    let (publication, user) = (&world.publication, &world.user);
    let part = |part: &str| get(format!("{publication}{part}"));
    match line.operation() {
        "get_jwks" => get("/.well-known/jwks.json"),
        "get_live" => get("/health/live"),
        "get_ready" => get("/health/ready"),
        "get_metrics" => get("/metrics"),
        "list_problems" => get("/problems"),
        "get_problem" => get("/problems/forbidden"),
        "login" => send("POST", "/auth/login", json!({})),
        "refresh_session" => send("POST", "/auth/refresh", json!({})),
        "logout" => send("POST", "/auth/logout", Value::Null),
        "get_me" => get("/auth/me"),
        "change_password" => {
            let short = json!({"current_password": "x", "new_password": "y"});
            send("PUT", "/auth/password", short)
        }
        "list_publications" => get("/publications"),
        "get_latest_publication" => get("/publications/latest?set=story"),
        "get_publication" => part(""),
        "get_publication_document" => part("/document"),
        "get_publication_signature" => part("/signature"),
        "get_publication_keys" => get("/.well-known/publication-keys.json"),
        "get_publication_ranking" => part("/ranking"),
        "get_publication_ranking_form" => part("/ranking.csv"),
        "get_publication_domains" => part("/domains"),
        "get_publication_domains_form" => part("/domains.jsonstat.json"),
        "get_publication_agency" => part("/agencies/moj"),
        "get_publication_agency_form" => part("/agencies/moj.csv"),
        "get_publication_node" => part("/nodes/1.1"),
        "get_publication_node_form" => part("/nodes/1.1.sdmx.csv"),
        "get_publication_data" => part("/data"),
        "get_publication_data_form" => part("/data.csv-metadata.json"),
        "get_publication_structure" => part("/structure"),
        "get_publication_structure_form" => part("/structure.xml"),
        "get_publication_report" => part("/report.docx"),
        "get_publication_corrections" => part("/corrections"),
        "get_publication_changes" => part("/changes"),
        "get_publication_changes_form" => part("/changes.csv"),
        "get_publication_chart" => part("/charts/ranking.svg"),
        "get_publication_agency_chart" => part("/agencies/moj/charts/profile.svg"),
        "get_series" => get("/series/story"),
        "get_series_form" => get("/series/story.csv"),
        "get_series_structure" => get("/series/story/structure.xml"),
        "get_catalogue" => get("/catalogue"),
        "import_publication" => send("POST", "/publications", external("nobody")),
        "list_users" => get("/users"),
        "create_user" => {
            let nameless = json!({"username": "", "display_name": "", "grants": []});
            send("POST", "/users", nameless)
        }
        "get_user" => get(user),
        "update_user" => send("PATCH", user, json!({"active": true})),
        "reset_user_password" => send("POST", format!("{user}/password"), Value::Null),
        "list_api_keys" => get("/api-keys"),
        "create_api_key" => {
            let endless = json!({"name": "", "scopes": [], "expires_at": "2026-01-01T00:00:00Z"});
            send("POST", "/api-keys", endless)
        }
        "get_api_key" => get(&world.api_key),
        "revoke_api_key" => send("DELETE", &world.api_key, Value::Null),
        _ => of_reference(world, line),
    }
}

fn of_reference(world: &World<'_>, line: &Line) -> Option<Parts> {
    let agency = json!({"code": "moj", "level": "nowhere", "names": [{"name_vi": "x"}]});
    match line.operation() {
        "list_agencies" => get("/agencies"),
        "get_agency" => get("/agencies/moj"),
        "list_agency_levels" => get("/agency-levels"),
        "list_regions" => get("/regions"),
        "save_agency" => send("PUT", "/agencies/moj", agency),
        "import_agencies" => send("POST", "/agency-imports", json!({"agencies": [agency]})),
        "list_criteria_sets" => get("/criteria-sets"),
        "get_criteria_set" => get("/criteria-sets/story"),
        "list_criteria_set_versions" => get("/criteria-sets/story/versions"),
        "get_criteria_set_version" => get("/criteria-sets/story/versions/1"),
        "get_criteria_set_document" => get("/criteria-sets/story/versions/1/document"),
        "get_criteria_set_workbook" => get("/criteria-sets/story/versions/1/document.xlsx"),
        "create_criteria_set" => send("POST", "/criteria-sets", story_set()),
        "replace_criteria_set" => send("PUT", "/criteria-sets/story/versions/1", story_set()),
        "list_rounds" => get("/rounds"),
        "list_work" => get("/work"),
        "get_contact" => get("/auth/contact"),
        "save_contact" => send(
            "PUT",
            "/auth/contact",
            json!({"email": "x", "language": "vi", "notify_by_email": true}),
        ),
        "list_outbox" => get("/outbox"),
        "resend_outbox_entry" => send("POST", format!("/outbox/{}/resend", world.letter), Value::Null),
        "list_webhooks" => get("/webhooks"),
        "create_webhook" => send(
            "POST",
            "/webhooks",
            json!({"url": "x", "description": "x", "events": []}),
        ),
        "get_webhook" => get(&world.webhook),
        "update_webhook" => send("PATCH", &world.webhook, json!({})),
        "delete_webhook" => send("DELETE", &world.old_webhook, Value::Null),
        "rotate_webhook_secret" => send("POST", format!("{}/secret", world.webhook), Value::Null),
        "test_webhook" => send("POST", format!("{}/test", world.webhook), Value::Null),
        "list_webhook_deliveries" => get(format!("{}/deliveries", world.webhook)),
        "replay_webhook_delivery" => {
            let path = format!("{}/deliveries/{}/replay", world.webhook, world.delivery);
            send("POST", path, Value::Null)
        }
        "replay_webhook_deliveries" => {
            let since = json!({"since": "2024-01-02T00:00:00Z"});
            send("POST", format!("{}/replay", world.webhook), since)
        }
        "list_notifications" => get("/notifications?unread=true"),
        "read_notifications" => {
            let nothing = json!({"up_to": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10"});
            send("POST", "/notifications/read", nothing)
        }
        "read_notification" => send("POST", format!("{}/read", world.notice), Value::Null),
        "create_round" => send("POST", "/rounds", new_round(&world.open.code)),
        _ => of_recommendations(world, line),
    }
}

fn of_recommendations(world: &World<'_>, line: &Line) -> Option<Parts> {
    let one = &world.recommendation;
    let of_submission = format!("{}/recommendations", world.open.submission("moj"));
    match line.operation() {
        "list_holidays" => get("/holidays"),
        "get_holiday_year" => get("/holidays/2026"),
        "save_holiday_year" => send("PUT", "/holidays/1800", json!({"days": []})),
        "list_recommendation_types" => get("/recommendation-types"),
        "get_recommendation_type" => get("/recommendation-types/guidance"),
        "save_recommendation_type" => {
            let nameless = json!({"name_vi": "", "working_days": 1});
            send("PUT", "/recommendation-types/guidance", nameless)
        }
        "list_recommendations" => get("/recommendations"),
        "get_recommendation_summary" => get("/recommendations/summary"),
        "list_published_recommendations" => get("/recommendations/published"),
        "create_recommendation" => send("POST", "/recommendations", asked(&[])),
        "get_recommendation" => get(one),
        "move_recommendation" => {
            let action = if line.variant() == "ask" {
                "withdraw"
            } else {
                "accept"
            };
            send("POST", format!("{one}/transitions"), json!({"action": action}))
        }
        "save_recommendation_part" => send("PUT", format!("{one}/parts/mic"), json!({"agrees": false})),
        "rate_recommendation" => send("PUT", format!("{one}/satisfaction"), json!({"score": 1})),
        "list_submission_recommendations" => get(of_submission),
        "add_submission_recommendation" => {
            let nameless = json!({"subject": "", "text": "x"});
            send("POST", of_submission, nameless)
        }
        _ => of_inspections(world, line),
    }
}

fn of_inspections(world: &World<'_>, line: &Line) -> Option<Parts> {
    let (plan, one) = (&world.plan, &world.inspection);
    match line.operation() {
        "list_inspection_plans" => get("/inspection-plans"),
        "get_inspection_plan" => get(plan),
        "create_inspection_plan" => {
            let nameless = json!({"owner": "moha", "year": 2026, "title": ""});
            send("POST", "/inspection-plans", nameless)
        }
        "approve_inspection_plan" => send("POST", format!("{plan}/approval"), Value::Null),
        "list_inspections" => get("/inspections"),
        "get_inspection_rates" => get("/inspections/rates?owner=moha"),
        "create_inspection" => {
            let itself = json!({"owner": "moha", "target": "moha", "form": "on_site", "from": "2026-03-09",
                                "to": "2026-03-13", "topic": "x"});
            send("POST", "/inspections", itself)
        }
        "get_inspection" => get(one),
        "move_inspection" => send("POST", format!("{one}/transitions"), json!({"action": "begin"})),
        "add_inspection_finding" => {
            let finding = json!({"text": "", "severity": "minor"});
            send("POST", format!("{one}/findings"), finding)
        }
        "add_inspection_remedy" => {
            let remedy = json!({"text": "", "due_on": "2026-12-31"});
            send("POST", format!("{one}{}/remedies", world.finding), remedy)
        }
        "move_inspection_remedy" => {
            let step = if line.variant() == "report" {
                json!({"action": "report", "text": ""})
            } else {
                json!({"action": "verify"})
            };
            send("POST", format!("{one}{}", world.remedy), step)
        }
        "list_submission_findings" => {
            let round = if line.name.contains("@open") {
                &world.open
            } else {
                &world.explained
            };
            get(format!("{}/findings", round.submission("moj")))
        }
        _ => None,
    }
}

fn of_round(round: &Round<'_>, line: &Line) -> Option<Parts> {
    let at = |part: &str| round.path(part);
    match line.operation() {
        "get_round" => get(at("")),
        "update_round" => send("PUT", at(""), json!({"title_vi": "x", "deadlines": {}})),
        "list_round_agencies" => get(at("/agencies")),
        "replace_round_agencies" => send("PUT", at("/agencies"), json!({"agencies": []})),
        "list_round_assignments" => get(at("/assignments")),
        "replace_round_assignments" => send("PUT", at("/assignments"), json!({"assignments": []})),
        "move_round" => {
            let to = if line.variant() == "publish" {
                "published"
            } else {
                "council"
            };
            send("POST", at("/transitions"), json!({"to": to}))
        }
        "list_round_approvals" => get(at("/approvals")),
        "get_working_ranking" => get(at("/ranking")),
        "approve_round_result" => send("POST", at("/approvals"), json!({})),
        "get_comparison" => get(at("/comparison")),
        "get_comparison_csv" => get(at("/comparison.csv")),
        "get_agency_comparison" => get(at("/comparison/moj")),
        "get_agency_comparison_csv" => get(at("/comparison/moj.csv")),
        "get_comparison_workbook" => get(at("/comparison.xlsx")),
        "get_agency_comparison_chart" => get(at("/comparison/moj/chart.svg")),
        "get_agency_comparison_picture" => get(at("/comparison/moj/chart.png")),
        "get_agency_comparison_workbook" => get(at("/comparison/moj.xlsx")),
        "get_round_progress_workbook" => get(at("/progress.xlsx")),
        "get_round_progress" => get(at("/progress")),
        "get_round_progress_csv" => get(at("/progress.csv")),
        "get_council_agenda" => get(at("/agenda")),
        "list_council_minutes" => get(at("/minutes")),
        "record_council_minutes" => send("POST", at("/minutes"), minutes()),
        "upload_minutes_file" => {
            let files = only_minutes_file(round).rsplit_once('/').unwrap().0.to_owned();
            send("POST", format!("{files}?file_name=a.pdf"), json!("no file"))
        }
        "get_minutes_file" => get(only_minutes_file(round)),
        "get_minutes_signature" => get(format!("{}/signature", only_minutes_file(round))),
        "put_minutes_signature" => send(
            "PUT",
            format!("{}/signature", only_minutes_file(round)),
            json!("none"),
        ),
        "get_appraisal_progress" => get(at("/appraisals")),
        "list_survey_points" => get(at("/survey-points")),
        "save_survey_points" => send("PUT", at("/survey-points"), json!({"points": []})),
        "pull_survey_points" => send(
            "POST",
            at("/survey-points/pull"),
            json!({"survey_round": "nothing"}),
        ),
        "list_adjustments" => get(at("/adjustments")),
        "save_adjustments" => send("PUT", at("/adjustments"), json!({"adjustments": []})),
        "list_submissions" => get(at("/submissions")),
        _ => None,
    }
}

fn of_explanation(world: &World<'_>, round: &Round<'_>, line: &Line) -> Option<Parts> {
    let at = |part: &str| format!("{}{part}", round.submission("moj"));
    let textless = || json!({"text": ""});
    match line.operation() {
        "list_threads" => get(at("/threads")),
        "get_thread" => get(at("/items/1.3/thread")),
        "get_item_timeline" => get(at("/items/1.3/timeline")),
        "ask_question" => send("POST", at("/items/1.3/questions"), textless()),
        "answer_question" => send("POST", at("/items/1.3/answers"), textless()),
        "list_round_extensions" => get(round.path("/extensions")),
        "list_extensions" => get(at("/extensions")),
        "ask_extension" => {
            let asked = json!({"deadline": "explanation", "until": "2026-03-12T10:00:00Z", "reason": ""});
            send("POST", at("/extensions"), asked)
        }
        "decide_extension" => send(
            "POST",
            format!("{}/decision", world.extension),
            json!({"granted": false}),
        ),
        _ => None,
    }
}

/// The address of the file that `build` put there.
fn only_file(round: &Round<'_>) -> String {
    let path = format!("{}/items/1.3/evidence", round.submission("moj"));
    let files = round.evaluator().get(200, &path).json();
    files["data"][0]["href"].as_str().unwrap().to_owned()
}

/// The address of the file of minutes that `build` put there.
fn only_minutes_file(round: &Round<'_>) -> String {
    let minutes = round.evaluator().get(200, &round.path("/minutes")).json();
    let file = &minutes["data"][0]["files"][0]["href"];
    file.as_str().unwrap().to_owned()
}

/// The address of the signature that `build` put there.
fn only_signature(round: &Round<'_>) -> String {
    let path = format!("{}/signatures", round.submission("moj"));
    let signatures = round.evaluator().get(200, &path).json();
    signatures["data"][0]["href"].as_str().unwrap().to_owned()
}

fn of_submission(round: &Round<'_>, line: &Line) -> Option<Parts> {
    let at = |part: &str| format!("{}{part}", round.submission("moj"));
    match line.operation() {
        "get_submission" => get(at("")),
        "get_submission_completeness" => get(at("/completeness")),
        "list_item_revisions" => get(at("/items/1.3/revisions")),
        "list_evidence" => get(at("/items/1.3/evidence")),
        "get_evidence" => get(only_file(round)),
        "get_evidence_signature" => get(format!("{}/signature", only_file(round))),
        "put_evidence_signature" => send("PUT", format!("{}/signature", only_file(round)), json!("none")),
        "upload_evidence" => send(
            "POST",
            at("/items/1.3/evidence?file_name=a.pdf"),
            json!("no file"),
        ),
        "get_canonical_submission" => get(at("/canonical")),
        "sign_submission" => send("POST", at("/signatures"), json!("none")),
        "list_submission_signatures" => get(at("/signatures")),
        "get_submission_signature" => get(only_signature(round)),
        "save_submission_items" => send("PUT", at("/items"), json!({"items": []})),
        "get_submission_template" => get(at("/template.xlsx")),
        "save_submission_workbook" => send("PUT", at("/workbook"), Value::Null),
        "list_submission_contributors" => get(at("/contributors")),
        "replace_submission_contributors" => send("PUT", at("/contributors"), json!({"contributors": []})),
        "move_submission" => {
            let to = if line.variant() == "approve" {
                "approved"
            } else {
                "submitted"
            };
            send("POST", at("/transitions"), json!({"to": to}))
        }
        "get_appraisal" => get(round.path("/appraisals/moj")),
        "save_appraisal_items" => send("PUT", round.path("/appraisals/moj/items"), json!({"items": []})),
        "get_appraisal_template" => get(round.path("/appraisals/moj/template.xlsx")),
        "save_appraisal_workbook" => send("PUT", round.path("/appraisals/moj/workbook"), Value::Null),
        "get_score" => get(round.path("/scores/moj")),
        _ => None,
    }
}

fn of_programme(world: &World<'_>, line: &Line) -> Option<Parts> {
    let at = |part: &str| world.programme.path(part);
    let on_line = |part: &str| format!("{}{part}", world.programme.line("1"));
    match line.operation() {
        "list_programmes" => get("/programmes"),
        "create_programme" => send("POST", "/programmes", new_programme(CODE)),
        "get_programme" => get(at("")),
        "update_programme" => send("PATCH", at(""), json!({"title": ""})),
        "list_programme_contents" => get(at("/contents")),
        "replace_programme_contents" => send("PUT", at("/contents"), json!({"contents": []})),
        "list_programme_tasks" => get(at("/tasks")),
        "create_programme_tasks" => send("POST", at("/tasks"), json!({"tasks": []})),
        "list_programme_reviews" => get(at("/reviews")),
        "get_programme_review" => get(at("/reviews/2026")),
        "get_programme_review_form" => get(at("/reviews/2026.docx")),
        "list_review_parts" => get(at("/reviews/2026/parts")),
        "create_programme_review" => send("POST", at("/reviews"), json!({"kind": "interim"})),
        "update_programme_review" => send("PATCH", at("/reviews/2026"), json!({"assessment": "x"})),
        "freeze_programme_review" => send("POST", at("/reviews/2026/freeze"), json!({})),
        "save_review_part" => send("PUT", at("/reviews/2026/parts/moj/results"), json!({"text": "x"})),
        "get_programme_task" => get(at("/tasks/1")),
        "list_plan_lines" => get(at("/lines")),
        "get_programme_summary" => get(at("/summary")),
        "get_plan_line" => get(on_line("")),
        "update_plan_line" => send("PATCH", on_line(""), json!({})),
        "list_plan_line_changes" => get(on_line("/changes")),
        "list_line_moves" => get(on_line("/moves")),
        // Without a version: what the kind demands of the caller is asked first.
        "move_plan_line" => {
            let body = match line.variant() {
                "report" => json!({"kind": "report", "percent": 10}),
                "refuse" => json!({"kind": "refuse", "text": "x"}),
                "withdraw" => json!({"kind": "withdraw"}),
                "confirm" => json!({"kind": "confirm"}),
                "object" => json!({"kind": "object", "text": "x"}),
                "settle" => json!({"kind": "settle", "to": "done", "text": "x"}),
                "reassign" => json!({"kind": "reassign", "lead": "moet", "text": "x"}),
                kind => json!({"kind": kind, "text": "x"}),
            };
            send("POST", on_line("/moves"), body)
        }
        "report_progress" => {
            let report = json!({"task": "1", "line": 1, "percent": 101});
            send("POST", at("/reports"), json!({"reports": [report]}))
        }
        "confirm_progress" => {
            let confirmation = json!({"task": "1", "line": 1});
            send(
                "POST",
                at("/confirmations"),
                json!({"confirmations": [confirmation]}),
            )
        }
        "list_line_particulars" => get(on_line("/particulars")),
        // The task has no particulars.
        "add_line_particulars" => {
            let record = json!({"record": {"kind": "pilot", "round": "open-2025"}});
            send("POST", on_line("/particulars"), record)
        }
        "list_line_extensions" => get(on_line("/extensions")),
        "ask_line_extension" => {
            let more = json!({"until": "2026-05-31", "reason": "x"});
            send("POST", on_line("/extensions"), more)
        }
        "decide_line_extension" => {
            let path = format!("{}/decision", world.line_extension);
            send("POST", path, json!({"granted": false}))
        }
        _ => None,
    }
}

fn of_oversight(world: &World<'_>, line: &Line) -> Option<Parts> {
    let feeds = "/agencies/moj/calendar-feeds";
    match line.operation() {
        "get_calendar" => get(&world.calendar),
        "list_calendar_feeds" => get(feeds),
        "create_calendar_feed" => send("POST", feeds, json!({"name": ""})),
        "revoke_calendar_feed" => send("DELETE", &world.calendar_feed, Value::Null),
        "list_workloads" => get("/workloads"),
        "list_programme_warnings" => get(world.programme.path("/warnings")),
        _ => None,
    }
}
