//! Notices: what a person is told of, written with the change that causes it.
//!
//! This feature knows no other that tells something: each says what happened and to whom it matters, and
//! [`Notifier::notify`] writes a row for each person, in the transaction of the change itself.

mod handlers;
mod model;
mod notice;
mod notify;
mod oversight_texts;
mod plan_texts;
mod store;
mod texts;

use utoipa_actix_web::service_config::ServiceConfig;

pub use notice::{
    InspectionMoved, Named, NewDeadline, Notice, NoticeKind, PlanEvent, PlanNews, RecommendationDue,
    RecommendationMoved,
};
pub use notify::{Audience, Notifier};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_notifications)
        .service(handlers::read_notifications)
        .service(handlers::read_notification);
}
