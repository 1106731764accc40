//! How a hypothesis is tested: every sample is run and checked, then its mutations.

mod compare;
mod contracts;
mod mutations;
mod payload;
mod records;
mod rules;

use std::sync::Arc;

use domain::{Attempt, Clock, ProviderSlug, Sample, ScriptInput, Topic, bounded};
use sandbox::{
    Limits, RecordedExchanges, RunError, RunReport, SandboxError, ScriptRunner, ScriptSession,
};
use serde_json::Value;

use crate::EngineError;

use compare::differences;
use contracts::{VIOLATIONS_MAX, schema_violations};
use mutations::{Mutation, mutations};
pub use records::count_records;
use records::shortfall;
use rules::rule_violations;

/// Characters of an attempt's error: what an author reads next, so not a book.
const ERROR_MAX: usize = 2_000;
/// Characters of an attempt's preview of the output.
const PREVIEW_MAX: usize = 2_000;
/// Differences from `expected` that are told for one sample.
const DIFFERENCES_MAX: usize = 8;

/// The outcome of testing one script.
#[derive(Debug, Clone, PartialEq)]
pub struct TestRun {
    /// What the job records.
    pub attempt: Attempt,
}

/// Characters from which a credential is hidden. A shorter one is a test value that stands in other
/// words as well.
const CREDENTIAL_MIN: usize = 6;

/// `text` with the samples' credentials hidden: what a job records is read by more people than may
/// see them.
fn without_credentials(text: String, samples: &[Sample]) -> String {
    let connections = samples.iter().map(|sample| &sample.connection);
    connections
        .flat_map(|connection| [&connection.api_key, &connection.api_secret])
        .filter(|credential| credential.chars().count() >= CREDENTIAL_MIN)
        .fold(text, |text, credential| text.replace(credential, "[credential]"))
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
            let session = self.runner.open(source, self.limits).await?;
            let mut trial = Trial { session, provider, topic };
            for sample in samples {
                let (output, failure) = trial.sample(sample).await?;
                first.get_or_insert(output);
                errors.extend(failure);
            }
        }
        let output = first.flatten();
        let error = bounded(&without_credentials(errors.join("\n"), samples), ERROR_MAX);
        Ok(TestRun {
            attempt: Attempt {
                attempt: number,
                passed: errors.is_empty(),
                error,
                output_preview: output
                    .as_ref()
                    .map(|output| without_credentials(output.to_string(), samples))
                    .map(|preview| bounded(&preview, PREVIEW_MAX))
                    .unwrap_or_default(),
                output_count: output.map_or(0, |output| count_records(topic, &output)),
                timestamp: self.clock.now(),
            },
        })
    }

    /// What in `output` breaks the topic's contract; empty when nothing does.
    #[must_use]
    pub fn violations(topic: Topic, output: &Value) -> Vec<String> {
        let mut found = schema_violations(topic, output);
        if found.is_empty() {
            found = rule_violations(topic, output);
            found.truncate(VIOLATIONS_MAX);
        }
        found
    }
}

/// One script under test.
struct Trial<'a> {
    session: Box<dyn ScriptSession>,
    provider: &'a ProviderSlug,
    topic: Topic,
}

impl Trial<'_> {
    /// The output of the sample's run, if there is one, and what is wrong with the script, if
    /// anything is.
    async fn sample(
        &mut self,
        sample: &Sample,
    ) -> Result<(Option<Value>, Option<String>), SandboxError> {
        let report = self.run(sample).await?;
        let output = match report.outcome {
            Ok(output) => output,
            Err(error) => {
                return Ok((None, Some(format!("sample {}: {}", sample.name, told(&error)))));
            }
        };
        let mut wrong = Tester::violations(self.topic, &output);
        if report.logs.is_empty() {
            wrong.extend(shortfall(self.topic, sample, &output));
        }
        if let Some(expected) = &sample.expected {
            wrong.extend(differences(&output, expected, DIFFERENCES_MAX));
        }
        let failure = if wrong.is_empty() {
            self.mutants(sample, &output).await?
        } else {
            Some(format!("sample {}: {}", sample.name, wrong.join("\n  ")))
        };
        Ok((Some(output), failure))
    }

    /// The first mutation that the script does not survive.
    async fn mutants(
        &mut self,
        sample: &Sample,
        output: &Value,
    ) -> Result<Option<String>, SandboxError> {
        for mutation in mutations(self.topic, sample, output) {
            let report = match self.run(&mutation.sample).await {
                Ok(report) => report,
                // The change made a large sample too large: nothing is learned about the script.
                Err(SandboxError::InputTooLarge { .. }) => continue,
                Err(error @ SandboxError::Spawn(_)) => return Err(error),
            };
            if let Some(wrong) = self.verdict(&mutation, report) {
                return Ok(Some(format!("sample {} {}: {wrong}", sample.name, mutation.name)));
            }
        }
        Ok(None)
    }

    fn verdict(&self, mutation: &Mutation, report: RunReport) -> Option<String> {
        match report.outcome {
            Ok(output) => {
                let wrong = schema_violations(self.topic, &output);
                (!wrong.is_empty()).then(|| wrong.join("\n  "))
            }
            // A changed answer may lead to calls that nobody recorded; that proves nothing.
            Err(RunError::HttpNotRecorded { .. }) => None,
            Err(RunError::Threw { ref message, .. })
                if mutation.dangling.iter().any(|id| message.contains(id.as_str())) =>
            {
                None
            }
            Err(error) => Some(format!("{}; the script must survive this", told(&error))),
        }
    }

    async fn run(&mut self, sample: &Sample) -> Result<RunReport, SandboxError> {
        let base_url = &sample.connection.base_url;
        let host = Arc::new(RecordedExchanges::new(sample.http.clone(), base_url));
        self.session.run(&ScriptInput::of(self.provider.clone(), sample), host).await
    }
}

/// An error with the stack where there is one: the line in the script is what an author needs.
fn told(error: &RunError) -> String {
    error.stack().map_or_else(
        || error.to_string(),
        |stack| format!("{error} ({})", bounded(stack.trim(), 300)),
    )
}
