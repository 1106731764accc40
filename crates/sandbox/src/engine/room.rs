//! Where the runs of a script take place, one after the other.

use std::cell::RefCell;
use std::rc::Rc;

use rawjs::{Bytecode, Loaded, Rewind};
use rquickjs::{Context, Ctx, Exception, Function, Object, Persistent};

use super::prepared::Prepared;
use super::script::{bind, own_code};
use super::state::{RunState, SharedState};
use super::{Builtins, LOG_CHARS};
use crate::{Limits, RunError};

/// A context with all that does not depend on when a run takes place or on its input. Each run finds
/// it as it was when it was made, down to the runtime's memory: not even a symbol's registration is
/// left of the one before.
pub(crate) struct Room {
    pub(super) rewind: Rewind<Furniture>,
    pub(super) state: SharedState,
    pub(super) limits: Limits,
    /// Where outputs are written, one after the other.
    pub(super) text: Vec<u8>,
}

/// What stands in the room.
pub(super) struct Furniture {
    pub(super) prelude: Persistent<Object<'static>>,
    /// The script, not yet run.
    pub(super) script: Persistent<Loaded<'static>>,
    /// Gives the script's `transform`.
    pub(super) look_up: Persistent<Loaded<'static>>,
    /// Never used by themselves, but held: a run must not be the end of them.
    _natives: [Persistent<Function<'static>>; 4],
}

/// Address space that the heap of a run takes: its limit, and what lies between its blocks.
pub(crate) const fn heap_space(limits: &Limits) -> usize {
    const BETWEEN_BLOCKS: usize = 16 << 20;
    limits.memory_bytes.saturating_add(limits.memory_bytes / 4).saturating_add(BETWEEN_BLOCKS)
}

impl Room {
    pub(super) fn new(code: &Bytecode, limits: Limits) -> Result<Self, RunError> {
        let state = Rc::new(RefCell::new(RunState::new(limits)));
        let out_of_memory = || RunError::OutOfMemory { limit_bytes: limits.memory_bytes };
        let rewind = Rewind::set_up(heap_space(&limits), out_of_memory, |runtime| {
            bind(runtime, &state, &limits);
            let Ok(context) = Context::custom::<Builtins>(runtime) else {
                return Err(out_of_memory());
            };
            // It is the same for every script: only a lack of memory, or of time, can make it fail.
            let furniture = context
                .with(|ctx| furnish(&ctx, &state, &limits, code))
                .map_err(|_| state.borrow_mut().verdict().unwrap_or_else(out_of_memory))?;
            Ok((context, furniture))
        })?;
        Ok(Self { rewind, state, limits, text: Vec::new() })
    }

    /// Makes ready for a run: all that can be done before the input is there.
    ///
    /// # Errors
    /// When a run would end with this error whatever its input.
    pub(crate) fn prepare(&mut self) -> Result<Prepared<'_>, RunError> {
        Prepared::new(self)
    }
}

/// Evaluates the prelude, hands it the native functions and loads the script.
fn furnish(
    ctx: &Ctx<'_>,
    state: &SharedState,
    limits: &Limits,
    code: &Bytecode,
) -> rquickjs::Result<Furniture> {
    rawjs::add_base64(ctx)?;
    let own = own_code().ok_or(rquickjs::Error::Allocation)?;
    let make: Function<'_> = own.prelude.run(ctx)?.get()?;
    let shown = Object::new(ctx.clone())?;
    shown.set("httpCalls", limits.http_calls)?;
    shown.set("logChars", LOG_CHARS)?;
    shown.set("textChars", super::TEXT_CHARS)?;
    let natives = natives(ctx, state)?;
    let [call, sign, log, random] = natives.clone();
    let prelude: Object<'_> = make.call((call, sign, log, random, shown))?;
    Ok(Furniture {
        prelude: Persistent::save(ctx, prelude),
        script: Persistent::save(ctx, code.load(ctx)?),
        look_up: Persistent::save(ctx, own.look_up.load(ctx)?),
        _natives: natives.map(|native| Persistent::save(ctx, native)),
    })
}

/// What scripts can reach of this side: calls, signatures, the log and random numbers.
fn natives<'js>(ctx: &Ctx<'js>, state: &SharedState) -> rquickjs::Result<[Function<'js>; 4]> {
    let of = Rc::clone(state);
    let call = Function::new(ctx.clone(), move |ctx: Ctx<'js>, count: u32, calls: String| {
        let reply = of.borrow_mut().http(count, calls);
        match reply {
            Ok(replies) => ctx.json_parse(replies),
            Err(()) => Err(Exception::throw_message(&ctx, "the run is over")),
        }
    })?;
    let of = Rc::clone(state);
    let sign = Function::new(ctx.clone(), move |ctx: Ctx<'js>, signing: String| {
        let signature = of.borrow_mut().sign(signing);
        match signature {
            Ok(signature) => ctx.json_parse(signature),
            Err(()) => Err(Exception::throw_message(&ctx, "the run is over")),
        }
    })?;
    let of = Rc::clone(state);
    let log = Function::new(ctx.clone(), move |line: String| of.borrow_mut().log(line))?;
    let random = Function::new(ctx.clone(), rand::random::<f64>)?.with_name("random")?;
    Ok([call, sign, log, random])
}
