//! What a notice says, in both languages.

use std::collections::BTreeMap;

use super::{
    notice::{Named, NewDeadline, Notice, zone},
    oversight_texts::{inspection_moved, recommendation_due, recommendation_moved},
    plan_texts::moved,
};
use crate::{
    clock::Moment,
    error::Message,
    features::agencies::AgencyCard,
    ids::{AgencyCode, IndicatorCode},
};

/// The names of agencies.
pub type Names = BTreeMap<AgencyCode, AgencyCard>;

/// What a notice says.
pub struct Text {
    /// In a few words.
    pub title: Message,
    /// In a sentence or two.
    pub text: Message,
}

/// What a notice says.
pub fn render(notice: &Notice, names: &Names) -> Text {
    let name = |code| name(names, code);
    match notice {
        Notice::QuestionAsked {
            round,
            agency,
            indicator,
            body,
            due,
            time_zone,
        } => asked(
            round,
            indicator,
            &name(body),
            &name(agency),
            &until(*due, time_zone),
        ),
        Notice::QuestionAnswered {
            round,
            agency,
            indicator,
        } => answered(round, indicator, &name(agency)),
        Notice::ItemsReturned { round, items } => returned(round, *items),
        Notice::ExtensionAsked {
            round,
            agency,
            deadline,
            until,
            time_zone,
        } => more_time(round, deadline, &name(agency), &when(*until, time_zone)),
        Notice::ExtensionDecided {
            round,
            agency,
            deadline,
            until,
            time_zone,
        } => {
            let granted = until.map(|until| when(until, time_zone));
            decided(round, deadline, &name(agency), granted.as_ref())
        }
        Notice::SubmissionMoved { round, agency, to } => submission(round, to, &name(agency)),
        Notice::RoundMoved {
            round,
            to,
            due,
            time_zone,
            ..
        } => round_moved(round, to, &until(*due, time_zone)),
        Notice::DeadlinesChanged {
            round,
            deadlines,
            time_zone,
        } => changed(round, deadlines, time_zone),
        Notice::ResultPublished { round, corrects, .. } => published(round, *corrects),
        Notice::DeadlineNear {
            round,
            agency,
            deadline,
            due,
            time_zone,
            open,
            ..
        } => near(round, deadline, &name(agency), &when(*due, time_zone), *open),
        Notice::RecommendationMoved(moved) => recommendation_moved(moved, &name(&moved.asker)),
        Notice::InspectionMoved(moved) => inspection_moved(moved, &name(&moved.agency)),
        Notice::RecommendationDue(due) => recommendation_due(due, &name(&due.asker)),
        Notice::PlanMoved(news) => moved(news, &name(&news.agency)),
    }
}

/// The agency in both languages; its code where nothing else is known.
fn name(names: &Names, code: &AgencyCode) -> Message {
    names.get(code).map_or_else(
        || Message::new(code.as_str(), code.as_str()),
        |card| {
            let en = card.name_en.as_ref().unwrap_or(&card.name_vi);
            Message::new(card.name_vi.as_str(), en.as_str())
        },
    )
}

fn when(moment: Moment, time_zone: &str) -> Message {
    let local = zone(time_zone).show(moment);
    Message::new(local.in_vietnamese(), local.in_english())
}

/// A sentence about a deadline, to be put behind another; nothing where none is set.
fn until(due: Option<Moment>, time_zone: &str) -> Message {
    due.map(|due| when(due, time_zone)).map_or_else(
        || Message::new("", ""),
        |due| {
            Message::new(
                format!(" Hạn: {}.", due.vi),
                format!(" The deadline is {}.", due.en),
            )
        },
    )
}

fn asked(
    round: &Named,
    indicator: &IndicatorCode,
    body: &Message,
    agency: &Message,
    until: &Message,
) -> Text {
    let vi = format!(
        "Kỳ «{}»: {} đề nghị {} giải trình tiêu chí {indicator}.",
        round.vi, body.vi, agency.vi
    );
    let en = format!(
        "Round “{}”: {} asks {} to explain indicator {indicator}.",
        round.en, body.en, agency.en
    );
    Text {
        title: Message::new(
            format!("Câu hỏi về tiêu chí {indicator}"),
            format!("A question about indicator {indicator}"),
        ),
        text: Message::new(vi + &until.vi, en + &until.en),
    }
}

fn answered(round: &Named, indicator: &IndicatorCode, agency: &Message) -> Text {
    Text {
        title: Message::new(
            format!("Đã có giải trình về tiêu chí {indicator}"),
            format!("An answer about indicator {indicator}"),
        ),
        text: Message::new(
            format!(
                "Kỳ «{}»: {} đã giải trình tiêu chí {indicator}.",
                round.vi, agency.vi
            ),
            format!(
                "Round “{}”: {} explained indicator {indicator}.",
                round.en, agency.en
            ),
        ),
    }
}

fn returned(round: &Named, items: usize) -> Text {
    Text {
        title: Message::new(
            format!("Hội đồng trả lại {items} nội dung"),
            format!("Sent back by the council: {items}"),
        ),
        text: Message::new(
            format!(
                "Kỳ «{}»: hội đồng trả lại {items} nội dung do đơn vị thẩm định; đề nghị thẩm định lại.",
                round.vi
            ),
            format!(
                "Round “{}”: items of your body that the council sent back, to be appraised anew: {items}.",
                round.en
            ),
        ),
    }
}

