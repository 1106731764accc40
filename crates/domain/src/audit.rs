//! What people and keys did: the rows of the audit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Actor, NewJob, ProviderSlug, Timestamp, Topic, bounded};

/// Characters of a reason.
const REASON_MAX: usize = 1_000;
/// Characters of what is told besides.
const DETAILS_MAX: usize = 2_000;

/// Something that somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AuditAction {
    /// A job was started.
    #[serde(rename = "job.started")]
    JobStarted,
    /// A job's question was answered.
    #[serde(rename = "job.answered")]
    JobAnswered,
    /// A job was cancelled.
    #[serde(rename = "job.cancelled")]
    JobCancelled,
    /// A script that a person wrote was saved.
    #[serde(rename = "script.saved")]
    ScriptSaved,
    /// A script was taken into use.
    #[serde(rename = "script.activated")]
    ScriptActivated,
    /// A script was taken into use although it does not pass its tests.
    #[serde(rename = "script.forced")]
    ScriptForced,
    /// A script was taken out of use for the one before it.
    #[serde(rename = "script.rolled_back")]
    ScriptRolledBack,
    /// A script was taken out of use.
    #[serde(rename = "script.deprecated")]
    ScriptDeprecated,
    /// A script was put away.
    #[serde(rename = "script.archived")]
    ScriptArchived,
    /// A document or, where a topic is named, a sample was added or replaced.
    #[serde(rename = "knowledge.added")]
    KnowledgeAdded,
    /// A document or, where a topic is named, a sample was removed.
    #[serde(rename = "knowledge.removed")]
    KnowledgeRemoved,
    /// A connection was added or replaced.
    #[serde(rename = "connection.put")]
    ConnectionPut,
    /// A connection was removed.
    #[serde(rename = "connection.removed")]
    ConnectionRemoved,
    /// A connection was tested.
    #[serde(rename = "connection.tested")]
    ConnectionTested,
    /// An API key was made.
    #[serde(rename = "key.created")]
    KeyCreated,
    /// An API key was revoked.
    #[serde(rename = "key.revoked")]
    KeyRevoked,
    /// An active script's requests were sent to a vendor.
    #[serde(rename = "run.sent")]
    RunSent,
    /// A drift event was said to be dealt with.
    #[serde(rename = "drift.resolved")]
    DriftResolved,
    /// It was set what is done when a vendor's script drifts.
    #[serde(rename = "policy.set")]
    PolicySet,
}

impl AuditAction {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::JobStarted,
        Self::JobAnswered,
        Self::JobCancelled,
        Self::ScriptSaved,
        Self::ScriptActivated,
        Self::ScriptForced,
        Self::ScriptRolledBack,
        Self::ScriptDeprecated,
        Self::ScriptArchived,
        Self::KnowledgeAdded,
        Self::KnowledgeRemoved,
        Self::ConnectionPut,
        Self::ConnectionRemoved,
        Self::ConnectionTested,
        Self::KeyCreated,
        Self::KeyRevoked,
        Self::RunSent,
        Self::DriftResolved,
        Self::PolicySet,
    ];

    /// The word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JobStarted => "job.started",
            Self::JobAnswered => "job.answered",
            Self::JobCancelled => "job.cancelled",
            Self::ScriptSaved => "script.saved",
            Self::ScriptActivated => "script.activated",
            Self::ScriptForced => "script.forced",
            Self::ScriptRolledBack => "script.rolled_back",
            Self::ScriptDeprecated => "script.deprecated",
            Self::ScriptArchived => "script.archived",
            Self::KnowledgeAdded => "knowledge.added",
            Self::KnowledgeRemoved => "knowledge.removed",
            Self::ConnectionPut => "connection.put",
            Self::ConnectionRemoved => "connection.removed",
            Self::ConnectionTested => "connection.tested",
            Self::KeyCreated => "key.created",
            Self::KeyRevoked => "key.revoked",
            Self::RunSent => "run.sent",
            Self::DriftResolved => "drift.resolved",
            Self::PolicySet => "policy.set",
        }
    }
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "action must be one of job.started, job.answered, job.cancelled, script.saved, \
     script.activated, script.forced, script.rolled_back, script.deprecated, script.archived, \
     knowledge.added, knowledge.removed, connection.put, connection.removed, connection.tested, \
     key.created, key.revoked, run.sent, drift.resolved, policy.set"
)]
pub struct UnknownAction;

