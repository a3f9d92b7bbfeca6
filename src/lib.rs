//! PAR Index API: measures administrative reform, from a criteria set to a published ranking.
//!
//! # The map
//! A round flows one way: **criteria set → submission → appraisal + survey → scores → publication**.
//!
//! | room | what is in it |
//! |---|---|
//! | [`scoring`] | the pure engine: rules, scorecards, rankings; no I/O, no clock, no floats |
//! | [`audit_log`] | the pure part of the verifiable log: leaves, tree, signed heads, receipts |
//! | [`signing`] | public keys, small signed statements, and what a check of them found |
//! | [`survey`] | the pure survey room: instruments, answers, counts, estimates, samples; no I/O, no clock, no floats |
//! | [`features`] | one folder a feature: routes, rules, queries |
//! | [`access`] | who calls and what they may do; one permission function |
//! | [`web`] | extractors, problem details, paging, limits |
//! | [`db`] | two databases through one code path; one door for writes |
//! | [`app`] | the one list of features, from which the app and its description come |
//! | [`cli`] | the command line |
//!
//! # Invariants
//! - Nothing is written but through [`db::Database::write`], and every change leaves exactly one audit entry; what
//!   [`db::Database::seal`] writes is the log over these entries and nothing else.
//! - What was answered is stored, whole; a request that is sent again under its key is answered, not repeated.
//! - The same inputs give the same points, places and bytes, whatever their order and whichever database.
//! - A publication never changes; a correction is a new one that names the old.
//!
//! `ARCHITECTURE.md` tells why.

pub mod access;
pub mod app;
pub mod audit_log;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod features;
pub mod formats;
pub mod ids;
pub mod pace;
pub mod scoring;
pub mod signing;
pub mod survey;
pub mod web;
