//! How jobs are worked on, and how long they are kept.

use std::time::Duration;

use chrono::TimeDelta;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkerSettings {
    pub(crate) concurrency: usize,
    pub(super) lease_seconds: u64,
    pub(super) heartbeat_seconds: u64,
    pub(super) poll_milliseconds: u64,
    pub(crate) grace_seconds: u64,
    pub(crate) deaths: u32,
    pub(super) keep_jobs_days: u32,
}

impl WorkerSettings {
    pub(crate) const fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds)
    }

    pub(crate) const fn heartbeat(&self) -> Duration {
        Duration::from_secs(self.heartbeat_seconds)
    }

    pub(crate) const fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_milliseconds)
    }

    pub(crate) const fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_seconds)
    }

    /// None where jobs are kept for ever.
    pub(crate) fn keep_jobs(&self) -> Option<TimeDelta> {
        (self.keep_jobs_days > 0).then(|| TimeDelta::days(self.keep_jobs_days.into()))
    }
}
