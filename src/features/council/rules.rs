//! What good minutes are, and when a sitting began. Pure.

use chrono::NaiveDate;

use super::model::MinutesBody;
use crate::{
    clock::Moment,
    error::{FieldError, Message},
    features::rounds::{Move, Phase},
};

const MEMBERS_MIN: usize = 2;
const MEMBERS_MAX: usize = 50;

/// When the result came before the council last.
pub fn sitting_since(history: &[Move]) -> Option<Moment> {
    history
        .iter()
        .rev()
        .find(|step| step.to == Phase::Council)
        .map(|step| step.moved_at)
}

/// The faults of minutes.
pub fn faults(minutes: &MinutesBody, today: NaiveDate) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut refuse = |pointer: String, code: &str, vi: String, en: String| {
        errors.push(FieldError::new(pointer, code, Message::new(vi, en)));
    };
    let mut texts = vec![
        ("/number".to_owned(), &minutes.number, 100),
        ("/conclusion".to_owned(), &minutes.conclusion, 20_000),
    ];
    for (index, member) in minutes.members.iter().enumerate() {
        texts.push((format!("/members/{index}/name"), &member.name, 200));
        texts.push((format!("/members/{index}/position"), &member.position, 300));
    }
    for (pointer, text, longest) in texts {
        if text.trim().is_empty() || text.chars().count() > longest {
            refuse(
                pointer,
                "bad_text",
                format!("Gồm 1 đến {longest} ký tự."),
                format!("It has 1 to {longest} characters."),
            );
        }
    }
    if !(MEMBERS_MIN..=MEMBERS_MAX).contains(&minutes.members.len()) {
        refuse(
            "/members".to_owned(),
            "bad_count",
            format!("Hội đồng có từ {MEMBERS_MIN} đến {MEMBERS_MAX} thành viên."),
            format!("A council has {MEMBERS_MIN} to {MEMBERS_MAX} members."),
        );
    }
    if minutes.held_on > today {
        refuse(
            "/held_on".to_owned(),
            "in_the_future",
            "Ngày họp không thể ở tương lai.".to_owned(),
            "The day of the sitting lies in the future.".to_owned(),
        );
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitting_begins_when_the_result_came_before_the_council_last() {
        let at = |seconds| Moment::from_unix_seconds(seconds).unwrap();
        let step = |to, seconds| Move {
            from: Phase::Appraisal,
            to,
            reason: None,
            moved_at: at(seconds),
        };
        let mut history = vec![step(Phase::Council, 10), step(Phase::Appraisal, 20)];
        assert_eq!(sitting_since(&history), Some(at(10)));
        history.push(step(Phase::Council, 30));
        assert_eq!(sitting_since(&history), Some(at(30)));
        assert_eq!(sitting_since(&[]), None);
    }
}
