//! Scenarios for the operations on a submission's items - files, workbooks, questions, more time - and on the files of
//! minutes.

use serde_json::{Value, json};

use crate::{
    audit_scenarios::{Call, World, call, file_call},
    support::{
        Person, files,
        smtp::outbox_entry,
        workbook::{self, File},
    },
};

fn new_key(expires_at: &str) -> Value {
    json!({"name": "Bảng theo dõi", "scopes": ["publications:read"], "expires_at": expires_at})
}

pub fn create_api_key(world: &World<'_>) -> [Call; 2] {
    let (path, admin) = ("/api/v1/api-keys", world.app.admin());
    [
        call(422, &admin, "POST", path, new_key("2026-01-01T00:00:00Z")),
        call(201, &admin, "POST", path, new_key("2026-12-31T00:00:00Z")),
    ]
}

pub fn revoke_api_key(world: &World<'_>) -> [Call; 2] {
    let (path, admin) = ("/api/v1/api-keys", world.app.admin());
    let made = admin.post(201, path, &new_key("2026-12-31T00:00:00Z"));
    let nothing = format!("{path}/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10");
    [
        call(404, &admin, "DELETE", nothing, Value::Null),
        call(200, &admin, "DELETE", made.header("location"), Value::Null),
    ]
}

pub fn ask_extension(world: &World<'_>) -> [Call; 2] {
    let path = format!("{}/extensions", world.round.submission("moj"));
    let until = |day: u8| json!({"deadline": "self_assessment", "until": format!("2026-03-{day:02}T10:00:00Z"), "reason": "Bão số 3"});
    let submitter = world.app.submitter("moj");
    [
        call(422, &submitter, "POST", path.clone(), until(1)),
        call(201, &submitter, "POST", path, until(12)),
    ]
}

pub fn decide_extension(world: &World<'_>) -> [Call; 2] {
    let (evaluator, path) = (world.round.evaluator(), world.round.path("/extensions"));
    let asked = evaluator.get(200, &path).json()["data"][0]["id"].clone();
    let path = format!(
        "{}/extensions/{}/decision",
        world.round.submission("moj"),
        asked.as_str().unwrap()
    );
    [
        call(422, &evaluator, "POST", path.clone(), json!({"granted": false})),
        call(200, &evaluator, "POST", path, json!({"granted": true})),
    ]
}

fn message(world: &World<'_>, who: &Person, part: &str) -> [Call; 2] {
    let path = format!("{}/items/1.1/{part}", world.round.submission("moj"));
    [
        call(422, who, "POST", path.clone(), json!({"text": " "})),
        call(201, who, "POST", path, json!({"text": "Ngày ban hành"})),
    ]
}

pub fn ask_question(world: &World<'_>) -> [Call; 2] {
    message(world, &world.app.appraiser("mic"), "questions")
}

pub fn answer_question(world: &World<'_>) -> [Call; 2] {
    message(world, &world.app.submitter("moj"), "answers")
}

pub fn upload_evidence(world: &World<'_>) -> [Call; 2] {
    let path = format!("{}/items/1.2/evidence?file_name=a", world.round.submission("moj"));
    let submitter = world.app.submitter("moj");
    let upload = |status, end: &str| Call {
        file: Some(("application/pdf", files::pdf("door"))),
        ..call(status, &submitter, "POST", format!("{path}{end}"), Value::Null)
    };
    [upload(422, ".exe"), upload(201, ".pdf")]
}

pub fn save_submission_workbook(world: &World<'_>) -> [Call; 2] {
    let path = world.round.submission("moj");
    let submitter = world.app.submitter("moj");
    let template = submitter.get(200, &format!("{path}/template.xlsx"));
    let filled = |text: &str| {
        let mut file = File::of(&template.bytes);
        file.text("I7", text);
        file.bytes()
    };
    let path = format!("{path}/workbook");
    [
        file_call(422, &submitter, "PUT", &path, workbook::foreign()),
        file_call(200, &submitter, "PUT", &path, filled("Giải trình mới")),
    ]
}

pub fn save_appraisal_workbook(world: &World<'_>) -> [Call; 2] {
    let path = world.round.path("/appraisals/moj");
    let appraiser = world.app.appraiser("mic");
    let mut file = File::of(&appraiser.get(200, &format!("{path}/template.xlsx")).bytes);
    file.text("H7", "Công nhận");
    let path = format!("{path}/workbook");
    [
        file_call(422, &appraiser, "PUT", &path, workbook::foreign()),
        file_call(200, &appraiser, "PUT", &path, file.bytes()),
    ]
}

