//! Waiting longer after each failure.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::pipeline::Halt;

/// The waits after failures in a row: each twice the one before, up to a longest.
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    tries: u32,
}

impl Backoff {
    /// For a database that restarts: soon at first, then every few seconds.
    pub(crate) const fn store() -> Self {
        Self { first: Duration::from_millis(200), longest: Duration::from_secs(10), tries: 0 }
    }

    /// For services that need a while, such as a language model over its rate limit.
    pub(crate) const fn service() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(30), tries: 0 }
    }

    /// Failures so far.
    pub(crate) const fn tries(&self) -> u32 {
        self.tries
    }

    /// The next wait, a tenth more or less so that many waiters do not come at once.
    pub(crate) fn next(&mut self) -> Duration {
        let wait = self.first.saturating_mul(1 << self.tries.min(16)).min(self.longest);
        self.tries += 1;
        jittered(wait)
    }

    /// Waits.
    pub(crate) async fn wait(&mut self, lost: &CancellationToken) -> Result<(), Halt> {
        tokio::select! {
            () = lost.cancelled() => Err(Halt::Cancelled),
            () = tokio::time::sleep(self.next()) => Ok(()),
        }
    }
}

/// The duration, a tenth more or less.
pub(crate) fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::random_range(0.9..=1.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_longest() {
        let mut backoff = Backoff::store();
        let waits: Vec<f64> = (0..40).map(|_| backoff.next().as_secs_f64()).collect();
        assert!((0.18..=0.22).contains(&waits[0]), "{waits:?}");
        assert!((0.36..=0.44).contains(&waits[1]), "{waits:?}");
        assert!(waits[39] <= 11.0, "{waits:?}");
    }
}