fn more_time(round: &Named, deadline: &Named, agency: &Message, until: &Message) -> Text {
    Text {
        title: Message::new(
            format!("{} đề nghị gia hạn", agency.vi),
            format!("{} asks for more time", agency.en),
        ),
        text: Message::new(
            format!(
                "Kỳ «{}»: {} đề nghị gia hạn {} đến {}.",
                round.vi, agency.vi, deadline.vi, until.vi
            ),
            format!(
                "Round “{}”: {} asks for more time for the {}, until {}.",
                round.en, agency.en, deadline.en, until.en
            ),
        ),
    }
}

fn decided(round: &Named, deadline: &Named, agency: &Message, until: Option<&Message>) -> Text {
    let (title, vi, en) = match until {
        Some(until) => (
            Message::new("Đồng ý gia hạn", "More time is granted"),
            format!("được gia hạn {} đến {}", deadline.vi, until.vi),
            format!("has more time for the {}, until {}", deadline.en, until.en),
        ),
        None => (
            Message::new("Không đồng ý gia hạn", "More time is refused"),
            format!("không được gia hạn {}", deadline.vi),
            format!("gets no more time for the {}", deadline.en),
        ),
    };
    Text {
        title,
        text: Message::new(
            format!("Kỳ «{}»: {} {vi}.", round.vi, agency.vi),
            format!("Round “{}”: {} {en}.", round.en, agency.en),
        ),
    }
}

fn submission(round: &Named, to: &Named, agency: &Message) -> Text {
    Text {
        title: Message::new(
            format!("Phiếu của {}: {}", agency.vi, to.vi),
            format!("Submission of {}: {}", agency.en, to.en),
        ),
        text: Message::new(
            format!(
                "Kỳ «{}»: phiếu tự chấm điểm của {} {}.",
                round.vi, agency.vi, to.vi
            ),
            format!(
                "Round “{}”: the submission of {} is {}.",
                round.en, agency.en, to.en
            ),
        ),
    }
}

fn round_moved(round: &Named, to: &Named, until: &Message) -> Text {
    Text {
        title: Message::new(
            format!("Kỳ đánh giá chuyển sang giai đoạn {}", to.vi),
            format!("The round is now in {}", to.en),
        ),
        text: Message::new(
            format!("Kỳ «{}» nay ở giai đoạn {}.{}", round.vi, to.vi, until.vi),
            format!("The round “{}” is now in {}.{}", round.en, to.en, until.en),
        ),
    }
}

fn changed(round: &Named, deadlines: &[NewDeadline], time_zone: &str) -> Text {
    let each = |deadline: &NewDeadline| {
        let due = deadline.due.map_or_else(
            || Message::new("không đặt hạn", "no deadline"),
            |due| when(due, time_zone),
        );
        let name = &deadline.deadline;
        (
            format!("{}: {}", name.vi, due.vi),
            format!("{}: {}", name.en, due.en),
        )
    };
    let (vi, en): (Vec<String>, Vec<String>) = deadlines.iter().map(each).unzip();
    Text {
        title: Message::new("Thời hạn thay đổi", "Deadlines have changed"),
        text: Message::new(
            format!("Kỳ «{}», thời hạn mới: {}.", round.vi, vi.join("; ")),
            format!("Round “{}”, the new deadlines: {}.", round.en, en.join("; ")),
        ),
    }
}

fn published(round: &Named, corrects: bool) -> Text {
    let title = if corrects {
        Message::new("Công bố kết quả đính chính", "A corrected result is published")
    } else {
        Message::new("Công bố kết quả", "The result is published")
    };
    Text {
        text: Message::new(
            format!("{}: kỳ «{}».", title.vi, round.vi),
            format!("{}: the round “{}”.", title.en, round.en),
        ),
        title,
    }
}

fn near(round: &Named, deadline: &Named, agency: &Message, due: &Message, open: usize) -> Text {
    Text {
        title: Message::new(
            format!("Sắp hết hạn {}: {}", deadline.vi, due.vi),
            format!("The deadline of the {} is near: {}", deadline.en, due.en),
        ),
        text: Message::new(
            format!(
                "Kỳ «{}»: hạn {} là {}; {} còn {open} việc chưa xong.",
                round.vi, deadline.vi, due.vi, agency.vi
            ),
            format!(
                "Round “{}”: the deadline of the {} is {}. Open for {}: {open}.",
                round.en, deadline.en, due.en, agency.en
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_says_the_same_in_both_languages() {
        let agency = AgencyCode::parse("moj").unwrap();
        let notice = Notice::ExtensionDecided {
            round: Named::new("par-2023", "Kỳ 2023", "Round 2023"),
            agency: agency.clone(),
            deadline: Named::new("self_assessment", "tự đánh giá", "self-assessment"),
            until: Moment::from_unix_seconds(1_706_695_200),
            time_zone: "Asia/Ho_Chi_Minh".into(),
        };
        let said = render(&notice, &Names::new());
        assert_eq!(
            said.text.vi,
            "Kỳ «Kỳ 2023»: moj được gia hạn tự đánh giá đến 17:00 ngày 31/01/2024."
        );
        assert_eq!(
            said.text.en,
            "Round “Round 2023”: moj has more time for the self-assessment, until 17:00 on 31 January 2024."
        );
        // What is kept is read as it was.
        let kept = notice.params().unwrap();
        assert_eq!(Notice::of_kept(notice.kind(), &kept).unwrap(), notice);
    }
}
