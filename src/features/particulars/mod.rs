//! Particulars of plan lines: what a line's kind of task has to tell of it, beside percent and words.
//!
//! Steps of a legal document, who received guidance and carried it out, channels of a campaign, sessions of training, the
//! completeness of a database by agency, the round of a joint appraisal or a pilot. Records are append-only; a correction is
//! a record that names the one it replaces. What they come to is worked out when it is read.

mod handlers;
mod linked;
mod model;
mod rules;
mod store;
mod summary;
mod values;

use utoipa_actix_web::service_config::ServiceConfig;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_line_particulars)
        .service(handlers::add_line_particulars);
}
