//! The calendar over HTTP.

use actix_web::{
    HttpRequest, HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    CALENDAR, calendar_lock,
    model::{HolidayQuery, HolidayRow, HolidayYear, HolidayYearBody, entry},
    rules, store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Outcome, json_answer},
    error::{AppError, AppResult},
    web::{
        Caller, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_document, json_list,
    },
};

/// List the years of the holiday calendar
///
/// Days off and swapped working days that deadlines in working days are counted by, by year. Of a year that is not here
/// only weekends are left out.
#[utoipa::path(tag = "holidays", params(HolidayQuery), security(("bearer" = [])),
    responses((status = 200, description = "The years.", body = Page<HolidayYear>), ReadProblems))]
#[get("/holidays")]
pub async fn list_holidays(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<HolidayQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let rows = db.read(store::list).await?;
    let years = rows
        .iter()
        .filter(|row| asked.year.is_none_or(|year| row.year == year))
        .map(HolidayRow::shown)
        .collect::<AppResult<Vec<_>>>()?;
    json_list(&Page::whole(years))
}

/// Read a year of the holiday calendar
///
/// With the ETag that a change of it needs.
#[utoipa::path(tag = "holidays", params(("year" = i32, Path, description = "The year.")), security(("bearer" = [])),
    responses((status = 200, description = "The year.", body = HolidayYear), (status = 304, description = "Not changed."), ReadProblems))]
#[get("/holidays/{year}")]
pub async fn get_holiday_year(
    request: HttpRequest,
    caller: Caller,
    db: Data<Database>,
    path: Path<i32>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let year = path.into_inner();
    let row = db.read(move |conn| store::find(conn, year)).await?;
    let row = row.ok_or_else(AppError::not_found)?;
    json_document(&request, &row.shown()?, &etag_of_revision(row.revision))
}

/// Save a year of the holiday calendar
///
/// As a whole: what the list does not name is a day like others. Needs `If-Match` where the year is there. Deadlines that
/// are running are counted by the new calendar from then on; what was answered stays as it was judged. For administrators.
#[utoipa::path(tag = "holidays",
    params(("year" = i32, Path, description = "The year."), ("If-Match" = Option<String>, Header, description = "The ETag that was read; needed where the year is there.")),
    request_body = HolidayYearBody, security(("bearer" = [])),
    responses((status = 200, description = "Replaced.", body = HolidayYear), (status = 201, description = "Added.", body = HolidayYear), WriteProblems))]
#[put("/holidays/{year}")]
pub async fn save_holiday_year(
    caller: Caller,
    db: Data<Database>,
    path: Path<i32>,
    if_match: IfMatch,
    body: ValidJson<HolidayYearBody>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ManageHolidays, Object::System)?;
    let year = path.into_inner();
    let mut wanted = body.value;
    let mut faults: Vec<_> = rules::check_year("/year", year).into_iter().collect();
    faults.extend(rules::check("", year, &wanted.days, wanted.note.as_deref()));
    if !faults.is_empty() {
        return Err(AppError::invalid(faults));
    }
    wanted.days.sort_by_key(|day| day.day);
    let change = caller.change("save_holiday_year", &body.digest, vec![calendar_lock()]);
    let answer = db
        .write(change, move |tx| {
            let before = store::find(tx.conn(), year)?;
            match &before {
                Some(before) => if_match.require(before.revision)?,
                // Whoever names a version of what is not there saw something else.
                None => if_match.check(0)?,
            }
            let now = tx.now();
            let after = HolidayRow {
                calendar: CALENDAR.to_owned(),
                year,
                days: serde_json::to_string(&wanted.days).map_err(AppError::internal)?,
                note: wanted.note,
                revision: before.as_ref().map_or(1, |row| row.revision.saturating_add(1)),
                created_at: before.as_ref().map_or(now, |row| row.created_at),
                updated_at: now,
            };
            match &before {
                Some(before) => store::replace(tx, before, &after)?,
                None => store::insert(tx, &after)?,
            }
            let status = if before.is_some() { 200 } else { 201 };
            let answer = json_answer(status, &after.shown()?)?
                .header("etag", etag_of_revision(after.revision))
                .header("location", format!("/api/v1/holidays/{year}"));
            Ok(Outcome::Done(answer, entry(before.as_ref(), &after)?))
        })
        .await?;
    answered(answer)
}
