//! The parts of a publication, the forms that each comes in, and the links between them.

use serde::Deserialize;
use utoipa::IntoParams;

use super::charts::{DRAWING_VERSION, Picture};
use crate::{
    formats::{Labels, Lang},
    web::Format,
    words,
};

/// A part of a publication.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PartName {
    /// The canonical document.
    Document,
    /// The ranking.
    Ranking,
    /// The domains of all agencies.
    Domains,
    /// One agency.
    Agency(String),
    /// One node across all agencies.
    Node(String),
    /// All nodes of all agencies.
    Data,
    /// The SDMX structure.
    Structure,
    /// What has changed against an earlier publication.
    Changes(String),
    /// One number through the years, with the query that it was asked for by.
    Series(String),
    /// The catalogue of open data.
    Catalogue,
    /// The report.
    Report,
    /// A picture.
    Chart(Picture),
}

/// Raised when the same publication would be reported otherwise: an ETag never names two documents.
const REPORT_VERSION: &str = "report1";

/// The forms of numbers, the one that is sent to who does not care first.
pub const FORMS: [Format; 6] = [
    Format::Json,
    Format::Csv,
    Format::Xlsx,
    Format::JsonStat,
    Format::SdmxCsv,
    Format::Csvw,
];
/// The forms of a structure.
pub const STRUCTURE_FORMS: [Format; 2] = [Format::StructureXml, Format::StructureJson];
/// The forms of a table that is no cube.
pub const TABLE_FORMS: [Format; 4] = [Format::Json, Format::Csv, Format::Xlsx, Format::Csvw];

/// The forms of a picture.
pub const PICTURE_FORMS: [Format; 2] = [Format::Svg, Format::Png];

impl PartName {
    /// The name in an ETag.
    pub fn etag(&self) -> String {
        match self {
            Self::Document => "document".to_owned(),
            Self::Ranking => "ranking".to_owned(),
            Self::Domains => "domains".to_owned(),
            Self::Agency(code) => format!("agency.{code}"),
            Self::Node(code) => format!("node.{code}"),
            Self::Data => "data".to_owned(),
            Self::Structure => "structure".to_owned(),
            Self::Changes(against) => format!("changes.{}", against.get(..32).unwrap_or(against)),
            Self::Series(_) => "series".to_owned(),
            Self::Catalogue => "catalogue".to_owned(),
            Self::Report => format!("{REPORT_VERSION}.{DRAWING_VERSION}"),
            Self::Chart(picture) => picture.etag(),
        }
    }

    /// The forms it comes in.
    pub fn forms(&self) -> &'static [Format] {
        match self {
            Self::Document => &[Format::Json],
            Self::Structure => &STRUCTURE_FORMS,
            Self::Changes(_) => &TABLE_FORMS,
            Self::Report => &[Format::Docx],
            Self::Chart(_) => &PICTURE_FORMS,
            _ => &FORMS,
        }
    }

    /// The last piece of its address, and the way from there to the publication's own pieces.
    pub fn address(&self) -> (&str, &'static str) {
        match self {
            Self::Document => ("document", ""),
            Self::Ranking => ("ranking", ""),
            Self::Domains => ("domains", ""),
            Self::Agency(code) | Self::Node(code) => (code, "../"),
            Self::Data => ("data", ""),
            Self::Structure => ("structure", ""),
            Self::Changes(_) => ("changes", ""),
            Self::Series(_) => ("series", ""),
            Self::Catalogue => ("catalogue", ""),
            Self::Report => ("report", ""),
            Self::Chart(picture) => (picture.name(), ""),
        }
    }
}

words! {
    /// Whether a CSV shows codes, names or both.
    LabelChoice {
        /// Codes alone.
        Code = "code",
        /// Names in place of codes, in the head too.
        Name = "name",
        /// Codes, and behind each its name.
        CodeAndName = "both",
    }
}

words! {
    /// The language of names.
    LangChoice {
        /// Vietnamese.
        Vi = "vi",
        /// English, where there is an English name.
        En = "en",
    }
}

words! {
    /// The form that an address names.
    FormSuffix {
        /// JSON.
        Json = "json",
        /// CSV (RFC 4180).
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
        /// JSON-stat 2.0.
        JsonStat = "jsonstat.json",
        /// SDMX-CSV 2.0.
        SdmxCsv = "sdmx.csv",
        /// What the columns of the CSV mean: CSV on the Web.
        Csvw = "csv-metadata.json",
    }
}

words! {
    /// The form of a table that an address names.
    TableSuffix {
        /// JSON.
        Json = "json",
        /// CSV (RFC 4180).
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
        /// What the columns of the CSV mean: CSV on the Web.
        Csvw = "csv-metadata.json",
    }
}

words! {
    /// The form of a structure that an address names.
    StructureSuffix {
        /// SDMX-ML 3.0.
        Xml = "xml",
        /// SDMX-JSON 2.0.
        Json = "json",
    }
}

/// How names are shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormQuery {
    /// CSV: codes, names or both. Without it all columns are there.
    pub labels: Option<LabelChoice>,
    /// CSV with `labels`, and JSON-stat: the language of names; Vietnamese by default.
    pub lang: Option<LangChoice>,
}

