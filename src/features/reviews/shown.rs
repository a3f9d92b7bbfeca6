//! Reviews as they are shown: drafts with the figures of now, frozen ones from what was kept.

use super::{
    document::{MissingPart, ReviewDocument},
    gather,
    model::{PartRow, PartView, Review, ReviewRow, ReviewState},
    store,
};
use crate::{
    access::{Action, LineFacts, Object, Principal, may},
    clock::Moment,
    db::Conn,
    error::{AppError, AppResult},
    features::{
        accounts,
        programmes::{self, ProgrammeRow},
    },
    ids::AgencyCode,
};

/// Whether a caller may read what was said on the programme's lines.
fn may_read_words(conn: &mut Conn, principal: &Principal, programme: &ProgrammeRow) -> AppResult<bool> {
    let facts = LineFacts {
        owner: programme.owner_code.clone(),
        signatories: programmes::signatories(conn, &programme.code)?,
        lead: programme.owner_code.clone(),
        coordinators: gather::writers(conn, &programme.code)?,
    };
    Ok(may(principal, Action::ReadProgress, Object::PlanLine(&facts)))
}

/// What a draft tells a caller now: to others than those who read reports, without their words.
pub fn draft(
    conn: &mut Conn,
    principal: &Principal,
    programme: &ProgrammeRow,
    row: &ReviewRow,
    now: Moment,
) -> AppResult<ReviewDocument> {
    let mut document = gather::document(conn, programme, row, now)?;
    if !may_read_words(conn, principal, programme)? {
        for line in &mut document.plan.unfinished {
            line.reason = None;
        }
    }
    Ok(document)
}

/// What was kept of a frozen one, and its digest.
pub fn kept(row: &ReviewRow) -> AppResult<(&str, &str)> {
    let kept = row.document.as_deref().zip(row.digest.as_deref());
    kept.ok_or_else(|| AppError::internal("a frozen review has no document"))
}

/// A review as a whole.
pub fn whole(
    conn: &mut Conn,
    principal: &Principal,
    programme: &ProgrammeRow,
    row: ReviewRow,
    now: Moment,
) -> AppResult<Review> {
    let (document, missing_parts) = match row.state {
        ReviewState::Drafting => {
            let document = draft(conn, principal, programme, &row, now)?;
            let missing = document.missing_parts.clone();
            let document = serde_json::to_value(document).map_err(AppError::internal)?;
            (document, missing)
        }
        ReviewState::Frozen => {
            let (text, _) = kept(&row)?;
            let document: serde_json::Value = serde_json::from_str(text).map_err(AppError::internal)?;
            let missing = document.get("missing_parts").cloned().unwrap_or_default();
            let missing: Vec<MissingPart> = serde_json::from_value(missing).map_err(AppError::internal)?;
            (document, missing)
        }
    };
    let runs_it = may(
        principal,
        Action::ManageProgramme,
        Object::Programme(&programme.owner_code),
    );
    let mut review = row.card();
    accounts::put_names(conn, review.frozen_by.iter_mut())?;
    let is_open = runs_it && row.state == ReviewState::Drafting;
    Ok(Review {
        review,
        missing_parts,
        document,
        actions: if is_open {
            vec!["update", "freeze"]
        } else {
            Vec::new()
        },
    })
}

/// Every part of a review: of each unit those that are written and those that are not.
pub fn parts(
    conn: &mut Conn,
    principal: &Principal,
    programme: &ProgrammeRow,
    review: &ReviewRow,
) -> AppResult<Vec<PartView>> {
    let writers = gather::writers(conn, &programme.code)?;
    let rows = store::parts(conn, &review.id)?;
    let (written, missing) = gather::sort_parts(&writers, rows.clone());
    let find = |agency: &AgencyCode, part| {
        let mut rows = rows.iter();
        rows.find(|row| row.agency_code == *agency && row.part == part)
    };
    let mut views: Vec<PartView> = Vec::new();
    for (agency, part) in written
        .iter()
        .map(|part| (&part.agency, part.part))
        .chain(missing.iter().map(|part| (&part.agency, part.part)))
    {
        let mut view = part_view(agency, part, find(agency, part));
        let writes = may(principal, Action::WriteReviewPart, Object::Agency(agency));
        if writes && review.state == ReviewState::Drafting && writers.contains(agency) {
            view.actions.push("save");
        }
        views.push(view);
    }
    let place = |view: &PartView| {
        let unit = writers.iter().position(|unit| *unit == view.agency);
        (unit.unwrap_or(usize::MAX), view.agency.clone(), view.part)
    };
    views.sort_by_key(place);
    let people = views.iter_mut().filter_map(|view| view.updated_by.as_mut());
    accounts::put_names(conn, people)?;
    Ok(views)
}

/// A part as it is shown.
pub fn part_view(agency: &AgencyCode, part: super::model::ReviewPart, row: Option<&PartRow>) -> PartView {
    PartView {
        agency: agency.clone(),
        part,
        text: row.map(|row| row.text.clone()),
        revision: row.map_or(0, |row| row.revision),
        updated_at: row.map(|row| row.updated_at),
        updated_by: row.map(|row| row.updated_by.clone()),
        actions: Vec::new(),
    }
}
