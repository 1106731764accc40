//! Builders and stand-ins.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use authors::{AuthorError, MockScriptAuthor, ScriptAuthor};
use domain::{
    Draft, DraftScript, Event, Job, JobId, JobInputs, ManualClock, NewJob, Priority, Sample,
    ScriptId, ScriptInput, Timestamp, Topic,
};
use egress::MockEgress;
use engine::{Authors, Pipeline, Sources, Tester};
use sandbox::{
    Limits, MockScriptRunner, MockScriptSession, Output, RunError, RunReport, SandboxError,
    ScriptSession,
};
use serde_json::{Value, json};
use store::{
    Claimed, Known, Lease, MockJobRepository, MockKnowledgeRepository, MockUsageRepository,
    Precedents, Reply, StoreError,
};

/// Who does what is done.
pub(crate) fn by() -> domain::Actor {
    domain::Actor::named("till team")
}

pub(crate) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

pub(crate) fn sample(value: Value) -> Sample {
    serde_json::from_value(value).unwrap()
}

/// One product, and what a right script makes of it.
pub(crate) fn tea() -> Sample {
    sample(
        json!({"name": "menu.json", "payload": {"items": [{"id": 1, "name": "Tea", "cost": 4.5}]}}),
    )
}

pub(crate) fn right_output() -> Value {
    json!({"products": [{"itemCode": "1", "name": "Tea", "price": 4.5}]})
}

pub(crate) fn report(outcome: Result<Value, RunError>) -> RunReport {
    RunReport { outcome, logs: Vec::new(), http_calls: Vec::new(), duration: Duration::ZERO }
}

