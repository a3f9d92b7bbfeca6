//! Ratings (đánh giá mức độ hài lòng sau mỗi giao dịch): ministries' and provinces' own channels, a running stream with monthly
//! figures.
//!
//! A rating is a score from 1 to 5 for an agency on a day, and nothing of who gave it. It is taken in once under its id; the
//! counts of its month move in the same transaction, so that figures are read and never scanned.

mod channel_handlers;
mod handlers;
mod model;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{db::Lock, ids::RatingChannelCode};

/// The lock of every change of a channel.
fn channel_lock(channel: &RatingChannelCode) -> Lock {
    Lock::whole("rating_channels", channel)
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(channel_handlers::list_rating_channels)
        .service(channel_handlers::get_rating_channel)
        .service(channel_handlers::save_rating_channel)
        .service(handlers::send_ratings)
        .service(handlers::list_rating_months);
}
