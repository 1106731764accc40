//! Replies that were paid for are not asked for twice.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use authors::{AuthorError, ScriptAuthor, Watcher};
use chrono::TimeDelta;
use domain::{
    AuthorName, Brief, Draft, Event, Hypothesis, Job, JobId, ManualClock, Pause, Question, State,
    Usage,
};
use engine::{Authors, Outcome};
use store::{MockJobRepository, MockUsageRepository, Reply, StoreError};
use tokio_util::sync::CancellationToken;

use crate::support::*;

/// What the author asks when no script passed.
const WORDED: &str = "Is 12 the price or the size?";

fn reply(draft: Result<Draft, AuthorError>) -> Reply {
    Reply::Draft(draft.unwrap())
}

/// An author whose replies cost something, or one that must not be asked.
enum Author {
    Costs,
    /// The same, and its first reply is no draft.
    Babbles(AtomicBool),
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
            Self::Babbles(done) => {
                watcher.used(Usage { tokens_in: 9, ..Usage::default() });
                if !done.swap(true, SeqCst) {
                    return Err(AuthorError::BadReply("no JSON".to_owned()));
                }
            }
            Self::Free => {}
            Self::Silent => panic!("it was asked again"),
        }
        script("right")
    }

    async fn ask(
        &self,
        _: &Brief,
        watcher: Arc<dyn Watcher>,
    ) -> Result<Option<Question>, AuthorError> {
        match self {
            Self::Costs => watcher.used(Usage { tokens_in: 9, ..Usage::default() }),
            Self::Babbles(_) => {
                watcher.used(Usage { tokens_in: 9, ..Usage::default() });
                return Err(AuthorError::BadReply("no JSON".to_owned()));
            }
            Self::Free => {}
            Self::Silent => panic!("it was asked again"),
        }
        Ok(Some(Question::plain(WORDED)))
    }
}

fn in_generating() -> Job {
    after([Event::Started, Event::Gathered { summary: "1 sample".to_owned() }])
}

/// Drives a job to its end; gives the replies that were kept.
async fn drive(job: Job, author: Author, kept: Option<Reply>) -> Vec<Reply> {
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
    assert_eq!(drive(a_job(), Author::Costs, None).await, [reply(script("right"))]);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_cost_nothing_is_not_worth_a_write() {
    assert_eq!(drive(a_job(), Author::Free, None).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_takes_over_uses_the_reply_that_was_kept() {
    let kept = Some(reply(script("right")));
    assert_eq!(drive(in_generating(), Author::Silent, kept).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_takes_over_asks_where_nothing_was_kept() {
    let job = in_generating();
    assert_eq!(drive(job, Author::Costs, None).await, [reply(script("right"))]);
}

fn no_draft() -> Reply {
    Reply::NoDraft { wrong: "no JSON".to_owned() }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_no_draft_is_kept_too() {
    let kept = drive(a_job(), Author::Babbles(AtomicBool::new(false)), None).await;
    assert_eq!(kept, [no_draft(), reply(script("right"))]);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_takes_over_does_not_ask_again_for_what_was_no_draft() {
    let (stored, journal) = (Stored::default(), Journal::default());
    let jobs = jobs_with_journal(&stored, vec![], Some(no_draft()), &journal);
    let authors = Authors::only(Arc::new(Author::Free));
    let usage = MockUsageRepository::new();
    let pipeline = pipeline_of(jobs, vec![tea()], authors, usage, judging_runner());
    let outcome = pipeline.run(claimed(in_generating()), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    let last = stored.lock().unwrap().last().unwrap().clone();
    assert_eq!(last.attempts[0].error, "the reply of claude is no draft: no JSON");
}

/// Replies by what was asked, over several workers.
type Replies = Arc<Mutex<HashMap<String, Reply>>>;

/// One worker tests a script that fails, with no retry left. Where it `dies`, its last write, which
/// holds the question, never arrives.
async fn test(author: Author, seconds: i64, dies: bool, replies: &Replies) -> (Outcome, Job) {
    let mut job = Job::accepted(JobId::new(7).unwrap(), &new_job(0), NOW);
    let hypothesis =
        Hypothesis { source: "wrong".to_owned(), author: author.name(), provenance: Vec::new() };
    let gathered = Event::Gathered { summary: "1 sample".to_owned() };
    for event in [Event::Started, gathered, Event::Drafted { hypothesis }] {
        job.apply(event, NOW).unwrap();
    }
    let stored = Stored::default();
    let mut jobs = MockJobRepository::new();
    jobs.expect_inputs().returning(|_| Ok(domain::JobInputs::default()));
    let saved = Arc::clone(&stored);
    jobs.expect_save().returning(move |_, job| {
        if dies && matches!(job.state, State::Waiting(_)) {
            return Err(StoreError::LeaseLost);
        }
        saved.lock().unwrap().push(job.clone());
        Ok(())
    });
    let kept = Arc::clone(replies);
    jobs.expect_kept_reply().returning(move |_, call| Ok(kept.lock().unwrap().get(call).cloned()));
    let kept = Arc::clone(replies);
    jobs.expect_keep_reply().returning(move |_, call, reply| {
        kept.lock().unwrap().insert(call.to_owned(), reply.clone());
        Ok(())
    });
    let mut usage = MockUsageRepository::new();
    usage.expect_add().returning(|_, _, _| Ok(()));
    let clock = Arc::new(ManualClock::at(NOW + TimeDelta::seconds(seconds)));
    let authors = Authors::only(Arc::new(author));
    let pipeline = pipeline_at(clock, jobs, vec![tea()], authors, usage, judging_runner());
    let outcome = pipeline.run(claimed(job), &CancellationToken::new()).await;
    let last = stored.lock().unwrap().last().unwrap().clone();
    (outcome, last)
}

#[tokio::test]
async fn a_question_that_was_paid_for_outlives_its_worker() {
    let replies = Replies::default();
    let (outcome, _) = test(Author::Costs, 0, true, &replies).await;
    assert_eq!(outcome, Outcome::LeaseLost);
    assert_eq!(replies.lock().unwrap().len(), 1, "it was kept before it was used");
    // The next one tests the script anew, a minute later, and asks nobody.
    let (outcome, job) = test(Author::Silent, 60, false, &replies).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Testing)));
    assert_eq!(job.open_question().unwrap().question.text, WORDED);
}

#[tokio::test]
async fn words_that_are_no_question_are_paid_for_once() {
    let replies = Replies::default();
    test(Author::Babbles(AtomicBool::new(true)), 0, true, &replies).await;
    assert_eq!(replies.lock().unwrap().values().collect::<Vec<_>>(), [&no_draft()]);
    let (outcome, job) = test(Author::Silent, 60, false, &replies).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Testing)));
    assert!(job.open_question().unwrap().question.text.contains("did not pass"));
}

#[tokio::test]
async fn a_question_that_cost_nothing_is_not_worth_a_write() {
    let replies = Replies::default();
    let (_, job) = test(Author::Free, 0, false, &replies).await;
    assert_eq!(job.open_question().unwrap().question.text, WORDED);
    assert!(replies.lock().unwrap().is_empty());
}
