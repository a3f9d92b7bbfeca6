//! Points that are entered rather than declared: surveys, external sources, bonus and penalty.

mod adjustment_handlers;
mod handlers;
mod model;
mod pull;
mod pull_handlers;
mod pull_model;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use model::{AdjustmentRow, PointEntry};
pub use pull_model::PulledFrom;
pub use store::{PointsByAgency, current_adjustments, current_points};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_survey_points)
        .service(handlers::save_survey_points)
        .service(pull_handlers::pull_survey_points)
        .service(adjustment_handlers::list_adjustments)
        .service(adjustment_handlers::save_adjustments);
}
