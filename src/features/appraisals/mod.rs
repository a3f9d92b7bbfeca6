//! Appraisal (thẩm định): bodies recognise, correct or set the points of what agencies declared.
//!
//! The tables have the shape of joint appraisal from the first day: each body's view of an item, and one decision.
//! While one body alone is assigned, its view is the decision.

mod handlers;
mod model;
mod rules;
mod save;
mod store;
mod workbook;
mod workbook_handlers;

use utoipa_actix_web::service_config::ServiceConfig;

pub use model::DecisionRecord;
pub use store::{has_appraised, round_decisions};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::get_appraisal_progress)
        .service(handlers::get_appraisal)
        .service(handlers::save_appraisal_items)
        .service(workbook_handlers::get_appraisal_template)
        .service(workbook_handlers::save_appraisal_workbook);
}
