//! Channels of ratings over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    channel_lock,
    model::{ChannelRow, RatingChannel, RatingChannelBody},
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult},
    features::agencies,
    ids::RatingChannelCode,
    web::{
        Caller, Cursor, IfMatch, Page, PageQuery, ReadProblems, ValidJson, ValidQuery, WriteProblems,
        answered, etag_of_revision, json_document, json_list,
    },
};

/// List the channels of ratings
///
/// By code. For everybody who logs in.
#[utoipa::path(tag = "ratings", params(PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of channels.", body = Page<RatingChannel>), ReadProblems))]
#[get("/rating-channels")]
pub async fn list_rating_channels(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let rows = db
        .read(move |conn| store::page(conn, page.after.as_deref(), page.fetch()))
        .await?;
    json_list(&Page::cut(rows, &cursor, |row| row.code.to_string()).map(RatingChannel::from))
}

/// Read a channel of ratings
///
/// With the ETag that a change of it needs.
#[utoipa::path(tag = "ratings", params(("channel" = RatingChannelCode, Path, description = "The channel's code.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The channel.", body = RatingChannel), (status = 304, description = "Not changed."), ReadProblems))]
#[get("/rating-channels/{channel}")]
pub async fn get_rating_channel(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<RatingChannelCode>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let code = path.into_inner();
    let row = db.read(move |conn| store::find(conn, &code)).await?;
    let row = row.ok_or_else(AppError::not_found)?;
    let etag = etag_of_revision(row.revision);
    json_document(&request, &RatingChannel::from(row), &etag)
}

/// Save a channel of ratings
///
/// Makes it, or changes its names and what it shows; needs `If-Match` where it is there. Its owner never changes. By evaluators of
/// the owner.
#[utoipa::path(tag = "ratings",
    params(("channel" = RatingChannelCode, Path, description = "The channel's code."), ("If-Match" = Option<String>, Header, description = "The ETag that was read; needed where the channel is there.")),
    request_body = RatingChannelBody, security(("bearer" = [])),
    responses((status = 200, description = "Changed.", body = RatingChannel), (status = 201, description = "Made.", body = RatingChannel), WriteProblems))]
#[put("/rating-channels/{channel}")]
pub async fn save_rating_channel(
    caller: Caller,
    db: Data<Database>,
    path: Path<RatingChannelCode>,
    if_match: IfMatch,
    body: ValidJson<RatingChannelBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let wanted = body.value;
    caller.check(Action::ManageRatingChannel, Object::Agency(&wanted.owner))?;
    let faults = rules::check_channel(&wanted);
    if !faults.is_empty() {
        return Err(AppError::invalid(faults));
    }
    let change = caller.change("save_rating_channel", &body.digest, vec![channel_lock(&code)]);
    let answer = db
        .write(change, move |tx| {
            let before = store::find(tx.conn(), &code)?;
            match &before {
                Some(before) => {
                    caller.check(Action::ManageRatingChannel, Object::Agency(&before.owner_code))?;
                    if_match.require(before.revision)?;
                    if before.owner_code != wanted.owner {
                        return Err(owner_stays());
                    }
                }
                // Whoever names a version of what is not there saw something else.
                None => if_match.check(0)?,
            }
            if !agencies::missing(tx.conn(), std::slice::from_ref(&wanted.owner))?.is_empty() {
                return Err(AppError::invalid_item(
                    "/owner",
                    "unknown_agency",
                    format!("Không có cơ quan {}.", wanted.owner),
                    format!("There is no agency {}.", wanted.owner),
                ));
            }
            let now = tx.now();
            let after = ChannelRow {
                code,
                owner_code: wanted.owner,
                name_vi: wanted.name_vi,
                name_en: wanted.name_en,
                minimum_n: wanted.minimum_n,
                revision: before.as_ref().map_or(1, |before| before.revision + 1),
                created_at: before.as_ref().map_or(now, |before| before.created_at),
                updated_at: now,
            };
            match &before {
                Some(before) => store::replace(tx, before, &after)?,
                None => store::insert(tx, &after)?,
            }
            let status = if before.is_some() { 200 } else { 201 };
            let entry = entry(before, &after)?;
            let answer = json_answer(status, &RatingChannel::from(after.clone()))?
                .header("etag", etag_of_revision(after.revision))
                .header("location", format!("/api/v1/rating-channels/{}", after.code));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

fn entry(before: Option<ChannelRow>, after: &ChannelRow) -> AppResult<Entry> {
    let before = before.map(|row| digest_of(&RatingChannel::from(row)));
    Ok(Entry {
        object_kind: "rating_channel",
        object_id: after.code.to_string(),
        before_digest: before.transpose()?,
        after_digest: Some(digest_of(&RatingChannel::from(after.clone()))?),
        detail: serde_json::json!({}),
    })
}

fn owner_stays() -> AppError {
    AppError::invalid_item(
        "/owner",
        "owner_stays",
        "Cơ quan chủ kênh không thay đổi được: lập kênh mới.",
        "The owner of a channel never changes: make another channel.",
    )
}
