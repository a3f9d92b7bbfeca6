//! What notices about recommendations and inspections say.

use super::{
    notice::{InspectionMoved, RecommendationDue, RecommendationMoved},
    texts::Text,
};
use crate::error::Message;

/// Something happened to a recommendation.
pub fn recommendation_moved(moved: &RecommendationMoved, asker: &Message) -> Text {
    let (recommendation, to) = (&moved.recommendation, &moved.to);
    Text {
        title: Message::new(
            format!("{} {}", recommendation.vi, to.vi),
            format!("{}: {}", recommendation.en, to.en),
        ),
        text: Message::new(
            format!("{} của {} {}.", recommendation.vi, asker.vi, to.vi),
            format!("{} of {}: {}.", recommendation.en, asker.en, to.en),
        ),
    }
}

/// Something happened to an inspection or a remedy.
pub fn inspection_moved(moved: &InspectionMoved, agency: &Message) -> Text {
    let (inspection, to) = (&moved.inspection, &moved.to);
    Text {
        title: Message::new(
            format!("{} {}", inspection.vi, to.vi),
            format!("{} {}", inspection.en, to.en),
        ),
        text: Message::new(
            format!("{} tại {} {}.", inspection.vi, agency.vi, to.vi),
            format!("{} of {} {}.", inspection.en, agency.en, to.en),
        ),
    }
}

/// The deadline of a recommendation is near, or has passed.
pub fn recommendation_due(due: &RecommendationDue, asker: &Message) -> Text {
    let (recommendation, due_on) = (&due.recommendation, due.due_on);
    let (vi, en) = if due.overdue {
        ("đã quá hạn trả lời", "is overdue")
    } else {
        ("sắp đến hạn trả lời", "is due soon")
    };
    Text {
        title: Message::new(
            format!("{} {vi}", recommendation.vi),
            format!("{} {en}", recommendation.en),
        ),
        text: Message::new(
            format!(
                "{} của {} {vi}: hết ngày {}.",
                recommendation.vi,
                asker.vi,
                due_on.format("%d/%m/%Y")
            ),
            format!(
                "{} of {} {en}: the deadline is the end of {}.",
                recommendation.en,
                asker.en,
                due_on.format("%-d %B %Y")
            ),
        ),
    }
}
