//! What comes of plan lines: reports of the lead, confirmations of the co-ordinating units, decisions of the owner, more
//! time.
//!
//! One pure function, `state::Standing::next`, says what a move comes to; every move is kept. A line is done when all its
//! co-ordinating units have confirmed the same report of completion, and counts as done from that report on.

mod bulk_handlers;
mod bulk_model;
mod extension_handlers;
mod extension_model;
mod extension_rules;
mod extension_store;
mod handlers;
mod model;
mod moving;
mod notices;
mod review_store;
mod rules;
mod state;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use handlers::approach;
pub use review_store::{extensions_of, last_words};
pub use rules::require_in_force;
pub use state::MoveKind;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_line_moves)
        .service(handlers::move_plan_line)
        .service(bulk_handlers::report_progress)
        .service(bulk_handlers::confirm_progress)
        .service(extension_handlers::list_line_extensions)
        .service(extension_handlers::ask_line_extension)
        .service(extension_handlers::decide_line_extension);
}
