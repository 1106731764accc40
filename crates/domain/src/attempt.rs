//! One test run of a hypothesis.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The outcome of running a hypothesis against every sample and its mutations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Counts from one within the job.
    pub attempt: u32,
    /// Whether every check held.
    pub passed: bool,
    /// Which sample, which path, what was there and what was expected; empty when it passed.
    pub error: String,
    /// The start of the first sample's output as JSON; empty when there was none.
    pub output_preview: String,
    /// The records in the first sample's output.
    pub output_count: u32,
    /// When the run ended.
    pub timestamp: Timestamp,
}
