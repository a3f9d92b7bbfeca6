//! Webhooks: programs that are told of publications, so that they need not ask all day.
//!
//! The message is written into the outbox by the change that publishes, so that none is lost and none is sent of what
//! was not published. It is signed as [Standard Webhooks](https://www.standardwebhooks.com) say, tried again for days,
//! and can be sent again by hand; its receiver tells repetitions by `webhook-id`.

mod courier;
mod delivery_handlers;
mod event;
mod guard;
mod handlers;
mod model;
mod rules;
mod signing;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use courier::WebhookCourier;
pub use event::{Announced, announce};
pub use guard::Guard;
pub use store::seal_anew;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_webhooks)
        .service(handlers::create_webhook)
        .service(handlers::get_webhook)
        .service(handlers::update_webhook)
        .service(handlers::delete_webhook)
        .service(handlers::rotate_webhook_secret)
        .service(delivery_handlers::test_webhook)
        .service(delivery_handlers::list_webhook_deliveries)
        .service(delivery_handlers::replay_webhook_delivery)
        .service(delivery_handlers::replay_webhook_deliveries);
}
