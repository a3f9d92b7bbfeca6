//! Reading submissions over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};

use super::{
    facts::{self, Known},
    item_store,
    model::{Completeness, FormLine, Item, Submission, SubmissionSummary},
    row_model::SubmissionRow,
    rules,
    shown::{name_savers, show_files},
    signing,
    state::{SubmissionState, check_open_for_items, check_open_for_moves, check_open_for_signing},
    store::{self, Visible},
};
use crate::{
    access::{Action, Object, Principal, Role, may},
    clock::Moment,
    db::{Conn, Database},
    error::{AppError, AppResult},
    features::{
        agencies,
        criteria::Sets,
        rounds::{self, RoundRow},
    },
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{CompiledSet, Points, Source},
    web::{
        Caller, Cursor, Language, Page, PageQuery, ReadProblems, ValidQuery, etag_of_revision, json_list,
        versioned_json,
    },
};

fn actions(
    principal: &Principal,
    known: &Known,
    round: &RoundRow,
    row: &SubmissionRow,
    now: Moment,
) -> Vec<&'static str> {
    let object = Object::Submission(&known.facts);
    let mut actions = Vec::new();
    if may(principal, Action::SaveItems, object) && check_open_for_items(round, row, now).is_ok() {
        actions.push("save_items");
    }
    if check_open_for_moves(round, row, now).is_ok() {
        if may(principal, Action::AssignContributors, object) {
            actions.push("assign_contributors");
        }
        for to in row.state.next() {
            if may(principal, SubmissionState::action_for(*to), object) {
                actions.push(match to {
                    SubmissionState::Approved => "approve",
                    SubmissionState::Submitted => "submit",
                    SubmissionState::Withdrawn => "withdraw",
                    SubmissionState::Draft => "return_to_draft",
                });
            }
        }
    }
    if may(principal, Action::SignSubmission, object) && check_open_for_signing(round, row, now).is_ok() {
        actions.push("sign");
    }
    if round.phase.is_open_for_appraisal() && may(principal, Action::Appraise, object) {
        actions.push("appraise");
    }
    actions
}

/// The lines of the form that a caller may see, in the order of the criteria set.
fn form_lines(
    set: &CompiledSet,
    known: &Known,
    principal: &Principal,
    mut items: BTreeMap<IndicatorCode, Item>,
) -> Vec<FormLine> {
    let visible = facts::visible_lines(principal, known);
    set.leaves()
        .iter()
        .filter(|leaf| leaf.source == Source::Assessment)
        .filter_map(|leaf| {
            let indicator = IndicatorCode::parse(&leaf.code).ok()?;
            if visible
                .as_ref()
                .is_some_and(|visible| !visible.contains(&indicator))
            {
                return None;
            }
            let node = set.node(&leaf.code)?;
            Some(FormLine {
                name_vi: node.name_vi.clone(),
                name_en: node.name_en.clone(),
                maximum: leaf.maximum,
                evidence_required: leaf.evidence_required,
                not_applicable_allowed: leaf.not_applicable_allowed,
                contributor: known.contributors.get(&indicator).cloned(),
                item: items.remove(&indicator),
                indicator,
            })
        })
        .collect()
}

pub(super) fn load_shown(
    conn: &mut Conn,
    sets: &Sets,
    caller: &Caller,
    round: &RoundRow,
    row: SubmissionRow,
    now: Moment,
) -> AppResult<Submission> {
    let known = facts::load(conn, round, &row.agency_code)?;
    caller.check(Action::ReadSubmission, Object::Submission(&known.facts))?;
    let (set, set_digest) = sets.load_named(conn, &round.criteria_set_code, round.criteria_set_version)?;
    let mut items = item_store::current_items(conn, &round.code, &row.agency_code)?;
    let signatures = signing::signatures(conn, round, &set_digest, &row.agency_code, items.values())?;
    name_savers(conn, items.values_mut())?;
    show_files(conn, &round.code, &row.agency_code, items.values_mut())?;
    let lines = form_lines(&set, &known, &caller.principal, items);
    let locked = check_open_for_items(round, &row, now).err();
    let language = caller.context.language;
    Ok(Submission {
        actions: actions(&caller.principal, &known, round, &row, now),
        deadlines: row.deadlines(round),
        time_zone: round.time_zone,
        local_deadlines: row.deadlines(round).in_zone(round.time_zone),
        round: row.round_code,
        agency: row.agency_code,
        state: row.state,
        locked: locked.is_some(),
        locked_reason: locked.map(|reason| language.pick(&reason).to_owned()),
        revision: row.revision,
        approved_at: row.approved_at,
        submitted_at: row.submitted_at,
        updated_at: row.updated_at,
        self_points: lines
            .iter()
            .filter_map(|line| line.item.as_ref()?.self_points)
            .fold(Points::ZERO, |sum, points| sum + points),
        signature_required: round.signature_required(),
        signatures,
        items: lines,
    })
}

