//! Calls that are tried again while a provider is busy or away.

use std::time::Duration;

use domain::AuthorName;
use futures::future::BoxFuture;
use rand::RngExt as _;
use tokio::time::sleep;

use super::circuit::Circuit;
use super::model::{Answer, Conversation, Failure, Listener, Model};
use crate::AuthorError;

/// The longest wait that we choose ourselves.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How often, and how long apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    /// Tries after the first.
    pub(crate) retries: u32,
    /// The longest wait before the first of them; it doubles with each.
    pub(crate) first_wait: Duration,
    /// A provider that asks to be left alone for longer is away.
    pub(crate) longest_asked: Duration,
}

/// How many tokens the next reply may have.
pub(crate) type Bound<'a> = dyn Fn() -> BoxFuture<'a, Result<u32, AuthorError>> + Sync + 'a;

/// A model, and what is known of its weather.
pub(crate) struct Calls {
    pub(crate) name: AuthorName,
    pub(crate) model: Box<dyn Model>,
    pub(crate) circuit: Circuit,
    pub(crate) patience: Patience,
}

impl Calls {
    /// One reply. `bound` says how many tokens it may have, before each try anew: one that broke off
    /// is paid for. `said` gets a sentence for each wait.
    pub(crate) async fn make(
        &self,
        conversation: &Conversation,
        bound: &Bound<'_>,
        listener: &dyn Listener,
        said: &(dyn Fn(&str) + Sync),
    ) -> Result<Answer, AuthorError> {
        // First, because to enter uses up the one try of a circuit that is half open.
        let mut most = bound().await?;
        self.circuit.enter().map_err(|pause| {
            let seconds = pause.as_secs().max(1);
            AuthorError::Unavailable(format!(
                "it was busy or away, and is asked again in {seconds} s"
            ))
        })?;
        let mut tried = 0;
        loop {
            match self.model.call(conversation, most, listener).await {
                Ok(answer) => {
                    self.circuit.answered();
                    return Ok(answer);
                }
                Err(Failure::Passing { what, after }) => {
                    let away = after.is_some_and(|after| after > self.patience.longest_asked);
                    if away || tried == self.patience.retries {
                        self.circuit.failed(after);
                        let asked = after.map_or_else(String::new, |after| {
                            format!("; it asks to be left alone for {} s", after.as_secs())
                        });
                        return Err(AuthorError::Unavailable(format!(
                            "{what}{asked} (tries: {})",
                            tried + 1
                        )));
                    }
                    let wait = self.patience.wait(tried, after);
                    tried += 1;
                    said(&format!(
                        "{what}; trying again in {:.1} s ({tried} of {})",
                        wait.as_secs_f64(),
                        self.patience.retries
                    ));
                    listener.grew("");
                    sleep(wait).await;
                    most = bound().await?;
                }
                Err(Failure::TooSlow { what }) => {
                    self.circuit.failed(None);
                    return Err(AuthorError::Unavailable(what));
                }
                Err(Failure::Refused { what }) => {
                    self.circuit.answered();
                    return Err(AuthorError::Refused(what));
                }
                Err(Failure::Unpaid { what }) => {
                    self.circuit.answered();
                    return Err(AuthorError::BudgetSpent(what));
                }
                Err(Failure::Lasting { what }) => {
                    self.circuit.answered();
                    return Err(AuthorError::Broken(what));
                }
            }
        }
    }
}

