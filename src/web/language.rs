//! Vietnamese or English, as the caller prefers (RFC 9110 §12.5.4).

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderValue},
};

use crate::error::Message;

/// The language of the texts for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Vietnamese, also where nothing is asked for.
    #[default]
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// The preferred one of a request's `Accept-Language`.
    pub fn of(request: &HttpRequest) -> Self {
        Self::of_header(request.headers().get(header::ACCEPT_LANGUAGE))
    }

    /// The preferred one of an `Accept-Language`.
    pub fn of_header(header: Option<&HeaderValue>) -> Self {
        header
            .and_then(|value| value.to_str().ok())
            .map_or(Self::default(), Self::preferred)
    }

    fn preferred(accept_language: &str) -> Self {
        let mut best = (0_u32, Self::default());
        for range in accept_language.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or("").trim().to_ascii_lowercase();
            let language = match tag.split('-').next() {
                Some("vi") | Some("*") => Self::Vietnamese,
                Some("en") => Self::English,
                _ => continue,
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q=").map(thousandths))
                .unwrap_or(1000);
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The tag for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }

    /// The sentence in this language.
    pub fn pick(self, message: &Message) -> &str {
        match self {
            Self::Vietnamese => &message.vi,
            Self::English => &message.en,
        }
    }
}

/// A weight such as `0.8` in thousandths; nonsense weighs nothing.
pub(super) fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), fraction.parse::<u32>()) {
        (Ok(whole), Ok(fraction)) => (whole * 1000 + fraction).min(1000),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heavier_language_wins_and_vietnamese_is_the_default() {
        for (header, expected) in [
            ("en", Language::English),
            ("vi, en;q=0.8", Language::Vietnamese),
            ("en-GB;q=0.9, vi;q=0.5", Language::English),
            ("fr, en;q=0.1", Language::English),
            ("fr", Language::Vietnamese),
            ("", Language::Vietnamese),
            ("en;q=x", Language::Vietnamese),
        ] {
            assert_eq!(Language::preferred(header), expected, "{header}");
        }
    }
}
