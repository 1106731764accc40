//! How many requests a key may make.
//!
//! Keys are limited after they were found valid, so the table holds the keys that there are and no
//! stranger makes it grow. A wrong key costs one look-up by primary key; who wants to keep strangers
//! away by their address does so in front of this server, where the address is known.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::error::ApiError;

/// Requests of one key, in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLimit {
    /// In a second, as long as it takes.
    pub per_second: NonZeroU32,
    /// At once, after a pause.
    pub burst: NonZeroU32,
}

type Limiter<C> =
    RateLimiter<String, DefaultKeyedStateStore<String>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Counts requests by the public prefix of their key.
pub struct KeyLimiter<C: Clock + Clone = DefaultClock> {
    limit: KeyLimit,
    clock: C,
    limiter: Limiter<C>,
}

impl KeyLimiter {
    /// Nobody has made a request yet.
    #[must_use]
    pub fn new(limit: KeyLimit) -> Self {
        Self::with_clock(limit, DefaultClock::default())
    }
}

impl<C: Clock + Clone> KeyLimiter<C> {
    fn with_clock(limit: KeyLimit, clock: C) -> Self {
        let quota = Quota::per_second(limit.per_second).allow_burst(limit.burst);
        let limiter = RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone());
        Self { limit, clock, limiter }
    }

    /// Takes one request of a key.
    ///
    /// # Errors
    /// A 429 that says when there is room again.
    pub fn check(&self, prefix: &str) -> Result<(), ApiError> {
        let Err(refused) = self.limiter.check_key(&prefix.to_owned()) else { return Ok(()) };
        let wait = refused.wait_time_from(self.clock.now());
        let message = format!(
            "this API key makes more than {} requests in a second; slow down, or listen to a job \
             instead of polling it",
            self.limit.per_second
        );
        // Whole seconds are all that the header has; none would say "at once".
        Err(ApiError::too_many(wait.as_secs() + 1, message))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn a_key_has_its_burst_and_then_its_rate_and_takes_nothing_from_others() {
        let number = |number| NonZeroU32::new(number).unwrap();
        let limit = KeyLimit { per_second: number(2), burst: number(3) };
        let clock = FakeRelativeClock::default();
        let limiter = KeyLimiter::with_clock(limit, clock.clone());
        for _ in 0..3 {
            limiter.check("a").unwrap();
        }
        assert_eq!(limiter.check("a").unwrap_err().status(), 429);
        limiter.check("b").unwrap();
        clock.advance(Duration::from_millis(500));
        limiter.check("a").unwrap();
        assert!(limiter.check("a").is_err());
    }
}
