//! The audit trail, for reading. It is written by the door for writes alone.

mod handlers;
mod model;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(handlers::list_audit_entries);
}