/// List the submissions of a round
///
/// Evaluators see all, appraisers too once the appraisal has begun; everybody else those of the own agencies and
/// those to which the own department contributes.
#[utoipa::path(tag = "submissions", params(("round" = RoundCode, Path), PageQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of submissions.", body = Page<SubmissionSummary>), ReadProblems))]
#[get("/rounds/{round}/submissions")]
pub async fn list_submissions(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<RoundCode>,
    ValidQuery(page): ValidQuery<PageQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(page.limit, page.cursor.as_deref())?;
    let code = path.into_inner();
    let page = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            let visible = visible_submissions(conn, &caller.principal, &round)?;
            let rows =
                store::list_submissions(conn, &code, &visible, cursor.after.as_deref(), cursor.fetch())?;
            let page = Page::cut(rows, &cursor, |row| row.agency_code.to_string());
            summaries(conn, &sets, &round, page)
        })
        .await?;
    json_list(&page)
}

fn visible_submissions(conn: &mut Conn, principal: &Principal, round: &RoundRow) -> AppResult<Visible> {
    let oversees =
        principal.has_for(Role::Evaluator, &round.owner_code) || principal.has(Role::Administrator);
    let appraises = round.phase.appraisal_has_begun()
        && rounds::assignments(conn, &round.code)?
            .iter()
            .any(|row| principal.has_for(Role::Appraiser, &row.body_code));
    if oversees || appraises {
        return Ok(Visible::All);
    }
    let mut agencies = principal.agencies_of(Role::Submitter);
    let departments = agencies.iter().cloned().collect();
    agencies.extend(principal.agencies_of(Role::Leader));
    agencies.extend(principal.agencies_of(Role::Reader));
    Ok(Visible::Of {
        agencies: agencies.into_iter().collect(),
        departments,
    })
}

fn summaries(
    conn: &mut Conn,
    sets: &Sets,
    round: &RoundRow,
    page: Page<SubmissionRow>,
) -> AppResult<Page<SubmissionSummary>> {
    let codes: Vec<AgencyCode> = page.data.iter().map(|row| row.agency_code.clone()).collect();
    let items = item_store::round_items(conn, &round.code, &codes)?;
    let mut cards = agencies::cards(conn, &codes, round.reference_day())?;
    let set = sets.load(conn, &round.criteria_set_code, round.criteria_set_version)?;
    let indicators = set
        .leaves()
        .iter()
        .filter(|leaf| leaf.source == Source::Assessment)
        .count();
    let mut data = Vec::with_capacity(page.data.len());
    for row in page.data {
        let agency = cards
            .remove(&row.agency_code)
            .ok_or_else(|| AppError::internal("an agency has no card"))?;
        data.push(SubmissionSummary {
            declared: items.get(&row.agency_code).map_or(0, |items| {
                items.iter().filter(|item| item.value.is_some()).count()
            }),
            indicators,
            round: row.round_code,
            agency,
            state: row.state,
            revision: row.revision,
            submitted_at: row.submitted_at,
            updated_at: row.updated_at,
        });
    }
    Ok(Page {
        data,
        page: page.page,
    })
}

/// Read a submission
///
/// The form with what stands in it. A contributing department sees its own lines, an appraising body those that are
/// assigned to it.
#[utoipa::path(tag = "submissions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The submission.", body = Submission), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}")]
pub async fn get_submission(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let now = db.clock().now();
    let submission = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            let row = store::find_submission(conn, &code, &agency)?;
            load_shown(conn, &sets, &caller, &round, row, now)
        })
        .await?;
    // The ETag is the version that transitions ask for. It gives no 304: the lock closes by the clock, not by a change.
    versioned_json(&submission, &etag_of_revision(submission.revision))
}

/// What is still missing?
///
/// Indicators without a declared value, and values that neither a document nor an explanation proves.
#[utoipa::path(tag = "submissions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "What is missing.", body = Completeness), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/completeness")]
pub async fn get_submission_completeness(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let report = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            store::find_submission(conn, &code, &agency)?;
            let known = facts::load(conn, &round, &agency)?;
            caller.check(Action::ReadSubmission, Object::Submission(&known.facts))?;
            let (set, digest) =
                sets.load_named(conn, &round.criteria_set_code, round.criteria_set_version)?;
            let items = item_store::current_items(conn, &code, &agency)?;
            let signatures = signing::signatures(conn, &round, &digest, &agency, items.values())?;
            let mut report = completeness(&set, &items, &known.contributors, caller.context.language);
            report.signature_missing = signing::missing(&round, &agency, &signatures).is_some();
            if let Some(visible) = facts::visible_lines(&caller.principal, &known) {
                report.gaps.retain(|gap| visible.contains(&gap.indicator));
            }
            Ok(report)
        })
        .await?;
    json_list(&report)
}

pub(super) fn completeness(
    set: &CompiledSet,
    items: &BTreeMap<IndicatorCode, Item>,
    contributors: &BTreeMap<IndicatorCode, AgencyCode>,
    language: Language,
) -> Completeness {
    let gaps = rules::gaps(set, items, contributors, language);
    let indicators = set
        .leaves()
        .iter()
        .filter(|leaf| leaf.source == Source::Assessment)
        .count();
    let declared = items.values().filter(|item| item.value.is_some()).count();
    Completeness {
        complete: gaps.is_empty(),
        signature_missing: false,
        indicators,
        declared,
        gaps,
    }
}
