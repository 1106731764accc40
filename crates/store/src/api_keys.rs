//! The keys that may call the API.

pub(crate) mod sea;

use async_trait::async_trait;
use domain::{Act, ApiKey};

use crate::StoreError;

/// What storage can do with API keys. The act of who makes or revokes one is written with it, in one
/// transaction.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ApiKeyRepository: Send + Sync {
    /// Keeps a new key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its prefix is taken.
    async fn insert(&self, key: ApiKey, act: Act) -> Result<(), StoreError>;

    /// Keeps a key if there is none at all yet; says whether it did. Of several servers that start on
    /// one new database, one does.
    ///
    /// # Errors
    /// When the database fails.
    async fn insert_first(&self, key: ApiKey, act: Act) -> Result<bool, StoreError>;

    /// The key with this prefix, or none.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn by_prefix(&self, prefix: &str) -> Result<Option<ApiKey>, StoreError>;

    /// All keys, oldest first.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn list(&self) -> Result<Vec<ApiKey>, StoreError>;

    /// Revokes a key from the moment of the act on; says whether there is one with this prefix. A key that was
    /// revoked before keeps its first date.
    ///
    /// # Errors
    /// When the database fails.
    async fn revoke(&self, prefix: &str, act: Act) -> Result<bool, StoreError>;
}
