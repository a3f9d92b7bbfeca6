//! Scenarios of the audit trail about sessions and second factors.

use serde_json::{Value, json};

use crate::{
    audit_scenarios::{Call, World, call},
    support::{
        Person,
        factor::{Authenticator, begin, enrol},
        password_of,
    },
};

const FACTOR: &str = "/api/v1/auth/second-factor";
const SESSIONS: &str = "/api/v1/auth/sessions";
const NOBODY: &str = "/api/v1/users/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";

fn path_of(person: &Person) -> String {
    let me = person.get(200, "/api/v1/auth/me").json();
    format!("/api/v1/users/{}", me["id"].as_str().unwrap())
}

fn enrolled(world: &World<'_>, username: &str) -> (Person, Authenticator) {
    let person = world.app.person(username, &[]);
    let authenticator = enrol(world.app, &person, &password_of(username));
    (person, authenticator)
}

pub fn remove_user_password(world: &World<'_>) -> [Call; 2] {
    let [unlinked, linked] = ["door.m", "door.n"].map(|name| path_of(&world.app.person(name, &[])));
    let admin = world.app.admin();
    let link = json!({"oidc_subject": "door.n"});
    admin.if_match("*").patch(200, &linked, &link);
    [
        call(409, &admin, "DELETE", format!("{unlinked}/password"), Value::Null),
        call(204, &admin, "DELETE", format!("{linked}/password"), Value::Null),
    ]
}

pub fn end_session(world: &World<'_>) -> [Call; 2] {
    let person = world.app.person("door.g", &[]);
    world.app.log_in("door.g", &password_of("door.g"));
    let listed = person.get(200, SESSIONS).json();
    let other = listed["data"][0]["id"].as_str().unwrap().to_owned();
    let nobody = format!("{SESSIONS}/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10");
    [
        call(404, &person, "DELETE", nobody, Value::Null),
        call(204, &person, "DELETE", format!("{SESSIONS}/{other}"), Value::Null),
    ]
}

pub fn end_other_sessions(world: &World<'_>) -> [Call; 2] {
    let person = world.app.person("door.g", &[]);
    [
        call(401, &world.app.anon(), "DELETE", SESSIONS, Value::Null),
        call(204, &person, "DELETE", SESSIONS, Value::Null),
    ]
}

pub fn end_user_sessions(world: &World<'_>) -> [Call; 2] {
    let path = path_of(&world.app.person("door.g", &[]));
    let admin = world.app.admin();
    [
        call(404, &admin, "DELETE", format!("{NOBODY}/sessions"), Value::Null),
        call(204, &admin, "DELETE", format!("{path}/sessions"), Value::Null),
    ]
}

pub fn begin_second_factor(world: &World<'_>) -> [Call; 2] {
    let person = world.app.person("door.h", &[]);
    let with = |password: &str| json!({"password": password});
    [
        call(422, &person, "POST", FACTOR, with("một mật khẩu khác")),
        call(201, &person, "POST", FACTOR, with(&password_of("door.h"))),
    ]
}

pub fn confirm_second_factor(world: &World<'_>) -> [Call; 2] {
    let person = world.app.person("door.i", &[]);
    let begun = begin(&person, &password_of("door.i"));
    let (path, with) = (
        format!("{FACTOR}/confirmation"),
        |code: &str| json!({"code": code}),
    );
    [
        call(422, &person, "POST", path.clone(), with("12345")),
        call(200, &person, "POST", path, with(&begun.code(world.app, 0))),
    ]
}

pub fn replace_recovery_codes(world: &World<'_>) -> [Call; 2] {
    let (person, authenticator) = enrolled(world, "door.j");
    let (path, with) = (
        format!("{FACTOR}/recovery-codes"),
        |code: &str| json!({"password": password_of("door.j"), "code": code}),
    );
    [
        call(422, &person, "POST", path.clone(), with("12345")),
        call(200, &person, "POST", path, with(&authenticator.recovery_codes[0])),
    ]
}

pub fn remove_second_factor(world: &World<'_>) -> [Call; 2] {
    let (person, authenticator) = enrolled(world, "door.k");
    let path = format!("{FACTOR}/removal");
    let with = |code: &str| json!({"password": password_of("door.k"), "code": code});
    [
        call(422, &person, "POST", path.clone(), with("12345")),
        call(204, &person, "POST", path, with(&authenticator.recovery_codes[0])),
    ]
}

pub fn reset_second_factor(world: &World<'_>) -> [Call; 2] {
    let (person, _) = enrolled(world, "door.l");
    let path = path_of(&person);
    let admin = world.app.admin();
    [
        call(
            404,
            &admin,
            "DELETE",
            format!("{NOBODY}/second-factor"),
            Value::Null,
        ),
        call(
            204,
            &admin,
            "DELETE",
            format!("{path}/second-factor"),
            Value::Null,
        ),
    ]
}
