//! Claims jobs and drives them, several at once, until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use domain::{Event, Job};
use store::{Change, Changes, Claimed, JobRepository, Lease, StoreError, Watch, WorkerId};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::backoff::{Backoff, jittered};
use crate::meters::{self, Counted};
use crate::places::Places;
use crate::taken::{Taken, Word};
use crate::{Outcome, Pipeline, trace};

/// In a queue that holds more, how long a claim waits for further places, so that one statement fills
/// all of them where jobs are short: less than anybody notices of a long one.
const GATHER: Duration = Duration::from_millis(2);
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
    /// Workers that may die of a job in one stage before it is failed: it would go on to take servers
    /// down.
    pub deaths: u32,
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
            deaths: 3,
        }
    }
}

/// Claims jobs and drives them.
pub struct Worker {
    jobs: Arc<dyn JobRepository>,
    pipeline: Arc<Pipeline>,
    changes: Arc<dyn Changes>,
    id: WorkerId,
    settings: WorkerSettings,
}

impl Worker {
    /// `changes` say when there is a job to claim. `id` must be unique among all processes that share
    /// the database.
    #[must_use]
    pub fn new(
        jobs: Arc<dyn JobRepository>,
        pipeline: Arc<Pipeline>,
        changes: Arc<dyn Changes>,
        id: WorkerId,
        settings: WorkerSettings,
    ) -> Self {
        Self { jobs, pipeline, changes, id, settings }
    }

    /// Works until `shutdown`. Then nothing more is claimed, running jobs get the grace time, and
    /// what is not done by then is released for others.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        tracing::info!(worker = self.id.0, "the worker starts");
        let stop = CancellationToken::new();
        let authors = Arc::clone(&self.pipeline.authors);
        let mut places = Places::new(self.settings.concurrency, authors);
        let mut failures = Backoff::store();
        let mut watch = self.changes.watch();
        let taken = Taken::default();
        let _listening =
            AbortOnDropHandle::new(tokio::spawn(taken.clone().listen(self.changes.watch())));
        let mut more = false;
        while !shutdown.is_cancelled() {
            if more {
                places.all_left(GATHER).await;
            }
            let Some(room) = places.room() else {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    _ = places.leave() => {}
                }
                continue;
            };
            // The lease counts from before the call, so that it is never thought to be longer.
            let asked = Instant::now();
            // Never cut off: a claim that was made but not heard of would hold its job for nothing.
            match self.jobs.claim(&self.id, self.settings.lease, &room).await {
                Ok(claimed) if claimed.is_empty() => {
                    failures = Backoff::store();
                    more = false;
                    tokio::select! {
                        () = shutdown.cancelled() => {}
                        () = sleep(jittered(self.settings.poll)) => {}
                        () = something_to_claim(&mut watch) => {}
                        // Its author may have room now.
                        true = places.leave() => {}
                    }
                }
                Ok(claimed) => {
                    failures = Backoff::store();
                    more = claimed.len() >= room.jobs as usize;
                    meters::claimed(claimed.len());
                    for claimed in claimed {
                        let author = claimed.job.author.clone();
                        let span = trace::span(&claimed.job);
                        let told = taken.word_of(claimed.job.id);
                        let work = Arc::clone(&self).work(claimed, asked, told, stop.child_token());
                        let work = work.instrument(span);
                        places.take(author, work);
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
        self.finish(places, &stop).await;
    }

    async fn finish(&self, mut places: Places, stop: &CancellationToken) {
        tracing::info!(worker = self.id.0, jobs = places.taken(), "the worker stops");
        if places.all_left(self.settings.grace).await {
            return;
        }
        tracing::info!(
            worker = self.id.0,
            jobs = places.taken(),
            "the grace time is over; jobs are released"
        );
        stop.cancel();
        if !places.all_left(RELEASE_TIME).await {
            tracing::warn!(
                worker = self.id.0,
                jobs = places.taken(),
                "jobs could not be released; their leases run out"
            );
            places.clear().await;
        }
    }

    /// One job, from its claim to its stop. `lost` ends the work from outside.
    async fn work(
        self: Arc<Self>,
        claimed: Claimed,
        asked: Instant,
        word: Word,
        lost: CancellationToken,
    ) {
        let _counted = Counted::job();
        let lease = claimed.lease.clone();
        let (id, stage) = (claimed.job.id, claimed.job.state.stage());
        tracing::info!(worker = self.id.0, job_id = id.get(), %stage, "the job is claimed");
        let keep = Arc::clone(&self).keep(lease.clone(), asked, word, lost.clone());
        let renewal = AbortOnDropHandle::new(tokio::spawn(keep.in_current_span()));
        if claimed.deaths >= self.settings.deaths {
            let deaths = claimed.deaths;
            let reason = format!(
                "its worker died or lost the database {deaths} times while the job was {stage}"
            );
            return self.fail(claimed.job, &lease, reason).await;
        }
        let pipeline = Arc::clone(&self.pipeline);
        // A task of its own: a panic ends this job and no other.
        let run = async move { pipeline.run(claimed, &lost).await };
        let outcome = AbortOnDropHandle::new(tokio::spawn(run.in_current_span())).await;
        match outcome {
            Ok(Outcome::Stopped(_) | Outcome::LeaseLost | Outcome::LetGo) => {}
            Ok(Outcome::Cancelled) => self.give_back(&lease, self.jobs.release(&lease)).await,
            Ok(Outcome::Postponed(wait)) => {
                self.give_back(&lease, self.jobs.postpone(&lease, wait)).await;
            }
            Err(panic) => {
                tracing::error!(job_id = id.get(), %panic, "the pipeline panicked");
                self.fail_panicked(&lease).await;
            }
        }
        drop(renewal);
    }

    /// Prolongs a lease until it is lost or cannot be prolonged in time; then stops the work.
    async fn keep(
        self: Arc<Self>,
        lease: Lease,
        asked: Instant,
        word: Word,
        lost: CancellationToken,
    ) {
        let WorkerSettings { lease: length, renew_every, give_up_after, .. } = self.settings;
        let job_id = lease.job.get();
        let mut renewed = asked;
        let mut next = asked + renew_every;
        loop {
            let deadline = renewed + give_up_after;
            tokio::select! {
                () = sleep_until(next.min(deadline)) => {}
                // The renewal tells whether it is so.
                () = word.came() => {}
            }
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
                    meters::lease_lost("taken");
                    tracing::info!(job_id, "the lease is lost; work on the job stops");
                    return lost.cancel();
                }
                Some(Err(error)) if Instant::now() < deadline => {
                    tracing::warn!(job_id, %error, "the lease could not be renewed; trying again");
                    // Sooner than usual: the time is running.
                    next = begun + renew_every / 5;
                }
                Some(Err(_)) | None => {
                    meters::lease_lost("expired");
                    tracing::warn!(
                        job_id,
                        "the lease could not be renewed in time; work on the job stops"
                    );
                    return lost.cancel();
                }
            }
        }
    }

