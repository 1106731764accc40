//! The way of one job from its stored stage to a stop: done, failed, or waiting for a person. Each
//! step is stored before the next begins, so that another worker can go on from there.

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Event, Job, NewScript, State};
use store::{Claimed, JobRepository, Lease, StoreError, UsageRepository};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::backoff::Backoff;
use crate::desk::Desk;
use crate::stages::{Findings, gathering, generating, retrying, testing};
use crate::{Authors, Sources, Tester, meters};

/// Writes that are tried while the database is away: about a minute, as long as a lease.
const WRITE_TRIES: u32 = 12;

/// What the pipeline works with.
pub struct Pipeline {
    pub(crate) jobs: Arc<dyn JobRepository>,
    pub(crate) sources: Arc<Sources>,
    pub(crate) authors: Arc<Authors>,
    pub(crate) usage: Arc<dyn UsageRepository>,
    pub(crate) tester: Arc<Tester>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// How a job left the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It needs no worker now: it is over or waits for a person.
    Stopped(State),
    /// Somebody else has it. Nothing more was written.
    LeaseLost,
    /// The token was cancelled. The last stored step stands; the lease may be released.
    Cancelled,
    /// Nothing can be done for it now; it was stored as it is, and the lease should end so that it is
    /// claimed again after this long.
    Postponed(Duration),
    /// The database does not take the job's next step. The lease is left to run out, so that the job
    /// is not claimed at once again.
    LetGo,
}

