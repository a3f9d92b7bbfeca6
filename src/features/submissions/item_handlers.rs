//! Items and contributors of a submission over HTTP.

use std::{collections::BTreeSet, sync::Arc};

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    facts, item_store,
    model::{Contributor, ContributorsBody, Item, ItemsBody, SaveQuery, SaveResult},
    row_model::SubmissionRow,
    rules,
    save::Save,
    shown,
    state::check_open_for_moves,
    store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Outcome, digest_of, json_answer},
    error::{AppError, AppResult, ErrorCode, FieldError, Message},
    features::{agencies, criteria::Sets, rounds},
    ids::{AgencyCode, IndicatorCode, RoundCode},
    web::{
        Bulk, Caller, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_list,
    },
};

/// Save items
///
/// Merges: items that are left out stay, an explicit null clears. All or nothing by default; `mode=partial` saves the
/// good ones and names the bad ones; `dry_run=true` checks only. Self points are computed by the rule. What is
/// answered is stored. Who must not overwrite what others saved meanwhile sends the submission's ETag as `If-Match`.
#[utoipa::path(tag = "submissions",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), SaveQuery,
        ("If-Match" = Option<String>, Header, description = "The submission's ETag that was read.")),
    request_body = ItemsBody, security(("bearer" = [])),
    responses((status = 200, description = "What became of each item.", body = SaveResult), WriteProblems))]
#[put("/rounds/{round}/submissions/{agency}/items")]
pub async fn save_submission_items(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
    ValidQuery(query): ValidQuery<SaveQuery>,
    if_match: IfMatch,
    body: ValidJson<ItemsBody>,
) -> AppResult<HttpResponse> {
    let (round, agency) = path.into_inner();
    let change = caller.change(
        "save_submission_items",
        &body.digest,
        super::locks(&round, &agency),
    );
    let save = Arc::new(Save {
        caller,
        round,
        agency,
        items: Bulk::of_list(body.value.items),
        query,
        if_match,
    });
    let (first, known) = (save.clone(), sets.clone());
    let answer = db
        .write_with(
            change,
            move |conn| first.look_ahead(conn, &known),
            move |tx, ready| save.run(tx, &sets, ready),
        )
        .await?;
    answered(answer)
}

/// Read an item's history
///
/// Every revision of one item, newest first.
#[utoipa::path(tag = "submissions",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("indicator" = IndicatorCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The revisions.", body = Page<Item>), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/items/{indicator}/revisions")]
pub async fn list_item_revisions(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode, IndicatorCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency, indicator) = path.into_inner();
    let items = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            store::find_submission(conn, &code, &agency)?;
            let known = facts::load(conn, &round, &agency)?;
            caller.check(Action::ReadSubmission, Object::Submission(&known.facts))?;
            let visible = facts::visible_lines(&caller.principal, &known);
            if visible.is_some_and(|visible| !visible.contains(&indicator)) {
                return Err(AppError::not_found());
            }
            let mut items = item_store::item_history(conn, &code, &agency, &indicator)?;
            shown::name_savers(conn, items.iter_mut())?;
            shown::show_files(conn, &code, &agency, items.iter_mut())?;
            Ok(items)
        })
        .await?;
    json_list(&Page::whole(items))
}

/// List the contributors of a submission
///
/// The department that fills in each assigned indicator.
#[utoipa::path(tag = "submissions", params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "The contributors.", body = Page<Contributor>), ReadProblems))]
#[get("/rounds/{round}/submissions/{agency}/contributors")]
pub async fn list_submission_contributors(
    caller: Caller,
    db: Data<Database>,
    path: Path<(RoundCode, AgencyCode)>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let rows = db
        .read(move |conn| {
            let round = rounds::find_round(conn, &code)?;
            store::find_submission(conn, &code, &agency)?;
            let known = facts::load(conn, &round, &agency)?;
            caller.check(Action::ReadSubmission, Object::Submission(&known.facts))?;
            let visible = facts::visible_lines(&caller.principal, &known);
            Ok(known
                .contributors
                .into_iter()
                .filter(|(indicator, _)| visible.as_ref().is_none_or(|visible| visible.contains(indicator)))
                .map(|(indicator, contributor)| Contributor {
                    indicator,
                    contributor,
                })
                .collect::<Vec<_>>())
        })
        .await?;
    json_list(&Page::whole(rows))
}

