//! Who is signed in at the console. In the database, so that a session holds on every server and
//! after a restart, and ends everywhere at once.

pub(crate) mod sea;

use async_trait::async_trait;
use domain::{Session, Timestamp};

use crate::StoreError;

/// What storage can do with sessions.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send + Sync {
    /// Keeps a new session, and forgets those that ended before it began.
    ///
    /// # Errors
    /// When the database fails.
    async fn insert(&self, session: Session) -> Result<(), StoreError>;

    /// The session whose token has this hash, if it has not ended at `now`.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn get(&self, token_hash: &str, now: Timestamp) -> Result<Option<Session>, StoreError>;

    /// Ends a session; one that is not there is no error.
    ///
    /// # Errors
    /// When the database fails.
    async fn delete(&self, token_hash: &str) -> Result<(), StoreError>;
}
