//! Adding a version of a criteria set, and replacing one that is not frozen.

use super::{
    model::{CheckedCriteriaSet, CriteriaSetSummary},
    rules::{self, CheckedSet},
    store, workbook,
};
use crate::{
    db::{Answer, Change, Conn, Database, Entry, Lock, Outcome, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::agencies,
    formats::xlsx::Workbook,
    ids::SetCode,
    scoring::CriteriaSet,
    web::{IfMatch, etag_of_revision},
};

/// What to do with a version that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfPresent {
    /// 409, also if it is the same: the caller meant to add one.
    Refuse,
    /// Leave it, if it is the same; so that a script can run twice.
    KeepSame,
}

/// The lock of changes of a family.
pub fn family_lock(code: &SetCode) -> Lock {
    Lock::whole("criteria_set", code)
}

/// Checks a document as far as it goes without the database.
pub fn check(set: CriteriaSet) -> AppResult<CheckedSet> {
    rules::check_set(set)
}

/// Checks a document that comes as a workbook; every fault names its cell.
pub fn check_workbook(workbook: &Workbook) -> AppResult<CheckedSet> {
    workbook::read(workbook, check)
}

/// Checks a document whole, and saves nothing.
pub async fn dry_run(db: &Database, set: CheckedSet) -> AppResult<Answer> {
    db.read(move |conn| {
        check_references(conn, &set)?;
        json_answer(
            200,
            &CheckedCriteriaSet {
                dry_run: true,
                code: set.code,
                version: set.version,
                digest: set.digest,
                leaves: set.leaves,
                maximum: set.maximum,
            },
        )
    })
    .await
}

/// Adds a version: the first of a family, or the one after the latest.
pub async fn import(
    db: &Database,
    change: Change,
    set: CheckedSet,
    if_present: IfPresent,
) -> AppResult<Answer> {
    db.write(change, move |tx| {
        check_references(tx.conn(), &set)?;
        if let Some(present) = store::find_summary(tx.conn(), &set.code, set.version)?
            && if_present == IfPresent::KeepSame
            && present.digest == set.digest
        {
            return Ok(Outcome::Unchanged(json_answer(200, &present)?));
        }
        check_version(tx.conn(), &set)?;
        let summary = store::insert(tx, &set)?;
        let answer = json_answer(201, &summary)?
            .header("etag", etag_of_revision(summary.revision))
            .header(
                "location",
                format!("/api/v1/criteria-sets/{}/versions/{}", set.code, set.version),
            );
        Ok(Outcome::Done(answer, entry(None, &summary)))
    })
    .await
}

/// Replaces a version that is not frozen.
pub async fn replace(db: &Database, change: Change, set: CheckedSet, if_match: IfMatch) -> AppResult<Answer> {
    db.write(change, move |tx| {
        let before =
            store::find_summary(tx.conn(), &set.code, set.version)?.ok_or_else(AppError::not_found)?;
        if before.frozen {
            return Err(AppError::new(ErrorCode::Frozen));
        }
        if_match.require(before.revision)?;
        check_references(tx.conn(), &set)?;
        if before.digest == set.digest {
            let answer = json_answer(200, &before)?.header("etag", etag_of_revision(before.revision));
            return Ok(Outcome::Unchanged(answer));
        }
        let after = store::replace(tx, &set, &before)?;
        let answer = json_answer(200, &after)?.header("etag", etag_of_revision(after.revision));
        Ok(Outcome::Done(answer, entry(Some(&before), &after)))
    })
    .await
}

/// Checks what the document names outside itself: its level, and the agencies that get no place.
fn check_references(conn: &mut Conn, set: &CheckedSet) -> AppResult<()> {
    let mut errors = Vec::new();
    if !agencies::level_exists(conn, &set.level)? {
        errors.push(FieldError::new(
            "/level",
            "unknown_level",
            Message::new(
                format!("Không có cấp {}.", set.level),
                format!("There is no level {}.", set.level),
            ),
        ));
    }
    let missing = agencies::missing(conn, &set.not_ranked)?;
    for (index, code) in set.not_ranked.iter().enumerate() {
        if missing.contains(code) {
            errors.push(FieldError::new(
                format!("/not_ranked/{index}"),
                "unknown_agency",
                Message::new(
                    format!("Không có cơ quan {code}."),
                    format!("There is no agency {code}."),
                ),
            ));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(errors))
    }
}

fn check_version(conn: &mut Conn, set: &CheckedSet) -> AppResult<()> {
    let latest = store::latest_version(conn, &set.code)?.unwrap_or(0);
    let next = i64::from(latest) + 1;
    if i64::from(set.version) == next {
        return Ok(());
    }
    Err(AppError::with(
        ErrorCode::AlreadyExists,
        format!(
            "{} đã có phiên bản {latest}: phiên bản mới phải là {next}.",
            set.code
        ),
        format!(
            "{} has come to version {latest}: a new one must be {next}.",
            set.code
        ),
    ))
}

fn entry(before: Option<&CriteriaSetSummary>, after: &CriteriaSetSummary) -> Entry {
    Entry {
        object_kind: "criteria_set",
        object_id: format!("{}/{}", after.code, after.version),
        before_digest: before.map(|summary| summary.digest.clone()),
        after_digest: Some(after.digest.clone()),
        detail: serde_json::json!({"level": after.level, "leaves": after.leaves, "revision": after.revision}),
    }
}
