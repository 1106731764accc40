//! Saved scripts and their review.

mod row;
pub(crate) mod sea;
pub(crate) mod write;

use async_trait::async_trait;
use domain::{Act, NewScript, ProviderSlug, Sample, Script, ScriptId, ScriptStatus, Topic};

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

/// A script's move from one status to another, and what must still hold when it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusChange {
    /// Which script.
    pub id: ScriptId,
    /// The status that it must be in.
    pub from: ScriptStatus,
    /// The status that it comes to.
    pub to: ScriptStatus,
    /// The script that must be the one in use; any, or none at all, where none is named.
    pub in_place_of: Option<ScriptId>,
    /// What must be the samples of its provider and topic; any where nothing is said.
    pub tested_on: Option<Vec<Sample>>,
    /// Who moves it, and why.
    pub act: Act,
}

/// What storage can do with scripts. Those of jobs come in through
/// [`JobRepository::complete`](crate::JobRepository::complete).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ScriptRepository: Send + Sync {
    /// Saves a script as a candidate under the next version of its provider and topic, with the act of
    /// who saves it, to which the script's number is added.
    ///
    /// # Errors
    /// When the database fails or a text holds a NUL character.
    async fn insert(&self, new: NewScript, act: Act) -> Result<Script, StoreError>;

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

    /// The script that was in use before this one: of the older versions that were in use and are not
    /// put away, the one that was taken out of use last.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn before(&self, script: &Script) -> Result<Option<Script>, StoreError>;

    /// Moves a script from one status to another. Into [`ScriptStatus::Active`] it deprecates the
    /// one that was active; all of it and the act in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the script is no longer in the status `from` or is not there, when
    /// another one is in use than the change names, or when the samples are others; nothing is
    /// written then.
    async fn set_status(&self, change: StatusChange) -> Result<Script, StoreError>;
}
