//! The script engine: one script, one input, one outcome, in this thread.
//!
//! A script is compiled once ([`Script`]). Its runs take place in a [`Room`]: a context that each finds
//! as it was made, made ready before the input comes ([`Prepared`]) and put back after it.
//!
//! It is no security boundary. Its limits stop honest mistakes; what they miss, the child's parent
//! ends from outside.

mod failure;
mod json;
mod prepared;
mod room;
mod script;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use prepared::Prepared;
pub(crate) use room::{Room, heap_space};
pub(crate) use script::{Script, warm_up};

use rquickjs::context::intrinsic as builtin;

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

/// The names that stand in stacks for the prelude and for the script.
const PRELUDE_NAME: &str = "sandbox";
const SCRIPT_NAME: &str = "script.js";

/// What a script finds besides the language's core. There is no compiler among it: no text becomes
/// code in a context that has seen an input.
type Builtins = (
    builtin::Date,
    builtin::RegExpCompiler,
    builtin::RegExp,
    builtin::Json,
    builtin::MapSet,
    builtin::Promise,
);

/// What a run asks of its surroundings.
pub(crate) trait Outside {
    /// Makes HTTP calls, given as the JSON of a list of `HttpCall`, and gives the JSON of the list
    /// of `HttpReply`, in order. An error ends the run.
    fn http(&mut self, calls: String) -> Result<Vec<u8>, RunError>;

    /// Signs what is given as the JSON of a `Signing`, and gives the signature as a JSON string. An
    /// error ends the run.
    fn sign(&mut self, signing: String) -> Result<Vec<u8>, RunError>;

    /// Takes a line of the script's log.
    fn log(&mut self, line: String);
}
