//! Time as an argument, so that tests set it instead of waiting for it.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// A moment in UTC.
pub type Timestamp = DateTime<Utc>;

/// Where the time of events comes from. Leases do not use it: the database's clock decides those.
pub trait Clock: Send + Sync {
    /// The present moment, to the millisecond, which every database keeps without loss.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Utc::now().trunc_subsecs(3)
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// Stands at `start`.
    #[must_use]
    pub const fn at(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves on by `step`.
    pub fn advance(&self, step: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += step;
    }
}

impl Default for ManualClock {
    /// Stands at the epoch.
    fn default() -> Self {
        Self::at(DateTime::UNIX_EPOCH)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
