//! Connections to vendors' accounts.

mod row;
pub(crate) mod sea;

use async_trait::async_trait;
use domain::{Act, ConnectionSlug, ConnectionStatus, Owner, ProviderConnection, SealedSecret};

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
    /// Adds or replaces a connection with all of its secrets: those that are not given are gone. The
    /// act is written in the same transaction, as with every change that a person makes.
    ///
    /// # Errors
    /// When the database fails or a text holds a NUL character.
    async fn put(&self, given: ConnectionWithSecrets, act: Act) -> Result<(), StoreError>;

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
    async fn delete(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
        act: Act,
    ) -> Result<bool, StoreError>;

    /// Writes what a test said of a connection, unless somebody changed it since `updated_at`; says
    /// whether it was written. The act is written in either case: the test was made.
    ///
    /// # Errors
    /// When the database fails.
    async fn tested(
        &self,
        tested: &ProviderConnection,
        status: ConnectionStatus,
        message: &str,
        act: Act,
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
