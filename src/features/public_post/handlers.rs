//! Counts of the public post over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    counts_lock,
    model::{
        PublicPostBody, PublicPostCount, PublicPostLine, PublicPostQuery, PublicPostRevision, PublicPostRow,
        PublicPostSaveQuery, PublicPostSaved, PublicPostTotal, PublicPostTotalsQuery,
    },
    rules, store,
};
use crate::{
    access::{Action, Object, PublicPostFacts, may},
    clock::{Moment, Zone},
    db::{Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError},
    features::{accounts, agencies},
    ids::{AgencyCode, Month},
    web::{
        Caller, Cursor, Each, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered, json_list,
        read_list,
    },
};

/// The month of a moment in Vietnam.
pub fn month_of(moment: Moment) -> Month {
    Month::of(Zone::default().day_of(moment))
}

/// List counts of the public post
///
/// Dossiers received and results returned, by post and in all channels (Decision 45/2016/QĐ-TTg), as they hold now, by
/// month and agency. For everybody who logs in.
#[utoipa::path(tag = "public-post", params(PublicPostQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of counts.", body = Page<PublicPostCount>), ReadProblems))]
#[get("/public-post")]
pub async fn list_public_post(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<PublicPostQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let rows = db
        .read(move |conn| store::page(conn, &asked, page.after.as_deref(), page.fetch()))
        .await?;
    let page = Page::cut(rows, &cursor, |row| format!("{}/{}", row.period, row.agency_code));
    json_list(&page.map(PublicPostRow::shown))
}

/// List totals of a year of the public post
///
/// By agency: numerator and denominator of each share as an indicator of kind `proportional` takes them, the share in
/// percent, which months are counted and which are missing, and the digest of what was counted. An indicator whose `feed`
/// names one of the shares is filled from it by `POST /rounds/{round}/submissions/{agency}/feeds`.
#[utoipa::path(tag = "public-post", params(PublicPostTotalsQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of totals.", body = Page<PublicPostTotal>), ReadProblems))]
#[get("/public-post/totals")]
pub async fn list_public_post_totals(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<PublicPostTotalsQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (year, page, present) = (asked.year, cursor.clone(), month_of(db.clock().now()));
    let (agencies, mut rows) = db
        .read(move |conn| {
            let after = page.after.as_deref();
            let agencies = store::agencies_of_year(conn, year, asked.agency.as_ref(), after, page.fetch())?;
            let rows = store::of_year(conn, year, &agencies)?;
            Ok((agencies, rows))
        })
        .await?;
    let page = Page::cut(agencies, &cursor, ToString::to_string);
    let totals = page
        .data
        .iter()
        .filter_map(|agency| rules::total(agency, year, rows.remove(agency)?, &present).transpose())
        .collect::<AppResult<Vec<_>>>()?;
    json_list(&Page {
        data: totals,
        page: page.page,
    })
}

/// List the revisions of a month's counts
///
/// Newest first, with who sent them in and when. For the agency's own people, the bodies that it was entrusted to,
/// evaluators and administrators.
#[utoipa::path(tag = "public-post",
    params(("agency" = AgencyCode, Path, description = "The agency."), ("period" = Month, Path, description = "The month.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The revisions.", body = Page<PublicPostRevision>), ReadProblems))]
#[get("/public-post/{agency}/{period}/revisions")]
pub async fn list_public_post_revisions(
    caller: Caller,
    db: Data<Database>,
    path: Path<(AgencyCode, Month)>,
) -> AppResult<HttpResponse> {
    let (agency, period) = path.into_inner();
    let revisions = db
        .read(move |conn| {
            let facts = facts_of(conn, [agency.clone()].into())?
                .pop()
                .ok_or_else(AppError::not_found)?;
            caller.check(Action::ReadPublicPostHistory, Object::PublicPost(&facts))?;
            let rows = store::revisions(conn, &agency, &period)?;
            if rows.is_empty() {
                return Err(AppError::not_found());
            }
            let mut revisions: Vec<_> = rows
                .into_iter()
                .map(|row| PublicPostRevision {
                    recorded_by: row.recorded_by.clone(),
                    superseded_at: row.superseded_at,
                    count: row.shown(),
                })
                .collect();
            accounts::put_names(conn, revisions.iter_mut().map(|row| &mut row.recorded_by))?;
            Ok(revisions)
        })
        .await?;
    json_list(&Page::<PublicPostRevision>::whole(revisions))
}

/// What is known of agencies' counts when permissions are decided.
fn facts_of(conn: &mut crate::db::Conn, agencies: BTreeSet<AgencyCode>) -> AppResult<Vec<PublicPostFacts>> {
    let mut collectors = store::collectors(conn, &agencies)?;
    Ok(agencies
        .into_iter()
        .map(|agency| PublicPostFacts {
            collectors: collectors.remove(&agency).unwrap_or_default(),
            agency,
        })
        .collect())
}

/// Save counts of the public post
///
/// All or nothing; every bad line is named, and `dry_run=true` checks only. A line takes the place of what was there for
/// its agency and month, as a revision of its own; one that says the same changes nothing. By submitters and leaders for
/// their own agency, and by collectors for the agencies that their body was entrusted with.
#[utoipa::path(tag = "public-post", params(PublicPostSaveQuery), request_body = PublicPostBody,
    security(("bearer" = [])),
    responses((status = 200, description = "Saved.", body = PublicPostSaved), WriteProblems))]
