//! Stories about logging in and out.

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use diesel::prelude::*;
use parindex::db::schema::users;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    stories,
    support::{Person, Response, TestApp, password_of},
};

const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";
const ME: &str = "/api/v1/auth/me";
const PASSWORD: &str = "/api/v1/auth/password";

stories![
    who_logs_in_is_known,
    a_wrong_password_and_an_unknown_name_are_answered_alike,
    too_many_failures_lock_a_name with [
        ("PARINDEX_LOGIN_FAILURES_MAX", "3"),
        ("PARINDEX_LOGIN_LOCK_MINUTES", "10"),
    ],
    an_access_token_lasts_a_quarter_of_an_hour,
    a_refresh_token_is_good_once,
    a_stolen_refresh_token_ends_the_session,
    who_logs_out_is_out,
    the_first_password_is_changed_before_anything_else,
    a_new_password_is_a_good_one,
    a_password_is_the_same_on_every_keyboard,
    a_password_that_was_hashed_weaker_is_hashed_anew_at_a_login,
    a_new_password_ends_the_other_sessions,
    anybody_can_check_a_token_with_the_public_keys,
    a_forged_token_opens_nothing,
];

fn credentials(username: &str, password: &str) -> Value {
    json!({"username": username, "password": password})
}

fn refresh(app: &TestApp, expected: u16, token: &str) -> Response {
    app.anon()
        .post(expected, REFRESH, &json!({"refresh_token": token}))
}

fn submitter(app: &TestApp) -> Person {
    app.add_agencies(&["moj"]);
    app.submitter("moj")
}

fn who_logs_in_is_known(app: &TestApp) {
    let me = app.admin().get(200, ME).json();
    assert_eq!(me["username"], "admin");
    let me = submitter(app).get(200, ME).json();
    assert_eq!(me["grants"], json!([{"role": "submitter", "agencies": ["moj"]}]));
    let refused = app.anon().get(401, ME);
    assert_eq!(refused.code(), "unauthenticated");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    // Capitals and spaces around the name don't matter.
    let login = credentials(" MOJ.Submitter ", &password_of("moj.submitter"));
    app.anon().post(200, LOGIN, &login);
}

fn a_wrong_password_and_an_unknown_name_are_answered_alike(app: &TestApp) {
    let told = |username: &str| {
        let mut problem = app
            .anon()
            .post(401, LOGIN, &credentials(username, "a wrong password"))
            .json();
        problem["request_id"] = Value::Null;
        problem
    };
    let known = told("admin");
    assert_eq!(known["code"], "invalid_credentials");
    assert_eq!(known, told("nobody"));
    assert_eq!(known, told("quản trị viên"));
}

fn too_many_failures_lock_a_name(app: &TestApp) {
    let person = submitter(app);
    let right = credentials("moj.submitter", &password_of("moj.submitter"));
    for username in ["moj.submitter", "nobody"] {
        let wrong = credentials(username, "a wrong password");
        for _ in 0..3 {
            app.anon().post(401, LOGIN, &wrong);
        }
        let locked = app.anon().post(429, LOGIN, &wrong);
        assert_eq!(locked.code(), "too_many_attempts");
        assert_eq!(locked.header("retry-after"), "600");
    }
    // The right password does not help either, and who is in stays in.
    app.anon().post(429, LOGIN, &right);
    person.get(200, ME);
    app.advance(TimeDelta::seconds(599));
    assert_eq!(app.anon().post(429, LOGIN, &right).header("retry-after"), "1");
    app.advance(TimeDelta::seconds(1));
    app.anon().post(200, LOGIN, &right);
    // A login forgets the failures before it.
    let wrong = credentials("moj.submitter", "a wrong password");
    for _ in 0..2 {
        app.anon().post(401, LOGIN, &wrong);
        app.anon().post(401, LOGIN, &wrong);
        app.anon().post(200, LOGIN, &right);
    }
}

fn an_access_token_lasts_a_quarter_of_an_hour(app: &TestApp) {
    let admin = app.admin();
    app.advance(TimeDelta::seconds(899));
    admin.get(200, ME);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(admin.get(401, ME).code(), "invalid_token");
    app.admin().get(200, ME);
}

