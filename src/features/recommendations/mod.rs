//! Recommendations (kiến nghị, đề nghị): what an agency asks other bodies to settle, from the register to the published
//! answer.
//!
//! Above submissions: what was written into one arrives here when it is sent, by [`arrive_with_submission`], which
//! `app.rs` hands to the place that sends.

mod answer_handlers;
mod arrive;
mod body_model;
mod deadline;
mod draft_handlers;
mod handlers;
mod keep;
mod list_store;
mod model;
mod move_handlers;
mod notices;
mod remind;
mod review;
mod rules;
mod shown;
mod state;
mod steps;
mod store;
mod summary;
mod type_handlers;
mod type_store;
mod types;
mod view_model;

use utoipa_actix_web::service_config::ServiceConfig;

pub use arrive::arrive_with_submission;
pub use body_model::TypeImport;
pub use deadline::{due, timeliness};
pub use model::{
    RecommendationPart, RecommendationRow, RecommendationState, RecommendationTimeliness, Standing,
};
pub use remind::step;
pub use review::{Settled, settled};
pub use types::{import as import_types, type_lock};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(type_handlers::list_recommendation_types)
        .service(type_handlers::get_recommendation_type)
        .service(type_handlers::save_recommendation_type)
        .service(handlers::list_published_recommendations)
        .service(handlers::get_recommendation_summary)
        .service(handlers::list_recommendations)
        .service(handlers::create_recommendation)
        .service(handlers::get_recommendation)
        .service(move_handlers::move_recommendation)
        .service(answer_handlers::save_recommendation_part)
        .service(answer_handlers::rate_recommendation)
        .service(draft_handlers::list_submission_recommendations)
        .service(draft_handlers::add_submission_recommendation);
}
