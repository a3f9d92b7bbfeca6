//! The packed form of answers: one short text a response, an item a character.
//!
//! A row for each answer would be 43 rows a response: a million responses would be 43 million rows, and no count could be
//! made again in ten seconds. An item of one choice takes one character, the place of the option in its scale as
//! `0-9A-Za-z`; an item of several choices takes one character an option, `1` chosen, `0` not. [`NOT_ANSWERED`] and
//! [`SKIPPED`] fill all characters of their item.

/// The person left the item open.
pub const NOT_ANSWERED: u8 = b'-';
/// The item was not asked, by a skip rule.
pub const SKIPPED: u8 = b'.';

/// The most options a scale can have.
pub(super) const SYMBOLS_MAX: usize = 36;

/// The symbol of an option by its place in the scale; none beyond `z`.
#[must_use]
pub fn symbol_of(position: usize) -> Option<u8> {
    let small = u8::try_from(position).ok()?;
    match small {
        0..=9 => Some(b'0' + small),
        10..=35 => Some(b'A' + (small - 10)),
        36..=61 => Some(b'a' + (small - 36)),
        _ => None,
    }
}

/// The place of an option in its scale by its symbol; none for anything else.
#[must_use]
pub const fn position_of(symbol: u8) -> Option<usize> {
    match symbol {
        b'0'..=b'9' => Some((symbol - b'0') as usize),
        b'A'..=b'Z' => Some((symbol - b'A') as usize + 10),
        b'a'..=b'z' => Some((symbol - b'a') as usize + 36),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_a_place_and_back() {
        for position in 0..62 {
            assert_eq!(position_of(symbol_of(position).unwrap()), Some(position));
        }
        assert_eq!(symbol_of(62), None);
        assert_eq!(position_of(NOT_ANSWERED), None);
        assert_eq!(position_of(SKIPPED), None);
    }
}
