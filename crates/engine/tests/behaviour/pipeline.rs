//! One job's way.

use std::time::Duration;

use authors::{AuthorError, MockScriptAuthor};
use domain::{Attempt, Draft, Event, Hypothesis, Pause, Question, State};
use engine::Outcome;
use sandbox::MockScriptRunner;
use serde_json::json;
use store::{MockJobRepository, StoreError};
use tokio_util::sync::CancellationToken;

use crate::support::*;

fn hypothesis(source: &str) -> Event {
    let author = "synth".parse().unwrap();
    Event::Drafted {
        hypothesis: Hypothesis { source: source.to_owned(), author, provenance: Vec::new() },
    }
}

fn gathered() -> Event {
    Event::Gathered { summary: "1 sample".to_owned() }
}

fn failed_attempt() -> Attempt {
    Attempt {
        attempt: 1,
        passed: false,
        error: "wrong".to_owned(),
        output_preview: String::new(),
        output_count: 0,
        timestamp: NOW,
    }
}

fn states(stored: &Stored) -> Vec<State> {
    stored.lock().unwrap().iter().map(|job| job.state).collect()
}

fn last_log(stored: &Stored) -> String {
    stored.lock().unwrap().last().unwrap().logs.last().unwrap().message.clone()
}

/// Drives `job` with these drafts; gives the outcome and what was stored.
async fn drive(job: domain::Job, drafts: Vec<Result<Draft, AuthorError>>) -> (Outcome, Stored) {
    let stored = Stored::default();
    let pipeline = pipeline(jobs(&stored, vec![]), vec![tea()], author(drafts), judging_runner());
    let outcome = pipeline.run(claimed(job), &CancellationToken::new()).await;
    (outcome, stored)
}

#[tokio::test]
async fn a_job_goes_through_every_stage_and_each_is_stored() {
    let (outcome, stored) = drive(a_job(), vec![script("right")]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    assert_eq!(
        states(&stored),
        [State::Gathering, State::Generating, State::Testing, State::Completed]
    );
    let job = stored.lock().unwrap().last().unwrap().clone();
    assert!(job.attempts[0].passed);
    assert_eq!(job.attempts[0].output_count, 1);
    assert!(job.logs[2].message.contains("1 sample (menu.json)"), "{}", job.logs[2].message);
    assert!(job.logs[2].message.contains("version 5"));
}

#[tokio::test]
async fn a_failure_is_retried() {
    let (outcome, stored) = drive(a_job(), vec![script("wrong"), script("right")]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    assert!(states(&stored).contains(&State::Retrying));
    assert_eq!(stored.lock().unwrap().last().unwrap().attempts.len(), 2);
}

#[tokio::test]
async fn used_up_retries_become_a_question_that_says_what_failed() {
    let (outcome, stored) = drive(a_job(), vec![script("wrong"), script("wrong")]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Testing)));
    let job = stored.lock().unwrap().last().unwrap().clone();
    let question = &job.open_question().unwrap().question.text;
    assert!(question.contains("sample menu.json: products: 1 is not of type"), "{question}");
    assert!(question.contains("knowledge/my-till/sync_products/samples"), "{question}");
}

#[tokio::test]
async fn an_author_s_question_waits_for_a_person() {
    let ask = Ok(Draft::Question(Question::plain("net or gross?")));
    let (outcome, _) = drive(a_job(), vec![ask]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Generating)));
}

