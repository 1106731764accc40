//! Saved scripts and their review.

mod row;
pub(crate) mod sea;
pub(crate) mod write;

use async_trait::async_trait;
use domain::{NewScript, ProviderSlug, Script, ScriptId, ScriptStatus, Timestamp, Topic};

use crate::{Page, PageRequest, StoreError};

/// Which scripts to list; what is none does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptFilter {
    /// Only of this vendor.
    pub provider: Option<ProviderSlug>,
    /// Only of this topic.
    pub topic: Option<Topic>,
    /// Only of this status.
    pub status: Option<ScriptStatus>,
}

/// What storage can do with scripts. Those of jobs come in through
/// [`JobRepository::complete`](crate::JobRepository::complete).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ScriptRepository: Send + Sync {
    /// Saves a script as a candidate under the next version of its provider and topic.
    ///
    /// # Errors
    /// When the database fails or a text holds a NUL character.
    async fn insert(&self, new: NewScript, now: Timestamp) -> Result<Script, StoreError>;

    /// The script, or none when there is none of that number.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn get(&self, id: ScriptId) -> Result<Option<Script>, StoreError>;

    /// Scripts, newest first.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn list(
        &self,
        filter: ScriptFilter,
        page: PageRequest,
    ) -> Result<Page<Script>, StoreError>;

    /// The script in use.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn active(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Option<Script>, StoreError>;

    /// The newest script that is in use for this topic at another provider.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn active_elsewhere(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Option<Script>, StoreError>;

    /// The newest version saved so far; zero when there is none.
    ///
    /// # Errors
    /// When the database fails.
    async fn latest_version(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<u32, StoreError>;

    /// Moves a script from one status to another. Into [`ScriptStatus::Active`] it deprecates the
    /// one that was active, in the same transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the script is no longer in the status `from`, or is not there.
    async fn set_status(
        &self,
        id: ScriptId,
        from: ScriptStatus,
        to: ScriptStatus,
        now: Timestamp,
    ) -> Result<Script, StoreError>;
}
