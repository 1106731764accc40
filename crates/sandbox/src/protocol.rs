//! What parent and child say to each other, and how much of it.
//!
//! ```text
//! parent            child
//!                   jails itself
//!         ◀───────  Jailed, or Refused
//!                   waits for the script that it will belong to
//! Terms   ───────▶
//! Script or Code ▶
//!         ◀───────  Ready
//!                   makes a context ready
//! Run     ───────▶
//!         ◀───────  Log, any number
//!         ◀───────  Calls, or Sign
//! Replies ───────▶
//!         ◀───────  Output or Failure
//! Run     ───────▶  …
//! ```

use serde::{Deserialize, Serialize};

use crate::Limits;
use crate::engine::LOG_CHARS;
use crate::frames::FrameKind;

/// Bytes of an input, and of the replies to one lot of calls.
pub(crate) const INPUT_BYTES: usize = 64 << 20;

/// Bytes of a compiled script that is kept. Larger ones are compiled by each child.
pub(crate) const CODE_BYTES: usize = 1 << 20;

/// Bytes of the hash before it.
pub(crate) const DIGEST_BYTES: usize = 32;

/// Bytes of one lot of calls.
pub(crate) const CALLS_BYTES: usize = 16 << 20;

/// Bytes of an output in any case; a run's own limit is checked after it.
const OUTPUT_BYTES: usize = 64 << 20;

/// Bytes of a failure: a message and a stack, with every character escaped.
const FAILURE_BYTES: usize = 128 << 10;

/// What the child is told before it sees the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Terms {
    pub(crate) limits: Limits,
    /// Runs that the child will be asked for, at most.
    pub(crate) max_runs: u32,
}

/// The kinds of frames that a parent sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FromParent {
    /// The terms, as JSON.
    Terms,
    /// The script's source.
    Script,
    /// What the source was compiled to: a SHA-256 hash of the parent's own, and what it is of.
    Code,
    /// An input, as JSON.
    Run,
    /// A list of replies, as JSON.
    Replies,
}

impl FrameKind for FromParent {
    fn code(self) -> u8 {
        match self {
            Self::Terms => b'T',
            Self::Script => b'S',
            Self::Code => b'C',
            Self::Run => b'I',
            Self::Replies => b'R',
        }
    }

    fn of_code(code: u8) -> Option<Self> {
        [Self::Terms, Self::Script, Self::Code, Self::Run, Self::Replies]
            .into_iter()
            .find(|kind| kind.code() == code)
    }

    fn max_bytes(self) -> usize {
        match self {
            Self::Terms => 4 << 10,
            Self::Code => DIGEST_BYTES + CODE_BYTES,
            Self::Script | Self::Run | Self::Replies => INPUT_BYTES,
        }
    }
}

/// The kinds of frames that a child sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FromChild {
    /// The jail is shut; the layers that it lacks, as JSON.
    Jailed,
    /// The jail cannot be shut; why, as text.
    Refused,
    /// The script is there. What its source was compiled to; empty when it came compiled, or is no
    /// script.
    Ready,
    /// A list of HTTP calls, as JSON.
    Calls,
    /// What is to be signed, as JSON. The reply is the signature, as a JSON string.
    Sign,
    /// A line of the log, as text.
    Log,
    /// The output, as JSON.
    Output,
    /// A `RunError`, as JSON.
    Failure,
}

impl FrameKind for FromChild {
    fn code(self) -> u8 {
        match self {
            Self::Jailed => b'j',
            Self::Refused => b'x',
            Self::Ready => b'r',
            Self::Calls => b'c',
            Self::Sign => b's',
            Self::Log => b'l',
            Self::Output => b'o',
            Self::Failure => b'f',
        }
    }

    fn of_code(code: u8) -> Option<Self> {
        use FromChild::{Calls, Failure, Jailed, Log, Output, Ready, Refused, Sign};
        [Jailed, Refused, Ready, Calls, Sign, Log, Output, Failure]
            .into_iter()
            .find(|kind| kind.code() == code)
    }

    fn max_bytes(self) -> usize {
        match self {
            Self::Jailed | Self::Refused => 4 << 10,
            Self::Ready => CODE_BYTES,
            Self::Calls | Self::Sign => CALLS_BYTES,
            // Four bytes a character, and the one that shows that the line was longer.
            Self::Log => 4 * (LOG_CHARS + 1),
            Self::Output => OUTPUT_BYTES,
            Self::Failure => FAILURE_BYTES,
        }
    }
}
