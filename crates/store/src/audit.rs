//! Who did what when. Rows are added and never changed.
//!
//! What an act changes and the act itself are written in one transaction: the repositories take the
//! [`Act`] with each change that a person or a key makes.

pub(crate) mod sea;
pub(crate) mod write;

use async_trait::async_trait;
use domain::{Act, Actor, AuditAction, AuditEntry, ProviderSlug, Topic};

use crate::{Page, PageRequest, StoreError};

/// Which acts to list; what is none does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only of this actor.
    pub actor: Option<Actor>,
    /// Only of this kind.
    pub action: Option<AuditAction>,
    /// Only of this vendor.
    pub provider: Option<ProviderSlug>,
    /// Only of this topic.
    pub topic: Option<Topic>,
}

/// What storage can do with the audit.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AuditRepository: Send + Sync {
    /// Writes down an act that changes no record, such as a request that is sent to a vendor.
    ///
    /// # Errors
    /// When the database fails.
    async fn append(&self, act: Act) -> Result<(), StoreError>;

    /// Acts, newest first.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn list(
        &self,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditEntry>, StoreError>;
}
