//! What a good new password is (NIST SP 800-63B-4 §3.1.1): long, unknown to those who guess, and not made of the names around
//! it. No rules of composition, which only make people write `P@ssw0rd`. Pure.

use std::cmp::Ordering;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{
    access::{PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN},
    error::{FieldError, Message},
};

/// Passwords that leaked often, each a line, in small letters, sorted by their bytes.
const COMMON: &str = include_str!("../../../assets/passwords/common.txt");
/// What everybody thinks of who sees this service.
const SERVICE_WORDS: [&str; 3] = ["parindex", "caicachhanhchinh", "chisocchc"];
/// What a password must have of its own, in characters: beside names, and before it repeats itself.
const OWN_LENGTH_MIN: usize = 8;
/// Shorter parts of a name are in every other word.
const NAME_PART_LENGTH_MIN: usize = 4;

/// The fault of a new password of a person with these names, if it has one.
pub fn check_password(
    pointer: &str,
    password: &str,
    username: &str,
    display_name: &str,
) -> Option<FieldError> {
    // As it is hashed: one character however it was typed.
    let password: String = password.nfkc().collect();
    let length = password.chars().count();
    let fault = |code: &str, vi: String, en: String| FieldError::new(pointer, code, Message::new(vi, en));
    if !(PASSWORD_LENGTH_MIN..=PASSWORD_LENGTH_MAX).contains(&length) {
        return Some(fault(
            "bad_password_length",
            format!(
                "Mật khẩu dài từ {PASSWORD_LENGTH_MIN} đến {PASSWORD_LENGTH_MAX} ký tự; mật khẩu này có {length}."
            ),
            format!(
                "A password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters; this one has {length}."
            ),
        ));
    }
    let small = password.to_lowercase();
    let (code, vi, en) = if small.contains(username) {
        (
            "password_contains_username",
            "Mật khẩu không được chứa tên đăng nhập. Chọn một câu dài không liên quan đến tài khoản.",
            "The password must not contain the user name. Take a long phrase that has nothing to do with the account.",
        )
    } else if is_made_of_names(&small, &[username, display_name]) {
        (
            "password_of_names",
            "Mật khẩu gần như chỉ gồm tên của người dùng hay của hệ thống. Thêm vài từ không liên quan.",
            "The password is hardly more than the name of the person or of this service. Add a few words of your own.",
        )
    } else if is_monotonous(&small) {
        (
            "password_monotonous",
            "Mật khẩu lặp lại một đoạn ngắn hoặc đếm theo thứ tự. Chọn bốn, năm từ không liên quan với nhau.",
            "The password repeats a short piece or counts up or down. Take four or five words that don't belong together.",
        )
    } else if is_common(&small) {
        (
            "password_common",
            "Mật khẩu này nằm trong danh sách mật khẩu đã lộ mà kẻ dò thử trước tiên. Chọn một câu dài của riêng mình.",
            "This is one of the leaked passwords that are tried first. Take a long phrase of your own.",
        )
    } else {
        return None;
    };
    Some(fault(code, vi.to_owned(), en.to_owned()))
}

/// Letters and digits without marks: `Nguyễn Văn-An` and `nguyenvanan` are the same to whoever guesses.
fn bare(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn is_made_of_names(password: &str, names: &[&str]) -> bool {
    let whole = names.iter().map(|name| bare(name));
    let parts = names
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()).map(bare));
    let mut words: Vec<String> = SERVICE_WORDS
        .iter()
        .map(|word| (*word).to_owned())
        .chain(whole)
        .chain(parts)
        .filter(|word| word.chars().count() >= NAME_PART_LENGTH_MIN)
        .collect();
    // The whole before its parts, or a part would break it up.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let all = bare(password);
    let own = words
        .iter()
        .fold(all.clone(), |rest, word| rest.replace(word, ""));
    own.len() < all.len() && own.chars().count() < OWN_LENGTH_MIN
}

