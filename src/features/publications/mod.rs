//! Publications: the frozen, numbered results of rounds, and earlier published tables beside them.
//!
//! A publication is its document: canonical JSON, named by its SHA-256, never changed. Everything else that is served
//! of it is derived from the document and kept in memory.

mod again;
mod agency_view;
pub mod bi;
mod books;
mod build;
mod cache;
mod catalogue;
mod catalogue_handlers;
mod changes;
mod charts;
mod correction_handlers;
mod cubes;
mod document;
mod external;
mod finished;
mod handlers;
mod import_handlers;
mod measures;
mod model;
mod node_views;
mod nodes;
mod of_years;
pub mod offline;
mod part;
mod part_handlers;
mod publish;
mod render;
mod report;
mod report_handlers;
mod schemas;
mod series;
mod shelf;
mod signature;
mod signing;
mod store;
mod tables;
mod texts;
mod views;
mod working;
mod working_handlers;

#[cfg(test)]
mod tests;

use utoipa_actix_web::service_config::ServiceConfig;

pub use agency_view::{AgencyResultView, NodeView, agency_result};
pub use build::Content;
pub use cache::Publications;
pub use charts::{AgencyChartName, ChartName, PictureSuffix};
pub use document::{AgencyRecord, Document, EntryBasis, PublicationKind, SourceRecord, Summary, Verdict};
pub use external::{ExternalEntry, ExternalTable};
pub use model::{Publication, PublicationRow};
pub use of_years::{PlacedAgency, YearResult, of_years};
pub use part::{FormSuffix, LabelChoice, LangChoice, PartName, StructureSuffix, TableSuffix};
pub use publish::{Announcement, IfThere, import_results, publish};
pub use schemas::WordFile;
pub use shelf::{Opened, Published};
pub use signing::{Signer, sign_publication, unsigned};
pub use store::lock_publications;
pub use views::{ChangeView, EntryView, GroupView, Print, RankingView, domains, ranking};

/// The feature's route at the root.
pub fn root_routes(config: &mut ServiceConfig<'_>) {
    config.service(signing::handlers::get_publication_keys);
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(part_handlers::get_publication_ranking)
        .service(working_handlers::get_working_ranking)
        .service(handlers::list_publications)
        .service(import_handlers::import_publication)
        .service(handlers::get_latest_publication)
        .service(handlers::get_publication)
        .service(handlers::get_publication_document)
        .service(signing::handlers::get_publication_signature)
        .service(part_handlers::get_publication_ranking_form)
        .service(part_handlers::get_publication_domains)
        .service(part_handlers::get_publication_domains_form)
        // Before the ones whose code would take the suffix in.
        .service(charts::handlers::get_publication_chart)
        .service(charts::handlers::get_publication_agency_chart)
        .service(part_handlers::get_publication_agency_form)
        .service(part_handlers::get_publication_agency)
        .service(part_handlers::get_publication_node_form)
        .service(part_handlers::get_publication_node)
        .service(part_handlers::get_publication_data)
        .service(part_handlers::get_publication_data_form)
        .service(part_handlers::get_publication_structure)
        .service(part_handlers::get_publication_structure_form)
        .service(report_handlers::get_publication_report)
        .service(correction_handlers::get_publication_corrections)
        .service(correction_handlers::get_publication_changes)
        .service(correction_handlers::get_publication_changes_form)
        .service(series::handlers::get_series_form)
        .service(series::handlers::get_series)
        .service(series::handlers::get_series_structure)
        .service(catalogue_handlers::get_catalogue);
}
