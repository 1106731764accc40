//! What every implementation of the store promises, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is where `FORGE_TEST_POSTGRES_URL` says, with the right to create databases. Without it
//! those cases are skipped and say so; with it, a server that does not answer is a failure.

mod api_keys;
mod concurrency;
mod database;
mod fixtures;
mod harness;
mod idempotency;
mod jobs;
mod knowledge;
mod leases;
mod nul;
mod scripts;
