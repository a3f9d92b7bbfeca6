//! Requests about the own sessions and the own second factor, and about those of a user.

use serde_json::{Value, json};

use super::{
    Line, World,
    requests::{Parts, get, send},
};

pub fn requests(world: &World<'_>, line: &Line) -> Option<Parts> {
    let factor = |part: &str| format!("/auth/second-factor{part}");
    let of_user = |part: &str| format!("{}/{part}", world.user);
    match line.operation() {
        "start_oidc_login" => send("POST", "/auth/oidc/start", Value::Null),
        "finish_oidc_login" => {
            let sent = json!({"state": "x", "code": "x", "browser_secret": "x"});
            send("POST", "/auth/oidc/finish", sent)
        }
        "list_sessions" => get("/auth/sessions"),
        "end_session" => {
            let nobodys = "/auth/sessions/01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10";
            send("DELETE", nobodys, Value::Null)
        }
        "end_other_sessions" => send("DELETE", "/auth/sessions", Value::Null),
        "end_user_sessions" => send("DELETE", of_user("sessions"), Value::Null),
        "get_second_factor" => get(factor("")),
        "begin_second_factor" => send("POST", factor(""), json!({"password": "x"})),
        "confirm_second_factor" => send("POST", factor("/confirmation"), json!({"code": "x"})),
        "replace_recovery_codes" => {
            let both = json!({"password": "x", "code": "x"});
            send("POST", factor("/recovery-codes"), both)
        }
        "remove_second_factor" => {
            let both = json!({"password": "x", "code": "x"});
            send("POST", factor("/removal"), both)
        }
        "remove_user_password" => send("DELETE", of_user("password"), Value::Null),
        "reset_second_factor" => send("DELETE", of_user("second-factor"), Value::Null),
        _ => None,
    }
}