/// Whether a short piece comes again and again, or each character follows the one before.
fn is_monotonous(password: &str) -> bool {
    let letters: Vec<char> = password.chars().collect();
    let repeats = |period: usize| {
        letters
            .iter()
            .zip(letters.iter().skip(period))
            .all(|(one, next)| one == next)
    };
    let counts = |from: char, to: char| u32::from(from) + 1 == u32::from(to) || (from, to) == ('9', '0');
    let pairs = || letters.iter().zip(letters.iter().skip(1));
    (1..OWN_LENGTH_MIN).any(repeats)
        || pairs().all(|(one, next)| counts(*one, *next))
        || pairs().all(|(one, next)| counts(*next, *one))
}

/// Whether it is on the list, as it is or but for signs, marks, and digits at its end.
fn is_common(small: &str) -> bool {
    let bare = bare(small);
    let without_end = |text: &str| text.trim_end_matches(|c: char| !c.is_alphabetic()).to_owned();
    let (small_start, bare_start) = (without_end(small), without_end(&bare));
    [small, &bare, &small_start, &bare_start]
        .into_iter()
        .any(is_listed)
}

/// Looks a line up by halves in the text as it is, which costs no memory.
fn is_listed(wanted: &str) -> bool {
    let mut rest = COMMON;
    while !rest.is_empty() {
        let middle = rest.len() / 2;
        let before = rest.get(..middle).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let tail = rest.get(start..).unwrap_or("");
        let line = tail.split('\n').next().unwrap_or("");
        match wanted.cmp(line) {
            Ordering::Equal => return !line.is_empty(),
            Ordering::Less => rest = rest.get(..start).unwrap_or(""),
            Ordering::Greater => rest = tail.get(line.len() + 1..).unwrap_or(""),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(password: &str) -> Option<String> {
        check_password("/p", password, "moj.submitter", "Đặng Thị Nguyệt").map(|fault| fault.code)
    }

    #[test]
    fn a_password_is_long_in_characters_not_bytes() {
        assert_eq!(fault("short").as_deref(), Some("bad_password_length"));
        assert_eq!(fault(&"xy z".repeat(33)).as_deref(), Some("bad_password_length"));
        assert_eq!(fault("mật khẩu đủ dài"), None);
        // Eleven letters, however many parts they were typed in.
        let apart: String = "ầầầầầầầầầầầ".nfd().collect();
        assert_eq!(fault(&apart).as_deref(), Some("bad_password_length"));
    }

    #[test]
    fn a_password_is_no_name_with_a_year() {
        assert_eq!(
            fault("xx MOJ.submitter xx").as_deref(),
            Some("password_contains_username")
        );
        for bad in [
            "ParIndex@2026",
            "parindex-parindex",
            "Cải cách hành chính 2026",
            "DangThiNguyet!!1",
            "đặng thị nguyệt 1",
            "nguyet-dang-1990",
        ] {
            assert_eq!(fault(bad).as_deref(), Some("password_of_names"), "{bad}");
        }
        assert_eq!(fault("trăng nguyệt rơi trên đồi chè"), None);
    }

    #[test]
    fn a_password_neither_repeats_itself_nor_counts() {
        for bad in [
            "aaaaaaaaaaaa",
            "ababababababab",
            "hanoi26hanoi26",
            "345678901234",
            "zyxwvutsrqpon",
        ] {
            assert_eq!(fault(bad).as_deref(), Some("password_monotonous"), "{bad}");
        }
        assert_eq!(fault("hai mươi sáu con voi"), None);
    }

    #[test]
    fn a_leaked_password_is_refused_in_any_dress() {
        for bad in [
            "1qaz2wsx3edc",
            "1QAZ2wsx3edc",
            "1qaz2wsx3edc2026!",
            "1qaz 2wsx-3edc",
            "１qaz2wsx3edc",
        ] {
            assert_eq!(fault(bad).as_deref(), Some("password_common"), "{bad}");
        }
        assert_eq!(fault("correct horse battery staple"), None);
    }

    #[test]
    fn every_line_of_the_list_is_found_and_nothing_else() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 10_000);
        assert!(lines.is_sorted());
        for line in &lines {
            assert!(is_listed(line), "{line}");
            assert!(line.chars().count() >= PASSWORD_LENGTH_MIN, "{line}");
            assert_eq!(line.to_lowercase(), *line);
        }
        for other in ["", "\n", "a", "~~~~~~~~~~~~~", "qwertyqwert", "correct horse"] {
            assert!(!is_listed(other), "{other}");
        }
    }
}