impl FromStr for AuditAction {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        Self::ALL.into_iter().find(|action| action.as_str() == text).ok_or(UnknownAction)
    }
}

/// Why somebody does something, in their words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reason(String);

/// The text is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "reason must say something, in at most {REASON_MAX} characters and without control characters"
)]
pub struct ReasonError;

impl Reason {
    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Reason {
    type Error = ReasonError;

    fn try_from(text: String) -> Result<Self, ReasonError> {
        text.parse()
    }
}

impl FromStr for Reason {
    type Err = ReasonError;

    fn from_str(text: &str) -> Result<Self, ReasonError> {
        let text = text.trim();
        let hostile = |c: char| c.is_control() && c != '\n';
        if text.is_empty() || text.chars().count() > REASON_MAX || text.chars().any(hostile) {
            return Err(ReasonError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.0
    }
}

/// What somebody does, as it is written down in the transaction that does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: AuditAction,
    /// Of which vendor; none where it is about none.
    pub provider: Option<ProviderSlug>,
    /// Of which topic; none where it is about none.
    pub topic: Option<Topic>,
    /// On what: the number of a job or script, the name of a document or sample, a connection's slug,
    /// a key's prefix.
    pub subject: String,
    /// Why, in the actor's words; empty where they gave none.
    pub reason: String,
    /// What else is known of it; empty where there is no more.
    pub details: String,
    /// When.
    pub at: Timestamp,
}

impl Act {
    /// Something that is about no vendor yet.
    #[must_use]
    pub fn new(actor: &Actor, action: AuditAction, at: Timestamp) -> Self {
        Self {
            actor: actor.clone(),
            action,
            provider: None,
            topic: None,
            subject: String::new(),
            reason: String::new(),
            details: String::new(),
            at,
        }
    }

    /// The start of a job, which has no number yet.
    #[must_use]
    pub fn start_of(job: &NewJob, at: Timestamp) -> Self {
        Self::new(&job.started_by, AuditAction::JobStarted, at)
            .of(&job.provider)
            .for_topic(job.topic)
    }

    /// Says of which vendor.
    #[must_use]
    pub fn of(mut self, provider: &ProviderSlug) -> Self {
        self.provider = Some(provider.clone());
        self
    }

    /// Says of which topic.
    #[must_use]
    pub fn for_topic(mut self, topic: Topic) -> Self {
        self.topic = Some(topic);
        self
    }

    /// Says on what.
    #[must_use]
    pub fn on(mut self, subject: impl fmt::Display) -> Self {
        self.subject = subject.to_string();
        self
    }

    /// Says why.
    #[must_use]
    pub fn because(mut self, reason: Option<&Reason>) -> Self {
        self.reason = reason.map_or_else(String::new, |reason| reason.as_str().to_owned());
        self
    }

    /// Says what else is known of it, after what was said before.
    #[must_use]
    pub fn noting(mut self, details: &str) -> Self {
        let separator = if self.details.is_empty() || details.is_empty() { "" } else { "; " };
        self.details = bounded(&format!("{}{separator}{details}", self.details), DETAILS_MAX);
        self
    }
}

/// An act as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number; later ones have greater numbers.
    pub id: i64,
    /// What was done.
    pub act: Act,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_reads_back_from_its_word() {
        for action in AuditAction::ALL {
            assert_eq!(action.as_str().parse(), Ok(action));
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
            assert!(UnknownAction.to_string().contains(action.as_str()), "{action}");
        }
        assert_eq!("job.eaten".parse::<AuditAction>(), Err(UnknownAction));
    }

    #[test]
    fn a_reason_says_something_in_a_few_words() {
        let longest = "x".repeat(REASON_MAX);
        for good in ["the menu is shut", " trimmed ", "two\nlines", &longest] {
            assert_eq!(good.parse::<Reason>().unwrap().as_str(), good.trim());
        }
        for bad in ["", " \n ", "a\0b", "a\u{1b}[31m", &format!("{longest}x")] {
            assert!(bad.parse::<Reason>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_noted_is_added_and_bounded() {
        let act = Act::new(&Actor::server(), AuditAction::RunSent, Timestamp::UNIX_EPOCH);
        let act = act.noting("").noting("version 3").noting("in place of script 5");
        assert_eq!(act.details, "version 3; in place of script 5");
        let long = act.noting(&"x".repeat(9_999));
        assert_eq!(long.details.chars().count(), DETAILS_MAX);
    }
}
