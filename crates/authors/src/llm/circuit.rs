//! Whether a provider that failed again and again is asked once more.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Calls that fail one after the other, each with all its retries, before nobody asks any more.
const FAILURES: u32 = 3;
/// How long nobody asks then; it doubles with each further failure.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// The longest that a provider is left alone because it asks for it.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// Opens after some failures, or at once when the provider asks to be left alone: then nobody calls
/// for a while, and after it one call alone shows whether the provider is back.
#[derive(Debug, Default)]
pub(crate) struct Circuit(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Nobody calls before.
    open_until: Option<Instant>,
}

impl Circuit {
    /// Whether a call may be made now; else how long not.
    pub(crate) fn enter(&self) -> Result<(), Duration> {
        self.with(|state| {
            let now = Instant::now();
            match state.open_until {
                Some(until) if now < until => Err(until - now),
                Some(_) => {
                    // The others wait for what this call shows, or for as long again if it shows
                    // nothing because it was cancelled.
                    state.open_until = Some(now + pause(state.failures));
                    Ok(())
                }
                None => Ok(()),
            }
        })
    }

    /// The provider answered, whatever it said.
    pub(crate) fn answered(&self) {
        self.with(|state| *state = State::default());
    }

    /// The provider was busy or away in spite of all retries, and asks to be left alone for so long.
    pub(crate) fn failed(&self, asked: Option<Duration>) {
        self.with(|state| {
            state.failures = state.failures.saturating_add(1);
            let ours = (state.failures >= FAILURES).then(|| pause(state.failures));
            let asked = asked.map(|asked| asked.min(LONGEST_ASKED));
            if let Some(pause) = ours.max(asked) {
                state.open_until = Some(Instant::now() + pause);
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        // Two numbers: no panic leaves them half changed.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(FAILURES).min(10);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    fn failed(times: u32) -> Circuit {
        let circuit = Circuit::default();
        for _ in 0..times {
            circuit.failed(None);
        }
        circuit
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row() {
        let circuit = failed(FAILURES - 1);
        assert_eq!(circuit.enter(), Ok(()));
        circuit.answered();
        circuit.failed(None);
        assert_eq!(circuit.enter(), Ok(()), "the answer in between counts");
        assert_eq!(failed(FAILURES).enter(), Err(FIRST_PAUSE));
    }

    #[tokio::test(start_paused = true)]
    async fn one_call_alone_shows_whether_it_is_back() {
        let circuit = failed(FAILURES);
        advance(FIRST_PAUSE).await;
        assert_eq!(circuit.enter(), Ok(()));
        assert_eq!(circuit.enter(), Err(FIRST_PAUSE), "the others wait for the first");
        circuit.answered();
        assert_eq!(circuit.enter(), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_provider_that_asks_for_it_is_left_alone_at_once() {
        let circuit = Circuit::default();
        circuit.failed(Some(Duration::from_mins(20)));
        assert_eq!(circuit.enter(), Err(Duration::from_mins(20)));
        circuit.failed(Some(Duration::from_secs(u64::MAX)));
        assert_eq!(circuit.enter(), Err(LONGEST_ASKED));
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_grows_to_a_bound() {
        assert_eq!(failed(FAILURES + 1).enter(), Err(FIRST_PAUSE * 2));
        assert_eq!(failed(u32::from(u8::MAX)).enter(), Err(LONGEST_PAUSE));
    }
}
