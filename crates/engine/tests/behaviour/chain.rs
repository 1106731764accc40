//! Which author writes, what a job shows while one does, and what it may cost.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use authors::{AuthorError, ScriptAuthor, Watcher};
use domain::{
    Allowance, AuthorName, Brief, Draft, Event, Job, NewJob, Pause, Question, State, Usage,
};
use engine::{Authors, ChainError, Engaged, Outcome};
use store::{MockJobRepository, MockUsageRepository, Reserved, StoreError};
use tokio_util::sync::CancellationToken;

use crate::actors::*;
use crate::support::*;

async fn drive_with(job: Job, authors: Authors, usage: MockUsageRepository) -> (Outcome, Job) {
    let stored = Stored::default();
    let pipeline =
        pipeline_of(jobs(&stored, vec![]), vec![tea()], authors, usage, judging_runner());
    let outcome = pipeline.run(claimed(job), &CancellationToken::new()).await;
    let last = stored.lock().unwrap().last().unwrap().clone();
    (outcome, last)
}

async fn drive(authors: Vec<Actor>) -> (Outcome, Job) {
    drive_with(a_job(), free(authors), MockUsageRepository::new()).await
}

#[tokio::test(start_paused = true)]
async fn the_next_author_writes_where_one_is_down_and_the_log_says_so() {
    let (outcome, job) = drive(vec![
        actor("claude", vec![unavailable()]),
        actor("synth", vec![Act::Gives(script("right"))]),
    ])
    .await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    assert_eq!(job.hypothesis.as_ref().unwrap().author.as_str(), "synth");
    let log = logged(&job);
    assert!(log.contains("claude gave no draft: 529 overloaded; synth is asked instead"), "{log}");
}

#[tokio::test(start_paused = true)]
async fn no_attempt_is_lost_when_another_author_takes_over() {
    let claude = vec![Act::Gives(script("wrong")), unavailable()];
    let (outcome, job) =
        drive(vec![actor("claude", claude), actor("synth", vec![Act::Gives(script("right"))])])
            .await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    let passed: Vec<bool> = job.attempts.iter().map(|attempt| attempt.passed).collect();
    assert_eq!(passed, [false, true]);
}

