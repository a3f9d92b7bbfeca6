//! Oversight of coordination programmes: agencies' calendars for calendar programs, what each agency has to do, and what
//! will be late at the present pace.
//!
//! Everything but the secret addresses of calendars is read from what other features keep, and follows from a clock.

mod calendar;
mod event_store;
mod events;
mod feed_handlers;
mod feed_rules;
mod feed_store;
mod handlers;
mod model;
mod pace;
mod public_store;
mod view_model;
mod warning_store;
mod warnings;
mod workload;
mod workload_store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use public_store::{PublicProgramme, public_programme, public_programmes};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(feed_handlers::get_calendar)
        .service(feed_handlers::list_calendar_feeds)
        .service(feed_handlers::create_calendar_feed)
        .service(feed_handlers::revoke_calendar_feed)
        .service(handlers::list_workloads)
        .service(handlers::list_programme_warnings);
}
