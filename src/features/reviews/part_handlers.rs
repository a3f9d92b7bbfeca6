//! What units write for a review, over HTTP.

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    gather,
    model::{PartBody, PartRow, PartView, ReviewName, ReviewPart},
    rules, shown, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
    features::{accounts, programmes},
    ids::{AgencyCode, ProgrammeCode},
    web::{
        Caller, IfMatch, Page, ReadProblems, ValidJson, WriteProblems, answered, etag_of_revision, json_list,
    },
};

/// List the parts of a review
///
/// Results, shortcomings, causes and proposals of each signatory and each unit that leads or co-ordinates a line, written or
/// not.
#[utoipa::path(tag = "reviews", params(("programme" = ProgrammeCode, Path), ("review" = ReviewName, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The parts.", body = Page<PartView>), ReadProblems))]
#[get("/programmes/{programme}/reviews/{review}/parts")]
pub async fn list_review_parts(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, ReviewName)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (code, name) = path.into_inner();
    let parts = db
        .read(move |conn| {
            let programme = programmes::find_programme(conn, &code)?;
            let review = store::find(conn, &code, &name)?;
            shown::parts(conn, &caller.principal, &programme, &review)
        })
        .await?;
    json_list(&Page::whole(parts))
}

/// Write a unit's part of a review
///
/// Until the review is frozen. Needs `If-Match` with the ETag of the part: `"r0"` for one that is not written. By a submitter
/// or leader of the unit.
#[utoipa::path(tag = "reviews",
    params(("programme" = ProgrammeCode, Path), ("review" = ReviewName, Path), ("agency" = AgencyCode, Path), ("part" = ReviewPart, Path), ("If-Match" = String, Header)),
    request_body = PartBody, security(("bearer" = [])),
    responses((status = 200, description = "Kept.", body = PartView), WriteProblems))]
#[put("/programmes/{programme}/reviews/{review}/parts/{agency}/{part}")]
pub async fn save_review_part(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, ReviewName, AgencyCode, ReviewPart)>,
    if_match: IfMatch,
    body: ValidJson<PartBody>,
) -> AppResult<HttpResponse> {
    let (code, name, agency, part) = path.into_inner();
    let locks = programmes::lock_programme(&code);
    let change = caller.change("save_review_part", &body.digest, locks);
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let programme = programmes::find_programme(tx.conn(), &code)?;
            let review = store::find(tx.conn(), &code, &name)?;
            if !gather::writers(tx.conn(), &programme.code)?.contains(&agency) {
                return Err(AppError::not_found());
            }
            caller.check(Action::WriteReviewPart, Object::Agency(&agency))?;
            if let Some(fault) = rules::check_text("/text", &wanted.text) {
                return Err(AppError::invalid(vec![fault]));
            }
            rules::require_drafting(&review)?;
            let rows = store::parts(tx.conn(), &review.id)?;
            let mut rows = rows.into_iter();
            let before = rows.find(|row| row.agency_code == agency && row.part == part);
            let revision = before.as_ref().map_or(0, |row| row.revision);
            if_match.require(revision)?;
            let after = PartRow {
                review_id: review.id.clone(),
                agency_code: agency.clone(),
                part,
                text: wanted.text,
                revision: revision.saturating_add(1),
                updated_at: tx.now(),
                updated_by: tx.actor().to_owned(),
            };
            store::save_part(tx, before.as_ref(), &after)?;
            let was = before
                .as_ref()
                .map(|row| shown::part_view(&agency, part, Some(row)));
            let mut is = shown::part_view(&agency, part, Some(&after));
            let entry = Entry {
                object_kind: "review_part",
                object_id: format!("{code}/{}/{agency}/{}", review.name, part.as_str()),
                before_digest: was.as_ref().map(digest_of).transpose()?,
                after_digest: Some(digest_of(&is)?),
                detail: serde_json::json!({"revision": after.revision}),
            };
            accounts::put_names(tx.conn(), is.updated_by.iter_mut())?;
            is.actions.push("save");
            let answer = json_answer(200, &is)?.header("etag", etag_of_revision(is.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}
