//! One opened script and the children that run it, one after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::ScriptInput;
use rawjs::{Bytecode, Digest};
use tokio::sync::OwnedSemaphorePermit;

use super::codes::Code;
use super::conversation::{Child, Run, Script};
use super::kept::Bond;
use super::pool::{Pool, served_by};
use crate::log_book::LogBook;
use crate::protocol::{INPUT_BYTES, Terms};
use crate::{HttpHost, Limits, Output, RunReport, SandboxError, ScriptSession, Tenant};

/// Runs that one child does before it is replaced.
const RUNS_PER_CHILD: u32 = 1_000;

/// How long a child belongs to a script before it is replaced.
const CHILD_AGE: Duration = Duration::from_mins(10);

pub(super) struct Session {
    pool: Arc<Pool>,
    source: String,
    /// The hash of the source, and what it was compiled to.
    hash: Digest,
    code: Option<Arc<Code>>,
    limits: Limits,
    /// Whom the child goes on to serve afterwards; nobody where it is none.
    tenant: Option<Tenant>,
    /// None while a run has it, and after one that went wrong.
    child: Option<Child>,
    _place: OwnedSemaphorePermit,
}

impl Session {
    /// Gives a script its first child.
    pub(super) async fn open(
        pool: Arc<Pool>,
        source: &str,
        limits: Limits,
        tenant: Option<Tenant>,
        place: OwnedSemaphorePermit,
    ) -> Result<Self, SandboxError> {
        let hash = Bytecode::digest_of(source.as_bytes());
        let mut session = Self {
            source: source.to_owned(),
            hash,
            code: pool.codes().of(&hash),
            limits,
            tenant,
            child: None,
            pool,
            _place: place,
        };
        let mut kept = session.bond().and_then(|bond| session.pool.kept().take(&bond));
        kept.take_if(|child| !child.is_fit(RUNS_PER_CHILD, CHILD_AGE));
        session.child = match kept {
            Some(child) => {
                served_by("kept");
                Some(child)
            }
            None => Some(session.next_child().await?),
        };
        Ok(session)
    }

    /// Whose the child is; none where nobody goes on to use it.
    fn bond(&self) -> Option<Bond> {
        let tenant = self.tenant.clone()?;
        Some(Bond { tenant, script: self.hash, limits: self.limits })
    }

    async fn next_child(&self) -> Result<Child, SandboxError> {
        let terms = Terms { limits: self.limits, max_runs: RUNS_PER_CHILD };
        let script = match &self.code {
            Some(code) => Script::Code(code),
            None => Script::Source(&self.source),
        };
        Ok(self.pool.take().await?.bind(script, terms).await)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let (Some(bond), Some(child)) = (self.bond(), self.child.take()) {
            self.pool.keep(bond, child);
        }
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
        ready.take_if(|child| !child.is_fit(RUNS_PER_CHILD, CHILD_AGE));
        let mut child = match ready {
            Some(child) => child,
            None => self.next_child().await?,
        };
        let started = Instant::now();
        let mut run = Run {
            limits: self.limits,
            host,
            log: LogBook::new(self.limits.log_lines),
            calls: Vec::new(),
            signatures: 0,
        };
        let outcome = child.run(&mut run, input).await?;
        if let Some(code) = child.take_code() {
            self.code = Some(self.pool.codes().keep(self.hash, code));
        }
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