/// A runner whose scripts do what `transform` says.
pub(crate) fn runner(
    transform: impl Fn(&str, &ScriptInput<'_>) -> RunReport + Send + Sync + 'static,
) -> MockScriptRunner {
    let transform = Arc::new(transform);
    let session = move |source: &str| -> Result<Box<dyn ScriptSession>, SandboxError> {
        let (source, transform) = (source.to_owned(), Arc::clone(&transform));
        let mut session = MockScriptSession::new();
        let run = move |input: &ScriptInput<'_>| transform(&source, input);
        let again = run.clone();
        session.expect_run().returning(move |input, _| Ok(run(input)));
        session.expect_run_text().returning(move |input, _| Ok(as_text(again(input))));
        Ok(Box::new(session))
    };
    let live = session.clone();
    let mut runner = MockScriptRunner::new();
    runner.expect_open().returning(move |source, _| session(source));
    runner.expect_open_for().returning(move |_, source, _| live(source));
    runner
}

/// The same report, with the output as its text.
fn as_text(report: RunReport) -> RunReport<Output> {
    let RunReport { outcome, logs, http_calls, duration } = report;
    RunReport { outcome: outcome.map(|output| Output::from(&output)), logs, http_calls, duration }
}

/// A runner in which the source "right" is right and every other breaks the contract.
pub(crate) fn judging_runner() -> MockScriptRunner {
    runner(|source, _| {
        report(Ok(if source == "right" { right_output() } else { json!({"products": 1}) }))
    })
}

pub(crate) fn tester(runner: MockScriptRunner) -> Arc<Tester> {
    Arc::new(Tester::new(Arc::new(runner), Limits::TEST, Arc::new(ManualClock::default())))
}

pub(crate) fn new_job(max_retries: u32) -> NewJob {
    NewJob {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        author: None,
        max_retries,
        callback_url: None,
        priority: Priority::Normal,
        started_by: domain::Actor::named("till team"),
        inputs: JobInputs::default(),
    }
}

pub(crate) fn a_job() -> Job {
    Job::accepted(JobId::new(7).unwrap(), &new_job(1), NOW)
}

pub(crate) fn after(events: impl IntoIterator<Item = Event>) -> Job {
    let mut job = a_job();
    for event in events {
        job.apply(event, NOW).unwrap();
    }
    job
}

pub(crate) fn claimed(job: Job) -> Claimed {
    Claimed { lease: Lease { job: job.id, fence: 3 }, job, deaths: 0 }
}

#[expect(clippy::unnecessary_wraps, reason = "a draft as an author gives it")]
pub(crate) fn script(source: &str) -> Result<Draft, AuthorError> {
    Ok(Draft::Script(DraftScript { source: source.to_owned(), provenance: Vec::new() }))
}

/// An author that gives these drafts in turn, and panics when asked for more.
pub(crate) fn author(drafts: Vec<Result<Draft, AuthorError>>) -> MockScriptAuthor {
    let drafts = Mutex::new(drafts.into_iter());
    let mut author = MockScriptAuthor::new();
    author.expect_name().returning(|| "synth".parse().unwrap());
    author.expect_write().returning(move |_, _| drafts.lock().unwrap().next().unwrap());
    author.expect_ask().returning(|_, _| Ok(None));
    author
}

/// The states that were stored, in their order.
pub(crate) type Stored = Arc<Mutex<Vec<Job>>>;

/// Keeps what is saved in `stored`.
pub(crate) fn jobs(stored: &Stored, inputs: Vec<Sample>) -> MockJobRepository {
    jobs_with_journal(stored, inputs, None, &Journal::default())
}

/// The replies that were kept, in their order.
pub(crate) type Journal = Arc<Mutex<Vec<Reply>>>;

/// The same, where an earlier worker `kept` a reply; what this one keeps goes into `journal`.
pub(crate) fn jobs_with_journal(
    stored: &Stored,
    inputs: Vec<Sample>,
    kept: Option<Reply>,
    journal: &Journal,
) -> MockJobRepository {
    let mut jobs = MockJobRepository::new();
    jobs.expect_inputs()
        .returning(move |_| Ok(JobInputs { samples: inputs.clone(), ..JobInputs::default() }));
    let saved = Arc::clone(stored);
    jobs.expect_save().returning(move |_, job| {
        saved.lock().unwrap().push(job.clone());
        Ok(())
    });
    jobs.expect_kept_reply().returning(move |_, _| Ok(kept.clone()));
    let journal = Arc::clone(journal);
    jobs.expect_keep_reply().returning(move |_, _, reply| {
        journal.lock().unwrap().push(reply.clone());
        Ok(())
    });
    let completed = Arc::clone(stored);
    jobs.expect_complete().returning(move |_, job, script| {
        assert_eq!(script.source, "right");
        completed.lock().unwrap().push(job.clone());
        Ok(ScriptId::new(1).unwrap())
    });
    jobs
}

pub(crate) fn knowledge(samples: Vec<Sample>) -> MockKnowledgeRepository {
    let mut knowledge = MockKnowledgeRepository::new();
    let known = Known { samples: samples.clone(), precedents: precedents(), ..Known::default() };
    knowledge.expect_samples().returning(move |_, _| Ok(samples.clone()));
    knowledge.expect_known().returning(move |_, _| Ok(known.clone()));
    knowledge
}

/// A text that was fetched is fresh for an hour.
pub(crate) const FRESH: Duration = Duration::from_hours(1);

pub(crate) fn sources(knowledge: MockKnowledgeRepository, egress: MockEgress) -> Sources {
    Sources::new(Arc::new(knowledge), Arc::new(egress), FRESH)
}

/// Four versions came before.
pub(crate) fn precedents() -> Precedents {
    Precedents { latest_version: 4, ..Precedents::default() }
}

pub(crate) fn pipeline(
    jobs: MockJobRepository,
    samples: Vec<Sample>,
    author: impl ScriptAuthor + 'static,
    runner: MockScriptRunner,
) -> Pipeline {
    let authors = Authors::only(Arc::new(author));
    pipeline_of(jobs, samples, authors, MockUsageRepository::new(), runner)
}

pub(crate) fn pipeline_of(
    jobs: MockJobRepository,
    samples: Vec<Sample>,
    authors: Authors,
    usage: MockUsageRepository,
    runner: MockScriptRunner,
) -> Pipeline {
    let clock = Arc::new(ManualClock::default());
    pipeline_at(clock, jobs, samples, authors, usage, runner)
}

pub(crate) fn pipeline_at(
    clock: Arc<ManualClock>,
    jobs: MockJobRepository,
    samples: Vec<Sample>,
    authors: Authors,
    usage: MockUsageRepository,
    runner: MockScriptRunner,
) -> Pipeline {
    Pipeline::new(
        Arc::new(jobs),
        Arc::new(sources(knowledge(samples), MockEgress::new())),
        Arc::new(authors),
        Arc::new(usage),
        tester(runner),
        clock,
    )
}

pub(crate) fn away() -> StoreError {
    StoreError::Unavailable("restarting".to_owned())
}

pub(crate) fn no_sandbox() -> SandboxError {
    SandboxError::Spawn(std::io::Error::other("no memory"))
}
