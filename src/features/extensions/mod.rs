//! Deadline extensions (gia hạn): an agency asks for more time, an evaluator decides; both stay on record.

mod handlers;
mod model;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use store::undecided;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_round_extensions)
        .service(handlers::list_extensions)
        .service(handlers::ask_extension)
        .service(handlers::decide_extension);
}