#[tokio::test(start_paused = true)]
async fn an_author_that_is_asked_for_is_the_only_one() {
    let synth = actor("synth", vec![]);
    let calls = Arc::clone(&synth.calls);
    let new = NewJob { author: Some("claude".parse().unwrap()), ..new_job(1) };
    let job = Job::accepted(domain::JobId::new(7).unwrap(), &new, NOW);
    let broken = Act::Gives(Err(AuthorError::Broken("no".to_owned())));
    let authors = free(vec![synth, actor("claude", vec![broken])]);
    let (outcome, _) = drive_with(job, authors, MockUsageRepository::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Failed));
    assert_eq!(calls.load(SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_an_author_is_its_failure_alone() {
    let (outcome, _) = drive(vec![
        actor("claude", vec![Act::Panics]),
        actor("synth", vec![Act::Gives(script("right"))]),
    ])
    .await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
}

#[tokio::test(start_paused = true)]
async fn a_growing_script_is_seen_and_gone_when_it_is_whole() {
    let stored = Stored::default();
    let words = vec![Word::Grew("function"), Word::Grew("function transform"), Word::Said("hm")];
    let claude = actor("claude", vec![Act::Says(words, script("right"))]);
    let pipeline = pipeline_of(
        jobs(&stored, vec![]),
        vec![tea()],
        free(vec![claude]),
        MockUsageRepository::new(),
        judging_runner(),
    );
    pipeline.run(claimed(a_job()), &CancellationToken::new()).await;
    let stored = stored.lock().unwrap();
    let shown: Vec<&str> =
        stored.iter().filter(|job| job.state == State::Generating).map(Job::shown_script).collect();
    assert_eq!(shown, ["", "function", "function transform", "function transform"]);
    let last = stored.last().unwrap();
    assert_eq!((last.shown_script(), last.growing.as_str()), ("right", ""));
    assert!(logged(last).contains("claude: hm"));
}

/// A count of what claude used, and the sum.
fn counting() -> (MockUsageRepository, Arc<Mutex<Usage>>) {
    let mut usage = MockUsageRepository::new();
    let day = Arc::new(Mutex::new(Usage::default()));
    let counted = Arc::clone(&day);
    usage.expect_add().returning(move |name, used, _| {
        assert_eq!(name.as_str(), "claude");
        *counted.lock().unwrap() += used;
        Ok(())
    });
    (usage, day)
}

#[tokio::test(start_paused = true)]
async fn what_an_author_used_is_counted_for_the_job_and_for_the_day() {
    let (usage, day) = counting();
    let failed = Err(AuthorError::BadReply("cut".to_owned()));
    let acts = vec![
        Act::Says(vec![Word::Used(used(100))], failed),
        Act::Says(vec![Word::Used(used(200))], script("right")),
    ];
    let (outcome, job) = drive_with(a_job(), free(vec![actor("claude", acts)]), usage).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    assert_eq!((job.usage.tokens_in, job.usage.cost_micros), (300, 2_000));
    assert_eq!(day.lock().unwrap().tokens_in, 300);
    let log = logged(&job);
    assert!(log.contains("claude used 100 tokens in, 20 out, 0.001 USD"), "{log}");
}

/// A chain of claude with these bounds, and synth.
fn bounded(per_job: Allowance, per_day: Allowance) -> (Authors, Arc<AtomicU32>) {
    let claude = actor("claude", vec![]);
    let calls = Arc::clone(&claude.calls);
    let claude = Engaged { per_job, per_day, ..Engaged::free(Arc::new(claude)) };
    let synth = Engaged::free(Arc::new(actor("synth", vec![Act::Gives(script("right"))])));
    let chain = ["claude", "synth"].map(|name| name.parse().unwrap()).into();
    (Authors::new([claude, synth], chain).unwrap(), calls)
}

#[tokio::test]
async fn an_author_whose_day_is_spent_is_not_called() {
    let mut usage = MockUsageRepository::new();
    usage.expect_on_day().returning(|_, _| Ok(used(1_000_000)));
    let per_day = Allowance { tokens: Some(500_000), cost_micros: None };
    let (authors, calls) = bounded(Allowance::UNBOUNDED, per_day);
    let (outcome, job) = drive_with(a_job(), authors, usage).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    assert_eq!(calls.load(SeqCst), 0);
    assert!(logged(&job).contains("claude gave no draft: the budget is spent"));
}

/// A chain of claude alone, with a budget of a day, which makes one call that may use 1000 tokens.
fn calling() -> Authors {
    let words = vec![Word::Calls(used(980)), Word::Used(used(100))];
    let claude = Arc::new(actor("claude", vec![Act::Says(words, script("right"))]));
    let per_day = Allowance { tokens: Some(500_000), cost_micros: None };
    let claude = Engaged { per_day, ..Engaged::free(claude) };
    Authors::new([claude], vec!["claude".parse().unwrap()]).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_part_of_the_day_is_set_aside_for_each_call_and_given_back_after_what_it_used_is_counted()
{
    let happened = Arc::new(Mutex::new(Vec::new()));
    let note = |what: &'static str| {
        let happened = Arc::clone(&happened);
        move || happened.lock().unwrap().push(what)
    };
    let (reserved, added, released) = (note("reserved"), note("added"), note("released"));
    let mut usage = MockUsageRepository::new();
    usage.expect_on_day().returning(|_, _| Ok(Usage::default()));
    usage.expect_reserve().returning(move |lease, name, most, per_day, _| {
        assert_eq!((lease.fence, name.as_str(), most), (3, "claude", used(980)));
        reserved();
        Ok(Reserved::Yes(per_day))
    });
    usage.expect_add().returning(move |_, _, _| {
        added();
        Ok(())
    });
    usage.expect_release().returning(move |_| {
        released();
        Ok(())
    });
    let (outcome, _) = drive_with(a_job(), calling(), usage).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    assert_eq!(*happened.lock().unwrap(), ["reserved", "added", "released"]);
}

#[tokio::test(start_paused = true)]
async fn a_job_waits_while_what_is_left_of_the_day_is_set_aside_for_others() {
    let mut usage = MockUsageRepository::new();
    usage.expect_on_day().returning(|_, _| Ok(Usage::default()));
    usage.expect_reserve().returning(|_, _, _, _, _| Ok(Reserved::Held));
    usage.expect_release().returning(|_| Ok(()));
    let (outcome, job) = drive_with(a_job(), calling(), usage).await;
    assert!(matches!(outcome, Outcome::Postponed(_)), "{outcome:?}");
    let log = logged(&job);
    assert!(
        log.contains("waiting: claude: what is left of the day's budget is set aside"),
        "{log}"
    );
}

#[tokio::test]
async fn an_author_whose_job_is_spent_is_not_called() {
    let per_job = Allowance { tokens: None, cost_micros: Some(900) };
    let (authors, calls) = bounded(per_job, Allowance::UNBOUNDED);
    let mut job = after([Event::Started]);
    job.spend(used(1), NOW);
    let (outcome, _) = drive_with(job, authors, MockUsageRepository::new()).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    assert_eq!(calls.load(SeqCst), 0);
}

#[tokio::test]
async fn a_reply_that_is_no_draft_is_an_attempt_that_failed() {
    let acts = vec![babble(), Act::Gives(script("right"))];
    let (outcome, job) = drive(vec![actor("claude", acts)]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Completed));
    assert_eq!(job.attempts[0].error, "the reply of claude is no draft: no JSON");
    assert_eq!(job.retries, 1);
}

#[tokio::test]
async fn a_draft_that_says_nothing_is_none() {
    let blank = Act::Gives(Ok(Draft::Question(Question::plain(" "))));
    let acts = vec![Act::Gives(script("\n")), blank];
    let (outcome, job) = drive(vec![actor("claude", acts)]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Generating)));
    assert!(job.attempts[0].error.contains("an empty script"), "{}", job.attempts[0].error);
    assert!(job.attempts[1].error.contains("an empty question"), "{}", job.attempts[1].error);
}

