//! Submissions: an agency's self-assessment in a round (phiếu tự chấm điểm).

mod attach;
mod evidence_handlers;
mod evidence_model;
mod facts;
mod handlers;
mod item_handlers;
mod item_store;
mod model;
mod move_handlers;
mod prepared_store;
mod row_model;
mod rules;
mod save;
mod shown;
mod sign;
mod signature_handlers;
mod signing;
mod state;
mod store;
pub(crate) mod workbook;
mod workbook_handlers;

use utoipa_actix_web::service_config::ServiceConfig;

pub use facts::{Approached, Known, approach, load as load_facts, visible_lines};
pub use item_store::{current_items, item_history, round_items};
pub use model::{Evidence, Item, ItemBody, SaveMode, SaveQuery, SaveResult};
pub use move_handlers::OnSubmit;
pub use row_model::SubmissionRow;
pub use rules::value_error;
pub use save::Save;
pub use shown::show_files;
pub use signing::{SubmissionSignature, round_signatures};
pub use state::SubmissionState;
pub use store::{
    contributed_by, find_submission, open_submissions, round_contributors, round_submissions,
    update_submission,
};

use crate::{
    db::{Lock, digest_of},
    error::AppResult,
    ids::{AgencyCode, RoundCode},
};

/// The locks of a change to one submission: the round stands still, other submissions don't.
pub fn locks(round: &RoundCode, agency: &AgencyCode) -> Vec<Lock> {
    vec![
        Lock::below("round", round),
        Lock::part("submission", format_args!("{round}/{agency}")),
    ]
}

/// The digest of a submission's row for the audit trail.
pub(crate) fn row_digest(row: &SubmissionRow) -> AppResult<String> {
    digest_of(&serde_json::json!({
        "round": row.round_code, "agency": row.agency_code, "state": row.state, "revision": row.revision,
        "approved_at": row.approved_at, "submitted_at": row.submitted_at, "updated_at": row.updated_at,
    }))
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::list_submissions)
        .service(handlers::get_submission)
        .service(handlers::get_submission_completeness)
        .service(item_handlers::save_submission_items)
        .service(item_handlers::list_item_revisions)
        .service(evidence_handlers::upload_evidence)
        .service(evidence_handlers::list_evidence)
        .service(evidence_handlers::get_evidence)
        .service(signature_handlers::put_evidence_signature)
        .service(signature_handlers::get_evidence_signature)
        .service(signing::handlers::get_canonical_submission)
        .service(signing::handlers::sign_submission)
        .service(signing::handlers::list_submission_signatures)
        .service(signing::handlers::get_submission_signature)
        .service(item_handlers::list_submission_contributors)
        .service(item_handlers::replace_submission_contributors)
        .service(workbook_handlers::get_submission_template)
        .service(workbook_handlers::save_submission_workbook)
        .service(move_handlers::move_submission);
}
