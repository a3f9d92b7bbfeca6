//! Taking external tables in over HTTP.

use actix_web::{HttpResponse, post, web::Data};

use super::{
    cache::Publications,
    external::ExternalTable,
    model::Publication,
    publish::{IfThere, import_results},
    signing::Signer,
    store,
};
use crate::{
    access::{Action, Object},
    db::Database,
    error::AppResult,
    web::{Caller, ValidJson, WriteProblems, answered},
};

/// Import an earlier published table
///
/// As an `external` publication: results that were published before this system, so that changes have something to
/// stand on. Partial tables are welcome and shown as such. A corrected table names the publication that it corrects.
#[utoipa::path(tag = "publications", request_body = ExternalTable, security(("bearer" = [])),
    responses((status = 201, description = "Published.", body = Publication), WriteProblems))]
#[post("/publications")]
pub async fn import_publication(
    caller: Caller,
    db: Data<Database>,
    publications: Data<Publications>,
    signer: Data<Signer>,
    body: ValidJson<ExternalTable>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ImportResult, Object::System)?;
    let change = caller.change(
        "import_publication",
        &body.digest,
        vec![store::lock_publications()],
    );
    let table = body.value;
    let answer = db
        .write(change, move |tx| {
            import_results(tx, &signer, table, IfThere::Refuse)
        })
        .await?;
    publications.learn().await;
    answered(answer)
}
