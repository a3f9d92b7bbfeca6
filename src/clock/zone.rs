//! Time as people see it: the zone of a round, and times that are written without saying where.

use std::str::FromStr;

use chrono::{
    DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta,
    TimeZone, Utc,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Moment;

/// The longest leap of any zone's clock is a whole day: Samoa had no 30 December 2011.
const LEAP_MINUTES_MAX: i64 = 25 * 60;

/// A time zone of the IANA database: `Asia/Ho_Chi_Minh`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Zone(chrono_tz::Tz);

impl Default for Zone {
    fn default() -> Self {
        Self(chrono_tz::Tz::Asia__Ho_Chi_Minh)
    }
}

/// Why a written time is no one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalFault {
    /// The clock was put forward over it.
    Skipped,
    /// The clock was put back: the time is there twice.
    Twice,
}

impl Zone {
    /// The zone of a name.
    pub fn parse(name: &str) -> Option<Self> {
        chrono_tz::Tz::from_str(name).ok().map(Self)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// A moment as the clocks of the zone show it.
    pub fn show(self, moment: Moment) -> LocalMoment {
        LocalMoment(moment.as_datetime().with_timezone(&self.0).fixed_offset())
    }

    /// The calendar day of a moment.
    pub fn day_of(self, moment: Moment) -> NaiveDate {
        moment.as_datetime().with_timezone(&self.0).date_naive()
    }

    /// The one moment at which the clocks show a time.
    pub fn moment_at(self, time: NaiveDateTime) -> Result<Moment, LocalFault> {
        match self.0.from_local_datetime(&time) {
            LocalResult::Single(found) => Ok(Moment::new(found.with_timezone(&Utc))),
            LocalResult::Ambiguous(..) => Err(LocalFault::Twice),
            LocalResult::None => Err(LocalFault::Skipped),
        }
    }

    /// The first moment at which the clocks show a time, or a later one where they leap over it.
    pub fn first_moment_from(self, time: NaiveDateTime) -> Moment {
        (0..=LEAP_MINUTES_MAX)
            .filter_map(|minutes| time.checked_add_signed(TimeDelta::minutes(minutes)))
            .find_map(|time| self.0.from_local_datetime(&time).earliest())
            // Beyond the calendar nothing leaps.
            .map_or_else(
                || Moment::new(time.and_utc()),
                |found| Moment::new(found.with_timezone(&Utc)),
            )
    }

    /// The first moment after a day.
    pub fn end_of(self, day: NaiveDate) -> Moment {
        let next = day.succ_opt().unwrap_or(day);
        self.first_moment_from(next.and_time(NaiveTime::MIN))
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| {
            serde::de::Error::custom("write a time zone of the IANA database, for example Asia/Ho_Chi_Minh")
        })
    }
}

impl utoipa::PartialSchema for Zone {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(64))
            .description(Some("A time zone of the IANA database."))
            .examples(["Asia/Ho_Chi_Minh"])
            .into()
    }
}
impl utoipa::ToSchema for Zone {}

/// A moment as the clocks of a zone show it: RFC 3339 with the zone's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalMoment(DateTime<FixedOffset>);

impl LocalMoment {
    /// A deadline as people in Vietnam write it: `17:00 ngày 31/01/2024`, `hết ngày 31/01/2024`.
    pub fn in_vietnamese(self) -> String {
        match self.ended_day() {
            Some(day) => day.format("hết ngày %d/%m/%Y").to_string(),
            None => self.0.format("%H:%M ngày %d/%m/%Y").to_string(),
        }
    }

    /// A deadline in English: `17:00 on 31 January 2024`, `the end of 31 January 2024`.
    pub fn in_english(self) -> String {
        match self.ended_day() {
            Some(day) => day.format("the end of %-d %B %Y").to_string(),
            None => self.0.format("%H:%M on %-d %B %Y").to_string(),
        }
    }

    /// The day that ends at this moment: nobody calls the end of a Monday the beginning of Tuesday.
    fn ended_day(self) -> Option<NaiveDate> {
        let is_midnight = self.0.time() == NaiveTime::MIN;
        is_midnight.then(|| self.0.date_naive().pred_opt()).flatten()
    }
}

impl std::fmt::Display for LocalMoment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, false))
    }
}

impl Serialize for LocalMoment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl utoipa::PartialSchema for LocalMoment {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some(
                "The same time as the clocks of the round's time zone show it.",
            ))
            .examples(["2026-03-31T17:00:00+07:00"])
            .into()
    }
}
impl utoipa::ToSchema for LocalMoment {}

/// A time as a caller writes it: a moment, or what clocks and calendars of a zone that is known from elsewhere show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenTime {
    /// `2026-03-31T17:00:00+07:00`.
    Exact(Moment),
    /// `2026-03-31T17:00`.
    Local(NaiveDateTime),
    /// `2026-03-31`: the whole day, up to the first moment after it.
    Day(NaiveDate),
}

