//! What authors used, day by day, so that a budget holds over all jobs and servers.

pub(crate) mod sea;

use async_trait::async_trait;
use domain::{AuthorName, Timestamp, Usage};

use crate::StoreError;

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
}
