//! How our own types stand in a column, for both databases.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql},
    pg::Pg,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Nullable, Text, Timestamp},
    sqlite::Sqlite,
};

use super::connection::MultiBackend;
use crate::clock::{Moment, Zone};

impl FromSql<Timestamp, Pg> for Moment {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(bytes).map(|time| Moment::new(time.and_utc()))
    }
}

impl FromSql<Timestamp, Sqlite> for Moment {
    fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        // Ours is the one form in the tables. Trying out all that SQLite knows takes longer than all else that a row costs.
        let text = bytes.read_text();
        let time = ours(text).map_or_else(|| NaiveDateTime::parse_from_str(text, "%F %T%.f"), Ok)?;
        Ok(Moment::new(time.and_utc()))
    }
}

impl FromSql<Timestamp, MultiBackend> for Moment {
    fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        bytes.from_sql::<Self, Timestamp>()
    }
}

/// A time in the form that [`Moment`] is written in: `2026-03-31 17:00:00`.
fn ours(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once(' ')?;
    let whole = |text: &str, length: usize| -> Option<u32> {
        let is_plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| text.parse().ok()).flatten()
    };
    let mut day = day.split('-');
    let (year, month, date) = (
        whole(day.next()?, 4)?,
        whole(day.next()?, 2)?,
        whole(day.next()?, 2)?,
    );
    let mut time = time.split(':');
    let (hour, minute, second) = (
        whole(time.next()?, 2)?,
        whole(time.next()?, 2)?,
        whole(time.next()?, 2)?,
    );
    if day.next().is_some() || time.next().is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, date)?.and_hms_opt(hour, minute, second)
}

// The value handed to the driver is a temporary, hence one implementation for each backend.
impl ToSql<Timestamp, Pg> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <NaiveDateTime as ToSql<Timestamp, Pg>>::to_sql(&self.as_datetime().naive_utc(), &mut out.reborrow())
    }
}

impl ToSql<Timestamp, Sqlite> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        // One fixed width, so that the order of the texts is the order of the times.
        out.set_value(self.as_datetime().format("%F %T").to_string());
        Ok(IsNull::No)
    }
}

impl ToSql<Timestamp, MultiBackend> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Timestamp, self));
        Ok(IsNull::No)
    }
}

impl<DB: Backend> FromSql<Text, DB> for Zone
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let name = String::from_sql(bytes)?;
        Zone::parse(&name).ok_or_else(|| format!("{name:?} is no time zone").into())
    }
}

impl<DB: Backend> FromSql<Nullable<Text>, DB> for Zone
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<Text, DB>>::from_sql(bytes)
    }

    // A column that is added may not demand a value; the migration gave every row one.
    fn from_nullable_sql(bytes: Option<DB::RawValue<'_>>) -> deserialize::Result<Self> {
        bytes.map_or_else(|| Ok(Zone::default()), <Self as FromSql<Text, DB>>::from_sql)
    }
}

impl<DB: Backend> ToSql<Text, DB> for Zone
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.name().to_sql(out)
    }
}

/// Makes an enum with `as_str` and `parse` a text column's type.
#[macro_export]
macro_rules! text_enum {
    ($name:ident) => {
        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = String::from_sql(bytes)?;
                $name::parse(&text).ok_or_else(|| format!("{text:?} is no {}", stringify!($name)).into())
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }
    };
}

/// An enum of words: the same word in the JSON, the table, the code and the API's description.
#[macro_export]
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name {
            $($(#[doc = $vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word for it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value of a word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        $crate::text_enum!($name);

        // The derived schema would not see the words: a macro's literal is no attribute's literal to it.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let words = concat!($($doc,)* $("\n- `", $word, "`:", $($vdoc,)*)+);
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(words.trim()))
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {}
    };
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// From the year 0 to the year 9999.
        #[test]
        fn every_time_is_read_as_it_was_written(seconds in -62_167_219_200_i64..253_402_300_800) {
            let time = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            prop_assert_eq!(ours(&time.format("%F %T").to_string()), Some(time));
        }

        #[test]
        fn what_is_read_is_what_chrono_reads(text in "[0-9]{3,5}-[0-9]{1,3}-[0-9]{1,3}[ T][0-9]{1,3}:[0-9]{1,3}:[0-9]{1,3}[.0-9]{0,3}") {
            if let Some(time) = ours(&text) {
                prop_assert_eq!(NaiveDateTime::parse_from_str(&text, "%F %T"), Ok(time));
            }
        }
    }

    #[test]
    fn another_form_is_none_of_ours() {
        for text in [
            "",
            "2026-03-31",
            "2026-03-31T17:00:00",
            "2026-3-31 17:00:00",
            "2026-02-30 17:00:00",
            "2026-03-31 24:00:00",
            "2026-03-31 17:00:00.5",
            "2026-03-31 17:00:00Z",
            "2026-03-31-01 17:00:00",
            "+026-03-31 17:00:00",
        ] {
            assert_eq!(ours(text), None, "{text}");
        }
    }
}
