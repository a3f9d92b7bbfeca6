//! The style sheet, under an address that names its content.

use std::sync::LazyLock;

use crate::ids::sha256_hex;

/// The style sheet.
pub const STYLE: &str = include_str!("style.css");

static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = sha256_hex(STYLE.as_bytes());
    format!("/assets/{}/style.css", digest.get(..16).unwrap_or(&digest))
});

/// Its address: another content, another address.
pub fn style_path() -> &'static str {
    &STYLE_PATH
}
