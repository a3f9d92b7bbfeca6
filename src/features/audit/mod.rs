//! The audit trail, for reading, and the verifiable log over it. It is written by the door for writes alone.

mod handlers;
mod log;
mod model;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use log::{AuditKey, Kept, Verified, folder_keys, newest_note, open_log, seal_waiting, verify};

/// The feature's route at the root.
pub fn root_routes(config: &mut ServiceConfig<'_>) {
    config.service(log::handlers::get_audit_keys);
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_audit_entries)
        .service(log::handlers::get_audit_log)
        .service(log::handlers::get_audit_checkpoint)
        .service(log::handlers::get_audit_inclusion_proof)
        .service(log::handlers::get_audit_consistency_proof)
        .service(log::handlers::list_audit_leaves);
}
