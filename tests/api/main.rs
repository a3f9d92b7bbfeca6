//! The tests of the whole service, as one program: stories told over HTTP on both databases, the API's contract,
//! the architecture, the migrations and the one door for writes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that does not find what it needs has failed"
)]

mod accounts;
mod api_keys;
mod appraisal_views;
mod appraisal_workbooks;
mod appraisals;
mod architecture;
mod audit_door;
mod audit_inspections;
mod audit_items;
mod audit_oversight;
mod audit_programmes;
mod audit_public_post;
mod audit_pulls;
mod audit_ratings;
mod audit_recommendations;
mod audit_responses;
mod audit_reviews;
mod audit_scenarios;
mod audit_surveys;
mod audit_webhooks;
mod backups;
mod bi;
mod browsers;
mod calendars;
mod charts;
mod clients;
mod comparisons;
mod contract;
mod contributors;
mod corrections;
mod council;
mod criteria_workbooks;
mod door;
mod evidence;
mod evidence_ends;
mod evidence_limits;
mod evidence_rights;
mod explanations;
mod finished;
mod forms;
mod full_size;
mod hand_computed;
mod hand_ranked;
mod holidays;
mod http;
mod inspections;
mod instruments;
mod joint;
mod migrations;
mod minutes_files;
mod notifications;
mod open_data;
mod outbox;
mod particulars;
mod permissions;
mod phases;
mod printed_tables;
mod programme_counts;
mod programme_moves;
mod programmes;
mod public_post;
mod published;
mod ranges;
mod ratings;
mod recommendation_rules;
mod recommendations;
mod reminders;
mod reports;
mod responses;
mod review_rules;
mod reviews;
mod scores;
mod series;
mod signatures;
mod sister_indices;
mod site;
mod sittings;
mod submission_faults;
mod submission_moves;
mod submission_signatures;
mod submissions;
mod support;
mod survey_pulls;
mod survey_rounds;
mod surveys;
mod time_zones;
mod timelines;
mod transactions;
mod users;
mod verifiable;
mod webhooks;
mod whole_year;
mod work;
mod workbook_faults;
mod workbook_files;
mod workbooks;
mod workloads;
