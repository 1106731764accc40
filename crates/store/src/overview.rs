//! What works for whom: the providers with what there is of each, in counts.

pub(crate) mod sea;

use async_trait::async_trait;
use domain::{ConnectionStatus, JobId, Owner, ProviderSlug, ScriptId, ScriptStatus, Status, Topic};

use crate::StoreError;

/// The scripts of a topic that stand at the same place of their review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScriptsInState {
    /// What they do.
    pub topic: Topic,
    /// Where they stand.
    pub status: ScriptStatus,
    /// How many there are.
    pub count: u32,
    /// The newest of them.
    pub newest: ScriptId,
    /// Its version.
    pub version: u32,
}

/// The jobs of a topic that are not over and stand at the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobsInWork {
    /// What their scripts shall do.
    pub topic: Topic,
    /// Where they stand.
    pub status: Status,
    /// How many there are.
    pub count: u32,
    /// The newest of them.
    pub newest: JobId,
}

/// The open drift events of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenDrift {
    /// What the script does.
    pub topic: Topic,
    /// The script.
    pub script: ScriptId,
    /// How many there are.
    pub events: u32,
}

/// What there is of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderOverview {
    /// The vendor.
    pub provider: ProviderSlug,
    /// Its scripts, by topic and status.
    pub scripts: Vec<ScriptsInState>,
    /// Its jobs that are not over, by topic and status.
    pub jobs: Vec<JobsInWork>,
    /// Its scripts of which failures are open.
    pub drift: Vec<OpenDrift>,
    /// Its samples for each topic that has any.
    pub samples: Vec<(Topic, u32)>,
    /// Its documents.
    pub documents: u32,
    /// The owner's connections to it, by how they do.
    pub connections: Vec<(ConnectionStatus, u32)>,
}

/// Some providers, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvidersPage {
    /// The providers.
    pub items: Vec<ProviderOverview>,
    /// The first of the next page; none when this is the last.
    pub next: Option<ProviderSlug>,
}

/// What storage can say of everything at once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait OverviewRepository: Send + Sync {
    /// At most `limit` providers by name, those from `from` on: all of which something is known and
    /// those that a job is in work for. Of connections those of `owner` count, and none where there is
    /// no owner.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn providers(
        &self,
        owner: Option<Owner>,
        from: Option<ProviderSlug>,
        limit: u32,
    ) -> Result<ProvidersPage, StoreError>;
}