impl Patience {
    /// What the provider asks for, and a random part of what we would wait: many callers that failed
    /// together do not come back together.
    fn wait(&self, tried: u32, after: Option<Duration>) -> Duration {
        let longest = self
            .first_wait
            .saturating_mul(1 << tried.min(16))
            .min(LONGEST_WAIT.max(self.first_wait));
        after.unwrap_or_default() + longest.mul_f64(rand::rng().random_range(0.0..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::llm::model::{End, MockModel, Turn};
    use tokio::time::Instant;

    struct Deaf;

    impl Listener for Deaf {
        fn grew(&self, _: &str) {}
        fn lost(&self, _: u32) {}
    }

    fn calls(outcomes: Vec<Result<Answer, Failure>>) -> Calls {
        let mut model = MockModel::new();
        let outcomes = Mutex::new(outcomes.into_iter());
        model.expect_reply().returning(move |_, _| {
            outcomes.lock().unwrap().next().expect("one call more than expected")
        });
        Calls {
            name: "claude".parse().unwrap(),
            model: Box::new(model),
            circuit: Circuit::default(),
            patience: Patience {
                retries: 2,
                first_wait: Duration::from_secs(1),
                longest_asked: Duration::from_mins(5),
            },
        }
    }

    fn answer() -> Answer {
        Answer { text: "{}".to_owned(), end: End::Whole, tokens: None }
    }

    fn busy(after: Option<u64>) -> Failure {
        Failure::Passing {
            what: "it answered 529".to_owned(),
            after: after.map(Duration::from_secs),
        }
    }

    async fn made(calls: &Calls) -> (Result<Answer, AuthorError>, Vec<String>) {
        let conversation =
            Conversation { system: String::new(), turns: vec![Turn::Ours("hello".to_owned())] };
        let notes = Mutex::new(Vec::new());
        let said = |note: &str| notes.lock().unwrap().push(note.to_owned());
        let bound = || futures::FutureExt::boxed(async { Ok(100) });
        let answer = calls.make(&conversation, &bound, &Deaf, &said).await;
        (answer, notes.into_inner().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_provider_is_asked_again_and_the_log_says_so() {
        let calls = calls(vec![Err(busy(None)), Err(busy(None)), Ok(answer())]);
        let begun = Instant::now();
        let (outcome, notes) = made(&calls).await;
        assert_eq!(outcome, Ok(answer()));
        assert!(begun.elapsed() <= Duration::from_secs(3), "{:?}", begun.elapsed());
        assert!(notes[1].contains("529") && notes[1].contains("(2 of 2)"), "{notes:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_provider_asks_for_is_kept() {
        let calls = calls(vec![Err(busy(Some(20))), Ok(answer())]);
        let begun = Instant::now();
        assert_eq!(made(&calls).await.0, Ok(answer()));
        assert!(begun.elapsed() >= Duration::from_secs(20), "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_provider_that_wants_an_hour_is_away() {
        let calls = calls(vec![Err(busy(Some(3_600)))]);
        let begun = Instant::now();
        let (outcome, _) = made(&calls).await;
        let Err(AuthorError::Unavailable(what)) = outcome else { panic!("{outcome:?}") };
        assert!(what.contains("3600 s"), "{what}");
        assert!(begun.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_retries_come_to_an_end_and_then_nobody_calls_for_a_while() {
        let calls = calls(vec![Err(busy(None)); 9]);
        for _ in 0..3 {
            let (outcome, notes) = made(&calls).await;
            assert!(matches!(outcome, Err(AuthorError::Unavailable(_))), "{outcome:?}");
            assert_eq!(notes.len(), 2);
        }
        let (outcome, notes) = made(&calls).await;
        let Err(AuthorError::Unavailable(what)) = outcome else { panic!("{outcome:?}") };
        assert!(what.contains("asked again in 30 s") && notes.is_empty(), "{what}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_would_fail_again_is_not_tried_again() {
        let what = || "it answered 4xx".to_owned();
        let said = || "it answered 4xx".to_owned();
        let kinds = [
            (Failure::Refused { what: what() }, AuthorError::Refused(said())),
            (Failure::Lasting { what: what() }, AuthorError::Broken(said())),
            (Failure::Unpaid { what: what() }, AuthorError::BudgetSpent(said())),
            (Failure::TooSlow { what: what() }, AuthorError::Unavailable(said())),
        ];
        for (failure, error) in kinds {
            let calls = calls(vec![Err(failure)]);
            assert_eq!(made(&calls).await, (Err(error), vec![]));
        }
    }
}
