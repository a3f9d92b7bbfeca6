//! Holidays (ngày nghỉ lễ): a country's days off and swapped working days as data, and working days counted over them.

mod handlers;
mod import;
mod model;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use import::import;
pub use model::{HolidayImport, HolidayImportResult};
pub use rules::{Due, WorkCalendar};
pub use store::load_calendar;

use crate::{
    clock::{Moment, Zone},
    db::Lock,
};

/// The calendar that deadlines are counted by.
pub const CALENDAR: &str = "vn";

/// The day of a moment where the calendar holds.
pub fn day_of(moment: Moment) -> chrono::NaiveDate {
    Zone::default().day_of(moment)
}

/// The lock of every change of the calendar.
pub fn calendar_lock() -> Lock {
    Lock::whole("holidays", CALENDAR)
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_holidays)
        .service(handlers::get_holiday_year)
        .service(handlers::save_holiday_year);
}
