//! A script, compiled once for all of its runs.

use std::cell::RefCell;
use std::ffi::CStr;
use std::rc::Rc;
use std::sync::OnceLock;

use rawjs::Bytecode;
use rquickjs::context::intrinsic as builtin;
use rquickjs::{Context, Runtime};

use super::failure;
use super::room::Room;
use super::state::{RunState, SharedState};
use crate::{Limits, RunError};

const PRELUDE: &str = include_str!("prelude.js");

/// A script that can be made ready for runs.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    code: Result<Bytecode, RunError>,
    limits: Limits,
}

impl Script {
    /// Compiles a source. A bad one is an error of the runs.
    pub(crate) fn compile(source: &str, limits: Limits) -> Self {
        Self { code: compile(source, limits), limits }
    }

    /// A script that was compiled already.
    pub(crate) const fn compiled(code: Bytecode, limits: Limits) -> Self {
        Self { code: Ok(code), limits }
    }

    /// What it was compiled to; none when it is no script.
    pub(crate) fn code(&self) -> Option<&Bytecode> {
        self.code.as_ref().ok()
    }

    /// Makes the room for its runs.
    ///
    /// # Errors
    /// When every run would end with this error.
    pub(crate) fn room(&self) -> Result<Room, RunError> {
        Room::new(self.code.as_ref().map_err(Clone::clone)?, self.limits)
    }
}

/// Sets a runtime's limits, which the state watches.
pub(super) fn bind(runtime: &Runtime, state: &SharedState, limits: &Limits) {
    // Zero would mean no limit to the engine.
    runtime.set_memory_limit(limits.memory_bytes.max(1));
    runtime.set_max_stack_size(limits.stack_bytes.max(1));
    // Most runs are over before there is anything to collect.
    runtime.set_gc_threshold(limits.memory_bytes / 4);
    let watched = Rc::clone(state);
    // Asked while the script runs, never while the state is in use: no native function runs script.
    runtime.set_interrupt_handler(Some(Box::new(move || watched.borrow_mut().is_over())));
}

/// The compiler's context: it sees a source and nothing else.
type Compiler = (builtin::Eval, builtin::RegExpCompiler);

fn compile(source: &str, limits: Limits) -> Result<Bytecode, RunError> {
    let state = Rc::new(RefCell::new(RunState::new(limits)));
    let out_of_memory = RunError::OutOfMemory { limit_bytes: limits.memory_bytes };
    let Ok(runtime) = Runtime::new() else { return Err(out_of_memory) };
    bind(&runtime, &state, &limits);
    let Ok(context) = Context::custom::<Compiler>(&runtime) else { return Err(out_of_memory) };
    context.with(|ctx| {
        Bytecode::compile(&ctx, c"script.js", source).map_err(|error| {
            let failure = failure::of_compiler(&ctx, &error, &limits);
            state.borrow_mut().verdict().unwrap_or(failure)
        })
    })
}

/// What the sandbox itself runs in every context.
#[derive(Debug)]
pub(super) struct OwnCode {
    /// Gives the function that makes the prelude.
    pub(super) prelude: Bytecode,
    /// Gives the script's `transform`. `const transform = …` makes no property of the global object:
    /// only a look-up by name finds it.
    pub(super) look_up: Bytecode,
}

/// Compiled once in a process, without limits: it is the same for every script. None when there was
/// no memory for it.
pub(super) fn own_code() -> Option<&'static OwnCode> {
    static OWN: OnceLock<Option<OwnCode>> = OnceLock::new();
    OWN.get_or_init(|| {
        let context = Context::custom::<Compiler>(&Runtime::new().ok()?).ok()?;
        let compiled = |name: &CStr, source: &str| {
            context.with(|ctx| Bytecode::compile(&ctx, name, source)).ok()
        };
        let look_up = "typeof transform === 'function' ? transform : undefined";
        Some(OwnCode {
            prelude: compiled(c"sandbox", PRELUDE)?,
            look_up: compiled(c"sandbox", look_up)?,
        })
    })
    .as_ref()
}

/// Does what need be done but once in a process, before a jail is shut: the C library reads the time
/// zone from a file, and the sandbox's own code is compiled.
pub(crate) fn warm_up() {
    let Ok(runtime) = Runtime::new() else { return };
    let Ok(context) = Context::full(&runtime) else { return };
    // A script that is the first to ask for local time would end its child.
    let _: rquickjs::Result<i32> = context.with(|ctx| ctx.eval("new Date(0).getTimezoneOffset()"));
    own_code();
}
