//! How fast a connection's calls may follow each other, and how long a vendor wants to be left alone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{ConnectionSlug, Owner};
use tokio::time::{Instant, sleep};

/// Connections that are remembered. Beyond it those that are at rest are forgotten.
const REMEMBERED: usize = 10_000;

/// Calls of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Between two calls, in the long run.
    pub every: Duration,
    /// Calls that may come at once.
    pub burst: u32,
}

/// Whose pace.
pub(crate) type Who = (Owner, ConnectionSlug);

/// The paces of all connections, in this process.
#[derive(Debug)]
pub(crate) struct Paces {
    pace: Pace,
    of: Mutex<HashMap<Who, State>>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// When the calls so far have been worked off at the pace.
    worked_off: Instant,
    /// The vendor wants no call before.
    held_until: Instant,
}

impl Paces {
    /// The same pace for each connection.
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace, of: Mutex::default() }
    }

    /// Waits for this connection's turn, unless that takes longer than `patience`: then it says how
    /// long it would be, and takes no turn.
    pub(crate) async fn turn(&self, who: &Who, patience: Duration) -> Result<(), Duration> {
        let wait = self.take(who, patience)?;
        if !wait.is_zero() {
            sleep(wait).await;
        }
        Ok(())
    }

    /// Lets the connection rest.
    pub(crate) fn hold(&self, who: &Who, rest: Duration) {
        let now = Instant::now();
        let mut of = self.lock();
        let state = of.entry(who.clone()).or_insert(State { worked_off: now, held_until: now });
        state.held_until = state.held_until.max(now + rest);
    }

    fn take(&self, who: &Who, patience: Duration) -> Result<Duration, Duration> {
        let now = Instant::now();
        let mut of = self.lock();
        if of.len() > REMEMBERED {
            of.retain(|_, state| state.worked_off > now || state.held_until > now);
        }
        let state = of.entry(who.clone()).or_insert(State { worked_off: now, held_until: now });
        let room = self.pace.every * self.pace.burst.saturating_sub(1);
        let from = state.worked_off.max(now);
        let turn = from.checked_sub(room).map_or(now, |turn| turn.max(now)).max(state.held_until);
        let wait = turn - now;
        if wait > patience {
            return Err(wait);
        }
        state.worked_off = from + self.pace.every;
        Ok(wait)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Who, State>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    fn who(slug: &str) -> Who {
        (Owner::named("team"), slug.parse().unwrap())
    }

    fn paces() -> Paces {
        Paces::new(Pace { every: Duration::from_millis(100), burst: 3 })
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_the_pace_holds() {
        let (paces, start) = (paces(), Instant::now());
        for expected in [0, 0, 0, 100, 200] {
            paces.turn(&who("till"), LONG).await.unwrap();
            assert_eq!(start.elapsed().as_millis(), expected);
        }
        paces.turn(&who("other"), Duration::ZERO).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_vendor_that_wants_rest_gets_it() {
        let (paces, start) = (paces(), Instant::now());
        paces.hold(&who("till"), Duration::from_secs(30));
        let refused = paces.turn(&who("till"), Duration::from_secs(10)).await;
        assert_eq!(refused, Err(Duration::from_secs(30)));
        paces.turn(&who("till"), LONG).await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(30));
    }
}
