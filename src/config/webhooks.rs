//! Where webhooks may lead, and how networks are written.

use ipnet::IpNet;

/// Reads a list of networks inside the house, such as `10.1.0.0/16, 10.2.3.4/32`.
pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            network(part).ok_or_else(|| {
                format!(
                    "PARINDEX_WEBHOOK_NETWORKS holds {part:?}; write networks such as 10.1.0.0/16, or addresses, \
                     separated by commas"
                )
            })
        })
        .collect()
}

/// Reads a network such as `10.1.0.0/16`, or an address, which is a network of one.
pub fn network(text: &str) -> Option<IpNet> {
    let address = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>().ok().or_else(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_addresses_are_read() {
        let read =
            |text: &str| networks(text).map(|nets| nets.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(read(""), Ok(vec![]));
        assert_eq!(
            read("10.1.0.0/16, 127.0.0.1,fd00::/8"),
            Ok(vec![
                "10.1.0.0/16".to_owned(),
                "127.0.0.1/32".to_owned(),
                "fd00::/8".to_owned()
            ])
        );
        assert!(read("inside").unwrap_err().contains("\"inside\""));
    }
}
