//! Reviews of coordination programmes: sơ kết (interim, of a year) and tổng kết (final, of the whole period).
//!
//! While a review is drafted nothing of its figures is kept: they are worked out from the data at each reading. Freezing
//! keeps the whole document, as canonical JSON named by its SHA-256, gives it the programme's next number, and carries what
//! is unfinished over to the next year, all in one change. What is frozen is served from the text that was kept.

mod document;
mod export_handlers;
mod figures;
mod freeze_handlers;
mod gather;
mod handlers;
mod model;
mod notices;
mod part_handlers;
mod report;
mod rules;
mod shown;
mod store;
mod tables;
mod words;

use utoipa_actix_web::service_config::ServiceConfig;

pub use export_handlers::ReviewSuffix;
pub use model::ReviewName;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_programme_reviews)
        .service(handlers::create_programme_review)
        // Before the one whose name would take the suffix in.
        .service(export_handlers::get_programme_review_form)
        .service(handlers::get_programme_review)
        .service(handlers::update_programme_review)
        .service(freeze_handlers::freeze_programme_review)
        .service(part_handlers::list_review_parts)
        .service(part_handlers::save_review_part);
}
