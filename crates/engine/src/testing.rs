//! How a hypothesis is tested, as the attempt that a job records.

use std::sync::Arc;

use domain::{Attempt, Clock, ProviderSlug, Sample, Topic, bounded};
use sandbox::{Limits, ScriptRunner};
use tokio::time::Instant;
use trials::{Shown, Trial, without_credentials};

use crate::{EngineError, meters};

/// Characters of an attempt's error: what an author reads next, so not a book.
const ERROR_MAX: usize = 2_000;
/// Characters of an attempt's preview of the output.
const PREVIEW_MAX: usize = 2_000;

/// The outcome of testing one script.
#[derive(Debug, Clone, PartialEq)]
pub struct TestRun {
    /// What the job records.
    pub attempt: Attempt,
}

/// Tests scripts against samples.
pub struct Tester {
    runner: Arc<dyn ScriptRunner>,
    limits: Limits,
    clock: Arc<dyn Clock>,
}

impl Tester {
    /// Uses `runner` for every run, each within `limits`.
    #[must_use]
    pub fn new(runner: Arc<dyn ScriptRunner>, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self { runner, limits, clock }
    }

    /// Runs the script against every sample and checks it.
    ///
    /// # Errors
    /// When the sandbox itself does not work. A script that fails is an attempt that did not pass.
    pub async fn test(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
        source: &str,
        samples: &[Sample],
        number: u32,
    ) -> Result<TestRun, EngineError> {
        let begun = Instant::now();
        let mut first = None;
        let mut errors = Vec::new();
        if samples.is_empty() {
            // Nothing was tested, so nothing passed.
            errors.push("there is no sample to test against".to_owned());
        } else {
            let mut trial =
                Trial::open(&*self.runner, self.limits, provider, topic, source).await?;
            for sample in samples {
                let tried = trial.sample(sample).await?;
                errors.extend(tried.failure);
                first.get_or_insert(tried.shown);
            }
        }
        meters::tested(begun.elapsed());
        let (beginning, output_count) = first
            .flatten()
            .map(|Shown { beginning, records }| (beginning, records))
            .unwrap_or_default();
        let error = bounded(&without_credentials(errors.join("\n"), samples), ERROR_MAX);
        Ok(TestRun {
            attempt: Attempt {
                attempt: number,
                passed: errors.is_empty(),
                error,
                output_preview: bounded(&without_credentials(beginning, samples), PREVIEW_MAX),
                output_count,
                timestamp: self.clock.now(),
            },
        })
    }
}