impl WrittenTime {
    /// The moment, if the time is read in a zone.
    pub fn in_zone(self, zone: Zone) -> Result<Moment, LocalFault> {
        match self {
            Self::Exact(moment) => Ok(moment),
            Self::Local(time) => zone.moment_at(time),
            Self::Day(day) => Ok(zone.end_of(day)),
        }
    }
}

impl FromStr for WrittenTime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The parsers take one digit where two are due; the lengths don't.
        let found = match text.len() {
            10 => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Self::Day),
            16 => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
                .ok()
                .map(Self::Local),
            19 => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S")
                .ok()
                .map(Self::Local),
            _ => DateTime::parse_from_rfc3339(text)
                .ok()
                .map(|time| Self::Exact(Moment::new(time.with_timezone(&Utc)))),
        };
        found.ok_or(
            "write a time as RFC 3339, for example 2026-03-31T17:00:00+07:00, or a time or day in the round's time \
             zone: 2026-03-31T17:00 or 2026-03-31",
        )
    }
}

impl<'de> Deserialize<'de> for WrittenTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for WrittenTime {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "A moment as RFC 3339 with its offset; or a time (`2026-03-31T17:00`) or day (`2026-03-31`, up to its \
                 end) in the round's time zone. A time that the zone's clocks skip, or show twice, is refused.",
            ))
            .examples(["2026-03-31T17:00:00+07:00", "2026-03-31T17:00", "2026-03-31"])
            .into()
    }
}
impl utoipa::ToSchema for WrittenTime {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(zone: &str, text: &str) -> Result<String, LocalFault> {
        let time: WrittenTime = text.parse().unwrap();
        time.in_zone(Zone::parse(zone).unwrap())
            .map(|moment| moment.to_string())
    }

    #[test]
    fn a_time_is_read_where_it_holds() {
        let ours = |text| read("Asia/Ho_Chi_Minh", text).unwrap();
        assert_eq!(ours("2026-03-31T17:00:00+09:00"), "2026-03-31T08:00:00Z");
        assert_eq!(ours("2026-03-31T17:00"), "2026-03-31T10:00:00Z");
        assert_eq!(ours("2026-03-31T17:00:30"), "2026-03-31T10:00:30Z");
        // A day ends where the next begins.
        assert_eq!(ours("2026-03-31"), "2026-03-31T17:00:00Z");
        assert_eq!(read("UTC", "2024-02-29").unwrap(), "2024-03-01T00:00:00Z");
    }

    #[test]
    fn what_clocks_skip_or_show_twice_is_no_moment() {
        assert_eq!(
            read("Europe/Berlin", "2026-03-29T02:30"),
            Err(LocalFault::Skipped)
        );
        assert_eq!(read("Europe/Berlin", "2026-10-25T02:30"), Err(LocalFault::Twice));
        assert_eq!(
            read("Europe/Berlin", "2026-10-25T03:00").unwrap(),
            "2026-10-25T02:00:00Z"
        );
        // Midnight itself is skipped in Beirut in spring: the day ends at one o'clock's beginning.
        assert_eq!(read("Asia/Beirut", "2026-03-28").unwrap(), "2026-03-28T22:00:00Z");
        // Midnight comes twice in Havana in autumn: the day ends at the first.
        assert_eq!(
            read("America/Havana", "2026-10-31").unwrap(),
            "2026-11-01T04:00:00Z"
        );
        // Samoa had no 30 December.
        assert_eq!(
            read("Pacific/Apia", "2011-12-29").unwrap(),
            "2011-12-30T10:00:00Z"
        );
    }

    #[test]
    fn nothing_else_is_a_time_or_a_zone() {
        for text in [
            "",
            "31/03/2026",
            "2026-3-31",
            "2026-03-31 17:00",
            "2026-02-30",
            "2026-03-31T25:00",
            "17:00",
        ] {
            assert!(text.parse::<WrittenTime>().is_err(), "{text}");
        }
        for name in ["", "Hanoi", "asia/ho_chi_minh", "+07:00", "Asia/Ho_Chi_Minh "] {
            assert!(Zone::parse(name).is_none(), "{name}");
        }
        assert_eq!(Zone::default().name(), "Asia/Ho_Chi_Minh");
    }

    #[test]
    fn people_read_it_in_their_words() {
        let moment = Moment::from_unix_seconds(1_706_695_200).unwrap();
        let local = Zone::default().show(moment);
        assert_eq!(local.to_string(), "2024-01-31T17:00:00+07:00");
        assert_eq!(local.in_vietnamese(), "17:00 ngày 31/01/2024");
        assert_eq!(local.in_english(), "17:00 on 31 January 2024");
        let end = Zone::default().show(moment.plus(TimeDelta::hours(7)));
        assert_eq!(end.to_string(), "2024-02-01T00:00:00+07:00");
        assert_eq!(end.in_vietnamese(), "hết ngày 31/01/2024");
        assert_eq!(end.in_english(), "the end of 31 January 2024");
    }
}
