//! A script runner that counts.

use std::sync::Arc;

use async_trait::async_trait;
use domain::ScriptInput;
use sandbox::{
    HttpHost, Limits, Output, RunError, RunReport, SandboxError, ScriptRunner, ScriptSession,
    Tenant,
};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::meters;

/// Runs scripts in another runner and counts how the runs end, whoever wants them.
pub struct Metered(Arc<dyn ScriptRunner>);

impl Metered {
    /// Counts what `runner` runs.
    #[must_use]
    pub fn new(runner: Arc<dyn ScriptRunner>) -> Self {
        Self(runner)
    }
}

#[async_trait]
impl ScriptRunner for Metered {
    async fn open(
        &self,
        source: &str,
        limits: Limits,
    ) -> Result<Box<dyn ScriptSession>, SandboxError> {
        Ok(Box::new(MeteredSession(self.0.open(source, limits).await?)))
    }

    async fn open_for(
        &self,
        tenant: &Tenant,
        source: &str,
        limits: Limits,
    ) -> Result<Box<dyn ScriptSession>, SandboxError> {
        Ok(Box::new(MeteredSession(self.0.open_for(tenant, source, limits).await?)))
    }
}

struct MeteredSession(Box<dyn ScriptSession>);

#[async_trait]
impl ScriptSession for MeteredSession {
    async fn run_text<'i>(
        &mut self,
        input: &ScriptInput<'i>,
        host: Arc<dyn HttpHost>,
    ) -> Result<RunReport<Output>, SandboxError> {
        let begun = Instant::now();
        let run = self.0.run_text(input, host);
        let report = run.instrument(tracing::info_span!("sandbox")).await;
        meters::ran(outcome(&report), begun.elapsed());
        report
    }
}

/// What an operator tells apart: scripts that are wrong are everyday, those that were killed are not,
/// and a sandbox that does not work stops everything.
const fn outcome(report: &Result<RunReport<Output>, SandboxError>) -> &'static str {
    match report {
        Ok(RunReport { outcome: Ok(_), .. }) => "returned",
        Ok(RunReport { outcome: Err(error), .. }) => match error {
            RunError::TimedOut { .. } => "timed_out",
            RunError::OutOfMemory { .. } => "out_of_memory",
            RunError::Crashed { .. } => "crashed",
            RunError::Syntax { .. }
            | RunError::NoTransform
            | RunError::Threw { .. }
            | RunError::StackOverflow
            | RunError::OutputTooLarge { .. }
            | RunError::OutputNotJson { .. }
            | RunError::NeverSettled
            | RunError::HttpNotRecorded { .. }
            | RunError::HttpFailed { .. }
            | RunError::TooManyCalls { .. } => "failed",
        },
        Err(_) => "sandbox_failed",
    }
}
