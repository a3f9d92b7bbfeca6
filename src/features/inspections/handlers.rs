//! Inspections over HTTP: planning, reading, moving them, and the rates.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};

use super::{
    body_model::{InspectionMove, InspectionQuery, NewInspection, RatesQuery},
    keep::{Event, answer, approach, entry, keep, lock_of, write_down},
    list_store::{self, Visible},
    model::{InspectionRow, InspectionState, InspectionStep},
    plan_handlers::plan_lock,
    rates,
    rules::{self, REASON_LENGTH_MAX, TEXT_LENGTH_MAX, wrong},
    shown, state, store,
    view_model::{Inspection, InspectionLine, InspectionRates},
};
use crate::{
    access::{Action, Object, Principal, Role},
    clock::Zone,
    db::{Conn, Database, Outcome, Tx},
    error::{AppError, AppResult},
    features::{agencies, notifications::Notifier},
    ids::{AgencyCode, RecordId},
    web::{
        Caller, Cursor, IfMatch, Page, ReadProblems, ValidJson, ValidQuery, WriteProblems, answered,
        etag_of_revision, json_list, versioned_json,
    },
};

/// Of which inspections a caller may know.
pub(super) fn visible(principal: &Principal) -> Visible {
    if principal.has(Role::Administrator) {
        return Visible::All;
    }
    let of = |roles: &[Role]| {
        let codes = roles.iter().flat_map(|role| principal.agencies_of(*role));
        codes.collect()
    };
    Visible::Of {
        bodies: of(&[Role::Evaluator, Role::Appraiser]),
        targets: of(&[Role::Submitter, Role::Leader, Role::Reader]),
    }
}

/// List inspections
///
/// Newest first: those that the caller's bodies make or take part in, and those of the caller's own agencies from when
/// they were announced or, unannounced, have begun.
#[utoipa::path(tag = "inspections", params(InspectionQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of inspections.", body = Page<InspectionLine>), ReadProblems))]
#[get("/inspections")]
pub async fn list_inspections(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<InspectionQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let (visible, page) = (visible(&caller.principal), cursor.clone());
    let rows = db
        .read(move |conn| list_store::page(conn, &asked, &visible, page.after.as_deref(), page.fetch()))
        .await?;
    let page = Page::cut(rows, &cursor, |row| row.id.to_string());
    json_list(&page.map(shown::line))
}

/// Plan an inspection
///
/// By an evaluator of the agency that inspects, in a plan that is not approved yet or in none. The agency that is
/// inspected knows nothing of it before it is announced; of an unannounced one, before it has begun.
#[utoipa::path(tag = "inspections", request_body = NewInspection, security(("bearer" = [])),
    responses((status = 201, description = "Planned.", body = Inspection), WriteProblems))]
#[post("/inspections")]
pub async fn create_inspection(
    caller: Caller,
    db: Data<Database>,
    body: ValidJson<NewInspection>,
) -> AppResult<HttpResponse> {
    let new = body.value;
    caller.check(Action::ManageInspections, Object::Agency(&new.owner))?;
    rules::refuse(rules::check_inspection(&new))?;
    let locks = new.plan.as_ref().map(plan_lock).unwrap_or_default();
    let change = caller.change("create_inspection", &body.digest, locks);
    let answer = db
        .write(change, move |tx| {
            check_references(tx.conn(), &new)?;
            let now = tx.now();
            let row = InspectionRow {
                id: RecordId::new(),
                plan_id: new.plan,
                owner_code: new.owner,
                target_code: new.target,
                form: new.form,
                from_on: new.from,
                to_on: new.to,
                topic: new.topic.trim().to_owned(),
                indicators: serde_json::to_string(&new.indicators).map_err(AppError::internal)?,
                team: serde_json::to_string(&new.team).map_err(AppError::internal)?,
                state: InspectionState::Planned,
                shown_since: None,
                conclusion: None,
                revision: 1,
                created_at: now,
                updated_at: now,
            };
            store::insert(tx, &row, &new.bodies)?;
            let event = Event::new(InspectionStep::Plan, None);
            write_down(tx, &row, &event)?;
            let entry = entry(None, &row, &event)?;
            let bodies = store::bodies(tx.conn(), &row.id)?;
            let answer = answer(tx, &caller.principal, 201, row, bodies)?;
            Ok(Outcome::Done(answer, entry))
        })
        .await?;
    answered(answer)
}

/// Refuses what names things that are not there, every one of them.
fn check_references(conn: &mut Conn, new: &NewInspection) -> AppResult<()> {
    if let Some(plan) = &new.plan {
        let plan = store::find_plan(conn, plan)?;
        rules::check_in_plan(plan.as_ref(), new)?;
    }
    let named = std::iter::once(("/target".to_owned(), &new.target))
        .chain(
            (0..)
                .zip(&new.bodies)
                .map(|(at, body): (usize, _)| (format!("/bodies/{at}"), body)),
        )
        .chain(
            (0..)
                .zip(&new.team)
                .map(|(at, member): (usize, _)| (format!("/team/{at}/agency"), &member.agency)),
        );
    let named: Vec<(String, &AgencyCode)> = named.collect();
    let codes: Vec<AgencyCode> = named.iter().map(|(_, code)| (*code).clone()).collect();
    let missing = agencies::missing(conn, &codes)?;
    let faults = named.into_iter().filter(|(_, code)| missing.contains(code));
    rules::refuse(
        faults
            .map(|(pointer, code)| {
                wrong(
                    pointer,
                    "no_such_agency",
                    format!("Không có cơ quan {code}."),
                    format!("There is no agency {code}."),
                )
            })
            .collect(),
    )
}

