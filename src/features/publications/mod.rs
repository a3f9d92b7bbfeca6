//! Publications: the frozen, numbered results of rounds, and earlier published tables beside them.
//!
//! A publication is its document: canonical JSON, named by its SHA-256, never changed. Everything else that is served
//! of it is derived from the document and kept in memory.

mod agency_view;
mod build;
mod cache;
mod document;
mod external;
mod handlers;
mod import_handlers;
mod model;
mod publish;
mod shelf;
mod signature;
mod store;
mod tables;
mod views;
mod working;
mod working_handlers;

#[cfg(test)]
mod tests;

use utoipa_actix_web::service_config::ServiceConfig;

pub use cache::Publications;
pub use document::{Document, PublicationKind};
pub use external::ExternalTable;
pub use model::{Publication, PublicationRow};
pub use publish::{Announcement, IfThere, import_results, publish, result_digest};
pub use store::lock_publications;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::get_publication_ranking)
        .service(working_handlers::get_working_ranking)
        .service(handlers::list_publications)
        .service(import_handlers::import_publication)
        .service(handlers::get_latest_publication)
        .service(handlers::get_publication)
        .service(handlers::get_publication_document)
        .service(handlers::get_publication_ranking_csv)
        .service(handlers::get_publication_domains)
        .service(handlers::get_publication_domains_csv)
        // Before the one whose code would take the `.csv` in.
        .service(handlers::get_publication_agency_csv)
        .service(handlers::get_publication_agency);
}
