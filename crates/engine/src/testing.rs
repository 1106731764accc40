//! How a hypothesis is tested, as the attempt that a job records.

use std::io::{self, Write};
use std::sync::Arc;

use domain::{Attempt, Clock, ProviderSlug, Sample, Topic, bounded};
use sandbox::{Limits, ScriptRunner};
use serde_json::Value;
use trials::{Trial, count_records, without_credentials};

use crate::EngineError;

/// Characters of an attempt's error: what an author reads next, so not a book.
const ERROR_MAX: usize = 2_000;
/// Characters of an attempt's preview of the output.
const PREVIEW_MAX: usize = 2_000;

/// Bytes of the output as JSON from which the preview is made: enough for characters of four bytes
/// and for what is hidden in them.
const BEGINNING_BYTES: usize = 8 * PREVIEW_MAX;

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
                // The whole output is not kept: it may be megabytes.
                first.get_or_insert_with(|| tried.output.map(|output| shown(topic, &output)));
            }
        }
        let (beginning, output_count) = first.flatten().unwrap_or_default();
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

/// The beginning of an output as JSON, and the number of its records.
fn shown(topic: Topic, output: &Value) -> (String, u32) {
    let mut beginning = Beginning(Vec::new());
    // It fails when there is enough.
    let _ = serde_json::to_writer(&mut beginning, output);
    (String::from_utf8_lossy(&beginning.0).into_owned(), count_records(topic, output))
}

/// Takes the first bytes and no more.
struct Beginning(Vec<u8>);

impl Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BEGINNING_BYTES.saturating_sub(self.0.len()));
        self.0.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