pub fn put_evidence_signature(world: &World<'_>) -> [Call; 2] {
    let submitter = world.app.submitter("moj");
    let file = files::upload(201, &submitter, &world.round, "moj", "1.2", files::SIGNED_FILE);
    let path = format!("{}/signature", file.header("location"));
    let sign = |status, bytes: &[u8]| Call {
        file: Some(("application/pkcs7-signature", bytes.to_vec())),
        ..call(status, &submitter, "PUT", path.clone(), Value::Null)
    };
    [sign(422, b"none"), sign(200, files::SIGNATURE)]
}

pub fn sign_submission(world: &World<'_>) -> [Call; 2] {
    let leader = world.app.leader("moj");
    let path = format!("{}/signatures", world.round.submission("moj"));
    let sign = |status, bytes: &[u8]| Call {
        file: Some(("application/pkcs7-signature", bytes.to_vec())),
        ..call(status, &leader, "POST", path.clone(), Value::Null)
    };
    [sign(422, b"none"), sign(201, files::SIGNED_FORM)]
}

/// The newest notice of a person.
fn newest_notice(who: &Person) -> String {
    let feed = who.get(200, "/api/v1/notifications").json();
    feed["data"][0]["id"].as_str().unwrap().to_owned()
}

pub fn read_notification(world: &World<'_>) -> [Call; 2] {
    let submitter = world.app.submitter("moj");
    let path = format!("/api/v1/notifications/{}/read", newest_notice(&submitter));
    [
        call(
            404,
            &world.app.submitter("mof"),
            "POST",
            path.clone(),
            Value::Null,
        ),
        call(200, &submitter, "POST", path, Value::Null),
    ]
}

pub fn read_notifications(world: &World<'_>) -> [Call; 2] {
    let (evaluator, path) = (world.round.evaluator(), "/api/v1/notifications/read");
    let others = newest_notice(&world.app.submitter("moj"));
    let own = newest_notice(&evaluator);
    [
        call(422, &evaluator, "POST", path, json!({"up_to": others})),
        call(200, &evaluator, "POST", path, json!({"up_to": own})),
    ]
}

pub fn save_contact(world: &World<'_>) -> [Call; 2] {
    let (submitter, path) = (world.app.submitter("moj"), "/api/v1/auth/contact");
    let with = |email: &str| json!({"email": email, "language": "vi", "notify_by_email": true});
    [
        call(422, &submitter, "PUT", path, with("nobody")),
        call(200, &submitter, "PUT", path, with("tccb@moj.gov.vn")),
    ]
}

pub fn resend_outbox_entry(world: &World<'_>) -> [Call; 2] {
    let path = |id: &str| format!("/api/v1/outbox/{id}/resend");
    let failed = outbox_entry(world.app, "failed");
    let admin = world.app.admin();
    let nothing = "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";
    [
        call(404, &admin, "POST", path(nothing), Value::Null),
        call(200, &admin, "POST", path(&failed), Value::Null),
    ]
}

/// The address of the files of the round's minutes.
fn minutes_files(world: &World<'_>) -> String {
    let minutes = world
        .round
        .evaluator()
        .get(200, &world.round.path("/minutes"))
        .json();
    let id = minutes["data"][0]["id"].as_str().unwrap();
    world.round.path(&format!("/minutes/{id}/files"))
}

pub fn upload_minutes_file(world: &World<'_>) -> [Call; 2] {
    let path = format!("{}?file_name=a", minutes_files(world));
    let evaluator = world.round.evaluator();
    let upload = |status, end: &str| Call {
        file: Some(("application/pdf", files::SIGNED_FILE.to_vec())),
        ..call(status, &evaluator, "POST", format!("{path}{end}"), Value::Null)
    };
    [upload(422, ".exe"), upload(201, ".pdf")]
}

pub fn put_minutes_signature(world: &World<'_>) -> [Call; 2] {
    let evaluator = world.round.evaluator();
    let minutes = evaluator.get(200, &world.round.path("/minutes")).json();
    let path = format!(
        "{}/signature",
        minutes["data"][0]["files"][0]["href"].as_str().unwrap()
    );
    let sign = |status, bytes: &[u8]| Call {
        file: Some(("application/pkcs7-signature", bytes.to_vec())),
        ..call(status, &evaluator, "PUT", path.clone(), Value::Null)
    };
    [sign(422, b"none"), sign(200, files::SIGNATURE)]
}
