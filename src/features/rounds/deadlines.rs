//! Deadlines as callers write them, as they are kept, and as people in the round's zone read them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::{LocalFault, LocalMoment, Moment, WrittenTime, Zone},
    error::{FieldError, Message},
    features::notifications::Named,
    words,
};

/// A deadline outside of these years is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

words! {
    /// A deadline of a round.
    DeadlineKind {
        /// The end of the self-assessment.
        SelfAssessment = "self_assessment",
        /// The end of the explanation.
        Explanation = "explanation",
        /// The end of the appraisal.
        Appraisal = "appraisal",
    }
}

impl DeadlineKind {
    /// Its name for notices.
    pub fn named(self) -> Named {
        let (vi, en) = match self {
            Self::SelfAssessment => ("tự đánh giá", "self-assessment"),
            Self::Explanation => ("giải trình", "explanation"),
            Self::Appraisal => ("thẩm định", "appraisal"),
        };
        Named::new(self.as_str(), vi, en)
    }
}

/// When the phases are to end. A time or day without an offset is read in the round's time zone; a day counts to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"self_assessment": "2024-01-31T17:00:00+07:00", "explanation": "2024-03-15T17:00", "appraisal": "2024-03-31"}))]
pub struct DeadlinesBody {
    /// Until then agencies save and submit.
    #[serde(default)]
    pub self_assessment: Option<WrittenTime>,
    /// Until then agencies explain.
    #[serde(default)]
    pub explanation: Option<WrittenTime>,
    /// Until then bodies should have appraised; nothing closes by it.
    #[serde(default)]
    pub appraisal: Option<WrittenTime>,
}

/// When the phases end, in UTC. Each closes at its own second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"self_assessment": "2024-01-31T10:00:00Z", "explanation": "2024-03-15T10:00:00Z", "appraisal": "2024-03-31T17:00:00Z"}))]
pub struct Deadlines {
    /// Until then agencies save and submit.
    pub self_assessment: Option<Moment>,
    /// Until then agencies explain.
    pub explanation: Option<Moment>,
    /// Until then bodies should have appraised; nothing closes by it.
    pub appraisal: Option<Moment>,
}

/// The same deadlines as the clocks of the round's time zone show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"self_assessment": "2024-01-31T17:00:00+07:00", "explanation": "2024-03-15T17:00:00+07:00", "appraisal": "2024-04-01T00:00:00+07:00"}))]
pub struct LocalDeadlines {
    /// Until then agencies save and submit.
    pub self_assessment: Option<LocalMoment>,
    /// Until then agencies explain.
    pub explanation: Option<LocalMoment>,
    /// Until then bodies should have appraised; nothing closes by it.
    pub appraisal: Option<LocalMoment>,
}

impl Deadlines {
    /// One of them.
    pub fn of(&self, kind: DeadlineKind) -> Option<Moment> {
        match kind {
            DeadlineKind::SelfAssessment => self.self_assessment,
            DeadlineKind::Explanation => self.explanation,
            DeadlineKind::Appraisal => self.appraisal,
        }
    }

    /// As the clocks of a zone show them.
    pub fn in_zone(&self, zone: Zone) -> LocalDeadlines {
        let show = |moment: Option<Moment>| moment.map(|moment| zone.show(moment));
        LocalDeadlines {
            self_assessment: show(self.self_assessment),
            explanation: show(self.explanation),
            appraisal: show(self.appraisal),
        }
    }
}

impl DeadlinesBody {
    /// The moments, read in the round's zone; otherwise every fault.
    pub fn read(&self, zone: Zone) -> Result<Deadlines, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut read = |name: &str, written: Option<WrittenTime>| {
            let read = written.map(|time| read_time(&format!("/deadlines/{name}"), time, zone))?;
            read.map_err(|error| errors.push(error)).ok()
        };
        let deadlines = Deadlines {
            self_assessment: read("self_assessment", self.self_assessment),
            explanation: read("explanation", self.explanation),
            appraisal: read("appraisal", self.appraisal),
        };
        if let (Some(first), Some(second)) = (deadlines.self_assessment, deadlines.explanation)
            && second <= first
        {
            errors.push(FieldError::new(
                "/deadlines/explanation",
                "deadline_order",
                Message::new(
                    "Hạn giải trình phải sau hạn tự đánh giá.",
                    "The deadline of the explanation comes after that of the self-assessment.",
                ),
            ));
        }
        if errors.is_empty() {
            Ok(deadlines)
        } else {
            Err(errors)
        }
    }
}

/// The moment of a written time, read in a zone; otherwise what is wrong with it.
pub fn read_time(pointer: &str, written: WrittenTime, zone: Zone) -> Result<Moment, FieldError> {
    let (code, message) = match written.in_zone(zone) {
        Ok(moment) if YEARS.contains(&chrono::Datelike::year(&moment.date())) => return Ok(moment),
        Ok(_) => (
            "bad_year",
            Message::new("Năm từ 2000 đến 2199.", "The year is from 2000 to 2199."),
        ),
        Err(LocalFault::Skipped) => (
            "time_skipped",
            Message::new(
                format!("Đồng hồ ở {zone} được vặn qua giờ này: chọn giờ khác."),
                format!("The clocks in {zone} are put forward over this time: choose another."),
            ),
        ),
        Err(LocalFault::Twice) => (
            "time_twice",
            Message::new(
                format!("Ở {zone} giờ này có hai lần: ghi rõ độ lệch so với UTC."),
                format!("The clocks in {zone} show this time twice: write it with its offset from UTC."),
            ),
        ),
    };
    Err(FieldError::new(pointer, code, message))
}
