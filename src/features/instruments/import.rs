//! Adding a version of an instrument, and replacing one that is not frozen.

use super::{
    model::InstrumentSummary,
    rules::{self, CheckedInstrument},
    store,
};
use crate::{
    db::{Answer, Change, Database, Entry, Lock, Outcome, json_answer},
    error::{AppError, AppResult, ErrorCode},
    ids::InstrumentCode,
    survey::Instrument,
    web::{IfMatch, etag_of_revision},
};

/// The lock of changes of a family.
pub fn family_lock(code: &InstrumentCode) -> Lock {
    Lock::whole("instrument", code)
}

/// Checks a document.
pub fn check(instrument: Instrument) -> AppResult<CheckedInstrument> {
    rules::check_instrument(instrument)
}

/// Adds a version: the first of a family, or the one after the latest. One that is there just so is left alone where
/// `keeps_same`, so that a script can run twice.
pub async fn import(
    db: &Database,
    change: Change,
    new: CheckedInstrument,
    keeps_same: bool,
) -> AppResult<Answer> {
    db.write(change, move |tx| {
        if let Some(present) = store::find_summary(tx.conn(), &new.code, new.version)?
            && keeps_same
            && present.digest == new.digest
        {
            return Ok(Outcome::Unchanged(json_answer(200, &present)?));
        }
        let latest = store::latest_version(tx.conn(), &new.code)?;
        rules::check_version(&new.code, new.version, latest)?;
        let summary = store::insert(tx, &new)?;
        let answer = json_answer(201, &summary)?
            .header("etag", etag_of_revision(summary.revision))
            .header(
                "location",
                format!("/api/v1/instruments/{}/versions/{}", new.code, new.version),
            );
        Ok(Outcome::Done(answer, entry(None, &summary)))
    })
    .await
}

/// Replaces a version that is not frozen.
pub async fn replace(
    db: &Database,
    change: Change,
    new: CheckedInstrument,
    if_match: IfMatch,
) -> AppResult<Answer> {
    db.write(change, move |tx| {
        let before =
            store::find_summary(tx.conn(), &new.code, new.version)?.ok_or_else(AppError::not_found)?;
        if before.frozen {
            return Err(AppError::new(ErrorCode::Frozen));
        }
        if_match.require(before.revision)?;
        if before.digest == new.digest {
            let answer = json_answer(200, &before)?.header("etag", etag_of_revision(before.revision));
            return Ok(Outcome::Unchanged(answer));
        }
        let after = store::replace(tx, &new, &before)?;
        let answer = json_answer(200, &after)?.header("etag", etag_of_revision(after.revision));
        Ok(Outcome::Done(answer, entry(Some(&before), &after)))
    })
    .await
}

fn entry(before: Option<&InstrumentSummary>, after: &InstrumentSummary) -> Entry {
    Entry {
        object_kind: "instrument",
        object_id: format!("{}/{}", after.code, after.version),
        before_digest: before.map(|summary| summary.digest.clone()),
        after_digest: Some(after.digest.clone()),
        detail: serde_json::json!({"audience": after.audience, "items": after.items, "revision": after.revision}),
    }
}
