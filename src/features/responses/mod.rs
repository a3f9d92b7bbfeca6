//! Responses to surveys: taken in by batches exactly once, counted as they come, and what they come to.
//!
//! A response is one row with its answers packed. Each batch adds to running counts by stratum and channel in its own
//! transaction, so that results are read from counts and never scan a million responses; and the counts can be made again from
//! the raw answers at any time, to the last digit.

mod body_model;
mod counts_store;
mod desk;
mod exclude;
mod finalise;
mod handlers;
mod interviewers;
mod judge;
mod model;
mod one;
mod prepared_store;
mod read;
mod rebuild;
mod rows;
mod store;
mod take;
mod tally;
mod view_model;
mod work_handlers;

use utoipa_actix_web::service_config::ServiceConfig;

pub use desk::{RoundDesk, SurveyDesk};
pub use finalise::{final_result, freeze_result};
pub use one::{OneResponse, take_one, valid_responses};
pub use read::csv as read_csv_batch;

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::send_survey_batch)
        .service(handlers::get_survey_batch)
        .service(work_handlers::get_survey_results)
        .service(work_handlers::get_final_survey_result)
        .service(work_handlers::get_survey_quality)
        .service(work_handlers::list_survey_interviewers)
        .service(work_handlers::exclude_survey_responses)
        .service(work_handlers::list_survey_exclusions)
        .service(work_handlers::rebuild_survey_counts);
}
