//! The words of a report in Vietnamese, as offices write them.

use chrono::NaiveDate;

use super::{
    document::ReviewDocument,
    model::{ReviewKind, ReviewPart},
};
use crate::{
    clock::{Moment, Zone},
    features::programmes::{BudgetSource, LineState, Timeliness},
    ids::AgencyCode,
};

/// A day as offices write it.
pub fn day(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// The day of a moment in the programme's zone.
pub fn day_of(document: &ReviewDocument, moment: Moment) -> String {
    let zone = Zone::parse(&document.programme.time_zone).unwrap_or_default();
    day(zone.day_of(moment))
}

/// What a review is called.
pub fn title(document: &ReviewDocument) -> String {
    let period = document.programme.period;
    match (document.kind, document.year) {
        (ReviewKind::Interim, Some(year)) => format!("Báo cáo sơ kết năm {year}"),
        _ => format!(
            "Báo cáo tổng kết giai đoạn {}-{}",
            period.from_year, period.to_year
        ),
    }
}

/// An agency's name.
pub fn name(document: &ReviewDocument, code: &AgencyCode) -> String {
    let mut known = document.agencies.iter();
    let found = known.find(|agency| agency.code == *code);
    found.map_or_else(|| code.to_string(), |agency| agency.name_vi.clone())
}

/// How far a line is.
pub fn state(state: LineState) -> &'static str {
    match state {
        LineState::NotStarted => "Chưa bắt đầu",
        LineState::InProgress => "Đang thực hiện",
        LineState::AwaitingConfirmation => "Chờ xác nhận",
        LineState::Done => "Hoàn thành",
        LineState::OnHold => "Tạm dừng",
        LineState::Refused => "Từ chối",
        LineState::Redo => "Thực hiện lại",
    }
}

/// How a line stands to its deadline.
pub fn timeliness(timeliness: Timeliness) -> &'static str {
    match timeliness {
        Timeliness::NoDeadline => "Không có hạn",
        Timeliness::InTime => "Trong hạn",
        Timeliness::NearlyDue => "Sắp đến hạn",
        Timeliness::Overdue => "Quá hạn",
        Timeliness::DoneInTime => "Hoàn thành đúng hạn",
        Timeliness::DoneLate => "Hoàn thành muộn",
        Timeliness::DoneNoDeadline => "Hoàn thành, không có hạn",
    }
}

/// Where money comes from.
pub fn source(source: BudgetSource) -> &'static str {
    match source {
        BudgetSource::StateBudget => "Ngân sách nhà nước",
        BudgetSource::Oda => "Vốn ODA",
        BudgetSource::Enterprise => "Doanh nghiệp, tổ chức",
        BudgetSource::Other => "Nguồn khác",
    }
}

/// What a unit writes about.
pub fn part(part: ReviewPart) -> &'static str {
    match part {
        ReviewPart::Results => "Kết quả",
        ReviewPart::Shortcomings => "Tồn tại, hạn chế",
        ReviewPart::Causes => "Nguyên nhân",
        ReviewPart::Proposals => "Đề xuất, kiến nghị",
    }
}
