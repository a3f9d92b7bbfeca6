//! The letters of pictures: how wide a text is, where it is broken into lines, and where it ends in an ellipsis.
//!
//! The font is part of the program, so a picture looks the same on every machine, and nothing is asked of the system.

use std::sync::OnceLock;

use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};
use unicode_normalization::UnicodeNormalization;

/// The family by the name that the files bear.
pub const FAMILY: &str = "DejaVu Sans Condensed";
/// What a viewer takes where it does not have the font: sans-serif fonts with Vietnamese letters and about this width.
pub const STACK: &str = "'DejaVu Sans Condensed', 'Noto Sans', Arial, 'Liberation Sans', sans-serif";
/// The files, regular and bold.
pub static FILES: [&[u8]; 2] = [
    include_bytes!("../../../assets/fonts/DejaVuSansCondensed.ttf"),
    include_bytes!("../../../assets/fonts/DejaVuSansCondensed-Bold.ttf"),
];

const ELLIPSIS: char = '…';

/// Size and weight of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// Units of the picture.
    pub size: f64,
    /// Whether it is bold.
    pub bold: bool,
}

impl Face {
    /// A regular face.
    pub const fn regular(size: f64) -> Self {
        Self { size, bold: false }
    }

    /// A bold face.
    pub const fn bold(size: f64) -> Self {
        Self { size, bold: true }
    }

    /// How wide a text is: the widths of its letters, since the font has neither kerning nor ligatures.
    pub fn width(self, text: &str) -> f64 {
        text.chars().map(|letter| advance(letter, self.bold)).sum::<f64>() * self.size
    }

    /// The text in lines of at most this width, as words allow. What does not fit into so many lines ends in an ellipsis.
    pub fn wrap(self, text: &str, width: f64, lines_max: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let joined = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            let is_last = lines.len() + 1 >= lines_max;
            if self.width(&joined) <= width {
                line = joined;
            } else if is_last || line.is_empty() {
                // The last line, or a word that is longer than a line.
                lines.push(self.shorten(&rest(joined, words), width));
                return lines;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
                if self.width(&line) > width {
                    lines.push(self.shorten(&rest(line, words), width));
                    return lines;
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// The text, or as much of it as fits with an ellipsis.
    pub fn shorten(self, text: &str, width: f64) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let room = width - self.width(ELLIPSIS.encode_utf8(&mut [0; 4]));
        let (mut kept, mut used) = (String::new(), 0.0);
        for letter in text.chars() {
            used += advance(letter, self.bold) * self.size;
            if used > room {
                break;
            }
            kept.push(letter);
        }
        kept.truncate(kept.trim_end().len());
        kept.push(ELLIPSIS);
        kept
    }
}

fn rest<'a>(mut text: String, words: impl Iterator<Item = &'a str>) -> String {
    for word in words {
        text.push(' ');
        text.push_str(word);
    }
    text
}

/// A text as it is drawn: composed letters, which the font has, and nothing that XML or a line can't hold.
pub fn clean(text: &str) -> String {
    let no_text = |letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}');
    let letters = text
        .nfc()
        .map(|letter| if no_text(letter) { ' ' } else { letter });
    letters
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn fonts() -> &'static [Option<FontRef<'static>>; 2] {
    static FONTS: OnceLock<[Option<FontRef<'static>>; 2]> = OnceLock::new();
    FONTS.get_or_init(|| FILES.map(|file| FontRef::new(file).ok()))
}

/// The width of a letter of size 1. One that the font lacks is as wide as the box that stands for it.
fn advance(letter: char, bold: bool) -> f64 {
    const UNKNOWN: f64 = 0.6;
    let [regular, heavy] = fonts();
    let Some(font) = (if bold { heavy } else { regular }) else {
        return UNKNOWN;
    };
    let glyph = font.charmap().map(letter).unwrap_or_default();
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    metrics.advance_width(glyph).map_or(UNKNOWN, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: Face = Face::regular(16.0);

    #[test]
    fn every_vietnamese_letter_is_in_the_font() {
        let letters =
            "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ";
        let all = letters
            .chars()
            .chain(letters.to_uppercase().chars().collect::<Vec<_>>());
        for letter in all.chain("0123456789…–−▲▼·≥<>&\"'".chars()) {
            for font in fonts() {
                let glyph = font.as_ref().unwrap().charmap().map(letter);
                assert!(glyph.is_some(), "{letter}");
            }
        }
        assert_eq!(clean("Bô\u{323} Tư pha\u{301}p\u{1}\nX"), "Bộ Tư pháp X");
    }

    #[test]
    fn a_long_text_is_broken_or_ends_in_an_ellipsis_and_never_is_too_wide() {
        let name = "Bộ Nông nghiệp và Phát triển nông thôn";
        assert_eq!(FACE.wrap(name, 1000.0, 2), [name]);
        let two = FACE.wrap(name, 200.0, 2);
        assert_eq!(two.join(" "), name);
        let short = FACE.wrap(name, 120.0, 2);
        assert!(short.len() == 2 && short[1].ends_with('…'), "{short:?}");
        for width in [20.0, 60.0, 90.0, 150.0] {
            for lines_max in 1..4 {
                for text in [name, "W".repeat(60).as_str(), "a WWWWWWWWWWWWWWWWWWWWWWWW b", ""] {
                    let lines = FACE.wrap(text, width, lines_max);
                    assert!(lines.len() <= lines_max, "{lines:?}");
                    assert!(lines.iter().all(|line| FACE.width(line) <= width), "{lines:?}");
                    let whole = lines.join(" ") == text;
                    assert!(whole || lines.last().unwrap().ends_with('…'), "{lines:?}");
                }
            }
        }
    }
}
