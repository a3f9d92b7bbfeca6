//! Explanation (giải trình): a body asks about an item, the agency answers; the thread stays with the item for ever.
//!
//! More evidence comes as new revisions of the item, as always: an answer tells which revision it stands beside.

mod handlers;
mod model;
mod notices;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use model::{MessageKind, MessageRow};
pub use rules::is_open;
pub use store::{open_questions, threads};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_threads)
        .service(handlers::get_thread)
        .service(handlers::ask_question)
        .service(handlers::answer_question);
}
