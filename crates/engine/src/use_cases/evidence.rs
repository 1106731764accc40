//! What a reviewer looks at before a script goes into use: the samples that it was written for, and
//! what it makes of each, beside what is wanted or what the script in use makes of it.

use std::sync::Arc;

use domain::{Sample, SampleName, Script, ScriptId, ScriptInput, ScriptStatus};
use sandbox::{Limits, RecordedExchanges, RunError, ScriptRunner};
use serde_json::Value;
use store::{JobRepository, KnowledgeRepository, ScriptRepository};
use trials::without_credentials;

use super::judged;
use crate::EngineError;

/// The use cases of a review.
pub struct Evidence {
    scripts: Arc<dyn ScriptRepository>,
    jobs: Arc<dyn JobRepository>,
    knowledge: Arc<dyn KnowledgeRepository>,
    runner: Arc<dyn ScriptRunner>,
    limits: Limits,
}

/// What an output is held against.
#[derive(Debug, Clone, PartialEq)]
pub enum Against {
    /// What a careful engineer wants.
    Expected(Value),
    /// What the script in use makes of the same sample.
    InUse {
        /// That script.
        script: ScriptId,
        /// Its version.
        version: u32,
        /// What it gave.
        output: Value,
    },
    /// There is nothing to hold it against.
    Nothing,
}

/// A sample and what a script makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SideBySide {
    /// The sample.
    pub sample: Sample,
    /// What the script returned, or why it returned nothing.
    pub outcome: Result<Value, RunError>,
    /// The records in it.
    pub output_count: u32,
    /// What in it breaks the contract.
    pub violations: Vec<String>,
    /// What the script logged.
    pub logs: Vec<String>,
    /// What to compare with.
    pub against: Against,
}

impl Evidence {
    /// Runs scripts in `runner` under `limits`.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        jobs: Arc<dyn JobRepository>,
        knowledge: Arc<dyn KnowledgeRepository>,
        runner: Arc<dyn ScriptRunner>,
        limits: Limits,
    ) -> Self {
        Self { scripts, jobs, knowledge, runner, limits }
    }

    /// The samples that a script has to do with: those of its job, and those that are known by now.
    /// What came with the job has its name to itself, as it did for the author; another one that is kept
    /// under it, which is what activation tries, follows as `NAME (kept)`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn samples(&self, script: &Script) -> Result<Vec<Sample>, EngineError> {
        let content = &script.content;
        let mut samples = match content.job {
            Some(job) => self.jobs.inputs(job).await?.samples,
            None => Vec::new(),
        };
        let known = self.knowledge.samples(&content.provider, content.topic).await?;
        for mut sample in known {
            match samples.iter().find(|given| given.name == sample.name) {
                Some(given) if *given == sample => continue,
                Some(_) => match format!("{} (kept)", sample.name).parse() {
                    Ok(name) => sample.name = name,
                    // Too long to say both of it.
                    Err(_) => continue,
                },
                None => {}
            }
            samples.push(sample);
        }
        Ok(samples)
    }

    /// Runs a script on one of its samples, and the script in use where there is no wanted output.
    /// Nothing leaves the machine.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when the script or the sample is not there. What the script does wrong
    /// is in the report.
    pub async fn side_by_side(
        &self,
        id: ScriptId,
        name: &SampleName,
    ) -> Result<SideBySide, EngineError> {
        let script = self.scripts.get(id).await?;
        let script =
            script.ok_or_else(|| EngineError::NotFound { what: format!("script {id}") })?;
        let mut samples = self.samples(&script).await?;
        let place = samples.iter().position(|sample| sample.name == *name);
        let place = place.ok_or_else(|| EngineError::NotFound {
            what: format!("sample {name} of script {id}"),
        })?;
        let sample = samples.swap_remove(place);
        let report = self.run(&script, &sample).await?;
        let (output_count, violations) = judged(script.content.topic, &report.outcome);
        let against = self.against(&script, &sample).await?;
        Ok(SideBySide {
            outcome: report.outcome.map(|output| masked(output, &sample)),
            output_count,
            violations: violations.iter().map(|text| hidden(text, &sample)).collect(),
            logs: report.logs.iter().map(|line| hidden(line, &sample)).collect(),
            against,
            sample,
        })
    }

    async fn against(&self, script: &Script, sample: &Sample) -> Result<Against, EngineError> {
        if let Some(expected) = &sample.expected {
            return Ok(Against::Expected(expected.clone()));
        }
        if script.status == ScriptStatus::Active {
            return Ok(Against::Nothing);
        }
        let content = &script.content;
        let Some(active) = self.scripts.active(&content.provider, content.topic).await? else {
            return Ok(Against::Nothing);
        };
        // What the script in use cannot read is no measure for another.
        Ok(match self.run(&active, sample).await?.outcome {
            Ok(output) => Against::InUse {
                script: active.id,
                version: active.version,
                output: masked(output, sample),
            },
            Err(_) => Against::Nothing,
        })
    }

    async fn run(
        &self,
        script: &Script,
        sample: &Sample,
    ) -> Result<sandbox::RunReport, EngineError> {
        let input = ScriptInput::of(script.content.provider.clone(), sample);
        let base_url = &sample.connection.base_url;
        let host = Arc::new(RecordedExchanges::new(sample.http.clone(), base_url));
        let mut session = self.runner.open(&script.content.source, self.limits).await?;
        Ok(session.run(&input, host).await?)
    }
}

fn hidden(text: &str, sample: &Sample) -> String {
    without_credentials(text.to_owned(), std::slice::from_ref(sample))
}

/// The output without the credentials of its sample, which a script may well put into a request.
fn masked(output: Value, sample: &Sample) -> Value {
    match output {
        Value::String(text) => Value::String(hidden(&text, sample)),
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| masked(item, sample)).collect())
        }
        Value::Object(fields) => Value::Object(
            fields.into_iter().map(|(name, value)| (name, masked(value, sample))).collect(),
        ),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_)) => plain,
    }
}
