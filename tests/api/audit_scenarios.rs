//! One scenario for each writing operation of the API: a call that is refused, and one that is done.

use parindex::features::rounds::Phase;
use serde_json::{Value, json};

use crate::audit_accounts as accounts;
use crate::audit_inspections as inspections;
use crate::audit_items::{
    answer_question, ask_extension, ask_question, create_api_key, decide_extension, put_evidence_signature,
    put_minutes_signature, read_notification, read_notifications, resend_outbox_entry, revoke_api_key,
    save_appraisal_workbook, save_contact, save_submission_workbook, sign_submission, upload_evidence,
    upload_minutes_file,
};
use crate::audit_oversight as oversight;
use crate::audit_programmes as programmes;
use crate::audit_public_post as public_post;
use crate::audit_pulls as pulls;
use crate::audit_ratings as ratings;
use crate::audit_recommendations as recommendations;
use crate::audit_responses as responses;
use crate::audit_reviews as reviews;
use crate::audit_surveys as surveys;
use crate::audit_webhooks as webhooks;
use crate::support::{
    Person, TestApp, password_of,
    play::minutes,
    round::{OWNER, Round, assignments, good_items, new_round, story_set},
    workbook::{self},
};

/// A call and the status it is to be answered with.
pub struct Call {
    pub status: u16,
    pub who: Person,
    pub method: &'static str,
    pub path: String,
    pub body: Option<Value>,
    /// A file in place of a JSON body: its media type and content.
    pub file: Option<(&'static str, Vec<u8>)>,
}

/// What the scenarios are about.
pub struct World<'a> {
    pub app: &'a TestApp,
    pub round: Round<'a>,
}

