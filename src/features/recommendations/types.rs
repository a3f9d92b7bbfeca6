//! Types of recommendations: rows of what was sent, and files of them.

use super::{
    body_model::{RecommendationTypeBody, TypeImport},
    model::TypeRow,
    rules, type_store,
    view_model::RecommendationType,
};
use crate::{
    clock::Moment,
    db::{Answer, Change, Database, Entry, Lock, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
    ids::RecommendationTypeCode,
};

/// The lock of every change of types.
pub fn type_lock() -> Lock {
    Lock::whole("recommendation_types", "all")
}

/// The row of a type, one version on from the one before.
pub fn row_of(
    code: RecommendationTypeCode,
    body: RecommendationTypeBody,
    before: Option<&TypeRow>,
    now: Moment,
) -> TypeRow {
    TypeRow {
        code,
        name_vi: body.name_vi,
        name_en: body.name_en,
        working_days: body.working_days,
        transferable: body.transferable,
        another_procedure: body.another_procedure,
        procedure_vi: body.procedure_vi,
        procedure_en: body.procedure_en,
        revision: before.map_or(1, |row| row.revision.saturating_add(1)),
        created_at: before.map_or(now, |row| row.created_at),
        updated_at: now,
    }
}

/// The audit entry of a type's change.
pub fn entry(before: Option<&TypeRow>, after: &TypeRow) -> AppResult<Entry> {
    let digest = |row: &TypeRow| digest_of(&RecommendationType::from(row));
    Ok(Entry {
        object_kind: "recommendation_type",
        object_id: after.code.to_string(),
        before_digest: before.map(digest).transpose()?,
        after_digest: Some(digest(after)?),
        detail: serde_json::json!({
            "revision": after.revision, "working_days": after.working_days,
            "another_procedure": after.another_procedure,
        }),
    })
}

/// Imports the types that are not there yet, all or nothing; tells how many. What is there is left alone.
pub async fn import(db: &Database, change: Change, file: TypeImport) -> AppResult<Answer> {
    let faults: Vec<_> = file
        .types
        .iter()
        .enumerate()
        .flat_map(|(at, of)| rules::check_type(&format!("/types/{at}"), &of.body))
        .collect();
    rules::refuse(faults)?;
    db.write(change, move |tx| {
        let mut created = Vec::new();
        for of in file.types {
            if type_store::find(tx.conn(), &of.code)?.is_none() {
                let row = row_of(of.code, of.body, None, tx.now());
                type_store::insert(tx, &row)?;
                created.push(row.code);
            }
        }
        let answer = json_answer(200, &created.len())?;
        if created.is_empty() {
            return Ok(Outcome::Unchanged(answer));
        }
        let entry = Entry {
            object_kind: "recommendation_types",
            object_id: "import".to_owned(),
            before_digest: None,
            after_digest: Some(digest_of(&created)?),
            detail: serde_json::to_value(&created).map_err(AppError::internal)?,
        };
        Ok(Outcome::Done(answer, entry))
    })
    .await
}
