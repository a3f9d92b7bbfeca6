//! Whether a signature is the file's, and whose roots stand behind it. Only with the feature `signatures`; without it
//! every signature stays unverified.

#[cfg(feature = "signatures")]
mod with_openssl;
#[cfg(not(feature = "signatures"))]
mod without;

#[cfg(feature = "signatures")]
pub use with_openssl::Verifier;
#[cfg(not(feature = "signatures"))]
pub use without::Verifier;
