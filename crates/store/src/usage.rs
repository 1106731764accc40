//! What authors used, day by day, so that a budget holds over all jobs and servers.

mod reserve;
pub(crate) mod sea;

use async_trait::async_trait;
use domain::{Allowance, AuthorName, Timestamp, Usage};

use crate::{Lease, StoreError};

/// What came of setting aside a part of a day's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// The call may use so much: what was asked for, or what is left where that is less.
    Yes(Allowance),
    /// What is left is set aside for calls of other jobs, which may not need all of it.
    Held,
}

/// What storage can do with usage.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UsageRepository: Send + Sync {
    /// Adds to what the author used on the day (UTC) of `now`.
    ///
    /// # Errors
    /// When the database fails.
    async fn add(
        &self,
        author: &AuthorName,
        usage: Usage,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// What the author used on the day (UTC) of `now`.
    ///
    /// # Errors
    /// When the database fails.
    async fn on_day(&self, author: &AuthorName, now: Timestamp) -> Result<Usage, StoreError>;

    /// Sets aside what the next call of the job may use at most, of the author's budget for the day
    /// (UTC) of `now`, so that calls of other jobs cannot use it too. It stands until the job sets
    /// aside anew, [releases](Self::release) it, or loses its lease.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the lease is lost.
    async fn reserve(
        &self,
        held: &Lease,
        author: &AuthorName,
        most: Usage,
        per_day: Allowance,
        now: Timestamp,
    ) -> Result<Reserved, StoreError>;

    /// Ends what the job set aside. A lease that is lost is no error.
    ///
    /// # Errors
    /// When the database fails.
    async fn release(&self, held: &Lease) -> Result<(), StoreError>;
}
