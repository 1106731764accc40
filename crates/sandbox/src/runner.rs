//! The seam between the engine and what runs scripts.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{HttpMethod, ScriptInput};
use serde_json::Value;

use crate::{HttpHost, Limits, RunError, SandboxError};

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
}

/// One script, ready to run. Nothing of one run is left for the next.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ScriptSession: Send {
    /// Runs `transform` once.
    ///
    /// # Errors
    /// When the sandbox itself does not work. What the script does wrong is in the report.
    async fn run<'i>(
        &mut self,
        input: &ScriptInput<'i>,
        host: Arc<dyn HttpHost>,
    ) -> Result<RunReport, SandboxError>;
}

/// What one run did.
#[derive(Debug, Clone, PartialEq)]
pub struct RunReport {
    /// What it returned, or why it returned nothing.
    pub outcome: Result<Value, RunError>,
    /// What it logged, each line bounded and free of control characters.
    pub logs: Vec<String>,
    /// The HTTP calls that it made.
    pub http_calls: Vec<HttpCallRecord>,
    /// How long it took.
    pub duration: Duration,
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
