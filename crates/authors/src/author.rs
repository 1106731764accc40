//! The seam between the engine and what writes scripts.

use async_trait::async_trait;
use domain::{AuthorName, Brief, Draft};

/// Something that writes scripts.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ScriptAuthor: Send + Sync {
    /// The name under which a caller asks for it.
    fn name(&self) -> AuthorName;

    /// Writes one draft: a script, or a question that only a person can answer.
    ///
    /// # Errors
    /// When the author cannot work at all. A brief that it cannot solve is a question, not an error.
    async fn write(&self, brief: &Brief) -> Result<Draft, AuthorError>;
}

/// Each variant says what a caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorError {
    /// It does not answer now. Another author, or the same one later, may.
    #[error("the author is unavailable: {0}")]
    Unavailable(String),
    /// It does not accept its credentials. Only whoever configured it can mend that.
    #[error("the author refused its credentials: {0}")]
    Refused(String),
    /// It failed on this brief and would fail again. The text is for its developers.
    #[error("the author failed: {0}")]
    Broken(String),
}
