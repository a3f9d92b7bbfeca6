//! What operators and machines ask of the service itself: health, metrics, keys, explanations of problems.

mod handlers;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

/// The feature's routes at the root.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::get_live)
        .service(handlers::get_ready)
        .service(handlers::get_metrics)
        .service(handlers::get_jwks)
        .service(handlers::list_problems)
        .service(handlers::get_problem);
}
