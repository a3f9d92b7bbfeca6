//! Scores: what the pure engine makes of a round's answers, and why.

mod handlers;
mod model;
mod result;

use utoipa_actix_web::service_config::ServiceConfig;

pub use result::{AgencyResult, EnteredPoints, Record, RoundResult, load_round_result};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(handlers::get_score);
}
