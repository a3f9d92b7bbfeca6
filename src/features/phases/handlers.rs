//! Moving a round on over HTTP.

use std::sync::{Arc, OnceLock};

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};

use super::{
    model::{MovedRound, RoundMoveBody},
    notices,
    rules::{self, Blocked},
    store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Outcome, Tx, json_answer},
    error::{AppError, AppResult},
    features::{
        appraisals, council,
        criteria::{self, Sets},
        notifications::Notifier,
        publications::{self, Announcement, Publications, Published, Signer},
        rounds::{self, Phase, RoundRow},
        scores::{self, RoundResult},
        submissions,
    },
    ids::{AgencyCode, RoundCode},
    web::{Caller, IfMatch, ValidJson, WriteProblems, answered, etag_of_revision},
};

/// Move a round to another phase
///
/// preparation → self_assessment → appraisal → explanation (and back) → council → published → correction → council.
/// A move that is not allowed says why and what is missing. Opening freezes the criteria set and opens the
/// submissions; the council may send single `items` back to the appraisal; publishing needs the minutes of the sitting and
/// the approval of exactly this result, and makes the publication. Needs `If-Match`.
#[utoipa::path(tag = "rounds", params(("round" = RoundCode, Path, description = "The round's code."), ("If-Match" = String, Header, description = "The round's ETag that was read.")),
    request_body = RoundMoveBody, security(("bearer" = [])),
    responses((status = 200, description = "Moved.", body = MovedRound), WriteProblems))]
