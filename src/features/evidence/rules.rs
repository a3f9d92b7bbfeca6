//! Names of files and digests that senders announce. Pure.

use base64::{Engine, prelude::BASE64_STANDARD};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::kind::FileKind;
use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::{FileDigest, hex},
};

const NAME_LENGTH_MAX: usize = 200;

/// Checks a file's name and brings its marks into one form, for some systems write them as characters of their own.
pub fn check_name(name: &str) -> Result<String, FieldError> {
    let name: String = name.trim().nfc().collect();
    let length = name.chars().count();
    let is_bad = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let fault = |vi, en| Err(name_fault(vi, en));
    if length == 0 || length > NAME_LENGTH_MAX {
        fault(
            "Tên tệp gồm 1 đến 200 ký tự.".to_owned(),
            "A file's name has 1 to 200 characters.".to_owned(),
        )
    } else if name.starts_with('.') || name.contains(is_bad) {
        fault(
            "Tên tệp không bắt đầu bằng dấu chấm, không chứa / \\ và ký tự điều khiển.".to_owned(),
            "A file's name does not start with a dot and holds no / \\ nor control characters.".to_owned(),
        )
    } else {
        Ok(name)
    }
}

/// Checks that the name says what the content is: a file that is opened by its name must be opened as what it is.
pub fn check_extension(name: &str, kind: FileKind) -> Result<(), FieldError> {
    let (_, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let fitting = kind.extensions();
    if fitting.iter().any(|known| extension.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    let endings = fitting
        .iter()
        .map(|known| format!(".{known}"))
        .collect::<Vec<_>>();
    let (vi, en) = (endings.join(" hoặc "), endings.join(" or "));
    Err(name_fault(
        format!(
            "Nội dung tệp là {}: tên tệp phải kết thúc bằng {vi}.",
            kind.media_type()
        ),
        format!("The content is {}: the name must end in {en}.", kind.media_type()),
    ))
}

fn name_fault(vi: String, en: String) -> FieldError {
    FieldError::new("?file_name", "bad_file_name", Message::new(vi, en))
}

/// How a download names itself (RFC 6266): the name without its marks for old programs, and the true one (RFC 8187).
pub fn disposition(name: &str) -> String {
    let plain: String = name
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c if c.is_ascii_alphanumeric() || " .-_()".contains(c) => c,
            _ => '_',
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| {
            let is_plain = byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
            if is_plain {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// A digest as the header `Content-Digest` names it (RFC 9530).
pub fn content_digest(digest: &FileDigest) -> String {
    let hex = digest.as_str().as_bytes();
    let bytes: Vec<u8> = hex
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    format!("sha-256=:{}:", BASE64_STANDARD.encode(bytes))
}

/// The digest that a sender announced (RFC 9530), if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestAsked(Option<FileDigest>);

impl DigestAsked {
    /// Reads `Content-Digest: sha-256=:…:`. Digests by other algorithms are left alone.
    pub fn parse(header: &str) -> AppResult<Self> {
        let member = header
            .split(',')
            .filter_map(|member| member.trim().split_once('='))
            .find(|(algorithm, _)| *algorithm == "sha-256");
        let Some((_, value)) = member else {
            return Ok(Self(None));
        };
        let bytes = value
            .split(';')
            .next()
            .and_then(|value| value.trim().strip_prefix(':')?.strip_suffix(':'))
            .and_then(|text| BASE64_STANDARD.decode(text).ok())
            .filter(|bytes| bytes.len() == 32);
        let digest = bytes.and_then(|bytes| FileDigest::parse(&hex(&bytes)).ok());
        match digest {
            Some(digest) => Ok(Self(Some(digest))),
            None => Err(AppError {
                errors: vec![digest_fault(
                    "bad_digest",
                    "Content-Digest không đúng dạng sha-256=:BASE64: (RFC 9530).",
                    "The Content-Digest is not of the form sha-256=:BASE64: (RFC 9530).",
                )],
                ..AppError::new(ErrorCode::InvalidRequest)
            }),
        }
    }

    /// Nothing announced.
    pub fn none() -> Self {
        Self(None)
    }

    /// Refuses bytes that are not those announced.
    pub fn check(&self, received: &FileDigest) -> AppResult<()> {
        match &self.0 {
            Some(asked) if asked != received => Err(AppError::invalid(vec![digest_fault(
                "digest_mismatch",
                "Tệp nhận được không khớp Content-Digest: gửi lại.",
                "The file that arrived is not the one that the Content-Digest names: send it again.",
            )])),
            _ => Ok(()),
        }
    }
}

fn digest_fault(code: &str, vi: &str, en: &str) -> FieldError {
    FieldError::new("header:Content-Digest", code, Message::new(vi, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_name_of_one_file() {
        assert_eq!(check_name(" Kế hoạch.pdf ").unwrap(), "Kế hoạch.pdf");
        assert_eq!(check_name("Hue\u{302}\u{301}.pdf").unwrap(), "Huế.pdf");
        for bad in [
            "",
            " ",
            "../a.pdf",
            "a\\b.pdf",
            ".pdf",
            "a\n.pdf",
            "a\u{202e}fdp.exe",
            &"a".repeat(201),
        ] {
            assert_eq!(check_name(bad).unwrap_err().code, "bad_file_name", "{bad:?}");
        }
    }

    #[test]
    fn a_name_says_what_the_content_is() {
        assert!(check_extension("a.PDF", FileKind::Pdf).is_ok());
        assert!(check_extension("a.jpeg", FileKind::Jpeg).is_ok());
        for bad in ["a.html", "a.pdf.exe", "pdf", "a"] {
            let fault = check_extension(bad, FileKind::Pdf).unwrap_err();
            assert!(fault.message.en.contains("must end in .pdf"), "{bad}");
        }
    }

    #[test]
    fn a_download_keeps_its_name() {
        assert_eq!(
            disposition("Đề án \"7\".pdf"),
            "attachment; filename=\"De an _7_.pdf\"; filename*=UTF-8''%C4%90%E1%BB%81%20%C3%A1n%20%227%22.pdf"
        );
    }

    #[test]
    fn an_announced_digest_is_kept() {
        // Of "abc".
        let digest =
            FileDigest::parse("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").unwrap();
        let other = FileDigest::parse(&"0".repeat(64)).unwrap();
        let header = "sha-512=:AA==:, sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
        let asked = DigestAsked::parse(header).unwrap();
        assert_eq!(DigestAsked::parse(&content_digest(&digest)).unwrap(), asked);
        assert!(asked.check(&digest).is_ok());
        assert_eq!(asked.check(&other).unwrap_err().errors[0].code, "digest_mismatch");
        assert_eq!(DigestAsked::parse("sha-512=:AA==:").unwrap(), DigestAsked::none());
        for bad in ["sha-256=abc", "sha-256=:AA==:", "sha-256=:?:", "sha-256="] {
            assert!(DigestAsked::parse(bad).is_err(), "{bad}");
        }
    }
}
