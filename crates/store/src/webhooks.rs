//! What callers are still to be told.

pub(crate) mod sea;
pub(crate) mod write;

use std::time::Duration;

use async_trait::async_trait;
use domain::{Announcement, JobId, Timestamp};

use crate::StoreError;

/// An announcement whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueWebhook {
    /// What to send, and where.
    pub announcement: Announcement,
    /// The job of which it tells.
    pub job: JobId,
    /// When the job was accepted; when it was announced, where the job is no longer kept.
    pub accepted: Timestamp,
    /// How often it was taken to be sent, this time included.
    pub attempt: u32,
}

/// What storage can do with webhooks. They are written with the change of the job that they tell of,
/// by [`JobRepository`](crate::JobRepository).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait WebhookRepository: Send + Sync {
    /// Takes the webhook that is due for longest, and hides it from others for `lease` by the
    /// database's clock: if nothing is heard of it by then, it is due again. So it may be sent twice,
    /// under the same id, and never not at all.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn take_due(&self, lease: Duration) -> Result<Option<DueWebhook>, StoreError>;

    /// It has arrived.
    ///
    /// # Errors
    /// When the database fails.
    async fn delivered(&self, id: &str) -> Result<(), StoreError>;

    /// It has not arrived, and is due again after `wait`.
    ///
    /// # Errors
    /// When the database fails.
    async fn retry(&self, id: &str, wait: Duration, error: &str) -> Result<(), StoreError>;

    /// It will not arrive any more.
    ///
    /// # Errors
    /// When the database fails.
    async fn give_up(&self, id: &str, error: &str) -> Result<(), StoreError>;
}
