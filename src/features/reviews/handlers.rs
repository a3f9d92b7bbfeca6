//! Reviews over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, patch, post,
    web::{Data, Path},
};

use super::{
    model::{NewReview, Review, ReviewCard, ReviewChange, ReviewName, ReviewRow, ReviewState},
    notices, rules, shown, store,
};
use crate::{
    access::{Action, Object},
    clock::Moment,
    db::{Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
    features::{
        accounts,
        notifications::{Notifier, PlanEvent},
        programmes,
    },
    ids::{ProgrammeCode, RecordId},
    web::{
        Caller, IfMatch, Page, ReadProblems, ValidJson, WriteProblems, answered, etag_of_revision,
        json_document, json_list, versioned_json,
    },
};

/// List the reviews of a programme
///
/// Year after year, the final one last; without their documents.
#[utoipa::path(tag = "reviews", params(("programme" = ProgrammeCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The reviews.", body = Page<ReviewCard>), ReadProblems))]
#[get("/programmes/{programme}/reviews")]
pub async fn list_programme_reviews(
    caller: Caller,
    db: Data<Database>,
    path: Path<ProgrammeCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let reviews = db
        .read(move |conn| {
            programmes::find_programme(conn, &code)?;
            let rows = store::list(conn, &code)?;
            let mut cards: Vec<ReviewCard> = rows.iter().map(ReviewRow::card).collect();
            let people = cards.iter_mut().filter_map(|card| card.frozen_by.as_mut());
            accounts::put_names(conn, people)?;
            Ok(cards)
        })
        .await?;
    json_list(&Page::whole(reviews))
}

fn row_of(programme: ProgrammeCode, new: &NewReview, now: Moment) -> ReviewRow {
    ReviewRow {
        id: RecordId::new(),
        programme_code: programme,
        name: ReviewName::of(new.year).as_str().to_owned(),
        kind: new.kind,
        year: new.year,
        state: ReviewState::Drafting,
        assessment: None,
        number: None,
        number_year: None,
        document: None,
        digest: None,
        carried: None,
        frozen_at: None,
        frozen_by: None,
        revision: 1,
        created_at: now,
        updated_at: now,
    }
}

/// The audit entry of a review's change.
pub(super) fn entry_of(before: Option<&ReviewRow>, after: &ReviewRow) -> AppResult<Entry> {
    let facts = |row: &ReviewRow| digest_of(&(row.card(), &row.assessment));
    Ok(Entry {
        object_kind: "programme_review",
        object_id: format!("{}/{}", after.programme_code, after.name),
        before_digest: before.map(facts).transpose()?,
        after_digest: Some(match &after.digest {
            Some(digest) => digest.clone(),
            None => facts(after)?,
        }),
        detail: serde_json::json!({
            "state": after.state, "number": after.number(), "digest": after.digest, "carried": after.carried,
        }),
    })
}

/// Begin a review
///
/// Sơ kết (`interim`) of a year of the programme, or tổng kết (`final`) of its period; one of each. The people of the
/// signatories and of the units that lead or co-ordinate lines are told to write their parts. By an evaluator of the owner.
#[utoipa::path(tag = "reviews", params(("programme" = ProgrammeCode, Path)), request_body = NewReview, security(("bearer" = [])),
    responses((status = 201, description = "Begun.", body = Review), WriteProblems))]
