//! How failed logins are counted and what they lock. Pure.
//!
//! Who guesses must be slowed down, and must not be able to keep the owner out. So failures of a name are counted where they come
//! from, and lock it there; what comes from everywhere locks it shortly, for those whom nobody knows; and a device that logged in
//! before (OWASP's device cookie) has a count of its own, which nobody else can raise.

use std::net::IpAddr;

use chrono::TimeDelta;

use crate::{
    access::TokenKeys,
    clock::Moment,
    config::Limits,
    ids::{SessionId, UserId},
};

/// How long a device is known after its login.
const DEVICE_DAYS: i64 = 90;
/// So many times the failures of one network, from all of them, lock a name for everybody who is not known.
const EVERYWHERE_FACTOR: i32 = 5;

/// What a count is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// A name from one network, a device or a session.
    Near,
    /// A name from everywhere.
    Everywhere,
}

/// Somebody tries to log in, or to prove once more who it is: what this is counted by, as digests.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The name that was tried.
    pub name_digest: String,
    /// What it counts towards.
    pub subjects: Vec<(Counted, String)>,
}

impl Attempt {
    /// By a device that logged in before: nobody else can lock it.
    fn of_device(keys: &TokenKeys, name: &str, device: &str) -> Self {
        Self {
            name_digest: name_digest(keys, name),
            subjects: vec![(Counted::Near, keys.keyed_digest(&format!("device\n{device}")))],
        }
    }

    /// By somebody of whom only the network is known.
    fn of_network(keys: &TokenKeys, name: &str, network: IpAddr) -> Self {
        let name_digest = name_digest(keys, name);
        let near = keys.keyed_digest(&format!("network\n{network}\n{name}"));
        Self {
            subjects: vec![(Counted::Near, near), (Counted::Everywhere, name_digest.clone())],
            name_digest,
        }
    }

    /// By who holds a session: guesses there must not lock anybody's login.
    pub fn of_session(keys: &TokenKeys, name: &str, session: &SessionId) -> Self {
        Self {
            name_digest: name_digest(keys, name),
            subjects: vec![(Counted::Near, keys.keyed_digest(&format!("session\n{session}")))],
        }
    }

    /// A login as it may be counted, the best for the caller first.
    pub fn of_login(
        keys: &TokenKeys,
        name: &str,
        network: IpAddr,
        device: Option<(&UserId, &str)>,
        now: Moment,
    ) -> Vec<Self> {
        let known = device.filter(|(user, device)| is_known(keys, user, device, now));
        let by_device = known.map(|(_, device)| Self::of_device(keys, name, device));
        by_device
            .into_iter()
            .chain([Self::of_network(keys, name, network)])
            .collect()
    }
}

/// The digest by which all counts of a name are found.
pub fn name_digest(keys: &TokenKeys, name: &str) -> String {
    keys.keyed_digest(&format!("name\n{name}"))
}

/// What a device's value is about; it is signed with its time, and kept nowhere.
pub fn device_subject(user: &UserId) -> String {
    format!("device of {user}")
}

fn is_known(keys: &TokenKeys, user: &UserId, device: &str, now: Moment) -> bool {
    let since = keys.read_stamp(device, &device_subject(user));
    since.is_some_and(|since| since.plus(TimeDelta::days(DEVICE_DAYS)) > now)
}

/// A count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Failures since the last lock or success.
    pub failures: i32,
    /// Locks since the last success.
    pub locks: i32,
    /// Until when it is locked.
    pub locked_until: Option<Moment>,
}

impl Count {
    /// The count after one more failure.
    pub fn after_failure(self, counted: Counted, limits: &Limits, now: Moment) -> Self {
        let failures = self.failures.saturating_add(1);
        let (most, minutes) = match counted {
            Counted::Near => (limits.login_failures_max, limits.login_lock_minutes),
            // The first lock comes late, for many people may be behind it who only mistype; each further one comes sooner and
            // is twice as long.
            Counted::Everywhere => (
                limits
                    .login_failures_max
                    .saturating_mul(if self.locks == 0 { EVERYWHERE_FACTOR } else { 1 }),
                limits.login_lock_minutes.min(1 << self.locks.clamp(0, 10)),
            ),
        };
        if failures < most {
            return Self { failures, ..self };
        }
        // A lock starts the count anew.
        Self {
            failures: 0,
            locks: self.locks.saturating_add(1),
            locked_until: Some(now.plus(TimeDelta::minutes(minutes))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn limits() -> Limits {
        let settings = [
            ("PARINDEX_LOGIN_FAILURES_MAX", "3"),
            ("PARINDEX_LOGIN_LOCK_MINUTES", "5"),
        ];
        let pairs = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Config::from_values(pairs).unwrap().limits
    }

    /// The failures at which a count locks, each with the minutes it does.
    fn locks(counted: Counted, failures: i32) -> Vec<(i32, i64)> {
        let (limits, now) = (limits(), Moment::from_unix_seconds(1_800_000_000).unwrap());
        let mut count = Count::default();
        let mut seen = Vec::new();
        for number in 1..=failures {
            let after = count.after_failure(counted, &limits, now);
            if after.locks > count.locks {
                let until = after.locked_until.unwrap().unix_seconds();
                seen.push((number, (until - now.unix_seconds()) / 60));
            }
            count = after;
        }
        seen
    }

    #[test]
    fn a_lock_nearby_comes_soon_and_one_for_everybody_late_and_short() {
        assert_eq!(locks(Counted::Near, 9), [(3, 5), (6, 5), (9, 5)]);
        assert_eq!(
            locks(Counted::Everywhere, 27),
            [(15, 1), (18, 2), (21, 4), (24, 5), (27, 5)]
        );
    }

    #[test]
    fn what_is_kept_tells_neither_name_nor_address() {
        let dir = tempfile::tempdir().unwrap();
        let now = Moment::from_unix_seconds(1_800_000_000).unwrap();
        let keys = TokenKeys::load(dir.path(), true, now).unwrap();
        let network = IpAddr::from([203, 0, 113, 9]);
        let user = UserId::new();
        let device = keys.sign_stamp(&device_subject(&user), now).unwrap();
        let of = |device: Option<(&UserId, &str)>, at: Moment| {
            Attempt::of_login(&keys, "moj.submitter", network, device, at)
        };
        assert_eq!(of(None, now).len(), 1);
        assert_eq!(of(Some((&user, &device)), now).len(), 2);
        // Somebody else's device, one that is long gone, and nonsense.
        assert_eq!(of(Some((&UserId::new(), &device)), now).len(), 1);
        assert_eq!(of(Some((&user, "nonsense")), now).len(), 1);
        let later = now.plus(TimeDelta::days(90));
        assert_eq!(of(Some((&user, &device)), later).len(), 1);
        let kept = format!("{:?}", of(Some((&user, &device)), now));
        // Whole, as a part of an address may stand in a hash by chance.
        assert!(
            !kept.contains("moj.submitter") && !kept.contains("203.0.113.9"),
            "{kept}"
        );
        let plain = crate::ids::sha256_hex(b"name\nmoj.submitter");
        assert!(!kept.contains(&plain));
    }
}
