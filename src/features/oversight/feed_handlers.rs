//! Calendars, and their secret addresses, over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::header,
    post,
    web::{Data, Path},
};

use super::{
    calendar, event_store, events, feed_rules, feed_store,
    model::{CalendarFeed, CalendarFeedRow, CalendarFeedWithKey, CalendarQuery, NewCalendarFeed, entry},
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database, Lock, Outcome, json_answer},
    error::{AppError, AppResult},
    features::{
        accounts::{self, ContactLanguage},
        agencies,
        holidays::{self, load_calendar},
    },
    ids::{AgencyCode, RecordId, sha256_hex},
    web::{
        Caller, Cursor, Page, PageQuery, PublicProblems, ReadProblems, ValidJson, ValidQuery, WriteProblems,
        answered, is_not_modified, json_list,
    },
};

/// Feeds as they are shown, with people's names.
fn shown(conn: &mut Conn, rows: Vec<CalendarFeedRow>) -> AppResult<Vec<CalendarFeed>> {
    let mut feeds: Vec<CalendarFeed> = rows.into_iter().map(CalendarFeedRow::shown).collect();
    let people = feeds
        .iter_mut()
        .flat_map(|feed| std::iter::once(&mut feed.created_by).chain(&mut feed.revoked_by));
    accounts::put_names(conn, people)?;
    Ok(feeds)
}

fn shown_one(conn: &mut Conn, row: CalendarFeedRow) -> AppResult<CalendarFeed> {
    let feed = shown(conn, vec![row])?.pop();
    feed.ok_or_else(|| AppError::internal("a feed was lost"))
}

/// List the addresses of an agency's calendar
///
/// The newest first, those that were revoked too; without their keys, which are kept nowhere. For those who work for the
/// agency.
#[utoipa::path(tag = "oversight", params(("agency" = AgencyCode, Path), PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of feeds.", body = Page<CalendarFeed>), ReadProblems))]
#[get("/agencies/{agency}/calendar-feeds")]
pub async fn list_calendar_feeds(
    caller: Caller,
    db: Data<Database>,
    path: Path<AgencyCode>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    let agency = path.into_inner();
    caller.check(Action::ManageCalendarFeeds, Object::Agency(&agency))?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let feeds = db
        .read(move |conn| {
            let rows = feed_store::list(conn, &agency, &page)?;
            shown(conn, rows)
        })
        .await?;
    json_list(&Page::cut(feeds, &cursor, |feed| feed.id.to_string()))
}

/// Make a secret address of an agency's calendar
///
/// Calendar programs send no login, so whoever knows the address reads the calendar. The answer shows it, this once: only
/// the SHA-256 of its key is kept. For those who work for the agency.
#[utoipa::path(tag = "oversight", params(("agency" = AgencyCode, Path)), request_body = NewCalendarFeed, security(("bearer" = [])),
    responses((status = 201, description = "Made.", body = CalendarFeedWithKey), WriteProblems))]
#[post("/agencies/{agency}/calendar-feeds")]
pub async fn create_calendar_feed(
    caller: Caller,
    db: Data<Database>,
    path: Path<AgencyCode>,
    body: ValidJson<NewCalendarFeed>,
) -> AppResult<HttpResponse> {
    let (agency, new) = (path.into_inner(), body.value);
    caller.check(Action::ManageCalendarFeeds, Object::Agency(&agency))?;
    if let Some(fault) = feed_rules::check_name(&new.name) {
        return Err(AppError::invalid(vec![fault]));
    }
    let key = feed_rules::new_key()?;
    // One after another, or two at once would not see that there is room for one.
    let lock = Lock::whole("calendar-feeds", &agency);
    let change = caller.secret_change("create_calendar_feed", vec![lock]);
    let answer = db
        .write(change, move |tx| {
            if feed_store::count_active(tx.conn(), &agency)? >= feed_rules::FEEDS_MAX {
                return Err(feed_rules::too_many());
            }
            let row = CalendarFeedRow {
                id: RecordId::new(),
                agency_code: agency.clone(),
                name: new.name.trim().to_owned(),
                language: new.language,
                secret_digest: feed_rules::digest_of_key(&key),
                created_at: tx.now(),
                created_by: tx.actor().to_owned(),
                revoked_at: None,
                revoked_by: None,
            };
            feed_store::insert(tx, &row)?;
            let entry = entry(None, &row.clone().shown())?;
            let feed = shown_one(tx.conn(), row)?;
            let location = format!("/api/v1/agencies/{agency}/calendar-feeds/{}", feed.id);
            let path = feed_rules::path_of(&agency, &key);
            let answer = json_answer(201, &CalendarFeedWithKey { feed, path })?;
            Ok(Outcome::Done(answer.header("location", location), entry))
        })
        .await?;
    answered(answer)
}

