//! Time as the system sees it: UTC, cut to whole seconds, so that both databases give the same bytes.
//!
//! Nothing reads the machine's clock but [`Clock`], which tests set by hand.

mod zone;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use zone::{LocalFault, LocalMoment, WrittenTime, Zone};

/// A moment in UTC, in whole seconds; RFC 3339 with `Z` in JSON.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Timestamp)]
pub struct Moment(DateTime<Utc>);

impl Moment {
    /// Cuts a time to whole seconds.
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.with_nanosecond(0).unwrap_or(time))
    }

    /// The time in chrono's own type.
    pub fn as_datetime(self) -> DateTime<Utc> {
        self.0
    }

    /// The calendar day in UTC.
    pub fn date(self) -> NaiveDate {
        self.0.date_naive()
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// This moment, some time later (or earlier, if negative); stays put at the ends of the calendar.
    pub fn plus(self, delta: TimeDelta) -> Self {
        Self(self.0.checked_add_signed(delta).unwrap_or(self.0))
    }

    /// The moment of a count of seconds since 1970, if the calendar reaches that far.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self)
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|time| Self::new(time.with_timezone(&Utc)))
            .map_err(|_| {
                serde::de::Error::custom("write a time as RFC 3339, for example 2026-03-31T17:00:00+07:00")
            })
    }
}

impl utoipa::PartialSchema for Moment {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A time as RFC 3339; answers are in UTC and whole seconds."))
            .examples(["2026-03-31T10:00:00Z"])
            .into()
    }
}
impl utoipa::ToSchema for Moment {}

/// The one source of the present time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved: seconds since 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock for tests, standing at `start`.
    pub fn fixed(start: Moment) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(start.unix_seconds())))
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        match self {
            Self::System => Moment::new(Utc::now()),
            Self::Fixed(seconds) => Moment::from_unix_seconds(seconds.load(Ordering::SeqCst))
                .unwrap_or(Moment(DateTime::UNIX_EPOCH)),
        }
    }

    /// Whether time passes by itself, so that what is to happen at its time may be left to it.
    pub fn runs(&self) -> bool {
        matches!(self, Self::System)
    }

    /// Moves a fixed clock forward; the machine's clock is left alone.
    pub fn advance(&self, delta: TimeDelta) {
        if let Self::Fixed(seconds) = self {
            seconds.fetch_add(delta.num_seconds(), Ordering::SeqCst);
        }
    }
}
