//! Scripts in child processes.

mod conversation;
mod death;
mod spawner;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::ScriptInput;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::log_book::LogBook;
use crate::protocol::{INPUT_BYTES, Terms};
use crate::{
    CHILD_ARGUMENT, HttpHost, Limits, Output, RunReport, SandboxError, ScriptRunner, ScriptSession,
};
use conversation::{Child, Run};
use spawner::Spawner;

/// Runs that one child does before it is replaced.
const RUNS_PER_CHILD: u32 = 1_000;

/// A little more than the limit: a child that ends a run by itself can say more about it.
const GRACE: Duration = Duration::from_millis(100);

/// How a child is started.
#[derive(Debug, Clone)]
pub struct ChildCommand {
    /// The binary.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

impl ChildCommand {
    /// The running binary in its hidden mode, even when its file has been replaced since.
    #[must_use]
    pub fn this_binary() -> Self {
        Self { program: PathBuf::from("/proc/self/exe"), args: vec![CHILD_ARGUMENT.into()] }
    }
}

/// Runs each opened script in a child process of its own.
///
/// The wall-clock limit is kept from outside, by killing the child. A child is replaced after any
/// error, and after a number of runs.
#[derive(Debug)]
pub struct ProcessRunner {
    spawner: Arc<Spawner>,
    places: Arc<Semaphore>,
}

impl ProcessRunner {
    /// A runner with at most `concurrency` open sessions, one at the least.
    ///
    /// # Errors
    /// When the thread that starts the children cannot be started.
    pub fn new(command: ChildCommand, concurrency: usize) -> Result<Self, SandboxError> {
        Ok(Self {
            spawner: Arc::new(Spawner::start(command).map_err(SandboxError::Spawn)?),
            places: Arc::new(Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS))),
        })
    }
}

#[async_trait]
impl ScriptRunner for ProcessRunner {
    async fn open(
        &self,
        source: &str,
        limits: Limits,
    ) -> Result<Box<dyn ScriptSession>, SandboxError> {
        if source.len() > INPUT_BYTES {
            return Err(SandboxError::InputTooLarge { limit_bytes: INPUT_BYTES });
        }
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|closed| SandboxError::Spawn(std::io::Error::other(closed)))?;
        let mut session = Session {
            spawner: Arc::clone(&self.spawner),
            source: source.to_owned(),
            limits,
            child: None,
            runs: 0,
            _place: place,
        };
        session.child = Some(session.start_child().await?);
        Ok(Box::new(session))
    }
}

struct Session {
    spawner: Arc<Spawner>,
    source: String,
    limits: Limits,
    /// None while a run has it, and after one that went wrong.
    child: Option<Child>,
    /// Runs so far, of all children. The number of a run tells its answer from a late one.
    runs: u32,
    _place: OwnedSemaphorePermit,
}

impl Session {
    async fn start_child(&self) -> Result<Child, SandboxError> {
        let terms = Terms { limits: self.limits, max_runs: RUNS_PER_CHILD };
        Child::start(&self.spawner, &self.source, terms).await
    }
}

#[async_trait]
impl ScriptSession for Session {
    async fn run_text<'i>(
        &mut self,
        input: &ScriptInput<'i>,
        host: Arc<dyn HttpHost>,
    ) -> Result<RunReport<Output>, SandboxError> {
        let input = input_json(input)?;
        // Taken, not borrowed: when this future is dropped half-way, the child goes with it.
        let mut ready = self.child.take();
        ready.take_if(|child| !child.is_fit(RUNS_PER_CHILD));
        let mut child = match ready {
            Some(child) => child,
            None => self.start_child().await?,
        };
        self.runs = self.runs.wrapping_add(1);
        let started = Instant::now();
        let mut run = Run {
            number: self.runs,
            limits: self.limits,
            host,
            log: LogBook::new(self.limits.log_lines),
            calls: Vec::new(),
        };
        let outcome = child.run(&mut run, input).await?;
        let report = RunReport {
            outcome,
            logs: run.log.into_lines(),
            http_calls: run.calls,
            duration: started.elapsed(),
        };
        if report.outcome.is_ok() {
            self.child = Some(child);
        } else {
            child.kill().await;
        }
        Ok(report)
    }
}

/// The input as it goes to the engine.
pub(crate) fn input_json(input: &ScriptInput<'_>) -> Result<Vec<u8>, SandboxError> {
    let too_large = SandboxError::InputTooLarge { limit_bytes: INPUT_BYTES };
    // All keys are strings, so that writing cannot fail but for want of memory.
    let Ok(json) = serde_json::to_vec(input) else { return Err(too_large) };
    if json.len() > INPUT_BYTES { Err(too_large) } else { Ok(json) }
}