/// Revoke a secret address of an agency's calendar
///
/// Nothing is read at it from now on. It stays in the list; revoking it again changes nothing. For those who work for the
/// agency.
#[utoipa::path(tag = "oversight", params(("agency" = AgencyCode, Path), ("feed" = RecordId, Path, description = "The feed's id.")),
    security(("bearer" = [])),
    responses((status = 200, description = "Revoked.", body = CalendarFeed), WriteProblems))]
#[delete("/agencies/{agency}/calendar-feeds/{feed}")]
pub async fn revoke_calendar_feed(
    caller: Caller,
    db: Data<Database>,
    path: Path<(AgencyCode, RecordId)>,
) -> AppResult<HttpResponse> {
    let (agency, id) = path.into_inner();
    caller.check(Action::ManageCalendarFeeds, Object::Agency(&agency))?;
    let change = caller.change(
        "revoke_calendar_feed",
        "",
        vec![Lock::whole("calendar-feeds", &agency)],
    );
    let answer = db
        .write(change, move |tx| {
            let before = feed_store::find(tx.conn(), &agency, &id)?;
            if before.revoked_at.is_some() {
                let feed = shown_one(tx.conn(), before)?;
                return Ok(Outcome::Unchanged(json_answer(200, &feed)?));
            }
            let after = feed_store::revoke(tx, &before)?;
            let entry = entry(Some(&before.shown()), &after.clone().shown())?;
            let feed = shown_one(tx.conn(), after)?;
            Ok(Outcome::Done(json_answer(200, &feed)?, entry))
        })
        .await?;
    answered(answer)
}

/// Read an agency's calendar
///
/// iCalendar (RFC 5545), for calendar programs, which read it again by themselves: deadlines and milestones of the plan
/// lines that the agency leads or co-ordinates, recommendations that it has to answer, remedies that it owes, inspections
/// that it was told of, and the deadlines of its own submissions. No login: the key of the address is the secret; a wrong
/// or revoked one finds nothing. The same data are the same bytes, named by the ETag.
#[utoipa::path(tag = "oversight", params(("agency" = AgencyCode, Path), CalendarQuery),
    responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar"),
        (status = 304, description = "The caller holds it already."), PublicProblems))]
#[get("/calendars/{agency}.ics")]
pub async fn get_calendar(
    request: HttpRequest,
    db: Data<Database>,
    path: Path<AgencyCode>,
    ValidQuery(asked): ValidQuery<CalendarQuery>,
) -> AppResult<HttpResponse> {
    let (agency, now) = (path.into_inner(), db.clock().now());
    let digest = feed_rules::digest_of_key(&asked.key);
    let text = db
        .read(move |conn| {
            let feed = feed_store::opened_by(conn, &agency, &digest)?;
            let is_english = feed.language == ContactLanguage::En;
            let found = event_store::load(conn, &agency)?;
            let working_days = load_calendar(conn)?;
            let events = events::all(&agency, &found, &working_days, is_english);
            let card =
                agencies::cards(conn, std::slice::from_ref(&agency), holidays::day_of(now))?.remove(&agency);
            let name = card.map_or_else(
                || agency.to_string(),
                |card| card.name_en.filter(|_| is_english).unwrap_or(card.name_vi),
            );
            Ok(calendar::print(&name, &events))
        })
        .await?;
    let etag = format!("\"{}\"", sha256_hex(text.as_bytes()));
    let is_known = is_not_modified(request.headers(), &etag);
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.content_type("text/calendar; charset=utf-8").body(text))
}
