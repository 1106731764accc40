//! What can go wrong in a use case. The API turns each variant into one HTTP status.

use authors::AuthorError;
use domain::{Attempt, ReviewError, ScriptId};
use sandbox::SandboxError;
use store::StoreError;
use vault::VaultError;

/// Each variant says what a caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There is no such record.
    #[error("there is no {what}")]
    NotFound {
        /// What was looked for, such as "job 7".
        what: String,
    },
    /// A value is not acceptable; the message says what would be.
    #[error("{message}")]
    Invalid {
        /// Which value.
        field: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// The record's state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// A script that a person gave does not pass its tests.
    #[error("the script does not pass its tests: {}", .0.error)]
    DoesNotPass(Box<Attempt>),
    /// A script does not pass its tests, so it comes into use only when a reviewer says so.
    #[error(
        "script {id} does not pass its tests; save a corrected version, or say \"force\": true and \
         give a \"reason\" to take it into use all the same"
    )]
    NotPassing {
        /// Which script.
        id: ScriptId,
        /// Which sample, which path, what was there and what would be right.
        error: String,
    },
    /// The key may do such things, and not this one; the message says who may.
    #[error("{0}")]
    Forbidden(String),
    /// As many jobs wait as may wait.
    #[error("{most} jobs wait already; try again when some of them are done")]
    QueueFull {
        /// How many may wait.
        most: u32,
    },
    /// There is too much of this at the moment; later there may be room.
    #[error("{0}")]
    Busy(String),
    /// The API key is missing, malformed, unknown, expired or revoked. Which of them is not told.
    #[error("the API key is not valid")]
    Unauthenticated,
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
    /// The sandbox failed.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A secret cannot be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The author failed.
    #[error(transparent)]
    Author(#[from] AuthorError),
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Nul { field } => {
                Self::Invalid { message: format!("{field} must not hold a NUL character"), field }
            }
            StoreError::IdempotencyMismatch => Self::Conflict(
                "this Idempotency-Key was used with another request; use a new key".to_owned(),
            ),
            StoreError::Conflict => {
                Self::Conflict("the record was changed at the same time; read it again".to_owned())
            }
            StoreError::LeaseLost
            | StoreError::Corrupt(_)
            | StoreError::NewerSchema(_)
            | StoreError::Misconfigured(_)
            | StoreError::Unavailable(_) => Self::Store(error),
        }
    }
}

impl From<ReviewError> for EngineError {
    fn from(error: ReviewError) -> Self {
        Self::Conflict(error.to_string())
    }
}
