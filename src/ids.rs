//! Identifiers as types of their own, so that an agency's code can't be passed where a round's is meant.
//!
//! Readable codes (`moj`, `par-2023-ministries`) are unique for ever; made-up ids are UUIDv7 in text.

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code is 1 to 64 small letters, digits, '-' or '.', and starts and ends with a letter or digit")]
pub struct CodeError;

fn is_code(text: &str) -> bool {
    is_code_separated_by(text, &['-', '.'])
}

fn is_code_separated_by(text: &str, separators: &[char]) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= 64
        && !text.is_empty()
        && text
            .split(separators)
            .all(|part| !part.is_empty() && part.chars().all(inner))
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $pattern:literal, $example:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[serde(transparent)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(String);

        impl $name {
            /// Checks a text and takes it as this kind of identifier.
            pub fn parse(text: &str) -> Result<Self, CodeError> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.to_owned())) } else { Err(CodeError) }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = CodeError;
            fn from_str(text: &str) -> Result<Self, CodeError> {
                Self::parse(text)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                String::from_sql(bytes).map(Self)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.0.as_str().to_sql(out)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some($pattern))
                    .max_length(Some(64))
                    .examples([$example])
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {}
    };
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $example:literal) => {
        text_id!($(#[$doc])* $name, "^[a-z0-9]+([.-][a-z0-9]+)*$", $example, is_code);
    };
}

code!(/// An agency's readable code, for ever its own: `moj`, `quang-ninh`. Never a statistics-office code, for those are reused.
    AgencyCode, "moj");
text_id!(/// The code of a level of agencies: `ministry`, `provincial_department`. A word, so `_` separates too, as in a
/// criteria set's `level`.
LevelCode, "^[a-z0-9]+([._-][a-z0-9]+)*$", "ministry", |text| is_code_separated_by(text, &['-', '.', '_']));
code!(/// The code of a region: `rrd`.
    RegionCode, "rrd");
code!(/// A round's code: `par-2023-ministries`.
    RoundCode, "par-2023-ministries");
code!(/// The family code of a criteria set; a set is a family and a version.
    SetCode, "par-2023-ministries");
code!(/// The code of a type of recommendations: `guidance`.
    RecommendationTypeCode, "guidance");
code!(/// The code of a node of a criteria set, mostly of an indicator: `1.2.1`.
    IndicatorCode, "1.2.1");

code!(/// A coordination programme's code: `moha-mic-2017-2020`.
    ProgrammeCode, "moha-mic-2017-2020");
code!(/// The code of a channel of ratings: `quang-ninh-counter`.
    RatingChannelCode, "quang-ninh-counter");
code!(/// The code of a content of a programme.
    ContentCode, "1");
code!(/// The code of a task of a programme.
    TaskCode, "1.1");

text_id!(/// A calendar month, `2025-03`, from 2000 to 2099: the period of counts. Its order as text is its order in time.
Month, "^20[0-9]{2}-(0[1-9]|1[0-2])$", "2025-03", is_month);

fn is_month(text: &str) -> bool {
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    match (
        text.strip_prefix("20").and_then(|rest| rest.split_once('-')),
        text.len(),
    ) {
        (Some((year, month)), 7) => two_digits(year) && two_digits(month) && ("01"..="12").contains(&month),
        _ => false,
    }
}

impl Month {
    /// The month of a day.
    pub fn of(day: chrono::NaiveDate) -> Self {
        Self(day.format("%Y-%m").to_string())
    }

    /// The twelve months of a year.
    pub fn of_year(year: i32) -> impl Iterator<Item = Self> {
        (1..=12).map(move |month| Self(format!("{year:04}-{month:02}")))
    }

    /// Its first day.
    pub fn first_day(&self) -> Option<chrono::NaiveDate> {
        format!("{self}-01").parse().ok()
    }

    /// Its last day.
    pub fn last_day(&self) -> Option<chrono::NaiveDate> {
        let next = self.first_day()?.checked_add_months(chrono::Months::new(1))?;
        next.pred_opt()
    }
}

code!(/// The family code of an instrument; an instrument is a family and a version.
    InstrumentCode, "sipas-2024");
code!(/// A survey round's code: `sipas-2025-provinces`.
    SurveyRoundCode, "sipas-2025-provinces");
code!(/// The code of a stratum of a sample plan.
    StratumCode, "hoan-kiem");

macro_rules! made_up_id {
    ($(#[$doc:meta])* $name:ident) => {
        text_id!($(#[$doc])* $name, "^[0-9a-f-]{36}$", "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", |text| {
            text.len() == 36 && uuid::Uuid::try_parse(text).is_ok() && !text.contains(|c: char| c.is_ascii_uppercase())
        });
        impl $name {
            /// A new id, ordered by the time it was made.
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7().to_string())
            }
        }
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
}

made_up_id!(/// A user's id.
    UserId);
made_up_id!(/// A session: one login and the refresh tokens that follow from it.
    SessionId);
made_up_id!(/// An API key's id; its secret is another thing.
    ApiKeyId);
made_up_id!(/// An entry of the audit trail.
    AuditId);
made_up_id!(/// A record that has no readable code of its own.
    RecordId);
made_up_id!(/// An evidence file of an item.
    FileId);

text_id!(/// A publication's id: the SHA-256 of its document, in hexadecimal.
PublicationId, "^[0-9a-f]{64}$", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", |text| {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
});

impl PublicationId {
    /// The id of a document.
    pub fn of_document(document: &str) -> Self {
        Self(sha256_hex(document.as_bytes()))
    }
}

text_id!(/// The SHA-256 of a file's bytes, in hexadecimal: where they are kept.
FileDigest, "^[0-9a-f]{64}$", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", |text| {
    PublicationId::parse(text).is_ok()
});

/// Bytes in hexadecimal, with small letters.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            use std::fmt::Write;
            // Writing to a String can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// SHA-256 in hexadecimal: the digest of everything that the system names by its content.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex(&sha2::Sha256::digest(bytes))
}

/// The same of bytes that come in parts.
pub fn sha256_of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    use sha2::Digest;
    let mut whole = sha2::Sha256::new();
    for part in parts {
        whole.update(part);
    }
    hex(&whole.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_readable_and_strict() {
        for good in [
            "moj",
            "quang-ninh",
            "1.2.1",
            "par-2023-ministries",
            "lao-cai-2025",
        ] {
            assert!(AgencyCode::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "Moj",
            "-moj",
            "moj-",
            "a..b",
            "a b",
            "a/b",
            "đà-nẵng",
            &"a".repeat(65),
        ] {
            assert_eq!(AgencyCode::parse(bad), Err(CodeError), "{bad}");
        }
    }

    #[test]
    fn a_month_has_a_first_and_a_last_day() {
        let month = Month::parse("2024-02").unwrap();
        assert_eq!(month.first_day().unwrap().to_string(), "2024-02-01");
        assert_eq!(month.last_day().unwrap().to_string(), "2024-02-29");
        assert_eq!(Month::of(month.last_day().unwrap()), month);
        assert_eq!(Month::of_year(2025).last(), Month::parse("2025-12").ok());
        for bad in [
            "2024-2",
            "2024-00",
            "2024-13",
            "1999-12",
            "2101-01",
            "2024-02-01",
            "20aa-01",
        ] {
            assert!(Month::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_level_is_a_word() {
        assert!(LevelCode::parse("provincial_department").is_ok());
        assert!(LevelCode::parse("_ministry").is_err());
        assert!(AgencyCode::parse("a_b").is_err());
    }

    #[test]
    fn a_publication_is_named_by_its_content() {
        assert_eq!(
            PublicationId::of_document("abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
