//! How a request tells the worker of this process that there is something to do.

use std::time::Duration;

use tokio::sync::Notify;

/// A hint, never a promise: a worker that misses it finds the job at its next look.
#[derive(Debug, Default)]
pub struct Wake(Notify);

impl Wake {
    /// Wakes one waiting worker, or the next that waits.
    pub fn notify(&self) {
        self.0.notify_one();
    }

    /// Returns when notified, or after `longest`.
    pub async fn wait(&self, longest: Duration) {
        // Both outcomes mean the same: look again.
        let _ = tokio::time::timeout(longest, self.0.notified()).await;
    }
}
