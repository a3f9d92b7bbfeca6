//! The audit trail over HTTP.

use actix_web::{HttpResponse, get, web::Data};

use super::{
    model::{AuditEntry, AuditQuery},
    store,
};
use crate::{
    access::{Action, Object},
    db::Database,
    error::AppResult,
    web::{Caller, Cursor, Page, ReadProblems, ValidQuery, json_list},
};

/// Read the audit trail
///
/// Newest first; filtered by object or actor. For administrators.
#[utoipa::path(tag = "audit", params(AuditQuery), security(("bearer" = [])),
    responses((status = 200, description = "A page of entries.", body = Page<AuditEntry>), ReadProblems))]
#[get("/audit")]
pub async fn list_audit_entries(
    caller: Caller,
    db: Data<Database>,
    ValidQuery(asked): ValidQuery<AuditQuery>,
) -> AppResult<HttpResponse> {
    caller.check(Action::ReadAudit, Object::System)?;
    let cursor = Cursor::parse(asked.limit, asked.cursor.as_deref())?;
    let page = cursor.clone();
    let entries = db
        .read(move |conn| store::list_entries(conn, &asked, &page))
        .await?;
    json_list(&Page::cut(entries, &cursor, |entry| entry.id.to_string()))
}
