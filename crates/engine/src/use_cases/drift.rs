//! What becomes of failures of scripts in use: events that people see, and repairs.

use std::sync::Arc;

use domain::{
    Act, Actor, AuditAction, Clock, DEFAULT_MAX_RETRIES, Drift, DriftId, DriftKey, JobId,
    JobInputs, NewDrift, NewJob, Owner, Priority, ProviderSlug, Repair, RepairPolicy, Sample,
    SampleName, Script, ScriptInput,
};
use sandbox::{Limits, RecordedExchanges, ScriptRunner};
use store::{Counted, DriftFilter, DriftRepository, Drifting, Page, PageRequest};
use tokio::sync::Mutex;

use super::{Jobs, judged};
use crate::live::{Ended, Failure};
use crate::privacy::Masker;
use crate::{EngineError, meters};

/// Bytes of a sample that is kept.
const SAMPLE_BYTES: usize = 1 << 20;

/// A drift event with the sample that shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenDrift {
    /// The event.
    pub drift: Drift,
    /// The payload and the vendor's answers, with secrets and personal data masked; none where they are
    /// too large to be kept.
    pub sample: Option<Sample>,
}

/// The use cases of drift.
pub struct Drifts {
    repository: Arc<dyn DriftRepository>,
    jobs: Arc<Jobs>,
    runner: Arc<dyn ScriptRunner>,
    limits: Limits,
    clock: Arc<dyn Clock>,
    /// Masking takes a while: of a storm one run does it, and the others count.
    opening: Mutex<()>,
}

/// A failure of a live run, with all that shows it.
pub(crate) struct Broken<'a> {
    pub(crate) script: &'a Script,
    pub(crate) owner: Option<&'a Owner>,
    pub(crate) failure: Failure,
    /// Makes the sample, which takes a while. Personal data is still in it.
    pub(crate) sample: Box<dyn FnOnce() -> Sample + Send + 'a>,
}

/// What a masked sample shows of a failure.
struct Shown {
    sample: Option<Sample>,
    /// In words that quote nothing but what is masked.
    failure: String,
    reproduced: bool,
}

impl Drifts {
    /// Tries masked samples in `runner` under `limits`; repairs are jobs among `jobs`.
    #[must_use]
    pub fn new(
        drift: Arc<dyn DriftRepository>,
        jobs: Arc<Jobs>,
        runner: Arc<dyn ScriptRunner>,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { repository: drift, jobs, runner, limits, clock, opening: Mutex::default() }
    }

    /// Writes a failure down: an event where it is new, one more of it where it is not. Where the
    /// vendor's policy says so and the event shows the failure, a job repairs the script.
    pub(crate) async fn note(&self, broken: Broken<'_>) -> Result<(), EngineError> {
        let Broken { script, failure, .. } = &broken;
        meters::drifted(failure.kind);
        let script = *script;
        let key = DriftKey { script: script.id, kind: failure.kind, path: failure.path.clone() };
        let counted = match self.repository.count(&key, self.clock.now()).await? {
            Some(counted) => counted,
            None => self.open(broken, &key).await?,
        };
        let provider = &script.content.provider;
        if counted.repair.is_none() && self.repository.policy(provider).await? == RepairPolicy::On {
            self.repair(script, counted.id).await?;
        }
        Ok(())
    }

    async fn open(&self, broken: Broken<'_>, key: &DriftKey) -> Result<Counted, EngineError> {
        let _one_at_a_time = self.opening.lock().await;
        if let Some(counted) = self.repository.count(key, self.clock.now()).await? {
            return Ok(counted);
        }
        let Broken { script, owner, failure, sample } = broken;
        let shown = self.shown(script, &failure, sample()).await;
        let new = NewDrift {
            key: key.clone(),
            provider: script.content.provider.clone(),
            topic: script.content.topic,
            owner: owner.cloned(),
            failure: shown.failure,
            reproduced: shown.reproduced,
        };
        let counted = self.repository.open(new, shown.sample, self.clock.now()).await?;
        let (script_id, drift_id) = (script.id.get(), counted.id.get());
        let (kind, path) = (key.kind.as_str(), key.path.as_str());
        tracing::warn!(script_id, drift_id, kind, path, "a script in use drifts");
        Ok(counted)
    }

    /// Masks the sample and runs the script on it: what is told of the failure is what it does there.
    async fn shown(&self, script: &Script, failure: &Failure, sample: Sample) -> Shown {
        let mut masker = Masker::new();
        let sample = fitting(masker.sample(sample));
        let again = match &sample {
            Some(sample) => self.failure_on(script, sample).await,
            None => None,
        };
        match again {
            Some(again) if again.is_like(failure) => {
                Shown { sample, failure: again.text, reproduced: true }
            }
            Some(_) | None => {
                Shown { sample, failure: masker.said(&failure.text), reproduced: false }
            }
        }
    }

