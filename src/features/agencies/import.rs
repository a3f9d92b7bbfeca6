//! Importing levels, regions and agencies: all of a document or nothing of it.

use super::{
    import_store::{self, Present},
    model::{AgencyDocument, AgencyImport, AgencyImportResult, Level, Region},
    references::References,
    rules::{self, Faults},
};
use crate::{
    db::{Answer, Change, Conn, Database, Entry, Lock, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult},
    ids::AgencyCode,
};

/// The lock of every change of agencies: whether the tree stays a tree shows only in all of it.
pub fn tree_lock() -> Lock {
    Lock::whole("agencies", "tree")
}

/// A document that was found good, and what of it must be written.
#[derive(Debug)]
struct Plan {
    levels: Vec<Level>,
    regions: Vec<Region>,
    agencies: Vec<AgencyDocument>,
    before: Vec<AgencyDocument>,
    result: AgencyImportResult,
}

/// Imports a document, or only checks it. Anything wrong with it is named, all of it at once, and nothing is saved.
pub async fn import(
    db: &Database,
    change: Change,
    document: AgencyImport,
    dry_run: bool,
) -> AppResult<Answer> {
    if dry_run {
        let result = db
            .read(move |conn| plan(conn, &document).map(|plan| plan.result))
            .await?;
        return json_answer(200, &AgencyImportResult { dry_run, ..result });
    }
    db.write(change, move |tx| {
        let plan = plan(tx.conn(), &document)?;
        let answer = json_answer(200, &plan.result)?;
        if plan.is_empty() {
            return Ok(Outcome::Unchanged(answer));
        }
        import_store::write(tx, &plan.levels, &plan.regions, &plan.agencies)?;
        let entry = Entry {
            object_kind: "agencies",
            object_id: "import".to_owned(),
            before_digest: Some(digest_of(&plan.before)?),
            after_digest: Some(digest_of(&plan.agencies)?),
            detail: serde_json::to_value(&plan.result).map_err(AppError::internal)?,
        };
        Ok(Outcome::Done(answer, entry))
    })
    .await
}

/// Writes one agency in place of what is there. Returns whether anything differed.
pub fn save_one(tx: &mut Tx<'_>, agency: &AgencyDocument) -> AppResult<bool> {
    let document = AgencyImport {
        agencies: vec![agency.clone()],
        ..AgencyImport::default()
    };
    let mut faults = Faults::default();
    rules::check_agency(&mut faults, "", agency);
    if rules::is_oversized(&document) {
        return Err(AppError::invalid(faults.0));
    }
    let present = import_store::present(tx.conn(), &document)?;
    References::new(vec![(String::new(), agency)], &present.known).check(&mut faults);
    if !faults.0.is_empty() {
        return Err(AppError::invalid(faults.0));
    }
    let plan = Plan::of(&document, &present);
    import_store::write(tx, &[], &[], &plan.agencies)?;
    Ok(!plan.is_empty())
}

fn plan(conn: &mut Conn, document: &AgencyImport) -> AppResult<Plan> {
    let mut faults = rules::check_document(document);
    if rules::is_oversized(document) {
        // Too much to look any further into.
        return Err(AppError::invalid(faults.0));
    }
    let present = import_store::present(conn, document)?;
    let places = document
        .agencies
        .iter()
        .enumerate()
        .map(|(index, agency)| (format!("/agencies/{index}"), agency))
        .collect();
    References::new(places, &present.known).check(&mut faults);
    if !faults.0.is_empty() {
        return Err(AppError::invalid(faults.0));
    }
    Ok(Plan::of(document, &present))
}

impl Plan {
    fn of(document: &AgencyImport, present: &Present) -> Self {
        let mut result = AgencyImportResult {
            levels: document.levels.len(),
            regions: document.regions.len(),
            agencies: document.agencies.len(),
            ..AgencyImportResult::default()
        };
        let levels = differing(&document.levels, &mut result, |level| {
            present.levels.get(&level.code)
        });
        let regions = differing(&document.regions, &mut result, |region| {
            present.regions.get(&region.code)
        });
        let kept = |code: &AgencyCode| present.agencies.get(code);
        let agencies: Vec<AgencyDocument> = document.agencies.iter().map(in_order).collect();
        let agencies = differing(&agencies, &mut result, |agency| kept(&agency.code));
        let before = agencies
            .iter()
            .filter_map(|agency| kept(&agency.code).cloned())
            .collect();
        Self {
            levels,
            regions,
            agencies,
            before,
            result,
        }
    }

    fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.regions.is_empty() && self.agencies.is_empty()
    }
}

/// An agency with its successors in the order in which they are read back; dated rows keep theirs.
fn in_order(agency: &AgencyDocument) -> AgencyDocument {
    let mut agency = agency.clone();
    agency.successors.sort();
    agency
}

/// Those that are not yet there just so, and the count of each kind.
fn differing<'a, T: Clone + PartialEq + 'a>(
    wanted: &[T],
    result: &mut AgencyImportResult,
    present: impl Fn(&T) -> Option<&'a T>,
) -> Vec<T> {
    let mut differing = Vec::new();
    for item in wanted {
        match present(item) {
            Some(there) if there == item => {
                result.unchanged += 1;
                continue;
            }
            Some(_) => result.updated += 1,
            None => result.created += 1,
        }
        differing.push(item.clone());
    }
    differing
}
