//! Coordination programmes (chương trình phối hợp): what several agencies do together, in contents → tasks → plan lines.
//!
//! This feature holds the plan: who leads, who co-ordinates, until when, on what money, after what. How far a line is
//! stands in its row, and only `progress` moves it. Whether it is in time is never kept: it follows from a clock.

mod adding;
mod change_handlers;
mod change_rules;
mod content_handlers;
mod filing;
mod handlers;
mod line_handlers;
mod line_model;
mod model;
mod move_store;
mod notices;
mod plan_rules;
mod plan_store;
mod query_model;
mod query_store;
mod review_store;
mod row_model;
mod rules;
mod shown;
mod store;
mod summary;
mod task_handlers;
mod timeliness;

use utoipa_actix_web::service_config::ServiceConfig;

pub use change_handlers::line_entry;
pub use filing::file;
pub use filing::unknown_agencies;
pub use line_model::{BudgetSource, LineRef, LineState, PlanLine, TaskKind};
pub use model::{Content, NewProgramme, Period, Programme, ProgrammeStatus};
pub use move_store::{move_lines, record_change, update_line};
pub use notices::{people_of, tell_given};
pub use plan_store::{facts_of, line_at, lines_at, replace_units, unfinished_dependencies, units_of};
pub use query_store::{count_alike, titles};
pub use review_store::{carry_over, lines_without_year, reviewed_budgets, reviewed_lines, taking_part};
pub use row_model::{BudgetRow, MilestoneRow, PlanLineRow, ProgrammeRow, ReviewedLine};
pub use rules::{fault, is_good_text, read_day};
pub use shown::{as_of, line as shown_line};
pub use store::{contents, find_programme, lock_programme, signatories};
pub use summary::{Alike, Counts, Summary, summarise};
pub use timeliness::{AsOf, Timeliness};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_programmes)
        .service(handlers::create_programme)
        .service(handlers::get_programme)
        .service(handlers::update_programme)
        .service(content_handlers::list_programme_contents)
        .service(content_handlers::replace_programme_contents)
        .service(task_handlers::list_programme_tasks)
        .service(task_handlers::create_programme_tasks)
        .service(task_handlers::get_programme_task)
        .service(line_handlers::list_plan_lines)
        .service(line_handlers::get_programme_summary)
        .service(line_handlers::get_plan_line)
        .service(change_handlers::update_plan_line)
        .service(change_handlers::list_plan_line_changes);
}