/// Read an inspection
///
/// By those who inspect, and by the agency from when it knows of it; what was found it reads once it is concluded.
#[utoipa::path(tag = "inspections", params(("inspection" = RecordId, Path, description = "The inspection's id.")), security(("bearer" = [])),
    responses((status = 200, description = "The inspection.", body = Inspection), ReadProblems))]
#[get("/inspections/{inspection}")]
pub async fn get_inspection(
    caller: Caller,
    db: Data<Database>,
    path: Path<RecordId>,
) -> AppResult<HttpResponse> {
    let (id, today) = (path.into_inner(), Zone::default().day_of(db.clock().now()));
    let shown = db
        .read(move |conn| {
            let (row, bodies) = approach(conn, &caller, &id, Action::ReadInspection)?;
            shown::whole(conn, &caller.principal, row, bodies, today)
        })
        .await?;
    // How remedies stand to their deadlines changes by itself, so nothing is answered with «not changed».
    let etag = etag_of_revision(shown.revision);
    versioned_json(&shown, &etag)
}

/// Move an inspection on
///
/// `announce`, `begin`, `conclude`, `cancel`, by an evaluator of the agency that inspects. Needs `If-Match`.
#[utoipa::path(tag = "inspections", params(("inspection" = RecordId, Path, description = "The inspection's id."), ("If-Match" = String, Header)),
    request_body = InspectionMove, security(("bearer" = [])),
    responses((status = 200, description = "Moved.", body = Inspection), WriteProblems))]
#[post("/inspections/{inspection}/transitions")]
pub async fn move_inspection(
    caller: Caller,
    db: Data<Database>,
    notifier: Data<Notifier>,
    path: Path<RecordId>,
    if_match: IfMatch,
    body: ValidJson<InspectionMove>,
) -> AppResult<HttpResponse> {
    let id = path.into_inner();
    let change = caller.change("move_inspection", &body.digest, lock_of(&id));
    let wanted = body.value;
    let answer = db
        .write(change, move |tx| {
            let (before, _) = approach(tx.conn(), &caller, &id, Action::RunInspection)?;
            if_match.require(before.revision)?;
            let (after, event) = moved(tx, &before, &wanted)?;
            keep(tx, &notifier, &caller.principal, &before, after, &event, 200)
        })
        .await?;
    answered(answer)
}

/// The inspection after a step, if it can be taken.
fn moved(
    tx: &mut Tx<'_>,
    before: &InspectionRow,
    wanted: &InspectionMove,
) -> AppResult<(InspectionRow, Event)> {
    let (step, state, text) = match wanted {
        InspectionMove::Announce {} => (InspectionStep::Announce, InspectionState::Announced, None),
        InspectionMove::Begin {} => (InspectionStep::Begin, InspectionState::UnderWay, None),
        InspectionMove::Conclude { conclusion } => (
            InspectionStep::Conclude,
            InspectionState::Concluded,
            Some(("/conclusion", conclusion, TEXT_LENGTH_MAX)),
        ),
        InspectionMove::Cancel { reason } => (
            InspectionStep::Cancel,
            InspectionState::Cancelled,
            Some(("/reason", reason, REASON_LENGTH_MAX)),
        ),
    };
    state::check_step(before, step)?;
    if let Some((pointer, words, longest)) = text {
        rules::refuse(rules::check_text(pointer, words, longest).into_iter().collect())?;
    }
    let mut after = InspectionRow {
        state,
        ..before.clone()
    };
    if matches!(step, InspectionStep::Announce | InspectionStep::Begin) {
        if let Some(plan) = &before.plan_id {
            let plan = store::find_plan(tx.conn(), plan)?;
            state::check_plan_approved(plan.as_ref())?;
        }
        after.shown_since = before.shown_since.or(Some(tx.now()));
    }
    if let InspectionMove::Conclude { conclusion } = wanted {
        after.conclusion = Some(conclusion.trim().to_owned());
    }
    let event = Event::new(step, text.map(|(_, words, _)| words.as_str()));
    Ok((after, event))
}

/// Read how much was inspected and remedied
///
/// Shares in percent, exact to one decimal, of what an agency inspects: of agencies inspected, of remedies that are done,
/// and of those that were in time. For those who work for that agency, and administrators; what is not there for an
/// agency yet is in no number that it can read.
#[utoipa::path(tag = "inspections", params(RatesQuery), security(("bearer" = [])),
    responses((status = 200, description = "The rates.", body = InspectionRates), ReadProblems))]
#[get("/inspections/rates")]
pub async fn get_inspection_rates(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<RatesQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadInspectionRates, Object::Agency(&asked.owner))?;
    let today = Zone::default().day_of(db.clock().now());
    let rates = db.read(move |conn| rates::load(conn, &asked, today)).await?;
    json_list(&rates)
}
