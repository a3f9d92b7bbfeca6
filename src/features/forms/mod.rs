//! Online forms: a page behind a one-time code, for letters, links and terminals.
//!
//! A code is kept as a digest and knows its stratum and channel, nothing of a person. It is used up in the very change that takes the
//! response in, and only the day of its use is kept: no row, trail or log leads from a code to a response. The page needs no
//! script; skip rules are words beside the item and are checked on the server, and what was typed is never lost.

mod code;
mod handlers;
mod model;
mod page;
mod page_handlers;
mod store;
mod words;

use utoipa_actix_web::service_config::ServiceConfig;

pub use model::FormResponse;
pub use page_handlers::pages;

use crate::{
    db::Tx,
    error::AppResult,
    features::{instruments::Instruments, survey_rounds::SurveyRoundRow},
};

/// What takes a response in, in the change that uses its code up; handed in, since responses are another feature's.
#[derive(Clone, Copy)]
pub struct OnFormResponse(pub fn(&mut Tx<'_>, &Instruments, &SurveyRoundRow, FormResponse) -> AppResult<()>);

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::create_form_codes)
        .service(handlers::list_form_codes);
}
