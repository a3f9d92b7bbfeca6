//! Stories about logging in, users and their roles.

use serde_json::json;

use crate::{stories, support::TestApp};

stories![who_logs_in_is_known,];

fn who_logs_in_is_known(app: &TestApp) {
    let me = app.admin().get(200, "/api/v1/auth/me").json();
    assert_eq!(me["username"], "admin");
    app.add_agencies(&["moj"]);
    let me = app.submitter("moj").get(200, "/api/v1/auth/me").json();
    assert_eq!(me["grants"], json!([{"role": "submitter", "agencies": ["moj"]}]));
    app.anon().get(401, "/api/v1/auth/me");
}
