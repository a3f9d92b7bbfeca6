//! The sheets of a criteria set and their columns.

use super::table::{
    Field,
    Kind::{Code, Day, Decimal, Flag, Text, Whole, Word, Words},
    field,
};
use crate::formats::xlsx::Stamp;

const VERSION: &str = "1";
const COMBINE: &[&str] = &["sum", "mean", "weighted_mean"];
const TIERS: &[&str] = &["indicator", "criterion", "domain", "total"];

/// The set itself: a field on each row.
pub const SET_SHEET: &str = "Bộ tiêu chí";
/// The heads of its columns.
pub const SET_HEADS: [&str; 3] = ["Trường", "Ý nghĩa", "Giá trị"];
/// The column of the values.
pub const SET_VALUE: u16 = 2;
/// Its fields; the pointer stands in the first column.
pub const SET_FIELDS: [Field; 22] = [
    field("/code", "Mã của bộ tiêu chí", Code, 0),
    field("/version", "Phiên bản, từ 1", Whole, 0),
    field("/title_vi", "Tên", Text, 0),
    field("/title_en", "Tên tiếng Anh", Text, 0),
    field("/description_vi", "Mô tả", Text, 0),
    field("/description_en", "Mô tả tiếng Anh", Text, 0),
    field(
        "/illustrative",
        "Chỉ để minh họa, không phải bảng chính thức",
        Flag,
        0,
    ),
    field("/level", "Cấp cơ quan được đánh giá", Code, 0),
    field("/source/decision", "Số, ký hiệu quyết định", Text, 0),
    field("/source/date", "Ngày ban hành", Day, 0),
    field("/source/issuer", "Cơ quan ban hành", Text, 0),
    field("/source/url", "Liên kết", Text, 0),
    field("/maximum", "Tổng điểm tối đa", Decimal, 0),
    field("/combine", "Cách gộp điểm các lĩnh vực", Word(COMBINE), 0),
    field("/rounding/decimals", "Số chữ số thập phân của điểm", Whole, 0),
    field(
        "/rounding/index_decimals",
        "Số chữ số thập phân của chỉ số",
        Whole,
        0,
    ),
    field(
        "/rounding/mode",
        "Cách làm tròn",
        Word(&["half_up", "half_even", "down"]),
        0,
    ),
    field("/rounding/tiers", "Các cấp làm tròn", Words(TIERS), 0),
    field(
        "/ranking/basis",
        "Xếp hạng theo điểm",
        Word(&["exact", "printed"]),
        0,
    ),
    field(
        "/ranking/ties",
        "Đồng hạng",
        Word(&["competition", "dense", "shared"]),
        0,
    ),
    field("/adjustments/floor", "Điểm thấp nhất sau cộng, trừ", Decimal, 0),
    field("/adjustments/ceiling", "Điểm cao nhất sau cộng, trừ", Decimal, 0),
];

