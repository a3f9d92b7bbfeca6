//! What a good user name and list of grants is. Pure.

use super::model::GrantBody;
use crate::{
    access::Role,
    error::{FieldError, Message},
};

const GRANTS_MAX: usize = 50;
const DISPLAY_NAME_LENGTH_MAX: usize = 200;
const EMAIL_LENGTH_MAX: usize = 254;

/// The user name as it is stored and compared.
pub fn fold_username(username: &str) -> String {
    username.trim().to_lowercase()
}

/// The faults of a new user name, already folded.
pub fn check_username(username: &str) -> Option<FieldError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-@".contains(c);
    let good = (3..=64).contains(&username.len()) && username.chars().all(fits);
    (!good).then(|| {
        FieldError::new(
            "/username",
            "bad_username",
            Message::new(
                "Tên đăng nhập gồm 3 đến 64 chữ thường không dấu, chữ số hoặc . _ - @",
                "A user name has 3 to 64 small letters, digits or . _ - @",
            ),
        )
    })
}

/// The faults of a name to show.
pub fn check_display_name(name: &str) -> Option<FieldError> {
    let good = !name.trim().is_empty() && name.chars().count() <= DISPLAY_NAME_LENGTH_MAX;
    (!good).then(|| {
        FieldError::new(
            "/display_name",
            "bad_display_name",
            Message::new(
                "Tên hiển thị gồm 1 đến 200 ký tự.",
                "A name to show has 1 to 200 characters.",
            ),
        )
    })
}

/// The faults of an address for e-mail. Beyond ASCII few servers take one.
pub fn check_email(email: &str) -> Option<FieldError> {
    let good =
        email.len() <= EMAIL_LENGTH_MAX && email.is_ascii() && email.parse::<lettre::Address>().is_ok();
    (!good).then(|| {
        FieldError::new(
            "/email",
            "bad_email",
            Message::new(
                "Địa chỉ thư điện tử không hợp lệ, ví dụ đúng: tccb@moj.gov.vn.",
                "This is no e-mail address; a good one is tccb@moj.gov.vn.",
            ),
        )
    })
}

/// The faults of a name by which the external provider of logins calls somebody (OpenID Connect Core §2).
pub fn check_oidc_subject(subject: &str) -> Option<FieldError> {
    let fits = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    let good = (1..=255).contains(&subject.len()) && subject.bytes().all(fits);
    (!good).then(|| {
        FieldError::new(
            "/oidc_subject",
            "bad_oidc_subject",
            Message::new(
                "oidc_subject gồm 1 đến 255 ký tự ASCII, đúng như giá trị sub mà bên cung cấp gửi.",
                "An oidc_subject has 1 to 255 ASCII characters, just as the provider sends it as sub.",
            ),
        )
    })
}

/// The faults of a list of grants that can be told without the database.
pub fn check_grants(grants: &[GrantBody]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if grants.len() > GRANTS_MAX {
        errors.push(FieldError::new(
            "/grants",
            "too_many_grants",
            Message::new("Tối đa 50 vai trò.", "At most 50 grants."),
        ));
    }
    for (index, grant) in grants.iter().enumerate() {
        let bound = grant.agency.is_some();
        let (wrong, vi, en) = match (grant.role, bound) {
            (Role::Administrator, true) => (
                true,
                "Vai trò quản trị không gắn với cơ quan nào.",
                "The administrator's role is bound to no agency.",
            ),
            (Role::Administrator, false) if grant.include_below => (
                true,
                "Vai trò quản trị không gắn với cơ quan nào.",
                "The administrator's role is bound to no agency.",
            ),
            (role, false) if role != Role::Administrator => (
                true,
                "Vai trò này phải gắn với một cơ quan: thêm agency.",
                "This role is bound to an agency: add agency.",
            ),
            _ => (false, "", ""),
        };
        if wrong {
            errors.push(FieldError::new(
                format!("/grants/{index}/agency"),
                "bad_grant",
                Message::new(vi, en),
            ));
        }
        if grants.iter().take(index).any(|other| other == grant) {
            errors.push(FieldError::new(
                format!("/grants/{index}"),
                "duplicate_grant",
                Message::new("Vai trò này đã có ở trên.", "This grant stands above already."),
            ));
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AgencyCode;

    fn grant(role: Role, agency: Option<&str>) -> GrantBody {
        GrantBody {
            role,
            agency: agency.map(|code| AgencyCode::parse(code).unwrap()),
            include_below: false,
        }
    }

    #[test]
    fn a_role_is_bound_to_an_agency_and_the_administrators_is_not() {
        assert!(
            check_grants(&[
                grant(Role::Administrator, None),
                grant(Role::Submitter, Some("moj"))
            ])
            .is_empty()
        );
        let errors = check_grants(&[
            grant(Role::Administrator, Some("moj")),
            grant(Role::Submitter, None),
        ]);
        assert_eq!(errors.len(), 2);
        assert_eq!(errors[1].pointer, "/grants/1/agency");
        assert_eq!(
            check_grants(&[grant(Role::Reader, Some("moj")), grant(Role::Reader, Some("moj"))]).len(),
            1
        );
    }

    #[test]
    fn an_address_is_one_that_servers_take() {
        assert!(check_email("tccb@moj.gov.vn").is_none());
        let long = format!("{}@moj.gov.vn", "a".repeat(250));
        for bad in [
            "",
            "moj",
            "a b@moj.vn",
            "a@moj.vn\r\nBcc: x@y.vn",
            "A <a@moj.vn>",
            "a@moj.vn,b@moj.vn",
            "vụ@moj.vn",
            &long,
        ] {
            assert!(check_email(bad).is_some(), "{bad}");
        }
    }
}
