//! What a webhook may be. Pure.

use std::{collections::BTreeSet, net::IpAddr};

use url::{Host, Url};

use super::{guard::Guard, model::EventType};
use crate::error::{AppError, AppResult, FieldError, Message};

/// So many there may be: each publication writes a message to every one.
pub const WEBHOOKS_MAX: i64 = 200;
/// So long the secret before a rotation signs beside the new one.
pub const PREVIOUS_SECRET_HOURS: i64 = 24;
const URL_LENGTH_MAX: usize = 2000;
const DESCRIPTION_LENGTH_MAX: usize = 500;

/// Refuses what a webhook may not be, every fault named; what is left out has none.
pub fn check(
    url: Option<&str>,
    description: Option<&str>,
    events: Option<&[EventType]>,
    guard: &Guard,
) -> AppResult<()> {
    let faults: Vec<FieldError> = [
        url.and_then(|url| check_url(url, guard)),
        description.and_then(check_description),
        events.and_then(check_events),
    ]
    .into_iter()
    .flatten()
    .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

/// The fault of an address, if it has one. Names are looked up, and looked at, at every delivery.
fn check_url(text: &str, guard: &Guard) -> Option<FieldError> {
    let wrong = |code: &str, vi: &str, en: &str| Some(FieldError::new("/url", code, Message::new(vi, en)));
    let Some(url) = Url::parse(text).ok().filter(|_| text.len() <= URL_LENGTH_MAX) else {
        return wrong(
            "bad_url",
            "Viết địa chỉ đầy đủ, ví dụ https://dashboard.example.vn/hooks, tối đa 2000 ký tự.",
            "Write a whole address such as https://dashboard.example.vn/hooks, of at most 2000 characters.",
        );
    };
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return wrong(
            "bad_url",
            "Địa chỉ không được có tên đăng nhập, mật khẩu hay phần sau dấu #; thông điệp đã được ký.",
            "The address must not hold a user, a password or a fragment; the messages are signed.",
        );
    }
    let encrypted = match url.scheme() {
        "https" => true,
        "http" if guard.allows_any() => false,
        _ => {
            return wrong(
                "not_https",
                "Địa chỉ phải bắt đầu bằng https://.",
                "The address must begin with https://.",
            );
        }
    };
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return wrong("bad_url", "Địa chỉ thiếu tên máy.", "The address names no host."),
    };
    if literal.is_some_and(|address| !guard.may_reach(address, encrypted)) {
        return wrong(
            "internal_address",
            "Địa chỉ nằm trong mạng nội bộ; chỉ gửi tới địa chỉ công cộng, trừ khi người vận hành cho phép mạng đó.",
            "The address lies inside a network; messages go to public ones only, unless the operator allows that network.",
        );
    }
    None
}

/// The fault of a description, if it has one.
fn check_description(text: &str) -> Option<FieldError> {
    let good = !text.trim().is_empty() && text.chars().count() <= DESCRIPTION_LENGTH_MAX;
    (!good).then(|| {
        FieldError::new(
            "/description",
            "bad_text",
            Message::new(
                "Mô tả gồm 1 đến 500 ký tự.",
                "A description has 1 to 500 characters.",
            ),
        )
    })
}

/// The fault of a list of events, if it has one.
fn check_events(events: &[EventType]) -> Option<FieldError> {
    let distinct: BTreeSet<&EventType> = events.iter().collect();
    let good = !events.is_empty() && distinct.len() == events.len() && !distinct.contains(&EventType::Test);
    (!good).then(|| {
        FieldError::new(
            "/events",
            "bad_events",
            Message::new(
                "Chọn publication.published, publication.corrected hoặc cả hai, mỗi loại một lần.",
                "Choose publication.published, publication.corrected or both, each once.",
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, guard: &Guard) -> Option<String> {
        check_url(text, guard).map(|error| error.code.to_string())
    }

    #[test]
    fn an_address_is_public_and_encrypted() {
        let closed = Guard::default();
        for good in [
            "https://example.vn/hooks?x=1",
            "https://example.vn:8443/",
            "https://8.8.8.8/",
        ] {
            assert_eq!(code(good, &closed), None, "{good}");
        }
        for (bad, expected) in [
            ("example.vn", "bad_url"),
            ("https://", "bad_url"),
            ("https://user@example.vn/", "bad_url"),
            ("https://example.vn/#x", "bad_url"),
            ("http://example.vn/", "not_https"),
            ("file:///etc/passwd", "not_https"),
            ("https://127.0.0.1/", "internal_address"),
            ("https://2130706433/", "internal_address"),
            ("https://0x7f.1/", "internal_address"),
            ("https://[::ffff:169.254.169.254]/", "internal_address"),
        ] {
            assert_eq!(code(bad, &closed).as_deref(), Some(expected), "{bad}");
        }
        let open = Guard::new(vec!["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(code("http://10.1.1.1:8080/x", &open), None);
        assert_eq!(
            code("http://127.0.0.1/", &open).as_deref(),
            Some("internal_address")
        );
    }

    #[test]
    fn events_are_chosen_once() {
        use EventType::{Corrected, Published, Test};
        assert!(check_events(&[Published, Corrected]).is_none());
        for bad in [&[][..], &[Published, Published], &[Test]] {
            assert!(check_events(bad).is_some());
        }
    }
}
