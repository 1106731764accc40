//! How often one may try to sign in. A key cannot be guessed: its secret is 256 bits. The bound keeps
//! those who try from filling the log and the database's time.

use std::num::NonZeroU32;

use api::ApiError;
use domain::ApiKeyToken;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Keys that are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts tries by the public prefix of the key; all that are no key count as one.
pub(crate) struct SignInLimit {
    limiter: DefaultKeyedRateLimiter<String>,
}

impl SignInLimit {
    pub(crate) fn per_minute(tries: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(tries)) }
    }

    /// Takes one try.
    ///
    /// # Errors
    /// A 429 when there were too many.
    pub(crate) fn check(&self, presented: &str) -> Result<(), ApiError> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        let prefix = presented.parse::<ApiKeyToken>().map(|token| token.prefix().to_owned());
        self.limiter.check_key(&prefix.unwrap_or_default()).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            let message = format!("too many tries to sign in; try again in {wait} s");
            ApiError::too_many(wait, message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_bounded_for_each_key_and_for_all_nonsense_together() {
        let limit = SignInLimit::per_minute(NonZeroU32::new(2).unwrap());
        let key = |letter: &str| format!("afk_{}_{}", letter.repeat(8), "s".repeat(43));
        for _ in 0..2 {
            limit.check(&key("a")).unwrap();
        }
        assert_eq!(limit.check(&key("a")).unwrap_err().status(), 429);
        limit.check(&key("b")).unwrap();
        limit.check("nonsense").unwrap();
        limit.check("other").unwrap();
        assert!(limit.check("more").is_err());
    }
}
