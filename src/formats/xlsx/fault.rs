//! Why a file is no workbook that can be read.

/// What kind of fault it is; who answers a request makes a status of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is another kind of file, or one with macros.
    WrongType,
    /// It is larger, packed or unpacked, than a workbook of ours ever is.
    TooLarge,
    /// It calls itself a workbook and can't be read.
    Damaged,
}

/// A file that can't be read, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkbookFault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// In Vietnamese.
    pub message_vi: String,
    /// In English.
    pub message_en: String,
}

impl WorkbookFault {
    /// A fault with its texts.
    pub fn new(kind: FaultKind, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            kind,
            message_vi: vi.into(),
            message_en: en.into(),
        }
    }

    /// A part of the file that does not hold what it should.
    pub(super) fn damaged(part: &str) -> Self {
        Self::new(
            FaultKind::Damaged,
            format!(
                "Tệp bị hỏng ở phần {part}. Mở bằng Excel hoặc LibreOffice, lưu lại dạng .xlsx rồi gửi lại."
            ),
            format!(
                "The file is damaged in {part}. Open it in Excel or LibreOffice, save it again as .xlsx and send that."
            ),
        )
    }

    /// More than a workbook of ours ever has.
    pub(super) fn too_large(vi: &str, en: &str) -> Self {
        Self::new(
            FaultKind::TooLarge,
            format!("Tệp quá lớn: {vi}. Tải lại mẫu và chỉ điền vào các ô để trống."),
            format!(
                "The file is too large: {en}. Download the template again and fill in its input cells only."
            ),
        )
    }
}
