//! The ZIP file that a workbook is: unpacked part by part, each through what is left of one limit.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use zip::ZipArchive;

use super::fault::{FaultKind, WorkbookFault};

/// What a workbook may hold. A template of 1,000 indicators needs a tenth of it.
pub mod limits {
    /// Parts (files) in the ZIP.
    pub const PARTS_MAX: usize = 500;
    /// Bytes of all parts, unpacked.
    pub const UNPACKED_BYTES_MAX: u64 = 48 << 20;
    /// Sheets.
    pub const SHEETS_MAX: usize = 50;
    /// Filled cells of all sheets.
    pub const CELLS_MAX: usize = 250_000;
    /// Rows down to which cells may be filled.
    pub const ROW_MAX: u32 = 10_000;
    /// Columns up to which cells may be filled.
    pub const COLUMN_MAX: u32 = 200;
    /// Bytes of the text of one cell; Excel stops at 32,767 characters.
    pub const CELL_BYTES_MAX: usize = 128 << 10;
    /// Bytes of the texts of all cells together.
    pub const TEXT_BYTES_MAX: usize = 16 << 20;
    /// Merged areas of a sheet.
    pub const MERGED_MAX: usize = 200;
}

const ZIP_START: &[u8] = b"PK\x03\x04";
/// Old binary formats (.xls), and what is protected by a password.
const COMPOUND_START: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// The parts of a workbook, unpacked.
#[derive(Debug)]
pub(super) struct Archive {
    parts: BTreeMap<String, String>,
}

impl Archive {
    /// Unpacks what may be needed. The sizes that the ZIP states are not believed: what is read is counted.
    pub fn open(bytes: &[u8]) -> Result<Self, WorkbookFault> {
        check_start(bytes)?;
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| WorkbookFault::damaged("ZIP"))?;
        if zip.len() > limits::PARTS_MAX {
            return Err(WorkbookFault::too_large(
                "quá nhiều phần trong tệp",
                "it has too many parts",
            ));
        }
        let mut parts = BTreeMap::new();
        let mut left = limits::UNPACKED_BYTES_MAX;
        for index in 0..zip.len() {
            let part = zip.by_index(index).map_err(|_| WorkbookFault::damaged("ZIP"))?;
            let name = part.name().map_err(|_| WorkbookFault::damaged("ZIP"))?;
            let name = name.trim_start_matches('/').replace('\\', "/");
            refuse_macros(&name)?;
            let mut content = Vec::new();
            let read = part
                .take(left + 1)
                .read_to_end(&mut content)
                .map_err(|_| WorkbookFault::damaged(&name))?;
            left = left.checked_sub(read as u64).ok_or_else(|| {
                WorkbookFault::too_large("nội dung giải nén quá lớn", "unpacked it is too much")
            })?;
            if !(name.ends_with(".xml") || name.ends_with(".rels")) {
                continue;
            }
            let text = String::from_utf8(content).map_err(|_| WorkbookFault::damaged(&name))?;
            parts.insert(name.to_ascii_lowercase(), text);
        }
        let archive = Self { parts };
        archive.check_types()?;
        Ok(archive)
    }

    /// A part, by its name in the ZIP; letters of either case are the same.
    pub fn part(&self, name: &str) -> Option<&str> {
        let text = self.parts.get(&name.to_ascii_lowercase())?;
        Some(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    fn check_types(&self) -> Result<(), WorkbookFault> {
        match self.part("[Content_Types].xml") {
            Some(types) if types.contains("macroEnabled") => Err(macros()),
            Some(types) if types.contains("spreadsheetml") => Ok(()),
            _ => Err(other_type()),
        }
    }
}

fn check_start(bytes: &[u8]) -> Result<(), WorkbookFault> {
    if bytes.starts_with(ZIP_START) {
        return Ok(());
    }
    if bytes.starts_with(COMPOUND_START) {
        return Err(WorkbookFault::new(
            FaultKind::WrongType,
            "Đây là tệp Excel cũ (.xls) hoặc tệp đặt mật khẩu. Bỏ mật khẩu và lưu lại dạng .xlsx rồi gửi.",
            "This is an old Excel file (.xls) or one with a password. Take the password off, save it as .xlsx and send that.",
        ));
    }
    Err(other_type())
}

fn other_type() -> WorkbookFault {
    WorkbookFault::new(
        FaultKind::WrongType,
        "Đây không phải tệp .xlsx (có thể là .csv, .ods hoặc tệp đổi tên). Lưu dạng Excel Workbook (.xlsx) rồi gửi.",
        "This is no .xlsx file (it may be .csv, .ods or a renamed file). Save it as Excel Workbook (.xlsx) and send that.",
    )
}

fn refuse_macros(name: &str) -> Result<(), WorkbookFault> {
    let name = name.to_ascii_lowercase();
    if name.contains("vbaproject") || name.starts_with("xl/macrosheets/") {
        return Err(macros());
    }
    Ok(())
}

fn macros() -> WorkbookFault {
    WorkbookFault::new(
        FaultKind::WrongType,
        "Tệp có macro. Lưu lại dạng Excel Workbook (.xlsx) không có macro rồi gửi.",
        "The file has macros. Save it as Excel Workbook (.xlsx), without macros, and send that.",
    )
}
