//! What a notice on a coordination programme says, in both languages.

use super::{
    notice::{PlanEvent, PlanNews},
    texts::Text,
};
use crate::error::Message;

/// Something happened to lines of a programme.
pub fn moved(news: &PlanNews, agency: &Message) -> Text {
    let (programme, lines) = (&news.programme, news.lines);
    let (title_vi, title_en) = title(news.event);
    let (vi, en) = said(news.event);
    Text {
        title: Message::new(title_vi, title_en),
        text: Message::new(
            format!(
                "Chương trình «{}»: {} {vi} (số dòng kế hoạch: {lines}).",
                programme.vi, agency.vi
            ),
            format!(
                "Programme “{}”: {} {en} (lines of the plan: {lines}).",
                programme.en, agency.en
            ),
        ),
    }
}

fn title(event: PlanEvent) -> (&'static str, &'static str) {
    match event {
        PlanEvent::Given => ("Nhiệm vụ được giao", "Work is given"),
        PlanEvent::Completed => (
            "Báo cáo hoàn thành, chờ xác nhận",
            "Reported complete, to be confirmed",
        ),
        PlanEvent::Confirmed => ("Đã xác nhận hoàn thành", "Confirmed as done"),
        PlanEvent::Objected => ("Không xác nhận hoàn thành", "An objection to completion"),
        PlanEvent::Settled => ("Đã kết luận về việc hoàn thành", "Settled by the owner"),
        PlanEvent::Refused => ("Từ chối nhiệm vụ", "Work is refused"),
        PlanEvent::Held => ("Tạm dừng nhiệm vụ", "Work is on hold"),
        PlanEvent::Resumed => ("Tiếp tục nhiệm vụ", "Work goes on"),
        PlanEvent::Reopened => ("Yêu cầu thực hiện lại", "To be done again"),
        PlanEvent::ExtensionAsked => ("Đề nghị gia hạn", "More time is asked for"),
        PlanEvent::ExtensionDecided => ("Đã quyết định về gia hạn", "It is decided on more time"),
        PlanEvent::ReviewBegun => (
            "Viết phần của đơn vị cho sơ kết, tổng kết",
            "A review is begun: write your part",
        ),
        PlanEvent::ReviewFrozen => ("Đã ban hành sơ kết, tổng kết", "A review is frozen"),
    }
}

fn said(event: PlanEvent) -> (&'static str, &'static str) {
    match event {
        PlanEvent::Given => ("được giao thực hiện", "was given work"),
        PlanEvent::Completed => ("báo cáo hoàn thành", "reported completion"),
        PlanEvent::Confirmed => ("đã hoàn thành, được xác nhận", "is done, as confirmed"),
        PlanEvent::Objected => ("không xác nhận hoàn thành", "objected to completion"),
        PlanEvent::Settled => ("đã kết luận về việc hoàn thành", "settled whether it is done"),
        PlanEvent::Refused => ("từ chối thực hiện", "refused the work"),
        PlanEvent::Held => ("tạm dừng thực hiện", "put work on hold"),
        PlanEvent::Resumed => ("cho tiếp tục thực hiện", "lets work go on"),
        PlanEvent::Reopened => ("yêu cầu thực hiện lại", "wants work done again"),
        PlanEvent::ExtensionAsked => ("đề nghị gia hạn", "asks for more time"),
        PlanEvent::ExtensionDecided => (
            "đã quyết định về đề nghị gia hạn",
            "decided on the request for more time",
        ),
        PlanEvent::ReviewBegun => (
            "bắt đầu sơ kết, tổng kết, đề nghị các đơn vị viết phần của mình",
            "began a review, and asks the units to write their parts",
        ),
        PlanEvent::ReviewFrozen => ("đã ban hành sơ kết, tổng kết", "froze a review"),
    }
}