#[post("/rounds/{round}/transitions")]
pub async fn move_round(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    (publications, signer, notifier): (Data<Publications>, Data<Signer>, Data<Notifier>),
    path: Path<RoundCode>,
    if_match: IfMatch,
    body: ValidJson<RoundMoveBody>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let wanted = body.value;
    let publishes = wanted.to == Phase::Published;
    let mut locks = vec![rounds::lock_round(&code)];
    if publishes {
        locks.push(publications::lock_publications());
    }
    let change = caller.change("move_round", &body.digest, locks);
    let made = Arc::new(OnceLock::new());
    let kept = made.clone();
    let answer = db
        .write(change, move |tx| {
            let before = rounds::find_round(tx.conn(), &code)?;
            let action = if publishes {
                Action::PublishResult
            } else {
                Action::ManageRound
            };
            caller.check(action, Object::Round(&before.owner_code))?;
            if_match.require(before.revision)?;
            let to = before.phase.go(wanted.to)?;
            let faults = rules::faults(before.phase, &wanted);
            if !faults.is_empty() {
                return Err(AppError::invalid(faults));
            }
            let published = prepare(tx, (&sets, &signer), &before, &wanted)?;
            let publication = published.as_ref().map(|published| published.about.id.clone());
            let history = rounds::moves(tx.conn(), &code)?;
            let after = rounds::move_round(tx, &before, to, wanted.reason.as_deref())?;
            let moves = rounds::moves(tx.conn(), &code)?;
            notices::tell(
                tx,
                &notifier,
                (&before, &after),
                &wanted,
                (publication.as_ref(), &moves),
            )?;
            let detail = serde_json::json!({
                "from": before.phase, "to": to, "reason": wanted.reason, "items": wanted.items,
                "publication": publication,
            });
            let before = rounds::shown(&caller.principal, before, history);
            let round = rounds::shown(&caller.principal, after, moves);
            let entry = rounds::round_entry(Some(&before), &round, detail)?;
            let etag = etag_of_revision(round.revision);
            let answer = json_answer(200, &MovedRound { round, publication })?.header("etag", etag);
            if let Some(published) = published {
                let _ = kept.set(published);
            }
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    match Arc::into_inner(made).and_then(OnceLock::into_inner) {
        Some(published) => publications.take_in(published).await,
        // Answered again with what was kept before.
        None if publishes => publications.learn().await,
        None => {}
    }
    answered(answer)
}

/// Refuses a move whose requirements are not met, and does what it brings with it.
fn prepare(
    tx: &mut Tx<'_>,
    (sets, signer): (&Sets, &Signer),
    round: &RoundRow,
    wanted: &RoundMoveBody,
) -> AppResult<Option<Published>> {
    let now = tx.now();
    match (round.phase, wanted.to) {
        (_, Phase::SelfAssessment) => open(tx, sets, round)?,
        (Phase::SelfAssessment, Phase::Appraisal) => {
            let sent = submissions::round_submissions(tx.conn(), &round.code)?;
            rules::require(rules::for_appraisal(round, &sent, now))?;
        }
        (_, Phase::Explanation) => rules::require(rules::for_explanation(round, now))?,
        (_, Phase::Council) => {
            let result = scores::load_round_result(tx.conn(), sets, round.clone(), None)?;
            rules::require(rules::for_council(&blocked(&result)))?;
        }
        (_, Phase::Published) => return publish(tx, (sets, signer), round, wanted).map(Some),
        // A reason is all that is needed to go back, and the items where the council sends single ones back.
        (_, Phase::Appraisal | Phase::Correction | Phase::Preparation) => {
            if let (Some(items), Some(reason)) = (&wanted.items, &wanted.reason) {
                appraisals::return_items(tx, round, items, reason)?;
            }
        }
    }
    Ok(None)
}

fn open(tx: &mut Tx<'_>, sets: &Sets, round: &RoundRow) -> AppResult<()> {
    let now = tx.now();
    let agencies: Vec<AgencyCode> = rounds::participating(tx.conn(), &round.code)?;
    let assignments = rounds::assignments(tx.conn(), &round.code)?;
    let set = sets.load(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
    let appraised = rounds::appraised_leaves(&set);
    rules::require(rules::for_self_assessment(
        round,
        agencies.len(),
        &appraised,
        &assignments,
        now,
    ))?;
    criteria::freeze(tx, &round.criteria_set_code, round.criteria_set_version)?;
    submissions::open_submissions(tx, &round.code, &agencies)
}

fn blocked(result: &RoundResult) -> Vec<Blocked> {
    let of_agency = |agency: &scores::AgencyResult| {
        agency
            .scorecard
            .missing
            .iter()
            .filter_map(|leaf| {
                let leaf = result.set.leaf(*leaf)?;
                Some(Blocked {
                    agency: agency.card.code.clone(),
                    indicator: leaf.code.clone(),
                    flags: agency.scorecard.node(leaf.node)?.flags,
                })
            })
            .collect::<Vec<_>>()
    };
    result.agencies.iter().flat_map(of_agency).collect()
}

fn publish(
    tx: &mut Tx<'_>,
    (sets, signer): (&Sets, &Signer),
    round: &RoundRow,
    wanted: &RoundMoveBody,
) -> AppResult<Published> {
    let mut result = scores::load_round_result(tx.conn(), sets, round.clone(), None)?;
    // Nothing changes while the council sits; should it have, nothing incomplete goes out.
    rules::require(rules::for_council(&blocked(&result)))?;
    let history = rounds::moves(tx.conn(), &round.code)?;
    let appraisers = store::appraisers(tx.conn(), &round.code)?;
    let approvals = store::approvals(tx.conn(), &round.code)?;
    // Of 10,000 agencies it is made in seconds: once, and not once more to publish it.
    let content = publications::Content::of(&result)?;
    // The content says all of it; of a large round it takes as much memory as all that follows.
    result.agencies = Vec::new();
    let digest = content.digest()?;
    let since = council::sitting_since(&history);
    let has_minutes = match since {
        Some(since) => council::has_minutes_since(tx.conn(), &round.code, since)?,
        None => false,
    };
    let council = rules::Council {
        digest: &digest,
        since,
        has_minutes,
        appraisers: &appraisers,
    };
    rules::require(rules::for_publication(&council, &approvals))?;
    let said = Announcement {
        baseline: wanted.baseline.clone(),
        title_vi: wanted.title_vi.clone(),
        title_en: wanted.title_en.clone(),
        notice_vi: wanted.notice_vi.clone(),
        notice_en: wanted.notice_en.clone(),
    };
    publications::publish(tx, signer, &result, content, said)
}
