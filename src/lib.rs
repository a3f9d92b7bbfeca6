//! wip
pub mod access;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod features;
pub mod formats;
pub mod ids;
pub mod scoring;
pub mod web;
