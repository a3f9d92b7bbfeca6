//! Where a request comes from: the peer, or what a trusted proxy says of it. Nobody else is believed.

use std::{
    future::{Ready, ready},
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderMap, web::Data};

use crate::{
    config::Limits,
    error::{AppError, AppResult},
};

/// Bits of an IPv6 address that a household or an office shares (RFC 6177): whoever has one has all below it.
const SITE_BITS: u32 = 64;

/// Who is counted as one caller: an IPv4 address, or an IPv6 network of a site.
pub(super) fn caller_network(request: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    site(caller_address(request, trusted))
}

/// The very address that a request comes from.
pub(super) fn caller_address(request: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    let peer = request.peer_addr().map(|address| address.ip());
    client(peer, request.headers(), trusted)
}

/// The network of the caller, for a handler that counts what comes from it.
#[derive(Clone, Copy, Debug)]
pub struct CallerNetwork(pub IpAddr);

impl FromRequest for CallerNetwork {
    type Error = AppError;
    type Future = Ready<AppResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let limits = request.app_data::<Data<Limits>>();
        ready(
            limits
                .map(|limits| Self(caller_network(request, &limits.trusted_proxies)))
                .ok_or_else(|| AppError::internal("the limits are not set up")),
        )
    }
}

/// The last hop before our own proxies. Each proxy adds whom it got the request from at the end, to the last of several
/// headers: what stands further to the front may be made up.
fn client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut last = peer.unwrap_or(IpAddr::from([0, 0, 0, 0])).to_canonical();
    if !trusted.contains(&last) {
        return last;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .map(|value| value.to_str().unwrap_or(""))
        .collect();
    for hop in forwarded.iter().rev().flat_map(|line| line.rsplit(',')) {
        // What can't be read hides who stands before it.
        let Some(hop) = parse(hop.trim()) else { break };
        last = hop;
        if !trusted.contains(&hop) {
            break;
        }
    }
    last
}

/// An address, with or without a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

fn site(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << SITE_BITS))),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.1", "10.0.0.2", "fd00::1"].map(|text| text.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(
                HeaderName::from_static("x-forwarded-for"),
                HeaderValue::from_str(line).unwrap(),
            );
        }
        site(client(peer.parse().ok(), &headers, &trusted)).to_string()
    }

    #[test]
    fn only_what_a_trusted_proxy_saw_is_believed() {
        for (peer, forwarded, expected) in [
            ("198.51.100.7", &["203.0.113.9"][..], "198.51.100.7"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, unknown, 10.0.0.2"], "10.0.0.2"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("fd00::1", &["[2001:db8:1:2:3::4]:443"], "2001:db8:1:2::"),
        ] {
            assert_eq!(seen(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_site_of_ipv6_is_one_caller() {
        assert_eq!(
            seen("2001:db8:1:2:aaaa::1", &[]),
            seen("2001:db8:1:2:bbbb::2", &[])
        );
        assert_ne!(seen("2001:db8:1:2::1", &[]), seen("2001:db8:1:3::1", &[]));
    }
}
