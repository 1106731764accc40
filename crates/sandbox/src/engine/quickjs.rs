//! One run in QuickJS.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use rquickjs::context::EvalOptions;
use rquickjs::promise::PromiseState;
use rquickjs::{CString, Context, Ctx, Exception, Function, Object, Promise, Runtime, Value};

use super::{LOG_CHARS, OUTPUT_LEVELS, Outside, PATH_CHARS, TEXT_CHARS, failure};
use crate::{Limits, RunError};

const PRELUDE: &str = include_str!("prelude.js");

/// The names that stand in stacks for the prelude and for the script.
pub(super) const PRELUDE_NAME: &str = "sandbox";
pub(super) const SCRIPT_NAME: &str = "script.js";

/// What a run knows of itself. Its verdict stands whatever the script makes of the exception.
pub(super) struct RunState {
    limits: Limits,
    started: Instant,
    http_calls: u32,
    log_lines: u32,
    verdict: Option<RunError>,
    outside: Box<dyn Outside>,
}

type SharedState = Rc<RefCell<RunState>>;

impl RunState {
    fn end(&mut self, verdict: RunError) {
        self.verdict.get_or_insert(verdict);
    }

    /// Whether the engine must stop, asked by it now and then.
    fn is_over(&mut self) -> bool {
        if self.verdict.is_none() && self.started.elapsed() >= self.limits.wall {
            self.end(RunError::TimedOut { limit: self.limits.wall });
        }
        self.verdict.is_some()
    }

    fn http(&mut self, count: u32, calls: String) -> Result<Vec<u8>, ()> {
        if self.is_over() {
            return Err(());
        }
        self.http_calls = self.http_calls.saturating_add(count);
        let reply = if self.http_calls > self.limits.http_calls {
            Err(RunError::TooManyCalls { limit: self.limits.http_calls })
        } else {
            self.outside.http(calls)
        };
        reply.map_err(|verdict| self.end(verdict))
    }

    fn log(&mut self, line: String) {
        // One line more than allowed goes out, so that the other side knows that there were more.
        if self.log_lines <= self.limits.log_lines {
            self.log_lines += 1;
            self.outside.log(line);
        }
    }
}

/// Runs the script's `transform` once on an input, given as JSON, and gives the output as JSON to
/// `take`: where the engine has it, since a copy of it may be megabytes.
///
/// Everything is made anew for the run, down to the runtime, and gone after it: not even a symbol's
/// registration is left for the next one.
pub(crate) fn run<T>(
    source: &str,
    input: Vec<u8>,
    limits: Limits,
    outside: Box<dyn Outside>,
    take: impl FnOnce(&[u8]) -> T,
) -> Result<T, RunError> {
    let state = Rc::new(RefCell::new(RunState {
        limits,
        started: Instant::now(),
        http_calls: 0,
        log_lines: 0,
        verdict: None,
        outside,
    }));
    let out_of_memory = RunError::OutOfMemory { limit_bytes: limits.memory_bytes };

    let Ok(runtime) = Runtime::new() else { return Err(out_of_memory) };
    // Zero would mean no limit to the engine.
    runtime.set_memory_limit(limits.memory_bytes.max(1));
    runtime.set_max_stack_size(limits.stack_bytes.max(1));
    let watched = Rc::clone(&state);
    // Asked while the script runs, never while the state is in use: no native function runs script.
    runtime.set_interrupt_handler(Some(Box::new(move || watched.borrow_mut().is_over())));
    let Ok(context) = Context::full(&runtime) else { return Err(out_of_memory) };
    context.with(|ctx| {
        let output = Run { ctx, state, limits }.outcome(source, input)?;
        Ok(take(output.as_ref()))
    })
}

/// Has the C library read what it reads but once, from files that a jail keeps shut: the time zone.
pub(crate) fn warm_up() {
    let Ok(runtime) = Runtime::new() else { return };
    let Ok(context) = Context::full(&runtime) else { return };
    // Without it dates are in UTC, and a script that asks for local time ends its child.
    let _: rquickjs::Result<i32> = context.with(|ctx| ctx.eval("new Date(0).getTimezoneOffset()"));
}

struct Run<'js> {
    ctx: Ctx<'js>,
    state: SharedState,
    limits: Limits,
}

