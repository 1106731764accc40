//! The seam between the engine and what writes scripts.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Allowance, AuthorName, Brief, Draft, Question, Usage};

/// Something that writes scripts.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ScriptAuthor: Send + Sync {
    /// The name under which a caller asks for it.
    fn name(&self) -> AuthorName;

    /// Writes one draft: a script, or a question that only a person can answer. `watcher` is told what
    /// happens on the way. Dropping the future stops the work.
    ///
    /// # Errors
    /// When there is no draft. A brief that it cannot solve is a question, not an error.
    async fn write(&self, brief: &Brief, watcher: Arc<dyn Watcher>) -> Result<Draft, AuthorError>;

    /// Words the question to a person when no script passed and no retry is left; none when it knows
    /// nothing better than the failures themselves.
    ///
    /// # Errors
    /// As [`Self::write`].
    async fn ask(
        &self,
        brief: &Brief,
        watcher: Arc<dyn Watcher>,
    ) -> Result<Option<Question>, AuthorError>;
}

/// Sees an author at work. What it is told it takes at once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Watcher: Send + Sync {
    /// The script so far, of a reply that is on its way. Empty when the reply begins anew.
    fn grew(&self, script: &str);

    /// What was used since the last call. It is reported for failed calls too: they cost as much.
    fn used(&self, usage: Usage);

    /// Something that belongs into the job's log, in a sentence.
    fn said(&self, note: &str);

    /// Sets aside what the next call may use at most, before it is made; gives what it may use, which
    /// is less where less is left. The brief's allowance holds as well.
    ///
    /// # Errors
    /// [`AuthorError::Unavailable`] when others may use what is left, [`AuthorError::BudgetSpent`] when
    /// nothing is.
    async fn set_aside(&self, most: Usage) -> Result<Allowance, AuthorError>;
}

/// A watcher that looks away.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Unwatched {
    /// For the methods of [`ScriptAuthor`].
    #[must_use]
    pub fn shared() -> Arc<dyn Watcher> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Watcher for Unwatched {
    fn grew(&self, _: &str) {}
    fn used(&self, _: Usage) {}
    fn said(&self, _: &str) {}

    async fn set_aside(&self, _: Usage) -> Result<Allowance, AuthorError> {
        Ok(Allowance::UNBOUNDED)
    }
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
    /// What may be spent on it is spent. Another author may cost less; the same one may go on when
    /// the budget is larger or the day is over.
    #[error("the budget is spent: {0}")]
    BudgetSpent(String),
    /// Its reply is no draft, even after it was told so. That is a failed attempt: the next may be
    /// better.
    #[error("the author's reply is no draft: {0}")]
    BadReply(String),
    /// It failed on this brief and would fail again. The text is for its developers.
    #[error("the author failed: {0}")]
    Broken(String),
}
