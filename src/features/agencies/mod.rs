//! Agencies in time: levels, regions, and agencies with their names, parents, regions and identifiers by date.
//!
//! An agency's code is ours and for ever; what belongs to it is dated. A merged province is a new agency, and the old
//! one names it as its successor.

mod handlers;
mod import;
mod import_store;
mod model;
mod parents;
mod references;
mod rules;
mod search;
mod span;
mod store;
mod validity_store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use import::{import, tree_lock};
pub use model::{AgencyCard, AgencyImport, AgencyImportResult};
pub use parents::parents;
pub use search::fold;
pub use store::{called, cards, level_exists, missing};
pub use validity_store::{Validity, validity};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_agency_levels)
        .service(handlers::list_regions)
        .service(handlers::list_agencies)
        .service(handlers::get_agency)
        .service(handlers::save_agency)
        .service(handlers::import_agencies);
}
