//! Where jobs, scripts, knowledge and API keys are kept: one trait for each, its SeaORM
//! implementation for SQLite and PostgreSQL, and its mock behind the feature `mock`.
//!
//! What must not live here: decisions. The rules of a job's life are in `domain`; this crate makes
//! their outcome durable, whole or not at all. No SeaORM type appears in a trait.
#![forbid(unsafe_code)]

mod api_keys;
mod audit;
mod changes;
mod columns;
mod connections;
mod database;
mod drift;
mod entities;
mod error;
mod jobs;
mod knowledge;
mod overview;
mod page;
mod scripts;
mod sessions;
mod usage;
mod webhooks;

pub use api_keys::ApiKeyRepository;
pub use audit::{AuditFilter, AuditRepository};
pub use changes::{Board, Change, Changes, Watch};
pub use connections::{ConnectionRepository, ConnectionWithSecrets};
pub use drift::{Counted, DriftFilter, DriftRepository, Drifting, RepairJob};
pub use error::StoreError;
pub use jobs::{
    Census, Claimed, Created, Glance, Idempotency, JobFilter, JobRepository, Lease, Reply, Room,
    WorkerId,
};
pub use knowledge::{KnowledgeRepository, Known, Precedents, SampleKey};
pub use overview::{
    JobsInWork, OpenDrift, OverviewRepository, ProviderOverview, ProvidersPage, ScriptsInState,
};
pub use page::{Page, PageRequest};
pub use scripts::{ScriptFilter, ScriptRepository, StatusChange};
pub use sessions::SessionRepository;
pub use usage::{Reserved, UsageRepository};
pub use webhooks::{DueWebhook, WebhookRepository};

#[cfg(feature = "mock")]
pub use {
    api_keys::MockApiKeyRepository, audit::MockAuditRepository, changes::MockChanges,
    connections::MockConnectionRepository, drift::MockDriftRepository, jobs::MockJobRepository,
    knowledge::MockKnowledgeRepository, overview::MockOverviewRepository,
    scripts::MockScriptRepository, sessions::MockSessionRepository, usage::MockUsageRepository,
    webhooks::MockWebhookRepository,
};

/// The implementations. Only the program that wires the layers together names them, and tests.
pub mod sea {
    pub use crate::database::{ConnectOptions, Database};
}
