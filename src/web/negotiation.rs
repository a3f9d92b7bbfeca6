//! Which form of a document a caller wants (RFC 9110 §12.5): its format and its encoding.

use actix_web::{HttpRequest, http::header};

use super::language::thousandths;

/// A format that published results are served in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `application/json`
    Json,
    /// `text/csv`
    Csv,
}

impl Format {
    /// The name in an ETag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Json => ("application", "json"),
            Self::Csv => ("text", "csv"),
        }
    }

    /// The offered format that the caller likes best, the earlier one of equals; none if all are refused.
    pub fn preferred(request: &HttpRequest, offered: &[Self]) -> Option<Self> {
        let mut sent = request.headers().get_all(header::ACCEPT);
        let Some(first) = sent.next() else {
            return offered.first().copied();
        };
        let mut accept = first.to_str().unwrap_or("").to_owned();
        for more in sent {
            accept.push(',');
            accept.push_str(more.to_str().unwrap_or(""));
        }
        best_format(&accept, offered)
    }
}

fn best_format(accept: &str, offered: &[Format]) -> Option<Format> {
    if accept.trim().is_empty() || accept == "*/*" {
        return offered.first().copied();
    }
    let mut best: Option<(u32, Format)> = None;
    for format in offered {
        let weight = weight_of(accept, format.kind());
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, *format));
        }
    }
    best.map(|(_, format)| format)
}

/// What a caller thinks of a media type: the weight of the most specific range that covers it.
fn weight_of(accept: &str, (kind, subkind): (&str, &str)) -> u32 {
    let mut found = (0_u8, 0_u32);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let Some((range_kind, range_subkind)) = parts.next().and_then(|range| range.split_once('/')) else {
            continue;
        };
        let specific = match (range_kind, range_subkind) {
            ("*", "*") => 1,
            (name, "*") if name.eq_ignore_ascii_case(kind) => 2,
            (name, sub) if name.eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subkind) => 3,
            _ => continue,
        };
        if specific > found.0 {
            found = (specific, weight(parts));
        }
    }
    found.1
}

fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u32 {
    parameters
        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
        .map_or(1000, thousandths)
}

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// `gzip`
    Gzip,
    /// `br`
    Brotli,
}

impl Encoding {
    /// The name in an ETag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    /// The smallest encoding that the caller likes best.
    pub fn preferred(request: &HttpRequest) -> Self {
        let sent = request.headers().get(header::ACCEPT_ENCODING);
        sent.and_then(|value| value.to_str().ok())
            .map_or(Self::Identity, best_encoding)
    }
}

fn best_encoding(accept: &str) -> Encoding {
    let (mut brotli, mut gzip, mut identity, mut others) = (None, None, None, None);
    for item in accept.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let slot = match parts.next().unwrap_or("").to_ascii_lowercase().as_str() {
            "br" => &mut brotli,
            "gzip" | "x-gzip" => &mut gzip,
            "identity" => &mut identity,
            "*" => &mut others,
            _ => continue,
        };
        *slot = Some(weight(parts));
    }
    let brotli = brotli.or(others).unwrap_or(0);
    let gzip = gzip.or(others).unwrap_or(0);
    // Plain bytes are taken by everybody, but nobody who names another encoding asks for them.
    let identity = identity.unwrap_or(1);
    if brotli > 0 && brotli >= gzip && brotli >= identity {
        Encoding::Brotli
    } else if gzip > 0 && gzip >= identity {
        Encoding::Gzip
    } else {
        Encoding::Identity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_that_is_liked_best_is_served() {
        let both = [Format::Json, Format::Csv];
        for (accept, expected) in [
            ("", Some(Format::Json)),
            ("*/*", Some(Format::Json)),
            ("text/csv", Some(Format::Csv)),
            ("text/*;q=0.9, application/json;q=0.5", Some(Format::Csv)),
            ("text/html, */*;q=0.1", Some(Format::Json)),
            ("text/csv;q=0, */*", Some(Format::Json)),
            ("application/json;q=0, */*", Some(Format::Csv)),
            ("text/html", None),
            ("nonsense", None),
        ] {
            assert_eq!(best_format(accept, &both), expected, "{accept}");
        }
        assert_eq!(best_format("text/csv", &[Format::Json]), None);
    }

    #[test]
    fn the_encoding_that_is_liked_best_is_served() {
        for (accept, expected) in [
            ("gzip, deflate, br", Encoding::Brotli),
            ("gzip", Encoding::Gzip),
            ("br;q=0.5, gzip", Encoding::Gzip),
            ("br;q=0, *", Encoding::Gzip),
            ("deflate", Encoding::Identity),
            ("identity, gzip;q=0.5", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            assert_eq!(best_encoding(accept), expected, "{accept}");
        }
    }
}
