//! The outbox: what is to be sent out of the house, written with the change that causes it.
//!
//! A worker claims what is due, for a while, and sends it. Nothing is lost: a row stays until its fate is known. Nothing
//! is sent twice to a person: a row is only sent again if the other side has surely not taken it; where that is not known it is put
//! aside as `unknown`, for an administrator to decide.

mod courier;
mod handlers;
mod model;
mod rules;
mod smtp;
mod store;
mod worker;

use utoipa_actix_web::service_config::ServiceConfig;

pub use courier::{Courier, Refusal, blocking};
pub use model::{Attempt, Letter, OutboxKind, OutboxRow, OutboxState};
pub use rules::{Fate, again};
pub use smtp::Smtp;
pub use store::{attempts_of, find, list, put, replace, written_since};
pub use worker::{Worked, deliver, entry, measure, tidy};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_outbox)
        .service(handlers::resend_outbox_entry);
}
