//! A time in which none of a job's authors is available.

use serde::{Deserialize, Serialize};

use crate::{AuthorName, Timestamp};

/// Why a job that could run waits without a worker. It is kept with the job, so that whoever tries
/// next knows what the one before found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// When all authors were first found unavailable in this step.
    pub since: Timestamp,
    /// The authors that are not asked again in this step, because they would fail again.
    pub out: Vec<Out>,
}

/// An author that will not work in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Out {
    /// Who.
    pub author: AuthorName,
    /// What it failed of.
    pub why: String,
}
