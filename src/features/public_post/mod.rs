//! The public post (bưu chính công ích, Decision 45/2016/QĐ-TTg): dossiers received and results returned, by post and in
//! all channels, of each agency and month; and the shares that indicators are fed from.
//!
//! Counts are the agency's own to send, or those of a body that it was entrusted to (the post itself): an administrator
//! says which. Everybody who logs in reads them. An indicator of a criteria set names by `feed` which share it takes; the
//! agency fills its submission from the kept counts by one operation, and answers for them as for all it declares.

mod collector_handlers;
mod feed;
mod feed_handlers;
mod handlers;
mod model;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::db::Lock;

/// The lock of every change of counts and of who may send them.
fn counts_lock() -> Lock {
    Lock::whole("public_post", "counts")
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_public_post)
        .service(handlers::save_public_post)
        .service(handlers::list_public_post_totals)
        .service(handlers::list_public_post_revisions)
        .service(collector_handlers::list_public_post_collectors)
        .service(collector_handlers::save_public_post_collector)
        .service(feed_handlers::feed_submission);
}
