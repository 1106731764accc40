//! How long the queue is: whether one more job may wait, and what is counted of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Clock;
use store::JobRepository;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::backoff::jittered;
use crate::{EngineError, meters};

/// How long what was seen of the queue counts, so that a look costs nothing however many jobs come.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often the queue is counted for whoever watches.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// Jobs of one status that are counted. Where there are more, how many more matters to nobody.
const COUNTED: u32 = 100_000;

/// The queue as this process sees it.
pub struct Queue {
    jobs: Arc<dyn JobRepository>,
    clock: Arc<dyn Clock>,
    most: u32,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    looked: Option<Instant>,
    /// What waited then, and what came through this process since.
    waiting: u32,
}

impl Queue {
    /// `most` jobs may wait; 0 stands for any number.
    #[must_use]
    pub fn new(jobs: Arc<dyn JobRepository>, clock: Arc<dyn Clock>, most: u32) -> Self {
        Self { jobs, clock, most, seen: Mutex::default() }
    }

    /// Counts the queue now and then, until `shutdown`.
    pub async fn run(&self, shutdown: CancellationToken) {
        loop {
            match self.jobs.census(COUNTED).await {
                Ok(census) => meters::queue(&census, self.clock.now()),
                Err(error) => tracing::warn!(%error, "the queue could not be counted"),
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = sleep(jittered(COUNT_EVERY)) => {}
            }
        }
    }

    pub(crate) const fn most(&self) -> u32 {
        self.most
    }

    /// Whether one more job may wait. Roughly: others may take the last place at the same moment.
    pub(crate) async fn has_room(&self) -> Result<bool, EngineError> {
        if self.most == 0 {
            return Ok(true);
        }
        if self.is_time() {
            let waiting = self.jobs.waiting(self.most).await?;
            self.seen().waiting = waiting;
        }
        Ok(self.seen().waiting < self.most)
    }

    /// One more job waits.
    pub(crate) fn grew(&self) {
        let mut seen = self.seen();
        seen.waiting = seen.waiting.saturating_add(1);
    }

    /// Whether to look again. One who asks looks; the others go by what was seen last.
    fn is_time(&self) -> bool {
        let mut seen = self.seen();
        let is_time = seen.looked.is_none_or(|looked| looked.elapsed() >= LOOK_EVERY);
        if is_time {
            seen.looked = Some(Instant::now());
        }
        is_time
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
