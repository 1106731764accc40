//! Jobs whose authors are all unavailable wait without a worker.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use authors::AuthorError;
use domain::{Clock as _, Event, Job, ManualClock, State, Timestamp};
use engine::Outcome;
use store::MockUsageRepository;
use tokio_util::sync::CancellationToken;

use crate::actors::*;
use crate::support::*;

/// A job, and the moment at which a worker has it.
struct Run {
    job: Job,
    clock: Arc<ManualClock>,
    waits: Vec<Duration>,
}

impl Run {
    fn of(job: Job) -> Self {
        Self { job, clock: Arc::new(ManualClock::default()), waits: Vec::new() }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// One worker, from its claim until it leaves the job.
    async fn worked(&mut self, authors: Vec<Actor>) -> Outcome {
        self.until_rest(authors, 1).await
    }

    /// Workers one after the other, each when the one before said, and at most so many.
    async fn until_rest(&mut self, authors: Vec<Actor>, most: usize) -> Outcome {
        let stored = Stored::default();
        let pipeline = pipeline_at(
            Arc::<ManualClock>::clone(&self.clock),
            jobs(&stored, vec![]),
            vec![tea()],
            free(authors),
            MockUsageRepository::new(),
            judging_runner(),
        );
        for worker in 1.. {
            let claimed = claimed(self.job.clone());
            let outcome = pipeline.run(claimed, &CancellationToken::new()).await;
            self.job = stored.lock().unwrap().last().unwrap().clone();
            let Outcome::Postponed(wait) = outcome else { return outcome };
            self.waits.push(wait);
            if worker == most {
                return outcome;
            }
            self.clock.advance(chrono::TimeDelta::from_std(wait).unwrap());
        }
        unreachable!("the loop has no end")
    }
}

fn always_away(name: &str) -> Actor {
    actor(name, (0..200).map(|_| unavailable()).collect())
}

#[tokio::test]
async fn the_job_leaves_its_place_and_says_until_when() {
    let mut run = Run::of(a_job());
    let outcome = run.worked(vec![actor("claude", vec![unavailable()])]).await;
    assert!(matches!(outcome, Outcome::Postponed(_)), "{outcome:?}");
    assert_eq!(run.job.state, State::Generating);
    assert_eq!(run.job.outage.as_ref().unwrap().since, run.now());
    let last = &run.job.logs.last().unwrap().message;
    assert_eq!(last, "waiting: claude: 529 overloaded; trying again in 1 s");
}

#[tokio::test]
async fn another_worker_goes_on_from_there_and_no_attempt_is_counted() {
    let mut run = Run::of(a_job());
    run.worked(vec![actor("claude", vec![Act::Gives(script("wrong")), unavailable()])]).await;
    let outcome =
        run.until_rest(vec![actor("claude", vec![unavailable(), Act::Gives(script("right"))])], 9);
    assert_eq!(outcome.await, Outcome::Stopped(State::Completed));
    let passed: Vec<bool> = run.job.attempts.iter().map(|attempt| attempt.passed).collect();
    assert_eq!((passed.as_slice(), run.job.retries), ([false, true].as_slice(), 1));
    assert_eq!(run.job.outage, None, "it is over");
}

#[tokio::test]
async fn the_waits_grow_and_in_the_end_the_chain_is_used_up() {
    let mut run = Run::of(a_job());
    let begun = run.now();
    let outcome = run.until_rest(vec![always_away("claude")], 200).await;
    assert_eq!(outcome, Outcome::Stopped(State::Failed));
    let last = &run.job.logs.last().unwrap().message;
    assert_eq!(last, "gave up: claude: 529 overloaded");
    let waits = &run.waits;
    assert!(waits[0] < Duration::from_secs(2) && waits.len() < 100, "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(66)), "{waits:?}");
    let lasted = (run.now() - begun).num_seconds();
    assert!((73 * 60..=75 * 60).contains(&lasted), "{lasted} s");
}

#[tokio::test]
async fn the_patience_is_the_job_s_and_not_a_worker_s() {
    let mut run = Run::of(a_job());
    run.worked(vec![always_away("claude")]).await;
    // All servers were down for a while.
    run.clock.advance(chrono::TimeDelta::minutes(76));
    let outcome = run.worked(vec![always_away("claude")]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Failed));
}

#[tokio::test]
async fn the_next_outage_is_sat_out_anew() {
    let mut run = Run::of(a_job());
    run.worked(vec![always_away("claude")]).await;
    run.clock.advance(chrono::TimeDelta::minutes(70));
    let back = actor("claude", vec![Act::Gives(script("wrong")), unavailable()]);
    run.worked(vec![back]).await;
    assert_eq!(run.job.outage.as_ref().unwrap().since, run.now());
}

#[tokio::test]
async fn who_would_fail_again_is_not_asked_again_and_stands_in_the_end() {
    let refused = actor("gpt", vec![Act::Gives(Err(AuthorError::Refused("401".to_owned())))]);
    let mut run = Run::of(a_job());
    let asked = Arc::clone(&refused.calls);
    let outcome = run.until_rest(vec![refused, always_away("claude")], 200).await;
    assert_eq!(outcome, Outcome::Stopped(State::Failed));
    assert_eq!(asked.load(SeqCst), 1);
    let last = &run.job.logs.last().unwrap().message;
    let reasons = "gpt: the author refused its credentials: 401; claude: 529 overloaded";
    assert_eq!(last, &format!("gave up: {reasons}"));
}

#[tokio::test]
async fn a_clock_that_was_set_back_shortens_no_wait_and_fails_no_job() {
    let mut run = Run::of(a_job());
    run.clock.advance(chrono::TimeDelta::hours(2));
    run.worked(vec![always_away("claude")]).await;
    run.clock.advance(chrono::TimeDelta::hours(-1));
    let outcome = run.worked(vec![always_away("claude")]).await;
    assert!(matches!(outcome, Outcome::Postponed(wait) if wait < Duration::from_secs(2)));
}

#[tokio::test]
async fn cancelling_ends_the_wait() {
    let mut run = Run::of(a_job());
    run.worked(vec![always_away("claude")]).await;
    run.job.apply(Event::Cancelled { by: "somebody".to_owned() }, run.clock.now()).unwrap();
    assert_eq!((run.job.state, &run.job.outage), (State::Failed, &None));
}
