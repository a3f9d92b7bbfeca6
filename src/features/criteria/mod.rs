//! Criteria sets: versions of a family, checked when they come in, frozen once a round is opened with them.

mod handlers;
mod import;
mod model;
mod rules;
mod sets;
mod store;
mod workbook;

use utoipa_actix_web::service_config::ServiceConfig;

pub use import::{IfPresent, check, check_workbook, family_lock, import};
pub use model::CriteriaSetSummary;
pub use rules::CheckedSet;
pub use sets::{Sets, freeze};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_criteria_sets)
        .service(handlers::create_criteria_set)
        .service(handlers::get_criteria_set)
        .service(handlers::list_criteria_set_versions)
        .service(handlers::get_criteria_set_version)
        .service(handlers::replace_criteria_set)
        .service(handlers::get_criteria_set_document)
        .service(handlers::get_criteria_set_workbook);
}
