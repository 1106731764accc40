//! At a glance: what works for whom.

use std::sync::Arc;

use domain::{ConnectionStatus, JobId, Owner, ProviderSlug, ScriptId, ScriptStatus, Status, Topic};
use store::{OverviewRepository, ProviderOverview};

use crate::EngineError;

/// The use case of the overview.
pub struct Overview {
    repository: Arc<dyn OverviewRepository>,
}

/// A page of providers by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverviewPage {
    /// The providers.
    pub providers: Vec<ProviderState>,
    /// The first of the next page; none when this is the last.
    pub next: Option<ProviderSlug>,
}

/// How a provider stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderState {
    /// The vendor.
    pub provider: ProviderSlug,
    /// Every topic, in their order.
    pub topics: Vec<TopicState>,
    /// What is known of it.
    pub documents: u32,
    /// The owner's connections to it, by how they do.
    pub connections: Vec<(ConnectionStatus, u32)>,
}

/// How a topic of a provider stands, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has begun.
    None,
    /// A job is at it.
    InWork,
    /// A script waits for its review.
    Candidate,
    /// A script is in use.
    Active,
    /// A script is in use and breaks.
    Drifting,
}

impl Standing {
    /// The word that people read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::InWork => "in work",
            Self::Candidate => "candidate",
            Self::Active => "active",
            Self::Drifting => "drifting",
        }
    }
}

/// A script by its number and version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScriptVersion {
    /// The number.
    pub id: ScriptId,
    /// The version.
    pub version: u32,
}

/// How a topic of a provider stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicState {
    /// What is to be done.
    pub topic: Topic,
    /// The script in use.
    pub active: Option<ScriptVersion>,
    /// Its failures that nobody has dealt with.
    pub open_drift: u32,
    /// The newest candidate that nothing newer has overtaken.
    pub candidate: Option<ScriptVersion>,
    /// The newest job that is not over. One that waits for a person goes before others.
    pub job: Option<(JobId, Status)>,
    /// The samples that are known.
    pub samples: u32,
}

impl TopicState {
    /// All of it in one word.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        if self.active.is_some() {
            if self.open_drift > 0 { Standing::Drifting } else { Standing::Active }
        } else if self.candidate.is_some() {
            Standing::Candidate
        } else if self.job.is_some() {
            Standing::InWork
        } else {
            Standing::None
        }
    }
}

impl Overview {
    /// Reads from `overview`.
    #[must_use]
    pub fn new(overview: Arc<dyn OverviewRepository>) -> Self {
        Self { repository: overview }
    }

    /// At most `limit` providers by name, from `from` on; of connections those of `owner`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn providers(
        &self,
        owner: Option<Owner>,
        from: Option<ProviderSlug>,
        limit: u32,
    ) -> Result<OverviewPage, EngineError> {
        let page = self.repository.providers(owner, from, limit).await?;
        let providers = page.items.into_iter().map(state).collect();
        Ok(OverviewPage { providers, next: page.next })
    }

    /// One provider; one of which nothing is known has nothing of everything.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn provider(
        &self,
        owner: Option<Owner>,
        provider: &ProviderSlug,
    ) -> Result<ProviderState, EngineError> {
        let page = self.repository.providers(owner, Some(provider.clone()), 1).await?;
        let found = page.items.into_iter().find(|found| found.provider == *provider);
        let nothing = || ProviderOverview {
            provider: provider.clone(),
            scripts: Vec::new(),
            jobs: Vec::new(),
            drift: Vec::new(),
            samples: Vec::new(),
            documents: 0,
            connections: Vec::new(),
        };
        Ok(state(found.unwrap_or_else(nothing)))
    }
}

fn state(known: ProviderOverview) -> ProviderState {
    let topics = Topic::ALL.into_iter().map(|topic| topic_state(topic, &known)).collect();
    let ProviderOverview { provider, documents, mut connections, .. } = known;
    connections.sort_by_key(|(status, _)| ConnectionStatus::ALL.iter().position(|s| s == status));
    ProviderState { provider, topics, documents, connections }
}

