//! Recommendations over HTTP: making and reading them.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    arrive::{self, Asked},
    body_model::{NewRecommendation, RecommendationQuery, SummaryQuery},
    deadline::{self, states_of},
    keep::{answer, approach, entry},
    list_store::{self, Visible, Wanted},
    model::{RecommendationRow, RecommendationState, RecommendationStep},
    rules,
    shown::{self, line, whole},
    steps::Today,
    store, summary,
    view_model::{PublishedAnswer, Recommendation, RecommendationLine, RecommendationSummary},
};
use crate::{
    access::{Action, Object, Principal, Role},
    db::{Conn, Database, Outcome},
    error::AppResult,
    features::{criteria::Sets, notifications::Notifier},
    ids::RecordId,
    web::{
        Caller, Cursor, Page, PageQuery, PublicProblems, ReadProblems, ValidJson, ValidQuery, WriteProblems,
        answered, etag_of_revision, json_document, json_list,
    },
};

/// Rows that are read at once where a filter needs the clock.
const BATCH: i64 = 500;

/// What a caller may read of all recommendations.
fn visible(principal: &Principal) -> Visible {
    if principal.has(Role::Administrator) {
        return Visible::All;
    }
    let of = |roles: &[Role]| {
        let codes = roles.iter().flat_map(|role| principal.agencies_of(*role));
        codes.collect()
    };
    Visible::Of {
        askers: of(&[Role::Submitter, Role::Leader, Role::Reader]),
        bodies: of(&[Role::Evaluator, Role::Appraiser]),
    }
}

/// List recommendations
///
/// Newest first: those of the caller's agencies, and those that were brought to the bodies that the caller answers for;
/// administrators see all. How each stands to its deadline follows from the clock.
#[utoipa::path(tag = "recommendations", params(RecommendationQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of recommendations.", body = Page<RecommendationLine>), ReadProblems))]
#[get("/recommendations")]
pub async fn list_recommendations(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<RecommendationQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (visible, now) = (visible(&caller.principal), db.clock().now());
    let page = db
        .read(move |conn| {
            let today = shown::today(conn, now)?;
            let rows = load_page(conn, &asked, &visible, &cursor, &today)?;
            let page = Page::cut(rows, &cursor, |row| row.id.to_string());
            Ok(page.map(|row| line(row, &today)))
        })
        .await?;
    json_list(&page)
}

/// A page of rows. What depends on the clock stands in no column: rows are read on until the page is full.
fn load_page(
    conn: &mut Conn,
    asked: &RecommendationQuery,
    visible: &Visible,
    cursor: &Cursor,
    today: &Today,
) -> AppResult<Vec<RecommendationRow>> {
    let of_clock = asked.timeliness.map(|wanted| states_of(wanted).to_vec());
    let states = match (asked.state, of_clock) {
        (Some(state), Some(states)) => Some(states.into_iter().filter(|known| *known == state).collect()),
        (Some(state), None) => Some(vec![state]),
        (None, states) => states,
    };
    let wanted = Wanted {
        states,
        body: asked.body.clone(),
        asker: asked.asker.clone(),
        kind: asked.kind.clone(),
        year: asked.year,
    };
    let mut after = cursor.after.clone();
    let Some(timeliness) = asked.timeliness else {
        return list_store::page(conn, &wanted, visible, after.as_deref(), cursor.fetch());
    };
    let mut found = Vec::new();
    loop {
        let batch = list_store::page(conn, &wanted, visible, after.as_deref(), BATCH)?;
        let is_last = batch.is_empty();
        after = batch.last().map(|row| row.id.to_string());
        let stands_so = |row: &RecommendationRow| {
            deadline::timeliness(&row.standing(), &today.calendar, today.day) == Some(timeliness)
        };
        found.extend(batch.into_iter().filter(stands_so));
        if is_last || found.len() > cursor.limit {
            return Ok(found);
        }
    }
}

/// Make a recommendation
///
/// By the agency that asks. It stands in the register of the first body that it is addressed to at once, with the next
/// number of the year.
#[utoipa::path(tag = "recommendations", request_body = NewRecommendation, security(("bearer" = [])),
    responses((status = 201, description = "Received.", body = Recommendation), WriteProblems))]
