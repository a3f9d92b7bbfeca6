//! Appraisal over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    model::{Appraisal, AppraisalLine, AppraisalSaveResult, AppraisalsBody, BodyProgress, DecisionRecord},
    save::Save,
    store,
};
use crate::{
    access::{Action, Object},
    db::{Conn, Database},
    error::AppResult,
    features::{
        accounts,
        criteria::Sets,
        rounds,
        submissions::{self, SaveQuery},
    },
    ids::{AgencyCode, IndicatorCode, RoundCode},
    scoring::{Applied, CompiledSet, decided_points},
    web::{Bulk, Caller, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered, json_list},
};

/// Save decisions
///
/// Recognise, correct or set points, each with a reason unless recognised, bound to the item's revision. All or
/// nothing by default; `mode=partial` and `dry_run=true` as for items.
#[utoipa::path(tag = "appraisals",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), SaveQuery),
    request_body = AppraisalsBody, security(("bearer" = [])),
    responses((status = 200, description = "What became of each decision.", body = AppraisalSaveResult), WriteProblems))]
#[put("/rounds/{round}/appraisals/{agency}/items")]
pub async fn save_appraisal_items(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
    ValidQuery(query): ValidQuery<SaveQuery>,
    body: ValidJson<AppraisalsBody>,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let change = caller.change(
        "save_appraisal_items",
        &body.digest,
        submissions::locks(&round, &agency),
    );
    let save = Save {
        caller,
        round,
        agency,
        items: Bulk::Items(body.value.items),
        query,
    };
    let answer = db.write(change, move |tx| save.run(tx, &sets)).await?;
    answered(answer)
}

/// Read an agency's appraisal
///
/// What was declared, what was decided, by whom and why; appraisers see the lines that are assigned to their body,
/// evaluators all.
#[utoipa::path(tag = "appraisals", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The appraisal.", body = Appraisal), ReadProblems))]
#[get("/rounds/{round}/appraisals/{agency}")]
pub async fn get_appraisal(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let appraisal = db
        .read(move |conn| load(conn, &sets, &caller, code, agency))
        .await?;
    json_list(&appraisal)
}

pub(super) fn load(
    conn: &mut Conn,
    sets: &Sets,
    caller: &Caller,
    code: RoundCode,
    agency: AgencyCode,
) -> AppResult<Appraisal> {
    let round = rounds::find_round(conn, &code)?;
    submissions::find_submission(conn, &code, &agency)?;
    let known = submissions::load_facts(conn, &round, &agency)?;
    caller.check(Action::ReadSubmission, Object::Submission(&known.facts))?;
    caller.check(Action::ReadAppraisal, Object::Submission(&known.facts))?;
    let visible = submissions::visible_lines(&caller.principal, &known);
    let set = sets.load(conn, &round.criteria_set_code, round.criteria_set_version)?;
    let mut items = submissions::current_items(conn, &code, &agency)?;
    let mut decisions = store::round_decisions(conn, &code, std::slice::from_ref(&agency))?
        .remove(&agency)
        .unwrap_or_default();
    let people = items.values().map(|item| item.saved_by.as_str());
    let people = people.chain(
        decisions
            .values()
            .flatten()
            .map(|record| record.decided_by.as_str()),
    );
    let names = accounts::display_names(conn, people)?;
    let mut lines = Vec::new();
    for row in &known.assignments {
        if visible
            .as_ref()
            .is_some_and(|visible| !visible.contains(&row.indicator_code))
        {
            continue;
        }
        let item = items.remove(&row.indicator_code);
        let history = decisions.remove(&row.indicator_code).unwrap_or_default();
        lines.extend(line(
            &set,
            &row.indicator_code,
            &row.body_code,
            item,
            history,
            &names,
        ));
    }
    let open = lines.iter().filter(|line| line.open).count();
    Ok(Appraisal {
        round: code,
        agency,
        open,
        decided: lines.len() - open,
        items: lines,
    })
}

fn line(
    set: &CompiledSet,
    indicator: &IndicatorCode,
    body: &AgencyCode,
    item: Option<submissions::Item>,
    mut history: Vec<DecisionRecord>,
    names: &BTreeMap<String, String>,
) -> Option<AppraisalLine> {
    let leaf = set.leaf(set.leaf_index(indicator.as_str())?)?;
    let node = set.node(indicator.as_str())?;
    history.reverse();
    for record in &mut history {
        if let Some(name) = names.get(&record.decided_by) {
            record.decided_by.clone_from(name);
        }
    }
    let standing = item.as_ref().map_or(0, |item| item.revision);
    let decision = history
        .first()
        .filter(|record| record.item_revision == standing)
        .cloned();
    let declared = item.as_ref().and_then(|item| item.value.as_ref());
    let appraised_points =
        decision
            .as_ref()
            .and_then(|record| match decided_points(leaf, declared, &record.decision) {
                Ok(Applied::Points(points)) => Some(points),
                _ => None,
            });
    let item = item.map(|mut item| {
        if let Some(name) = names.get(&item.saved_by) {
            item.saved_by.clone_from(name);
        }
        item
    });
    Some(AppraisalLine {
        indicator: indicator.clone(),
        name_vi: node.name_vi.clone(),
        name_en: node.name_en.clone(),
        maximum: leaf.maximum,
        body: body.clone(),
        item,
        open: decision.is_none(),
        decision,
        appraised_points,
        history,
    })
}

/// How far are the bodies?
///
/// For each appraising body: items assigned over all agencies, decided, open. For evaluators.
#[utoipa::path(tag = "appraisals", params(("round" = RoundCode, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The progress.", body = Page<BodyProgress>), ReadProblems))]
#[get("/rounds/{round}/appraisals")]
pub async fn get_appraisal_progress(
    caller: Caller,
    db: Data<Database>,
    path: Path<RoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let progress = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            caller.check(Action::ReadRanking, Object::Round(&round.owner_code))?;
            load_progress(conn, &code)
        })
        .await?;
    json_list(&Page::whole(progress))
}

fn load_progress(conn: &mut Conn, code: &RoundCode) -> AppResult<Vec<BodyProgress>> {
    let agencies: Vec<AgencyCode> = rounds::participants(conn, code)?
        .into_iter()
        .map(|row| row.agency_code)
        .collect();
    let items = submissions::round_items(conn, code, &agencies)?;
    let decisions = store::round_decisions(conn, code, &agencies)?;
    let mut bodies: BTreeMap<AgencyCode, BodyProgress> = BTreeMap::new();
    for row in rounds::assignments(conn, code)? {
        let progress = bodies
            .entry(row.body_code.clone())
            .or_insert_with(|| BodyProgress {
                body: row.body_code.clone(),
                assigned: 0,
                decided: 0,
                open: 0,
            });
        for agency in &agencies {
            let standing = items
                .get(agency)
                .and_then(|items| items.iter().find(|item| item.indicator == row.indicator_code));
            let decided = decisions
                .get(agency)
                .and_then(|decisions| decisions.get(&row.indicator_code)?.last())
                .is_some_and(|last| last.item_revision == standing.map_or(0, |item| item.revision));
            progress.assigned += 1;
            if decided {
                progress.decided += 1;
            } else {
                progress.open += 1;
            }
        }
    }
    Ok(bodies.into_values().collect())
}
