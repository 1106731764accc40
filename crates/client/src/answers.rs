//! What the server answers: the parts that are shown, and the whole for programs.

use domain::{Stage, Status, Topic};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer(pub(crate) Value);

impl Answer {
    /// The whole body.
    #[must_use]
    pub const fn body(&self) -> &Value {
        &self.0
    }

    /// The whole body, for those who keep it.
    #[must_use]
    pub fn into_body(self) -> Value {
        self.0
    }

    /// The part named `name` as `T`.
    ///
    /// # Errors
    /// With what is missing or of another kind.
    pub fn part<T: DeserializeOwned>(&self, name: &str) -> Result<T, String> {
        let part = self.0.get(name).ok_or_else(|| format!("it has no {name:?}"))?;
        T::deserialize(part).map_err(|error| format!("{name}: {error}"))
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// The vendor.
    pub provider: String,
    /// What the script shall do.
    pub topic: Topic,
    /// Whether anybody has to do anything.
    pub status: Status,
    /// What is being done.
    pub stage: Stage,
    /// The question that waits for an answer; empty when none does.
    pub clarification: String,
    /// What happened, oldest first.
    pub logs: Vec<LogLine>,
    /// The test runs, oldest first.
    pub test_results: Vec<TestResult>,
    /// Retries so far.
    pub retries: u32,
    /// The saved script; 0 when there is none yet.
    pub result_script_id: i64,
    /// When it was accepted, in RFC 3339.
    pub created_at: String,
    /// When it last changed, in RFC 3339.
    pub updated_at: String,
}

impl Job {
    /// Whether a worker has it in hand, or will have.
    pub(crate) const fn goes_on(&self) -> bool {
        match self.status {
            Status::Pending | Status::Running => true,
            Status::NeedsClarification | Status::Completed | Status::Failed => false,
        }
    }

    /// Why it is over, in the words of its last log entry.
    #[must_use]
    pub fn last_word(&self) -> &str {
        self.logs.last().map_or("", |line| &line.message)
    }
}

/// One line of a job's log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LogLine {
    /// The stage in which it was written.
    pub stage: Stage,
    /// What happened.
    pub message: String,
    /// When, in RFC 3339.
    pub timestamp: String,
}

/// One test run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// Counts from one.
    pub attempt: u32,
    /// Whether every sample passed.
    pub passed: bool,
    /// What failed; empty when nothing did.
    pub error: String,
}

/// A script in a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScriptLine {
    pub(crate) id: i64,
    pub(crate) provider: String,
    pub(crate) topic: Topic,
    pub(crate) version: u32,
    pub(crate) status: domain::ScriptStatus,
    pub(crate) passed: bool,
    pub(crate) author: String,
    pub(crate) updated_at: String,
}

/// A page of a list: where the next one begins; empty when this is the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: String,
}
