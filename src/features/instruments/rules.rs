//! What makes a document an instrument that can be kept. Pure.

use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::{InstrumentCode, sha256_hex},
    survey::{Instrument, InstrumentFault},
};

/// A document that was found good, in the form in which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedInstrument {
    /// Code of the family.
    pub code: InstrumentCode,
    /// Version in the family.
    pub version: i32,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// Whom it asks.
    pub audience: String,
    /// Canonical JSON (RFC 8785).
    pub document: String,
    /// SHA-256 of `document`.
    pub digest: String,
    /// How many items it has.
    pub items: i32,
}

/// Checks a document. Every fault is named at once, by its place.
pub fn check_instrument(instrument: Instrument) -> AppResult<CheckedInstrument> {
    let compiled = instrument
        .compile()
        .map_err(|faults| AppError::invalid(faults.into_iter().map(field_error).collect()))?;
    let document = compiled.document();
    let Ok(version) = i32::try_from(document.version) else {
        return Err(AppError::invalid_item(
            "/version",
            "bad_version",
            "Số phiên bản quá lớn.",
            "The version is too large.",
        ));
    };
    let canonical = serde_json_canonicalizer::to_string(document).map_err(AppError::internal)?;
    let items = compiled.items().len() + compiled.texts().len();
    Ok(CheckedInstrument {
        code: InstrumentCode::parse(&document.code).map_err(AppError::internal)?,
        version,
        title_vi: document.title.vi.clone(),
        title_en: document.title.en.clone(),
        audience: document.audience.clone(),
        digest: sha256_hex(canonical.as_bytes()),
        document: canonical,
        items: i32::try_from(items).map_err(AppError::internal)?,
    })
}

fn field_error(fault: InstrumentFault) -> FieldError {
    FieldError::new(
        fault.pointer,
        fault.code.as_str(),
        Message::new(fault.message_vi, fault.message_en),
    )
}

/// Refuses a document that is of another version than its address says.
pub fn check_address(document: &Instrument, code: &InstrumentCode, version: i32) -> AppResult<()> {
    let mut faults = Vec::new();
    if document.code != code.as_str() {
        faults.push(FieldError::new(
            "/code",
            "code_differs",
            Message::new(
                format!("Mã phải là {code}, như trong đường dẫn."),
                format!("The code must be {code}, as in the path."),
            ),
        ));
    }
    if i64::from(document.version) != i64::from(version) {
        faults.push(FieldError::new(
            "/version",
            "version_differs",
            Message::new(
                format!("Phiên bản phải là {version}, như trong đường dẫn."),
                format!("The version must be {version}, as in the path."),
            ),
        ));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

/// Refuses a version that is not the one after the latest.
pub fn check_version(code: &InstrumentCode, version: i32, latest: Option<i32>) -> AppResult<()> {
    let latest = latest.unwrap_or(0);
    let next = i64::from(latest) + 1;
    if i64::from(version) == next {
        return Ok(());
    }
    Err(AppError::with(
        ErrorCode::AlreadyExists,
        format!("{code} đã có phiên bản {latest}: phiên bản mới phải là {next}."),
        format!("{code} has come to version {latest}: a new one must be {next}."),
    ))
}
