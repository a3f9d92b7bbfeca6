//! The council (hội đồng thẩm định): what it looks at, and the minutes of its sittings.
//!
//! It approves a result, or sends single items back, by moves of the round: see `phases`, which asks this feature whether
//! a sitting has its minutes.

mod agenda;
mod file_handlers;
mod file_model;
mod file_store;
mod files;
mod handlers;
mod model;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use rules::sitting_since;
pub use store::has_minutes_since;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::get_council_agenda)
        .service(handlers::list_council_minutes)
        .service(handlers::record_council_minutes)
        .service(file_handlers::upload_minutes_file)
        .service(file_handlers::get_minutes_file)
        .service(file_handlers::put_minutes_signature)
        .service(file_handlers::get_minutes_signature);
}
