//! The seam between the engine and what runs scripts.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{HttpMethod, ScriptInput};
use serde_json::Value;

use crate::{HttpHost, Limits, Output, RunError, SandboxError};

/// Whose runs they are: one account of one owner.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tenant(String);

impl Tenant {
    /// `name` must be another for each account.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}

/// Something that runs scripts.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ScriptRunner: Send + Sync {
    /// Makes ready to run one script any number of times. Waits for a free place: the number of
    /// open sessions is bounded.
    ///
    /// # Errors
    /// When the sandbox itself does not work. A bad script is an error of its runs.
    async fn open(
        &self,
        source: &str,
        limits: Limits,
    ) -> Result<Box<dyn ScriptSession>, SandboxError>;

    /// Makes ready to run a script for one tenant. What ran it for the same tenant before may be used
    /// again, so that nothing has to be started; what ran for anybody else never is.
    ///
    /// # Errors
    /// As [`ScriptRunner::open`].
    async fn open_for(
        &self,
        tenant: &Tenant,
        source: &str,
        limits: Limits,
    ) -> Result<Box<dyn ScriptSession>, SandboxError> {
        let _ = tenant;
        self.open(source, limits).await
    }
}

/// One script, ready to run. Nothing of one run is left for the next.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ScriptSession: Send {
    /// Runs `transform` once, and gives its output as the text that it is.
    ///
    /// # Errors
    /// When the sandbox itself does not work. What the script does wrong is in the report.
    async fn run_text<'i>(
        &mut self,
        input: &ScriptInput<'i>,
        host: Arc<dyn HttpHost>,
    ) -> Result<RunReport<Output>, SandboxError>;

    /// Runs `transform` once.
    ///
    /// # Errors
    /// As [`ScriptSession::run_text`].
    async fn run<'i>(
        &mut self,
        input: &ScriptInput<'i>,
        host: Arc<dyn HttpHost>,
    ) -> Result<RunReport, SandboxError> {
        Ok(self.run_text(input, host).await?.read())
    }
}

/// What one run did.
#[derive(Debug, Clone, PartialEq)]
pub struct RunReport<O = Value> {
    /// What it returned, or why it returned nothing.
    pub outcome: Result<O, RunError>,
    /// What it logged, each line bounded and free of control characters.
    pub logs: Vec<String>,
    /// The HTTP calls that it made.
    pub http_calls: Vec<HttpCallRecord>,
    /// How long it took.
    pub duration: Duration,
}

impl RunReport<Output> {
    /// The same with the output's value.
    #[must_use]
    pub fn read(self) -> RunReport {
        let Self { outcome, logs, http_calls, duration } = self;
        // The text goes as soon as it is read.
        RunReport { outcome: outcome.map(|output| output.value()), logs, http_calls, duration }
    }
}

/// One HTTP call of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpCallRecord {
    /// The method.
    pub method: HttpMethod,
    /// The address.
    pub url: String,
    /// The answer's status.
    pub status_code: u16,
}