#[post("/recommendations")]
pub async fn create_recommendation(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    notifier: Data<Notifier>,
    body: ValidJson<NewRecommendation>,
) -> AppResult<HttpResponse> {
    let new = body.value;
    caller.check(Action::Recommend, Object::Agency(&new.asker))?;
    let faults = rules::check_new(&new);
    rules::refuse(faults)?;
    let change = caller.change("create_recommendation", &body.digest, Vec::new());
    let answer = db
        .write(change, move |tx| {
            arrive::check_references(tx.conn(), &sets, &new)?;
            let today = shown::now(tx)?;
            let asked = Asked::from(new);
            let (row, bodies) = arrive::draft(tx, asked)?;
            let stepped = arrive::receive(tx, &notifier, &row, &bodies, &today, true)?;
            let entry = entry(None, &stepped.row, RecommendationStep::Arrive)?;
            let (row, bodies) = (stepped.row, stepped.bodies);
            let answer = answer(tx.conn(), &caller.principal, 201, row, &bodies, &today)?;
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

/// Read a recommendation
///
/// By the agency that asks and by every body that it was brought to. The bodies see how the answer is made; the asker
/// sees it once all have agreed.
#[utoipa::path(tag = "recommendations", params(("recommendation" = RecordId, Path, description = "The recommendation's id.")), security(("bearer" = [])),
    responses((status = 200, description = "The recommendation.", body = Recommendation), ReadProblems))]
#[get("/recommendations/{recommendation}")]
pub async fn get_recommendation(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    let (id, now) = (path.into_inner(), db.clock().now());
    let shown = db
        .read(move |conn| {
            let (row, bodies) = approach(conn, &caller, &id, Action::ReadRecommendation)?;
            let today = shown::today(conn, now)?;
            whole(conn, &caller.principal, row, &bodies, &today)
        })
        .await?;
    // How it stands to its deadline changes by itself, so nothing is answered with «not changed».
    let etag = etag_of_revision(shown.revision);
    crate::web::versioned_json(&shown, &etag)
}

/// List published answers
///
/// Newest first, open to everybody: what was asked in a line, by which agency, who answered, and the public answer.
#[utoipa::path(tag = "recommendations", params(PageQuery),
    responses((status = 200, description = "A page of answers.", body = Page<PublishedAnswer>), PublicProblems))]
#[get("/recommendations/published")]
pub async fn list_published_recommendations(
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = db
        .read(move |conn| {
            let wanted = Wanted {
                states: Some(vec![RecommendationState::Published]),
                ..Wanted::default()
            };
            let after = cursor.after.as_deref();
            let rows = list_store::page(conn, &wanted, &Visible::All, after, cursor.fetch())?;
            let page = Page::cut(rows, &cursor, |row| row.id.to_string());
            let ids: Vec<RecordId> = page.data.iter().map(|row| row.id.clone()).collect();
            let mut bodies = store::bodies_of(conn, &ids)?;
            Ok(page.map(|row| {
                let of = bodies.remove(&row.id).unwrap_or_default();
                shown::published(row, &of)
            }))
        })
        .await?;
    json_list(&page)
}

/// Count recommendations
///
/// Of those that the caller may read: by state, type, body and deadline, and the share that was answered in time.
#[utoipa::path(tag = "recommendations", params(SummaryQuery), security(("bearer" = [])),
    responses((status = 200, description = "The numbers.", body = RecommendationSummary), (status = 304, description = "Not changed."), ReadProblems))]
#[get("/recommendations/summary")]
pub async fn get_recommendation_summary(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<SummaryQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let (visible, now) = (visible(&caller.principal), db.clock().now());
    let summary = db
        .read(move |conn| {
            let wanted = Wanted {
                body: asked.body,
                asker: asked.asker,
                year: asked.year,
                ..Wanted::default()
            };
            let today = shown::today(conn, now)?;
            let standings = list_store::standings(conn, &wanted, &visible)?;
            Ok(summary::count(&standings, &today.calendar, today.day))
        })
        .await?;
    let etag = format!("\"{}\"", crate::db::digest_of(&summary)?);
    json_document(&request, &summary, &etag)
}
