//! Connections to vendors' accounts.

mod row;
pub(crate) mod sea;

use async_trait::async_trait;
use domain::{
    ConnectionSlug, ConnectionStatus, Owner, ProviderConnection, SealedSecret, Timestamp,
};

use crate::StoreError;

/// A connection and its secrets, sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionWithSecrets {
    /// The connection.
    pub connection: ProviderConnection,
    /// Its secrets, by field.
    pub secrets: Vec<SealedSecret>,
}

/// What storage can do with connections. Each belongs to an owner, and no method reaches those of
/// another by their slug.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ConnectionRepository: Send + Sync {
    /// Adds or replaces a connection with all of its secrets: those that are not given are gone.
    ///
    /// # Errors
    /// When the database fails or a text holds a NUL character.
    async fn put(&self, given: ConnectionWithSecrets) -> Result<(), StoreError>;

    /// One connection.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn get(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
    ) -> Result<Option<ConnectionWithSecrets>, StoreError>;

    /// An owner's connections by slug.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn list(&self, owner: &Owner) -> Result<Vec<ConnectionWithSecrets>, StoreError>;

    /// Removes a connection and its secrets; says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    async fn delete(&self, owner: &Owner, slug: &ConnectionSlug) -> Result<bool, StoreError>;

    /// Writes what a test said of a connection, unless somebody changed it since `updated_at`; says
    /// whether it was written.
    ///
    /// # Errors
    /// When the database fails.
    async fn tested(
        &self,
        tested: &ProviderConnection,
        status: ConnectionStatus,
        message: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Some secrets that another key than this one sealed.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn not_sealed_with(
        &self,
        key_id: &str,
        limit: u32,
    ) -> Result<Vec<SealedSecret>, StoreError>;

    /// Puts a secret that was sealed anew in the place of the old one, unless that was replaced
    /// meanwhile; says whether it was written.
    ///
    /// # Errors
    /// When the database fails.
    async fn reseal(&self, old: &SealedSecret, new: &SealedSecret) -> Result<bool, StoreError>;
}
