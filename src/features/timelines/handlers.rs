//! Timelines over HTTP.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};

use super::{
    events,
    model::{Event, Timeline},
};
use crate::{
    access::{Action, Object, may},
    db::{Conn, Database},
    error::{AppError, AppResult},
    features::{
        accounts, appraisals, explanations,
        submissions::{self, Approached},
    },
    ids::{AgencyCode, IndicatorCode, RoundCode},
    web::{Caller, ReadProblems, json_list},
};

/// Read the timeline of an item
///
/// Everything that happened to it, oldest first: saves, questions and answers, decisions, and for those who appraise or
/// run the round each body's views. An agency sees decisions from the explanation on.
#[utoipa::path(tag = "submissions",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The timeline.", body = Timeline), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/items/{indicator}/timeline")]
pub async fn get_item_timeline(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode)>,
) -> AppResult<HttpResponse> {
    let (round, agency, indicator) = path.into_inner();
    let timeline = db
        .read(move |conn| {
            let events = load(conn, &caller, &round, &agency, &indicator)?;
            Ok(Timeline {
                round,
                agency,
                indicator,
                events,
            })
        })
        .await?;
    json_list(&timeline)
}

fn load(
    conn: &mut Conn,
    caller: &Caller,
    code: &RoundCode,
    agency: &AgencyCode,
    indicator: &IndicatorCode,
) -> AppResult<Vec<Event>> {
    let Approached { round, known, .. } =
        submissions::approach(conn, caller, code, agency, Action::ReadSubmission)?;
    let object = Object::Submission(&known.facts);
    let visible = submissions::visible_lines(&caller.principal, &known);
    if visible.is_some_and(|visible| !visible.contains(indicator)) {
        return Err(AppError::not_found());
    }
    let mut revisions = submissions::item_history(conn, code, agency, indicator)?;
    revisions.reverse();
    let mut all = events::saves(&revisions);
    let only = std::slice::from_ref(agency);
    let inside = may(&caller.principal, Action::ReadAppraisal, object);
    if inside {
        let views = appraisals::round_views(conn, code, only)?.remove(agency);
        let views = views.unwrap_or_default().remove(indicator);
        all.extend(events::views(&views.unwrap_or_default()));
    }
    if inside || round.phase.shows_appraised_points() {
        let decisions = appraisals::round_decisions(conn, code, only)?.remove(agency);
        let decisions = decisions.unwrap_or_default().remove(indicator);
        all.extend(events::decisions(&decisions.unwrap_or_default()));
    }
    let messages = explanations::threads(conn, code, agency)?.remove(indicator);
    all.extend(events::messages(&messages.unwrap_or_default()));
    accounts::put_names(conn, all.iter_mut().map(|event| &mut event.by))?;
    Ok(events::in_order(all))
}
