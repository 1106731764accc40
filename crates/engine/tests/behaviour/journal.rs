//! Replies that were paid for are not asked for twice.

use std::sync::Arc;

use authors::{AuthorError, ScriptAuthor, Watcher};
use domain::{AuthorName, Brief, Draft, Event, Job, Question, State, Usage};
use engine::{Authors, Outcome};
use store::MockUsageRepository;
use tokio_util::sync::CancellationToken;

use crate::support::*;

/// An author whose replies cost something, or one that must not be asked.
enum Author {
    Costs,
    Free,
    Silent,
}

#[async_trait::async_trait]
impl ScriptAuthor for Author {
    fn name(&self) -> AuthorName {
        "claude".parse().unwrap()
    }

    async fn write(&self, _: &Brief, watcher: Arc<dyn Watcher>) -> Result<Draft, AuthorError> {
        match self {
            Self::Costs => watcher.used(Usage { tokens_in: 9, ..Usage::default() }),
            Self::Free => {}
            Self::Silent => panic!("it was asked again"),
        }
        script("right")
    }

    async fn ask(&self, _: &Brief, _: Arc<dyn Watcher>) -> Result<Option<Question>, AuthorError> {
        Ok(None)
    }
}

fn in_generating() -> Job {
    after([Event::Started, Event::Gathered { summary: "1 sample".to_owned() }])
}

/// Drives a job to its end; gives the replies that were kept.
async fn drive(job: Job, author: Author, kept: Option<Draft>) -> Vec<Draft> {
    let (stored, journal) = (Stored::default(), Journal::default());
    let jobs = jobs_with_journal(&stored, vec![], kept, &journal);
    let mut usage = MockUsageRepository::new();
    usage.expect_add().returning(|_, _, _| Ok(()));
    let authors = Authors::only(Arc::new(author));
    let pipeline = pipeline_of(jobs, vec![tea()], authors, usage, judging_runner());
    let outcome = pipeline.run(claimed(job), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    journal.lock().unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_cost_something_is_kept() {
    assert_eq!(drive(a_job(), Author::Costs, None).await, [script("right").unwrap()]);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_cost_nothing_is_not_worth_a_write() {
    assert_eq!(drive(a_job(), Author::Free, None).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_takes_over_uses_the_reply_that_was_kept() {
    let kept = Some(script("right").unwrap());
    assert_eq!(drive(in_generating(), Author::Silent, kept).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_takes_over_asks_where_nothing_was_kept() {
    let job = in_generating();
    assert_eq!(drive(job, Author::Costs, None).await, [script("right").unwrap()]);
}
