//! Appraisal (thẩm định): bodies recognise, correct or set the points of what agencies declared.
//!
//! Each body records its view of an item, and one decision follows from them: what all agree on, or what the body that
//! leads settles. Where one body alone is assigned, its view is the decision.

mod handlers;
mod joint;
mod judge;
mod model;
mod returns;
mod rules;
mod save;
mod shown;
mod store;
mod view_store;
mod workbook;
mod workbook_handlers;

use utoipa_actix_web::service_config::ServiceConfig;

pub use model::{DecisionRecord, Origin, ReturnedItem, ViewRecord};
pub use returns::return_items;
pub use shown::{Waiting, waiting_for};
pub use store::round_decisions;
pub use view_store::round_views;

use std::collections::BTreeMap;

use crate::{
    features::rounds::AssignmentRow,
    ids::{AgencyCode, IndicatorCode},
};

/// The bodies of each indicator, the lead first.
fn bodies_by_indicator(rows: &[AssignmentRow]) -> BTreeMap<IndicatorCode, Vec<AgencyCode>> {
    let mut bodies: BTreeMap<IndicatorCode, Vec<AgencyCode>> = BTreeMap::new();
    for row in rows {
        let of_indicator = bodies.entry(row.indicator_code.clone()).or_default();
        let position = if row.is_lead { 0 } else { of_indicator.len() };
        of_indicator.insert(position, row.body_code.clone());
    }
    bodies
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::get_appraisal_progress)
        .service(handlers::get_appraisal)
        .service(handlers::save_appraisal_items)
        .service(workbook_handlers::get_appraisal_template)
        .service(workbook_handlers::save_appraisal_workbook);
}
