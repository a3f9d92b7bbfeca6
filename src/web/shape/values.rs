//! What is said of single values in the place of what libraries say. Pure.

const A_DAY: (&str, &str) = (
    "write a day as YEAR-MONTH-DAY, for example 2026-03-31",
    "viết ngày theo NĂM-THÁNG-NGÀY, ví dụ 2026-03-31",
);
const A_NUMBER: (&str, &str) = ("write a whole number such as 20", "viết số nguyên, ví dụ 20");

/// What libraries say of single values, and what is said in its place in English and Vietnamese.
pub(super) const REWORDED: &[(&str, (&str, &str))] = &[
    ("input contains invalid characters", A_DAY),
    ("premature end of input", A_DAY),
    ("trailing input", A_DAY),
    (
        "input is out of range",
        ("there is no such day", "ngày không có trong lịch"),
    ),
    ("invalid digit found in string", A_NUMBER),
    ("cannot parse integer from empty string", A_NUMBER),
    (
        "number too large to fit in target type",
        ("the number is too large", "số quá lớn"),
    ),
    (
        "number too small to fit in target type",
        ("the number is too small", "số quá nhỏ"),
    ),
    (
        "provided string was not `true` or `false`",
        ("write true or false", "viết true hoặc false"),
    ),
];
