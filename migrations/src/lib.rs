//! The database's schema, one step per file, for SQLite and PostgreSQL alike.
//!
//! What lives here: tables, their constraints and indexes. What must not: knowledge of what the
//! rows mean; that is `store`'s. Columns are text and big integers only, because both databases
//! keep those without loss: moments are milliseconds since the epoch, structures are JSON in text
//! columns, which keeps key order and needs no JSON operator. A released step never changes; a
//! change of the schema is a new step.
#![forbid(unsafe_code)]

mod m20261124_000001_create_jobs;
mod m20261124_000002_create_job_inputs;
mod m20261124_000003_create_idempotency_keys;
mod m20261124_000004_create_scripts;
mod m20261124_000005_create_documents;
mod m20261124_000006_create_samples;
mod m20261124_000007_create_api_keys;
mod m20261125_000008_watch_authors;
mod m20261125_000009_create_author_usage;
mod m20261125_000010_create_document_links;
mod m20261126_000011_date_documents;
mod m20261126_000012_create_webhooks;
mod m20261126_000013_order_the_queue;
mod m20261126_000014_create_job_replies;
mod m20261126_000015_find_old_jobs;
mod m20261127_000016_create_connections;
mod m20261127_000017_sit_out_outages;
mod m20261127_000018_reserve_budgets;
mod m20261128_000019_create_console_sessions;
mod m20261128_000020_index_overview;
mod m20261128_000021_audit;
mod m20261128_000022_drift;
mod m20261128_000023_write_jobs_in_place;
mod m20261128_000024_list_jobs_by_one_word;
mod m20261129_000025_look_into_indexes;

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::MigratorTrait;

/// All steps, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_create_jobs::Migration),
            Box::new(m20261124_000002_create_job_inputs::Migration),
            Box::new(m20261124_000003_create_idempotency_keys::Migration),
            Box::new(m20261124_000004_create_scripts::Migration),
            Box::new(m20261124_000005_create_documents::Migration),
            Box::new(m20261124_000006_create_samples::Migration),
            Box::new(m20261124_000007_create_api_keys::Migration),
            Box::new(m20261125_000008_watch_authors::Migration),
            Box::new(m20261125_000009_create_author_usage::Migration),
            Box::new(m20261125_000010_create_document_links::Migration),
            Box::new(m20261126_000011_date_documents::Migration),
            Box::new(m20261126_000012_create_webhooks::Migration),
            Box::new(m20261126_000013_order_the_queue::Migration),
            Box::new(m20261126_000014_create_job_replies::Migration),
            Box::new(m20261126_000015_find_old_jobs::Migration),
            Box::new(m20261127_000016_create_connections::Migration),
            Box::new(m20261127_000017_sit_out_outages::Migration),
            Box::new(m20261127_000018_reserve_budgets::Migration),
            Box::new(m20261128_000019_create_console_sessions::Migration),
            Box::new(m20261128_000020_index_overview::Migration),
            Box::new(m20261128_000021_audit::Migration),
            Box::new(m20261128_000022_drift::Migration),
            Box::new(m20261128_000023_write_jobs_in_place::Migration),
            Box::new(m20261128_000024_list_jobs_by_one_word::Migration),
            Box::new(m20261129_000025_look_into_indexes::Migration),
        ]
    }
}
