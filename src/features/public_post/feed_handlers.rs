//! Filling a submission from the kept counts over HTTP.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};

use super::{
    feed,
    handlers::month_of,
    model::{FeedBody, PublicPostTotal},
    rules, store,
};
use crate::{
    access::Action,
    db::{Database, Tx},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{
        criteria::Sets,
        submissions::{self, Save, SaveQuery, SaveResult},
    },
    ids::{AgencyCode, IndicatorCode, RoundCode},
    web::{Bulk, Caller, IfMatch, ValidJson, ValidQuery, WriteProblems, answered},
};

/// Fill a submission from kept counts
///
/// Declares the indicators whose `feed` names a share of the public post: numerator and denominator of the round's year,
/// and a document that says of which months they are and under which digest they can be checked
/// (`GET /public-post/totals`). It is a save of items like any other, with its rules, its modes and its answer, and the
/// agency answers for it; other documents of an item stay. Where months of the year are missing it is refused, unless
/// `accept_missing` is true.
#[utoipa::path(tag = "public-post",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), SaveQuery,
        ("If-Match" = Option<String>, Header, description = "The submission's ETag that was read.")),
    request_body = FeedBody, security(("bearer" = [])),
    responses((status = 200, description = "What became of each item.", body = SaveResult), WriteProblems))]
#[post("/rounds/{round}/submissions/{agency}/feeds")]
pub async fn feed_submission(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
    ValidQuery(query): ValidQuery<SaveQuery>,
    if_match: IfMatch,
    body: ValidJson<FeedBody>,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let change = caller.change(
        "feed_submission",
        &body.digest,
        submissions::locks(&round, &agency),
    );
    let accepts = body.value.accept_missing;
    let answer = db
        .write(change, move |tx| {
            let approached =
                submissions::approach(tx.conn(), &caller, &round, &agency, Action::SaveItems)?;
            let row = &approached.round;
            let set = sets.load(tx.conn(), &row.criteria_set_code, row.criteria_set_version)?;
            // A contributing department fills in its own lines.
            let visible = submissions::visible_lines(&caller.principal, &approached.known);
            let leaves = set
                .leaves()
                .iter()
                .filter(|leaf| leaf.feed.is_some())
                .filter_map(|leaf| Some((leaf, IndicatorCode::parse(&leaf.code).ok()?)))
                .filter(|(_, code)| visible.as_ref().is_none_or(|lines| lines.contains(code)));
            let standing = submissions::current_items(tx.conn(), &round, &agency)?;
            let total = find_total(tx, &agency, row.year, accepts)?;
            let items = feed::items(leaves, &total, &standing);
            if items.is_empty() {
                return Err(AppError::with(
                    ErrorCode::IllegalTransition,
                    "Bộ tiêu chí của kỳ không có tiêu chí nào lấy số liệu bưu chính công ích mà bạn được điền.",
                    "The round's criteria set has no indicator that is fed from the public post and yours to fill in.",
                ));
            }
            let save = Save {
                caller,
                round,
                agency,
                items: Bulk::of_list(items.into_iter().map(Into::into).collect()),
                query,
                if_match,
            };
            save.run(tx, &sets, None)
        })
        .await?;
    answered(answer)
}

fn find_total(tx: &mut Tx<'_>, agency: &AgencyCode, year: i32, accepts: bool) -> AppResult<PublicPostTotal> {
    let present = month_of(tx.now());
    let rows = store::of_year(tx.conn(), year, std::slice::from_ref(agency))?
        .remove(agency)
        .unwrap_or_default();
    let Some(total) = rules::total(agency, year, rows, &present)? else {
        return Err(AppError::with(
            ErrorCode::IllegalTransition,
            format!("Chưa có số liệu bưu chính công ích năm {year}: gửi tại PUT /api/v1/public-post."),
            format!(
                "There are no counts of the public post of {year} yet: send them to PUT /api/v1/public-post."
            ),
        ));
    };
    if total.missing.is_empty() || accepts {
        return Ok(total);
    }
    let errors = total
        .missing
        .iter()
        .map(|month| {
            let message = Message::new(
                format!("Thiếu số liệu tháng {month}."),
                format!("The counts of {month} are missing."),
            );
            FieldError::new("/accept_missing", "month_missing", message)
        })
        .collect();
    Err(AppError {
        errors,
        ..AppError::with(
            ErrorCode::IllegalTransition,
            "Còn thiếu số liệu của một số tháng; hãy bổ sung, hoặc gửi với accept_missing = true.",
            "Months are missing; add them, or send it with accept_missing = true.",
        )
    })
}
