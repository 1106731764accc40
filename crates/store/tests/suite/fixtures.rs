//! Values with good defaults.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use domain::{
    Act, Actor, Attempt, AuditAction, Document, Event, FieldSource, GivenDocument, Hypothesis, Job,
    JobId, JobInputs, NewJob, NewScript, Priority, Question, Sample, Timestamp, Topic,
};
use serde_json::json;
use store::sea::Database;
use store::{Claimed, JobRepository, PageRequest, Room, WorkerId};

/// A moment with milliseconds.
pub(crate) fn now() -> Timestamp {
    DateTime::from_timestamp_millis(1_763_000_000_123).unwrap()
}

/// That many seconds later.
pub(crate) fn later(seconds: i64) -> Timestamp {
    now() + TimeDelta::seconds(seconds)
}

/// Something that somebody did then.
pub(crate) fn act(at: Timestamp) -> Act {
    Act::new(&Actor::named("till team"), AuditAction::KnowledgeAdded, at)
}

/// Longer than any test.
pub(crate) const LONG: Duration = Duration::from_mins(10);

pub(crate) fn worker(name: &str) -> WorkerId {
    WorkerId(name.to_owned())
}

pub(crate) fn first_page(limit: u32) -> PageRequest {
    PageRequest { before: None, limit }
}

pub(crate) fn a_sample(name: &str) -> Sample {
    serde_json::from_value(json!({
        "name": name,
        "payload": {"z": 1, "a": [12.345, "Käse \u{1f9c0}", null, "\\u0000"], "m": {}},
        "http": [{"url": "/v1/items?page=1", "status": 201, "body": {"items": []}}],
        "connection": {"baseUrl": "https://till.example", "apiKey": "k", "config": {"id": 7}},
        "expected": {"products": [{"price": 0.1}]}
    }))
    .unwrap()
}

pub(crate) fn a_document(name: &str, content: &str) -> Document {
    Document { name: name.parse().unwrap(), content: content.to_owned() }
}

pub(crate) fn new_job() -> NewJob {
    NewJob {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        author: None,
        max_retries: 3,
        callback_url: None,
        priority: Priority::Normal,
        started_by: Actor::named("till team"),
        inputs: JobInputs::default(),
    }
}

pub(crate) fn job_with_inputs() -> NewJob {
    NewJob {
        author: Some("synth".parse().unwrap()),
        max_retries: 10,
        inputs: JobInputs {
            samples: vec![a_sample("menu.json"), a_sample("second.json")],
            documents: vec![
                GivenDocument::Text(a_document("notes.md", "line\nline\t\"quoted\"")),
                GivenDocument::Linked {
                    name: "guide.html".parse().unwrap(),
                    url: "https://docs.till.example/guide?v=2".parse().unwrap(),
                },
            ],
            repair: None,
        },
        ..new_job()
    }
}

pub(crate) fn an_attempt(number: u32, passed: bool) -> Attempt {
    Attempt {
        attempt: number,
        passed,
        error: if passed { String::new() } else { "menu.json: $.price: a\0b".to_owned() },
        output_preview: "{\"products\":[]}".to_owned(),
        output_count: 4,
        timestamp: later(i64::from(number)),
    }
}

pub(crate) fn a_hypothesis() -> Hypothesis {
    Hypothesis {
        source: "function transform(input) { return {}; }".to_owned(),
        author: "synth".parse().unwrap(),
        provenance: vec![a_source()],
    }
}

fn a_source() -> FieldSource {
    FieldSource {
        field: "products[].price".to_owned(),
        source: "item.cost / 100".to_owned(),
        reason: "an amount in cents".to_owned(),
        confidence: 0.873_214_159_265_359,
        runner_up: "item.net".to_owned(),
    }
}

pub(crate) fn new_script() -> NewScript {
    NewScript {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        source: "function transform(input) { return {products: []}; }".to_owned(),
        author: Some("synth".parse().unwrap()),
        job: None,
        started_by: Some(Actor::named("till team")),
        provenance: vec![a_source()],
        test_results: vec![an_attempt(1, false), an_attempt(2, true)],
    }
}

pub(crate) fn script_of(job: JobId) -> NewScript {
    NewScript { job: Some(job), ..new_script() }
}

/// Creates a job and gives its number.
pub(crate) async fn created(jobs: &dyn JobRepository, new: NewJob) -> JobId {
    jobs.create(new, None, now()).await.unwrap().id
}

/// Room for that many jobs of anyone.
pub(crate) fn room(jobs: u32) -> Room {
    Room { jobs, without: Vec::new() }
}

/// Claims one job, if there is one.
pub(crate) async fn claim(
    jobs: &dyn JobRepository,
    name: &str,
    lease: Duration,
) -> Option<Claimed> {
    jobs.claim(&worker(name), lease, &room(1)).await.unwrap().pop()
}

/// Claims a job that must be there.
pub(crate) async fn claimed(jobs: &dyn JobRepository) -> Claimed {
    claim(jobs, "w", LONG).await.expect("a job to claim")
}

/// A claimed job that is at its start.
pub(crate) async fn a_claimed_job(db: &Database) -> Claimed {
    let jobs = db.jobs();
    created(&*jobs, new_job()).await;
    claimed(&*jobs).await
}

pub(crate) fn apply(job: &mut Job, event: Event) {
    job.apply(event, later(60)).unwrap();
}

/// Moves a job that was just claimed to where it tests its first hypothesis.
pub(crate) fn to_testing(job: &mut Job) {
    apply(job, Event::Started);
    apply(job, Event::Gathered { summary: "1 sample".to_owned() });
    apply(job, Event::Drafted { hypothesis: a_hypothesis() });
}

/// Moves a job that was just claimed to where it waits for a person.
pub(crate) fn to_waiting(job: &mut Job) {
    apply(job, Event::Started);
    apply(job, Event::Asked { question: Question::plain("Which one?") });
}

/// Moves a job that was just claimed to its end.
pub(crate) fn to_completed(job: &mut Job) {
    to_testing(job);
    apply(job, Event::TestsPassed { attempt: an_attempt(1, true) });
}
