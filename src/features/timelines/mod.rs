//! Timelines: who changed what of an item, when, from what to what. Read from what the other features keep for ever.

mod events;
mod handlers;
mod model;

use utoipa_actix_web::service_config::ServiceConfig;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(handlers::get_item_timeline);
}
