//! What the pages of forms say, in both languages.

use crate::survey::Language;

/// The words of one language.
pub struct FormWords {
    /// The language's tag.
    pub tag: &'static str,
    /// To the form itself.
    pub skip: &'static str,
    /// The other language, in itself.
    pub other: &'static str,
    /// What is kept of a person.
    pub privacy: &'static str,
    /// That an item must be answered.
    pub required: &'static str,
    /// Where several options may be chosen.
    pub several: &'static str,
    /// Before the condition of an item.
    pub only_if: &'static str,
    /// Above the list of faults.
    pub mend: &'static str,
    /// Before a fault.
    pub fault: &'static str,
    /// The button.
    pub send: &'static str,
    /// The label of the field for robots.
    pub leave_empty: &'static str,
    /// The title of the page that asks for a code.
    pub enter: &'static str,
    /// The label of the code.
    pub code: &'static str,
    /// The button below it.
    pub open: &'static str,
    /// What there is of a code.
    pub unknown: &'static str,
    /// The code was used.
    pub used: &'static str,
    /// Nobody is asked now.
    pub closed: &'static str,
    /// It is sent.
    pub thanks: &'static str,
    /// Sent too soon after the page came.
    pub too_fast: &'static str,
    /// The page is too old, or not ours.
    pub stale: &'static str,
    /// The field for robots was filled in.
    pub robot: &'static str,
}

const VI: FormWords = FormWords {
    tag: "vi",
    skip: "Đến phiếu hỏi",
    other: "English",
    privacy: "Phiếu không ghi tên, địa chỉ hay thiết bị của ông/bà. Mã chỉ dùng một lần và không gắn với câu trả lời; hệ thống chỉ giữ ngày mã được dùng.",
    required: "(bắt buộc)",
    several: "(có thể chọn nhiều mục)",
    only_if: "Chỉ trả lời nếu",
    mend: "Xin xem lại các câu sau; những gì ông/bà đã chọn vẫn còn nguyên.",
    fault: "Cần sửa:",
    send: "Gửi phiếu",
    leave_empty: "Xin để trống ô này",
    enter: "Mở phiếu hỏi ý kiến",
    code: "Mã trên thư mời, ví dụ 7K2QD-M4XNA",
    open: "Mở phiếu",
    unknown: "Không có phiếu hỏi với mã này. Xin kiểm tra lại từng ký tự: không phân biệt chữ hoa, chữ thường.",
    used: "Mã này đã được dùng. Mỗi mã chỉ gửi được một phiếu.",
    closed: "Đợt hỏi ý kiến này hiện không nhận phiếu.",
    thanks: "Phiếu đã được ghi nhận. Xin cảm ơn ông/bà.",
    too_fast: "Phiếu được gửi quá nhanh. Xin xem lại rồi gửi lần nữa sau vài giây.",
    stale: "Trang đã mở quá lâu. Xin xem lại rồi gửi lần nữa.",
    robot: "Ô “Xin để trống ô này” phải để trống.",
};

const EN: FormWords = FormWords {
    tag: "en",
    skip: "To the form",
    other: "Tiếng Việt",
    privacy: "This form keeps neither your name nor your address or device. A code is good once and is not tied to the answers; only the day of its use is kept.",
    required: "(required)",
    several: "(several may be chosen)",
    only_if: "Only if",
    mend: "Please look at these questions again; what you chose is still there.",
    fault: "To mend:",
    send: "Send the form",
    leave_empty: "Please leave this empty",
    enter: "Open a form",
    code: "The code in your letter, such as 7K2QD-M4XNA",
    open: "Open the form",
    unknown: "There is no form with this code. Please check each character; capitals don't matter.",
    used: "This code was used already. Each is good for one form.",
    closed: "This survey takes no forms now.",
    thanks: "Your form was taken in. Thank you.",
    too_fast: "The form was sent too fast. Please look at it again and send it in a few seconds.",
    stale: "The page was open for too long. Please look at it again and send it once more.",
    robot: "The field “Please leave this empty” must stay empty.",
};

/// The words of a language.
pub fn words(language: Language) -> &'static FormWords {
    match language {
        Language::Vi => &VI,
        Language::En => &EN,
    }
}
