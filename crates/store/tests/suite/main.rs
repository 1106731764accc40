//! What every implementation of the store promises, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is where `FORGE_TEST_POSTGRES_URL` says, with the right to create databases. Without it
//! those cases are skipped and say so; with it, a server that does not answer is a failure.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "in a test a panic is how a check fails, and a skipped case says so"
)]

mod api_keys;
mod audit;
mod census;
mod changes;
mod concurrency;
mod connections;
mod database;
mod drift;
mod fixtures;
mod harness;
mod idempotency;
mod jobs;
mod journal;
mod knowledge;
mod leases;
mod nul;
mod overview;
mod queue;
mod removal;
mod scripts;
mod sessions;
mod usage;
mod webhooks;
