//! How a hypothesis is tested.

use std::sync::Arc;

use domain::{Attempt, Clock, ProviderSlug, Sample, Topic};
use sandbox::ScriptRunner;
use serde_json::Value;

use crate::EngineError;

/// The outcome of testing one script.
#[derive(Debug, Clone, PartialEq)]
pub struct TestRun {
    /// What the job records.
    pub attempt: Attempt,
}

/// Tests scripts against samples.
pub struct Tester {
    runner: Arc<dyn ScriptRunner>,
    clock: Arc<dyn Clock>,
}

impl Tester {
    /// Uses `runner` for every run.
    #[must_use]
    pub fn new(runner: Arc<dyn ScriptRunner>, clock: Arc<dyn Clock>) -> Self {
        Self { runner, clock }
    }

    /// Runs the script against every sample and checks it.
    ///
    /// # Errors
    /// When the sandbox itself does not work. A script that fails is an attempt that did not pass.
    pub async fn test(
        &self,
        _provider: &ProviderSlug,
        _topic: Topic,
        _source: &str,
        _samples: &[Sample],
        number: u32,
    ) -> Result<TestRun, EngineError> {
        let _ = &self.runner;
        Ok(TestRun {
            attempt: Attempt {
                attempt: number,
                passed: false,
                error: String::new(),
                output_preview: String::new(),
                output_count: 0,
                timestamp: self.clock.now(),
            },
        })
    }

    /// What in `output` breaks the topic's contract; empty when nothing does.
    #[must_use]
    pub fn violations(_topic: Topic, _output: &Value) -> Vec<String> {
        Vec::new()
    }
}

/// The records in an output: the products, outlets or requests, or one for a single record.
#[must_use]
pub fn count_records(_topic: Topic, _output: &Value) -> u32 {
    0
}
