//! A context that waits for its input, and the run that uses it up.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rawjs::Bytecode;
use rquickjs::promise::PromiseState;
use rquickjs::{CString, Context, Ctx, Exception, Function, Object, Persistent, Promise, Value};

use super::script::{own_code, runtime};
use super::state::{RunState, SharedState};
use super::{Builtins, LOG_CHARS, OUTPUT_LEVELS, Outside, PATH_CHARS, TEXT_CHARS, failure};
use crate::{Limits, RunError};

/// How long what a script worked out beforehand counts as new. `const today = new Date()` at its top
/// must not be from yesterday.
const FRESH: Duration = Duration::from_secs(1);

/// A context in which the script has been evaluated. Everything is made anew for each run, down to
/// the runtime, and gone after it: not even a symbol's registration is left for the next one.
pub(crate) struct Prepared {
    // Values go before the context that they are of.
    prelude: Persistent<Object<'static>>,
    transform: Persistent<Function<'static>>,
    context: Context,
    state: SharedState,
    limits: Limits,
    since: Instant,
}

impl Prepared {
    pub(super) fn new(code: &Bytecode, limits: Limits) -> Result<Self, RunError> {
        let state = Rc::new(RefCell::new(RunState::new(limits)));
        let out_of_memory = RunError::OutOfMemory { limit_bytes: limits.memory_bytes };
        let runtime = runtime(&state, &limits)?;
        let Ok(context) = Context::custom::<Builtins>(&runtime) else { return Err(out_of_memory) };
        let (prelude, transform) = context.with(|ctx| {
            let run = Run { ctx: ctx.clone(), state: Rc::clone(&state), limits };
            // It is the same for every script: only a lack of memory, or of time, can make it fail.
            let prelude = run.prelude().map_err(|_| run.verdict().unwrap_or(out_of_memory))?;
            let transform = run.evaluate(code, &prelude)?;
            Ok((Persistent::save(&ctx, prelude), Persistent::save(&ctx, transform)))
        })?;
        Ok(Self { prelude, transform, context, state, limits, since: Instant::now() })
    }

    /// Whether what the script worked out beforehand is new enough.
    pub(crate) fn is_fresh(&self) -> bool {
        self.since.elapsed() < FRESH
    }

    /// Runs `transform` once on an input, given as JSON, and gives the output as JSON to `take`:
    /// where the engine has it, since a copy of it may be megabytes.
    ///
    /// # Errors
    /// With why there is no output.
    pub(crate) fn run<T>(
        self,
        input: Vec<u8>,
        outside: Box<dyn Outside>,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, RunError> {
        let Self { prelude, transform, context, state, limits, since: _ } = self;
        state.borrow_mut().begin(outside);
        context.with(|ctx| {
            let run = Run { ctx: ctx.clone(), state, limits };
            let restored = prelude.restore(&ctx).and_then(|p| Ok((p, transform.restore(&ctx)?)));
            let (prelude, transform) =
                restored.map_err(|error| RunError::Crashed { how: error.to_string() })?;
            Ok(take(run.outcome(&prelude, &transform, input)?.as_ref()))
        })
    }
}

struct Run<'js> {
    ctx: Ctx<'js>,
    state: SharedState,
    limits: Limits,
}

impl<'js> Run<'js> {
    fn verdict(&self) -> Option<RunError> {
        self.state.borrow_mut().verdict()
    }

    /// Evaluates the prelude and hands it the native functions.
    fn prelude(&self) -> rquickjs::Result<Object<'js>> {
        let ctx = &self.ctx;
        rawjs::add_base64(ctx)?;
        let own = own_code().ok_or(rquickjs::Error::Allocation)?;
        let make: Function<'js> = own.prelude.run(ctx)?.get()?;
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
        let sign = Function::new(ctx.clone(), move |ctx: Ctx<'js>, signing: String| {
            let signature = state.borrow_mut().sign(signing);
            match signature {
                Ok(signature) => ctx.json_parse(signature),
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
        make.call((call, sign, log, reject, limits))
    }

    /// Evaluates the script and gives its `transform`.
    fn evaluate(&self, code: &Bytecode, prelude: &Object<'js>) -> Result<Function<'js>, RunError> {
        let look_up = || own_code().ok_or(rquickjs::Error::Allocation)?.look_up.run(&self.ctx);
        let transform = code
            .run(&self.ctx)
            .and_then(|_| look_up())
            .map_err(|error| self.failure(&error, prelude))?;
        transform.into_function().ok_or_else(|| self.verdict().unwrap_or(RunError::NoTransform))
    }

    fn outcome(
        &self,
        prelude: &Object<'js>,
        transform: &Function<'js>,
        input: Vec<u8>,
    ) -> Result<CString<'js>, RunError> {
        let output = self
            .start(prelude, transform, input)
            .and_then(|promise| self.settle(&promise))
            .map_err(|error| self.failure(&error, prelude))?;
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

    /// Calls `transform`. Gives the promise of the output's JSON.
    fn start(
        &self,
        prelude: &Object<'js>,
        transform: &Function<'js>,
        input: Vec<u8>,
    ) -> rquickjs::Result<Promise<'js>> {
        let input: Value<'js> = self.ctx.json_parse(input)?;
        prelude.get::<_, Function<'js>>("run")?.call((transform.clone(), input))
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
}