fn topic_state(topic: Topic, known: &ProviderOverview) -> TopicState {
    let newest = |wanted: ScriptStatus| {
        let found = known.scripts.iter().find(|s| s.topic == topic && s.status == wanted)?;
        Some(ScriptVersion { id: found.newest, version: found.version })
    };
    let active = newest(ScriptStatus::Active);
    let overtaken = [active, newest(ScriptStatus::Deprecated)]
        .into_iter()
        .flatten()
        .map(|script| script.version)
        .max()
        .unwrap_or_default();
    let candidate = newest(ScriptStatus::Candidate).filter(|script| script.version > overtaken);
    let breaks = known.drift.iter().find(|drift| Some(drift.script) == active.map(|a| a.id));
    let open_drift = breaks.map_or(0, |drift| drift.events);
    let jobs = known.jobs.iter().filter(|jobs| jobs.topic == topic);
    let job = jobs
        .max_by_key(|jobs| (jobs.status == Status::NeedsClarification, jobs.newest))
        .map(|jobs| (jobs.newest, jobs.status));
    let samples =
        known.samples.iter().find(|(of, _)| *of == topic).map_or(0, |(_, samples)| *samples);
    TopicState { topic, active, open_drift, candidate, job, samples }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{JobsInWork, OpenDrift, ScriptsInState};

    fn scripts(status: ScriptStatus, version: u32) -> ScriptsInState {
        let newest = ScriptId::new(i64::from(version)).unwrap();
        ScriptsInState { topic: Topic::SyncProducts, status, count: 1, newest, version }
    }

    fn drift_of(script: i64, events: u32) -> OpenDrift {
        OpenDrift { topic: Topic::SyncProducts, script: ScriptId::new(script).unwrap(), events }
    }

    fn known(scripts: Vec<ScriptsInState>, jobs: Vec<(Status, i64)>) -> TopicState {
        let jobs = jobs.into_iter().map(|(status, id)| JobsInWork {
            topic: Topic::SyncProducts,
            status,
            count: 1,
            newest: JobId::new(id).unwrap(),
        });
        let known = ProviderOverview {
            provider: "my-till".parse().unwrap(),
            scripts,
            jobs: jobs.collect(),
            drift: vec![drift_of(7, 2)],
            samples: vec![(Topic::SyncProducts, 3)],
            documents: 1,
            connections: Vec::new(),
        };
        topic_state(Topic::SyncProducts, &known)
    }

    #[test]
    fn what_counts_most_is_the_word() {
        let job = || vec![(Status::Running, 1)];
        assert_eq!(known(vec![], vec![]).standing(), Standing::None);
        assert_eq!(known(vec![], job()).standing(), Standing::InWork);
        let candidate = scripts(ScriptStatus::Candidate, 2);
        assert_eq!(known(vec![candidate], job()).standing(), Standing::Candidate);
        let active = scripts(ScriptStatus::Active, 1);
        let both = known(vec![candidate, active], job());
        assert_eq!(both.standing(), Standing::Active);
        assert_eq!(both.candidate.map(|script| script.version), Some(2));
        assert_eq!(both.samples, 3);
    }

    #[test]
    fn a_script_in_use_with_open_failures_drifts_and_no_other_does() {
        let drifting = known(vec![scripts(ScriptStatus::Active, 7)], vec![]);
        assert_eq!((drifting.standing(), drifting.open_drift), (Standing::Drifting, 2));
        let another = known(vec![scripts(ScriptStatus::Active, 8)], vec![]);
        assert_eq!((another.standing(), another.open_drift), (Standing::Active, 0));
        let out_of_use = known(vec![scripts(ScriptStatus::Deprecated, 7)], vec![]);
        assert_eq!(out_of_use.standing(), Standing::None);
    }

    #[test]
    fn a_candidate_that_was_overtaken_waits_for_nobody() {
        let candidate = scripts(ScriptStatus::Candidate, 2);
        for newer in [ScriptStatus::Active, ScriptStatus::Deprecated] {
            assert_eq!(known(vec![candidate, scripts(newer, 3)], vec![]).candidate, None);
        }
        let archived = scripts(ScriptStatus::Archived, 3);
        assert!(known(vec![candidate, archived], vec![]).candidate.is_some());
    }

    #[test]
    fn a_job_that_asks_goes_before_newer_ones() {
        let jobs = vec![(Status::NeedsClarification, 4), (Status::Running, 9)];
        let (id, status) = known(vec![], jobs).job.unwrap();
        assert_eq!((id.get(), status), (4, Status::NeedsClarification));
    }
}
