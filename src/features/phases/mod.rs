//! Phases: moving a round on, and the council's approval before its result is published.
//!
//! Above rounds, submissions, scores and publications, since a move looks at all of them.

mod approval_handlers;
mod handlers;
mod model;
mod notices;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::move_round)
        .service(approval_handlers::list_round_approvals)
        .service(approval_handlers::approve_round_result);
}
