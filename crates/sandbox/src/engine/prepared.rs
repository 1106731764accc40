//! A context that waits for its input, and the run that uses it up.

use std::time::{Duration, Instant};

use rquickjs::promise::PromiseState;
use rquickjs::{Ctx, Function, Object, Promise, Value};

use super::json::{NoJson, Writer};
use super::room::{Furniture, Room};
use super::state::SharedState;
use super::{Outside, failure};
use crate::{Limits, RunError};

/// How long what a script worked out beforehand counts as new. `const today = new Date()` at its top
/// must not be from yesterday.
const FRESH: Duration = Duration::from_secs(1);

/// Bytes of an output whose memory is kept for the next.
const KEPT_TEXT: usize = 1 << 20;

/// A room in which the script has been evaluated. What the run leaves in it is gone with this.
pub(crate) struct Prepared<'r> {
    room: &'r mut Room,
    since: Instant,
}

impl<'r> Prepared<'r> {
    pub(super) fn new(room: &'r mut Room) -> Result<Self, RunError> {
        Self { room, since: Instant::now() }.evaluated()
    }

    /// Evaluates the script and finds its `transform`.
    fn evaluated(mut self) -> Result<Self, RunError> {
        let Room { rewind, state, limits, .. } = &mut *self.room;
        state.borrow_mut().renew();
        self.since = Instant::now();
        rewind
            .with(|ctx, furniture| Run::new(ctx, furniture, state, *limits)?.evaluate(furniture))?;
        Ok(self)
    }

    /// The same, evaluated anew where what the script worked out beforehand is no longer new.
    pub(crate) fn fresh(self) -> Result<Self, RunError> {
        if self.since.elapsed() < FRESH {
            return Ok(self);
        }
        self.room.rewind.rewind();
        self.evaluated()
    }

    /// Runs `transform` once on an input, given as JSON, and gives the output as JSON to `take`.
    ///
    /// # Errors
    /// With why there is no output.
    pub(crate) fn run<T: Send>(
        self,
        input: Vec<u8>,
        outside: Box<dyn Outside>,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, RunError> {
        let Room { rewind, state, limits, text } = &mut *self.room;
        state.borrow_mut().begin(outside);
        text.clear();
        text.shrink_to(KEPT_TEXT);
        rewind.with(|ctx, furniture| {
            Run::new(ctx, furniture, state, *limits)?.outcome(input, text)
        })?;
        Ok(take(text))
    }
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        self.room.rewind.rewind();
    }
}

/// A run under way, or the making ready of one.
struct Run<'r, 'js> {
    ctx: Ctx<'js>,
    prelude: Object<'js>,
    state: &'r SharedState,
    limits: Limits,
}

impl<'r, 'js> Run<'r, 'js> {
    fn new(
        ctx: Ctx<'js>,
        furniture: &Furniture,
        state: &'r SharedState,
        limits: Limits,
    ) -> Result<Self, RunError> {
        let crashed = |error: rquickjs::Error| RunError::Crashed { how: error.to_string() };
        let prelude = furniture.prelude.clone().restore(&ctx).map_err(crashed)?;
        Ok(Self { ctx, prelude, state, limits })
    }

    fn verdict(&self) -> Option<RunError> {
        self.state.borrow_mut().verdict()
    }

    fn evaluate(&self, furniture: &Furniture) -> Result<(), RunError> {
        let transform = self.transform(furniture).map_err(|error| self.failure(&error))?;
        let Some(transform) = transform.into_function() else {
            return Err(self.verdict().unwrap_or(RunError::NoTransform));
        };
        let using = self.prelude.get("use").and_then(|of: Function<'js>| of.call((transform,)));
        using.map_err(|error| self.failure(&error))
    }

    fn transform(&self, furniture: &Furniture) -> rquickjs::Result<Value<'js>> {
        furniture.script.clone().restore(&self.ctx)?.run()?;
        furniture.look_up.clone().restore(&self.ctx)?.run()
    }

    fn outcome(&self, input: Vec<u8>, text: &mut Vec<u8>) -> Result<(), RunError> {
        let output = self
            .start(input)
            .and_then(|promise| self.settle(&promise))
            .map_err(|error| self.failure(&error))?;
        // An output that came after the end of the run is none.
        if let Some(verdict) = self.verdict() {
            return Err(verdict);
        }
        let Some(output) = output else { return Err(RunError::NeverSettled) };
        // Held, so that the room is made as it was instead of freeing each value one by one.
        std::mem::forget(output.clone());
        let is_over = || self.state.borrow_mut().is_over();
        let into = (text, self.limits.output_bytes);
        let written = Writer::new(&self.ctx, &self.prelude, into, &is_over)
            .map_err(NoJson::from)
            .and_then(|mut writer| writer.output(output));
        match written {
            Err(NoJson::Engine(error)) => Err(self.failure(&error)),
            Err(NoJson::Verdict(verdict)) => Err(self.verdict().unwrap_or(verdict)),
            Ok(()) | Err(NoJson::Over) => self.verdict().map_or(Ok(()), Err),
        }
    }

    /// Calls `transform`. Gives the promise of an object that holds the output.
    fn start(&self, input: Vec<u8>) -> rquickjs::Result<Promise<'js>> {
        let input: Value<'js> = self.ctx.json_parse(input)?;
        self.prelude.get::<_, Function<'js>>("run")?.call((input,))
    }

    /// Runs the queue of jobs until the promise is settled. None when it never will be.
    fn settle(&self, promise: &Promise<'js>) -> rquickjs::Result<Option<Value<'js>>> {
        while promise.state() == PromiseState::Pending {
            if self.state.borrow_mut().is_over() || !self.ctx.execute_pending_job() {
                return Ok(None);
            }
        }
        promise
            .result::<Object<'js>>()
            .map(|settled| settled.and_then(|settled| settled.get("output")))
            .transpose()
    }

    /// Why the run gave no output: the run's own verdict, or else what was thrown.
    fn failure(&self, error: &rquickjs::Error) -> RunError {
        let thrown = matches!(error, rquickjs::Error::Exception).then(|| self.ctx.catch());
        if let Some(verdict) = self.verdict() {
            return verdict;
        }
        let failure = match thrown {
            Some(thrown) => failure::of_thrown(thrown, &self.prelude, &self.limits),
            None => failure::of_engine(error, &self.limits),
        };
        // Looking at what was thrown runs code of the script, which may not have ended.
        self.verdict().unwrap_or(failure)
    }
}
