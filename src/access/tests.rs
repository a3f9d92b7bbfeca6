//! People for the tests of this room.

use super::principal::{Grant, Principal, Role};
use crate::ids::{AgencyCode, SessionId, UserId};

/// An agency's code.
pub fn code(text: &str) -> AgencyCode {
    AgencyCode::parse(text).unwrap()
}

/// Somebody with one role for one agency.
pub fn person(role: Role, agency: &str) -> Principal {
    Principal {
        user_id: UserId::new(),
        session_id: SessionId::new(),
        username: "x".into(),
        display_name: "x".into(),
        must_change_password: false,
        has_second_factor: false,
        owes_second_factor: false,
        grants: vec![Grant {
            role,
            agencies: [code(agency)].into(),
        }],
    }
}

/// Who may, of everybody with one role for one of these agencies: `leader moj`. Administrators are told once, since theirs is no agency.
pub fn who(agencies: &[&str], may: impl Fn(&Principal) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for agency in agencies {
        for role in Role::ALL {
            if may(&person(*role, agency)) {
                found.push(match role {
                    Role::Administrator => "administrator".to_owned(),
                    role => format!("{} {agency}", role.as_str()),
                });
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
