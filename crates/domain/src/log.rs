//! What a job writes down as it goes.

use serde::{Deserialize, Serialize};

use crate::{Stage, Timestamp};

/// One line of a job's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// The stage that the job was in.
    pub stage: Stage,
    /// What happened, in a sentence.
    pub message: String,
    /// When.
    pub timestamp: Timestamp,
}
