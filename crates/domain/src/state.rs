//! Where a job stands. One value holds status and stage together, so that a pair which the rules do
//! not know cannot be written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a caller needs to know of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for a worker.
    Pending,
    /// A worker is on it.
    Running,
    /// Waits for a person.
    NeedsClarification,
    /// Its script is saved as a candidate.
    Completed,
    /// Over without a script; the last log entry says why.
    Failed,
}

/// What is being done with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing yet.
    Queued,
    /// The brief is put together.
    Gathering,
    /// The author writes.
    Generating,
    /// The hypothesis is run against the samples.
    Testing,
    /// The failure is written down for the author.
    Retrying,
    /// Nothing more.
    Done,
}

/// The stage at which a job stopped to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pause {
    /// There is no sample to test against.
    Gathering,
    /// The author asked.
    Generating,
    /// The retries are used up.
    Testing,
}

/// Status and stage of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for a worker.
    Queued,
    /// The brief is put together.
    Gathering,
    /// The author writes.
    Generating,
    /// The hypothesis is run against the samples.
    Testing,
    /// The failure is written down for the author.
    Retrying,
    /// Waits for a person.
    Waiting(Pause),
    /// The script is saved.
    Completed,
    /// Over without a script.
    Failed,
}

impl Status {
    /// All statuses, in the order of a job's life.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Running, Self::NeedsClarification, Self::Completed, Self::Failed];

    /// The word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::NeedsClarification => "needs_clarification",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("status must be one of pending, running, needs_clarification, completed, failed")]
pub struct UnknownStatus;

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownStatus)
    }
}

impl Stage {
    /// All stages, in the order of a job's life.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Gathering,
        Self::Generating,
        Self::Testing,
        Self::Retrying,
        Self::Done,
    ];

    /// The word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Gathering => "gathering",
            Self::Generating => "generating",
            Self::Testing => "testing",
            Self::Retrying => "retrying",
            Self::Done => "done",
        }
    }
}

impl State {
    /// Every state there is.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Gathering,
        Self::Generating,
        Self::Testing,
        Self::Retrying,
        Self::Waiting(Pause::Gathering),
        Self::Waiting(Pause::Generating),
        Self::Waiting(Pause::Testing),
        Self::Completed,
        Self::Failed,
    ];

    /// What a caller sees as status.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Queued => Status::Pending,
            Self::Gathering | Self::Generating | Self::Testing | Self::Retrying => Status::Running,
            Self::Waiting(_) => Status::NeedsClarification,
            Self::Completed => Status::Completed,
            Self::Failed => Status::Failed,
        }
    }

    /// What a caller sees as stage.
    #[must_use]
    pub const fn stage(self) -> Stage {
        match self {
            Self::Queued => Stage::Queued,
            Self::Gathering | Self::Waiting(Pause::Gathering) => Stage::Gathering,
            Self::Generating | Self::Waiting(Pause::Generating) => Stage::Generating,
            Self::Testing | Self::Waiting(Pause::Testing) => Stage::Testing,
            Self::Retrying => Stage::Retrying,
            Self::Completed | Self::Failed => Stage::Done,
        }
    }

    /// The state that a stored pair of words names, if there is one.
    ///
    /// # Errors
    /// When no job can be in that pair of status and stage.
    pub fn from_words(status: &str, stage: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|state| state.status().as_str() == status && state.stage().as_str() == stage)
            .ok_or_else(|| UnknownState { status: status.to_owned(), stage: stage.to_owned() })
    }

    /// Whether nothing can happen to the job any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// A status and a stage that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no job is {status}/{stage}")]
pub struct UnknownState {
    status: String,
    stage: String,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.status(), self.stage())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back_from_its_words_and_no_other_pair_does() {
        let mut known = 0;
        for status in Status::ALL {
            for stage in Stage::ALL {
                if let Ok(state) = State::from_words(status.as_str(), stage.as_str()) {
                    assert_eq!((state.status(), state.stage()), (status, stage));
                    known += 1;
                }
            }
        }
        assert_eq!(known, State::ALL.len());
        assert_eq!(
            State::from_words("completed", "testing").unwrap_err().to_string(),
            "no job is completed/testing"
        );
    }
}