    async fn give_back(&self, lease: &Lease, call: impl Future<Output = Result<(), StoreError>>) {
        if let Err(error) = call.await {
            tracing::warn!(job_id = lease.job.get(), %error, "the job could not be given back; its lease runs out");
        }
    }

    /// Fails a job whose pipeline panicked: it would panic again in every worker.
    async fn fail_panicked(&self, lease: &Lease) {
        let reason = "an error inside adapter-forge; the server's log has more";
        match self.jobs.get(lease.job).await {
            Ok(Some(job)) => self.fail(job, lease, reason.to_owned()).await,
            Ok(None) => {}
            Err(error) => not_stored(lease, &error),
        }
    }

    async fn fail(&self, mut job: Job, lease: &Lease, reason: String) {
        if job.apply(Event::GaveUp { reason }, self.pipeline.clock.now()).is_ok()
            && let Err(error) = self.jobs.save(lease, &job).await
        {
            not_stored(lease, &error);
        }
    }
}

/// Waits for word of a job to claim, or that such word was lost. News that came together count
/// as one.
async fn something_to_claim(watch: &mut Watch) {
    let matters = |change| match change {
        Change::Ready | Change::Missed => true,
        Change::Job { .. } | Change::Taken { .. } | Change::Scripts => false,
    };
    let mut came = false;
    loop {
        while let Some(change) = watch.next_now() {
            came |= matters(change);
        }
        if came {
            return;
        }
        came = matters(watch.next().await);
    }
}

fn not_stored(lease: &Lease, error: &StoreError) {
    tracing::error!(job_id = lease.job.get(), %error, "the failure could not be stored; the job is claimed again when its lease runs out");
}