fn a_refresh_token_is_good_once(app: &TestApp) {
    let admin = app.admin();
    app.advance(TimeDelta::minutes(16));
    let tokens = refresh(app, 200, admin.refresh_token()).json();
    assert_eq!(tokens["expires_in"], 900);
    let fresh = admin.holding(&tokens);
    assert_ne!(fresh.refresh_token(), admin.refresh_token());
    fresh.get(200, ME);
    let tokens = refresh(app, 200, fresh.refresh_token()).json();
    fresh.holding(&tokens).get(200, ME);
    assert_eq!(refresh(app, 401, "never issued").code(), "invalid_token");
}

fn a_stolen_refresh_token_ends_the_session(app: &TestApp) {
    let admin = app.admin();
    let thief = refresh(app, 200, admin.refresh_token()).json();
    let thief = admin.holding(&thief);
    thief.get(200, ME);
    // The owner comes with the token that the thief used: one of the two is no friend.
    assert_eq!(refresh(app, 401, admin.refresh_token()).code(), "invalid_token");
    assert_eq!(thief.get(401, ME).code(), "invalid_token");
    admin.get(401, ME);
    refresh(app, 401, thief.refresh_token());
    // Another session of the same person is not touched.
    app.log_in("admin", "correct horse battery staple").get(200, ME);
}

fn who_logs_out_is_out(app: &TestApp) {
    let admin = app.admin();
    let elsewhere = app.log_in("admin", "correct horse battery staple");
    admin.call(204, "POST", "/api/v1/auth/logout");
    assert_eq!(admin.get(401, ME).code(), "invalid_token");
    refresh(app, 401, admin.refresh_token());
    admin.call(401, "POST", "/api/v1/auth/logout");
    elsewhere.get(200, ME);
}

fn the_first_password_is_changed_before_anything_else(app: &TestApp) {
    let new = json!({"username": "new.admin", "display_name": "Nguyễn Văn An",
                     "grants": [{"role": "administrator"}]});
    let made = app.admin().post(201, "/api/v1/users", &new).json();
    let first = made["initial_password"].as_str().unwrap();
    let tokens = app
        .anon()
        .post(200, LOGIN, &credentials("new.admin", first))
        .json();
    assert_eq!(tokens["must_change_password"], true);
    let person = app.log_in("new.admin", first);
    assert_eq!(person.get(200, ME).json()["must_change_password"], true);
    assert_eq!(
        person.get(403, "/api/v1/users").code(),
        "password_change_required"
    );
    assert_eq!(
        person.get(403, "/api/v1/audit").code(),
        "password_change_required"
    );
    // The first password can't be kept as the new one.
    let same = json!({"current_password": first, "new_password": first});
    assert_eq!(
        person.put(422, PASSWORD, &same).faults(),
        ["/new_password same_password"]
    );
    let change = json!({"current_password": first, "new_password": "mật khẩu của riêng tôi"});
    person.put(204, PASSWORD, &change);
    person.get(200, "/api/v1/users");
    app.anon().post(401, LOGIN, &credentials("new.admin", first));
    let tokens = app
        .anon()
        .post(200, LOGIN, &credentials("new.admin", "mật khẩu của riêng tôi"))
        .json();
    assert_eq!(tokens["must_change_password"], false);
}

fn a_new_password_is_a_good_one(app: &TestApp) {
    let person = submitter(app);
    let own = password_of("moj.submitter");
    let faults = |current: &str, new: &str| {
        person
            .put(
                422,
                PASSWORD,
                &json!({"current_password": current, "new_password": new}),
            )
            .faults()
    };
    assert_eq!(faults(&own, "short"), ["/new_password bad_password_length"]);
    assert_eq!(
        faults(&own, &"x".repeat(129)),
        ["/new_password bad_password_length"]
    );
    assert_eq!(
        faults(&own, "my name is moj.submitter"),
        ["/new_password password_contains_username"]
    );
    for (bad, fault) in [
        ("QwertyQwerty2026!", "password_common"),
        ("ParIndex@2026!", "password_of_names"),
        ("123412341234", "password_monotonous"),
    ] {
        assert_eq!(faults(&own, bad), [format!("/new_password {fault}")]);
    }
    assert_eq!(
        faults("a wrong password", "a good new password"),
        ["/current_password wrong_password"]
    );
    // Nothing of it changed anything.
    app.log_in("moj.submitter", &own);
}