#[post("/programmes/{programme}/reviews")]
pub async fn create_programme_review(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<ProgrammeCode>,
    body: ValidJson<NewReview>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let locks = programmes::lock_programme(&code);
    let change = caller.change("create_programme_review", &body.digest, locks);
    let new = body.value;
    let answer = db
        .write(change, move |tx| {
            let programme = programmes::find_programme(tx.conn(), &code)?;
            caller.check(Action::ManageProgramme, Object::Programme(&programme.owner_code))?;
            let faults = rules::check_new(&new, programme.period());
            if !faults.is_empty() {
                return Err(AppError::invalid(faults));
            }
            rules::require_running(&programme, new.kind)?;
            rules::check_order_of_new(&new, &store::list(tx.conn(), &code)?)?;
            let now = tx.now();
            let row = row_of(code, &new, now);
            store::insert(tx, &row)?;
            let review = shown::whole(tx.conn(), &caller.principal, &programme, row.clone(), now)?;
            let lines = programmes::reviewed_lines(tx.conn(), &programme.code, row.year)?.len();
            notices::tell(tx, &notifier, &programme, &row, (PlanEvent::ReviewBegun, lines))?;
            let answer = json_answer(201, &review)?
                .header("etag", etag_of_revision(row.revision))
                .header(
                    "location",
                    format!("/api/v1/programmes/{}/reviews/{}", programme.code, row.name),
                );
            Ok(Outcome::Done(answer, entry_of(None, &row)?))
        })
        .await?;
    answered(answer)
}

/// Read a review
///
/// While it is drafted with the figures as they stand now; of a frozen one what was kept, which never changes: then the ETag
/// is its SHA-256. What was said last of an unfinished line is left out of a draft for who may not read reports.
#[utoipa::path(tag = "reviews", params(("programme" = ProgrammeCode, Path), ("review" = ReviewName, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The review.", body = Review),
        (status = 304, description = "The caller holds it already."), ReadProblems))]
#[get("/programmes/{programme}/reviews/{review}")]
pub async fn get_programme_review(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, ReviewName)>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let ((code, name), now) = (path.into_inner(), db.clock().now());
    let review = db
        .read(move |conn| {
            let programme = programmes::find_programme(conn, &code)?;
            let row = store::find(conn, &code, &name)?;
            shown::whole(conn, &caller.principal, &programme, row, now)
        })
        .await?;
    match &review.review.digest {
        Some(digest) => json_document(&request, &review, &format!("\"{digest}\"")),
        // Its figures change with the data and the clock, so no cache may answer for the revision.
        None => versioned_json(&review, &etag_of_revision(review.review.revision)),
    }
}

/// Write the common assessment of a review
///
/// Until it is frozen; null takes it away. Needs `If-Match`. By an evaluator of the owner.
#[utoipa::path(tag = "reviews", params(("programme" = ProgrammeCode, Path), ("review" = ReviewName, Path), ("If-Match" = String, Header)),
    request_body = ReviewChange, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = Review), WriteProblems))]
#[patch("/programmes/{programme}/reviews/{review}")]
pub async fn update_programme_review(
    caller: Caller,
    db: Data<Database>,
    path: Path<(ProgrammeCode, ReviewName)>,
    if_match: IfMatch,
    body: ValidJson<ReviewChange>,
) -> AppResult<HttpResponse> {
    let (code, name) = path.into_inner();
    let locks = programmes::lock_programme(&code);
    let change = caller.change("update_programme_review", &body.digest, locks);
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let programme = programmes::find_programme(tx.conn(), &code)?;
            let before = store::find(tx.conn(), &code, &name)?;
            caller.check(Action::ManageProgramme, Object::Programme(&programme.owner_code))?;
            let fault = wanted.assessment.as_deref();
            let fault = fault.and_then(|text| rules::check_text("/assessment", text));
            if let Some(fault) = fault {
                return Err(AppError::invalid(vec![fault]));
            }
            rules::require_drafting(&before)?;
            if_match.require(before.revision)?;
            let now = tx.now();
            let after = ReviewRow {
                assessment: wanted.assessment,
                revision: before.revision.saturating_add(1),
                updated_at: now,
                ..before.clone()
            };
            store::replace(tx, &before, &after)?;
            let entry = entry_of(Some(&before), &after)?;
            let etag = etag_of_revision(after.revision);
            let review = shown::whole(tx.conn(), &caller.principal, &programme, after, now)?;
            Ok(Outcome::Done(
                json_answer(200, &review)?.header("etag", etag),
                entry,
            ))
        })
        .await?;
    answered(answer)
}
