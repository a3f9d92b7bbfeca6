//! What makes a document a criteria set that can be kept. Pure.

use crate::{
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    ids::{AgencyCode, LevelCode, SetCode, sha256_hex},
    scoring::{CriteriaSet, Fault, Points},
};

/// A document that was found good, in the form in which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSet {
    /// Code of the family.
    pub code: SetCode,
    /// Version in the family.
    pub version: i32,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// The level that it measures.
    pub level: LevelCode,
    /// Agencies that get no place.
    pub not_ranked: Vec<AgencyCode>,
    /// Whether it is a sample.
    pub illustrative: bool,
    /// Canonical JSON (RFC 8785).
    pub document: String,
    /// SHA-256 of `document`.
    pub digest: String,
    /// How many indicators it has.
    pub leaves: i32,
    /// The most points that can be had.
    pub maximum: Points,
}

/// Checks a document. Every fault is named at once, by its place.
pub fn check_set(set: CriteriaSet) -> AppResult<CheckedSet> {
    let mut errors: Vec<FieldError> = check_storable(&set).into_iter().collect();
    let compiled = match set.compile() {
        Ok(compiled) => compiled,
        Err(faults) => {
            errors.extend(faults.into_iter().map(field_error));
            return Err(AppError::invalid(errors));
        }
    };
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let set = compiled.document();
    let canonical = serde_json_canonicalizer::to_string(set).map_err(AppError::internal)?;
    Ok(CheckedSet {
        code: SetCode::parse(&set.code).map_err(AppError::internal)?,
        version: i32::try_from(set.version).map_err(AppError::internal)?,
        title_vi: set.title_vi.clone(),
        title_en: set.title_en.clone(),
        level: LevelCode::parse(&set.level).map_err(AppError::internal)?,
        not_ranked: set
            .not_ranked
            .iter()
            .map(|code| AgencyCode::parse(code).map_err(AppError::internal))
            .collect::<AppResult<_>>()?,
        illustrative: set.illustrative,
        digest: sha256_hex(canonical.as_bytes()),
        document: canonical,
        leaves: i32::try_from(compiled.leaves().len()).map_err(AppError::internal)?,
        maximum: set.maximum,
    })
}

/// A version that scoring has no quarrel with and a table can't hold.
fn check_storable(set: &CriteriaSet) -> Option<FieldError> {
    i32::try_from(set.version).is_err().then(|| {
        FieldError::new(
            "/version",
            "bad_version",
            Message::new("Số phiên bản quá lớn.", "The version is too large."),
        )
    })
}

fn field_error(fault: Fault) -> FieldError {
    FieldError::new(
        fault.pointer,
        fault.code.as_str(),
        Message::new(fault.message_vi, fault.message_en),
    )
}

/// Refuses a document that is of another version than its address says.
pub fn check_address(set: &CriteriaSet, code: &SetCode, version: i32) -> AppResult<()> {
    let mut errors = Vec::new();
    if set.code != code.as_str() {
        errors.push(FieldError::new(
            "/code",
            "code_differs",
            Message::new(
                format!("Mã phải là {code}, như trong đường dẫn."),
                format!("The code must be {code}, as in the path."),
            ),
        ));
    }
    if i64::from(set.version) != i64::from(version) {
        errors.push(FieldError::new(
            "/version",
            "version_differs",
            Message::new(
                format!("Phiên bản phải là {version}, như trong đường dẫn."),
                format!("The version must be {version}, as in the path."),
            ),
        ));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(errors))
    }
}

/// The version that a cursor of a list of versions names.
pub fn version_of_cursor(after: &str) -> AppResult<i32> {
    after.parse().map_err(|_| AppError {
        errors: vec![FieldError::new(
            "?cursor",
            "bad_cursor",
            Message::new(
                "cursor không hợp lệ: dùng page.next của trang trước.",
                "That is no cursor: use page.next of the page before.",
            ),
        )],
        ..AppError::new(ErrorCode::InvalidRequest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(maximum: &str) -> CriteriaSet {
        serde_json::from_value(serde_json::json!({
            "code": "sample", "version": 1, "title_vi": "Mẫu", "level": "provincial_department", "maximum": "1",
            "rounding": {"decimals": 2, "mode": "half_up"}, "ranking": {"basis": "exact", "ties": "competition"},
            "children": [{"code": "1", "name_vi": "Một", "maximum": maximum, "source": "survey", "rule": {"kind": "survey"}}]
        }))
        .unwrap()
    }

    #[test]
    fn what_is_kept_can_be_imported_again_as_the_same() {
        let first = check_set(set("1")).unwrap();
        let again = check_set(serde_json::from_str(&first.document).unwrap()).unwrap();
        assert_eq!(first, again);
        assert_eq!((first.leaves, first.maximum), (1, Points::from_micro(1_000_000)));
    }

    #[test]
    fn every_fault_is_named_by_its_place() {
        let mut bad = set("2");
        bad.title_vi = " ".to_owned();
        bad.version = u32::MAX;
        let pointers: Vec<String> = check_set(bad)
            .unwrap_err()
            .errors
            .into_iter()
            .map(|error| error.pointer)
            .collect();
        for expected in ["/title_vi", "/version", "/maximum"] {
            assert!(
                pointers.iter().any(|pointer| pointer == expected),
                "{expected}: {pointers:?}"
            );
        }
    }

    #[test]
    fn a_document_is_of_the_version_that_its_address_says() {
        let code = SetCode::parse("other").unwrap();
        assert_eq!(check_address(&set("1"), &code, 2).unwrap_err().errors.len(), 2);
        let code = SetCode::parse("sample").unwrap();
        assert!(check_address(&set("1"), &code, 1).is_ok());
    }
}
