//! Self against appraised: where points were lost and why, and how far each agency is. Read only, from the working result.

mod chart;
mod chart_handlers;
mod compare;
mod handlers;
mod model;
mod progress;
mod tables;
mod workbook_handlers;

use utoipa_actix_web::service_config::ServiceConfig;

pub use compare::lines_of;
pub use model::ComparedItem;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::get_comparison)
        .service(handlers::get_comparison_csv)
        .service(workbook_handlers::get_comparison_workbook)
        // Before the one without an ending, which would take it for a code.
        .service(handlers::get_agency_comparison_csv)
        .service(workbook_handlers::get_agency_comparison_workbook)
        .service(chart_handlers::get_agency_comparison_chart)
        .service(chart_handlers::get_agency_comparison_picture)
        .service(handlers::get_agency_comparison)
        .service(handlers::get_round_progress)
        .service(handlers::get_round_progress_csv)
        .service(workbook_handlers::get_round_progress_workbook);
}
