//! The list's sheet and columns.

use crate::{
    features::submissions::workbook::ValueColumns,
    formats::xlsx::Stamp,
    ids::{AgencyCode, RoundCode},
};

/// The page that is filled in.
pub const SHEET: &str = "Phiếu thẩm định";
/// Raised when an older template could be misread.
pub const VERSION: &str = "1";
/// Code of the node.
pub const CODE: u16 = 0;
/// Recognised, corrected, or points set.
pub const VERDICT: u16 = 7;
/// Points that the appraiser sets.
pub const POINTS: u16 = 8;
/// Why.
pub const REASON: u16 = 12;
/// The revision of the item that was seen.
pub const REVISION: u16 = 13;
/// The value that replaces the declared one.
pub const VALUE: ValueColumns = ValueColumns {
    choice: 9,
    first: 10,
    second: 11,
};
/// The cells that can be filled in.
pub const INPUTS: [u16; 6] = [VERDICT, POINTS, 9, 10, 11, REASON];
/// The heads of the columns.
pub const HEADS: [&str; 14] = [
    "Mã",
    "Lĩnh vực / Tiêu chí / Tiêu chí thành phần",
    "Điểm tối đa",
    "Cách tính điểm",
    "Đơn vị kê khai",
    "Điểm tự chấm",
    "Giải trình, tài liệu kiểm chứng",
    "Kết luận",
    "Điểm chấm",
    "Điều chỉnh: lựa chọn",
    "Điều chỉnh: số lượng / tử số",
    "Điều chỉnh: mẫu số",
    "Lý do",
    "Bản",
];
/// Their widths in characters.
pub const WIDTHS: [u16; 14] = [8, 30, 8, 24, 18, 8, 34, 14, 8, 16, 11, 10, 28, 6];

/// The declared value stands.
pub const RECOGNISED: &str = "Công nhận";
/// Another value replaces it.
pub const CORRECTED: &str = "Điều chỉnh số liệu";
/// The appraiser sets the points.
pub const POINTS_SET: &str = "Chấm điểm";

/// What the list was made for.
pub fn stamp(round: &RoundCode, agency: &AgencyCode, digest: &str) -> Stamp {
    Stamp::new([
        ("form", "appraisal".to_owned()),
        ("version", VERSION.to_owned()),
        ("round", round.to_string()),
        ("agency", agency.to_string()),
        ("digest", digest.to_owned()),
    ])
}
