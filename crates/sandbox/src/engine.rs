//! The script engine: one script, one input, one outcome, in this thread.
//!
//! It is no security boundary. Its limits stop honest mistakes; what they miss, the child's parent
//! ends from outside.

mod failure;
mod quickjs;
#[cfg(test)]
mod tests;

pub(crate) use quickjs::{run, warm_up};

use crate::RunError;

/// Characters of one log line. What is longer is cut.
pub(crate) const LOG_CHARS: usize = 2_000;

/// Characters of an error's message, and of its stack.
const TEXT_CHARS: usize = 4_000;

/// Characters of the path to what is no JSON.
const PATH_CHARS: usize = 300;

/// Levels of arrays and objects in an output: a few less than the JSON reader on the other side
/// takes.
const OUTPUT_LEVELS: usize = 120;

/// What a run asks of its surroundings.
pub(crate) trait Outside {
    /// Makes HTTP calls, given as the JSON of a list of `HttpCall`, and gives the JSON of the list
    /// of `HttpReply`, in order. An error ends the run.
    fn http(&mut self, calls: String) -> Result<Vec<u8>, RunError>;

    /// Takes a line of the script's log.
    fn log(&mut self, line: String);
}