/// A form of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Form {
    /// The format.
    pub format: Format,
    /// CSV and its description: codes, names or both.
    pub labels: Option<Labels>,
    /// The language of names.
    pub lang: Lang,
}

impl Form {
    /// A format with nothing said about names.
    pub fn plain(format: Format) -> Self {
        Self {
            format,
            labels: None,
            lang: Lang::Vi,
        }
    }

    /// A format as asked for; what means nothing in it is left out, so that one body has one name.
    pub fn of(format: Format, asked: &FormQuery) -> Self {
        let labels = asked.labels.map(|labels| match labels {
            LabelChoice::Code => Labels::Code,
            LabelChoice::Name => Labels::Name,
            LabelChoice::CodeAndName => Labels::CodeAndName,
        });
        let labels = labels.filter(|_| matches!(format, Format::Csv | Format::Csvw));
        let says_names = matches!(labels, Some(Labels::Name | Labels::CodeAndName))
            || matches!(
                format,
                Format::JsonStat | Format::Docx | Format::Svg | Format::Png
            );
        let lang = match asked.lang {
            Some(LangChoice::En) if says_names => Lang::En,
            _ => Lang::Vi,
        };
        Self { format, labels, lang }
    }

    /// Whether nothing is said about names.
    pub fn is_plain(self) -> bool {
        self == Self::plain(self.format)
    }

    /// The beginning of an ETag, with what is said about names.
    pub fn etag(self, stem: String) -> String {
        let mut etag = stem;
        if let Some(labels) = self.labels {
            etag.push('.');
            etag.push_str(labels.as_str());
        }
        if self.lang == Lang::En {
            etag.push_str(".en");
        }
        etag
    }

    /// The query that asks for it.
    pub fn query(self) -> String {
        let labels = self.labels.map(|labels| format!("labels={}", labels.as_str()));
        let lang = (self.lang == Lang::En).then(|| "lang=en".to_owned());
        let said: Vec<String> = labels.into_iter().chain(lang).collect();
        if said.is_empty() {
            String::new()
        } else {
            format!("?{}", said.join("&"))
        }
    }
}

/// The `Link` header of a form (RFC 8288), with addresses relative to its own: the other forms, and what describes it.
pub fn link_header((name, to_structure): (&str, &str), forms: &[Format], form: Form) -> String {
    let link = |address: String, relation: &str, format: Format| {
        let kind = format.content_type();
        let kind = kind.split(';').next().unwrap_or(kind);
        format!("<{address}>; rel=\"{relation}\"; type=\"{kind}\"")
    };
    let others = forms
        .iter()
        .filter(|other| **other != form.format && **other != Format::Csvw);
    // A picture in the other form is of the same language.
    let query = match form.format {
        Format::Svg | Format::Png => form.query(),
        _ => String::new(),
    };
    let mut links: Vec<String> = others
        .map(|other| link(format!("{name}.{}{query}", other.suffix()), "alternate", *other))
        .collect();
    match form.format {
        Format::Csv => {
            let address = format!("{name}.{}{}", Format::Csvw.suffix(), form.query());
            links.push(link(address, "describedby", Format::Csvw));
        }
        Format::SdmxCsv => {
            let address = format!("{to_structure}structure.{}", Format::StructureXml.suffix());
            links.push(link(address, "describedby", Format::StructureXml));
        }
        _ => {}
    }
    links.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_described_is_what_is_served() {
        let suffixes = |forms: &[Format]| forms.iter().map(|form| form.suffix()).collect::<Vec<_>>();
        let words = FormSuffix::ALL
            .iter()
            .map(|word| word.as_str())
            .collect::<Vec<_>>();
        assert_eq!(words, suffixes(&FORMS));
        let words = TableSuffix::ALL
            .iter()
            .map(|word| word.as_str())
            .collect::<Vec<_>>();
        assert_eq!(words, suffixes(&TABLE_FORMS));
        let words = StructureSuffix::ALL
            .iter()
            .map(|word| word.as_str())
            .collect::<Vec<_>>();
        assert_eq!(words, suffixes(&STRUCTURE_FORMS));
    }

    #[test]
    fn one_body_has_one_name() {
        let english = FormQuery {
            labels: None,
            lang: Some(LangChoice::En),
        };
        // A CSV with all its columns is the same in every language, and JSON has no labels to choose.
        assert!(Form::of(Format::Csv, &english).is_plain());
        assert!(Form::of(Format::Xlsx, &english).is_plain());
        assert_eq!(Form::of(Format::JsonStat, &english).etag("a".into()), "a.en");
        let names = FormQuery {
            labels: Some(LabelChoice::Name),
            lang: Some(LangChoice::En),
        };
        let form = Form::of(Format::Csv, &names);
        assert_eq!(
            (form.etag("a".into()), form.query()),
            ("a.name.en".into(), "?labels=name&lang=en".into())
        );
        let links = link_header(("moj", "../"), &FORMS, form);
        assert!(
            links.contains("<moj.csv-metadata.json?labels=name&lang=en>; rel=\"describedby\""),
            "{links}"
        );
        let sdmx = link_header(("moj", "../"), &FORMS, Form::plain(Format::SdmxCsv));
        assert!(sdmx.contains("<../structure.xml>; rel=\"describedby\""), "{sdmx}");
    }
}
