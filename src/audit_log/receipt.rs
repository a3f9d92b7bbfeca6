//! Receipts: what whoever made a change holds in hand from then on.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::signing::{Kind, ReadJws};

/// The header that a change is answered with.
pub const RECEIPT_HEADER: &str = "parindex-receipt";
const FORMAT: &str = "parindex-receipt/1";
pub(super) const KIND: Kind = Kind {
    typ: "parindex-receipt+jws",
    what: "receipt",
};

/// What a receipt says: this entry was written, and will be sealed with this leaf hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt<'a> {
    /// The version of this shape: `parindex-receipt/1`.
    pub format: Cow<'a, str>,
    /// The log that the entry is sealed in.
    pub origin: Cow<'a, str>,
    /// The entry's id.
    pub entry: Cow<'a, str>,
    /// The hash that the entry is sealed with.
    pub leaf_hash: Cow<'a, str>,
    /// SHA-256 of the object's canonical JSON after the change, if it still is.
    pub content: Option<Cow<'a, str>>,
    /// The operation's id.
    pub action: Cow<'a, str>,
    /// What kind of object.
    pub object_kind: Cow<'a, str>,
    /// Which object.
    pub object_id: Cow<'a, str>,
    /// When.
    pub recorded_at: Cow<'a, str>,
}

impl Receipt<'_> {
    /// The version of the shape that is written.
    pub fn format() -> Cow<'static, str> {
        Cow::Borrowed(FORMAT)
    }
}

/// A receipt that was read, but not checked yet.
pub type ReadReceipt = ReadJws<Receipt<'static>>;

/// Reads a receipt: the header's value, or the whole line of the header.
pub fn read_receipt(text: &str) -> Result<ReadReceipt, String> {
    let text = text.trim();
    let jws = match text.split_once(':') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case(RECEIPT_HEADER) => value.trim(),
        _ => text,
    };
    let receipt = ReadReceipt::parse(jws, KIND)?;
    if receipt.statement.format != FORMAT {
        return Err(format!("has the unknown format {:?}", receipt.statement.format));
    }
    Ok(receipt)
}
