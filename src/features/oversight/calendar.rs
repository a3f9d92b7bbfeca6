//! Events as an iCalendar text (RFC 5545). Pure: the same events are the same bytes.

use chrono::NaiveDate;
use icalendar::{Calendar, Component, Event as Written, EventLike, EventStatus, Property};

use crate::clock::Moment;

/// How often calendar programs are asked to look again (RFC 7986 §5.7); many keep to rules of their own.
const LOOK_AGAIN: &str = "PT6H";

/// When something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// On days of the agency's own calendar, both included.
    Days(NaiveDate, NaiveDate),
    /// At a moment.
    At(Moment),
}

impl When {
    fn first_day(self) -> NaiveDate {
        match self {
            Self::Days(first, _) => first,
            Self::At(moment) => moment.date(),
        }
    }
}

/// What a calendar holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name for ever, by which calendar programs know it again.
    pub uid: String,
    /// When it is.
    pub when: When,
    /// What it is, in a line.
    pub summary: String,
    /// What else is known of it.
    pub description: String,
    /// What kind of thing it is.
    pub category: &'static str,
    /// Counts its changes.
    pub sequence: i64,
    /// When its data were last changed.
    pub changed_at: Moment,
    /// Whether it rests, and may not come.
    pub is_tentative: bool,
    /// Whether it was called off.
    pub is_cancelled: bool,
}

/// Writes a calendar, the earliest event first.
pub fn print(name: &str, events: &[Event]) -> String {
    let mut calendar = Calendar::empty();
    let name = clean(name);
    for property in [
        Property::new("VERSION", "2.0"),
        Property::new("PRODID", "-//parindex//oversight//EN"),
        Property::new("CALSCALE", "GREGORIAN"),
        Property::new("METHOD", "PUBLISH"),
        text("NAME", &name),
        text("X-WR-CALNAME", &name),
        Property::new("REFRESH-INTERVAL", LOOK_AGAIN)
            .add_parameter("VALUE", "DURATION")
            .done(),
        Property::new("X-PUBLISHED-TTL", LOOK_AGAIN),
    ] {
        calendar.append_property(property);
    }
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_by(|a, b| (a.when.first_day(), &a.uid).cmp(&(b.when.first_day(), &b.uid)));
    for event in events {
        calendar.push(written(event));
    }
    calendar.to_string()
}

/// A text that the library does not know for one: with its type, so that it is escaped as well.
fn text(key: &str, value: &str) -> Property {
    Property::new(key, value).add_parameter("VALUE", "TEXT").done()
}

fn written(event: &Event) -> Written {
    let status = match event {
        Event {
            is_cancelled: true, ..
        } => EventStatus::Cancelled,
        Event {
            is_tentative: true, ..
        } => EventStatus::Tentative,
        _ => EventStatus::Confirmed,
    };
    let changed_at = event.changed_at.as_datetime();
    let mut written = Written::new();
    written
        .uid(&event.uid)
        .timestamp(changed_at)
        .last_modified(changed_at)
        .sequence(u32::try_from(event.sequence).unwrap_or(u32::MAX))
        .summary(&clean(&event.summary))
        .description(&clean(&event.description))
        .categories([event.category])
        // A deadline takes nobody's time.
        .add_property("TRANSP", "TRANSPARENT");
    written.status(status);
    match event.when {
        When::Days(first, last) => {
            // The end of a day is the beginning of the next (RFC 5545 §3.6.1).
            written.starts(first).ends(last.succ_opt().unwrap_or(last));
        }
        When::At(moment) => {
            written.starts(moment.as_datetime());
        }
    }
    written.done()
}

/// Without what is no text: control characters but the end of a line.
fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(uid: &str, when: When, summary: &str) -> Event {
        Event {
            uid: uid.to_owned(),
            when,
            summary: summary.to_owned(),
            description: "Một\r\nhai; ba, bốn \\ năm\u{7}".to_owned(),
            category: "deadline",
            sequence: 3,
            changed_at: Moment::from_unix_seconds(1_770_000_000).unwrap(),
            is_tentative: false,
            is_cancelled: false,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_calendar_is_written_as_the_standard_says() {
        let when = When::Days(day("2026-03-31"), day("2026-03-31"));
        let text = print("Bộ A, B", &[event("x@parindex", when, "Hạn: Thông tư")]);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//parindex//oversight//EN",
                "CALSCALE:GREGORIAN",
                "METHOD:PUBLISH",
                "NAME;VALUE=TEXT:Bộ A\\, B",
                "X-WR-CALNAME;VALUE=TEXT:Bộ A\\, B",
                "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
                "X-PUBLISHED-TTL:PT6H",
                "BEGIN:VEVENT",
                "DESCRIPTION:Một\\nhai\\; ba\\, bốn \\\\ năm ",
                "DTEND;VALUE=DATE:20260401",
                "DTSTAMP:20260202T024000Z",
                "DTSTART;VALUE=DATE:20260331",
                "LAST-MODIFIED:20260202T024000Z",
                "SEQUENCE:3",
                "STATUS:CONFIRMED",
                "SUMMARY:Hạn: Thông tư",
                "TRANSP:TRANSPARENT",
                "UID:x@parindex",
                "CATEGORIES:deadline",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        );
    }

    #[test]
    fn lines_are_short_and_the_earliest_comes_first() {
        let late = When::Days(day("2026-05-01"), day("2026-05-03"));
        let early = When::At(Moment::from_unix_seconds(1_770_000_000).unwrap());
        let long = "Kiến nghị ".repeat(60);
        let text = print("x", &[event("a", late, &long), event("b", early, &long)]);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        let at = |uid: &str| text.find(&format!("UID:{uid}")).unwrap();
        assert!(at("b") < at("a"));
        assert!(text.contains("DTSTART:20260202T024000Z"), "{text}");
        assert!(text.contains("DTEND;VALUE=DATE:20260504"));
    }
}