#[tokio::test]
async fn replies_that_are_no_drafts_end_in_a_question() {
    let (outcome, job) = drive(vec![actor("claude", vec![babble(), babble()])]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Generating)));
    assert_eq!(job.attempts.len(), 2);
    assert!(job.open_question().unwrap().question.text.contains("no JSON"));
}

#[tokio::test]
async fn the_author_words_the_question_when_no_script_passed() {
    let mut claude =
        actor("claude", vec![Act::Gives(script("wrong")), Act::Gives(script("wrong"))]);
    claude.asks = Ok(Some(Question::plain("Is 12 the price or the size?")));
    let (outcome, job) = drive(vec![claude]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Testing)));
    assert_eq!(job.open_question().unwrap().question.text, "Is 12 the price or the size?");
}

#[tokio::test]
async fn the_failures_word_the_question_when_the_author_cannot() {
    let mut claude =
        actor("claude", vec![Act::Gives(script("wrong")), Act::Gives(script("wrong"))]);
    claude.asks = Err(AuthorError::Unavailable("529".to_owned()));
    let (outcome, job) = drive(vec![claude]).await;
    assert_eq!(outcome, Outcome::Stopped(State::Waiting(Pause::Testing)));
    assert!(job.open_question().unwrap().question.text.contains("did not pass"));
}

#[tokio::test(start_paused = true)]
async fn an_author_stops_when_the_lease_is_found_lost() {
    let mut jobs = MockJobRepository::new();
    jobs.expect_inputs().returning(|_| Ok(domain::JobInputs::default()));
    jobs.expect_save().returning(|_, job| {
        if job.growing.is_empty() { Ok(()) } else { Err(StoreError::LeaseLost) }
    });
    let words = vec![Word::Owes(used(300)), Word::Grew("f")];
    let claude = actor("claude", vec![Act::Says(words, script("right"))]);
    let (usage, day) = counting();
    let pipeline = pipeline_of(jobs, vec![tea()], free(vec![claude]), usage, judging_runner());
    let outcome = pipeline.run(claimed(a_job()), &CancellationToken::new()).await;
    assert_eq!(outcome, Outcome::LeaseLost);
    // Paid for it is all the same.
    assert_eq!(day.lock().unwrap().tokens_in, 300);
}