/// Assign indicators to contributing departments
///
/// All assignments, in place of the present ones. The lead agency may go on saving every item itself. Needs the
/// submission's ETag as `If-Match`.
#[utoipa::path(tag = "submissions",
    params(("round" = RoundCode, Path), ("agency" = AgencyCode, Path), ("If-Match" = String, Header)),
    request_body = ContributorsBody, security(("bearer" = [])),
    responses((status = 200, description = "Assigned.", body = Page<Contributor>), WriteProblems))]
#[put("/rounds/{round}/submissions/{agency}/contributors")]
pub async fn replace_submission_contributors(
    caller: Caller,
    db: Data<Database>,
    sets: Data<Sets>,
    path: Path<(RoundCode, AgencyCode)>,
    if_match: IfMatch,
    body: ValidJson<ContributorsBody>,
) -> AppResult<HttpResponse> {
    let (code, agency) = path.into_inner();
    let change = caller.change(
        "replace_submission_contributors",
        &body.digest,
        super::locks(&code, &agency),
    );
    let wanted = body.value.contributors;
    let answer = db
        .write(change, move |tx| {
            let round = rounds::find_round(tx.conn(), &code)?;
            let before = store::find_submission(tx.conn(), &code, &agency)?;
            let known = facts::load(tx.conn(), &round, &agency)?;
            caller.check(Action::AssignContributors, Object::Submission(&known.facts))?;
            if_match.require(before.revision)?;
            check_open_for_moves(&round, &before, tx.now()).map_err(|reason| AppError {
                detail: Some(reason),
                ..AppError::new(ErrorCode::IllegalTransition)
            })?;
            let set = sets.load(tx.conn(), &round.criteria_set_code, round.criteria_set_version)?;
            let codes: Vec<AgencyCode> = wanted.iter().map(|row| row.contributor.clone()).collect();
            let missing = agencies::missing(tx.conn(), &codes)?;
            let errors = contributor_errors(&set, &wanted, &missing);
            if !errors.is_empty() {
                return Err(AppError::invalid(errors));
            }
            store::replace_contributors(tx, &code, &agency, &wanted)?;
            let after = SubmissionRow {
                revision: before.revision + 1,
                updated_at: tx.now(),
                ..before.clone()
            };
            store::update_submission(tx, before.revision, &after)?;
            let entry = Entry {
                object_kind: "submission",
                object_id: format!("{code}/{agency}"),
                before_digest: Some(super::row_digest(&before)?),
                after_digest: Some(digest_of(&wanted)?),
                detail: serde_json::json!({"contributors": wanted.len()}),
            };
            let answer =
                json_answer(200, &Page::whole(wanted))?.header("etag", etag_of_revision(after.revision));
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

fn contributor_errors(
    set: &crate::scoring::CompiledSet,
    wanted: &[Contributor],
    missing: &[AgencyCode],
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, row) in wanted.iter().enumerate() {
        let pointer = format!("/contributors/{index}");
        if let Err(error) = rules::declared_leaf(set, &row.indicator, &pointer) {
            errors.push(error);
        }
        let (indicator, contributor) = (&row.indicator, &row.contributor);
        if !seen.insert(indicator) {
            errors.push(FieldError::new(
                format!("{pointer}/indicator"),
                "duplicate_item",
                Message::new(
                    format!("{indicator} đã có ở trên."),
                    format!("{indicator} stands above already."),
                ),
            ));
        }
        if missing.contains(contributor) {
            errors.push(FieldError::new(
                format!("{pointer}/contributor"),
                "unknown_agency",
                Message::new(
                    format!("Không có cơ quan {contributor}."),
                    format!("There is no agency {contributor}."),
                ),
            ));
        }
    }
    errors
}
