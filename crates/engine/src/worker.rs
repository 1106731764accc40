//! Claims jobs and drives them, several at once, until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use domain::{Event, JobId};
use store::{Claimed, JobRepository, Lease, StoreError, WorkerId};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::backoff::{Backoff, jittered};
use crate::meters::Busy;
use crate::{Outcome, Pipeline, Wake};

/// After the grace time, how long interrupted jobs may take to end a write and be released.
const RELEASE_TIME: Duration = Duration::from_secs(5);

/// How a worker works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerSettings {
    /// Jobs at once. Each may hold one sandbox and one call of a model.
    pub concurrency: usize,
    /// How long a claim holds. A crashed worker's job waits this long.
    pub lease: Duration,
    /// How often a claim is prolonged: several times within a lease, so that one lost call does not
    /// lose the job.
    pub renew_every: Duration,
    /// After how long without a renewal work stops. Shorter than the lease, so that it stops before
    /// another worker may begin.
    pub give_up_after: Duration,
    /// How often to look for jobs when nothing wakes the worker.
    pub poll: Duration,
    /// How long running jobs may go on when the process ends.
    pub grace: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            concurrency: 4,
            lease: Duration::from_mins(1),
            renew_every: Duration::from_secs(15),
            give_up_after: Duration::from_secs(45),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(20),
        }
    }
}

/// Claims jobs and drives them.
pub struct Worker {
    jobs: Arc<dyn JobRepository>,
    pipeline: Arc<Pipeline>,
    wake: Arc<Wake>,
    id: WorkerId,
    settings: WorkerSettings,
}

impl Worker {
    /// `id` must be unique among all processes that share the database.
    #[must_use]
    pub fn new(
        jobs: Arc<dyn JobRepository>,
        pipeline: Arc<Pipeline>,
        wake: Arc<Wake>,
        id: WorkerId,
        settings: WorkerSettings,
    ) -> Self {
        Self { jobs, pipeline, wake, id, settings }
    }

    /// Works until `shutdown`. Then nothing more is claimed, running jobs get the grace time, and
    /// what is not done by then is released for others.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        tracing::info!(worker = self.id.0, "the worker starts");
        let stop = CancellationToken::new();
        let mut running = JoinSet::new();
        let mut failures = Backoff::store();
        while !shutdown.is_cancelled() {
            while running.try_join_next().is_some() {}
            if running.len() >= self.settings.concurrency.max(1) {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    _ = running.join_next() => {}
                }
                continue;
            }
            // The lease counts from before the call, so that it is never thought to be longer.
            let asked = Instant::now();
            // Never cut off: a claim that was made but not heard of would hold its job for nothing.
            match self.jobs.claim(&self.id, self.settings.lease).await {
                Ok(Some(claimed)) => {
                    failures = Backoff::store();
                    running.spawn(Arc::clone(&self).work(claimed, asked, stop.child_token()));
                }
                Ok(None) => {
                    failures = Backoff::store();
                    tokio::select! {
                        () = shutdown.cancelled() => {}
                        () = self.wake.wait(jittered(self.settings.poll)) => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(worker = self.id.0, %error, "no job could be claimed; trying again");
                    tokio::select! {
                        () = shutdown.cancelled() => {}
                        () = sleep(failures.next()) => {}
                    }
                }
            }
        }
        self.finish(running, &stop).await;
    }

    async fn finish(&self, mut running: JoinSet<()>, stop: &CancellationToken) {
        tracing::info!(worker = self.id.0, jobs = running.len(), "the worker stops");
        let all = async |running: &mut JoinSet<()>| while running.join_next().await.is_some() {};
        if tokio::time::timeout(self.settings.grace, all(&mut running)).await.is_ok() {
            return;
        }
        tracing::info!(
            worker = self.id.0,
            jobs = running.len(),
            "the grace time is over; jobs are released"
        );
        stop.cancel();
        if tokio::time::timeout(RELEASE_TIME, all(&mut running)).await.is_err() {
            tracing::warn!(
                worker = self.id.0,
                jobs = running.len(),
                "jobs could not be released; their leases run out"
            );
            running.shutdown().await;
        }
    }

    /// One job, from its claim to its stop. `lost` ends the work from outside.
    async fn work(self: Arc<Self>, claimed: Claimed, asked: Instant, lost: CancellationToken) {
        let _busy = Busy::begin();
        let lease = claimed.lease.clone();
        let id = claimed.job.id;
        tracing::info!(worker = self.id.0, job_id = id.get(), stage = %claimed.job.state.stage(), "the job is claimed");
        let renewal = AbortOnDropHandle::new(tokio::spawn(Arc::clone(&self).keep(
            lease.clone(),
            asked,
            lost.clone(),
        )));
        let pipeline = Arc::clone(&self.pipeline);
        // A task of its own: a panic ends this job and no other.
        let outcome =
            AbortOnDropHandle::new(tokio::spawn(async move { pipeline.run(claimed, &lost).await }))
                .await;
        match outcome {
            Ok(Outcome::Stopped(_) | Outcome::LeaseLost | Outcome::LetGo) => {}
            Ok(Outcome::Cancelled | Outcome::GivenBack) => self.release(&lease).await,
            Err(panic) => {
                tracing::error!(job_id = id.get(), %panic, "the pipeline panicked");
                self.fail(id, &lease).await;
            }
        }
        drop(renewal);
    }

    /// Prolongs a lease until it is lost or cannot be prolonged in time; then stops the work.
    async fn keep(self: Arc<Self>, lease: Lease, asked: Instant, lost: CancellationToken) {
        let WorkerSettings { lease: length, renew_every, give_up_after, .. } = self.settings;
        let job_id = lease.job.get();
        let mut renewed = asked;
        let mut next = asked + renew_every;
        loop {
            let deadline = renewed + give_up_after;
            sleep_until(next.min(deadline)).await;
            let begun = Instant::now();
            let answer = tokio::select! {
                answer = self.jobs.renew(&lease, length) => Some(answer),
                () = sleep_until(deadline) => None,
            };
            match answer {
                Some(Ok(())) => {
                    renewed = begun;
                    next = begun + renew_every;
                }
                Some(Err(StoreError::LeaseLost)) => {
                    tracing::info!(job_id, "the lease is lost; work on the job stops");
                    return lost.cancel();
                }
                Some(Err(error)) if Instant::now() < deadline => {
                    tracing::warn!(job_id, %error, "the lease could not be renewed; trying again");
                    // Sooner than usual: the time is running.
                    next = begun + renew_every / 5;
                }
                Some(Err(_)) | None => {
                    tracing::warn!(
                        job_id,
                        "the lease could not be renewed in time; work on the job stops"
                    );
                    return lost.cancel();
                }
            }
        }
    }

    async fn release(&self, lease: &Lease) {
        if let Err(error) = self.jobs.release(lease).await {
            tracing::warn!(job_id = lease.job.get(), %error, "the job could not be released; its lease runs out");
        }
    }

    /// Fails a job whose pipeline panicked: it would panic again in every worker.
    async fn fail(&self, id: JobId, lease: &Lease) {
        let failed = async {
            let Some(mut job) = self.jobs.get(id).await? else { return Ok(()) };
            let reason = "an error inside adapter-forge; the server's log has more".to_owned();
            if job.apply(Event::GaveUp { reason }, self.pipeline.clock.now()).is_ok() {
                self.jobs.save(lease, &job).await?;
            }
            Ok::<(), StoreError>(())
        };
        if let Err(error) = failed.await {
            tracing::error!(job_id = id.get(), %error, "the failure could not be stored; the job is claimed again when its lease runs out");
        }
    }
}
