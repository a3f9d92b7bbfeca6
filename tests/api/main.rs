//! The tests of the whole service, as one program: stories told over HTTP on both databases, the API's contract,
//! the architecture, the migrations and the one door for writes.

// A test says what it expects by failing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod accounts;
mod architecture;
mod contract;
mod door;
mod full_size;
mod hand_computed;
mod hand_ranked;
mod http;
mod migrations;
mod published;
mod sister_indices;
#[allow(dead_code, reason = "some wrappers wait for the stories of features to come")]
mod support;
mod transactions;
mod users;