/// An operation refused, and then done.
pub type Scenario = fn(&World<'_>) -> [Call; 2];

/// One scenario for each operation, in the order of a round's life.
pub const SCENARIOS: [(&str, Scenario); 107] = [
    ("import_agencies", import_agencies),
    ("save_agency", save_agency),
    ("create_criteria_set", create_criteria_set),
    ("replace_criteria_set", replace_criteria_set),
    ("create_user", create_user),
    ("update_user", update_user),
    ("reset_user_password", reset_user_password),
    ("remove_user_password", accounts::remove_user_password),
    ("create_api_key", create_api_key),
    ("revoke_api_key", revoke_api_key),
    ("login", login),
    ("refresh_session", refresh_session),
    ("change_password", change_password),
    ("end_session", accounts::end_session),
    ("end_other_sessions", accounts::end_other_sessions),
    ("end_user_sessions", accounts::end_user_sessions),
    ("begin_second_factor", accounts::begin_second_factor),
    ("confirm_second_factor", accounts::confirm_second_factor),
    ("replace_recovery_codes", accounts::replace_recovery_codes),
    ("remove_second_factor", accounts::remove_second_factor),
    ("reset_second_factor", accounts::reset_second_factor),
    ("save_contact", save_contact),
    ("resend_outbox_entry", resend_outbox_entry),
    ("create_webhook", webhooks::create_webhook),
    ("test_webhook", webhooks::test_webhook),
    ("replay_webhook_delivery", webhooks::replay_webhook_delivery),
    ("replay_webhook_deliveries", webhooks::replay_webhook_deliveries),
    ("rotate_webhook_secret", webhooks::rotate_webhook_secret),
    ("update_webhook", webhooks::update_webhook),
    ("delete_webhook", webhooks::delete_webhook),
    ("save_holiday_year", recommendations::save_holiday_year),
    (
        "save_recommendation_type",
        recommendations::save_recommendation_type,
    ),
    ("create_recommendation", recommendations::create_recommendation),
    ("move_recommendation", recommendations::move_recommendation),
    (
        "save_recommendation_part",
        recommendations::save_recommendation_part,
    ),
    ("rate_recommendation", recommendations::rate_recommendation),
    ("create_inspection_plan", inspections::create_inspection_plan),
    ("approve_inspection_plan", inspections::approve_inspection_plan),
    ("create_inspection", inspections::create_inspection),
    ("move_inspection", inspections::move_inspection),
    ("add_inspection_finding", inspections::add_inspection_finding),
    ("add_inspection_remedy", inspections::add_inspection_remedy),
    ("move_inspection_remedy", inspections::move_inspection_remedy),
    ("create_calendar_feed", oversight::create_calendar_feed),
    ("revoke_calendar_feed", oversight::revoke_calendar_feed),
    ("logout", logout),
    ("create_round", create_round),
    ("update_round", update_round),
    ("replace_round_agencies", replace_round_agencies),
    ("replace_round_assignments", replace_round_assignments),
    ("move_round", move_round),
    ("replace_submission_contributors", replace_submission_contributors),
    (
        "add_submission_recommendation",
        recommendations::add_submission_recommendation,
    ),
    ("save_submission_items", save_submission_items),
    ("sign_submission", sign_submission),
    ("ask_extension", ask_extension),
    ("decide_extension", decide_extension),
    ("read_notification", read_notification),
    ("read_notifications", read_notifications),
    ("upload_evidence", upload_evidence),
    ("put_evidence_signature", put_evidence_signature),
    ("save_submission_workbook", save_submission_workbook),
    ("move_submission", move_submission),
    ("save_appraisal_items", save_appraisal_items),
    ("save_appraisal_workbook", save_appraisal_workbook),
    ("ask_question", ask_question),
    ("answer_question", answer_question),
    (
        "save_public_post_collector",
        public_post::save_public_post_collector,
    ),
    ("save_public_post", public_post::save_public_post),
    ("feed_submission", public_post::feed_submission),
    ("create_instrument", surveys::create_instrument),
    ("replace_instrument", surveys::replace_instrument),
    ("create_survey_round", surveys::create_survey_round),
    ("update_survey_round", surveys::update_survey_round),
    ("save_sample_plan", surveys::save_sample_plan),
    ("draw_survey_sample", surveys::draw_survey_sample),
    ("move_survey_round", surveys::move_survey_round),
    ("save_field_work", surveys::save_field_work),
    ("create_form_codes", surveys::create_form_codes),
    ("send_survey_batch", responses::send_survey_batch),
    ("exclude_survey_responses", responses::exclude_survey_responses),
    ("rebuild_survey_counts", responses::rebuild_survey_counts),
    ("save_survey_points", save_survey_points),
    ("pull_survey_points", pulls::pull_survey_points),
    ("save_rating_channel", ratings::save_rating_channel),
    ("send_ratings", ratings::send_ratings),
    ("save_adjustments", save_adjustments),
    ("record_council_minutes", record_council_minutes),
    ("upload_minutes_file", upload_minutes_file),
    ("put_minutes_signature", put_minutes_signature),
    ("approve_round_result", approve_round_result),
    ("import_publication", import_publication),
    ("create_programme", programmes::create_programme),
    ("update_programme", programmes::update_programme),
    (
        "replace_programme_contents",
        programmes::replace_programme_contents,
    ),
    ("create_programme_tasks", programmes::create_programme_tasks),
    ("update_plan_line", programmes::update_plan_line),
    ("report_progress", programmes::report_progress),
    ("move_plan_line", programmes::move_plan_line),
    ("confirm_progress", programmes::confirm_progress),
    ("ask_line_extension", programmes::ask_line_extension),
    ("decide_line_extension", programmes::decide_line_extension),
    ("create_programme_review", reviews::create_programme_review),
    ("update_programme_review", reviews::update_programme_review),
    ("save_review_part", reviews::save_review_part),
    ("freeze_programme_review", reviews::freeze_programme_review),
    ("add_line_particulars", programmes::add_line_particulars),
];

pub fn call(status: u16, who: &Person, method: &'static str, path: impl Into<String>, body: Value) -> Call {
    Call {
        status,
        who: who.clone(),
        method,
        path: path.into(),
        body: (!body.is_null()).then_some(body),
        file: None,
    }
}

/// A call that sends a workbook.
pub fn file_call(status: u16, who: &Person, method: &'static str, path: &str, file: Vec<u8>) -> Call {
    Call {
        file: Some((workbook::KIND, file)),
        ..call(status, who, method, path, Value::Null)
    }
}

fn agency(code: &str, level: &str) -> Value {
    json!({"code": code, "level": level, "names": [{"name_vi": code}]})
}

fn import_agencies(world: &World<'_>) -> [Call; 2] {
    let path = "/api/v1/agency-imports";
    let document = |level: &str| json!({"agencies": [agency("new-one", level)]});
    let admin = world.app.admin();
    [
        call(422, &admin, "POST", path, document("nowhere")),
        call(200, &admin, "POST", path, document("ministry")),
    ]
}

fn save_agency(world: &World<'_>) -> [Call; 2] {
    let admin = world.app.admin();
    [
        call(
            428,
            &admin,
            "PUT",
            "/api/v1/agencies/moj",
            agency("moj", "department"),
        ),
        call(
            201,
            &admin,
            "PUT",
            "/api/v1/agencies/newer",
            agency("newer", "ministry"),
        ),
    ]
}

fn set(title: &str) -> Value {
    let mut set = story_set();
    set["code"] = json!("door");
    set["title_vi"] = json!(title);
    set
}

fn create_criteria_set(world: &World<'_>) -> [Call; 2] {
    let (path, evaluator) = ("/api/v1/criteria-sets", world.round.evaluator());
    [
        call(409, &evaluator, "POST", path, story_set()),
        call(201, &evaluator, "POST", path, set("Bộ tiêu chí")),
    ]
}

fn replace_criteria_set(world: &World<'_>) -> [Call; 2] {
    let (path, evaluator) = ("/api/v1/criteria-sets/door/versions/1", world.round.evaluator());
    [
        call(412, &evaluator.if_match("\"r9\""), "PUT", path, set("Sửa")),
        call(200, &evaluator.if_match("\"r1\""), "PUT", path, set("Sửa")),
    ]
}

fn new_user(username: &str) -> Value {
    json!({"username": username, "display_name": "Người mới", "grants": []})
}

fn create_user(world: &World<'_>) -> [Call; 2] {
    let (path, admin) = ("/api/v1/users", world.app.admin());
    [
        call(409, &admin, "POST", path, new_user("admin")),
        call(201, &admin, "POST", path, new_user("somebody")),
    ]
}

/// The address of a person of ours.
fn user(world: &World<'_>, person: &Person) -> String {
    let id = person.get(200, "/api/v1/auth/me").json()["id"].clone();
    assert!(world.app.admin().access_token() != person.access_token());
    format!("/api/v1/users/{}", id.as_str().unwrap())
}

fn update_user(world: &World<'_>) -> [Call; 2] {
    let path = user(world, &world.app.person("door.a", &[]));
    let admin = world.app.admin().if_match("*");
    let change = json!({"display_name": "Tên mới"});
    [
        call(
            428,
            &admin.without("if-match"),
            "PATCH",
            path.clone(),
            change.clone(),
        ),
        call(200, &admin, "PATCH", path, change),
    ]
}

fn reset_user_password(world: &World<'_>) -> [Call; 2] {
    let path = user(world, &world.app.person("door.b", &[]));
    let nobody = "/api/v1/users/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10/password";
    let admin = world.app.admin();
    [
        call(404, &admin, "POST", nobody, Value::Null),
        call(200, &admin, "POST", format!("{path}/password"), Value::Null),
    ]
}

fn login(world: &World<'_>) -> [Call; 2] {
    world.app.person("door.c", &[]);
    let (path, anyone) = ("/api/v1/auth/login", world.app.anon());
    let with = |password: &str| json!({"username": "door.c", "password": password});
    [
        call(401, &anyone, "POST", path, with("một mật khẩu khác")),
        call(200, &anyone, "POST", path, with(&password_of("door.c"))),
    ]
}

fn refresh_session(world: &World<'_>) -> [Call; 2] {
    let token = world.app.person("door.d", &[]).refresh_token().to_owned();
    let (path, anyone) = ("/api/v1/auth/refresh", world.app.anon());
    [
        call(
            401,
            &anyone,
            "POST",
            path,
            json!({"refresh_token": "none of ours"}),
        ),
        call(200, &anyone, "POST", path, json!({"refresh_token": token})),
    ]
}

fn change_password(world: &World<'_>) -> [Call; 2] {
    let person = world.app.person("door.e", &[]);
    let path = "/api/v1/auth/password";
    let from = |current: &str| json!({"current_password": current, "new_password": "mật khẩu mới hơn nữa"});
    [
        call(422, &person, "PUT", path, from("một mật khẩu khác")),
        call(204, &person, "PUT", path, from(&password_of("door.e"))),
    ]
}

fn logout(world: &World<'_>) -> [Call; 2] {
    let path = "/api/v1/auth/logout";
    [
        call(401, &world.app.anon(), "POST", path, Value::Null),
        call(204, &world.app.person("door.f", &[]), "POST", path, Value::Null),
    ]
}

fn create_round(world: &World<'_>) -> [Call; 2] {
    let (path, evaluator) = ("/api/v1/rounds", world.round.evaluator());
    [
        call(409, &evaluator, "POST", path, new_round(&world.round.code)),
        call(201, &evaluator, "POST", path, new_round("door-2025")),
    ]
}

/// Two changes of the round: one that somebody else's came before, and a good one.
fn on_round(world: &World<'_>, part: &str, bad: (u16, Value), good: Value) -> [Call; 2] {
    let path = world.round.path(part);
    let evaluator = world.round.evaluator().if_match(&world.round.etag());
    let method = if part == "/transitions" { "POST" } else { "PUT" };
    [
        call(bad.0, &evaluator, method, path.clone(), bad.1),
        call(200, &evaluator, method, path, good),
    ]
}

fn update_round(world: &World<'_>) -> [Call; 2] {
    let good = json!({"title_vi": "Kỳ 2025", "deadlines": new_round("x")["deadlines"]});
    let bad = json!({"title_vi": "", "deadlines": {}});
    on_round(world, "", (422, bad), good)
}

fn replace_round_agencies(world: &World<'_>) -> [Call; 2] {
    let with = |agency: &str| {
        let codes = ["moj", "mof", "moet", agency];
        json!({"agencies": codes.map(|code| json!({"agency": code, "ranked": code != "moet"}))})
    };
    let mut good = with("x");
    good["agencies"].as_array_mut().unwrap().pop();
    on_round(world, "/agencies", (422, with("nobody")), good)
}

fn replace_round_assignments(world: &World<'_>) -> [Call; 2] {
    let mut good = assignments();
    good["assignments"]
        .as_array_mut()
        .unwrap()
        .push(json!({"node": "1.5", "body": "mpi"}));
    let bad = json!({"assignments": [{"node": "9", "body": "mic"}]});
    on_round(world, "/assignments", (422, bad), good)
}

fn move_round(world: &World<'_>) -> [Call; 2] {
    let to = |phase: &str| json!({"to": phase});
    on_round(world, "/transitions", (409, to("council")), to("self_assessment"))
}

fn replace_submission_contributors(world: &World<'_>) -> [Call; 2] {
    let path = format!("{}/contributors", world.round.submission("moj"));
    let submitter = world.app.submitter("moj").if_match("*");
    let to = |who: &str| json!({"contributors": [{"indicator": "1.2", "contributor": who}]});
    [
        call(422, &submitter, "PUT", path.clone(), to("nobody")),
        call(200, &submitter, "PUT", path, to("moj-it")),
    ]
}

fn save_submission_items(world: &World<'_>) -> [Call; 2] {
    let path = format!("{}/items", world.round.submission("moj"));
    let submitter = world.app.submitter("moj");
    let mut bad = good_items(3);
    bad.push(json!({"indicator": "9.9"}));
    [
        call(422, &submitter, "PUT", path.clone(), json!({"items": bad})),
        call(200, &submitter, "PUT", path, json!({"items": good_items(3)})),
    ]
}

fn move_submission(world: &World<'_>) -> [Call; 2] {
    let path = format!("{}/transitions", world.round.submission("moj"));
    let leader = world.app.leader("moj").if_match("*");
    [
        call(409, &leader, "POST", path.clone(), json!({"to": "submitted"})),
        call(200, &leader, "POST", path, json!({"to": "approved"})),
    ]
}

fn save_appraisal_items(world: &World<'_>) -> [Call; 2] {
    let round = &world.round;
    round.move_submission(200, &world.app.submitter("moj"), "moj", "submitted");
    for agency in ["mof", "moet"] {
        round.declare(agency);
        round.submit(agency);
    }
    round.go(Phase::Appraisal);
    let path = round.path("/appraisals/moj/items");
    let appraiser = world.app.appraiser("mic");
    let on = |indicator: &str| json!({"items": [{"indicator": indicator, "revision": 1, "decision": {"verdict": "recognised"}}]});
    [
        call(422, &appraiser, "PUT", path.clone(), on("2.1")),
        call(200, &appraiser, "PUT", path, on("1.1")),
    ]
}

fn save_survey_points(world: &World<'_>) -> [Call; 2] {
    let of = |points: &str| json!({"points": [{"agency": "moj", "indicator": "2.3", "points": points, "sample_size": 100}]});
    on_round(world, "/survey-points", (422, of("31")), of("23"))
}

fn save_adjustments(world: &World<'_>) -> [Call; 2] {
    let of = |points: &str| {
        json!({"adjustments": [{"agency": "moj", "adjustment": "bonus-initiative", "points": points,
                                "reason": "QĐ 12/QĐ-BNV"}]})
    };
    on_round(world, "/adjustments", (422, of("9")), of("1"))
}

fn record_council_minutes(world: &World<'_>) -> [Call; 2] {
    let round = &world.round;
    round.prepare(Phase::Council);
    round.go(Phase::Council);
    let (path, evaluator) = (round.path("/minutes"), round.evaluator());
    let mut early = minutes();
    early["held_on"] = json!("2100-01-01");
    [
        call(422, &evaluator, "POST", path.clone(), early),
        call(201, &evaluator, "POST", path, minutes()),
    ]
}

fn approve_round_result(world: &World<'_>) -> [Call; 2] {
    let round = &world.round;
    let (path, evaluator) = (round.path("/approvals"), round.evaluator());
    [
        call(422, &evaluator, "POST", path.clone(), json!({"note": " "})),
        call(201, &evaluator, "POST", path, json!({})),
    ]
}

fn import_publication(world: &World<'_>) -> [Call; 2] {
    let table = |agency: &str| {
        json!({"code": "old-2020", "set": "story", "level": "ministry", "year": 2020, "title_vi": "Kết quả cũ",
               "sources": [{"code": "S1", "address": "https://example.vn/2020"}], "complete": false,
               "entries": [{"agency": agency, "index": "80.5", "place": 1, "basis": "published"}]})
    };
    let (path, evaluator) = ("/api/v1/publications", world.app.evaluator(OWNER));
    [
        call(422, &evaluator, "POST", path, table("nobody")),
        call(201, &evaluator, "POST", path, table("moj")),
    ]
}
