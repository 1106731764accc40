//! The real binary over real HTTP, on SQLite and, where FORGE_TEST_POSTGRES_URL is set, PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "in tests a panic is how a check fails, and a skipped case says so"
)]

mod client;
mod command_line;
mod connections;
mod console;
mod crash;
mod demo;
mod documented;
mod documents;
mod events;
mod frozen;
mod job_contract;
mod life;
mod limits;
mod many_servers;
mod mcp;
mod metrics;
mod model;
mod models;
mod outage;
mod recording;
mod review;
mod support;
mod traces;
mod vendor_life;
mod webhooks;
