//! Failures of active scripts, their repair, and what vendors' policies say of it.

mod events;
mod repair;
mod row;
pub(crate) mod sea;

use async_trait::async_trait;
use domain::{
    Act, Drift, DriftId, DriftKey, DriftKind, DriftStatus, JobId, NewDrift, NewJob, ProviderSlug,
    RepairPolicy, Sample, ScriptId, Timestamp, Topic,
};

use crate::{Page, PageRequest, StoreError};

pub(crate) use events::resolve_all;

/// Which events to list; what is none does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DriftFilter {
    /// Only of this vendor.
    pub provider: Option<ProviderSlug>,
    /// Only of this topic.
    pub topic: Option<Topic>,
    /// Only of this status.
    pub status: Option<DriftStatus>,
    /// Only of this kind.
    pub kind: Option<DriftKind>,
    /// Only of this script.
    pub script: Option<ScriptId>,
}

/// A failure that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Its event.
    pub id: DriftId,
    /// The job that repairs the script.
    pub repair: Option<JobId>,
}

/// The job that repairs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepairJob {
    /// Its number.
    pub job: JobId,
    /// Whether it was made now.
    pub is_new: bool,
}

/// A script in use that breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drifting {
    /// The vendor.
    pub provider: ProviderSlug,
    /// The topic.
    pub topic: Topic,
    /// The script.
    pub script: ScriptId,
    /// Its open events.
    pub events: u32,
}

/// What storage can do with drift.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DriftRepository: Send + Sync {
    /// Counts a failure to the open event that it belongs to; none where there is none.
    ///
    /// # Errors
    /// When the database fails.
    async fn count(&self, key: &DriftKey, now: Timestamp) -> Result<Option<Counted>, StoreError>;

    /// Opens an event with its sample, opens one that was resolved again, or counts to the one that
    /// somebody else has just opened. A script has a bounded number of events: what is beyond goes
    /// into one for each kind.
    ///
    /// # Errors
    /// When the database fails.
    async fn open(
        &self,
        new: NewDrift,
        sample: Option<Sample>,
        now: Timestamp,
    ) -> Result<Counted, StoreError>;

    /// One event.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn get(&self, id: DriftId) -> Result<Option<Drift>, StoreError>;

    /// The sample of an event; none where none is kept.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn sample(&self, id: DriftId) -> Result<Option<Sample>, StoreError>;

    /// Events, newest first.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn list(&self, filter: DriftFilter, page: PageRequest)
    -> Result<Page<Drift>, StoreError>;

    /// Writes down that an event is dealt with, if it is open, and the act with it; says whether it was.
    ///
    /// # Errors
    /// When the database fails.
    async fn resolve(&self, id: DriftId, act: Act) -> Result<bool, StoreError>;

    /// The scripts in use that have open events, by vendor and topic.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn drifting(&self) -> Result<Vec<Drifting>, StoreError>;

    /// Accepts a job that repairs a script, unless one does already or did and its events are still
    /// open. The script's open events name the job from then on.
    ///
    /// # Errors
    /// [`StoreError::Nul`] when a text holds one.
    async fn open_repair(
        &self,
        script: ScriptId,
        new: NewJob,
        now: Timestamp,
    ) -> Result<RepairJob, StoreError>;

    /// What is done when a script of this vendor drifts.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn policy(&self, provider: &ProviderSlug) -> Result<RepairPolicy, StoreError>;

    /// Sets what is done, and writes the act down.
    ///
    /// # Errors
    /// When the database fails.
    async fn put_policy(
        &self,
        provider: &ProviderSlug,
        policy: RepairPolicy,
        act: Act,
    ) -> Result<(), StoreError>;
}