impl<'js> Run<'js> {
    fn outcome(&self, source: &str, input: Vec<u8>) -> Result<CString<'js>, RunError> {
        // It is the same for every script: only a lack of memory, or of time, can make it fail.
        let prelude = self.prelude().map_err(|_| {
            let limit_bytes = self.limits.memory_bytes;
            self.verdict().unwrap_or(RunError::OutOfMemory { limit_bytes })
        })?;
        let promise = self.start(&prelude, source, input)?;
        let output = self.settle(&promise).map_err(|error| self.failure(&error, &prelude))?;
        // An output that came after the end of the run is none.
        match (self.verdict(), output) {
            (Some(verdict), _) => Err(verdict),
            (None, None) => Err(RunError::NeverSettled),
            (None, Some(output)) if output.len() > self.limits.output_bytes => {
                Err(RunError::OutputTooLarge { limit_bytes: self.limits.output_bytes })
            }
            (None, Some(output)) => Ok(output),
        }
    }

    fn verdict(&self) -> Option<RunError> {
        let mut state = self.state.borrow_mut();
        state.is_over();
        state.verdict.clone()
    }

    /// Evaluates the prelude and hands it the native functions.
    fn prelude(&self) -> rquickjs::Result<Object<'js>> {
        let ctx = &self.ctx;
        let make: Function<'js> = self.eval(PRELUDE, PRELUDE_NAME)?;
        let limits = Object::new(ctx.clone())?;
        limits.set("depth", OUTPUT_LEVELS)?;
        limits.set("outputBytes", self.limits.output_bytes)?;
        limits.set("httpCalls", self.limits.http_calls)?;
        limits.set("logChars", LOG_CHARS)?;
        limits.set("pathChars", PATH_CHARS)?;
        limits.set("textChars", TEXT_CHARS)?;

        let state = Rc::clone(&self.state);
        let call = Function::new(ctx.clone(), move |ctx: Ctx<'js>, count: u32, calls: String| {
            let reply = state.borrow_mut().http(count, calls);
            match reply {
                Ok(replies) => ctx.json_parse(replies),
                Err(()) => Err(Exception::throw_message(&ctx, "the run is over")),
            }
        })?;
        let state = Rc::clone(&self.state);
        let log = Function::new(ctx.clone(), move |line: String| state.borrow_mut().log(line))?;
        let state = Rc::clone(&self.state);
        let output_bytes = self.limits.output_bytes;
        let reject = Function::new(ctx.clone(), move |too_large: bool, reason: String| {
            state.borrow_mut().end(if too_large {
                RunError::OutputTooLarge { limit_bytes: output_bytes }
            } else {
                RunError::OutputNotJson { reason }
            });
        })?;
        make.call((call, log, reject, limits))
    }

    /// Evaluates the script and calls its `transform`. Gives the promise of the output's JSON.
    fn start(
        &self,
        prelude: &Object<'js>,
        source: &str,
        input: Vec<u8>,
    ) -> Result<Promise<'js>, RunError> {
        let failure = |error: rquickjs::Error| self.failure(&error, prelude);
        self.eval::<(), _>(source, SCRIPT_NAME).map_err(failure)?;
        // `const transform = …` makes no property of the global object: only a look-up by name
        // finds it.
        let transform: Value<'js> = self
            .eval("typeof transform === 'function' ? transform : undefined", PRELUDE_NAME)
            .map_err(failure)?;
        if !transform.is_function() {
            return Err(self.verdict().unwrap_or(RunError::NoTransform));
        }
        (|| {
            let input = self.ctx.json_parse(input)?;
            prelude.get::<_, Function<'js>>("run")?.call((transform, input))
        })()
        .map_err(failure)
    }

    /// Runs the queue of jobs until the promise is settled. None when it never will be.
    fn settle(&self, promise: &Promise<'js>) -> rquickjs::Result<Option<CString<'js>>> {
        while promise.state() == PromiseState::Pending {
            if self.state.borrow_mut().is_over() || !self.ctx.execute_pending_job() {
                return Ok(None);
            }
        }
        promise
            .result::<rquickjs::String<'js>>()
            .map(|output| output.and_then(rquickjs::String::to_cstring))
            .transpose()
    }

    /// Why the run gave no output: the run's own verdict, or else what was thrown.
    fn failure(&self, error: &rquickjs::Error, prelude: &Object<'js>) -> RunError {
        let thrown = matches!(error, rquickjs::Error::Exception).then(|| self.ctx.catch());
        if let Some(verdict) = self.verdict() {
            return verdict;
        }
        let failure = match thrown {
            Some(thrown) => failure::of_thrown(thrown, prelude, &self.limits),
            None => failure::of_engine(error, &self.limits),
        };
        // Looking at what was thrown runs code of the script, which may not have ended.
        self.verdict().unwrap_or(failure)
    }

    fn eval<V: rquickjs::FromJs<'js>, S: Into<Vec<u8>>>(
        &self,
        source: S,
        name: &str,
    ) -> rquickjs::Result<V> {
        let mut options = EvalOptions::default();
        options.strict = false;
        options.filename = Some(name.to_owned());
        self.ctx.eval_with_options(source, options)
    }
}
