//! The seam between what is said to a model and how it gets there.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::price::Tokens;

/// What is sent: the system text, and turns of which the last is ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Conversation {
    pub(crate) system: String,
    pub(crate) turns: Vec<Turn>,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Turn {
    /// What is the same for every draft of a job: worth keeping in the provider's cache.
    Stable(String),
    /// What we say.
    Ours(String),
    /// What the model replied.
    Reply(String),
}

impl Turn {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Stable(text) | Self::Ours(text) | Self::Reply(text) => text,
        }
    }
}

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) end: End,
    /// None where the provider does not say.
    #[serde(skip)]
    pub(crate) tokens: Option<Tokens>,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// It was at its end.
    Whole,
    /// It was longer than it may be.
    TooLong,
    /// The provider does not let it through.
    Withheld,
}

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The provider is busy or away. It says after how long to try again, or does not.
    Passing { what: String, after: Option<Duration> },
    /// The call took longer than it may. What it cost is not known; it is not made again.
    TooSlow { what: String },
    /// The provider does not accept the key.
    Refused { what: String },
    /// The account at the provider has nothing left.
    Unpaid { what: String },
    /// The request itself is wrong: it would be wrong again.
    Lasting { what: String },
}

/// Hears of a reply on its way.
pub(crate) trait Listener: Send + Sync {
    /// The script so far. Empty when a call begins anew.
    fn grew(&self, script: &str);

    /// A call ended without saying what it used: about so many tokens had been received.
    fn lost(&self, received: u32);
}

/// Something that replies.
#[async_trait]
pub(crate) trait Model: Send + Sync {
    /// Makes one call. Dropping the future ends it.
    async fn call(
        &self,
        conversation: &Conversation,
        max_reply_tokens: u32,
        listener: &dyn Listener,
    ) -> Result<Answer, Failure>;
}

#[cfg(test)]
mockall::mock! {
    pub(crate) Model {
        /// What it replies to a conversation.
        pub(crate) fn reply(&self, conversation: &Conversation, max_reply_tokens: u32) -> Result<Answer, Failure>;
    }
}

// By hand: the generated code does not fit a method that borrows three things.
#[cfg(test)]
#[async_trait]
impl Model for MockModel {
    async fn call(
        &self,
        conversation: &Conversation,
        max_reply_tokens: u32,
        listener: &dyn Listener,
    ) -> Result<Answer, Failure> {
        let answer = self.reply(conversation, max_reply_tokens)?;
        listener.grew(&answer.text);
        Ok(answer)
    }
}
