//! One script on trial: every sample is run and checked, then its mutations.

use std::borrow::Cow;
use std::sync::Arc;

use domain::{ProviderSlug, Sample, ScriptInput, Topic, bounded};
use sandbox::{
    Limits, Output, RecordedExchanges, RunError, RunReport, SandboxError, ScriptRunner,
    ScriptSession,
};
use serde_json::Value;

use crate::compare::differences;
use crate::contracts::{VIOLATIONS_MAX, schema_violations};
use crate::credentials::{Credential, leaked};
use crate::excerpt::{LARGE_BYTES, excerpt, size};
use crate::light::ids_alone;
use crate::mutations::{Mutation, mutations};
use crate::records::{count_records, shortfall};
use crate::rules::rule_violations;

/// Differences from `expected` that are told for one sample.
const DIFFERENCES_MAX: usize = 8;
/// Bytes of an output's JSON that are told.
const BEGINNING_BYTES: usize = 16 << 10;
/// Characters of a stack that are told.
const STACK_MAX: usize = 300;

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

/// One script, ready to be tried. All its runs are in one session.
pub struct Trial {
    session: Box<dyn ScriptSession>,
    provider: ProviderSlug,
    topic: Topic,
}

/// What is told of an output, which may be megabytes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The beginning of its JSON.
    pub beginning: String,
    /// The number of its records.
    pub records: u32,
}

/// What a sample showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// What the script returned for it, where it returned anything.
    pub shown: Option<Shown>,
    /// What is wrong with the script: which sample, which path, what was there and what was wanted.
    /// None when it passed.
    pub failure: Option<String>,
}

impl Trial {
    /// Opens a session of `runner` for the script; each run keeps to `limits`.
    ///
    /// # Errors
    /// When the sandbox itself does not work. A bad script is a failure of its samples.
    pub async fn open(
        runner: &dyn ScriptRunner,
        limits: Limits,
        provider: &ProviderSlug,
        topic: Topic,
        source: &str,
    ) -> Result<Self, SandboxError> {
        let session = runner.open(source, limits).await?;
        Ok(Self { session, provider: provider.clone(), topic })
    }

    /// The topic of the script.
    pub(crate) const fn topic(&self) -> Topic {
        self.topic
    }

    /// Runs the script on the sample and its mutations and checks what it returns.
    ///
    /// # Errors
    /// When the sandbox itself does not work.
    pub async fn sample(&mut self, sample: &Sample) -> Result<Tried, SandboxError> {
        let RunReport { outcome, logs, .. } = self.run(sample).await?;
        let output = match outcome {
            Ok(output) => output,
            Err(error) => return Ok(Tried { shown: None, failure: Some(threw(sample, &error)) }),
        };
        let beginning = beginning(output.text()).to_owned();
        if let Some(Credential { name, .. }) = leaked(self.topic, sample, output.text()) {
            let output = output.value();
            let shown = Some(Shown { beginning, records: count_records(self.topic, &output) });
            let failure = format!(
                "sample {}: the output holds the credential {name}, which only requests to the \
                 vendor need",
                sample.name
            );
            return Ok(Tried { shown, failure: Some(failure) });
        }
        // Where an output is compared, or a small payload is looked through for all that it returns,
        // it takes the whole of it.
        let may_do_with_ids = sample.expected.is_none()
            && sample.payload.as_ref().is_none_or(|payload| size(payload) >= LARGE_BYTES);
        let ids = may_do_with_ids.then(|| ids_alone(self.topic, &output)).flatten();
        let (value, wrong) = ids.map_or_else(
            || {
                let value = output.value();
                let wrong = violations(self.topic, &value);
                (value, wrong)
            },
            |ids| (ids, Vec::new()),
        );
        drop(output);
        let shown = Some(Shown { beginning, records: count_records(self.topic, &value) });
        Ok(Tried { shown, failure: self.failure(sample, &value, wrong, &logs).await? })
    }

    /// The same, of a run of the sample that was made already: what is wrong.
    pub(crate) async fn judged(
        &mut self,
        sample: &Sample,
        output: &Value,
        logs: &[String],
    ) -> Result<Option<String>, SandboxError> {
        self.failure(sample, output, violations(self.topic, output), logs).await
    }

    /// What is wrong with a script, where `wrong` is what in its output breaks the contract. Of a large
    /// output that breaks nothing, and is not compared, the ids are enough.
    async fn failure(
        &mut self,
        sample: &Sample,
        output: &Value,
        mut wrong: Vec<String>,
        logs: &[String],
    ) -> Result<Option<String>, SandboxError> {
        if logs.is_empty() {
            wrong.extend(shortfall(self.topic, sample, output));
        }
        if let Some(expected) = &sample.expected {
            wrong.extend(differences(output, expected, DIFFERENCES_MAX));
        }
        if !wrong.is_empty() {
            return Ok(Some(format!("sample {}: {}", sample.name, wrong.join("\n  "))));
        }
        if let Some(failure) = self.variants(sample, output).await? {
            return Ok(Some(failure));
        }
        let broken = self.plain_lengths(sample, output, logs).await?;
        Ok(broken.map(|broken| format!("{} ({})", broken.what, broken.field)))
    }

    /// What the sample's mutations show. Of a large sample those of an excerpt are run: many cheap runs
    /// find more than a few dear ones. Where the script cannot do with the excerpt, few of the whole.
    async fn variants(
        &mut self,
        sample: &Sample,
        output: &Value,
    ) -> Result<Option<String>, SandboxError> {
        if let Cow::Owned(small) = excerpt(sample)
            && let Some(RunReport { outcome: Ok(output), .. }) = self.variation(&small).await?
            && violations(self.topic, &output).is_empty()
        {
            return self.mutants(&small, &output).await;
        }
        self.mutants(sample, output).await
    }

    /// The first mutation that the script does not survive.
    async fn mutants(
        &mut self,
        sample: &Sample,
        output: &Value,
    ) -> Result<Option<String>, SandboxError> {
        for mutation in mutations(self.topic, sample, output) {
            let Some(report) = self.variation(&mutation.sample).await? else { continue };
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

    /// The run of a changed sample. None when the change made a large sample too large: nothing is
    /// learned about the script.
    pub(crate) async fn variation(
        &mut self,
        sample: &Sample,
    ) -> Result<Option<RunReport>, SandboxError> {
        match self.run(sample).await {
            Ok(report) => Ok(Some(report.read())),
            Err(SandboxError::InputTooLarge { .. }) => Ok(None),
            Err(error @ SandboxError::Spawn(_)) => Err(error),
        }
    }

    async fn run(&mut self, sample: &Sample) -> Result<RunReport<Output>, SandboxError> {
        let base_url = &sample.connection.base_url;
        let host = Arc::new(RecordedExchanges::new(sample.http.clone(), base_url));
        self.session.run_text(&ScriptInput::of(self.provider.clone(), sample), host).await
    }
}

pub(crate) fn threw(sample: &Sample, error: &RunError) -> String {
    format!("sample {}: {}", sample.name, told(error))
}

/// The first bytes of a text, as many as are told of an output at most.
fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(BEGINNING_BYTES)).unwrap_or(text)
}

/// An error with the stack where there is one: the line in the script is what an author needs.
pub(crate) fn told(error: &RunError) -> String {
    error.stack().map_or_else(
        || error.to_string(),
        |stack| format!("{error} ({})", bounded(stack.trim(), STACK_MAX)),
    )
}