fn a_password_is_the_same_on_every_keyboard(app: &TestApp) {
    let person = submitter(app);
    let own = password_of("moj.submitter");
    let apart: String = own.nfd().collect();
    assert_ne!(own, apart);
    app.log_in("moj.submitter", &apart).get(200, ME);
    // The old one in other letters is no new one.
    let same = json!({"current_password": own, "new_password": apart});
    assert_eq!(
        person.put(422, PASSWORD, &same).faults(),
        ["/new_password same_password"]
    );
}

fn a_password_that_was_hashed_weaker_is_hashed_anew_at_a_login(app: &TestApp) {
    submitter(app);
    let password = password_of("moj.submitter");
    let kept = || -> String {
        let read = app.db().read(|conn| {
            let user = users::table.filter(users::username.eq("moj.submitter"));
            Ok(user.select(users::password_hash).first(conn)?)
        });
        app.wait(read).expect("a hash")
    };
    let todays = kept();
    let parameters = Params::new(8 * 1024, 1, 1, None).expect("parameters");
    let weaker = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password(password.nfkc().collect::<String>().as_bytes())
        .expect("a hash")
        .to_string();
    app.behind_the_back(&format!(
        "UPDATE users SET password_hash = '{weaker}' WHERE username = 'moj.submitter'"
    ));
    // Who does not know it changes nothing.
    app.anon()
        .post(401, LOGIN, &credentials("moj.submitter", "một mật khẩu sai"));
    assert_eq!(kept(), weaker);
    app.log_in("moj.submitter", &password);
    let anew = kept();
    let parameters = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(parameters(&anew), parameters(&todays));
    // From then on it stays.
    app.log_in("moj.submitter", &password);
    assert_eq!(kept(), anew);
}

fn a_new_password_ends_the_other_sessions(app: &TestApp) {
    let here = submitter(app);
    let own = password_of("moj.submitter");
    let elsewhere = app.log_in("moj.submitter", &own);
    elsewhere.get(200, ME);
    here.put(
        204,
        PASSWORD,
        &json!({"current_password": own, "new_password": "mật khẩu hoàn toàn khác"}),
    );
    here.get(200, ME);
    elsewhere.get(401, ME);
    refresh(app, 401, elsewhere.refresh_token());
    refresh(app, 200, here.refresh_token());
}

fn anybody_can_check_a_token_with_the_public_keys(app: &TestApp) {
    let admin = app.admin();
    let keys = app.anon().get(200, "/.well-known/jwks.json").json();
    let header = jsonwebtoken::decode_header(admin.access_token()).unwrap();
    let keys = keys["keys"].as_array().unwrap();
    let key = keys
        .iter()
        .find(|key| key["kid"].as_str() == header.kid.as_deref())
        .expect("the key that signed");
    assert_eq!(key["d"], Value::Null, "the private half is not shown");
    let decoding = jsonwebtoken::DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.set_issuer(&["parindex"]);
    validation.set_audience(&["parindex-api"]);
    // The app's clock is not the machine's.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Value>(admin.access_token(), &decoding, &validation)
        .unwrap()
        .claims;
    let me = admin.get(200, ME).json();
    assert_eq!(claims["sub"], me["id"]);
    assert_eq!(claims["exp"], app.now().unix_seconds() + 900);
    // Roles are read from the database, never from the token.
    let mut names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["aud", "exp", "iat", "iss", "sid", "sub"]);
}

fn a_forged_token_opens_nothing(app: &TestApp) {
    let token = app.admin().access_token().to_owned();
    let parts: Vec<&str> = token.split('.').collect();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    let unsigned = json!({"alg": "none", "typ": "JWT", "kid": header.kid});
    let unsigned = URL_SAFE_NO_PAD.encode(unsigned.to_string());
    for forged in [
        format!("{unsigned}.{}.", parts[1]),
        format!("{unsigned}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)),
        format!("{}.{}", parts[0], parts[1]),
        String::new(),
        "nonsense".to_owned(),
    ] {
        let forger = app.anon().header("authorization", &format!("Bearer {forged}"));
        forger.get(401, ME);
    }
    app.anon().header("authorization", &token).get(401, ME);
    app.anon()
        .header("authorization", "Basic YWRtaW46eA==")
        .get(401, ME);
    app.anon()
        .header("authorization", &format!("bearer {token}"))
        .get(200, ME);
}
