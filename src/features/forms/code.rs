//! Codes of forms: short enough for a letter, too many to guess.

use crate::{
    error::{AppError, AppResult},
    ids::sha256_hex,
};

/// Crockford's alphabet: no I, L, O, U, so that nothing is read for something else.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Ten symbols of 32 are 50 bits: a guess hits one of 100,000 open codes once in ten billion times.
const LENGTH: usize = 10;

/// A code as it stands in a letter: `7K2QD-M4XNA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormCode(String);

impl FormCode {
    /// A new one.
    pub fn new() -> AppResult<Self> {
        let mut bytes = [0_u8; LENGTH];
        getrandom::fill(&mut bytes).map_err(|error| AppError::internal(format!("no randomness: {error}")))?;
        // 256 is a multiple of 32: no symbol comes more often.
        Ok(Self(
            bytes
                .iter()
                .filter_map(|byte| SYMBOLS.get(usize::from(byte % 32)))
                .map(|symbol| char::from(*symbol))
                .collect(),
        ))
    }

    /// Reads what a person typed: small letters, spaces and hyphens don't matter, and O is 0, I and L are 1.
    pub fn read(text: &str) -> Option<Self> {
        let read: String = text
            .chars()
            .filter(|symbol| !symbol.is_whitespace() && *symbol != '-')
            .take(LENGTH + 1)
            .map(|symbol| match symbol.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let is_code = read.len() == LENGTH && read.bytes().all(|byte| SYMBOLS.contains(&byte));
        is_code.then_some(Self(read))
    }

    /// As it stands in a letter and in an address.
    pub fn shown(&self) -> String {
        let (first, last) = self.0.split_at(LENGTH / 2);
        format!("{first}-{last}")
    }

    /// What is kept of it.
    pub fn digest(&self) -> String {
        sha256_hex(format!("parindex-form-1\n{}", self.0).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let code = FormCode::new().unwrap();
        assert_eq!(FormCode::read(&code.shown()), Some(code.clone()));
        assert_eq!(code.shown().len(), 11);
        assert_eq!(
            FormCode::read(" o1il2-abcde ")
                .map(|code| code.shown())
                .as_deref(),
            Some("01112-ABCDE")
        );
        for bad in ["", "ABCDE", "ABCDE-ABCDU", "ABCDE-ABCDEA", "ABCDE-ABCD\u{e9}"] {
            assert_eq!(FormCode::read(bad), None, "{bad}");
        }
        assert_ne!(FormCode::new().unwrap(), code);
        assert_eq!(code.digest().len(), 64);
    }
}
