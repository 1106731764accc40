//! What can go wrong between this process and its database.

/// Each variant says what a caller can do about it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Another worker has the job by now, or it was cancelled or answered. Drop the work: nothing of
    /// it was written.
    #[error("the lease on the job is lost")]
    LeaseLost,
    /// Somebody changed the record since it was read. Read it again and decide anew.
    #[error("the record was changed by somebody else")]
    Conflict,
    /// The idempotency key was used with another request. Tell the caller.
    #[error("the idempotency key was used with another request")]
    IdempotencyMismatch,
    /// The text holds a NUL character, which PostgreSQL cannot keep. Tell the caller which field.
    #[error("{field} holds a NUL character")]
    Nul {
        /// Where it is.
        field: String,
    },
    /// A record cannot be read back: written by another version, or by hand. Nothing to retry.
    #[error("a stored record cannot be read: {0}")]
    Corrupt(String),
    /// The database was made by a newer version of this program. Upgrade the program.
    #[error("the database is at a newer version than this program knows: {0}")]
    NewerSchema(String),
    /// The database cannot be used as it is configured: its URL is wrong, or it refuses the user. Mend
    /// the configuration; trying again does not help.
    #[error("the database cannot be used as it is configured: {0}")]
    Misconfigured(String),
    /// The database cannot be reached or did not carry it out. Try again later.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
}
