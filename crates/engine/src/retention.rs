//! Removes jobs that have been over for long.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::Clock;
use store::JobRepository;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::backoff::jittered;

/// How often to look. Servers look at different moments.
const EVERY: Duration = Duration::from_mins(10);
/// Jobs removed in one transaction: a moment's work, so that nobody waits for it.
const AT_ONCE: u32 = 500;
/// Between two of them, so that the database has time for others.
const PAUSE: Duration = Duration::from_millis(100);

/// Removes jobs that have been over for long. Any number of servers may do so; one at a time does.
pub struct Retention {
    jobs: Arc<dyn JobRepository>,
    clock: Arc<dyn Clock>,
    keep: TimeDelta,
}

impl Retention {
    /// `keep` is how long a job stays after it was completed or failed.
    #[must_use]
    pub fn new(jobs: Arc<dyn JobRepository>, clock: Arc<dyn Clock>, keep: TimeDelta) -> Self {
        Self { jobs, clock, keep }
    }

    /// Looks now and then, until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        loop {
            // After a wait and not before: a server that starts has other things to do.
            let mut wait = jittered(EVERY);
            loop {
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    () = sleep(wait) => {}
                }
                match self.jobs.remove_over(self.clock.now() - self.keep, AT_ONCE).await {
                    Ok(0) => break,
                    Ok(removed) => tracing::info!(removed, "old jobs were removed"),
                    Err(error) => {
                        tracing::warn!(%error, "old jobs could not be removed");
                        break;
                    }
                }
                wait = PAUSE;
            }
        }
    }
}
