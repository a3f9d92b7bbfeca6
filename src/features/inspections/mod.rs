//! Inspections (kiểm tra): yearly plans, what is found, and what is done about it.
//!
//! An unannounced one is not there for the agency that is inspected until it begins: not by its address, not in lists,
//! numbers or notices. `shown_since` of its row is what all of them go by.

mod body_model;
mod finding_handlers;
mod handlers;
mod keep;
mod list_store;
mod model;
mod plan_handlers;
mod rates;
mod review;
mod rules;
mod shown;
mod state;
mod store;
mod view_model;

use utoipa_actix_web::service_config::ServiceConfig;

pub use model::{
    FindingRow, InspectionForm, InspectionRow, InspectionState, RemedyRow, RemedyState, RemedyTimeliness,
    Severity,
};
pub use review::{Inspected, inspected};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(plan_handlers::list_inspection_plans)
        .service(plan_handlers::create_inspection_plan)
        .service(plan_handlers::get_inspection_plan)
        .service(plan_handlers::approve_inspection_plan)
        .service(handlers::get_inspection_rates)
        .service(handlers::list_inspections)
        .service(handlers::create_inspection)
        .service(handlers::get_inspection)
        .service(handlers::move_inspection)
        .service(finding_handlers::add_inspection_finding)
        .service(finding_handlers::add_inspection_remedy)
        .service(finding_handlers::move_inspection_remedy)
        .service(finding_handlers::list_submission_findings);
}
