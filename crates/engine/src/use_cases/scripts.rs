//! Saved scripts: looking at them, trying them, and taking in a person's own.

mod review;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use domain::{
    Act, Actor, AuditAction, Clock, Connection, HttpExchange, NewScript, ProviderSlug, Sample,
    Script, ScriptId, ScriptInput, Topic,
};
use sandbox::{HttpCallRecord, Limits, RecordedExchanges, RunError, ScriptRunner};
use serde_json::Value;
use similar::TextDiff;
use store::{KnowledgeRepository, Page, PageRequest, ScriptFilter, ScriptRepository};

use super::judged;
use crate::{EngineError, Tester};

pub use review::Activation;

/// A script that a person wrote or edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// The vendor.
    pub provider: ProviderSlug,
    /// What it does.
    pub topic: Topic,
    /// The JavaScript.
    pub source: String,
    /// Samples to test it against, besides those that are known.
    pub samples: Vec<Sample>,
    /// Whether to save it although it does not pass.
    pub draft: bool,
}

/// What to try a script on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DryRun {
    /// `input.payload`.
    pub payload: Option<Value>,
    /// What its HTTP calls are answered with.
    pub http: Vec<HttpExchange>,
    /// The account that it sees.
    pub connection: Connection,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DryRunReport {
    /// What the script returned, or why it returned nothing.
    pub outcome: Result<Value, RunError>,
    /// The records in it.
    pub output_count: u32,
    /// What in it breaks the contract; empty when nothing does.
    pub violations: Vec<String>,
    /// What the script logged.
    pub logs: Vec<String>,
    /// The HTTP calls that it made.
    pub http_calls: Vec<HttpCallRecord>,
    /// How long it took.
    pub duration: Duration,
}

/// What a script changes against another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptDiff {
    /// The script that it is compared with; none when none is in use, so that all of it is new.
    pub against: Option<ScriptId>,
    /// The changes as a unified diff; empty when there are none.
    pub unified: String,
}

/// The use cases of scripts.
pub struct Scripts {
    repository: Arc<dyn ScriptRepository>,
    knowledge: Arc<dyn KnowledgeRepository>,
    runner: Arc<dyn ScriptRunner>,
    limits: Limits,
    tester: Arc<Tester>,
    clock: Arc<dyn Clock>,
    /// Whether nobody may take into use what they started.
    four_eyes: bool,
}

impl Scripts {
    /// Tries scripts in `runner` under `limits`.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        knowledge: Arc<dyn KnowledgeRepository>,
        runner: Arc<dyn ScriptRunner>,
        limits: Limits,
        tester: Arc<Tester>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { repository: scripts, knowledge, runner, limits, tester, clock, four_eyes: false }
    }

    /// Asks for another pair of eyes: who started a job or saved a script may not take it into use.
    pub const fn ask_for_four_eyes(&mut self) {
        self.four_eyes = true;
    }

    /// Tests a person's script like a hypothesis and saves it as a candidate.
    ///
    /// # Errors
    /// [`EngineError::DoesNotPass`] when it does not and is no draft, [`EngineError::Invalid`] when
    /// there is no sample to test it against and it is no draft.
    pub async fn upload(&self, by: &Actor, upload: Upload) -> Result<Script, EngineError> {
        let mut samples = self.knowledge.samples(&upload.provider, upload.topic).await?;
        samples.retain(|known| upload.samples.iter().all(|given| given.name != known.name));
        samples.extend(upload.samples);
        if samples.is_empty() && !upload.draft {
            return Err(EngineError::Invalid {
                field: "samples".to_owned(),
                message:
                    "there is no sample to test against; give one, or save it with \"draft\": true"
                        .to_owned(),
            });
        }
        let mut test_results = Vec::new();
        if !samples.is_empty() {
            let (provider, topic) = (&upload.provider, upload.topic);
            let run = self.tester.test(provider, topic, &upload.source, &samples, 1).await?;
            if !run.attempt.passed && !upload.draft {
                return Err(EngineError::DoesNotPass(Box::new(run.attempt)));
            }
            test_results.push(run.attempt);
        }
        let act = Act::new(by, AuditAction::ScriptSaved, self.clock.now())
            .of(&upload.provider)
            .for_topic(upload.topic);
        let new = NewScript {
            provider: upload.provider,
            topic: upload.topic,
            source: upload.source,
            author: None,
            job: None,
            started_by: Some(by.clone()),
            provenance: Vec::new(),
            test_results,
        };
        Ok(self.repository.insert(new, act).await?)
    }

    /// One script.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that number.
    pub async fn get(&self, id: ScriptId) -> Result<Script, EngineError> {
        let script = self.repository.get(id).await?;
        script.ok_or_else(|| EngineError::NotFound { what: format!("script {id}") })
    }

    /// Scripts, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        filter: ScriptFilter,
        page: PageRequest,
    ) -> Result<Page<Script>, EngineError> {
        Ok(self.repository.list(filter, page).await?)
    }

    /// What a script changes against `against`, or else against the script in use.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such script, [`EngineError::Invalid`] when the two do
    /// not do the same for the same vendor.
    pub async fn diff(
        &self,
        id: ScriptId,
        against: Option<ScriptId>,
    ) -> Result<ScriptDiff, EngineError> {
        let script = self.get(id).await?;
        let NewScript { provider, topic, .. } = &script.content;
        let other = match against {
            Some(other) => Some(self.get(other).await?),
            None => self.repository.active(provider, *topic).await?,
        };
        if let Some(other) = &other
            && (&other.content.provider, other.content.topic) != (provider, *topic)
        {
            return Err(EngineError::Invalid {
                field: "against".to_owned(),
                message: format!(
                    "script {} is for {} {}; give one for {provider} {topic}",
                    other.id, other.content.provider, other.content.topic
                ),
            });
        }
        let named = |script: &Script| format!("{provider}/{topic}.js version {}", script.version);
        let (old, old_name) = other.as_ref().map_or_else(
            || ("", "/dev/null".to_owned()),
            |other| (other.content.source.as_str(), named(other)),
        );
        let unified = TextDiff::from_lines(old, &script.content.source)
            .unified_diff()
            .header(&old_name, &named(&script))
            .to_string();
        Ok(ScriptDiff { against: other.map(|other| other.id), unified })
    }

    /// Runs a script on what the caller gives. Nothing leaves the machine.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such script. What the script does wrong is in the
    /// report.
    pub async fn dry_run(&self, id: ScriptId, dry: DryRun) -> Result<DryRunReport, EngineError> {
        let script = self.get(id).await?;
        let input = ScriptInput {
            provider_slug: script.content.provider,
            connection: dry.connection,
            payload: Cow::Owned(dry.payload.unwrap_or_default()),
        };
        let topic = script.content.topic;
        let host = Arc::new(RecordedExchanges::new(dry.http, &input.connection.base_url));
        let mut session = self.runner.open(&script.content.source, self.limits).await?;
        let report = session.run(&input, host).await?;
        let (output_count, violations) = judged(topic, &report.outcome);
        Ok(DryRunReport {
            outcome: report.outcome,
            output_count,
            violations,
            logs: report.logs,
            http_calls: report.http_calls,
            duration: report.duration,
        })
    }
}
