//! What a file is, by its first bytes: neither its name nor what the sender says of it is believed. Pure.

use crate::error::{FieldError, Message};

/// Bytes that tell what a file is.
pub const HEAD_BYTES: usize = 16;

/// The kinds of files that may prove a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A PDF document.
    Pdf,
    /// A Word document without macros.
    Docx,
    /// An Excel workbook without macros.
    Xlsx,
    /// A PNG image.
    Png,
    /// A JPEG image.
    Jpeg,
    /// A TIFF image, as scanners make them.
    Tiff,
    /// A WebP image.
    Webp,
}

impl FileKind {
    /// The media type that it is served as.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Tiff => "image/tiff",
            Self::Webp => "image/webp",
        }
    }

    /// How its name may end.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Tiff => &["tif", "tiff"],
            Self::Webp => &["webp"],
        }
    }
}

/// What the first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// One of the kinds.
    Kind(FileKind),
    /// A ZIP container: its directory must tell.
    Zip,
}

/// Why a file is refused for what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It has no bytes.
    Empty,
    /// It is of no kind that is taken.
    OtherKind,
    /// An Office document of the old format, or one locked by a password, which is kept in the same container.
    OldOffice,
    /// An Office document with macros.
    Macros,
    /// A ZIP container that is no Word document and no Excel workbook, or is broken.
    OtherZip,
}

/// Tells a file by its first [`HEAD_BYTES`].
pub fn tell(head: &[u8]) -> Result<Head, Unfit> {
    let kind = match head {
        [] => return Err(Unfit::Empty),
        // Only at the very start: a reader that looks further would also find it behind a script.
        [b'%', b'P', b'D', b'F', b'-', b'1'..=b'9', ..] => FileKind::Pdf,
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => FileKind::Png,
        [0xff, 0xd8, 0xff, ..] => FileKind::Jpeg,
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => FileKind::Tiff,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => FileKind::Webp,
        [b'P', b'K', 3, 4, ..] => return Ok(Head::Zip),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => return Err(Unfit::OldOffice),
        _ => return Err(Unfit::OtherKind),
    };
    Ok(Head::Kind(kind))
}

impl Unfit {
    /// The fault of the request that brought the file.
    pub fn fault(self) -> FieldError {
        let (code, vi, en) = match self {
            Self::Empty => ("empty_file", "Tệp rỗng.", "The file is empty."),
            Self::OtherKind => (
                "unsupported_file_type",
                "Nội dung tệp không phải PDF, DOCX, XLSX, PNG, JPEG, TIFF hoặc WebP.",
                "The file's content is no PDF, DOCX, XLSX, PNG, JPEG, TIFF or WebP.",
            ),
            Self::OldOffice => (
                "unsupported_file_type",
                "Tệp Office định dạng cũ (.doc, .xls) hoặc có mật khẩu: lưu lại thành PDF, DOCX hoặc XLSX không mật khẩu.",
                "An Office file of the old format (.doc, .xls) or with a password: save it as PDF, DOCX or XLSX without \
                 a password.",
            ),
            Self::Macros => (
                "macros",
                "Tệp Office có macro: lưu lại thành DOCX, XLSX không macro hoặc PDF.",
                "The Office file holds macros: save it as DOCX or XLSX without macros, or as PDF.",
            ),
            Self::OtherZip => (
                "unsupported_file_type",
                "Tệp nén không phải DOCX hoặc XLSX nguyên vẹn: gửi từng tài liệu, không nén.",
                "A ZIP file that is no sound DOCX or XLSX: send each document by itself, not packed.",
            ),
        };
        FieldError::new("", code, Message::new(vi, en))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        for (head, kind) in [
            (&b"%PDF-1.7\n%\xe2\xe3"[..], FileKind::Pdf),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", FileKind::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", FileKind::Jpeg),
            (b"II*\0\x08\0\0\0", FileKind::Tiff),
            (b"MM\0*\0\0\0\x08", FileKind::Tiff),
            (b"RIFF\x24\0\0\0WEBPVP8 ", FileKind::Webp),
        ] {
            assert_eq!(tell(head), Ok(Head::Kind(kind)));
            assert!(kind.media_type().contains('/') && !kind.extensions().is_empty());
        }
        assert_eq!(tell(b"PK\x03\x04\x14\0"), Ok(Head::Zip));
    }

    #[test]
    fn everything_else_is_refused() {
        for head in [
            &b"MZ\x90\0\x03\0\0\0"[..],
            b"\x7fELF\x02\x01\x01",
            b"<!DOCTYPE html><ht",
            b"<svg xmlns=\"http",
            b"<?xml version=\"1",
            b"#!/bin/sh\n",
            b"Rar!\x1a\x07",
            b"7z\xbc\xaf\x27\x1c",
            b"GIF89a",
            b"RIFF\x24\0\0\0WAVEfmt ",
            // A ZIP that is empty, or the second of several volumes.
            b"PK\x05\x06\0\0",
            b"PK\x07\x08PK\x03\x04",
            // A PDF behind something else.
            b"<script>%PDF-1.7",
            b"\n%PDF-1.7",
            b"%PDF",
            b"P",
            b"\0",
        ] {
            assert_eq!(tell(head), Err(Unfit::OtherKind), "{head:?}");
        }
        assert_eq!(tell(b""), Err(Unfit::Empty));
        assert_eq!(
            tell(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"),
            Err(Unfit::OldOffice)
        );
    }
}
