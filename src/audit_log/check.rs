//! What a receipt proves, checked with files alone.

use super::{
    checkpoint::{Checkpoint, TrustedKeys},
    proof::InclusionProof,
    receipt::{ReadReceipt, read_receipt},
};
use crate::signing::{Mark, Report, read_keys};

/// What is checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The receipt: the value of the header `Parindex-Receipt`.
    pub receipt: &'a [u8],
    /// Its inclusion proof, as the API sends it.
    pub proof: Option<&'a [u8]>,
    /// The log's keys: a JSON Web Key Set, or a single key.
    pub keys: Option<&'a [u8]>,
}

/// Checks everything that the given allows. It holds if nothing failed and a given key made the receipt: without a key
/// anybody could have written it.
pub fn check(given: &Given<'_>) -> Report {
    let mut report = Report::default();
    let read = std::str::from_utf8(given.receipt)
        .map_err(|_| "is no text".to_owned())
        .and_then(read_receipt);
    let receipt = match read {
        Ok(receipt) => receipt,
        Err(fault) => {
            report.say(Mark::Failed, format!("receipt: the file {fault}"));
            return report.conclude(false, "not verified: the file is no receipt");
        }
    };
    tell(&mut report, &receipt);
    let keys = trusted(&mut report, given.keys);
    let signed = check_signature(&mut report, &receipt, keys.as_ref());
    let included = check_inclusion(&mut report, &receipt, given.proof, keys.as_ref());
    if report.has_failed() {
        return report.conclude(
            false,
            "not verified: the receipt or its proof is not what it is said to be",
        );
    }
    match (signed, included) {
        (true, true) => report.conclude(true, "verified: the entry of this receipt is sealed in the log"),
        (true, false) => report.conclude(
            true,
            "verified as far as it goes: the service signed this receipt; whether its entry was sealed was not checked",
        ),
        (false, _) => report.conclude(
            false,
            "not verified: nothing vouches for the receipt; give --keys, kept from /.well-known/audit-keys.json",
        ),
    }
}

fn tell(report: &mut Report, receipt: &ReadReceipt) {
    let said = &receipt.statement;
    report.say(
        Mark::Note,
        format!(
            "says: {} of {} {} at {}; entry {}, leaf hash {}",
            said.action, said.object_kind, said.object_id, said.recorded_at, said.entry, said.leaf_hash
        ),
    );
    if let Some(content) = &said.content {
        report.say(Mark::Note, format!("says: SHA-256 of the content is {content}"));
    }
}

fn trusted(report: &mut Report, file: Option<&[u8]>) -> Option<TrustedKeys> {
    match read_keys(file?) {
        Ok((keys, faults)) => {
            for fault in faults {
                report.say(Mark::Note, format!("keys: {fault}"));
            }
            Some(TrustedKeys::new(keys))
        }
        Err(fault) => {
            report.say(Mark::Failed, format!("keys: the file {fault}"));
            None
        }
    }
}

fn check_signature(report: &mut Report, receipt: &ReadReceipt, keys: Option<&TrustedKeys>) -> bool {
    let Some(keys) = keys else {
        report.say(Mark::NotChecked, "signature: no keys were given");
        return false;
    };
    let kid = &receipt.kid;
    match keys.get(kid) {
        None => {
            report.say(
                Mark::Failed,
                format!("signature: the receipt names the key {kid}, which is not among the given ones"),
            );
            false
        }
        Some(key) if receipt.is_by(key) => {
            report.say(Mark::Passed, format!("signature: made by the key {kid}"));
            true
        }
        Some(_) => {
            report.say(
                Mark::Failed,
                format!("signature: the key {kid} did not make it; the receipt was changed"),
            );
            false
        }
    }
}

fn check_inclusion(
    report: &mut Report,
    receipt: &ReadReceipt,
    proof: Option<&[u8]>,
    keys: Option<&TrustedKeys>,
) -> bool {
    let Some(proof) = proof else {
        report.say(
            Mark::NotChecked,
            format!(
                "inclusion: no proof was given; fetch /api/v1/audit/log/inclusion-proof?leaf_hash={}",
                receipt.statement.leaf_hash
            ),
        );
        return false;
    };
    let Some(keys) = keys else {
        report.say(
            Mark::NotChecked,
            "inclusion: without keys nobody vouches for the checkpoint",
        );
        return false;
    };
    match inclusion(receipt, proof, keys) {
        Ok(sentence) => {
            report.say(Mark::Passed, sentence);
            true
        }
        Err(fault) => {
            report.say(Mark::Failed, format!("inclusion: {fault}"));
            false
        }
    }
}

fn inclusion(receipt: &ReadReceipt, proof: &[u8], keys: &TrustedKeys) -> Result<String, String> {
    let proof: InclusionProof =
        serde_json::from_slice(proof).map_err(|error| format!("the file is no inclusion proof: {error}"))?;
    if proof.leaf_hash != receipt.statement.leaf_hash {
        return Err(format!(
            "the proof is for the leaf {}, not for the receipt's",
            proof.leaf_hash
        ));
    }
    let (head, kid) =
        Checkpoint::read(&proof.checkpoint, keys).map_err(|fault| format!("the checkpoint {fault}"))?;
    if head.origin != receipt.statement.origin {
        return Err(format!(
            "the checkpoint is of the log {}, the receipt of {}",
            head.origin, receipt.statement.origin
        ));
    }
    proof.leads_to(&head)?;
    Ok(format!(
        "inclusion: leaf {} of the {} that were sealed at {}, signed by the key {kid}",
        proof.leaf_index, head.size, head.sealed_at
    ))
}
