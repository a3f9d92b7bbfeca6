//! Instruments (phiếu điều tra): versions of a questionnaire, checked when they come in, frozen once a survey round uses
//! them.

mod handlers;
mod import;
mod kept;
mod model;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use import::{check, family_lock, import};
pub use kept::{Instruments, freeze};
pub use model::InstrumentSummary;
pub use rules::CheckedInstrument;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_instruments)
        .service(handlers::create_instrument)
        .service(handlers::get_instrument)
        .service(handlers::list_instrument_versions)
        .service(handlers::get_instrument_version)
        .service(handlers::replace_instrument);
}
