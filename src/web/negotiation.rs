//! Which form of a document a caller wants (RFC 9110 §12.5): its format and its encoding.

use actix_web::{HttpRequest, http::header};

use super::{language::thousandths, range::is_ranged};
use crate::{
    error::{AppError, AppResult, ErrorCode},
    formats::{CSVW_TYPE, JSON_LD_TYPE, JSON_STAT_TYPE, chart, docx, sdmx, xlsx},
};

/// A format that published results are served in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `application/json`
    Json,
    /// `text/csv`
    Csv,
    /// A workbook.
    Xlsx,
    /// JSON-stat 2.0.
    JsonStat,
    /// SDMX-CSV 2.0.
    SdmxCsv,
    /// CSV on the Web: the description of the CSV.
    Csvw,
    /// An SDMX structure as SDMX-ML 3.0.
    StructureXml,
    /// An SDMX structure as SDMX-JSON 2.0.
    StructureJson,
    /// JSON-LD.
    JsonLd,
    /// A page for people.
    Html,
    /// A Word document.
    Docx,
    /// A picture as SVG.
    Svg,
    /// A picture as PNG.
    Png,
}

impl Format {
    /// The name in an ETag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::JsonStat => "jsonstat",
            Self::SdmxCsv => "sdmxcsv",
            Self::Csvw => "csvw",
            Self::StructureXml => "sdmxml",
            Self::StructureJson => "sdmxjson",
            Self::JsonLd => "jsonld",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// What an address ends with, behind the point, that names the format.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Json | Self::StructureJson => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::JsonStat => "jsonstat.json",
            Self::SdmxCsv => "sdmx.csv",
            Self::Csvw => "csv-metadata.json",
            Self::StructureXml => "xml",
            Self::JsonLd => "jsonld",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => xlsx::CONTENT_TYPE,
            Self::JsonStat => JSON_STAT_TYPE,
            Self::SdmxCsv => sdmx::SDMX_CSV_TYPE,
            Self::Csvw => CSVW_TYPE,
            Self::StructureXml => sdmx::STRUCTURE_XML_TYPE,
            Self::StructureJson => sdmx::STRUCTURE_JSON_TYPE,
            Self::JsonLd => JSON_LD_TYPE,
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => docx::CONTENT_TYPE,
            Self::Svg => chart::SVG_TYPE,
            Self::Png => chart::PNG_TYPE,
        }
    }

    /// Whether packing makes it smaller: workbooks, documents and PNGs are packed already.
    pub fn is_packable(self) -> bool {
        !matches!(self, Self::Xlsx | Self::Docx | Self::Png)
    }

    /// The version of the format, where its media type names one.
    fn version(self) -> Option<&'static str> {
        match self {
            Self::SdmxCsv | Self::StructureJson => Some("2.0"),
            Self::StructureXml => Some("3.0"),
            _ => None,
        }
    }

    fn kind(self) -> (&'static str, &'static str) {
        let kind = self.content_type();
        let kind = kind.split(';').next().unwrap_or(kind);
        kind.split_once('/').unwrap_or((kind, ""))
    }

    /// The offered format that the caller likes best, the earlier one of equals; 406 with what is offered if all are
    /// refused.
    pub fn negotiate(request: &HttpRequest, offered: &[Self]) -> AppResult<Self> {
        let mut sent = request.headers().get_all(header::ACCEPT);
        let found = match (sent.next(), sent.next()) {
            (None, _) => offered.first().copied(),
            (Some(only), None) => best_format(only.to_str().unwrap_or(""), offered),
            (Some(_), Some(_)) => {
                let all = request.headers().get_all(header::ACCEPT);
                let all: Vec<&str> = all.map(|value| value.to_str().unwrap_or("")).collect();
                best_format(&all.join(","), offered)
            }
        };
        found.ok_or_else(|| not_offered(offered))
    }
}

fn not_offered(offered: &[Format]) -> AppError {
    let kinds: Vec<&str> = offered.iter().map(|format| format.content_type()).collect();
    let kinds = kinds.join(" | ");
    AppError::with(
        ErrorCode::NotAcceptable,
        format!("Định dạng có thể nhận: {kinds}."),
        format!("The formats offered here: {kinds}."),
    )
}

fn best_format(accept: &str, offered: &[Format]) -> Option<Format> {
    if accept.trim().is_empty() || accept == "*/*" {
        return offered.first().copied();
    }
    let mut best: Option<(u32, Format)> = None;
    for format in offered {
        let weight = weight_of(accept, *format);
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, *format));
        }
    }
    best.map(|(_, format)| format)
}

/// What a caller thinks of a format: the weight of the most specific range that covers it.
fn weight_of(accept: &str, format: Format) -> u32 {
    let (kind, subkind) = format.kind();
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
        if specific > found.0 && is_version(parts.clone(), format.version()) {
            found = (specific, weight(parts));
        }
    }
    found.1
}

/// Whether a range asks for no version, or for the one that there is: 2, 2.0 and 2.0.0 are one.
fn is_version<'a>(mut parameters: impl Iterator<Item = &'a str>, ours: Option<&str>) -> bool {
    let asked = parameters.find_map(|part| part.strip_prefix("version="));
    let (Some(asked), Some(ours)) = (asked, ours) else {
        return true;
    };
    let asked = asked.trim_matches('"');
    let short = |version: &str| {
        let mut short = version;
        while let Some(shorter) = short.strip_suffix(".0") {
            short = shorter;
        }
        short.to_owned()
    };
    short(asked) == short(ours)
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

    /// The smallest encoding that the caller likes best, of a format that is worth packing. Parts are of plain bytes.
    pub fn preferred(request: &HttpRequest, format: Format) -> Self {
        if !format.is_packable() || is_ranged(request) {
            return Self::Identity;
        }
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
    fn a_version_is_taken_at_its_word() {
        let offered = [Format::Json, Format::SdmxCsv, Format::StructureXml];
        for (accept, expected) in [
            ("application/vnd.sdmx.data+csv", Some(Format::SdmxCsv)),
            (
                "application/vnd.sdmx.data+csv;version=2.0.0",
                Some(Format::SdmxCsv),
            ),
            (
                "application/vnd.sdmx.data+csv; version=2; q=0.5",
                Some(Format::SdmxCsv),
            ),
            ("application/vnd.sdmx.data+csv;version=1.0.0", None),
            (
                "application/vnd.sdmx.data+csv;version=1.0.0, application/json;q=0.1",
                Some(Format::Json),
            ),
            (
                "application/vnd.sdmx.structure+xml;version=3.0",
                Some(Format::StructureXml),
            ),
            ("application/vnd.sdmx.structure+xml;version=2.1", None),
        ] {
            assert_eq!(best_format(accept, &offered), expected, "{accept}");
        }
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
