//! Every table as diesel sees it, by area. The order of columns is that of `migrations/`.

mod house;
mod of_inspections;
mod of_oversight;
mod of_programmes;
mod of_public_post;
mod of_ratings;
mod of_recommendations;
mod of_responses;
mod of_reviews;
mod of_rounds;
mod of_submissions;
mod of_surveys;
mod of_the_log;
mod outgoing;
mod people;
mod published;

pub use house::*;
pub use of_inspections::*;
pub use of_oversight::*;
pub use of_programmes::*;
pub use of_public_post::*;
pub use of_ratings::*;
pub use of_recommendations::*;
pub use of_responses::*;
pub use of_reviews::*;
pub use of_rounds::*;
pub use of_submissions::*;
pub use of_surveys::*;
pub use of_the_log::*;
pub use outgoing::*;
pub use people::*;
pub use published::*;

diesel::allow_tables_to_appear_in_same_query!(
    adjustment_points,
    agencies,
    agency_identifiers,
    agency_levels,
    agency_names,
    agency_parents,
    agency_regions,
    agency_successors,
    api_keys,
    appraisal_decisions,
    appraisal_views,
    audit_entries,
    audit_hashes,
    audit_keys,
    audit_leaves,
    audit_tree_heads,
    audit_unsealed,
    calendar_feeds,
    council_minutes,
    criteria_sets,
    deadline_extensions,
    evidence_files,
    evidence_signatures,
    finding_indicators,
    holiday_years,
    inspection_bodies,
    inspection_findings,
    inspection_moves,
    inspection_plans,
    inspection_remedies,
    inspections,
    instruments,
    item_messages,
    item_revisions,
    line_extensions,
    line_moves,
    line_particulars,
    login_counts,
    minutes_files,
    minutes_signatures,
    notifications,
    outbox,
    outbox_attempts,
    plan_line_budgets,
    plan_line_changes,
    plan_line_dependencies,
    plan_line_milestones,
    plan_line_units,
    plan_lines,
    programme_contents,
    programme_reviews,
    programme_signatories,
    programme_tasks,
    programmes,
    public_post,
    public_post_collectors,
    publication_keys,
    publication_signatures,
    publications,
    published_agencies,
    published_facts,
    published_heads,
    published_nodes,
    rating_channels,
    rating_counts,
    ratings,
    recommendation_bodies,
    recommendation_moves,
    recommendation_registers,
    recommendation_reminders,
    recommendation_types,
    recommendations,
    recovery_codes,
    refresh_tokens,
    regions,
    reminders,
    responses,
    review_parts,
    role_grants,
    round_agencies,
    round_approvals,
    round_assignments,
    round_moves,
    rounds,
    second_factors,
    sessions,
    stored_answers,
    submission_contributors,
    submission_signatures,
    submissions,
    survey_batches,
    survey_collectors,
    survey_count_heads,
    survey_counts,
    survey_exclusions,
    survey_field_work,
    survey_form_codes,
    survey_moves,
    survey_points,
    survey_results,
    survey_rounds,
    survey_strata,
    survey_texts,
    user_contacts,
    users,
    webhooks,
);
