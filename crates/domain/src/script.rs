//! Saved scripts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Actor, Attempt, AuthorName, JobId, ProviderSlug, ScriptId, Timestamp, Topic};

/// Where one output field comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldSource {
    /// The output field, such as `products[].price`.
    pub field: String,
    /// The expression of the input that it is read from.
    pub source: String,
    /// Why this source and no other.
    pub reason: String,
    /// How sure the author is, from 0 to 1.
    pub confidence: f64,
    /// The next best source; empty when there was none.
    #[serde(default)]
    pub runner_up: String,
}

/// Where a script stands in its review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptStatus {
    /// Tested, waits for a reviewer.
    Candidate,
    /// In use. At most one for each provider and topic.
    Active,
    /// Was in use.
    Deprecated,
    /// Put away.
    Archived,
}

impl ScriptStatus {
    /// All statuses, in the order of a script's life.
    pub const ALL: [Self; 4] = [Self::Candidate, Self::Active, Self::Deprecated, Self::Archived];

    /// The word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Active => "active",
            Self::Deprecated => "deprecated",
            Self::Archived => "archived",
        }
    }
}

impl fmt::Display for ScriptStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no script status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("script status must be one of candidate, active, deprecated, archived")]
pub struct UnknownScriptStatus;

impl FromStr for ScriptStatus {
    type Err = UnknownScriptStatus;

    fn from_str(text: &str) -> Result<Self, UnknownScriptStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownScriptStatus)
    }
}

/// A script that is about to be saved as a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct NewScript {
    /// The vendor.
    pub provider: ProviderSlug,
    /// What it does.
    pub topic: Topic,
    /// The JavaScript.
    pub source: String,
    /// The author that wrote it; none when a person uploaded it.
    pub author: Option<AuthorName>,
    /// The job that it came from; none when a person uploaded it. A job has at most one script.
    pub job: Option<JobId>,
    /// Who started that job or uploaded the script; none where that was not written down yet.
    pub started_by: Option<Actor>,
    /// Where each output field comes from.
    pub provenance: Vec<FieldSource>,
    /// The test runs that led to it, oldest first. A draft may have failed its last one.
    pub test_results: Vec<Attempt>,
}

/// A saved script.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// Its number.
    pub id: ScriptId,
    /// Counts from one within its provider and topic.
    pub version: u32,
    /// Where it stands in its review.
    pub status: ScriptStatus,
    /// What was saved.
    pub content: NewScript,
    /// When it was saved.
    pub created_at: Timestamp,
    /// When its status last changed.
    pub updated_at: Timestamp,
}

impl Script {
    /// Whether its last test run passed. One that was never tested did not.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.content.test_results.last().is_some_and(|attempt| attempt.passed)
    }
}