#[tokio::test]
async fn an_answer_reaches_the_author() {
    let asked = Event::Asked { question: Question::plain("net or gross?") };
    let answered = Event::Answered { response: "net".to_owned() };
    let job = after([Event::Started, gathered(), asked, answered]);
    let stored = Stored::default();
    let mut author = MockScriptAuthor::new();
    author.expect_name().returning(|| "synth".parse().unwrap());
    author.expect_write().times(1).returning(|brief, _| {
        assert_eq!(brief.rounds[0].response.as_deref(), Some("net"));
        script("right")
    });
    let pipeline = pipeline(jobs(&stored, vec![]), vec![tea()], author, judging_runner());
    let outcome = pipeline.run(claimed(job), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
}

#[tokio::test]
async fn a_job_goes_on_from_every_stored_stage() {
    let until_testing = || vec![Event::Started, gathered(), hypothesis("right")];
    let retrying = vec![
        Event::Started,
        gathered(),
        hypothesis("wrong"),
        Event::TestsFailed { attempt: failed_attempt() },
    ];
    let cases = [
        (vec![], 1),
        (vec![Event::Started], 1),
        (vec![Event::Started, gathered()], 1),
        (until_testing(), 0),
        (retrying, 1),
    ];
    for (events, drafts) in cases {
        let job = after(events);
        let from = job.state;
        let drafts = (0..drafts).map(|_| script("right")).collect();
        let (outcome, _) = drive(job, drafts).await;
        assert_eq!(outcome, Outcome::Stopped(State::Completed), "from {from}");
    }
}

#[tokio::test]
async fn without_a_sample_a_person_is_asked_for_one() {
    let stored = Stored::default();
    let pipeline = pipeline(jobs(&stored, vec![]), vec![], author(vec![]), judging_runner());
    let outcome = pipeline.run(claimed(a_job()), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Gathering)));
    assert!(last_log(&stored).contains("PUT /api/v1/knowledge/my-till/sync_products/samples/"));
}

#[tokio::test]
async fn a_payload_pasted_as_the_answer_is_a_sample() {
    let asked = Event::Asked { question: Question::plain("a sample?") };
    let response = json!({"items": [{"id": 1, "name": "Tea", "cost": 4.5}]}).to_string();
    let job = after([Event::Started, asked, Event::Answered { response }]);
    let stored = Stored::default();
    let pipeline =
        pipeline(jobs(&stored, vec![]), vec![], author(vec![script("right")]), judging_runner());
    let outcome = pipeline.run(claimed(job), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
}

#[tokio::test]
async fn the_job_s_own_sample_stands_before_the_known_one_of_its_name() {
    let own = sample(json!({"name": "menu.json", "payload": {"own": true}}));
    let stored = Stored::default();
    let mut author = MockScriptAuthor::new();
    author.expect_name().returning(|| "synth".parse().unwrap());
    author.expect_write().times(1).returning(|brief, _| {
        assert_eq!(brief.samples.len(), 1);
        assert_eq!(brief.samples[0].payload, Some(json!({"own": true})));
        script("right")
    });
    let pipeline = pipeline(jobs(&stored, vec![own]), vec![tea()], author, judging_runner());
    pipeline.run(claimed(a_job()), &CancellationToken::new()).await;
    assert!(states(&stored).contains(&State::Testing));
}

#[tokio::test(start_paused = true)]
async fn each_failure_of_an_author_ends_the_job_with_its_reason() {
    let cases = [
        (vec![Err(AuthorError::Refused("bad key".to_owned()))], "credentials: bad key"),
        (vec![Err(AuthorError::Broken("bug".to_owned()))], "the author failed: bug"),
        // The stand-in panics when it has nothing to give.
        (vec![], "it panicked"),
    ];
    for (drafts, reason) in cases {
        let (outcome, stored) = drive(a_job(), drafts).await;
        assert_eq!(outcome, Outcome::Stopped(State::Failed), "{reason}");
        assert!(last_log(&stored).contains(reason), "{}", last_log(&stored));
    }
}

#[tokio::test]
async fn an_author_that_is_gone_ends_the_job() {
    let new = domain::NewJob { author: Some("other".parse().unwrap()), ..new_job(1) };
    let job = domain::Job::accepted(domain::JobId::new(7).unwrap(), &new, NOW);
    let (outcome, stored) = drive(job, vec![]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Failed));
    assert!(last_log(&stored).contains("no author other"));
}