/// The tree: a node on each row, below its parent.
pub const NODE_SHEET: &str = "Tiêu chí";
/// The head of the column that tells how deep a node stands.
pub const DEPTH_HEAD: &str = "Cấp";
/// Its fields, from the second column on.
pub const NODE_FIELDS: [Field; 27] = [
    field("/code", "Mã", Code, 12),
    field("/name_vi", "Tên", Text, 40),
    field("/name_en", "Tên tiếng Anh", Text, 30),
    field("/maximum", "Điểm tối đa", Decimal, 9),
    field("/weight", "Trọng số", Decimal, 9),
    field("/combine", "Cách gộp", Word(COMBINE), 12),
    field(
        "/source",
        "Nguồn điểm",
        Word(&["assessment", "survey", "external"]),
        12,
    ),
    field(
        "/rule/kind",
        "Cách tính",
        Word(&[
            "choice",
            "yes_no",
            "percentage_bands",
            "count_bands",
            "proportional",
            "deduction",
            "appraiser_points",
            "survey",
            "external",
        ]),
        18,
    ),
    field("/rule/yes", "Điểm khi có", Decimal, 8),
    field("/rule/no", "Điểm khi không", Decimal, 8),
    field("/rule/zero_denominator", "Điểm khi mẫu số bằng 0", Decimal, 10),
    field("/rule/floor/from", "Sàn: từ %", Decimal, 8),
    field("/rule/floor/above", "Sàn: trên %", Decimal, 8),
    field("/rule/per_item", "Trừ mỗi trường hợp", Decimal, 9),
    field("/rule/floor", "Còn ít nhất", Decimal, 8),
    field("/rule/step", "Bước điểm", Decimal, 8),
    field("/evidence_required", "Cần tài liệu", Flag, 8),
    field("/not_applicable_allowed", "Được không áp dụng", Flag, 10),
    field("/guidance_vi", "Hướng dẫn", Text, 30),
    field("/guidance_en", "Hướng dẫn tiếng Anh", Text, 30),
    field(
        "/feed",
        "Số liệu có sẵn",
        Word(&["public_post.received", "public_post.returned"]),
        22,
    ),
    field("/rule/measure/instrument", "Điều tra: mẫu phiếu", Code, 16),
    field("/rule/measure/version", "Điều tra: phiên bản", Whole, 9),
    field("/rule/measure/of", "Điều tra: chỉ số của", Code, 12),
    field(
        "/rule/measure/conversion/kind",
        "Điều tra: quy đổi",
        Word(&["proportional", "percentage_bands"]),
        18,
    ),
    field(
        "/rule/measure/conversion/floor/from",
        "Điều tra: sàn từ %",
        Decimal,
        9,
    ),
    field(
        "/rule/measure/conversion/floor/above",
        "Điều tra: sàn trên %",
        Decimal,
        9,
    ),
];

/// The fields that every workbook has: one that was made before there was a column more is read as it is.
pub const NODE_FIELDS_FIRST: usize = 20;

/// Options and bands of rules, each below its indicator's code.
pub const OPTION_SHEET: &str = "Phương án";
/// The head of the column of the indicator.
pub const OPTION_OWNER: &str = "Mã tiêu chí";
/// The fields of an option or a band, from the second column on.
pub const OPTION_FIELDS: [Field; 8] = [
    field("/code", "Mã phương án", Code, 20),
    field("/label_vi", "Phương án", Text, 40),
    field("/label_en", "Phương án tiếng Anh", Text, 30),
    field("/from", "Từ (≥)", Decimal, 9),
    field("/above", "Trên (>)", Decimal, 9),
    field("/to", "Đến (≤)", Decimal, 9),
    field("/below", "Dưới (<)", Decimal, 9),
    field("/points", "Điểm", Decimal, 9),
];

/// A list of the set that has a sheet of its own.
pub struct List {
    /// The sheet's name.
    pub sheet: &'static str,
    /// The list's pointer in the document.
    pub pointer: &'static str,
    /// The fields of its elements.
    pub fields: &'static [Field],
}

/// Bands and adjustments.
pub const LISTS: [List; 2] = [
    List {
        sheet: "Xếp loại",
        pointer: "/bands",
        fields: &[
            field("/code", "Mã", Code, 12),
            field("/name_vi", "Tên", Text, 30),
            field("/name_en", "Tên tiếng Anh", Text, 30),
            field("/from", "Từ điểm (≥)", Decimal, 12),
        ],
    },
    List {
        sheet: "Điểm cộng, điểm trừ",
        pointer: "/adjustments/items",
        fields: &[
            field("/code", "Mã", Code, 24),
            field("/kind", "Loại", Word(&["bonus", "penalty"]), 10),
            field("/name_vi", "Tên", Text, 40),
            field("/name_en", "Tên tiếng Anh", Text, 30),
            field("/cap", "Tối đa", Decimal, 10),
            field("/step", "Bước điểm", Decimal, 10),
        ],
    },
];

/// Agencies that are assessed and not ranked, one on a row.
pub const NOT_RANKED_SHEET: &str = "Không xếp hạng";
/// The head of its column.
pub const NOT_RANKED_HEAD: &str = "Mã cơ quan";

/// What the workbook was made for.
pub fn stamp() -> Stamp {
    Stamp::new([
        ("form", "criteria_set".to_owned()),
        ("version", VERSION.to_owned()),
    ])
}
