//! Finding Vietnamese names. Neither database folds them alike, so both search a key that is made here. Pure.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text without capitals, marks and punctuation: `Bà Rịa - Vũng Tàu` is `ba ria vung tau`.
///
/// What is left are letters, digits and single spaces, so it holds nothing that `LIKE` would take as a pattern.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is left of a folded name without the words for what kind of unit it is: tables print `TP. Hồ Chí Minh`, `Thành
/// phố Hồ Chí Minh` and `Hồ Chí Minh` alike. A name that is nothing but such a word stays as it is.
pub fn without_kind(folded: &str) -> &str {
    ["thanh pho ", "tp ", "tinh "]
        .iter()
        .find_map(|kind| folded.strip_prefix(kind))
        .unwrap_or(folded)
}

/// The key that a name is found by. A line break keeps a search from running across the two languages.
pub fn search_key(name_vi: &str, name_en: Option<&str>) -> String {
    match name_en {
        Some(name_en) => format!("{}\n{}", fold(name_vi), fold(name_en)),
        None => fold(name_vi),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_and_without_marks() {
        for (text, folded) in [
            ("Đà Nẵng", "da nang"),
            ("ĐẮK LẮK", "dak lak"),
            // The same name, its marks written as characters of their own.
            ("Thừa Thiên Hue\u{302}\u{301}", "thua thien hue"),
            ("Bà Rịa - Vũng Tàu", "ba ria vung tau"),
            ("  Bộ,  cơ quan ", "bo co quan"),
            ("Huyện 7", "huyen 7"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn the_kind_of_unit_makes_no_other_name() {
        for text in ["TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh", "hồ chí minh"] {
            assert_eq!(without_kind(&fold(text)), "ho chi minh", "{text}");
        }
        assert_eq!(without_kind("tinh"), "tinh");
    }

    #[test]
    fn nothing_is_left_that_is_a_pattern() {
        assert_eq!(fold("100%_\\'"), "100");
        assert_eq!(fold("%"), "");
        assert_eq!(
            search_key("Bộ Tư pháp", Some("Ministry of Justice")),
            "bo tu phap\nministry of justice"
        );
    }
}
