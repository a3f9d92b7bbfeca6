//! The tests of the whole service, as one program: stories told over HTTP on both databases, the API's contract,
//! the architecture, the migrations and the one door for writes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that does not find what it needs has failed"
)]

mod accounts;
mod appraisal_views;
mod appraisals;
mod architecture;
mod audit_door;
mod audit_scenarios;
mod contract;
mod door;
mod http;
mod migrations;
mod permissions;
mod phases;
mod scores;
mod submission_faults;
mod submission_moves;
mod submissions;
#[allow(dead_code, reason = "some wrappers wait for the stories of features to come")]
mod support;
mod transactions;
mod users;
