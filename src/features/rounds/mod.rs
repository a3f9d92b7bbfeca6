//! Rounds: one yearly run of a criteria set over a list of agencies, its phases, deadlines and assignments.

mod assignment_handlers;
mod deadlines;
mod handlers;
mod model;
mod notices;
mod phase;
mod rules;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub use deadlines::{DeadlineKind, Deadlines, LocalDeadlines, read_time};
pub use handlers::{round_answer, round_entry, shown};
pub use model::{AssignmentRow, CriteriaSetRef, Move, ParticipantRow, Round, RoundRow, SignatureRequired};
pub use notices::everybody;
pub use phase::{Deadline, IllegalMove, Phase};
pub use rules::appraised_leaves;
pub use store::{
    assignments, find_round, is_participant, lock_round, move_round, moves, participants, participating,
    require_participant, running,
};

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_rounds)
        .service(handlers::create_round)
        .service(handlers::get_round)
        .service(handlers::update_round)
        .service(assignment_handlers::list_round_agencies)
        .service(assignment_handlers::replace_round_agencies)
        .service(assignment_handlers::list_round_assignments)
        .service(assignment_handlers::replace_round_assignments);
}
