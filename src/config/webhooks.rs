//! Where webhooks may lead.

use ipnet::IpNet;

/// Reads a list of networks inside the house, such as `10.1.0.0/16, 10.2.3.4/32`.
pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from))
                .map_err(|_| {
                    format!(
                        "PARINDEX_WEBHOOK_NETWORKS holds {part:?}; write networks such as 10.1.0.0/16, or addresses, \
                         separated by commas"
                    )
                })
        })
        .collect()
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