#[tokio::test(start_paused = true)]
async fn what_a_call_used_that_a_shutdown_ends_is_the_job_s_as_well() {
    let stored = Stored::default();
    let claude = actor("claude", vec![Act::Says(vec![Word::Owes(used(300))], script("right"))]);
    let (usage, day) = counting();
    let jobs = jobs(&stored, vec![]);
    let pipeline = pipeline_of(jobs, vec![tea()], free(vec![claude]), usage, judging_runner());
    let ends = CancellationToken::new();
    let end = ends.clone();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        end.cancel();
    });
    assert_eq!(pipeline.run(claimed(a_job()), &ends).await, Outcome::Cancelled);
    assert_eq!(day.lock().unwrap().tokens_in, 300);
    let job = stored.lock().unwrap().last().unwrap().clone();
    assert_eq!(job.usage.tokens_in, 300);
    assert!(logged(&job).contains("claude used 300 tokens in"), "{}", logged(&job));
}

#[test]
fn a_chain_of_unknown_names_is_refused() {
    let name = |name: &str| name.parse::<AuthorName>().unwrap();
    let of = |chain: &[&str]| {
        let synth = Engaged::free(Arc::new(actor("synth", vec![])));
        Authors::new([synth], chain.iter().map(|text| name(text)).collect()).err()
    };
    assert_eq!(of(&["synth"]), None);
    assert_eq!(of(&[]), Some(ChainError::Empty));
    assert_eq!(of(&["synth", "synth"]), Some(ChainError::Twice(name("synth"))));
    let unknown = of(&["claude"]).unwrap().to_string();
    assert!(unknown.contains("claude") && unknown.contains("synth"), "{unknown}");
}

/// Says how many jobs it has at once at most.
struct Busy(Arc<AtomicU32>, Arc<AtomicU32>);

#[async_trait]
impl ScriptAuthor for Busy {
    fn name(&self) -> AuthorName {
        "gpt".parse().unwrap()
    }

    async fn write(&self, _: &Brief, _: Arc<dyn Watcher>) -> Result<Draft, AuthorError> {
        let at_once = self.0.fetch_add(1, SeqCst) + 1;
        self.1.fetch_max(at_once, SeqCst);
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        self.0.fetch_sub(1, SeqCst);
        script("right")
    }

    async fn ask(&self, _: &Brief, _: Arc<dyn Watcher>) -> Result<Option<Question>, AuthorError> {
        Ok(None)
    }
}

#[tokio::test(start_paused = true)]
async fn who_stands_in_for_others_keeps_to_its_bound_as_well() {
    let most = Arc::new(AtomicU32::new(0));
    let gpt = Engaged::free(Arc::new(Busy(Arc::default(), Arc::clone(&most))));
    let claude = Engaged::free(Arc::new(actor("claude", (0..3).map(|_| unavailable()).collect())));
    let chain = ["claude", "gpt"].map(|name| name.parse().unwrap()).into();
    let authors = Authors::new([claude, gpt], chain).unwrap();
    let authors = authors.bounded("gpt".parse().unwrap(), std::num::NonZeroU32::MIN);
    let stored = Stored::default();
    let (jobs, usage) = (jobs(&stored, vec![]), MockUsageRepository::new());
    let pipeline = pipeline_of(jobs, vec![tea()], authors, usage, judging_runner());
    let token = CancellationToken::new();
    let run = async || pipeline.run(claimed(a_job()), &token).await;
    let outcomes = tokio::join!(run(), run(), run());
    let completed = Outcome::Stopped(State::Completed);
    assert_eq!(outcomes, (completed, completed, completed));
    assert_eq!(most.load(SeqCst), 1);
}
