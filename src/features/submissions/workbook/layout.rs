//! The form's sheets and columns.

use crate::{
    formats::xlsx::Stamp,
    ids::{AgencyCode, RoundCode},
};

/// Raised when an older template could be misread.
pub const VERSION: &str = "1";
/// The page that is filled in.
pub const SHEET: &str = "Phiếu tự chấm";

/// Code of the node.
pub const CODE: u16 = 0;
/// Option, yes or no, or not applicable.
pub const CHOICE: u16 = 4;
/// Count, numerator, or points.
pub const FIRST: u16 = 5;
/// Denominator.
pub const SECOND: u16 = 6;
/// The explanation.
pub const EXPLANATION: u16 = 8;
/// The documents, one on a line.
pub const EVIDENCE: u16 = 9;
/// The revision of the item that was seen.
pub const REVISION: u16 = 10;

/// The heads of the columns.
pub const HEADS: [&str; 11] = [
    "Mã",
    "Lĩnh vực / Tiêu chí / Tiêu chí thành phần",
    "Điểm tối đa",
    "Cách tính điểm",
    "Kê khai: lựa chọn",
    "Kê khai: số lượng / tử số / điểm đề nghị",
    "Kê khai: mẫu số",
    "Điểm tự chấm (đã lưu)",
    "Giải trình",
    "Tài liệu kiểm chứng (mỗi dòng một tài liệu)",
    "Bản",
];
/// Their widths in characters.
pub const WIDTHS: [u16; 11] = [9, 38, 8, 28, 20, 13, 11, 10, 28, 38, 6];

/// What the form was made for.
pub fn stamp(round: &RoundCode, agency: &AgencyCode, digest: &str) -> Stamp {
    Stamp::new([
        ("form", "submission".to_owned()),
        ("version", VERSION.to_owned()),
        ("round", round.to_string()),
        ("agency", agency.to_string()),
        ("digest", digest.to_owned()),
    ])
}
