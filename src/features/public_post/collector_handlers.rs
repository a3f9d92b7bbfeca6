//! Which bodies may send in whose counts, over HTTP.

use std::collections::BTreeSet;

use actix_web::{
    HttpResponse, get, put,
    web::{Data, Path},
};

use super::{
    counts_lock,
    model::{CollectorRow, PublicPostCollector, PublicPostCollectorBody},
    store,
};
use crate::{
    access::{Action, Object},
    db::{Database, Entry, Outcome, Tx, digest_of, json_answer},
    error::{AppError, AppResult, FieldError, Message},
    features::agencies,
    ids::AgencyCode,
    web::{Caller, Page, ReadProblems, ValidJson, WriteProblems, answered, json_list},
};

const AGENCIES_MAX: usize = 20_000;

/// List the bodies that send in counts of the public post
///
/// Each with the agencies that it was entrusted with. For everybody who logs in.
#[utoipa::path(tag = "public-post", security(("bearer" = [])),
    responses((status = 200, description = "The bodies.", body = Page<PublicPostCollector>), ReadProblems))]
#[get("/public-post/collectors")]
pub async fn list_public_post_collectors(caller: Caller, db: Data<Database>) -> AppResult<HttpResponse> {
    caller.check(Action::ReadReference, Object::System)?;
    let bodies = db.read(store::all_collectors).await?;
    let shown = bodies
        .into_iter()
        .map(|(collector, agencies)| PublicPostCollector {
            collector,
            agencies: agencies.into_iter().collect(),
        })
        .collect();
    json_list(&Page::<PublicPostCollector>::whole(shown))
}

/// Entrust a body with counts of the public post
///
/// Says whose counts a collecting body, such as the post, may send in: all of its agencies, in place of the present ones.
/// Its people need the role `collector` for the body itself. What was sent in stays. For administrators.
#[utoipa::path(tag = "public-post",
    params(("collector" = AgencyCode, Path, description = "The collecting body.")),
    request_body = PublicPostCollectorBody, security(("bearer" = [])),
    responses((status = 200, description = "Entrusted.", body = PublicPostCollector), WriteProblems))]
#[put("/public-post/collectors/{collector}")]
pub async fn save_public_post_collector(
    caller: Caller,
    db: Data<Database>,
    path: Path<AgencyCode>,
    body: ValidJson<PublicPostCollectorBody>,
) -> AppResult<HttpResponse> {
    caller.check(Action::EntrustPublicPost, Object::System)?;
    let collector = path.into_inner();
    let wanted = body.value.agencies;
    if wanted.len() > AGENCIES_MAX {
        return Err(AppError::invalid_item(
            "/agencies",
            "too_many_agencies",
            "Tối đa 20.000 cơ quan.",
            "At most 20,000 agencies.",
        ));
    }
    let change = caller.change("save_public_post_collector", &body.digest, vec![counts_lock()]);
    let answer = db
        .write(change, move |tx| {
            if !agencies::missing(tx.conn(), std::slice::from_ref(&collector))?.is_empty() {
                return Err(AppError::not_found());
            }
            refuse_unknown(tx, &wanted)?;
            save(tx, collector, wanted.into_iter().collect())
        })
        .await?;
    answered(answer)
}

fn refuse_unknown(tx: &mut Tx<'_>, wanted: &[AgencyCode]) -> AppResult<()> {
    let unknown: BTreeSet<AgencyCode> = agencies::missing(tx.conn(), wanted)?.into_iter().collect();
    let faults: Vec<FieldError> = wanted
        .iter()
        .enumerate()
        .filter(|(_, agency)| unknown.contains(*agency))
        .map(|(index, agency)| {
            FieldError::new(
                format!("/agencies/{index}"),
                "unknown_agency",
                Message::new(
                    format!("Không có cơ quan {agency}."),
                    format!("There is no agency {agency}."),
                ),
            )
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid(faults))
    }
}

fn save(tx: &mut Tx<'_>, collector: AgencyCode, wanted: BTreeSet<AgencyCode>) -> AppResult<Outcome> {
    let before = store::entrusted(tx.conn(), &collector)?;
    let taken: Vec<&AgencyCode> = before.difference(&wanted).collect();
    let given: Vec<CollectorRow> = wanted
        .difference(&before)
        .map(|agency| CollectorRow {
            collector_code: collector.clone(),
            agency_code: agency.clone(),
            entrusted_at: tx.now(),
            entrusted_by: tx.actor().to_owned(),
        })
        .collect();
    let shown = PublicPostCollector {
        collector: collector.clone(),
        agencies: wanted.iter().cloned().collect(),
    };
    let answer = json_answer(200, &shown)?;
    if taken.is_empty() && given.is_empty() {
        return Ok(Outcome::Unchanged(answer));
    }
    store::entrust(tx, &collector, &taken, &given)?;
    let entry = Entry {
        object_kind: "public_post_collector",
        object_id: collector.to_string(),
        before_digest: Some(digest_of(&before)?),
        after_digest: Some(digest_of(&wanted)?),
        detail: serde_json::json!({"agencies": wanted.len(), "given": given.len(), "taken": taken.len()}),
    };
    Ok(Outcome::Done(answer, entry))
}
