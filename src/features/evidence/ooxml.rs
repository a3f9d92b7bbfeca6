//! Word documents and Excel workbooks among ZIP containers (ISO/IEC 29500-2), by the container's directory and its
//! `[Content_Types].xml`. Pure but for what it reads.
//!
//! Only as much of ZIP as that takes: a container may claim millions of entries, or unpack to gigabytes, and nothing
//! here may hold more than the bounds below.

use std::io::{Read, Seek, SeekFrom};

use super::kind::{FileKind, Unfit};

/// Largest directory that is read. Word and Excel write about 100 bytes for each part.
const DIRECTORY_BYTES_MAX: u64 = 4 << 20;
/// Longest `[Content_Types].xml`, unpacked.
const CONTENT_TYPES_BYTES_MAX: u64 = 1 << 20;
/// The end record, and the longest comment behind it.
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: u64 = 65_535;

const CONTENT_TYPES: &[u8] = b"[Content_Types].xml";
const WORD: &[u8] = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const EXCEL: &[u8] = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

/// Tells what a ZIP container is.
pub fn tell(file: &mut (impl Read + Seek)) -> Result<FileKind, Unfit> {
    let directory = directory(file)?;
    let mut content_types = None;
    for entry in Entries(&directory) {
        let entry = entry?;
        if entry.name == CONTENT_TYPES {
            content_types = Some((entry.method, entry.packed, entry.at));
        }
        if entry.name.to_ascii_lowercase().ends_with(b"vbaproject.bin") {
            return Err(Unfit::Macros);
        }
    }
    let (method, packed, at) = content_types.ok_or(Unfit::OtherZip)?;
    let text = unpack(file, method, packed, at)?;
    // Word may name the part with macros as it likes; its type tells.
    if holds(&text, b"macroEnabled") || holds(&text, b"vbaProject") {
        return Err(Unfit::Macros);
    }
    match (holds(&text, WORD), holds(&text, EXCEL)) {
        (true, false) => Ok(FileKind::Docx),
        (false, true) => Ok(FileKind::Xlsx),
        _ => Err(Unfit::OtherZip),
    }
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word))
}

/// A little-endian number of a record.
fn number(record: &[u8], at: usize, bytes: usize) -> Result<u64, Unfit> {
    let bytes = record.get(at..at + bytes).ok_or(Unfit::OtherZip)?;
    Ok(bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn read_at(file: &mut (impl Read + Seek), at: u64, bytes: u64) -> Result<Vec<u8>, Unfit> {
    let mut read = Vec::new();
    file.seek(SeekFrom::Start(at)).map_err(|_| Unfit::OtherZip)?;
    file.by_ref()
        .take(bytes)
        .read_to_end(&mut read)
        .map_err(|_| Unfit::OtherZip)?;
    if read.len() as u64 == bytes {
        Ok(read)
    } else {
        Err(Unfit::OtherZip)
    }
}

/// The central directory. One volume only, and no ZIP64: an office file within the size limit needs neither.
fn directory(file: &mut (impl Read + Seek)) -> Result<Vec<u8>, Unfit> {
    let length = file.seek(SeekFrom::End(0)).map_err(|_| Unfit::OtherZip)?;
    let tail = length.min(END_BYTES as u64 + COMMENT_BYTES_MAX);
    let tail = read_at(file, length - tail, tail)?;
    let end = (0..=tail.len().saturating_sub(END_BYTES))
        .rev()
        .filter_map(|start| tail.get(start..))
        // The comment must reach to the file's end, or the record is part of something else.
        .find(|end| {
            let comment = number(end, 20, 2);
            end.starts_with(b"PK\x05\x06") && comment.is_ok_and(|length| end.len() as u64 == length + 22)
        })
        .ok_or(Unfit::OtherZip)?;
    let (bytes, at) = (number(end, 12, 4)?, number(end, 16, 4)?);
    let is_whole = number(end, 4, 4)? == 0 && number(end, 8, 2)? == number(end, 10, 2)?;
    if is_whole && bytes <= DIRECTORY_BYTES_MAX && at + bytes <= length {
        read_at(file, at, bytes)
    } else {
        Err(Unfit::OtherZip)
    }
}

struct Entry<'a> {
    name: &'a [u8],
    method: u64,
    packed: u64,
    at: u64,
}

/// The entries of a directory, until its end or a fault.
struct Entries<'a>(&'a [u8]);

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, Unfit>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let read = self.read();
        if read.is_err() {
            self.0 = &[];
        }
        Some(read)
    }
}

impl<'a> Entries<'a> {
    fn read(&mut self) -> Result<Entry<'a>, Unfit> {
        let record = self.0;
        let length = |at| number(record, at, 2).map(|length| length as usize);
        let name_end = 46 + length(28)?;
        if !record.starts_with(b"PK\x01\x02") {
            return Err(Unfit::OtherZip);
        }
        let rest = name_end + length(30)? + length(32)?;
        self.0 = record.get(rest..).ok_or(Unfit::OtherZip)?;
        Ok(Entry {
            name: record.get(46..name_end).ok_or(Unfit::OtherZip)?,
            method: number(record, 10, 2)?,
            packed: number(record, 20, 4)?,
            at: number(record, 42, 4)?,
        })
    }
}

/// The content of a short entry.
fn unpack(file: &mut (impl Read + Seek), method: u64, packed: u64, at: u64) -> Result<Vec<u8>, Unfit> {
    let header = read_at(file, at, 30)?;
    if !header.starts_with(b"PK\x03\x04") {
        return Err(Unfit::OtherZip);
    }
    let start = at + 30 + number(&header, 26, 2)? + number(&header, 28, 2)?;
    file.seek(SeekFrom::Start(start)).map_err(|_| Unfit::OtherZip)?;
    let packed = file.by_ref().take(packed);
    let mut text = Vec::new();
    let read = match method {
        0 => packed.take(CONTENT_TYPES_BYTES_MAX + 1).read_to_end(&mut text),
        8 => flate2::read::DeflateDecoder::new(packed)
            .take(CONTENT_TYPES_BYTES_MAX + 1)
            .read_to_end(&mut text),
        _ => return Err(Unfit::OtherZip),
    };
    match read {
        Ok(_) if text.len() as u64 <= CONTENT_TYPES_BYTES_MAX => Ok(text),
        _ => Err(Unfit::OtherZip),
    }
}

#[cfg(test)]
mod tests;