#[put("/public-post")]
pub async fn save_public_post(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(query): ValidQuery<PublicPostSaveQuery>,
    body: ValidJson<PublicPostBody>,
) -> AppResult<HttpResponse> {
    caller.check(Action::RecordPublicPost, Object::System)?;
    rules::check_size(body.value.counts.len())?;
    let change = caller.change("save_public_post", &body.digest, vec![counts_lock()]);
    let sent = body.value.counts;
    let answer = db
        .write(change, move |tx| save(tx, &caller, sent, query.dry_run))
        .await?;
    answered(answer)
}

fn save(
    tx: &mut Tx<'_>,
    caller: &Caller,
    sent: Vec<Each<PublicPostLine>>,
    dry_run: bool,
) -> AppResult<Outcome> {
    let count = sent.len();
    let (lines, mut faults) = read_list("/counts", sent);
    let bodies = check(tx, caller, &lines, &mut faults)?;
    if !faults.is_empty() {
        return Err(AppError::invalid(faults));
    }
    let mut wanted: BTreeMap<Month, BTreeSet<AgencyCode>> = BTreeMap::new();
    for (_, line) in &lines {
        let agencies = wanted.entry(line.period.clone()).or_default();
        agencies.insert(line.agency.clone());
    }
    let standing = store::current(tx.conn(), &wanted)?;
    let (now, actor) = (tx.now(), tx.actor().to_owned());
    let mut rows = Vec::new();
    for (_, line) in lines {
        let key = (line.agency, line.period);
        let before = standing.get(&key);
        let (agency, period) = key;
        let line = PublicPostLine {
            agency,
            period,
            ..line
        };
        if before.is_some_and(|before| before.says(&line)) {
            continue;
        }
        rows.push(PublicPostRow {
            revision: before.map_or(1, |before| before.revision.saturating_add(1)),
            collector_code: bodies.get(&line.agency).cloned(),
            agency_code: line.agency,
            period: line.period,
            received_post: line.received_post,
            received_all: line.received_all,
            returned_post: line.returned_post,
            returned_all: line.returned_all,
            source: line.source,
            recorded_at: now,
            recorded_by: actor.clone(),
            superseded_at: None,
        });
    }
    finish(tx, rows, count, dry_run)
}

/// Adds the faults of lines. Tells for which agencies a collecting body sends them, and which.
fn check(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lines: &[(usize, PublicPostLine)],
    faults: &mut Vec<FieldError>,
) -> AppResult<BTreeMap<AgencyCode, AgencyCode>> {
    let named: BTreeSet<AgencyCode> = lines.iter().map(|(_, line)| line.agency.clone()).collect();
    let month = month_of(tx.now());
    let facts = facts_of(tx.conn(), named.clone())?;
    let principal = &caller.principal;
    let (mut allowed, mut bodies) = (BTreeSet::new(), BTreeMap::new());
    for facts in facts {
        if may(principal, Action::RecordPublicPost, Object::PublicPost(&facts)) {
            if let Some(body) = facts.sending_body(principal) {
                bodies.insert(facts.agency.clone(), body.clone());
            }
            allowed.insert(facts.agency);
        }
    }
    let known = rules::Known {
        agencies: &agencies::validity(tx.conn(), &named.into_iter().collect::<Vec<_>>())?,
        allowed: &allowed,
        month,
    };
    // Who may send none of it is refused as such; who mixed one in is told which.
    if !lines.is_empty() && allowed.is_empty() {
        return Err(AppError::new(ErrorCode::Forbidden));
    }
    faults.extend(rules::check_lines(lines, &known));
    Ok(bodies)
}

fn finish(tx: &mut Tx<'_>, rows: Vec<PublicPostRow>, sent: usize, dry_run: bool) -> AppResult<Outcome> {
    let saved = PublicPostSaved {
        dry_run,
        saved: rows.len(),
        unchanged: sent.saturating_sub(rows.len()),
    };
    let answer = json_answer(200, &saved)?;
    if rows.is_empty() || dry_run {
        return Ok(Outcome::Unchanged(answer));
    }
    let now = tx.now();
    store::append(tx, &rows, now)?;
    let content: Vec<_> = rows.iter().cloned().map(PublicPostRow::shown).collect();
    let agencies: BTreeSet<&AgencyCode> = rows.iter().map(|row| &row.agency_code).collect();
    let periods: BTreeSet<&Month> = rows.iter().map(|row| &row.period).collect();
    let entry = Entry {
        object_kind: "public_post",
        // One agency's or one month's, where it is one.
        object_id: match (agencies.first(), agencies.len(), periods.first(), periods.len()) {
            (Some(agency), 1, Some(period), 1) => format!("{agency}/{period}"),
            (Some(agency), 1, _, _) => agency.to_string(),
            (_, _, Some(period), 1) => period.to_string(),
            _ => "bulk".to_owned(),
        },
        before_digest: None,
        after_digest: Some(digest_of(&content)?),
        detail: serde_json::json!({"lines": rows.len(), "agencies": agencies.len(), "periods": periods}),
    };
    Ok(Outcome::Done(answer, entry))
}
