//! Working scores over HTTP.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};

use super::{
    model::{Provenance, Score},
    result::{AgencyResult, load_round_result},
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database},
    error::{AppError, AppResult},
    features::{accounts, criteria::Sets, rounds, submissions},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{explain, score},
    web::{Caller, ReadProblems, json_list},
};

/// Explain an agency's score
///
/// Every node with its declared value, rule and numbers, self, appraised and final points, rounding, and who decided
/// when: enough to recompute it by hand. The agency itself sees appraised points from the explanation on.
#[utoipa::path(tag = "scores", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The score.", body = Score), ReadProblems))]
#[get("/rounds/{round}/scores/{agency}")]
pub async fn get_score(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let score = db
        .read(move |conn| load(conn, &sets, &caller, &code, &agency))
        .await?;
    json_list(&score)
}

fn load(
    conn: &mut Conn,
    sets: &Sets,
    caller: &Caller,
    code: &RoundCode,
    agency: &AgencyCode,
) -> AppResult<Score> {
    let round = rounds::require_participant(conn, code, agency)?;
    let known = submissions::load_facts(conn, &round, agency)?;
    caller.check(Action::ReadScore, Object::Submission(&known.facts))?;
    let sees_all = crate::access::may(
        &caller.principal,
        Action::ReadRanking,
        Object::Round(&round.owner_code),
    );
    let hidden = !sees_all && !round.phase.shows_appraised_points();
    let phase = round.phase;
    let result = load_round_result(conn, sets, round, Some(std::slice::from_ref(agency)))?;
    let set = result.set;
    let mut own = result
        .agencies
        .into_iter()
        .next()
        .ok_or_else(AppError::not_found)?;
    if hidden {
        hide_appraised(&mut own);
        own.scorecard = score(&set, &own.answers);
    }
    let scorecard = explain(&set, &own.answers, &own.scorecard);
    let items = own
        .records
        .iter_mut()
        .filter_map(|record| record.item.as_deref_mut());
    submissions::show_files(conn, code, agency, items)?;
    let mut provenance: Vec<Provenance> = set
        .leaves()
        .iter()
        .zip(own.records)
        .filter_map(|(leaf, record)| Provenance::of(IndicatorCode::parse(&leaf.code).ok()?, record))
        .collect();
    // As they were told before: by code, whatever the order of the set.
    provenance.sort_by(|a, b| a.indicator.cmp(&b.indicator));
    accounts::put_names(conn, provenance.iter_mut().flat_map(Provenance::people))?;
    Ok(Score {
        round: code.clone(),
        phase,
        agency: own.card,
        ranked: own.ranked,
        appraised_points_hidden: hidden,
        scorecard,
        provenance,
        signatures: own.signatures,
    })
}

/// Takes out what an agency may not see before the explanation (design §8.18).
fn hide_appraised(own: &mut AgencyResult) {
    for answer in &mut own.answers.leaves {
        answer.decision = None;
        answer.entered = None;
    }
    for record in &mut own.records {
        record.decision = None;
        record.entered = None;
    }
    for amount in &mut own.answers.adjustments {
        *amount = crate::scoring::Points::ZERO;
    }
}