/// What ends a run before its job stops by itself.
pub(crate) enum Halt {
    Cancelled,
    Postponed(Duration),
    Store(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Pipeline {
    /// `sources` is what jobs are gathered from, `usage` is where the budgets of a day are kept.
    #[must_use]
    pub fn new(
        jobs: Arc<dyn JobRepository>,
        sources: Arc<Sources>,
        authors: Arc<Authors>,
        usage: Arc<dyn UsageRepository>,
        tester: Arc<Tester>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { jobs, sources, authors, usage, tester, clock }
    }

    /// Drives a claimed job until it needs no worker. `lost` says that the lease is lost or the
    /// process ends: work stops then, but a write that has begun is never cut off.
    pub async fn run(&self, claimed: Claimed, lost: &CancellationToken) -> Outcome {
        let Claimed { lease, mut job, deaths: _ } = claimed;
        let id = job.id.get();
        match self.drive(&lease, &mut job, lost).await {
            Ok(()) => {
                tracing::info!(job_id = id, stage = %job.state.stage(), status = %job.state.status(), "the job stopped");
                Outcome::Stopped(job.state)
            }
            Err(Halt::Cancelled) => {
                tracing::info!(job_id = id, stage = %job.state.stage(), "work on the job was interrupted");
                Outcome::Cancelled
            }
            Err(Halt::Store(StoreError::LeaseLost)) => {
                tracing::info!(job_id = id, stage = %job.state.stage(), "the job went to somebody else");
                Outcome::LeaseLost
            }
            Err(Halt::Store(error)) => {
                tracing::error!(job_id = id, stage = %job.state.stage(), %error, "the job's next step could not be stored; it is claimed again when the lease runs out");
                Outcome::LetGo
            }
            Err(Halt::Postponed(wait)) => {
                tracing::info!(job_id = id, stage = %job.state.stage(), seconds = wait.as_secs_f64(), "the job is postponed");
                Outcome::Postponed(wait)
            }
        }
    }

    async fn drive(
        &self,
        lease: &Lease,
        job: &mut Job,
        lost: &CancellationToken,
    ) -> Result<(), Halt> {
        // Not stored: whoever goes on from a later stage puts it together again.
        let mut findings: Option<Findings> = None;
        loop {
            let (stage, begun) = (job.state.stage(), Instant::now());
            let span = tracing::info_span!("stage", stage = %stage);
            let step = match job.state {
                State::Queued => Ok(Event::Started),
                State::Gathering => {
                    gathering::step(self, job, lost, &mut findings).instrument(span).await
                }
                State::Generating => {
                    let mut desk = Desk { pipeline: self, lease, job, lost };
                    generating::step(&mut desk, &mut findings).instrument(span).await
                }
                State::Testing => {
                    let mut desk = Desk { pipeline: self, lease, job, lost };
                    testing::step(&mut desk, &mut findings).instrument(span).await
                }
                State::Retrying => Ok(retrying::step(job)),
                State::Waiting(_) | State::Completed | State::Failed => return Ok(()),
            };
            match step {
                Ok(event) => {
                    self.take(lease, job, event, lost).await?;
                    meters::staged(stage, begun.elapsed());
                }
                Err(Halt::Store(StoreError::Corrupt(what))) => {
                    let reason = format!("a stored record cannot be read: {what}");
                    self.take(lease, job, Event::GaveUp { reason }, lost).await?;
                }
                Err(halt @ (Halt::Cancelled | Halt::Postponed(_) | Halt::Store(_))) => {
                    return Err(halt);
                }
            }
        }
    }

    /// Applies an event and stores it. The job is unchanged when that fails.
    async fn take(
        &self,
        lease: &Lease,
        job: &mut Job,
        event: Event,
        lost: &CancellationToken,
    ) -> Result<(), Halt> {
        tracing::info!(job_id = job.id.get(), stage = %job.state.stage(), event = event.name(), "the job takes a step");
        let mut next = job.clone();
        let now = self.clock.now();
        if let Err(refused) = next.apply(event, now) {
            // The stages ask for what the rules allow; a job that is stuck would be worse than one
            // that says so.
            next.apply(Event::GaveUp { reason: refused.to_string() }, now)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        }
        let script = if next.state == State::Completed { saved_script(&next) } else { None };
        match self.write(lease, &next, script, lost).await {
            Ok(()) => {}
            Err(Halt::Store(StoreError::Nul { field })) => {
                next = job.clone();
                let reason = format!("{field} holds a NUL character, which cannot be stored");
                next.apply(Event::GaveUp { reason }, now)
                    .map_err(|error| StoreError::Corrupt(error.to_string()))?;
                self.write(lease, &next, None, lost).await?;
            }
            Err(halt) => return Err(halt),
        }
        meters::stepped(job, &next);
        *job = next;
        Ok(())
    }

    pub(crate) async fn write(
        &self,
        lease: &Lease,
        job: &Job,
        script: Option<NewScript>,
        lost: &CancellationToken,
    ) -> Result<(), Halt> {
        self.persistently(lost, || async {
            match script.clone() {
                Some(script) => self.jobs.complete(lease, job, script).await.map(drop),
                None => self.jobs.save(lease, job).await,
            }
        })
        .await
    }

    /// Tries a call of the database again while it is away and the lease lives.
    pub(crate) async fn persistently<T, F>(
        &self,
        lost: &CancellationToken,
        mut call: impl FnMut() -> F,
    ) -> Result<T, Halt>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut backoff = Backoff::store();
        loop {
            if lost.is_cancelled() {
                return Err(Halt::Cancelled);
            }
            match call().await {
                Err(StoreError::Unavailable(reason)) if backoff.tries() < WRITE_TRIES => {
                    tracing::warn!(reason, "the database is away; trying again");
                    backoff.wait(lost).await?;
                }
                other => return Ok(other?),
            }
        }
    }
}

fn saved_script(job: &Job) -> Option<NewScript> {
    let hypothesis = job.hypothesis.clone()?;
    Some(NewScript {
        provider: job.provider.clone(),
        topic: job.topic,
        source: hypothesis.source,
        author: Some(hypothesis.author),
        job: Some(job.id),
        started_by: job.started_by.clone(),
        provenance: hypothesis.provenance,
        test_results: job.attempts.clone(),
    })
}
