//! Which addresses webhooks may reach. Whoever registers one must not reach through it what only this machine reaches
//! (server-side request forgery): metadata services, databases, neighbours. Pure.
//!
//! The address that is really connected to is looked at, after names were resolved: a name that leads to one address
//! when it is registered and to another when it is used gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// IPv4 networks that are not public: IANA's special-purpose registry (RFC 6890) and multicast.
const V4_INSIDE: [(Ipv4Addr, u8); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All IPv6 addresses that are given out (RFC 4291 §2.4) lie here …
const V6_GLOBAL: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// … but for these, which are special, documentation, or wrap an IPv4 address.
const V6_INSIDE: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// What the operator allows beside public addresses.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    allowed: Vec<IpNet>,
}

impl Guard {
    /// Allows some networks.
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Whether the operator allows this address, wherever it is.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed.iter().any(|net| net.contains(&address))
    }

    /// Whether a message may go there: to public addresses under encryption, and as the operator allows.
    pub fn may_reach(&self, address: IpAddr, encrypted: bool) -> bool {
        (encrypted && is_public(address.to_canonical())) || self.allows(address)
    }

    /// Whether unencrypted messages may go anywhere at all.
    pub fn allows_any(&self) -> bool {
        !self.allowed.is_empty()
    }
}

fn is_public(address: IpAddr) -> bool {
    let v4 = |(net, length): (Ipv4Addr, u8)| Ipv4Net::new_assert(net, length);
    let v6 = |(net, length): (Ipv6Addr, u8)| Ipv6Net::new_assert(net, length);
    match address {
        IpAddr::V4(address) => !V4_INSIDE.into_iter().any(|net| v4(net).contains(&address)),
        IpAddr::V6(address) => {
            v6(V6_GLOBAL).contains(&address) && !V6_INSIDE.into_iter().any(|net| v6(net).contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_public_addresses_are_reached() {
        let guard = Guard::default();
        for inside in [
            "127.0.0.1",
            "10.0.0.8",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.0.192",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fd00:ec2::254",
            "fec0::1",
            "ff02::1",
            "2002:7f00:1::",
            "2001:0:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!guard.may_reach(address(inside), true), "{inside}");
        }
        for public in [
            "8.8.8.8",
            "113.160.0.1",
            "2001:4860:4860::8888",
            "2405:4800::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(guard.may_reach(address(public), true), "{public}");
            assert!(!guard.may_reach(address(public), false), "{public}");
        }
    }

    #[test]
    fn the_operator_allows_more() {
        let guard = Guard::new(vec!["10.1.0.0/16".parse().unwrap()]);
        assert!(guard.may_reach(address("10.1.2.3"), false));
        assert!(guard.may_reach(address("::ffff:10.1.2.3"), false));
        assert!(!guard.may_reach(address("10.2.0.1"), true));
    }
}
