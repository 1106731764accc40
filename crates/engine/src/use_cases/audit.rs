//! Looking at what people and keys did.

use std::sync::Arc;

use domain::AuditEntry;
use store::{AuditFilter, AuditRepository, Page, PageRequest};

use crate::EngineError;

/// The use cases of the audit. Its rows come in with the acts themselves.
pub struct Audit {
    repository: Arc<dyn AuditRepository>,
}

impl Audit {
    /// Reads `audit`.
    #[must_use]
    pub fn new(audit: Arc<dyn AuditRepository>) -> Self {
        Self { repository: audit }
    }

    /// Acts, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditEntry>, EngineError> {
        Ok(self.repository.list(filter, page).await?)
    }
}
