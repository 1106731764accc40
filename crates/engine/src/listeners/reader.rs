//! Reads one job for all who listen to it.

use std::sync::Arc;
use std::time::Duration;

use domain::{Job, JobId};
use store::JobRepository;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;
use tracing::Span;

use super::{News, Seen};
use crate::backoff::{Backoff, jittered};
use crate::trace;

/// How often to look when nobody said that something changed.
const POLL: Duration = Duration::from_secs(10);

/// A job that is listened to.
pub(super) struct Reader {
    pub(super) news: watch::Sender<News>,
    wake: Arc<Notify>,
    _task: AbortOnDropHandle<()>,
}

impl Reader {
    /// Reads `id` whenever it is told to, and now and then, in one of `turns`.
    pub(super) fn start(id: JobId, jobs: Arc<dyn JobRepository>, turns: Arc<Semaphore>) -> Self {
        let news = watch::Sender::new(News::None);
        let wake = Arc::new(Notify::new());
        let task = tokio::spawn(read(id, jobs, turns, news.clone(), Arc::clone(&wake)));
        Self { news, wake, _task: AbortOnDropHandle::new(task) }
    }

    /// There may be something new.
    pub(super) fn look(&self) {
        self.wake.notify_one();
    }

    /// There is something new, unless this version is known.
    pub(super) fn look_for(&self, version: i64) {
        if self.news.borrow().version() < version {
            self.look();
        }
    }

    /// Gives a job that somebody read, in the form that all share.
    pub(super) fn share(&self, job: Job) -> Arc<Seen> {
        tell(&self.news, job)
    }
}

/// Tells the job if it is news; gives what is known of this version.
fn tell(news: &watch::Sender<News>, job: Job) -> Arc<Seen> {
    let mut shared = Arc::new(Seen::new(job));
    news.send_if_modified(|known| match known {
        News::Job(known) if known.job.version == shared.job.version => {
            shared = Arc::clone(known);
            false
        }
        News::Job(known) if known.job.version > shared.job.version => false,
        News::None | News::Job(_) | News::Gone => {
            *known = News::Job(Arc::clone(&shared));
            true
        }
    });
    shared
}

async fn read(
    id: JobId,
    jobs: Arc<dyn JobRepository>,
    turns: Arc<Semaphore>,
    news: watch::Sender<News>,
    wake: Arc<Notify>,
) {
    let mut failures = Backoff::store();
    // Who listens first has read the job.
    let mut wait = jittered(POLL);
    loop {
        tokio::select! {
            () = wake.notified() => {}
            () = sleep(wait) => {}
        }
        // The semaphore is never closed.
        let Ok(turn) = turns.acquire().await else { return };
        let answer = jobs.get(id).await;
        drop(turn);
        wait = jittered(POLL);
        match answer {
            Ok(Some(job)) => {
                failures = Backoff::store();
                tell(&news, job);
            }
            Ok(None) => {
                news.send_replace(News::Gone);
                return;
            }
            Err(error) => {
                let span = match &*news.borrow() {
                    News::Job(seen) => trace::span(&seen.job),
                    News::None | News::Gone => Span::none(),
                };
                let _entered = span.enter();
                tracing::warn!(job_id = id.get(), %error, "a job that is listened to could not be read; trying again");
                wait = failures.next();
            }
        }
    }
}
