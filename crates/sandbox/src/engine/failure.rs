//! What an exception says of a run.

use rquickjs::{Array, Ctx, Error, Function, Object, Value};

use super::TEXT_CHARS;
use super::{PRELUDE_NAME, SCRIPT_NAME};
use crate::{Limits, RunError};
use domain::bounded;

/// Names what the script threw, or what the engine threw at it.
pub(super) fn of_thrown<'js>(
    thrown: Value<'js>,
    prelude: &Object<'js>,
    limits: &Limits,
) -> RunError {
    let out_of_memory = RunError::OutOfMemory { limit_bytes: limits.memory_bytes };
    // With a full heap there is no room for an error object, and null is thrown. A script that
    // throws null itself is told the same: the engine lets nobody tell them apart.
    if thrown.is_null() {
        return out_of_memory;
    }
    let ctx = thrown.ctx().clone();
    let described = prelude
        .get::<_, Function<'js>>("describe")
        .and_then(|describe| describe.call::<_, Array<'js>>((thrown,)))
        .and_then(|texts| Ok((texts.get::<String>(0)?, texts.get::<String>(1)?)));
    let Ok((message, stack)) = described else {
        return if ctx.catch().is_null() {
            out_of_memory
        } else {
            let message = "something that has no text".to_owned();
            RunError::Threw { message, stack: String::new() }
        };
    };
    // The engine has no other sign of these two than its words.
    if message.starts_with("InternalError: out of memory") {
        return out_of_memory;
    }
    if message == "RangeError: Maximum call stack size exceeded" {
        return RunError::StackOverflow;
    }
    RunError::Threw { message, stack: stack_of_script(&stack) }
}

/// Names why a source cannot be compiled. No code of the script has run: its errors are the engine's
/// own and can be read as they are.
pub(super) fn of_compiler(ctx: &Ctx<'_>, error: &Error, limits: &Limits) -> RunError {
    if !matches!(error, Error::Exception) {
        return of_engine(error, limits);
    }
    let out_of_memory = RunError::OutOfMemory { limit_bytes: limits.memory_bytes };
    let thrown = ctx.catch();
    let Some(thrown) = thrown.as_exception() else { return out_of_memory };
    let message = bounded(&thrown.message().unwrap_or_default(), TEXT_CHARS);
    let stack = bounded(&thrown.stack().unwrap_or_default(), TEXT_CHARS);
    let place = stack.lines().next().and_then(position);
    let name = thrown.as_object().get::<_, String>("name").unwrap_or_default();
    match (name.as_str(), place) {
        ("SyntaxError", Some((line, column))) => RunError::Syntax { line, column, message },
        ("InternalError", _) if message.starts_with("out of memory") => out_of_memory,
        ("RangeError", _) if message == "Maximum call stack size exceeded" => {
            RunError::StackOverflow
        }
        _ => RunError::Threw { message: format!("{name}: {message}"), stack: String::new() },
    }
}

/// Names an error of the binding, for which nothing was thrown.
pub(super) fn of_engine(error: &Error, limits: &Limits) -> RunError {
    match error {
        Error::InvalidString(nul) => {
            let source = nul.clone().into_vec();
            let before = source.get(..nul.nul_position()).unwrap_or_default();
            let lines = before.split(|byte| *byte == b'\n');
            let last_line = lines.clone().next_back().unwrap_or_default();
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            RunError::Syntax {
                line: number(lines.count()),
                column: number(String::from_utf8_lossy(last_line).chars().count() + 1),
                message: "the source holds a NUL character".to_owned(),
            }
        }
        // A string that could not be copied out of a full heap.
        Error::Allocation | Error::Unknown => {
            RunError::OutOfMemory { limit_bytes: limits.memory_bytes }
        }
        other => RunError::Threw { message: other.to_string(), stack: String::new() },
    }
}

/// Where the compiler stopped, from the first line of the stack that it writes: a place without the
/// parentheses and the function's name that the places of running code have.
fn position(line: &str) -> Option<(u32, u32)> {
    let place = line.trim_start().strip_prefix("at ")?;
    let (line, column) = place.strip_prefix(SCRIPT_NAME)?.strip_prefix(':')?.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// The stack without the frames that are not the script's.
fn stack_of_script(stack: &str) -> String {
    let ours = format!("({PRELUDE_NAME}:");
    let lines: Vec<&str> =
        stack.lines().map(str::trim_end).filter(|line| !line.contains(&ours)).collect();
    lines.join("\n")
}
