//! Is this the document that was published, and did the publisher sign it?

use serde::Deserialize;

use super::canonical::CanonicalText;
use crate::{
    features::publications::signing::{self, ReadSignature},
    ids::PublicationId,
    signing::{Mark, PublicKey, Report, read_keys},
};

/// What a document is held against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The document.
    pub document: &'a [u8],
    /// The id that it must have.
    pub id: Option<&'a str>,
    /// Its signature: the JSON of `…/signature`, or the compact JWS itself.
    pub signature: Option<&'a [u8]>,
    /// The publisher's keys: a JSON Web Key Set, or a single key.
    pub keys: Option<&'a [u8]>,
}

/// Checks everything that the given allows. It holds if nothing failed, and the document was held against an id or against a
/// signature that a given key made: a digest that nobody vouches for proves nothing.
pub fn verify(given: &Given<'_>) -> Report {
    let mut report = Report::default();
    let document = match CanonicalText::read(given.document) {
        Ok(document) => document,
        Err(fault) => {
            report.say(Mark::Failed, format!("the file: {fault}"));
            return report.conclude(false, "the file is no document of a publication");
        }
    };
    if document.was_canonical {
        report.say(
            Mark::Passed,
            format!("form: {} bytes of canonical JSON (RFC 8785)", document.text.len()),
        );
    } else {
        report.say(
            Mark::Note,
            "form: the file is not canonical JSON (RFC 8785); its canonical form is checked in its place",
        );
    }
    let id = PublicationId::of_document(&document.text);
    let by_id = check_id(&mut report, given.id, &id);
    let by_signature = check_signature(&mut report, given, &id);
    if report.has_failed() {
        return report.conclude(false, "not verified: the document is not what it is said to be");
    }
    if by_id || by_signature {
        return report.conclude(true, "verified");
    }
    report.conclude(
        false,
        "not verified: nothing vouches for the document; give --id, or --signature and --keys",
    )
}

/// Whether the document has the id that it must have.
fn check_id(report: &mut Report, wanted: Option<&str>, id: &PublicationId) -> bool {
    match wanted.map(|wanted| wanted.trim().to_ascii_lowercase()) {
        None => report.say(
            Mark::NotChecked,
            format!("id: the SHA-256 is {id}; no --id was given"),
        ),
        Some(wanted) if wanted == id.as_str() => {
            report.say(Mark::Passed, format!("id: the SHA-256 is {id}"));
            return true;
        }
        Some(wanted) => report.say(Mark::Failed, format!("id: the SHA-256 is {id}, not {wanted}")),
    }
    false
}

/// Whether a given key signed the document.
fn check_signature(report: &mut Report, given: &Given<'_>, id: &PublicationId) -> bool {
    let Some(file) = given.signature else {
        report.say(Mark::NotChecked, "signature: no --signature was given");
        return false;
    };
    let signature = match read_signature(file) {
        Ok(signature) => signature,
        Err(fault) => {
            report.say(Mark::Failed, format!("signature: the file {fault}"));
            return false;
        }
    };
    let said = &signature.statement;
    if said.publication == *id {
        report.say(Mark::Passed, "signature: it names this document");
    } else {
        report.say(
            Mark::Failed,
            format!("signature: it names another document: {}", said.publication),
        );
    }
    let Some(file) = given.keys else {
        report.say(
            Mark::NotChecked,
            format!(
                "signature: no --keys was given to check it with; it names the key {}",
                signature.kid
            ),
        );
        return false;
    };
    check_keys(report, &signature, file) && said.publication == *id
}

fn check_keys(report: &mut Report, signature: &ReadSignature, file: &[u8]) -> bool {
    let keys = match read_keys(file) {
        Ok((keys, faults)) => {
            for fault in faults {
                report.say(Mark::Note, format!("keys: {fault}; it is passed over"));
            }
            keys
        }
        Err(fault) => {
            report.say(Mark::Failed, format!("keys: the file {fault}"));
            return false;
        }
    };
    let kid = &signature.kid;
    let Some(key) = keys.iter().find(|key| key.kid() == kid) else {
        let known: Vec<&str> = keys.iter().map(PublicKey::kid).collect();
        report.say(
            Mark::Failed,
            format!(
                "signature: it is by the key {kid}, which is not among the given ones: {}",
                if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                }
            ),
        );
        return false;
    };
    if signature.is_by(key) {
        let at = signature.statement.signed_at;
        report.say(
            Mark::Passed,
            format!("signature: made by the key {kid}, which says {at}"),
        );
        return true;
    }
    report.say(Mark::Failed, format!("signature: the key {kid} did not make it"));
    false
}

/// The JSON of `…/signature`; what stands beside the JWS is only there to be read.
#[derive(Deserialize)]
struct SignatureFile {
    jws: String,
    #[serde(default)]
    publication: Option<String>,
    #[serde(default)]
    kid: Option<String>,
}

fn read_signature(file: &[u8]) -> Result<ReadSignature, String> {
    let text = std::str::from_utf8(file)
        .map_err(|_| "is no text".to_owned())?
        .trim();
    if !text.starts_with('{') {
        return signing::read(text);
    }
    let file: SignatureFile =
        serde_json::from_str(text).map_err(|error| format!("is no signature: {error}"))?;
    let signature = signing::read(&file.jws)?;
    let differs =
        |beside: &Option<String>, inside: &str| beside.as_deref().is_some_and(|text| text != inside);
    if differs(&file.publication, signature.statement.publication.as_str())
        || differs(&file.kid, &signature.kid)
    {
        return Err("says beside the JWS what the JWS does not say".to_owned());
    }
    Ok(signature)
}
