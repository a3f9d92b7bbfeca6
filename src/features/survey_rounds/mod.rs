//! Survey rounds (đợt điều tra): what is asked of whom. A sample plan of strata, a draw by a seed on record, field work by stratum
//! and channel, and the way from planning to a frozen result.
//!
//! The responses themselves are another feature's, which stands on this one: it hands in what a result is frozen by
//! ([`OnFinalise`]) and how many responses are valid ([`ValidResponses`]).

mod body_model;
mod facts;
mod field_work_handlers;
mod field_work_store;
mod handlers;
mod model;
mod move_handlers;
mod plan_handlers;
mod plan_rules;
mod rules;
mod shown;
mod state;
mod store;
mod totals_handlers;
mod view_model;

use utoipa_actix_web::service_config::ServiceConfig;

pub use facts::{
    approach_survey_round, count_locks, facts as survey_round_facts, lock_below_survey_round,
    lock_survey_round, not_now,
};
pub use model::{Channel, StratumRow, SurveyRoundRow, SurveyState};
pub use move_handlers::{OnFinalise, ValidResponses};
pub use store::{find as find_survey_round, strata};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_survey_rounds)
        .service(handlers::create_survey_round)
        .service(handlers::get_survey_round)
        .service(handlers::update_survey_round)
        .service(plan_handlers::save_sample_plan)
        .service(plan_handlers::list_survey_strata)
        .service(plan_handlers::draw_survey_sample)
        .service(plan_handlers::get_survey_sample)
        .service(move_handlers::move_survey_round)
        .service(totals_handlers::get_field_work_totals)
        .service(field_work_handlers::list_field_work)
        .service(field_work_handlers::save_field_work);
}
