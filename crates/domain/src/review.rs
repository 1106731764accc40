//! What a reviewer may do with a script.

use crate::{Script, ScriptStatus};

/// A reviewer's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewAction {
    /// Take it into use, in place of the one that is.
    Activate,
    /// Take it out of use for the one that was in use before it.
    RollBack,
    /// Take it out of use.
    Deprecate,
    /// Put it away.
    Archive,
}

impl ReviewAction {
    /// All actions.
    pub const ALL: [Self; 4] = [Self::Activate, Self::RollBack, Self::Deprecate, Self::Archive];

    /// The word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::RollBack => "rollback",
            Self::Deprecate => "deprecate",
            Self::Archive => "archive",
        }
    }
}

/// Why a decision cannot be carried out; the message says what can be done instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// It is in use.
    #[error("the script is active; deprecate it first, or activate another")]
    InUse,
    /// It is not in use, so there is nothing to take out.
    #[error("only an active script can be deprecated; archive this one instead")]
    NotInUse,
    /// It is not in use, so there is nothing to roll back.
    #[error("only the script in use can be rolled back; this one is {0}")]
    NotRolledBack(ScriptStatus),
    /// It is already where the action would take it.
    #[error("the script is already {0}")]
    Already(ScriptStatus),
    /// It was put away.
    #[error("the script is archived; upload its source again to bring it back")]
    PutAway,
}

impl Script {
    /// The status after `action`. Whether a script may come into use depends on its tests as well, and
    /// on who asks: that is not a matter of its status.
    ///
    /// # Errors
    /// When the script's status does not allow it.
    pub fn after(&self, action: ReviewAction) -> Result<ScriptStatus, ReviewError> {
        use ReviewAction::{Activate, Archive, Deprecate, RollBack};
        use ScriptStatus::{Active, Archived, Candidate, Deprecated};
        match (self.status, action) {
            (Candidate | Deprecated, Activate) => Ok(Active),
            (Candidate | Deprecated, Archive) => Ok(Archived),
            (Active, Deprecate | RollBack) => Ok(Deprecated),
            (Active, Activate) => Err(ReviewError::Already(Active)),
            (Active, Archive) => Err(ReviewError::InUse),
            (Candidate, Deprecate) => Err(ReviewError::NotInUse),
            (Deprecated, Deprecate) => Err(ReviewError::Already(Deprecated)),
            (Archived, Archive) => Err(ReviewError::Already(Archived)),
            (Archived, Activate | Deprecate) => Err(ReviewError::PutAway),
            (status @ (Candidate | Deprecated | Archived), RollBack) => {
                Err(ReviewError::NotRolledBack(status))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewScript, ScriptId, Timestamp, Topic};

    fn script(status: ScriptStatus) -> Script {
        Script {
            id: ScriptId::new(1).unwrap(),
            version: 1,
            status,
            content: NewScript {
                provider: "my-till".parse().unwrap(),
                topic: Topic::SyncProducts,
                source: String::new(),
                author: None,
                job: None,
                started_by: None,
                provenance: Vec::new(),
                test_results: Vec::new(),
            },
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_candidate_goes_into_use_and_out_again() {
        let path = [
            (ScriptStatus::Candidate, ReviewAction::Activate, ScriptStatus::Active),
            (ScriptStatus::Active, ReviewAction::Deprecate, ScriptStatus::Deprecated),
            (ScriptStatus::Active, ReviewAction::RollBack, ScriptStatus::Deprecated),
            (ScriptStatus::Deprecated, ReviewAction::Activate, ScriptStatus::Active),
            (ScriptStatus::Deprecated, ReviewAction::Archive, ScriptStatus::Archived),
            (ScriptStatus::Candidate, ReviewAction::Archive, ScriptStatus::Archived),
        ];
        let mut refused = 0;
        for status in ScriptStatus::ALL {
            for action in ReviewAction::ALL {
                let wanted = path.iter().find(|(from, by, _)| (*from, *by) == (status, action));
                match (script(status).after(action), wanted) {
                    (Ok(got), Some((_, _, to))) => assert_eq!(got, *to),
                    (Err(_), None) => refused += 1,
                    (got, _) => panic!("{status} {action:?}: {got:?}"),
                }
            }
        }
        assert_eq!(refused, 16 - path.len());
    }
}
