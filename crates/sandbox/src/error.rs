//! Two kinds of trouble: the script's own ([`RunError`]), which its author must read, and the
//! sandbox's ([`SandboxError`]), which an operator must.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Why a run gave no output. The text is what an author reads next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RunError {
    /// The source is no JavaScript.
    #[error("syntax error at line {line}, column {column}: {message}")]
    Syntax {
        /// Counts from one.
        line: u32,
        /// Counts from one.
        column: u32,
        /// The script engine's words.
        message: String,
    },
    /// The source defines no function `transform`.
    #[error("the script defines no function transform(input, context)")]
    NoTransform,
    /// The script threw.
    #[error("the script threw: {message}")]
    Threw {
        /// What it threw, as text.
        message: String,
        /// The JavaScript stack; empty where there is none.
        stack: String,
    },
    /// Wall-clock time ran out.
    #[error("the script did not finish within {} ms", limit.as_millis())]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// The heap's limit was reached.
    #[error("the script used more than {limit_bytes} bytes of memory")]
    OutOfMemory {
        /// The limit.
        limit_bytes: usize,
    },
    /// The stack's limit was reached.
    #[error("the script overflowed its stack")]
    StackOverflow,
    /// The output as JSON is too large.
    #[error("the output is larger than {limit_bytes} bytes")]
    OutputTooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The output is no JSON value.
    #[error("the output is not JSON: {reason}")]
    OutputNotJson {
        /// What it is instead, and where.
        reason: String,
    },
    /// It returned a promise that nothing will ever settle.
    #[error("the promise that the script returned never settled")]
    NeverSettled,
    /// It made an HTTP call that no recorded exchange answers.
    #[error("HTTP call not recorded: {call}; recorded: {recorded}")]
    HttpNotRecorded {
        /// Method and address.
        call: String,
        /// What is recorded, or "nothing".
        recorded: String,
    },
    /// It made an HTTP call that may not be made, or that came to nothing.
    #[error("HTTP call failed: {call}: {reason}")]
    HttpFailed {
        /// Method and address.
        call: String,
        /// Which rule refused it, or what the network said.
        reason: String,
    },
    /// It made more HTTP calls than it may.
    #[error("the script made more than {limit} HTTP calls")]
    TooManyCalls {
        /// The limit.
        limit: u32,
    },
    /// The child died without an answer, or gave one that makes no sense.
    #[error("the script crashed its sandbox: {how}")]
    Crashed {
        /// The signal or exit code, or what was wrong with the answer.
        how: String,
    },
}

impl RunError {
    /// The JavaScript stack, where the script threw something that has one.
    #[must_use]
    pub fn stack(&self) -> Option<&str> {
        match self {
            Self::Threw { stack, .. } => Some(stack.trim_end()).filter(|stack| !stack.is_empty()),
            Self::Syntax { .. }
            | Self::NoTransform
            | Self::TimedOut { .. }
            | Self::OutOfMemory { .. }
            | Self::StackOverflow
            | Self::OutputTooLarge { .. }
            | Self::OutputNotJson { .. }
            | Self::NeverSettled
            | Self::HttpNotRecorded { .. }
            | Self::HttpFailed { .. }
            | Self::TooManyCalls { .. }
            | Self::Crashed { .. } => None,
        }
    }
}

/// The sandbox itself does not work; the script is not to blame. Try again, and tell an operator.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// No child could be started.
    #[error("cannot start a sandbox process: {0}")]
    Spawn(#[source] std::io::Error),
    /// The input is too large to hand over.
    #[error("the input is larger than {limit_bytes} bytes")]
    InputTooLarge {
        /// The limit.
        limit_bytes: usize,
    },
}
