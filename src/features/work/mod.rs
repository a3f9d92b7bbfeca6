//! What waits for whom: each person's open work over all running rounds, with due dates. Read only.

mod handlers;
mod lists;
mod model;

use utoipa_actix_web::service_config::ServiceConfig;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(handlers::list_work);
}
