//! What changed, told at once to whoever waits for it.
//!
//! Word of a change is a hint, never a promise: it may be lost when a process dies or a connection
//! breaks. Who must not miss a change looks at the database from time to time as well. Where word is
//! known to be lost, [`Change::Missed`] says so.

mod board;
pub(crate) mod postgres;

use domain::JobId;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

pub use board::Board;

/// One piece of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A job was written.
    Job {
        /// Which.
        id: JobId,
        /// Its version since then, or a later one.
        version: i64,
    },
    /// There is a job to claim.
    Ready,
    /// A person changed the job: whoever held it has lost it.
    Taken {
        /// Which.
        id: JobId,
    },
    /// A script came, or came into use or went out of it, or what is known of its drift changed.
    Scripts,
    /// Word of changes was lost. Anything may have changed.
    Missed,
}

/// Where news come from.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Changes: Send + Sync {
    /// All that changes from now on: by this process and, where the database carries word of it, by
    /// all others. Any number of watches cost one connection.
    fn watch(&self) -> Watch;
}

/// News, one after the other. A watch that is not read for long misses some, and says so.
#[derive(Debug)]
pub struct Watch(broadcast::Receiver<Change>);

impl Watch {
    /// The next piece of news. Waits for ever when none can come any more.
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Change {
        match self.0.recv().await {
            Ok(change) => change,
            Err(RecvError::Lagged(_)) => Change::Missed,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }

    /// The next piece of news if it is here already.
    pub fn next_now(&mut self) -> Option<Change> {
        match self.0.try_recv() {
            Ok(change) => Some(change),
            Err(TryRecvError::Lagged(_)) => Some(Change::Missed),
            Err(TryRecvError::Empty | TryRecvError::Closed) => None,
        }
    }
}
