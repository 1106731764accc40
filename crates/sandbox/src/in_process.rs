//! Scripts in this process: for unit tests, benchmarks and systems without a jail.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use domain::ScriptInput;
use tokio::runtime::Handle;

use crate::engine::{Outside, Script};
use crate::log_book::LogBook;
use crate::process::input_json;
use crate::trust::make_calls;
use crate::{
    HttpCallRecord, HttpHost, Limits, Output, RunError, RunReport, SandboxError, ScriptRunner,
    ScriptSession,
};

/// Runs scripts on the blocking threads of this process.
///
/// It is **no security boundary**: a script that makes the engine misbehave misbehaves in this
/// process, and one that never reaches the engine's interrupt holds its thread for ever, past any
/// limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcessRunner;

#[async_trait]
impl ScriptRunner for InProcessRunner {
    async fn open(
        &self,
        source: &str,
        limits: Limits,
    ) -> Result<Box<dyn ScriptSession>, SandboxError> {
        let source = source.to_owned();
        let script = tokio::task::spawn_blocking(move || Script::compile(&source, limits))
            .await
            .map_err(|panic| SandboxError::Spawn(std::io::Error::other(panic)))?;
        Ok(Box::new(Session { script: Arc::new(script), limits }))
    }
}

struct Session {
    script: Arc<Script>,
    limits: Limits,
}

#[async_trait]
impl ScriptSession for Session {
    async fn run_text<'i>(
        &mut self,
        input: &ScriptInput<'i>,
        host: Arc<dyn HttpHost>,
    ) -> Result<RunReport<Output>, SandboxError> {
        let input = input_json(input)?;
        let (script, limits) = (Arc::clone(&self.script), self.limits);
        let notes =
            Arc::new(Mutex::new(Notes { log: LogBook::new(limits.log_lines), calls: Vec::new() }));
        let outside = Here { runtime: Handle::current(), host, limits, notes: Arc::clone(&notes) };
        let started = Instant::now();
        let outcome = tokio::task::spawn_blocking(move || {
            let output = |json: &[u8]| json.to_vec();
            let mut room = script.room()?;
            room.prepare()?.run(input, Box::new(outside), output).and_then(Output::read)
        })
        .await
        .unwrap_or_else(|panic| Err(RunError::Crashed { how: panic.to_string() }));
        let duration = started.elapsed();
        let notes = std::mem::replace(
            &mut *notes.lock().unwrap_or_else(PoisonError::into_inner),
            Notes { log: LogBook::new(0), calls: Vec::new() },
        );
        Ok(RunReport { outcome, logs: notes.log.into_lines(), http_calls: notes.calls, duration })
    }
}

/// What a run leaves behind beside its outcome.
struct Notes {
    log: LogBook,
    calls: Vec<HttpCallRecord>,
}

struct Here {
    runtime: Handle,
    host: Arc<dyn HttpHost>,
    limits: Limits,
    notes: Arc<Mutex<Notes>>,
}

impl Outside for Here {
    fn http(&mut self, calls: String) -> Result<Vec<u8>, RunError> {
        let crashed = |error: serde_json::Error| RunError::Crashed { how: error.to_string() };
        let calls = serde_json::from_str(&calls).map_err(crashed)?;
        let mut records = Vec::new();
        std::mem::swap(&mut records, &mut self.notes().calls);
        let replies =
            self.runtime.block_on(make_calls(&*self.host, calls, self.limits, &mut records));
        self.notes().calls = records;
        serde_json::to_vec(&replies?).map_err(crashed)
    }

    fn sign(&mut self, signing: String) -> Result<Vec<u8>, RunError> {
        let crashed = |error: serde_json::Error| RunError::Crashed { how: error.to_string() };
        let signing = serde_json::from_str(&signing).map_err(crashed)?;
        let signature = self.runtime.block_on(self.host.sign(signing));
        serde_json::to_vec(&signature).map_err(crashed)
    }

    fn log(&mut self, line: String) {
        self.notes().log.push(&line);
    }
}

impl Here {
    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