#[tokio::test]
async fn after_a_lost_lease_nothing_more_is_called() {
    let mut jobs = MockJobRepository::new();
    jobs.expect_save().times(1).returning(|_, _| Err(StoreError::LeaseLost));
    let pipeline = pipeline(jobs, vec![tea()], author(vec![]), MockScriptRunner::new());
    let outcome = pipeline.run(claimed(a_job()), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::LeaseLost);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_comes_back_loses_nothing() {
    let stored = Stored::default();
    let mut jobs = MockJobRepository::new();
    jobs.expect_save().times(3).returning(|_, _| Err(away()));
    let asked = std::sync::Arc::clone(&stored);
    jobs.expect_save().returning(move |_, job| {
        asked.lock().unwrap().push(job.clone());
        Ok(())
    });
    jobs.expect_inputs().returning(|_| Ok(domain::JobInputs::default()));
    let pipeline = pipeline(jobs, vec![], author(vec![]), MockScriptRunner::new());
    let outcome = pipeline.run(claimed(a_job()), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Gathering)));
    assert_eq!(states(&stored), [State::Gathering, State::Waiting(Pause::Gathering)]);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_stays_away_lets_the_job_go() {
    let mut jobs = MockJobRepository::new();
    jobs.expect_save().returning(|_, _| Err(away()));
    let pipeline = pipeline(jobs, vec![], author(vec![]), MockScriptRunner::new());
    let outcome = pipeline.run(claimed(a_job()), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::LetGo);
}

fn broken_sandbox() -> MockScriptRunner {
    let mut runner = MockScriptRunner::new();
    runner.expect_open().times(3).returning(|_, _| Err(no_sandbox()));
    runner
}

#[tokio::test(start_paused = true)]
async fn a_broken_sandbox_gives_the_job_to_another_worker_and_at_last_fails_it() {
    let mut job = after([Event::Started, gathered(), hypothesis("right")]);
    for _ in 0..3 {
        let stored = Stored::default();
        let pipeline =
            pipeline(jobs(&stored, vec![]), vec![tea()], author(vec![]), broken_sandbox());
        let outcome = pipeline.run(claimed(job), &CancellationToken::new()).await;
        assert_eq!(outcome, Outcome::Postponed(Duration::from_secs(5)));
        assert!(last_log(&stored).contains("another worker tries"));
        job = stored.lock().unwrap().pop().unwrap();
        assert_eq!((job.state, job.attempts.len()), (State::Testing, 0));
    }
    let stored = Stored::default();
    let pipeline = pipeline(jobs(&stored, vec![]), vec![tea()], author(vec![]), broken_sandbox());
    let outcome = pipeline.run(claimed(job), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Failed));
    assert!(last_log(&stored).contains("no memory"));
}

#[tokio::test]
async fn a_cancelled_token_stops_an_author_at_work() {
    struct Endless;
    #[async_trait::async_trait]
    impl authors::ScriptAuthor for Endless {
        fn name(&self) -> domain::AuthorName {
            "synth".parse().unwrap()
        }
        async fn write(
            &self,
            _: &domain::Brief,
            _: std::sync::Arc<dyn authors::Watcher>,
        ) -> Result<Draft, AuthorError> {
            std::future::pending().await
        }
        async fn ask(
            &self,
            _: &domain::Brief,
            _: std::sync::Arc<dyn authors::Watcher>,
        ) -> Result<Option<domain::Question>, AuthorError> {
            Ok(None)
        }
    }
    let stored = Stored::default();
    let pipeline = pipeline(jobs(&stored, vec![]), vec![tea()], Endless, judging_runner());
    let lost = CancellationToken::new();
    let (outcome, ()) = tokio::join!(pipeline.run(claimed(a_job()), &lost), async {
        tokio::task::yield_now().await;
        lost.cancel();
    });
    assert_eq!(outcome, Outcome::Cancelled);
}
