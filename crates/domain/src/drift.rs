//! Drift: an active script that worked breaks, because a vendor changed something.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{DriftId, JobId, Owner, ProviderSlug, ScriptId, Timestamp, Topic};

/// How a script breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// It threw.
    Threw,
    /// Its output breaks the topic's contract: the schema or a rule.
    Contract,
    /// Its output lacks records that the vendor plainly sent.
    Records,
    /// A limit ended it.
    Stopped,
}

impl DriftKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Threw, Self::Contract, Self::Records, Self::Stopped];

    /// The word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Threw => "threw",
            Self::Contract => "contract",
            Self::Records => "records",
            Self::Stopped => "stopped",
        }
    }
}

impl fmt::Display for DriftKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("kind of drift must be one of threw, contract, records, stopped")]
pub struct UnknownDriftKind;

impl FromStr for DriftKind {
    type Err = UnknownDriftKind;

    fn from_str(text: &str) -> Result<Self, UnknownDriftKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownDriftKind)
    }
}

/// Whether somebody has to look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftStatus {
    /// The script breaks, as far as anybody knows.
    Open,
    /// A person said that it is dealt with, or another script is in use.
    Resolved,
}

impl DriftStatus {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Open, Self::Resolved];

    /// The word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }
}

impl fmt::Display for DriftStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no status of a drift event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("status of a drift event must be one of open, resolved")]
pub struct UnknownDriftStatus;

impl FromStr for DriftStatus {
    type Err = UnknownDriftStatus;

    fn from_str(text: &str) -> Result<Self, UnknownDriftStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownDriftStatus)
    }
}

/// Which failure of which script. Equal failures are one event, however often they happen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DriftKey {
    /// The script.
    pub script: ScriptId,
    /// How it breaks.
    pub kind: DriftKind,
    /// Where: the path in the output such as `products[].price`, the line of the script, or the limit.
    pub path: String,
}

/// A failure that is seen for the first time, or again after it was resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDrift {
    /// Which failure.
    pub key: DriftKey,
    /// The vendor.
    pub provider: ProviderSlug,
    /// What the script does.
    pub topic: Topic,
    /// On whose account; none where the run had no connection.
    pub owner: Option<Owner>,
    /// What was wanted, and what was there instead.
    pub failure: String,
    /// Whether the sample that is kept with it breaks the script in the same way.
    pub reproduced: bool,
}

/// Equal failures of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// Its number.
    pub id: DriftId,
    /// What was seen.
    pub seen: NewDrift,
    /// Whether somebody has to look at it.
    pub status: DriftStatus,
    /// How often it happened.
    pub count: u64,
    /// When it happened first.
    pub first_seen: Timestamp,
    /// When it happened last.
    pub last_seen: Timestamp,
    /// The job that repairs the script; none where there is none.
    pub repair: Option<JobId>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// Who or what resolved it; empty while nobody has.
    pub resolved_by: String,
}

/// What a repair job is to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The script that breaks.
    pub script: ScriptId,
    /// Its JavaScript.
    pub source: String,
    /// How it breaks.
    pub failure: String,
}

/// What is done when a vendor's script drifts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairPolicy {
    /// People are told and nothing else.
    #[default]
    Off,
    /// A job writes a candidate, which waits for review.
    On,
}

impl RepairPolicy {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Off, Self::On];

    /// The word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
        }
    }
}

impl fmt::Display for RepairPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("repair must be one of off, on")]
pub struct UnknownRepairPolicy;

impl FromStr for RepairPolicy {
    type Err = UnknownRepairPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownRepairPolicy> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text).ok_or(UnknownRepairPolicy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for kind in DriftKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for status in DriftStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for policy in RepairPolicy::ALL {
            assert_eq!(policy.as_str().parse(), Ok(policy));
            assert_eq!(serde_json::to_value(policy).unwrap(), policy.as_str());
        }
    }
}
