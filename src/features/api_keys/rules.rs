//! What a good API key is. Pure.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::model::NewApiKey;
use crate::{
    clock::Moment,
    config,
    error::{FieldError, Message},
};

const NAME_LENGTH_MAX: usize = 100;
/// Two years, one of them with 366 days: a key that nobody renews is one that nobody thinks of.
pub const LIFE_DAYS_MAX: i64 = 731;
/// A thousand a second; more is the work of a copy of the data, not of a key.
pub const PER_MINUTE_MAX: u32 = 60_000;
const NETWORKS_MAX: usize = 50;
/// Keys that are good at the same time: all of them are kept in memory.
pub const ACTIVE_MAX: i64 = 1000;

/// The faults of a key to be made.
pub fn check_new(new: &NewApiKey, now: Moment) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut fault = |pointer: &str, code: &str, vi: &str, en: &str| {
        errors.push(FieldError::new(pointer, code, Message::new(vi, en)));
    };
    if new.name.trim().is_empty() || new.name.chars().count() > NAME_LENGTH_MAX {
        fault(
            "/name",
            "bad_name",
            "Tên khóa gồm 1 đến 100 ký tự: ai dùng, dùng vào việc gì.",
            "The name of a key has 1 to 100 characters: who uses it, and for what.",
        );
    }
    if new.scopes.is_empty() {
        fault(
            "/scopes",
            "no_scopes",
            "Nêu ít nhất một phạm vi, ví dụ publications:read.",
            "Name one scope at least, for example publications:read.",
        );
    }
    if new.scopes.iter().collect::<BTreeSet<_>>().len() < new.scopes.len() {
        fault(
            "/scopes",
            "duplicate_scope",
            "Có phạm vi nêu hai lần.",
            "A scope is named twice.",
        );
    }
    let latest = now.plus(TimeDelta::days(LIFE_DAYS_MAX));
    if new.expires_at <= now || new.expires_at > latest {
        fault(
            "/expires_at",
            "bad_expiry",
            &format!("Hạn dùng phải sau lúc này và không quá {latest}."),
            &format!("A key expires after now, and at {latest} at the latest."),
        );
    }
    if new
        .requests_per_minute
        .is_some_and(|limit| !(1..=PER_MINUTE_MAX).contains(&limit))
    {
        fault(
            "/requests_per_minute",
            "bad_limit",
            &format!("Giới hạn từ 1 đến {PER_MINUTE_MAX} yêu cầu một phút."),
            &format!("The limit is 1 to {PER_MINUTE_MAX} requests a minute."),
        );
    }
    errors.extend(check_networks(&new.networks));
    errors
}

fn check_networks(networks: &[String]) -> Vec<FieldError> {
    if networks.len() > NETWORKS_MAX {
        let message = Message::new(
            format!("Tối đa {NETWORKS_MAX} mạng."),
            format!("At most {NETWORKS_MAX} networks."),
        );
        return vec![FieldError::new("/networks", "too_many_networks", message)];
    }
    let bad = networks
        .iter()
        .enumerate()
        .filter(|(_, text)| config::network(text).is_none());
    bad.map(|(index, _)| {
        let message = Message::new(
            "Không phải mạng hay địa chỉ; viết 203.0.113.0/24, 2001:db8::/32 hoặc 203.0.113.7.",
            "This is no network or address; write 203.0.113.0/24, 2001:db8::/32 or 203.0.113.7.",
        );
        FieldError::new(format!("/networks/{index}"), "bad_network", message)
    })
    .collect()
}

/// The networks as they are kept: each in one way of writing, none twice; none at all: everywhere.
pub fn kept_networks(networks: &[String]) -> Vec<String> {
    let read = networks.iter().filter_map(|text| config::network(text));
    let kept: BTreeSet<String> = read.map(|network| network.trunc().to_string()).collect();
    kept.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Scope;

    #[test]
    fn a_key_has_a_name_a_scope_an_end_and_a_limit() {
        let now = Moment::from_unix_seconds(1_800_000_000).unwrap();
        let in_days = |days: i64| now.plus(TimeDelta::days(days));
        let good = NewApiKey {
            name: "Bảng theo dõi".to_owned(),
            scopes: vec![Scope::ReadPublications],
            expires_at: in_days(731),
            requests_per_minute: Some(60_000),
            networks: ["203.0.113.77/24", "10.0.0.1", "2001:db8::/32", "10.0.0.1/32"]
                .map(str::to_owned)
                .into(),
        };
        assert_eq!(check_new(&good, now), []);
        assert_eq!(
            kept_networks(&good.networks),
            ["10.0.0.1/32", "2001:db8::/32", "203.0.113.0/24"]
        );
        let bad = NewApiKey {
            name: " ".to_owned(),
            scopes: Vec::new(),
            expires_at: in_days(0),
            requests_per_minute: Some(0),
            networks: vec!["here".to_owned()],
        };
        let faults = |new: &NewApiKey| {
            let errors = check_new(new, now).into_iter();
            errors.map(|error| error.code).collect::<Vec<_>>()
        };
        assert_eq!(
            faults(&bad),
            ["bad_name", "no_scopes", "bad_expiry", "bad_limit", "bad_network"]
        );
        let other = NewApiKey {
            scopes: vec![Scope::ReadPublications; 2],
            expires_at: in_days(732),
            requests_per_minute: Some(60_001),
            networks: vec!["10.0.0.1".to_owned(); 51],
            ..good
        };
        assert_eq!(
            faults(&other),
            ["duplicate_scope", "bad_expiry", "bad_limit", "too_many_networks"]
        );
    }
}
