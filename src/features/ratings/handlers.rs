//! Ratings and their months over HTTP.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    channel_lock,
    model::{
        ChannelRow, NewRating, RatingMode, RatingMonth, RatingMonthQuery, RatingQuery, RatingsBody,
        RatingsTaken,
    },
    rules::{self, Judged, Known},
    store,
};
use crate::{
    access::{Action, Object},
    clock::Zone,
    db::{Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, FieldError},
    ids::{AgencyCode, RatingChannelCode},
    web::{
        Caller, Cursor, ItemProblem, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        json_list, read_list,
    },
};

/// Send ratings
///
/// Up to 10,000 at once, each taken in once under its id: what is sent again is not counted again. All or nothing by default;
/// `mode=partial` takes the good ones and names the bad ones. By collectors and submitters of the channel's owner.
#[utoipa::path(tag = "ratings",
    params(("channel" = RatingChannelCode, Path, description = "The channel's code."), RatingQuery),
    request_body = RatingsBody, security(("bearer" = [])),
    responses((status = 200, description = "Taken in.", body = RatingsTaken), WriteProblems))]
#[post("/rating-channels/{channel}/ratings")]
pub async fn send_ratings(
    caller: Caller,
    db: Data<Database>,
    path: Path<RatingChannelCode>,
    ValidQuery(query): ValidQuery<RatingQuery>,
    body: ValidJson<RatingsBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let change = caller.change("send_ratings", &body.digest, vec![channel_lock(&code)]);
    let sent = body.value.ratings;
    let answer = db
        .write(change, move |tx| {
            let channel = store::find(tx.conn(), &code)?.ok_or_else(AppError::not_found)?;
            caller.check(Action::SendRatings, Object::Agency(&channel.owner_code))?;
            rules::check_size(sent.len())?;
            let count = sent.len();
            let (ratings, misread) = read_list("/ratings", sent);
            let unreadable = count - ratings.len();
            let mut judged = judge(tx, &channel, ratings)?;
            judged.refused += unreadable;
            judged.faults.splice(0..0, misread);
            if query.mode == RatingMode::All && !judged.faults.is_empty() {
                return Err(AppError::invalid(judged.faults));
            }
            take(tx, &channel, judged, |fault| {
                ItemProblem::of(fault, caller.context.language)
            })
        })
        .await?;
    answered(answer)
}

fn judge(tx: &mut Tx<'_>, channel: &ChannelRow, ratings: Vec<(usize, NewRating)>) -> AppResult<Judged> {
    let today = Zone::default().day_of(tx.now());
    let named: BTreeSet<AgencyCode> = ratings.iter().map(|(_, rating)| rating.agency.clone()).collect();
    let rated = store::rated_below(tx.conn(), &channel.owner_code, named, today)?;
    let ids: Vec<&str> = ratings.iter().map(|(_, rating)| rating.id.as_str()).collect();
    let standing = store::standing(tx.conn(), &channel.code, &ids)?;
    let known = Known {
        rated: &rated,
        standing: &standing,
        today,
    };
    Ok(rules::judge(&channel.code, ratings, &known))
}

fn take(
    tx: &mut Tx<'_>,
    channel: &ChannelRow,
    judged: Judged,
    told: impl Fn(&FieldError) -> ItemProblem,
) -> AppResult<Outcome> {
    let taken = RatingsTaken {
        channel: channel.code.clone(),
        accepted: judged.rows.len(),
        repeated: judged.repeated,
        refused: judged.refused,
        problems: judged.faults.iter().map(told).collect(),
    };
    let answer = json_answer(200, &taken)?;
    if judged.rows.is_empty() {
        return Ok(Outcome::Unchanged(answer));
    }
    store::append(tx, &judged.rows)?;
    store::count(tx, &channel.code, rules::added(&judged.rows))?;
    let content: Vec<_> = judged
        .rows
        .iter()
        .map(|row| serde_json::json!([row.rating_id, row.agency_code, row.score, row.rated_on]))
        .collect();
    let entry = Entry {
        object_kind: "ratings",
        object_id: channel.code.to_string(),
        before_digest: None,
        after_digest: Some(digest_of(&content)?),
        detail: serde_json::json!({"accepted": taken.accepted, "repeated": taken.repeated, "refused": taken.refused}),
    };
    Ok(Outcome::Done(answer, entry))
}

/// List the months of a channel
///
/// Figures by month and agency: how often each score was given, the share of satisfied people, the mean. A month of an agency with
/// fewer ratings than the channel shows is `suppressed`. For everybody who logs in.
#[utoipa::path(tag = "ratings",
    params(("channel" = RatingChannelCode, Path, description = "The channel's code."), RatingMonthQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "A page of months.", body = Page<RatingMonth>), ReadProblems))]
#[get("/rating-channels/{channel}/months")]
pub async fn list_rating_months(
    caller: Caller,
    db: Data<Database>,
    path: Path<RatingChannelCode>,
    ValidQuery(asked): ValidQuery<RatingMonthQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let (minimum_n, rows) = db
        .read(move |conn| {
            let channel = store::find(conn, &code)?.ok_or_else(AppError::not_found)?;
            let rows = store::months(conn, &code, &asked, page.after.as_deref(), page.fetch())?;
            Ok((channel.minimum_n, rows))
        })
        .await?;
    let page = Page::cut(rows, &cursor, |row| format!("{}/{}", row.month, row.agency_code));
    json_list(&page.map(|row| rules::figures(row, minimum_n)))
}