    /// How the script breaks on a sample; none where it does not, or no sandbox is to be had.
    async fn failure_on(&self, script: &Script, sample: &Sample) -> Option<Failure> {
        let content = &script.content;
        let mut session = self.runner.open(&content.source, self.limits).await.ok()?;
        let base_url = &sample.connection.base_url;
        let host = Arc::new(RecordedExchanges::new(sample.http.clone(), base_url));
        let input = ScriptInput::of(content.provider.clone(), sample);
        let ran = session.run(&input, host).await.ok()?;
        let (_, violations) = judged(content.topic, &ran.outcome);
        let ended = Ended {
            topic: content.topic,
            outcome: &ran.outcome,
            violations: &violations,
            logs: &ran.logs,
            calls: &[],
        };
        Failure::of(&ended, || sample.clone())
    }

    /// Starts a job that repairs the script, unless there is one. A failure that the kept sample does not
    /// show is left to people: nothing could be tested against it.
    async fn repair(&self, script: &Script, id: DriftId) -> Result<Option<JobId>, EngineError> {
        let Some(drift) = self.repository.get(id).await? else { return Ok(None) };
        let Some(mut sample) = self.repository.sample(id).await? else { return Ok(None) };
        if !drift.seen.reproduced || !self.jobs.has_room().await? {
            return Ok(None);
        }
        sample.name = name_of(id).unwrap_or(sample.name);
        let new = NewJob {
            provider: drift.seen.provider,
            topic: drift.seen.topic,
            author: None,
            max_retries: DEFAULT_MAX_RETRIES,
            callback_url: None,
            priority: Priority::Normal,
            started_by: Actor::server(),
            inputs: JobInputs {
                samples: vec![sample],
                documents: Vec::new(),
                repair: Some(Repair {
                    script: script.id,
                    source: script.content.source.clone(),
                    failure: drift.seen.failure,
                }),
            },
        };
        let now = self.clock.now();
        let opened = self.repository.open_repair(script.id, new, now).await?;
        if opened.is_new {
            meters::repairing();
            self.jobs.was_accepted(opened.job, now);
        }
        Ok(Some(opened.job))
    }

    /// Events, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        filter: DriftFilter,
        page: PageRequest,
    ) -> Result<Page<Drift>, EngineError> {
        Ok(self.repository.list(filter, page).await?)
    }

    /// One event with its sample.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that number.
    pub async fn get(&self, id: DriftId) -> Result<SeenDrift, EngineError> {
        let drift = self.stored(id).await?;
        Ok(SeenDrift { drift, sample: self.repository.sample(id).await? })
    }

    /// Says that an event is dealt with. One that happens again is opened again.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that number, [`EngineError::Conflict`] when it is
    /// resolved already.
    pub async fn resolve(&self, by: &Actor, id: DriftId) -> Result<Drift, EngineError> {
        let seen = self.stored(id).await?.seen;
        let act = Act::new(by, AuditAction::DriftResolved, self.clock.now())
            .of(&seen.provider)
            .for_topic(seen.topic)
            .on(id)
            .noting(&format!("of script {}", seen.key.script));
        if !self.repository.resolve(id, act).await? {
            let drift = self.stored(id).await?;
            let by = drift.resolved_by;
            return Err(EngineError::Conflict(format!(
                "drift event {id} is resolved already: {by}"
            )));
        }
        self.stored(id).await
    }

    /// The scripts in use that drift.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drifting(&self) -> Result<Vec<Drifting>, EngineError> {
        Ok(self.repository.drifting().await?)
    }

    /// What is done when a script of this vendor drifts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn policy(&self, provider: &ProviderSlug) -> Result<RepairPolicy, EngineError> {
        Ok(self.repository.policy(provider).await?)
    }

    /// Sets what is done when a script of this vendor drifts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_policy(
        &self,
        by: &Actor,
        provider: &ProviderSlug,
        policy: RepairPolicy,
    ) -> Result<(), EngineError> {
        let act = Act::new(by, AuditAction::PolicySet, self.clock.now())
            .of(provider)
            .noting(&format!("repair {policy}"));
        Ok(self.repository.put_policy(provider, policy, act).await?)
    }

    async fn stored(&self, id: DriftId) -> Result<Drift, EngineError> {
        let found = self.repository.get(id).await?;
        found.ok_or_else(|| EngineError::NotFound { what: format!("drift event {id}") })
    }
}

/// The name of an event's sample.
fn name_of(id: DriftId) -> Option<SampleName> {
    format!("drift-{id}").parse().ok()
}

/// The sample, or the beginning of each of its lists, where that is small enough to be kept.
fn fitting(sample: Sample) -> Option<Sample> {
    let is_small =
        |sample: &Sample| serde_json::to_vec(sample).is_ok_and(|text| text.len() <= SAMPLE_BYTES);
    if is_small(&sample) {
        return Some(sample);
    }
    let excerpt = trials::excerpt(&sample).into_owned();
    is_small(&excerpt).then_some(excerpt)
}
